"""Videos drawn by chance, so that the feed can learn what nobody has asked for."""

import numpy as np
import numpy.typing as npt

from feed.ranking.compose import Lane
from feed.ranking.table import BoolN, IntN, RowsM
from feed.reading import Ask

BUDGET = 60
DIVERSITY = 0.7
AMONG = (
    4  # times BUDGET: how many of the allowed are expected below the bar, so that BUDGET of them practically always are
)
BLOCK = 30_000  # hashes: 120 kB


def explore_lane(ask: Ask, *, weight: float) -> Lane:
    """Return allowed videos in an order that depends on `ask.seed` and each video's id only, so that no new video reshuffles it.

    The seed knows the viewer and how much they have done, not their wishes: taking a wish back gives the former draw.
    """
    rows = _lowest(ask.table.video_id, ask.seed, ask.allowed)
    score = (1.0 - np.arange(len(rows)) / BUDGET - ask.penalty[rows]).astype(np.float32)
    return Lane("explore", weight, rows, score, rows, DIVERSITY)


def _lowest(video_ids: IntN, seed: int, allowed: BoolN) -> RowsM:
    """Return the BUDGET allowed rows of the lowest hashes, lowest first.

    Hashes are uniform, so a bar finds them without sorting all: .1 ms at 100,000 videos, where the sort takes 7.
    """
    num_allowed = int(np.count_nonzero(allowed))
    bar = 2**32 * AMONG * BUDGET // max(1, num_allowed)
    rows = _below(video_ids, seed, bar) if bar < 2**32 else np.flatnonzero(allowed)
    rows = rows[allowed[rows]]
    if len(rows) < min(BUDGET, num_allowed):
        rows = np.flatnonzero(allowed)
    return rows[np.argsort(_hashes(video_ids[rows], seed), kind="stable")[:BUDGET]]


def _below(video_ids: IntN, seed: int, bar: int) -> RowsM:
    """Return the rows whose hashes lie below `bar`; block by block, so that a block's hashes stay near the processor."""
    blocks = range(0, len(video_ids), BLOCK)
    return np.concatenate(
        [np.flatnonzero(_hashes(video_ids[start : start + BLOCK], seed) < bar) + start for start in blocks]
    )


def _hashes(video_ids: IntN, seed: int) -> npt.NDArray[np.uint32]:
    """Return a uniform uint32 a video (MurmurHash3's finaliser, Appleby 2011; 32 bits, because the processor multiplies those at once)."""
    z = video_ids.astype(np.uint32)
    z ^= np.uint32(seed * 0x9E3779B97F4A7C15 >> 32 & 0xFFFFFFFF)
    shifted = np.empty_like(z)
    z ^= np.right_shift(z, np.uint32(16), out=shifted)
    z *= np.uint32(0x85EBCA6B)
    z ^= np.right_shift(z, np.uint32(13), out=shifted)
    z *= np.uint32(0xC2B2AE35)
    z ^= np.right_shift(z, np.uint32(16), out=shifted)
    return z
