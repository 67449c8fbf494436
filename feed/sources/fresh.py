"""The newest videos."""

import numpy as np

from feed.ranking.compose import Lane
from feed.ranking.table import BoolN, RowsM
from feed.reading import Ask

BUDGET = 100
DIVERSITY = 0.5
SEEN_AT_MOST = 500  # a viewer may have seen just these


def fresh_lane(ask: Ask, *, weight: float) -> Lane:
    """Return the newest allowed videos. Scored by rank, not by age: the same world gives the same order at any hour."""
    rows = first_allowed(ask.table.fresh, ask.allowed, BUDGET)
    score = (1.0 - np.arange(len(rows)) / BUDGET - ask.penalty[rows]).astype(np.float32)
    return Lane("fresh", weight, rows, score, rows, DIVERSITY)


def first_allowed(rows: RowsM, allowed: BoolN, count: int) -> RowsM:
    """Return the first `count` of `rows` that are allowed; looks at few of them where most are."""
    head = rows[: 4 * count + SEEN_AT_MOST]
    found = head[allowed[head]]
    return (found if len(found) >= count else rows[allowed[rows]])[:count]
