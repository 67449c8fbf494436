"""Say how sure a mean is: a bootstrap that draws whole groups, since what one query or one viewer brings hangs together. Pure: numpy only.

Shape suffixes: P values, G groups, S draws.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NUM_DRAWS = 2000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A weighted mean with the ends of its 95 % interval, and from how many groups."""

    value: float
    low: float
    high: float
    num: int

    @property
    def interval(self) -> list[float]:
        return [self.low, self.high]

    def __str__(self) -> str:
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"


def estimate(
    value_P: npt.ArrayLike, group_P: npt.ArrayLike, weight_P: npt.ArrayLike | None = None, seed: int = 0
) -> Estimate:
    """Return the weighted mean and its interval; `group_P` says whose values are drawn together. ValueError if empty."""
    value_P = np.asarray(value_P, dtype=np.float64)
    if not len(value_P):
        raise ValueError("there is nothing to measure on")
    weight_P = np.ones(len(value_P)) if weight_P is None else np.asarray(weight_P, dtype=np.float64)
    _, group_P = np.unique(np.asarray(group_P), return_inverse=True)
    sum_G = np.bincount(group_P, weight_P * value_P)
    weight_G = np.bincount(group_P, weight_P)
    draw_SG = np.random.default_rng(seed).integers(len(sum_G), size=(NUM_DRAWS, len(sum_G)))
    low, high = np.quantile(sum_G[draw_SG].sum(1) / weight_G[draw_SG].sum(1), [0.025, 0.975])
    return Estimate(float(sum_G.sum() / weight_G.sum()), float(low), float(high), len(sum_G))


def gain(
    before_P: Floats, after_P: Floats, group_P: npt.ArrayLike, weight_P: npt.ArrayLike | None = None, seed: int = 0
) -> Estimate:
    """Return how much the mean rose: paired, the same draws of groups before and after."""
    return estimate(after_P - before_P, group_P, weight_P, seed)
