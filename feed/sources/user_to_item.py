"""Candidates near what the viewer liked or watched long; computed by the worker when they engaged (feed.services.viewers)."""

from feed.ranking.compose import Lane
from feed.reading import Ask

BUDGET = 100
DIVERSITY = 0.4
TAG_SLACK = 2  # what somebody likes may come three times in ten cards where chance would bring it once


def similar_lane(ask: Ask, *, weight: float) -> Lane:
    """Return the neighbours of the viewer's vector, best first; `detail` holds the index of the anchor that each would miss the most."""
    rows, known = ask.table.rows_of(ask.viewer.similar["video_id"])
    usable = known & ask.allowed[rows] if len(ask.table) else known
    records, rows = ask.viewer.similar[usable][:BUDGET], rows[usable][:BUDGET]
    return Lane("similar", weight, rows, records["score"] - ask.penalty[rows], records["anchor"], DIVERSITY, TAG_SLACK)
