"""Decide by answers to questions whose answer is known whether a labeller can be trusted: a sequential test. Pure.

Wald's ratio test (1945) of "errs on 5 % of the gold questions" against "errs on .5 %", looked at after every answer. It begins at 0, adds
log 10 for an error and takes off .046 for a right answer. At STOP the labeller is stopped; at PASS they have passed, and it never falls
lower, so that who becomes careless later is stopped too. Errors of 2 % each way at the two rates.

By simulation (2,000 runs a rate): who errs on 5 % is stopped within 100, 200, 300 gold questions in 80, 96, 99 % of the runs and
passes in 2 %; who errs on .5 % passes within 200 in 95 % and is stopped in 1 %; on 1 %: 78 % and 7 %. Nothing much shorter
can do it: 58 right answers in a row are what a 5 % flipper still gives once in twenty.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

P_HONEST, P_CARELESS = 0.005, 0.05  # share of wrong answers to gold
P_FALSE_STOP, P_FALSE_PASS = 0.02, 0.02
_ERROR, _RIGHT = math.log(P_CARELESS / P_HONEST), math.log((1 - P_CARELESS) / (1 - P_HONEST))
STOP = math.log((1 - P_FALSE_PASS) / P_FALSE_STOP)
PASS = math.log(P_FALSE_PASS / (1 - P_FALSE_STOP))

Standing = Literal["on trial", "passed", "stopped"]


@dataclass(frozen=True)
class Gate:
    """Where a labeller stands after `num_gold` gold answers; `num_wrong` of them were wrong."""

    standing: Standing
    num_gold: int
    num_wrong: int


def judge(is_right: Iterable[bool]) -> Gate:
    """Return the standing after these gold answers, oldest first; once stopped, later answers change nothing."""
    score, has_passed, num_wrong, number = 0.0, False, 0, 0
    for number, right in enumerate(is_right, start=1):
        num_wrong += not right
        score = max(PASS, score + (_RIGHT if right else _ERROR))
        has_passed = has_passed or score <= PASS
        if score >= STOP:
            return Gate("stopped", number, num_wrong)
    return Gate("passed" if has_passed else "on trial", number, num_wrong)
