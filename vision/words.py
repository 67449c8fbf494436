"""Weigh the signs that a video is what a phrase asks for, and say from where on it is. Pure, no model."""

import math
import re
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a an and any are as at be but by clip clips do for from give how i in into is it its like me more my no not of
    on or please show so some stuff than that the them then there these thing things this to video videos want
    watch what where which with you your less about something
    """,
    )
)
MAX_TERMS = 12

# A logistic regression on 91 queries x 320 demo clips with labels by family and tag (784 pairs on topic): average precision .934
# (title alone .753, words .795, tags .878), and at .4 a mean precision of .92, recall .91, none of 30 foreign queries on topic. What the
# picture weighs depends on the video models: `python -m pytest tests/vision/fit_search.py -s` fits it, BIAS and the four below anew
# (the four ship a little back from it, for small catalogues: LOG.md).
BIAS, PICTURE, TITLE, WORDS, TAG = -11.07, 8.11, 9.54, 2.39, 14.03

# Where a phrase lies among everyday topics weighs for or against every hit alike (vision/background.py), so it changes no order. Fitted
# (logistic regression, no penalty) on the set "fit" in tests/vision/golden/search_queries.jsonl; on the 220 of the set "test"
# (hand-written too, 104 of them the catalogue in other words): flagged .922 of what is not here (.918 of the 98 that are not on the list of
# topics word by word), .038 of what is. Evidence alone: at the best threshold .90 and .16; with the nearest of 3,925 everyday words in
# place of the topics .905 and .087.
FIT_BIAS, FIT_EVIDENCE, FIT_COVERED, FIT_NEAREST = -3.328, 0.508, 10.36, -13.82
TAG_FLOOR = 0.4  # cosine below which a tag says nothing of the query
ON_TOPIC = 0.4


@dataclass(frozen=True)
class Words:
    """A phrase's words that carry content, as full-text search takes them."""

    terms: tuple[str, ...] = ()

    @property
    def tsquery(self) -> str:
        """Return a query that any of the words meets; empty where there is none."""
        return " | ".join(self.terms)

    def weights(self, *, num_with_term: list[int]) -> np.ndarray:
        """Return each word's share of the whole [terms], sum 1: rare words count more (log inverse frequency, smoothed)."""
        raw = np.array([1 / math.log2(2 + count) for count in num_with_term])
        return raw / raw.sum() if len(raw) else raw


@dataclass(frozen=True)
class Features:
    """One candidate's signs: cosines with picture and title, share of the words met, cosine of the nearest tag."""

    video_id: int
    picture: float
    title: float
    words: float
    tag: float
    strongest: str = field(init=False)

    def __post_init__(self) -> None:
        parts = {
            "words": WORDS * self.words,
            "tags": TAG * max(0.0, self.tag - TAG_FLOOR),
            "title": TITLE * max(0.0, self.title - 0.2),
            "picture": PICTURE * self.picture,
        }
        object.__setattr__(self, "strongest", max(parts, key=lambda name: parts[name]))


class Around(NamedTuple):
    """Where a phrase lies among everyday topics: cosine of the nearest one, and how far the catalogue's tags say the nearest ones."""

    nearest: float
    covered: float


def words_of(phrase: str) -> Words:
    """Return the content words of a phrase, lower case, distinct, at most 12; letters and digits only, so a tsquery stays one."""
    found = re.findall(r"\w+", phrase.lower())
    kept = [word for word in found if word not in STOP_WORDS and not set(word) <= {"_"}]
    return Words(tuple(dict.fromkeys(kept))[:MAX_TERMS])


def combine(features: Features, around: Around | None = None) -> float:
    """Return the probability in [0, 1] that the video is what the phrase asks for.

    `around`: where the phrase lies among everyday topics, the same for all videos of a search; None if not known.
    """
    evidence = (
        PICTURE * features.picture
        + TITLE * features.title
        + WORDS * features.words
        + TAG * max(0.0, features.tag - TAG_FLOOR)
    )
    logit = BIAS + evidence
    if around is not None:
        logit = FIT_BIAS + FIT_EVIDENCE * evidence + FIT_COVERED * around.covered + FIT_NEAREST * around.nearest
    return 1 / (1 + math.exp(-logit))


def is_on_topic(score: float) -> bool:
    """Return whether a score says that the video is about the phrase."""
    return score >= ON_TOPIC
