"""Compare arms with viewers as units, at every look. Pure: numpy.

Shapes: V viewers; `...` any leading axes, such as the days of a rehearsal. A metric is a ratio of sums over viewers (watched share a card
seen, likes a card), so its spread comes from viewers, not from cards: a viewer's cards are alike.

Intervals are always-valid: true at all looks at once with probability 1 - alpha, so that whoever looks every day, or stops at the first
good look, is wrong as rarely as who looks once. Mixture sequential test: Robbins 1970; Johari, Koomen, Pekelis and Walsh 2022, "Always
Valid Inference"; for estimates that are normal in the limit, Waudby-Smith et al. 2024, "Time-uniform central limit theory".
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MIN_EVENTS = 10  # viewers with the event, both arms together: below, a normal approximation says nothing


@dataclass(frozen=True)
class Sums:
    """What each viewer of an arm did in one metric: `count` [..., V] of `base` [..., V]; `num_viewers` [...] are in the arm by then.

    A viewer who has not come yet has 0 of 0.
    """

    count: Floats
    base: Floats
    num_viewers: Floats

    @property
    def ratio(self) -> Floats:
        """Return the metric [...], NaN for an arm without any base."""
        base = self.base.sum(axis=-1)
        return np.where(base > 0, self.count.sum(axis=-1) / np.maximum(base, 1e-12), np.nan)


@dataclass(frozen=True)
class Difference:
    """Treated less control [...], its variance, and the pooled ratio that sizes are told against; NaN where nothing can be said."""

    value: Floats
    variance: Floats
    pooled: Floats


def _influence(sums: Sums) -> Floats:
    """Return how each viewer moves the ratio [..., V], times their number (delta method: Deng, Knoblich and Lu 2018)."""
    mean_base = sums.base.sum(axis=-1, keepdims=True) / np.maximum(sums.num_viewers[..., None], 1)
    return (sums.count - sums.ratio[..., None] * sums.base) / np.maximum(mean_base, 1e-12)


def _variance(influence: Floats, num_viewers: Floats) -> Floats:
    enough = num_viewers > 1
    return np.where(enough, (influence**2).sum(axis=-1) / np.maximum(num_viewers * (num_viewers - 1), 1), np.nan)


def difference_of(treated: Sums, control: Sums, *, is_paired: bool) -> Difference:
    """Return how much larger the metric is among the treated. `is_paired`: the V viewers are the same in both (interleaving)."""
    if is_paired:
        variance = _variance(_influence(treated) - _influence(control), treated.num_viewers)
    else:
        variance = _variance(_influence(treated), treated.num_viewers) + _variance(
            _influence(control), control.num_viewers
        )
    count = treated.count.sum(axis=-1) + control.count.sum(axis=-1)
    base = treated.base.sum(axis=-1) + control.base.sum(axis=-1)
    num_with = (treated.count > 0).sum(axis=-1) + (control.count > 0).sum(axis=-1)
    variance = np.where((num_with >= MIN_EVENTS) & (variance > 0), variance, np.nan)
    return Difference(treated.ratio - control.ratio, variance, count / np.maximum(base, 1e-12))


def always_valid_radius(difference: Difference, *, effect: float, alpha: float) -> Floats:
    """Return the half-width [...] of the interval that holds at all looks with probability 1 - alpha; infinite where nothing is known.

    The mixture is normal with the standard deviation `effect` times the pooled ratio.
    """
    mixture = (effect * difference.pooled) ** 2
    variance = difference.variance
    with np.errstate(divide="ignore", invalid="ignore"):
        radius = np.sqrt(
            variance * (variance + mixture) / mixture * (2 * np.log(1 / alpha) + np.log1p(mixture / variance))
        )
    return np.where(np.isfinite(radius), radius, np.inf)


def p_of_split(counts: npt.ArrayLike, shares: npt.ArrayLike) -> Floats:
    """Return an always-valid p [...] that viewers came into the arms [..., A] by chance with `shares` [A] (sample-ratio mismatch).

    One over the Bayes factor of a Dirichlet around the shares (Lindon and Malek 2022, "Anytime-Valid Inference for Multinomial Count
    Data"), so looking every day is allowed here too.
    """
    from scipy.special import gammaln

    counts_A, shares_A = np.asarray(counts, dtype=float), np.asarray(shares, dtype=float)
    prior_A = shares_A / shares_A.sum() * DIRICHLET_MASS
    total = counts_A.sum(axis=-1)
    log_factor = (
        gammaln(DIRICHLET_MASS)
        - gammaln(DIRICHLET_MASS + total)
        + (gammaln(prior_A + counts_A) - gammaln(prior_A)).sum(axis=-1)
        - (counts_A * np.log(shares_A / shares_A.sum())).sum(axis=-1)
    )
    return np.minimum(1.0, np.exp(np.minimum(0.0, -log_factor)))


DIRICHLET_MASS = 1_000.0  # looks for splits that are off by about three points in a hundred


def exact_share(num_wins: int, num_decided: int, *, alpha: float) -> tuple[float, float]:
    """Return the exact interval (Clopper and Pearson 1934) of a share, for one look; 0 to 1 for nothing decided."""
    if not num_decided:
        return 0.0, 1.0
    from scipy.stats import binomtest

    interval = binomtest(num_wins, num_decided).proportion_ci(confidence_level=1 - alpha, method="exact")
    return float(interval.low), float(interval.high)
