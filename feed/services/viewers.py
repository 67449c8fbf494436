"""Compute what a viewer's engagements say: a vector, what lies near it, what to push down. In workers; needs no model.

The vector is the recency-weighted mean of what was liked, shared or watched to the end. Recomputed from the engagements each time:
idempotent, and independent of the order in which they came.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.utils import timezone

from feed.models import Kind, ViewerState
from feed.ranking.packed import DEMOTED, NO_STEER, SIMILAR, pack
from feed.services.popularity import FINISHED_S, FINISHED_SHARE, video_stats_recount
from feed.sources.steer_search import EF_SEARCH, vector_literal
from vision.indexes import titles_of
from vision.models import ModelVersion
from vision.selectors import serving_version, title_vectors, video_vectors

SIGNAL_SCAN = 400  # engagements read, newest first
MAX_ANCHORS = 20  # liked videos that make the vector
MAX_UNLIKED = 20
DECAY = 0.9  # a liked video weighs this much of the next newer one: half after seven
WEIGHTS = {"share": 1.2, "like": 1.0, "watch": 0.6}
NEAR_LIMIT = 150
BUDGET = 200  # neighbours kept
UNLIKED_NEIGHBOURS = 40
UNLIKED_SIMILARITY = 0.6  # cosine from which a neighbour of what is not wanted is pushed down
RECOUNTED = 50  # newest engaged videos whose counts are renewed


@dataclass(frozen=True)
class Signal:
    """What a viewer thinks of one video: `kind` is the strongest good sign ("share", "like", "watch") or "not_interested"."""

    video_id: int
    title: str
    kind: str


def viewer_refresh(*, viewer_id: int, version: ModelVersion | None = None) -> None:
    """Write the viewer's vector of the serving (or given) version with its neighbours, and recount what they engaged with last."""
    state = ViewerState.objects.filter(viewer_id=viewer_id).first()
    version = version or serving_version()
    if state is None or version is None:
        return
    video_stats_recount(video_ids=_recent_videos(viewer_id))
    signals = viewer_signals(viewer_id=viewer_id)
    liked = [signal for signal in signals if signal.kind != Kind.NOT_INTERESTED][:MAX_ANCHORS]
    unliked = [signal for signal in signals if signal.kind == Kind.NOT_INTERESTED][:MAX_UNLIKED]
    vectors = _vectors([signal.video_id for signal in liked], version)
    liked = [signal for signal in liked if signal.video_id in vectors]
    seen_D, title_D = _means(liked, vectors)
    similar = _neighbours(version, seen_D, title_D, liked) if liked else []
    _write(
        viewer_id=viewer_id,
        version=version,
        vector=vector_literal(_unit(seen_D + title_D)) if liked else None,
        num_engagements=len(liked),
        num_signals=state.num_signals,
        payload=pack(similar, SIMILAR),
        demoted=pack(_unliked_neighbours(version, unliked), DEMOTED),
        anchors=[{"video_id": s.video_id, "title": s.title, "kind": s.kind} for s in liked],
    )


_SIGNALS = """
WITH recent AS (
    SELECT * FROM feed_engagement WHERE viewer_id = %(viewer)s AND kind <> 'impression' ORDER BY happened_at DESC LIMIT %(scan)s),
latest AS (
    SELECT video_id, kind IN ('like', 'unlike') AS about_like, kind, happened_at,
        row_number() OVER (PARTITION BY video_id, kind IN ('like', 'unlike') ORDER BY happened_at DESC, client_uuid) AS place
    FROM recent WHERE kind IN ('like', 'unlike', 'not_interested', 'undo_not_interested'))
SELECT v.id, v.title,
    coalesce((SELECT kind FROM latest l WHERE l.video_id = v.id AND NOT about_like AND place = 1) = 'not_interested', false),
    coalesce((SELECT kind FROM latest l WHERE l.video_id = v.id AND about_like AND place = 1) = 'like', false),
    bool_or(r.kind = 'share'),
    coalesce(max(r.value) FILTER (WHERE r.kind = 'watch'), 0) >= least(%(finished_s)s, %(share)s * greatest(v.duration_s, 1))
FROM recent r JOIN vision_video v ON v.id = r.video_id GROUP BY v.id ORDER BY max(r.happened_at) DESC, v.id
"""


def viewer_signals(*, viewer_id: int) -> list[Signal]:
    """Return what the viewer thinks of the videos that they gave a sign about, newest first; mixed signs: the later like counts."""
    arguments: dict[str, Any] = {
        "viewer": viewer_id,
        "scan": SIGNAL_SCAN,
        "finished_s": FINISHED_S,
        "share": FINISHED_SHARE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SIGNALS, arguments)
        rows = cursor.fetchall()
    return [
        Signal(video_id, title, "not_interested" if unliked else "share" if shared else "like" if liked else "watch")
        for video_id, title, unliked, liked, shared, finished in rows
        if unliked or shared or liked or finished
    ]


def _recent_videos(viewer_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT video_id FROM (SELECT video_id FROM feed_engagement WHERE viewer_id = %s"
            " ORDER BY happened_at DESC LIMIT %s) e",
            [viewer_id, RECOUNTED],
        )
        return [row[0] for row in cursor.fetchall()]


def _vectors(
    video_ids: list[int], version: ModelVersion
) -> dict[int, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    seen, titles = (read(video_ids=video_ids, version=version) for read in (video_vectors, title_vectors))
    return {video_id: (seen[video_id], titles[video_id]) for video_id in seen.keys() & titles.keys()}


def _means(liked: list[Signal], vectors: dict[int, Any]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the weighted means [D] of what the liked videos show and of what they say, each of length 1."""
    if not liked:
        return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32)
    weights = np.array([WEIGHTS[signal.kind] * DECAY**index for index, signal in enumerate(liked)], dtype=np.float32)
    seen_ND = np.stack([vectors[signal.video_id][0] for signal in liked])
    title_ND = np.stack([vectors[signal.video_id][1] for signal in liked])
    return _unit(weights @ seen_ND), _unit(weights @ title_ND)


def _unit(vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return (vector / max(float(np.linalg.norm(vector)), 1e-6)).astype(np.float32) if len(vector) else vector


def _neighbours(
    version: ModelVersion, seen_D: npt.NDArray[np.float32], title_D: npt.NDArray[np.float32], liked: list[Signal]
) -> list[tuple[int, float, int]]:
    """Return (video id, score, index of the nearest anchor) of what lies near the vector, best first."""
    mine, width = f"model_version_id = {int(version.pk)}", f"::halfvec({int(version.dims)})"
    statement = f"""
WITH near AS (
    (SELECT video_id FROM vision_videovector WHERE {mine} ORDER BY video_vec{width} <=> %(seen)s{width} LIMIT %(near)s)
    UNION (SELECT video_id FROM vision_titlevector WHERE {titles_of(version)} ORDER BY vec{width} <=> %(title)s{width} LIMIT %(near)s))
SELECT x.video_id, 1 - ((x.video_vec{width} <=> %(seen)s{width}) + (t.vec{width} <=> %(title)s{width})) / 2 AS score,
    (SELECT a.video_id FROM vision_videovector a JOIN vision_titlevector b ON b.video_id = a.video_id AND {titles_of(version, "b.")}
     WHERE a.{mine} AND a.video_id = ANY(%(anchors)s)
     ORDER BY (a.video_vec{width} <=> x.video_vec{width}) + (b.vec{width} <=> t.vec{width}), a.video_id LIMIT 1)
FROM near JOIN vision_videovector x ON x.video_id = near.video_id AND x.{mine}
JOIN vision_titlevector t ON t.video_id = x.video_id AND {titles_of(version, "t.")}
WHERE x.video_id <> ALL(%(anchors)s) ORDER BY score DESC, x.video_id LIMIT %(budget)s"""
    anchors = [signal.video_id for signal in liked]
    arguments: dict[str, Any] = {
        "seen": vector_literal(seen_D),
        "title": vector_literal(title_D),
        "anchors": anchors,
        "near": NEAR_LIMIT,
        "budget": BUDGET,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL hnsw.ef_search = {EF_SEARCH}; SET LOCAL hnsw.iterative_scan = strict_order")
        cursor.execute(statement, arguments)
        return [(video_id, float(score), anchors.index(anchor)) for video_id, score, anchor in cursor.fetchall()]


def _unliked_neighbours(version: ModelVersion, unliked: list[Signal]) -> list[tuple[int, float, int]]:
    """Return (video id, penalty, NO_STEER) of what is much like something that the viewer is not interested in."""
    if not unliked:
        return []
    ids = [signal.video_id for signal in unliked]
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
INSERT INTO feed_viewervector AS x (viewer_id, model_version_id, vector, num_engagements, num_signals, payload, demoted, anchors,
    updated_at)
VALUES (%(viewer)s, %(version)s, %(vector)s::halfvec, %(num_engagements)s, %(num_signals)s, %(payload)s, %(demoted)s, %(anchors)s,
    %(now)s)
ON CONFLICT (viewer_id, model_version_id) DO UPDATE SET
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
