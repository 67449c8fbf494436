"""Say which pairs a head gets right, and how often people agree with each other. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import combinations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def is_right(gap_P: npt.ArrayLike) -> Floats:
    """Return 1 where the better video is ahead, 0 where it is behind, a half where the two are equal [P]."""
    gap_P = np.asarray(gap_P, dtype=np.float64)
    return (gap_P > 0) + 0.5 * (gap_P == 0)


def agreement(answers: Iterable[tuple[Hashable, Hashable, str]]) -> tuple[float | None, int]:
    """Return (share of equal answers, number compared) over every two people who answered the same question.

    `answers` are (question, person, answer); a person's own second answer is not compared with their first. None where nobody met.
    """
    by_question: dict[Hashable, dict[Hashable, str]] = defaultdict(dict)
    for question, person, answer in answers:
        by_question[question][person] = answer
    met = [a == b for said in by_question.values() for a, b in combinations(said.values(), 2)]
    return (sum(met) / len(met), len(met)) if met else (None, 0)
