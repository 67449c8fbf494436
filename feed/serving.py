"""Write a ranking as a slate and read its cards: one statement, which also checks visibility for the last time."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from feed.prepared import Prepared
from feed.ranking.features import MARK, WIDTH_BYTES, FeaturesCF
from feed.reading import Viewer
from feed.reasons import Reason
from vision.models import Visibility
from vision.selectors import SERVED_SQL


@dataclass(frozen=True)
class Ranking:
    """Ranked picks with their reasons, best first, and what had to be relaxed for them (None: nothing).

    `features` [picks, F]: what the ranker knew of each, or would have known; logged with the slate for the next training.
    `arms`: which experiment arm drafted each pick; empty where none did.
    """

    video_ids: list[int]
    reasons: list[Reason]
    relaxed: str | None
    features: FeaturesCF
    arms: list[int] = field(default_factory=list)


# Nobody waits for the disk: after a crash of the database the slates of its last half second may be gone; what was done with their
# cards stays recorded, without a slate. Waiting took 2 to 11 ms of a request, the statement .6.
_SERVE = Prepared(
    "feed_serve",
    f"""
WITH wanted AS (SELECT * FROM unnest(%(ids)s) WITH ORDINALITY AS w(video_id, place)),
cards AS (
    SELECT v.id, v.title, v.tags, v.creator, v.media_path, v.poster_path, v.duration_s, v.width_px, v.height_px, w.place,
           v.visibility,
           coalesce((SELECT e.kind = 'like' FROM feed_engagement e WHERE e.viewer_id = %(viewer)s AND e.video_id = v.id
                     AND e.kind IN ('like', 'unlike') ORDER BY e.happened_at DESC, e.client_uuid LIMIT 1), false) AS liked
    FROM wanted w JOIN vision_video v ON v.id = w.video_id
    WHERE {SERVED_SQL}
      AND NOT EXISTS (SELECT FROM unnest(%(new_less)s) phrase WHERE v.search @@ plainto_tsquery('english', phrase))
    ORDER BY w.place LIMIT %(count)s),
slate AS (
    INSERT INTO feed_slate (id, viewer_id, intent_version, arms, cards, features, created_at)
    SELECT %(slate)s, %(viewer)s, %(version)s, %(arms)s, coalesce(jsonb_agg(jsonb_build_object('video_id', c.id)
        || (%(causes)s -> (c.place - 1)::int) ORDER BY c.place) FILTER (WHERE c.id IS NOT NULL), '[]'),
        %(mark)s || coalesce(string_agg(substring(%(features)s FROM ((c.place - 1) * %(width)s + 1)::int
            FOR %(width)s), '' ORDER BY c.place), ''), %(now)s
    FROM (SELECT set_config('synchronous_commit', 'off', true)) s LEFT JOIN cards c ON true
    HAVING %(is_last)s OR count(c.id) = cardinality(%(ids)s))
SELECT * FROM cards ORDER BY place
""",
    ids="bigint[]",
    viewer="bigint",
    count="int",
    slate="uuid",
    version="int",
    arms="bigint[]",
    causes="jsonb",
    mark="bytea",
    features="bytea",
    width="int",
    now="timestamptz",
    new_less="text[]",
    is_last="boolean",
)


def cards_serve(
    *,
    slate_id: uuid.UUID,
    viewer: Viewer,
    ranking: Ranking,
    arms: tuple[int, ...],
    count: int,
    now: datetime,
    new_less: list[str],
    is_last: bool,
) -> list[dict[str, Any]]:
    """Write the slate and return its cards in order: one statement, which also checks visibility for the last time.

    Where that takes a card away the slate is written only if it `is_last`: else it is ranked again, with spare cards.
    """
    rows = _SERVE.rows(
        ids=ranking.video_ids,
        viewer=viewer.viewer_id,
        count=count,
        slate=slate_id,
        version=viewer.wishes.version,
        arms=list(arms) or None,
        causes=orjson.dumps(_causes(ranking)).decode(),
        mark=MARK,
        features=ranking.features.astype("<f2", copy=False).tobytes(),
        width=WIDTH_BYTES,
        now=now,
        new_less=new_less,
        is_last=is_last,
    )
    return [_card(row, position, ranking.reasons[row[9] - 1]) for position, row in enumerate(rows)]


def _causes(ranking: Ranking) -> list[dict[str, Any]]:
    """Return what the slate keeps of each pick: its reason, and the arm that drafted it if any."""
    if not ranking.arms:
        return [{"reason": reason} for reason in ranking.reasons]
    return [{"reason": reason, "arm": arm} for reason, arm in zip(ranking.reasons, ranking.arms, strict=True)]


def _card(row: tuple[Any, ...], position: int, reason: Reason) -> dict[str, Any]:
    video_id, title, tags, creator, media_path, poster_path, duration_s, width_px, height_px, _, visibility, liked = row
    return {
        "video_id": video_id,
        "title": title,
        "tags": tags,
        "creator": creator,
        "media_url": media_url(media_path),
        "poster_url": media_url(poster_path),
        "duration_s": duration_s,
        "width_px": width_px,
        "height_px": height_px,
        "position": position,
        "liked": liked,
        "is_covered": visibility == Visibility.RESTRICTED,
        "reason": reason,
    }


def media_url(path: str) -> str:
    """Return the address of a file below the media folder; empty for no file."""
    return f"/media/{path}" if path else ""
