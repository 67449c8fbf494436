"""Say whether a candidate may be released, in words: retrieval must not rot, and people's judgement must be met better. Pure.

Held-out pairs come from the same people as those that were trained on: who poisons the one poisons the other, and the gain looks real. So
pairs that somebody trusted vouches for (gold) are measured by themselves and may not be met worse; and people who go against what serves
more often than a coin would are not believed at all: their answers are upside down.

Nothing passes that was not measured: scores that are missing, not numbers or out of range refuse. There is no way past it: whoever
releases (a command, a job) asks here, and a version that served before needs no second verdict.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_RECALL_FALL = 0.005  # of text-to-video R@1 on the golden set: half a point (issue 4)
COIN = 0.5  # simulated people agree with what serves in .53 to .58 of their decided answers (LOG.md, preferences)
ROUNDING = 1e-9  # a fall of exactly half a point passes


@dataclass(frozen=True)
class Verdict:
    """What the gate says; `reasons` hold a sentence a rule, those that refuse first."""

    is_passed: bool
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        return ("Passed: " if self.is_passed else "Refused: ") + " ".join(self.reasons)


def judge(scores: Mapping[str, Any]) -> Verdict:
    """Return the verdict on {"before", "after": {"recall_at_1", "pair_accuracy"}, "pair_gain_interval": [low, high]}.

    Read too where they are there: "gold": {"before", "after", "num_pairs"}, and before's "pair_interval".
    Recall and accuracy lie in [0, 1] and were measured on the same golden clips and the same held-out pairs; the interval is the 95 % one
    of a paired bootstrap of the gain in pair accuracy, in [-1, 1], and must lie wholly above 0.
    """
    try:
        recall_before, recall_after = (share(scores, when, "recall_at_1") for when in ("before", "after"))
        pairs_before, pairs_after = (share(scores, when, "pair_accuracy") for when in ("before", "after"))
        low, high = interval(scores, "pair_gain_interval", "gain in pair accuracy")
    except ValueError as error:
        return Verdict(False, (str(error),))
    rules = [_recall_rule(recall_before, recall_after), _pairs_rule(pairs_before, pairs_after, low, high)]
    rules += _gold_rules(scores.get("gold")) + _upside_down_rules(scores["before"].get("pair_interval"))
    refusing_first = sorted(rules, key=lambda rule: rule[0])
    return Verdict(all(is_met for is_met, _ in rules), tuple(reason for _, reason in refusing_first))


def _recall_rule(before: float, after: float) -> tuple[bool, str]:
    change = f"R@1 went from {before:.3f} to {after:.3f}"
    if before - after > MAX_RECALL_FALL + ROUNDING:
        return (
            False,
            f"{change}, a fall of {100 * (before - after):.2f} points where {100 * MAX_RECALL_FALL:.1f} is allowed.",
        )
    return True, f"{change}."


def _pairs_rule(before: float, after: float, low: float, high: float) -> tuple[bool, str]:
    change = f"Pair accuracy went from {before:.3f} to {after:.3f} (gain {100 * low:+.1f} to {100 * high:+.1f} points)"
    if low <= 0 or after <= before:
        return False, f"{change}: not clear of no gain at all."
    return True, f"{change}."


def _gold_rules(gold: Any) -> list[tuple[bool, str]]:
    """Return the rule that gold pairs may not be met worse; a note where none vouch for the pairs, nothing where none could."""
    if gold is None:
        return []
    num = _number(gold.get("num_pairs")) if isinstance(gold, Mapping) else None
    if num == 0:
        return [(True, "No gold pair vouches for the labels.")]
    before, after = (_number(gold.get(when)) if num else None for when in ("before", "after"))
    if before is None or after is None:
        return [(False, "The scores of the gold pairs cannot be read.")]
    change = f"Accuracy on {num:.0f} gold pairs went from {before:.3f} to {after:.3f}"
    if after < before - ROUNDING:
        return [(False, f"{change}: what is known to be true is met worse, so the labels cannot be.")]
    return [(True, f"{change}.")]


def _upside_down_rules(pair_interval: Any) -> list[tuple[bool, str]]:
    """Return the refusal of labels that what serves meets less often than a coin, for sure; else nothing."""
    high = _number(pair_interval[1]) if isinstance(pair_interval, list | tuple) and len(pair_interval) == 2 else None
    if high is None or high >= COIN:
        return []
    return [(False, f"The labels go against what serves more often than a coin would (at most {high:.3f} agree).")]


def share(scores: Mapping[str, Any], when: str, name: str) -> float:
    """Return a number in [0, 1]; raises ValueError in words."""
    part = scores.get(when)
    value = _number(part.get(name) if isinstance(part, Mapping) else None)
    if value is None or not 0 <= value <= 1:
        raise ValueError(f"The scores have no {name} between 0 and 1 {when} the change.")
    return value


def interval(scores: Mapping[str, Any], name: str, what: str) -> tuple[float, float]:
    """Return [low, high] in [-1, 1] as a pair; raises ValueError in words."""
    value = scores.get(name)
    ends = [_number(end) for end in value] if isinstance(value, list | tuple) else []
    if len(ends) != 2 or ends[0] is None or ends[1] is None or not -1 <= ends[0] <= ends[1] <= 1:
        raise ValueError(f"The scores have no interval of the {what} ({name}: [low, high]).")
    return ends[0], ends[1]


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None
