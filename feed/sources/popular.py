"""The videos that viewers finish, like and share more often than others (feed.services.engagements counts)."""

import numpy as np

from feed.ranking.compose import Lane
from feed.reading import Ask
from feed.sources.fresh import first_allowed

BUDGET = 100
DIVERSITY = 0.5


def popular_lane(ask: Ask, *, weight: float) -> Lane:
    """Return the best received allowed videos, scored by rank; none where nobody has engaged with anything yet."""
    rows = first_allowed(ask.table.popular, ask.allowed, BUDGET)
    score = (1.0 - np.arange(len(rows)) / BUDGET - ask.penalty[rows]).astype(np.float32)
    return Lane("popular", weight, rows, score, rows, DIVERSITY)
