"""Score rankings against held-out pairs: recall and nDCG at 20, by viewer, with slices of items and intervals. Pure: numpy.

Shape suffixes: P held-out pairs, B viewers, N items, K places.
"""

from dataclasses import dataclass

import numpy as np

from feed.u2i.data import Bools, Floats, Interactions, Ints
from vision.bootstrap import Estimate, estimate, gain
from vision.bootstrap import Floats as Doubles

PLACES = 20
COLD, TAIL = "cold", "tail"
TAIL_MAX = 5  # engagements in training up to which an item counts as tail; cold: none


@dataclass(frozen=True)
class HeldOut:
    """Pairs that training did not see, and how often their items were met there."""

    viewer: Ints
    item: Ints
    num_met: Ints

    @classmethod
    def of(cls, held_out: Interactions, known: Interactions, num_items: int) -> "HeldOut":
        """Take the good held-out pairs of which training does not hold the very same."""
        good, width = held_out.rows(held_out.is_positive), num_items
        known_keys = known.viewer * width + known.item
        good = good.rows(~np.isin(good.viewer * width + good.item, known_keys))
        met_N = np.bincount(known.item[known.is_positive], minlength=num_items)
        return cls(good.viewer, good.item, met_N[good.item])

    def __len__(self) -> int:
        return len(self.viewer)

    def rows(self, row: np.ndarray) -> "HeldOut":
        """Return the chosen pairs, in that order."""
        return HeldOut(self.viewer[row], self.item[row], self.num_met[row])

    def is_in(self, part: str) -> Bools:
        """Say which pairs [P] are of the slice: all, cold or tail."""
        if part == COLD:
            return self.num_met == 0
        return (self.num_met > 0) & (self.num_met <= TAIL_MAX) if part == TAIL else np.ones(len(self), bool)

    def recall(self, hit_P: Doubles, part: str = "all", seed: int = 0) -> Estimate:
        """Return Recall@20 of the slice: the mean over viewers of the share of their pairs that were found."""
        mask_P = self.is_in(part)
        return estimate(hit_P[mask_P], self.viewer[mask_P], self._weights(mask_P), seed)

    def gain(self, before_P: Doubles, after_P: Doubles, part: str = "all", seed: int = 0) -> Estimate:
        """Return how much recall or nDCG rose, by a paired bootstrap over viewers."""
        mask_P = self.is_in(part)
        return gain(before_P[mask_P], after_P[mask_P], self.viewer[mask_P], self._weights(mask_P), seed)

    def found(self, place_P: Ints) -> Doubles:
        """Say which pairs [P] stand in their viewer's list, as 1 and 0."""
        return (place_P < PLACES).astype(np.float64)

    def discounted(self, place_P: Ints) -> Doubles:
        """Return what each pair adds to nDCG@20 [P]; the mean over pairs, viewers weighing alike, is nDCG@20."""
        _, row_P, count_V = np.unique(self.viewer, return_inverse=True, return_counts=True)
        best = np.concatenate([[0], np.cumsum(1 / np.log2(np.arange(PLACES) + 2))])
        found_P = np.where(place_P < PLACES, 1 / np.log2(place_P + 2.0), 0)
        return count_V[row_P] * found_P / best[np.minimum(count_V[row_P], PLACES)]

    def _weights(self, mask_P: Bools) -> Doubles:
        _, row_P, count_V = np.unique(self.viewer[mask_P], return_inverse=True, return_counts=True)
        return 1.0 / count_V[row_P]


def places(top_PK: Ints, item_P: Ints) -> Ints:
    """Return each pair's place in its viewer's list, from 0; PLACES where it is not there."""
    is_it_PK = top_PK == item_P[:, None]
    return np.where(is_it_PK.any(1), is_it_PK.argmax(1), PLACES)


def top(score_BN: Floats, is_left_out_BN: Bools, count: int = PLACES) -> Ints:
    """Return the best `count` items a row [B, K], best first, ties by row number; -1 where fewer are left."""
    score_BN = np.where(is_left_out_BN, -np.inf, score_BN)
    count = min(count, score_BN.shape[1])
    cut_B = np.partition(score_BN, -count, 1)[:, -count]
    best_BK = np.empty((len(score_BN), count), np.int64)
    for row, score_N in enumerate(score_BN):
        some = np.flatnonzero(score_N >= cut_B[row])
        best_BK[row] = some[np.argsort(-score_N[some], kind="stable")[:count]]
    return np.where(np.isinf(np.take_along_axis(score_BN, best_BK, 1)), -1, best_BK)
