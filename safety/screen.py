"""Send a text past the guard and do what the policy says; whatever goes wrong with the guard holds the text (fail closed).

For workers: importing this leads to the guard, and the guard to torch.
"""

import logging
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from safety.chosen import ChosenGuard, chosen_guard
from safety.guard.verdict import HAZARDS, VERDICTS, GuardVerdict
from safety.policy import Action, Policy, load_policy

logger = logging.getLogger(__name__)
# Threads that outlive their time limit keep their slot until they end; a few, so that one stuck call does not block the next.
_POOL = ThreadPoolExecutor(max_workers=4, thread_name_prefix="guard")


class GuardFault(RuntimeError):
    """The guard gave no answer that can be trusted."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What happens to a text: `action` allow, review or hold. `fault` says what was wrong with the guard, "" where nothing was."""

    action: Action
    verdict: str
    hazards: list[str]
    score: float
    fault: str
    model_version: str


def screen(*, text: str, role: str, guard: ChosenGuard | None = None, policy: Policy | None = None) -> Screening:
    """Judge `text` on its way as `role`. Never raises for a fault of the guard: that is a hold with `fault` set."""
    policy = policy or load_policy()
    try:
        guard = guard or chosen_guard()
        limit_s = policy.timeouts_s[guard.profile]
        answer = _POOL.submit(_ask, guard, text, role).result(timeout=limit_s)
        _check(answer)
    except Exception as error:
        logger.exception("the guard failed on a %s of %d characters; it is held", role, len(text))
        return Screening("hold", "uncertain", [], 1.0, f"{type(error).__name__}: {error}"[:300], "")
    action = policy.action_of(verdict=answer.verdict, role=role)
    return Screening(action, answer.verdict, answer.hazards, answer.score, "", answer.model_version)


def _ask(guard: ChosenGuard, text: str, role: str) -> GuardVerdict:
    return guard.load().check(text, role)


def _check(answer: GuardVerdict) -> None:
    """Raise GuardFault unless `answer` is one that the contract allows."""
    if not isinstance(answer, GuardVerdict) or answer.verdict not in VERDICTS:
        raise GuardFault("the guard's answer is not a verdict")
    if not isinstance(answer.score, float) or not math.isfinite(answer.score) or not 0 <= answer.score <= 1:
        raise GuardFault(f"the guard's score {answer.score!r} is no probability")
    if not isinstance(answer.hazards, list) or any(hazard not in HAZARDS for hazard in answer.hazards):
        raise GuardFault("the guard named an unknown hazard")
    if (answer.verdict == "safe") == bool(answer.hazards):
        raise GuardFault("the guard's verdict and hazards contradict each other")
