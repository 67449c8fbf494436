"""Simulate people with a hidden taste: what they would answer about two videos, and what they would click in a list. Pure, no torch.

A taste is what a person sees beside the topic: a direction among the pictures, how bright they are, how much moves. Utility of a
video for a query = relevance (does its caption say what was asked) + taste, both standardised over the candidates. Answers are
logistic in the difference, with the one temperature at which two people give the same answer in a wanted share of questions.

Shape suffixes: N videos, Q queries, C candidates a query, P pairs, D the space's width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Taste:
    """A direction [D] in the pictures' space and the weights of direction, brightness and pace; `share` of utility is taste."""

    direction: Floats
    weights: tuple[float, float, float]
    share: float


def draw_taste(picture_ND: npt.ArrayLike, *, seed: int, share: float = 0.6) -> Taste:
    """Draw a taste: the direction is between two videos' pictures, so that it is one in which videos do differ; signs are free."""
    picture_ND = np.asarray(picture_ND, dtype=np.float64)
    rng = np.random.default_rng([seed, 41])
    one, other = rng.choice(len(picture_ND), 2, replace=False)
    direction_D = picture_ND[one] - picture_ND[other]
    signs = rng.choice([-1.0, 1.0], 3)
    weights = signs * rng.uniform(0.5, 1.0, 3)
    return Taste(direction_D / np.linalg.norm(direction_D), (weights[0], weights[1], weights[2]), share)


def appeal(taste: Taste, picture_ND: npt.ArrayLike, brightness_N: npt.ArrayLike, motion_N: npt.ArrayLike) -> Floats:
    """Return how much each video is to that taste [N], mean 0 and deviation 1; `motion_N` in frame diagonals a second."""
    parts = (
        np.asarray(picture_ND, dtype=np.float64) @ taste.direction,
        np.asarray(brightness_N, dtype=np.float64),
        np.log1p(20 * np.asarray(motion_N, dtype=np.float64)),
    )
    weighted = [weight * _standard(part) for weight, part in zip(taste.weights, parts, strict=True)]
    return _standard(np.sum(weighted, axis=0))


def _standard(value: Floats) -> Floats:
    return (value - value.mean()) / max(float(value.std()), 1e-9)


def utilities(taste: Taste, appeal_N: Floats, relevance_QC: npt.ArrayLike, candidate_QC: Ints) -> Floats:
    """Return the utility of each query's candidates [Q, C]: relevance standardised a query, taste over all videos."""
    told_QC: Floats = np.asarray(relevance_QC, dtype=np.float64)
    centred_QC = told_QC - told_QC.mean(1, keepdims=True)
    standard_QC = centred_QC / max(float(centred_QC.std()), 1e-9)
    return (1 - taste.share) * standard_QC + taste.share * appeal_N[candidate_QC]


def sigmoid(value: npt.ArrayLike) -> Floats:
    return 1 / (1 + np.exp(-np.asarray(value, dtype=np.float64)))


def calibrate(gap_P: npt.ArrayLike, *, agreement: float = 0.75) -> float:
    """Return the sharpness t at which two people, each right with probability sigmoid(t |gap|), answer alike in that share of pairs.

    Bisection; ValueError where no t reaches the share (gaps of 0 agree by half).
    """
    gap_P = np.abs(np.asarray(gap_P, dtype=np.float64))

    def agreed(sharpness: float) -> float:
        p_right = sigmoid(sharpness * gap_P)
        return float((p_right**2 + (1 - p_right) ** 2).mean())

    low, high = 0.0, 1e4 / max(float(gap_P.mean()), 1e-9)
    if not 0.5 <= agreement <= agreed(high):
        raise ValueError(f"no noise gives an agreement of {agreement}: the pairs allow .5 to {agreed(high):.3f}")
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if agreed(middle) < agreement else (low, middle)
    return (low + high) / 2


def label(gap_P: npt.ArrayLike, *, sharpness: float, tie_band: float, rng: np.random.Generator) -> Ints:
    """Return one person's answers to pairs with these utility gaps [P]: 1 the first, -1 the second, 0 a tie.

    A tie is said where the gap, with the person's logistic noise on it, is within `tie_band` of 0 (in utility; 0: no ties).
    """
    felt_P = np.asarray(gap_P, dtype=np.float64) + rng.logistic(size=np.shape(gap_P)) / sharpness
    return np.where(np.abs(felt_P) <= tie_band, 0, np.sign(felt_P)).astype(np.int64)


def draw_pairs(candidate_QC: Ints, *, pairs_a_query: int, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Return (query [P], first column [P], second column [P]): distinct unordered pairs of each query's candidates, sides at random."""
    one, other = np.triu_indices(candidate_QC.shape[1], 1)
    count = min(pairs_a_query, len(one))
    chosen = np.stack([rng.choice(len(one), count, replace=False) for _ in range(len(candidate_QC))]).ravel()
    first, second = one[chosen], other[chosen]
    is_swapped = rng.random(len(chosen)) < 0.5
    query = np.repeat(np.arange(len(candidate_QC)), count)
    return query, np.where(is_swapped, second, first), np.where(is_swapped, first, second)


def click(
    utility_C: Sequence[float] | Floats, *, sharpness: float, examined: Floats, p_click: float, rng: np.random.Generator
) -> list[int]:
    """Return the clicked positions of one list: looked at with `examined[position]`, then clicked by utility (Richardson et al., 2007).

    `p_click` is the click probability of an average video that is looked at.
    """
    utility = np.asarray(utility_C, dtype=np.float64)
    bias = np.log(p_click / (1 - p_click))
    p = examined[: len(utility)] * sigmoid(bias + sharpness * (utility - utility.mean()))
    return np.flatnonzero(rng.random(len(utility)) < p).tolist()
