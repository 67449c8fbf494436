"""Compute what a viewer's engagements say: a vector, what lies near it and why, what to push down. In workers; needs no torch.

The vector is that of the user-to-item version that serves, by its viewer tower over the last signs, or the recency-weighted mean of what
was liked, shared or watched to the end where none does. Recomputed from the engagements each time: idempotent, and independent of the
order in which they came.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.utils import timezone

from feed.models import U2iVersion, ViewerState
from feed.ranking.packed import DEMOTED, NO_STEER, SIMILAR, pack
from feed.ranking.tastes import causes, is_good
from feed.services.popularity import video_stats_recount
from feed.services.signals import Signal, signals_of
from feed.services.spaces import Space, space_of
from feed.sources.steer_search import vector_literal
from feed.u2i.data import KIND_ROW, Floats
from vision.indexes import titles_of
from vision.models import ModelVersion
from vision.selectors import serving_version

MAX_UNLIKED = 20
BUDGET = 200  # neighbours kept
UNLIKED_NEIGHBOURS = 40
UNLIKED_SIMILARITY = 0.6  # cosine from which a neighbour of what is not wanted is pushed down
RECOUNTED = 50  # newest engaged videos whose counts are renewed


def viewer_refresh(*, viewer_id: int, version: ModelVersion | None = None, u2i: U2iVersion | None = None) -> None:
    """Write the viewer's vector with its neighbours, and recount what they engaged with last.

    Of the serving (or given) model version, by the user-to-item version that serves it (or the given one).
    """
    state = ViewerState.objects.filter(viewer_id=viewer_id).first()
    version = version or serving_version()
    if state is None or version is None:
        return
    video_stats_recount(video_ids=_recent_videos(viewer_id))
    space = space_of(version, u2i)
    signals = signals_of(viewer_ids=[viewer_id]).get(viewer_id, [])
    similar = _similar(space, signals)
    _write(
        viewer_id=viewer_id,
        version=version,
        u2i_id=space.u2i.pk if space.u2i else None,
        vector=None if similar.vector is None else vector_literal(similar.vector),
        num_engagements=len(similar.anchors),
        num_signals=state.num_signals,
        payload=pack(list(similar.records), SIMILAR),
        demoted=pack(_unliked_neighbours(version, signals), DEMOTED),
        anchors=[{"video_id": s.video_id, "title": s.title, "kind": s.kind} for s in similar.anchors],
    )


@dataclass(frozen=True)
class Similar:
    """A viewer's vector (None where nothing was liked), the signs that may be named as causes, and (video, score, place of its cause)."""

    vector: Floats | None = None
    anchors: tuple[Signal, ...] = ()
    records: tuple[tuple[int, float, int], ...] = ()


def _similar(space: Space, signals: list[Signal]) -> Similar:
    """Return what is near the viewer, best first, without what they gave a good sign about."""
    places = space.taste.reads(np.array([KIND_ROW[signal.kind] for signal in signals], dtype=np.int64))
    ids, item_ND = space.vectors([signals[place].video_id for place in places])
    row_of = {video_id: row for row, video_id in enumerate(ids.tolist())}
    read = [signals[place] for place in places if signals[place].video_id in row_of]
    anchors = tuple(signal for signal in read if signal.is_good)
    if not anchors:
        return Similar()
    item_HD = item_ND[[row_of[signal.video_id] for signal in read]]
    kind_H = np.array([KIND_ROW[signal.kind] for signal in read])
    age_s_H = read[0].at_s - np.array([signal.at_s for signal in read])
    vector_D = space.taste.vector(item_HD, kind_H, age_s_H)
    liked = {signal.video_id for signal in signals if signal.is_good}
    near, near_CD = space.vectors([video_id for video_id in space.near(vector_D) if video_id not in liked])
    if not len(near):
        return Similar(vector_D, anchors)
    score_C = near_CD @ vector_D
    place_H = np.cumsum(is_good(kind_H)) - 1  # of a good sign among the anchors
    cause_C = place_H[causes(space.taste, item_HD, kind_H, age_s_H, near_CD)]
    best = np.lexsort((near, -score_C))[:BUDGET]
    return Similar(
        vector_D, anchors, tuple(zip(near[best].tolist(), score_C[best].tolist(), cause_C[best].tolist(), strict=True))
    )


def _recent_videos(viewer_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT video_id FROM (SELECT video_id FROM feed_engagement WHERE viewer_id = %s"
            " ORDER BY happened_at DESC LIMIT %s) e",
            [viewer_id, RECOUNTED],
        )
        return [row[0] for row in cursor.fetchall()]


def _unliked_neighbours(version: ModelVersion, signals: list[Signal]) -> list[tuple[int, float, int]]:
    """Return (video id, penalty, NO_STEER) of what is much like something that the viewer is not interested in."""
    ids = [signal.video_id for signal in signals if signal.kind == "not_interested"][:MAX_UNLIKED]
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(unliked_sql(version), [UNLIKED_NEIGHBOURS, ids, UNLIKED_SIMILARITY])
        return [(video_id, min(1.0, float(similarity)), NO_STEER) for video_id, similarity in cursor.fetchall()]


def unliked_sql(version: ModelVersion) -> str:
    """Return the search: text space and width must be literals, or its partial index does not match."""
    mine, width = titles_of(version), f"::halfvec({int(version.dims)})"
    return f"""
SELECT x.video_id, max(x.similarity) FROM vision_titlevector a CROSS JOIN LATERAL (
    SELECT b.video_id, 1 - (b.vec{width} <=> a.vec{width}) AS similarity FROM vision_titlevector b WHERE b.{mine}
    ORDER BY b.vec{width} <=> a.vec{width} LIMIT %s) x
WHERE a.{mine} AND a.video_id = ANY(%s) AND x.similarity >= %s GROUP BY x.video_id ORDER BY 1"""


_WRITE = """
INSERT INTO feed_viewervector AS x (viewer_id, model_version_id, u2i_version_id, vector, num_engagements, num_signals, payload,
    demoted, anchors, updated_at)
VALUES (%(viewer)s, %(version)s, %(u2i_id)s, %(vector)s::halfvec, %(num_engagements)s, %(num_signals)s, %(payload)s,
    %(demoted)s, %(anchors)s, %(now)s)
ON CONFLICT (viewer_id, model_version_id, u2i_version_id) DO UPDATE SET
    vector = excluded.vector, num_engagements = excluded.num_engagements,
    num_signals = excluded.num_signals, payload = excluded.payload, demoted = excluded.demoted, anchors = excluded.anchors,
    updated_at = excluded.updated_at
WHERE x.num_signals <= excluded.num_signals
"""


def _write(*, viewer_id: int, version: ModelVersion, anchors: list[dict[str, Any]], **values: Any) -> None:
    """Write the row, unless a job that knew more engagements was faster."""
    arguments = values | {
        "viewer": viewer_id,
        "version": version.pk,
        "anchors": Jsonb(anchors),
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, arguments)
