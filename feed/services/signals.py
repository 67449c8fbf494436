"""Say what viewers think of videos: one sign a video, whatever was repeated and in whatever order it came."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection

from feed.services.popularity import FINISHED_S, FINISHED_SHARE

SIGNAL_SCAN = 400  # engagements of a viewer that are read, newest first
GOOD = ("share", "like", "watch")


@dataclass(frozen=True)
class Signal:
    """What a viewer thinks of one video. `kind`: a name of feed.u2i.data.KINDS; `at_s`: when they last did something to it."""

    video_id: int
    title: str
    kind: str
    at_s: float

    @property
    def is_good(self) -> bool:
        return self.kind in GOOD


_SIGNALS = """
WITH recent AS (
    SELECT e.* FROM unnest(%(viewers)s::bigint[]) AS w(viewer_id) CROSS JOIN LATERAL (
        SELECT * FROM feed_engagement WHERE viewer_id = w.viewer_id AND kind <> 'impression'
        ORDER BY happened_at DESC, client_uuid LIMIT %(scan)s) e),
latest AS (
    SELECT DISTINCT ON (viewer_id, video_id, kind IN ('like', 'unlike')) viewer_id, video_id, kind FROM recent
    WHERE kind IN ('like', 'unlike', 'not_interested', 'undo_not_interested')
    ORDER BY viewer_id, video_id, kind IN ('like', 'unlike'), happened_at DESC, client_uuid),
opinion AS (
    SELECT viewer_id, video_id, bool_or(kind = 'like') AS liked, bool_or(kind = 'not_interested') AS unliked
    FROM latest GROUP BY viewer_id, video_id)
SELECT r.viewer_id, v.id, v.title, extract(epoch FROM max(r.happened_at))::float8,
    bool_or(r.kind = 'report') OR coalesce(bool_or(o.unliked), false), bool_or(r.kind = 'share'),
    coalesce(bool_or(o.liked), false),
    coalesce(max(r.value) FILTER (WHERE r.kind = 'watch'), 0) >= least(%(finished_s)s, %(share)s * greatest(v.duration_s, 1)),
    bool_or(r.kind = 'skip')
FROM recent r JOIN vision_video v ON v.id = r.video_id
LEFT JOIN opinion o ON o.viewer_id = r.viewer_id AND o.video_id = r.video_id
GROUP BY r.viewer_id, v.id ORDER BY r.viewer_id, max(r.happened_at) DESC, v.id
"""


def signals_of(*, viewer_ids: list[int]) -> dict[int, list[Signal]]:
    """Return each viewer's signs, newest first; who gave none is left out.

    Of a mixed video the first of these counts: not interested or reported, shared, liked, watched to the end, skipped. What was taken
    back (an unlike, an undo) says nothing.
    """
    arguments: dict[str, Any] = {
        "viewers": viewer_ids,
        "scan": SIGNAL_SCAN,
        "finished_s": FINISHED_S,
        "share": FINISHED_SHARE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SIGNALS, arguments)
        rows = cursor.fetchall()
    found: dict[int, list[Signal]] = defaultdict(list)
    for viewer_id, video_id, title, at_s, *signs in rows:
        kind = next((name for name, is_so in zip(_STRONGEST_FIRST, signs, strict=True) if is_so), None)
        if kind:
            found[viewer_id].append(Signal(video_id, title, kind, at_s))
    return dict(found)


_STRONGEST_FIRST = ("not_interested", "share", "like", "watch", "skip")
