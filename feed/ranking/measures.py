"""Measure a ranker on logged impressions: nDCG against the merge's order, calibration. Pure: numpy only.

The merge's order is the order that was served. The ranker's is the same slate with each lane's places handed out anew, by the code
that serves (ranker.handed_out): what the ranker would have done with these cards. What was engaged with far down counts more, by
how much less a card is engaged with there (`attention`), or the served order would be praised for its own bias. The weights
would cancel in a slate with one engagement if each slate were divided by its own best, so nDCG is that of all slates together:
the sum of their discounted gains over the sum of the best ones (unbiased but for that ratio: Joachims et al., WSDM 2017).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.ranking.features import SOURCES
from feed.ranking.logs import Impressions
from feed.ranking.ranker import ASKED_TRUST, ENGAGEMENTS, UTILITY, Ranker, handed_out
from vision.bootstrap import Estimate, estimate
from vision.bootstrap import gain as gained

MIN_ATTENTION = 0.1
NUM_BINS = 10


@dataclass(frozen=True)
class Comparison:
    """nDCG of both orders over the slates in which something was worth something, and the gain of the ranker's."""

    merge: Estimate
    ranker: Estimate
    gain: Estimate
    num_slates: int
    num_viewers: int


@dataclass(frozen=True)
class Calibration:
    """How p of one engagement meets what happened: expected calibration error, and (mean p, share, number) a bin of equal size."""

    engagement: str
    ece: float
    rate: float
    bins: list[tuple[float, float, int]]


def attention(ranker: Ranker, log: Impressions) -> npt.NDArray[np.float64]:
    """Return for each impression how much less good is done at its position than at the first [N], as the ranker's trees learned it."""
    good = np.array([max(0.0, UTILITY[name]) for name in ENGAGEMENTS])
    positions, place = np.unique(log.position, return_inverse=True)
    sample = log.features[:: max(1, len(log) // 2_000)]
    worth = np.array(
        [(ranker.probabilities(sample, np.full(len(sample), at, np.float16)) @ good).mean() for at in [0, *positions]]
    )
    return np.maximum(worth[1:] / worth[0], MIN_ATTENTION)[place]


def compare(ranker: Ranker, log: Impressions, *, seed: int = 11) -> Comparison:
    """Return how the ranker's order of the logged slates does against the merge's; raises ValueError where nothing can be compared."""
    gain = log.gain / attention(ranker, log)
    worth = ranker.utility(log.features)
    scores = log.column("source_score") - log.column("demotion")
    rows: list[tuple[int, float, float, float]] = []
    order = np.lexsort((log.position, log.slate))
    for slate in np.split(order, np.flatnonzero(np.diff(log.slate[order])) + 1):
        if len(slate) > 1 and gain[slate].any():
            ranked = slate[_as_ranked(log.where(slate), scores[slate], worth[slate])]
            best = -np.sort(-gain[slate])
            rows.append((int(log.viewer[slate[0]]), dcg(gain[slate]), dcg(gain[ranked]), dcg(best)))
    if not rows:
        raise ValueError("no slate has two cards that were seen and one that was worth something")
    viewers, merge, ranked_dcg, best_dcg = (np.array(column) for column in zip(*rows, strict=True))
    return Comparison(
        merge=estimate(merge / best_dcg, viewers, best_dcg, seed),
        ranker=estimate(ranked_dcg / best_dcg, viewers, best_dcg, seed),
        gain=gained(merge / best_dcg, ranked_dcg / best_dcg, viewers, best_dcg, seed),
        num_slates=len(rows),
        num_viewers=len(np.unique(viewers)),
    )


def _as_ranked(
    slate: Impressions, scores: npt.NDArray[np.float32], worth: npt.NDArray[np.float32]
) -> npt.NDArray[np.int64]:
    """Return the order of a slate's cards, which lie by position, when each cause's places go to the best by the ranker."""
    new = np.arange(len(slate))
    for cause in np.unique(slate.cause):
        places = np.flatnonzero(slate.cause == cause)
        source = SOURCES[known] if (known := slate.source[places[0]]) >= 0 else ""
        if source == "explore" or len(places) < 2:
            continue
        trust = ASKED_TRUST if source == "steer" else 1.0
        ranked = handed_out(scores[places], worth[places], np.zeros(len(places), dtype=np.int64), trust)
        new[places] = places[np.argsort(-ranked, kind="stable")]
    return new


def dcg(gain: npt.NDArray[np.float64]) -> float:
    """Return the gains of a list in its order, each the less the further down."""
    return float((gain / np.log2(np.arange(len(gain)) + 2)).sum())


def calibrations(ranker: Ranker, log: Impressions) -> list[Calibration]:
    """Return the calibration of each engagement, predicted for the position that each card had."""
    predicted = ranker.probabilities(log.features, log.position)
    return [_calibration(name, predicted[:, index], log.label[:, index]) for index, name in enumerate(ENGAGEMENTS)]


def _calibration(name: str, p: npt.NDArray[np.float32], happened: npt.NDArray[np.bool_]) -> Calibration:
    parts = [part for part in np.array_split(np.argsort(p, kind="stable"), NUM_BINS) if len(part)]
    bins = [(float(p[part].mean()), float(happened[part].mean()), len(part)) for part in parts]
    ece = sum(abs(mean - share) * num for mean, share, num in bins) / max(1, len(p))
    return Calibration(name, float(ece), float(happened.mean()), bins)
