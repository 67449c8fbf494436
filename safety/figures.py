"""Compute what decisions say: agreement, trade-offs of a threshold, and whether a rate has drifted. Pure: no Django, no torch."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

DRIFT_RECENT = 40  # decisions of a hazard that count as now
DRIFT_BEFORE = 400  # and at most so many before them as its past
# Standard errors. Looked at after every decision: of 400 simulated runs of 440 decisions at a steady rate of .2, 4.0 raised an alarm in
# 4 %, 3.3 in 12 %, 2.6 in 41 %; a jump from .2 to .6 was noticed after 26, 21 and 17 decisions (median of 100 runs).
DRIFT_Z = 4.0
MIN_PRECISION = 0.9  # of what a proposed threshold stops, so much at least was rightly stopped
MIN_DECISIONS, MIN_EACH = 30, 5


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return the agreement of two raters beyond chance, in [-1, 1] (Cohen 1960); None where there is nothing to compare.

    Raters who only ever use one and the same label agree wholly: 1.
    """
    if not pairs:
        return None
    num = len(pairs)
    first, second = (Counter(labels) for labels in zip(*pairs, strict=True))
    observed = sum(one == other for one, other in pairs) / num
    by_chance = sum(first[label] * second[label] for label in first) / num**2
    return 1.0 if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


@dataclass(frozen=True, slots=True)
class TradeOff:
    """What a threshold would have done with what moderators decided: shares in [0, 1], None where nothing reaches it."""

    threshold: float
    num_stopped: int
    precision: float | None
    recall: float


def trade_offs(judged: Sequence[tuple[float, bool]], *, steps: int = 50) -> list[TradeOff]:
    """Return the trade-off at 0, 1/steps, ..., 1 for (score, was it rightly stopped) pairs; recall is of what was decided upon."""
    num_right = sum(is_right for _, is_right in judged)
    found = []
    for step in range(steps + 1):
        threshold = step / steps
        stopped = [is_right for score, is_right in judged if score >= threshold]
        precision = sum(stopped) / len(stopped) if stopped else None
        found.append(TradeOff(threshold, len(stopped), precision, sum(stopped) / num_right if num_right else 0.0))
    return found


def good_thresholds(judged: Sequence[tuple[float, bool]]) -> list[TradeOff]:
    """Return the thresholds above 0 whose precision is MIN_PRECISION at least, lowest first; none of too few decisions."""
    num_right = sum(is_right for _, is_right in judged)
    if len(judged) < MIN_DECISIONS or min(num_right, len(judged) - num_right) < MIN_EACH:
        return []
    return [at for at in trade_offs(judged)[1:] if at.precision is not None and at.precision >= MIN_PRECISION]


@dataclass(frozen=True, slots=True)
class Drift:
    """A rate now, and the interval that its past foretells for so many."""

    rate: float
    low: float
    high: float

    @property
    def is_outside(self) -> bool:
        """Return whether the rate has left its interval."""
        return not self.low <= self.rate <= self.high


def drift_of(outcomes: Sequence[bool]) -> Drift | None:
    """Return the share of True among the last DRIFT_RECENT against the DRIFT_BEFORE before them; None while either is too short.

    The interval is that of the difference of two shares, about the past one with a success and a failure added (so that a past of
    only one kind is not taken for certainty).
    """
    before, recent = outcomes[:-DRIFT_RECENT][-DRIFT_BEFORE:], outcomes[-DRIFT_RECENT:]
    if len(before) < DRIFT_RECENT:
        return None
    past = (sum(before) + 1) / (len(before) + 2)
    half = DRIFT_Z * math.sqrt(past * (1 - past) * (1 / len(before) + 1 / len(recent)))
    return Drift(sum(recent) / len(recent), max(0.0, past - half), min(1.0, past + half))
