"""Logs with a position bias that is known: what a viewer wants is drawn from the features, what is logged fades with the position.

Pure and seeded. Each slate's cards come from five sources; the merge orders them by a score that says a little about what is wanted, so
that the position and the features hang together as they do in a real log. One card in ten is placed by chance.
"""

from dataclasses import dataclass

import numpy as np

from feed.ranking.features import NAMES, SOURCES
from feed.ranking.logs import Impressions
from feed.ranking.ranker import ENGAGEMENTS

SLATE = 10
RATES = {"finish": 1.4, "like": 0.6, "share": 0.25, "turn_away": 0.5}  # odds at a card of mean worth


@dataclass(frozen=True)
class World:
    """Impressions, and the true odds of wanting each card [N], in log."""

    log: Impressions
    wanted: np.ndarray


def attention_at(position: np.ndarray, fading: float) -> np.ndarray:
    """Return how likely a card at `position` is looked at, 1 at the first."""
    return 1.0 / (1.0 + position) ** fading


def world(*, num_slates: int, fading: float = 0.7, num_viewers: int = 40, seed: int = 1) -> World:
    """Return `num_slates` slates of SLATE cards; `fading` 0 is no bias."""
    rng = np.random.default_rng(seed)
    num = num_slates * SLATE
    features = _features(rng, num)
    wanted = _wanted(features, rng)
    known = _column(features, "source_score") + 0.5 * _column(features, "from_steer") + rng.normal(0, 0.3, num)
    by_chance = _column(features, "from_explore") > 0
    known[by_chance] = rng.uniform(known.min(), known.max(), by_chance.sum())
    slate = np.repeat(np.arange(num_slates), SLATE)
    order = np.lexsort((-known, slate))
    features, wanted = features[order], wanted[order]
    position = np.tile(np.arange(SLATE), num_slates)
    looks = rng.random(num) < attention_at(position, fading)
    label = np.column_stack(
        [
            looks & (rng.random(num) < _p(odds, wanted if name != "turn_away" else -wanted))
            for name, odds in RATES.items()
        ]
    )
    assert tuple(RATES) == ENGAGEMENTS
    viewer = slate % num_viewers
    source = features[:, : len(SOURCES)].argmax(axis=1)
    log = Impressions(
        features, position.astype(np.float16), label, slate, viewer, source, slate.astype(np.float64) * 60.0
    )
    return World(log, wanted)


def _features(rng: np.random.Generator, num: int) -> np.ndarray:
    features = np.zeros((num, len(NAMES)), dtype=np.float16)
    source = rng.choice(len(SOURCES), num, p=[0.3, 0.2, 0.05, 0.15, 0.2, 0.1])
    features[np.arange(num), source] = 1
    is_steer = source == 0
    taste = rng.beta(2, 3, num)
    columns = {
        "is_on_topic": is_steer,
        "steer_strength": is_steer * 0.8,
        "source_score": np.where(is_steer, rng.uniform(1.6, 2.4, num), rng.uniform(0, 1, num)),
        "taste_similarity": taste,
        "liked_similarity": np.minimum(1, taste + rng.uniform(0, 0.3, num)),
        "tag_liked": rng.exponential(0.3, num) * taste,
        "popularity": rng.beta(2, 6, num),
        "age_days_log": rng.uniform(0, 4, num),
        "duration_s": rng.uniform(3, 60, num),
        "motion": rng.uniform(0, 0.4, num),
        "num_engagements_log": np.full(num, 2.5),
    }
    for name, column in columns.items():
        features[:, NAMES.index(name)] = column
    return features


def _wanted(features: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the log-odds of wanting: taste and popularity, short clips, and some that no feature says."""
    long = np.log(_column(features, "duration_s") / 20)
    score = 4 * _column(features, "taste_similarity") + 3 * _column(features, "popularity") - 0.8 * np.abs(long)
    return np.asarray(score - score.mean() + rng.normal(0, 0.3, len(features)))


def _p(odds: float, wanted: np.ndarray) -> np.ndarray:
    return np.asarray(odds / (odds + np.exp(-wanted)))


def _column(features: np.ndarray, name: str) -> np.ndarray:
    return features[:, NAMES.index(name)].astype(np.float64)
