"""Measure a guard: recall, false-positive rate, calibration, share of harmless chat that is stopped."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from safety.guard.data import LabelledText, measured_chat
from safety.guard.detector import Guard
from safety.guard.disguise import DISGUISES
from safety.guard.verdict import HAZARDS


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % Wilson interval (Wilson 1927)."""

    num: int
    of: int

    @property
    def value(self) -> float:
        """Return the share, 0 for none of none."""
        return self.num / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return the lower and upper end of the interval."""
        if not self.of:
            return 0.0, 1.0
        z, n, p = 1.96, self.of, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}] ({self.num}/{self.of})"


@dataclass(frozen=True, slots=True)
class Measured:
    """A guard's figures on one list of labelled texts; stopped = verdict unsafe."""

    recall: dict[str, Share]
    false_positives: dict[str, Share]
    uncertain: Share
    ece: float
    auc: float


def ece_of(scores: np.ndarray, unsafe: np.ndarray, *, num_bins: int = 10) -> float:
    """Return the expected calibration error over equally wide bins."""
    bins = np.minimum((scores * num_bins).astype(int), num_bins - 1)
    return float(
        sum(abs(unsafe[bins == b].mean() - scores[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist()))
    )


def auc_of(scores: np.ndarray, unsafe: np.ndarray) -> float:
    """Return the chance that an unsafe text scores above a safe one."""
    ranks = scores.argsort().argsort() + 1
    num_unsafe, num_safe = int(unsafe.sum()), int((~unsafe).sum())
    return float((ranks[unsafe].sum() - num_unsafe * (num_unsafe + 1) / 2) / max(1, num_unsafe * num_safe))


def measure(guard: Guard, texts: Sequence[LabelledText]) -> Measured:
    """Judge every text whole, as `check` does in use."""
    verdicts = [guard.check(text.text) for text in texts]
    recall: dict[str, list[bool]] = defaultdict(list)
    false_positives: dict[str, list[bool]] = defaultdict(list)
    for text, verdict in zip(texts, verdicts, strict=True):
        for name in (text.source, "all"):
            (recall if text.unsafe else false_positives)[name].append(verdict.verdict == "unsafe")
    scores, unsafe = np.array([v.score for v in verdicts]), np.array([text.unsafe for text in texts])
    return Measured(
        {name: Share(sum(stopped), len(stopped)) for name, stopped in sorted(recall.items())},
        {name: Share(sum(stopped), len(stopped)) for name, stopped in sorted(false_positives.items())},
        Share(sum(v.verdict == "uncertain" for v in verdicts), len(verdicts)),
        ece_of(scores, unsafe),
        auc_of(scores, unsafe),
    )


@dataclass(frozen=True, slots=True)
class Matrix:
    """How often a hazard was named where it is (hit) and is not (false), and not named where it is (missed) and is not (right)."""

    hit: int
    missed: int
    false: int
    right: int
    stopped: Share  # of the texts with this hazard, under whatever name
    mistaken_for: str  # the hazard that was named first most often in its place

    @property
    def recall(self) -> Share:
        """Return the share named of the texts that have it."""
        return Share(self.hit, self.hit + self.missed)

    @property
    def false_positives(self) -> Share:
        """Return the share named of the texts that do not have it."""
        return Share(self.false, self.false + self.right)


def hazard_matrices(guard: Guard, texts: Sequence[LabelledText]) -> dict[str, Matrix]:
    """Return each hazard's matrix over the texts whose hazards are stated; a hazard counts as named in a verdict that stops."""
    stated = [text for text in texts if text.hazards is not None]
    verdicts = [guard.check(text.text) for text in stated]
    pairs = [
        (set(text.hazards or ()), verdict.hazards if verdict.verdict == "unsafe" else [])
        for text, verdict in zip(stated, verdicts, strict=True)
    ]
    return {hazard: _matrix(hazard, pairs) for hazard in HAZARDS}


def _matrix(hazard: str, pairs: list[tuple[set[str], list[str]]]) -> Matrix:
    cells = Counter((hazard in true, hazard in named) for true, named in pairs)
    its = [named for true, named in pairs if hazard in true]
    wrong = Counter(named[0] for named in its if named and hazard not in named).most_common(1)
    return Matrix(
        hit=cells[True, True],
        missed=cells[True, False],
        false=cells[False, True],
        right=cells[False, False],
        stopped=Share(sum(bool(named) for named in its), len(its)),
        mistaken_for=f"{wrong[0][0]} ({wrong[0][1]})" if wrong else "-",
    )


def disguised_recall(guard: Guard, texts: Sequence[LabelledText], *, seed: int, num_each: int = 60) -> dict[str, Share]:
    """Return the recall a disguise on unsafe texts that are stopped when plain."""
    rng = random.Random(seed)
    caught = [text.text for text in texts if text.unsafe and guard.check(text.text).verdict == "unsafe"]
    chosen = rng.sample(caught, min(num_each, len(caught)))
    return {
        name: Share(sum(guard.check(disguise(text, rng)).verdict == "unsafe" for text in chosen), len(chosen))
        for name, disguise in DISGUISES.items()
    }


def stopped_chat(guard: Guard, data: Path, *, max_each: int = 1500) -> dict[str, tuple[Share, Share]]:
    """Return (unsafe, not safe) shares of harmless chat that was never trained on, by source; samples evenly."""
    found = {}
    for name, texts in measured_chat(data).items():
        texts = texts[:: max(1, len(texts) // max_each)]
        verdicts = [guard.check(text, "title" if "titles" in name else "viewer").verdict for text in texts]
        found[name] = (
            Share(verdicts.count("unsafe"), len(texts)),
            Share(len(texts) - verdicts.count("safe"), len(texts)),
        )
    return found
