"""Count how videos are received. Recounted from the engagements, so that a job that runs twice counts nothing twice."""

from typing import Any

from django.db import connection

PRIOR_IMPRESSIONS = 5.0  # a video is believed to be average until about this many people have seen it
PRIOR_RATE = 0.2
FINISHED_SHARE = 0.8  # of its length
FINISHED_S = 15.0  # or this long

_RECOUNT = """
WITH watched AS (
    SELECT e.video_id, e.viewer_id, max(e.value) AS watch_s FROM feed_engagement e
    WHERE e.video_id = ANY(%(ids)s) AND e.kind = 'watch' GROUP BY 1, 2),
opinion AS (
    SELECT DISTINCT ON (e.video_id, e.viewer_id, e.kind IN ('like', 'unlike')) e.video_id, e.viewer_id, e.kind FROM feed_engagement e
    WHERE e.video_id = ANY(%(ids)s) AND e.kind IN ('like', 'unlike', 'not_interested', 'undo_not_interested')
    ORDER BY e.video_id, e.viewer_id, e.kind IN ('like', 'unlike'), e.happened_at DESC, e.client_uuid),
counts AS (
    SELECT v.id AS video_id,
        (SELECT count(DISTINCT e.viewer_id) FROM feed_engagement e WHERE e.video_id = v.id) AS seen,
        (SELECT count(*) FROM opinion o WHERE o.video_id = v.id AND o.kind = 'like') AS likes,
        (SELECT count(DISTINCT e.viewer_id) FROM feed_engagement e WHERE e.video_id = v.id AND e.kind = 'share') AS shares,
        (SELECT count(*) FROM watched w WHERE w.video_id = v.id
            AND w.watch_s >= least(%(finished_s)s, %(finished_share)s * coalesce(v.duration_s, 0))) AS finished,
        (SELECT count(*) FROM opinion o WHERE o.video_id = v.id AND o.kind = 'not_interested') AS disliked
    FROM vision_video v WHERE v.id = ANY(%(ids)s))
INSERT INTO feed_videostats AS s
    (video_id, num_impressions, num_likes, num_shares, num_finished, num_not_interested, popularity, updated_at)
SELECT video_id, seen, likes, shares, finished, disliked,
    greatest(0, least(1, (%(prior)s * %(rate)s + likes + shares + .5 * finished - disliked) / (%(prior)s + 2 * seen))), now()
FROM counts ORDER BY video_id
ON CONFLICT (video_id) DO UPDATE SET
    num_impressions = excluded.num_impressions, num_likes = excluded.num_likes, num_shares = excluded.num_shares,
    num_finished = excluded.num_finished, num_not_interested = excluded.num_not_interested,
    popularity = excluded.popularity, updated_at = excluded.updated_at
"""


def video_stats_recount(*, video_ids: list[int]) -> None:
    """Write these videos' counts and smoothed popularity: each viewer once a kind, whatever they repeat.

    popularity = (prior + likes + shares + finished / 2 - disliked) / (prior + 2 x people who saw it), in [0, 1].
    """
    arguments: dict[str, Any] = {
        "ids": sorted(video_ids),
        "prior": PRIOR_IMPRESSIONS,
        "rate": PRIOR_RATE,
        "finished_s": FINISHED_S,
        "finished_share": FINISHED_SHARE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, arguments)
