"""Videos drawn by chance, so that the feed can learn what nobody has asked for."""

import numpy as np

from feed.ranking.compose import Lane
from feed.reading import Ask

BUDGET = 60
DIVERSITY = 0.7


def explore_lane(ask: Ask, *, weight: float) -> Lane:
    """Return allowed videos in an order that depends on `ask.seed` and each video's id only, so that no new video reshuffles it.

    The seed knows the viewer and how much they have done, not their wishes: taking a wish back gives the former draw.
    """
    rows = np.flatnonzero(ask.allowed)
    order = np.argsort(_hashes(ask.table.video_id[rows], ask.seed), kind="stable")[:BUDGET]
    rows = rows[order]
    score = (1.0 - np.arange(len(rows)) / BUDGET - ask.penalty[rows]).astype(np.float32)
    return Lane("explore", weight, rows, score, rows, DIVERSITY)


def _hashes(video_ids: np.ndarray, seed: int) -> np.ndarray:
    """Return a uniform uint64 a video (splitmix64's finaliser, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        z = video_ids.astype(np.uint64) + np.uint64(seed % 2**63) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))
