"""Draw labelled texts to train on: a source by its share, a text of it, perhaps disguised, perhaps among harmless sentences."""

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from safety.guard.data import LabelledText
from safety.guard.disguise import DISGUISES, LOSSY
from safety.guard.normalise import Vocabulary, canonical
from safety.guard.verdict import HAZARDS

BATCH_SIZE, NUM_SORTED = 32, 6
# Share of the draws a source and label, found by hand on the calibration part: harmless neighbours weigh most.
SHARES = {
    ("ailuminate", True): 0.12, ("harmbench", True): 0.03, ("hatecheck", True): 0.09, ("surge", True): 0.11, ("patterns", True): 0.11,
    ("lexicon", True): 0.06, ("groups", True): 0.17, ("comments", True): 0.07, ("widened", True): 0.06, ("slurred", True): 0.04,
    ("hatecheck", False): 0.09, ("surge", False): 0.11, ("neighbours", False): 0.18, ("groups", False): 0.21, ("comments", False): 0.08,
    ("widened", False): 0.05, ("quoted", False): 0.05, ("slurred", False): 0.02, ("clinc150", False): 0.08, ("iard", False): 0.07,
    ("internvid", False): 0.08, ("talk", False): 0.11, ("errands", False): 0.07,
    ("decision", True): 0.10, ("decision", False): 0.10,
}  # fmt: skip
P_DISGUISED, P_EMBEDDED = 0.28, 0.10
P_WORDS_LOST, P_WORD_LOST = 0.5, 0.1  # of the few hundred comments, each met a dozen times
# The lexicon knows its words by hash. Where the network saw them spelled out it learned that whatever is rare is a slur ("show me
# more geckos"), so mostly it sees another word in their place, with the lexicon's answer; and harmless texts carry made-up words.
P_WORD_HIDDEN, P_WORD_MADE_UP = 0.85, 0.2
_HARMLESS = (("neighbours", False), ("iard", False), ("clinc150", False))  # what is put around a text
_ONSETS = ("b", "ch", "d", "f", "g", "j", "k", "kr", "l", "m", "n", "p", "r", "s", "sh", "t", "tr", "v", "w", "y", "z")
_CODAS = ("", "", "n", "k", "m", "sh", "ng", "l", "ff", "g")


class Drawn(NamedTuple):
    """A canonical text as the network reads it, the one that the lexicon is asked about, and the label of both."""

    text: str
    looked_up: str
    label: LabelledText


class Sampler:
    """Draws batches: a source by its share, a text of it, perhaps disguised, perhaps among harmless sentences."""

    def __init__(self, texts: list[LabelledText], vocabulary: Vocabulary, seed: int) -> None:
        self.rng, self.vocabulary = random.Random(seed), vocabulary
        self.by_source: dict[tuple[str, bool], list[LabelledText]] = defaultdict(list)
        for text in texts:
            self.by_source[text.source, text.unsafe].append(text)
        self.keys = [key for key in SHARES if self.by_source[key]]
        self.weights = [SHARES[key] for key in self.keys]

    def draw(self, num: int) -> list[Drawn]:
        """Return `num` texts with their labels."""
        return [self._one(key) for key in self.rng.choices(self.keys, self.weights, k=num)]

    def batches(self) -> Iterator[list[Drawn]]:
        """Yield batches of texts of like length without end: padding costs two thirds of the time otherwise."""
        while True:
            drawn = sorted(self.draw(BATCH_SIZE * NUM_SORTED), key=lambda drawn: len(drawn.text))
            starts = list(range(0, len(drawn), BATCH_SIZE))
            self.rng.shuffle(starts)
            yield from (drawn[start : start + BATCH_SIZE] for start in starts)

    def _one(self, key: tuple[str, bool]) -> Drawn:
        label = self.rng.choice(self.by_source[key])
        text = label.text
        if label.source in ("internvid", "talk") and self.rng.random() < P_WORD_MADE_UP:
            text = self._with_made_up_word(text)
        if label.source == "surge" and self.rng.random() < P_WORDS_LOST:
            text = " ".join(word for word in text.split() if self.rng.random() >= P_WORD_LOST) or text
        if self.rng.random() < P_DISGUISED:
            text = DISGUISES[self.rng.choice(LOSSY)](text, self.rng)
        if self.rng.random() < P_EMBEDDED:
            text = self._embedded(text)
        looked_up = canonical(text, self.vocabulary)
        if label.source == "lexicon" and self.rng.random() < P_WORD_HIDDEN:
            other = self.rng.choice(self.by_source["internvid", False]).group
            return Drawn(canonical(label.text.replace(label.group, other), self.vocabulary), looked_up, label)
        return Drawn(looked_up, looked_up, label)

    def _with_made_up_word(self, text: str) -> str:
        words = text.split()
        words[self.rng.randrange(len(words))] = "".join(self._syllable() for _ in range(self.rng.randint(2, 3)))
        return " ".join(words)

    def _syllable(self) -> str:
        return self.rng.choice(_ONSETS) + self.rng.choice("aeiou") + self.rng.choice(_CODAS)

    def _embedded(self, text: str) -> str:
        there = [key for key in _HARMLESS if self.by_source[key]]
        around = self.rng.choice(self.by_source[self.rng.choice(there)]).text
        return f"{around} {text}" if self.rng.random() < 0.6 else f"{text} {around}"


def targets(labels: list[LabelledText]) -> tuple[Tensor, Tensor]:
    """Return targets [B, 13] and weights [B, 13]; hazards that a source does not state weigh nothing."""
    target, weight = torch.zeros(len(labels), 1 + len(HAZARDS)), torch.ones(len(labels), 1 + len(HAZARDS))
    for row, label in enumerate(labels):
        target[row, 0] = float(label.unsafe)
        if label.hazards is None:
            weight[row, 1:] = 0
        for hazard in label.hazards or ():
            target[row, 1 + HAZARDS.index(hazard)] = 1
    return target, weight
