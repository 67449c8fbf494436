"""Videos drawn by chance, so that the feed can learn what nobody has asked for."""

import numpy as np

from feed.ranking.compose import Lane
from feed.ranking.table import BoolN, RowsM, UIntN, mixed
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
    rows = _lowest(ask.table.mixed_id, ask.seed, ask.allowed)
    score = (1.0 - np.arange(len(rows)) / BUDGET - ask.penalty[rows]).astype(np.float32)
    return Lane("explore", weight, rows, score, rows, DIVERSITY)


def _lowest(mixed_ids: UIntN, seed: int, allowed: BoolN) -> RowsM:
    """Return the BUDGET allowed rows of the lowest hashes, lowest first.

    Hashes are uniform, so a bar finds them without sorting all: .1 ms at 100,000 videos, where the sort takes 7.
    """
    num_allowed = int(np.count_nonzero(allowed))
    bar = 2**32 * AMONG * BUDGET // max(1, num_allowed)
    rows = _below(mixed_ids, seed, bar) if bar < 2**32 - 2**16 else np.flatnonzero(allowed)
    rows = rows[allowed[rows]]
    if len(rows) < min(BUDGET, num_allowed):
        rows = np.flatnonzero(allowed)
    hashes = mixed(_before_last_step(mixed_ids[rows], seed))
    return rows[np.argsort(hashes, kind="stable")[:BUDGET]]


def _below(mixed_ids: UIntN, seed: int, bar: int) -> RowsM:
    """Return the rows whose hashes lie below `bar`, rounded up to where the last step has no say in it.

    Block by block, so that a block's hashes stay near the processor.
    """
    rounded = np.uint32((bar >> 16) + 1 << 16)
    blocks = range(0, len(mixed_ids), BLOCK)
    return np.concatenate(
        [np.flatnonzero(_before_last_step(mixed_ids[at : at + BLOCK], seed) < rounded) + at for at in blocks]
    )


def _before_last_step(mixed_ids: UIntN, seed: int) -> UIntN:
    """Return a uniform uint32 a video but for the last step, which leaves its upper half alone; `mixed` takes it.

    MurmurHash3's finaliser (Appleby 2011) of the id and the seed; 32 bits, because the processor multiplies those at once. Its first
    step is the same for their exclusive or as for each of them, so the table has taken it.
    """
    z = mixed_ids ^ mixed(np.array([seed * 0x9E3779B97F4A7C15 >> 32 & 0xFFFFFFFF], dtype=np.uint32))
    z *= np.uint32(0x85EBCA6B)
    z ^= z >> np.uint32(13)
    z *= np.uint32(0xC2B2AE35)
    return z
