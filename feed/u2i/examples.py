"""Draw training examples: a viewer's history, the item that they took, what they refused. Pure: numpy only.

Shape suffixes: E engagements (sorted by viewer, then time), G good ones, V viewers, B examples, H history, X explicit negatives.
"""

from dataclasses import dataclass

import numpy as np

from feed.u2i.data import Bools, Interactions, Ints
from feed.u2i.exported import age_rows


@dataclass(frozen=True)
class Histories:
    """Engagements before a moment, one row an example: items, kinds, rows of the age table, and which places hold one; all [B, H]."""

    item: Ints
    kind: Ints
    age: Ints
    known: Bools


class Examples:
    """Engagements by viewer, from which examples are drawn.

    With times, a history is what came before; without, it is what else the viewer engaged with, in no order.
    """

    def __init__(self, interactions: Interactions, *, max_history: int, activity_power: float) -> None:
        order_E = np.lexsort((interactions.at_s, interactions.viewer))
        self.events = interactions.rows(order_E)
        self.is_timed, self.max_history = interactions.is_timed, max_history
        num_viewers = int(self.events.viewer.max(initial=-1)) + 1
        self.end_V = np.cumsum(np.bincount(self.events.viewer, minlength=num_viewers))
        self.start_V = np.concatenate([[0], self.end_V[:-1]]).astype(np.int64)
        self.good = np.flatnonzero(self.events.is_positive)
        self.bad_by_viewer = _by_viewer(self.events.rows(~self.events.is_positive))
        activity_V = np.bincount(self.events.viewer[self.good], minlength=num_viewers)
        self.weight_G = activity_V[self.events.viewer[self.good]].astype(np.float64) ** (activity_power - 1)

    def histories(self, row_B: Ints, rng: np.random.Generator) -> Histories:
        """Return what the viewers of these engagements had done before them, or else besides them."""
        start_B = self.start_V[self.events.viewer[row_B]]
        place_B = row_B - start_B
        if self.is_timed:
            return self._taken(start_B, _last(place_B, self.max_history), self.events.at_s[row_B])
        num_other_B = self.end_V[self.events.viewer[row_B]] - start_B - 1
        chosen_BH = _some(num_other_B, self.max_history, rng)
        chosen_BH = chosen_BH + (chosen_BH >= place_B[:, None])
        return self._taken(start_B, chosen_BH, self.events.at_s[row_B])

    def refused(self, row_B: Ints, max_refused: int, rng: np.random.Generator) -> Ints:
        """Return up to `max_refused` items [B, X] that the viewers of these engagements refused, -1 where there are no more."""
        width = min(max_refused, max(map(len, self.bad_by_viewer.values()), default=0))
        item_BX = np.full((len(row_B), width), -1, dtype=np.int64)
        for place, viewer in enumerate(self.events.viewer[row_B]):
            bad = self.bad_by_viewer.get(int(viewer))
            if bad is not None:
                some = bad if len(bad) <= width else rng.choice(bad, width, replace=False)
                item_BX[place, : len(some)] = some
        return item_BX

    def _taken(self, start_B: Ints, chosen_BH: Ints, now_B: np.ndarray) -> Histories:
        """Return the engagements at these places of the viewers; a place below 0 or out of reach is empty."""
        known_BH = chosen_BH >= 0
        row_BH = np.where(known_BH, start_B[:, None] + chosen_BH, 0)
        age_BH = age_rows(np.maximum(now_B[:, None] - self.events.at_s[row_BH], 0))
        return Histories(self.events.item[row_BH], self.events.kind[row_BH].astype(np.int64), age_BH, known_BH)


EMPTY = -(1 << 40)  # a place that stays below 0 whatever is added to it


def _last(count_B: Ints, size: int) -> Ints:
    """Return the places [B, size] of the newest `size` of `count_B`, oldest first, EMPTY where there are fewer."""
    place_BH = count_B[:, None] - size + np.arange(size)
    return np.where(place_BH >= 0, place_BH, EMPTY)


def _some(count_B: Ints, size: int, rng: np.random.Generator) -> Ints:
    """Return all places where there are at most `size`, otherwise `size` drawn with replacement; EMPTY where there are fewer."""
    all_BH = np.broadcast_to(np.arange(size), (len(count_B), size))
    drawn_BH = (rng.random((len(count_B), size)) * count_B[:, None]).astype(np.int64)
    place_BH = np.where(count_B[:, None] > size, drawn_BH, all_BH)
    return np.where(place_BH < count_B[:, None], place_BH, EMPTY)


def _by_viewer(bad: Interactions) -> dict[int, Ints]:
    viewers, start = np.unique(bad.viewer, return_index=True)
    return dict(zip(viewers.tolist(), np.split(bad.item, start[1:]), strict=True)) if len(viewers) else {}
