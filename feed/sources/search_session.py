"""Candidates of what the viewer searched for and opened of late; computed by the worker when they did (feed.services.searched)."""

from feed.ranking.compose import Lane
from feed.reading import Ask

BUDGET = 60
DIVERSITY = 0.4
TAG_SLACK = 2  # as for what somebody likes


def searched_lane(ask: Ask, *, weight: float) -> Lane:
    """Return what is about the viewer's searches, best first; `detail` holds the index of the search that each is about."""
    rows, known = ask.table.rows_of(ask.viewer.searched["video_id"])
    usable = known & ask.allowed[rows] if len(ask.table) else known
    records, rows = ask.viewer.searched[usable][:BUDGET], rows[usable][:BUDGET]
    return Lane("search", weight, rows, records["score"] - ask.penalty[rows], records["anchor"], DIVERSITY, TAG_SLACK)
