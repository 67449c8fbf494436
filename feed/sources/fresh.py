"""The newest videos."""

import numpy as np

from feed.ranking.compose import Lane
from feed.reading import Ask

BUDGET = 100
DIVERSITY = 0.5


def fresh_lane(ask: Ask, *, weight: float) -> Lane:
    """Return the newest allowed videos. Scored by rank, not by age: the same world gives the same order at any hour."""
    rows = ask.table.fresh[ask.allowed[ask.table.fresh]][:BUDGET]
    score = (1.0 - np.arange(len(rows)) / BUDGET - ask.penalty[rows]).astype(np.float32)
    return Lane("fresh", weight, rows, score, rows, DIVERSITY)
