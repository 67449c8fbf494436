"""Say in SQL what became of a card: one definition of watched, liked, skipped for experiments and for the insights page."""

from feed.services.popularity import FINISHED_S, FINISHED_SHARE

# From `own`, engagements with the `part` (an arm, a source) that their cards belong to: a row a viewer, part and video, however often
# it was seen. `watched` in [0, 1] is the part of its length.
RECEIVED_SQL = """
cards AS (
    SELECT o.viewer_id, o.part, o.video_id,
        least(1, coalesce(max(o.value) FILTER (WHERE o.kind = 'watch'), 0) / greatest(v.duration_s, 1)) AS watched,
        coalesce(max(o.value) FILTER (WHERE o.kind = 'watch'), 0)
            >= least(%(finished_s)s, %(finished_share)s * greatest(v.duration_s, 1)) AS finished,
        coalesce((array_agg(o.kind ORDER BY o.happened_at DESC, o.client_uuid) FILTER (
            WHERE o.kind IN ('like', 'unlike')))[1] = 'like', false) AS liked,
        coalesce((array_agg(o.kind ORDER BY o.happened_at DESC, o.client_uuid) FILTER (
            WHERE o.kind IN ('not_interested', 'undo_not_interested')))[1] = 'not_interested', false) AS sent_away,
        bool_or(o.kind = 'share') AS shared, bool_or(o.kind = 'skip') AS skipped, bool_or(o.kind = 'report') AS reported
    FROM own o JOIN vision_video v ON v.id = o.video_id GROUP BY o.viewer_id, o.part, v.id, o.video_id)
"""
RECEIVED_ARGUMENTS = {"finished_s": FINISHED_S, "finished_share": FINISHED_SHARE}
