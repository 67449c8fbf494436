"""Count how videos are received. Recounted from the engagements, so that a job that runs twice counts nothing twice.

What a few can push is small: a viewer counts once a video, by the best sign they gave, and an account that has done little counts
little. Simulated fakes decided the numbers (`manage.py simulate`, LOG.md): of 100 viewers 5 who like, share and watch three videos.
"""

from typing import Any

from django.db import connection

PRIOR_VIEWERS = 10.0  # a video is believed to be average until about this many people have seen it
PRIOR_RATE = 0.2
EXPERIENCED = 100.0  # engagements from which an account counts wholly: about five slates
FINISHED_SHARE = 0.8  # of its length
FINISHED_S = 15.0  # or this long

_RECOUNT = """
WITH seen AS (
    SELECT e.video_id, e.viewer_id, bool_or(e.kind = 'share') AS shared, max(e.value) FILTER (WHERE e.kind = 'watch') AS watch_s
    FROM feed_engagement e WHERE e.video_id = ANY(%(ids)s) GROUP BY 1, 2),
opinion AS (
    SELECT DISTINCT ON (e.video_id, e.viewer_id, e.kind IN ('like', 'unlike')) e.video_id, e.viewer_id, e.kind FROM feed_engagement e
    WHERE e.video_id = ANY(%(ids)s) AND e.kind IN ('like', 'unlike', 'not_interested', 'undo_not_interested')
    ORDER BY e.video_id, e.viewer_id, e.kind IN ('like', 'unlike'), e.happened_at DESC, e.client_uuid),
received AS (
    SELECT seen.video_id, seen.shared, least(1, coalesce(s.num_events, 0) / %(experienced)s) AS weight,
        EXISTS (SELECT 1 FROM opinion o WHERE (o.video_id, o.viewer_id, o.kind) = (seen.video_id, seen.viewer_id, 'like')) AS liked,
        EXISTS (SELECT 1 FROM opinion o
                WHERE (o.video_id, o.viewer_id, o.kind) = (seen.video_id, seen.viewer_id, 'not_interested')) AS disliked,
        coalesce(seen.watch_s >= least(%(finished_s)s, %(finished_share)s * coalesce(v.duration_s, 0)), false) AS finished
    FROM seen JOIN vision_video v ON v.id = seen.video_id LEFT JOIN feed_viewerstate s ON s.viewer_id = seen.viewer_id),
counts AS (
    SELECT v.id AS video_id, count(r.video_id) AS seen, count(*) FILTER (WHERE r.liked) AS likes,
        count(*) FILTER (WHERE r.shared) AS shares, count(*) FILTER (WHERE r.finished) AS finished,
        count(*) FILTER (WHERE r.disliked) AS disliked, coalesce(sum(r.weight), 0) AS weight,
        coalesce(sum(r.weight * CASE WHEN r.disliked THEN -.5 WHEN r.liked OR r.shared THEN 1 WHEN r.finished THEN .5 ELSE 0 END), 0)
            AS good
    FROM unnest(%(ids)s::bigint[]) AS v(id) JOIN vision_video ON vision_video.id = v.id LEFT JOIN received r ON r.video_id = v.id
    GROUP BY v.id)
INSERT INTO feed_videostats AS s
    (video_id, num_impressions, num_likes, num_shares, num_finished, num_not_interested, popularity, updated_at)
SELECT video_id, seen, likes, shares, finished, disliked,
    greatest(0, least(1, (%(prior)s * %(rate)s + good) / (%(prior)s + weight))), now()
FROM counts ORDER BY video_id
ON CONFLICT (video_id) DO UPDATE SET
    num_impressions = excluded.num_impressions, num_likes = excluded.num_likes, num_shares = excluded.num_shares,
    num_finished = excluded.num_finished, num_not_interested = excluded.num_not_interested,
    popularity = excluded.popularity, updated_at = excluded.updated_at
"""


def video_stats_recount(*, video_ids: list[int]) -> None:
    """Write these videos' counts and smoothed popularity: each viewer once a kind, whatever they repeat.

    popularity = (prior x rate + sum of weight x good) / (prior + sum of weight) over those who saw it, in [0, 1]. `good` is 1 for a like
    or a share, 1/2 for watching to the end, -1/2 for "not interested"; `weight` grows with all that the account has done, to 1.
    """
    arguments: dict[str, Any] = {
        "ids": sorted(set(video_ids)),
        "prior": PRIOR_VIEWERS,
        "rate": PRIOR_RATE,
        "experienced": EXPERIENCED,
        "finished_s": FINISHED_S,
        "finished_share": FINISHED_SHARE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, arguments)
