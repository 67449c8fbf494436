"""Learn from a log how the slate is best divided among the sources, by how much is known of the viewer. Pure: numpy only.

What the k-th card of a source is worth (UTILITY) is fitted by least squares, a source and kind of slate (something was asked for, or
not): a + b * log(1 + engagements) + c * k, with c at most 0, for a source runs dry. The log must come from slates whose shares were
drawn by chance, or k says what the shares said. The best shares are then looked up by trying all of a grid (`python -m tests.bench merge`).
"""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt

from feed.configuration import DEFAULT, FeedConfiguration
from feed.merge import shares_of_sources
from feed.ranking.features import SOURCES
from feed.ranking.logs import Impressions
from feed.ranking.ranker import ENGAGEMENTS, UTILITY
from feed.ranking.wishes import DEFAULT_EXPLORE

CARDS = 10
MIN_CARDS = 100  # of a source in a kind of slate, below which nothing is said of it
RIDGE = 5.0
# What is tried. The ends keep promises that no click says: six of ten on topic with one to miss, two of ten for something else
# (a wrong reading must be noticed), and something left for clips that nobody has seen yet.
CHOICES = {
    "steered": (0.7, 0.75, 0.8),
    "warm_at": (0.5, 1.0, 2.0, 5.0, 10.0, 20.0),
    "similar_of_rest": (0.5, 0.6, 0.75, 0.85),
    "popular_of_known": (0.3, 0.45, 0.6, 0.7),
}


@dataclass(frozen=True)
class Worth:
    """What cards are worth by source: coefficients [S, 3] of (1, log(1 + engagements), k); NaN where too little was seen."""

    steered: npt.NDArray[np.float64]
    unsteered: npt.NDArray[np.float64]

    def of(self, source: str, *, num_engagements: float, share: float, is_steered: bool) -> float:
        """Return what the cards of a source are worth that has `share` of the slate; 0 where nothing is known."""
        level, warmth, fall = (self.steered if is_steered else self.unsteered)[SOURCES.index(source)]
        num = share * CARDS
        return float(np.nan_to_num(num * (level + warmth * np.log1p(num_engagements)) + fall * num * (num - 1) / 2))


def fit_worth(log: Impressions) -> Worth:
    """Return what cards of each source were worth."""
    worth = log.label @ np.array([UTILITY[name] for name in ENGAGEMENTS])
    is_steered = np.isin(log.slate, log.slate[log.source == SOURCES.index("steer")])
    nth = _nth(log)
    fits = []
    for kind in (is_steered, ~is_steered):
        of_sources = [
            _fit(log.column("num_engagements_log")[mine], nth[mine], worth[mine])
            for mine in (kind & (log.source == index) for index in range(len(SOURCES)))
        ]
        fits.append(np.array(of_sources))
    return Worth(*fits)


def _nth(log: Impressions) -> npt.NDArray[np.int64]:
    """Return for each card how many of its source stand above it in its slate."""
    nth = np.zeros(len(log), dtype=np.int64)
    counts: dict[tuple[int, int], int] = {}
    for card in np.lexsort((log.position, log.slate)):
        key = int(log.slate[card]), int(log.source[card])
        nth[card] = counts.get(key, 0)
        counts[key] = int(nth[card]) + 1
    return nth


def _fit(
    known: npt.NDArray[np.float32], nth: npt.NDArray[np.int64], worth: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    if len(worth) < MIN_CARDS:
        return np.full(3, np.nan)
    inputs = np.column_stack([np.ones(len(worth)), known, nth])
    penalty = np.diag([0.0, RIDGE, RIDGE])
    found = np.linalg.solve(inputs.T @ inputs + penalty, inputs.T @ worth)
    if found[2] > 0:  # no source gets better the more of it is shown
        found = np.append(np.linalg.solve((inputs.T @ inputs + penalty)[:2, :2], (inputs.T @ worth)[:2]), 0.0)
    return np.asarray(found)


def best_knobs(
    worth: Worth, contexts: list[tuple[float, bool]], former: FeedConfiguration
) -> tuple[FeedConfiguration, float, float]:
    """Return the knobs of CHOICES that are worth most over slates of (engagements, something asked for); their worth, and the former's."""
    tried = (replace(DEFAULT, **dict(zip(CHOICES, values, strict=True))) for values in product(*CHOICES.values()))
    best = max(tried, key=lambda knobs: _total(worth, knobs, contexts))
    return best, _total(worth, best, contexts), _total(worth, former, contexts)


def _total(worth: Worth, knobs: FeedConfiguration, contexts: list[tuple[float, bool]]) -> float:
    """Return the mean worth of a slate."""
    return sum(_of_slate(worth, knobs, *context) for context in contexts) / len(contexts)


def _of_slate(worth: Worth, knobs: FeedConfiguration, num_engagements: float, is_steered: bool) -> float:
    shares = shares_of_sources(knobs, num_engagements=num_engagements, explore=DEFAULT_EXPLORE, is_steered=is_steered)
    parts = {"steer": shares.steered * is_steered, "similar": shares.similar, "popular": shares.popular}
    parts |= {"fresh": shares.fresh, "explore": shares.explore}
    return sum(
        worth.of(source, num_engagements=num_engagements, share=share, is_steered=is_steered)
        for source, share in parts.items()
    )
