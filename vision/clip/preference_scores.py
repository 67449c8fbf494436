"""Measure preferences honestly: accuracy with a bootstrap over queries, the gain of one head over another, people's own agreement. Pure.

Queries are drawn, not pairs: the pairs of one query share its videos, and an interval over pairs would be too narrow.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

NUM_DRAWS = 2000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A share in [-1, 1] with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    @property
    def interval(self) -> list[float]:
        return [self.low, self.high]


def is_right(gap_P: npt.ArrayLike) -> Floats:
    """Return 1 where the better video is ahead, 0 where it is behind, a half where the two are equal [P]."""
    gap_P = np.asarray(gap_P, dtype=np.float64)
    return (gap_P > 0) + 0.5 * (gap_P == 0)


def accuracy(right_P: Floats, query_P: npt.ArrayLike, weight_P: npt.ArrayLike | None = None, seed: int = 0) -> Estimate:
    """Return the weighted mean of `right_P` and its interval; `query_P` says whose pairs are drawn together. ValueError if empty."""
    return _estimate(np.asarray(right_P, dtype=np.float64), query_P, weight_P, seed)


def gain(
    before_P: Floats, after_P: Floats, query_P: npt.ArrayLike, weight_P: npt.ArrayLike | None = None, seed: int = 0
) -> Estimate:
    """Return how much the accuracy rose, by a paired bootstrap: the same draws of queries before and after."""
    return _estimate(after_P - before_P, query_P, weight_P, seed)


def _estimate(value_P: Floats, query_P: npt.ArrayLike, weight_P: npt.ArrayLike | None, seed: int) -> Estimate:
    if not len(value_P):
        raise ValueError("there are no pairs to measure on")
    weight_P = np.ones(len(value_P)) if weight_P is None else np.asarray(weight_P, dtype=np.float64)
    _, query_P = np.unique(np.asarray(query_P), return_inverse=True)
    sum_Q = np.bincount(query_P, weight_P * value_P)
    weight_Q = np.bincount(query_P, weight_P)
    draw_SQ = np.random.default_rng(seed).integers(len(sum_Q), size=(NUM_DRAWS, len(sum_Q)))
    drawn_S = sum_Q[draw_SQ].sum(1) / weight_Q[draw_SQ].sum(1)
    low, high = np.quantile(drawn_S, [0.025, 0.975])
    return Estimate(float(sum_Q.sum() / weight_Q.sum()), float(low), float(high))


def agreement(answers: Iterable[tuple[Hashable, Hashable, str]]) -> tuple[float | None, int]:
    """Return (share of equal answers, number compared) over every two people who answered the same question.

    `answers` are (question, person, answer); a person's own second answer is not compared with their first. None where nobody met.
    """
    by_question: dict[Hashable, dict[Hashable, str]] = defaultdict(dict)
    for question, person, answer in answers:
        by_question[question][person] = answer
    met = [a == b for said in by_question.values() for a, b in combinations(said.values(), 2)]
    return (sum(met) / len(met), len(met)) if met else (None, 0)
