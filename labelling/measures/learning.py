"""Say what answers were worth: how well a model that knows the first n of them foretells others that nobody chose. Pure."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from labelling.measures.logistic import Floats
from labelling.measures.selection import learn
from vision.bootstrap import estimate

NUM_POINTS = 6
MIN_HELD_OUT = 20


@dataclass(frozen=True)
class Point:
    """After `num` answers of an arm: the share of held-out answers foretold, with its 95 % interval."""

    num: int
    accuracy: float
    low: float
    high: float


def curve(
    read_PF: Floats, worth_P: Floats, held_HF: Floats, held_worth_H: Floats, held_query_H: Sequence[Hashable]
) -> list[Point]:
    """Return the learning curve of answers in the order in which they came; empty where too few are held out to measure on.

    Ties are no test. The interval draws whole queries.
    """
    decided = held_worth_H != 0.5
    if decided.sum() < MIN_HELD_OUT or not len(read_PF):
        return []
    held_HF, wins_H = held_HF[decided], held_worth_H[decided] == 1
    queries = [query for query, is_decided in zip(held_query_H, decided, strict=True) if is_decided]
    group_H = np.unique([str(query) for query in queries], return_inverse=True)[1]
    found = []
    for num in sorted({max(1, round(len(read_PF) * part / NUM_POINTS)) for part in range(1, NUM_POINTS + 1)}):
        known = learn(read_PF[:num], worth_P[:num], read_PF.shape[1])
        right_H = ((held_HF @ known.mean > 0) == wins_H).astype(np.float64)
        share = estimate(right_H, group_H)
        found.append(Point(num, share.value, share.low, share.high))
    return found
