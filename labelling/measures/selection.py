"""Choose which pairs to ask: those whose answer would teach a model of the people's taste the most. Pure numpy, for page time.

The model is small: the log-odds that a is preferred to b for query q are  scale (s(q,a) - s(q,b)) + taste (a - b),  with s the cosine,
a and b the serving version's video vectors, and a Gaussian over (scale, taste) fitted to all answers so far (logistic.py). A tuned
head does the same with what it reads, and far more; to choose questions by, this is near enough (LOG.md).

A question is worth the information that its answer is expected to bring about those weights (BALD: Houlsby et al., 2011): high where
the weights disagree, low where people themselves would. Questions are chosen one after the other, each time as if the former had been
answered, so that a batch does not ask the same thing twice; a query gets no more than its share.

Shape suffixes: P pairs, F features (1 + D), N videos, D the space's width.
"""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labelling.measures.logistic import Posterior, fit, sigmoid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SCALE_MEAN, SCALE_SD = 10.0, 10.0  # log-odds a unit of cosine, before any answer
TASTE_SD = 3.0  # videos of one query are .3 to .8 apart, so tastes of one or two in log-odds are usual
# Cosine of two videos from which nobody is asked which is better: above it two simulated people agree on 54 % of the answers, a coin gives
# 50, and pairs below .6 give 80 (23,302 pairs of first results, seed 1 of the study; LOG.md).
NEAR_IDENTICAL = 0.97


@dataclass(frozen=True)
class Pairs:
    """P candidate questions: which query each is of [P], and its features [P, F]."""

    query: Ints
    features: Floats

    def __len__(self) -> int:
        return len(self.query)

    def rows(self, row_B: Ints) -> "Pairs":
        """Return the chosen pairs, in that order."""
        return Pairs(self.query[row_B], self.features[row_B])


def features(query_PD: npt.ArrayLike, first_PD: npt.ArrayLike, second_PD: npt.ArrayLike) -> Floats:
    """Return what the model reads of pairs [P, 1 + D]; videos' vectors are of length 1, queries' as seen."""
    over_PD = np.asarray(first_PD, dtype=np.float64) - np.asarray(second_PD, dtype=np.float64)
    gap_P = (np.asarray(query_PD, dtype=np.float64) * over_PD).sum(1)
    return np.concatenate([gap_P[:, None], over_PD], axis=1)


def is_near_identical(first_PD: npt.ArrayLike, second_PD: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return which pairs nobody is asked about [P]: videos that are the same to the model, and nearly so to people."""
    cosine_P = (np.asarray(first_PD, dtype=np.float64) * np.asarray(second_PD, dtype=np.float64)).sum(1)
    return np.asarray(cosine_P >= NEAR_IDENTICAL, dtype=np.bool_)


def learn(features_PF: Floats, answer_P: npt.ArrayLike, num_features: int) -> Posterior:
    """Return what is known of the people's taste; answers are 1 (the first), 0 (the second) or a half (a tie)."""
    mean = np.zeros(num_features)
    mean[0] = SCALE_MEAN
    sd = np.full(num_features, TASTE_SD)
    sd[0] = SCALE_SD
    if not len(features_PF):
        return Posterior(mean, np.diag(sd**2))
    return fit(features_PF, np.asarray(answer_P, dtype=np.float64), prior_mean=mean, prior_sd=sd)


def information(mean_P: Floats, variance_P: Floats) -> Floats:
    """Return the expected information in nats about the weights from an answer whose log-odds are N(mean, variance).

    Houlsby's approximation: the entropy of the mean answer less the mean entropy of an answer, with the logistic as a probit of
    1.7 times the scale.
    """
    mean_P, variance_P = mean_P / 1.702, variance_P / 1.702**2
    p_P = sigmoid(1.702 * mean_P / np.sqrt(1 + variance_P))
    p_P = np.clip(p_P, 1e-12, 1 - 1e-12)
    entropy_P = -p_P * np.log(p_P) - (1 - p_P) * np.log(1 - p_P)
    width = math.pi * math.log(2) / 2
    doubt_P = math.log(2) * np.sqrt(width / (variance_P + width)) * np.exp(-(mean_P**2) / (2 * (variance_P + width)))
    found: Floats = np.maximum(entropy_P - doubt_P, 0)
    return found


def choose(pairs: Pairs, known: Posterior, *, count: int, max_a_query: int) -> list[int]:
    """Return at most `count` rows, the most telling first, no more than `max_a_query` of a query."""
    mean_P = pairs.features @ known.mean
    covariance = known.covariance.copy()
    variance_P = ((pairs.features @ covariance) * pairs.features).sum(1)
    asked: Counter[int] = Counter()
    is_open = np.ones(len(pairs), dtype=np.bool_)
    chosen: list[int] = []
    while len(chosen) < count and is_open.any():
        best = int(np.where(is_open, information(mean_P, variance_P), -1.0).argmax())
        chosen.append(best)
        _answer(pairs, best, float(mean_P[best]), variance_P, covariance)
        is_open[best] = False
        query = int(pairs.query[best])
        asked[query] += 1
        if asked[query] >= max_a_query:
            is_open &= pairs.query != query
    return chosen


def _answer(pairs: Pairs, row: int, mean: float, variance_P: Floats, covariance: Floats) -> None:
    """Take off what an answer to a row would settle, in place: p (1 - p) is added along its features (Sherman and Morrison, 1950)."""
    p = float(sigmoid(np.array([mean]))[0])
    along_F = covariance @ pairs.features[row]
    share = p * (1 - p) / (1 + p * (1 - p) * float(variance_P[row]))
    variance_P -= share * (pairs.features @ along_F) ** 2
    np.maximum(variance_P, 1e-12, out=variance_P)
    covariance -= share * np.outer(along_F, along_F)


def drawn_evenly(query_P: Ints, *, count: int, rng: np.random.Generator) -> list[int]:
    """Return at most `count` rows: queries in turn, in an order drawn anew, and of each query a pair drawn evenly. The control arm."""
    shuffled = rng.permutation(len(query_P))
    turn: Counter[int] = Counter()
    keyed = []
    for row in shuffled.tolist():
        query = int(query_P[row])
        keyed.append((turn[query], float(rng.random()), row))
        turn[query] += 1
    return [row for _, _, row in sorted(keyed)[:count]]
