"""Turn what viewers did into verdicts. Pure: numpy.

One experiment raises a false alarm (a winner, a guardrail or a wrong split, where there is nothing) in at most 5 % of A/A runs, however
often it is looked at: the three kinds of alarm share out these 5 % (union bound), and so do the arms and the guardrails among themselves.
Other metrics are shown with their intervals and decide nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.experiments.metrics import METRICS, Metric
from feed.experiments.statistics import Sums, always_valid_radius, difference_of, p_of_split

PRIMARY_ALPHA = 0.03
GUARDRAIL_ALPHA = 0.015
SPLIT_ALPHA = 0.005
SHOWN_ALPHA = 0.05  # of metrics that decide nothing
MIN_VIEWERS = 50  # in each arm, before anything is said

ArmSums = Mapping[str, Sums]  # by metric


@dataclass(frozen=True)
class Finding:
    """One metric of one arm against the control, at each look [...]: the difference lies in low..high, at all looks at once."""

    metric: Metric
    treated: npt.NDArray[np.float64]
    control: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    alpha: float

    @property
    def is_better(self) -> npt.NDArray[np.bool_]:
        """Return at which looks the arm is better beyond its interval."""
        return self.low > 0 if self.metric.is_good else self.high < 0

    @property
    def is_worse(self) -> npt.NDArray[np.bool_]:
        """Return at which looks the arm is worse beyond its interval."""
        return self.high < 0 if self.metric.is_good else self.low > 0


def alpha_of(name: str, *, primary: str, guardrails: Sequence[str], num_arms: int) -> float:
    """Return the chance of error that a metric of one arm may spend."""
    if name == primary:
        return PRIMARY_ALPHA / num_arms
    return GUARDRAIL_ALPHA / num_arms / len(guardrails) if name in guardrails else SHOWN_ALPHA


def findings_of(
    treated: ArmSums, control: ArmSums, *, primary: str, guardrails: Sequence[str], num_arms: int, is_paired: bool
) -> dict[str, Finding]:
    """Return the finding of each metric for one of `num_arms` arms."""
    return {
        name: _finding(
            METRICS[name],
            treated[name],
            control[name],
            alpha=alpha_of(name, primary=primary, guardrails=guardrails, num_arms=num_arms),
            is_one_sided=name in guardrails and name != primary,
            is_paired=is_paired,
        )
        for name in treated
    }


def _finding(
    metric: Metric, treated: Sums, control: Sums, *, alpha: float, is_one_sided: bool, is_paired: bool
) -> Finding:
    difference = difference_of(treated, control, is_paired=is_paired)
    # A guardrail asks on one side only: the other side's chance of error is spent on it.
    radius = always_valid_radius(difference, effect=metric.effect, alpha=2 * alpha if is_one_sided else alpha)
    radius = np.where(_is_enough(treated, control), radius, np.inf)
    value = np.nan_to_num(difference.value)
    return Finding(metric, treated.ratio, control.ratio, value - radius, value + radius, alpha)


def _is_enough(treated: Sums, control: Sums) -> npt.NDArray[np.bool_]:
    return np.minimum(treated.num_viewers, control.num_viewers) >= MIN_VIEWERS


def split_is_wrong(counts: npt.ArrayLike, weights: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return at which looks [...] the viewers' numbers [..., A] do not fit the arms' weights [A]."""
    return np.asarray(p_of_split(counts, weights) < SPLIT_ALPHA)
