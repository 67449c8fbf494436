"""Send a text past the guard and do what the policy says; whatever goes wrong with the guard holds the text (fail closed).

For workers: importing this leads to the guard, and the guard to torch.
"""

import logging
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from safety.guard import load_guard
from safety.guard.verdict import HAZARDS, VERDICTS, GuardVerdict
from safety.policy import Action, Policy, load_policy

logger = logging.getLogger(__name__)
# Threads that outlive their time limit keep their slot until they end; a few, so that one stuck call does not block the next.
_POOL = ThreadPoolExecutor(max_workers=4, thread_name_prefix="guard")


class Checks(Protocol):
    """Anything that judges a text as a guard does."""

    def check(self, text: str, role: str = "viewer") -> GuardVerdict:
        """Return a verdict."""


class GuardFault(RuntimeError):
    """The guard gave no answer that can be trusted."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What happens to a text: `action` allow, review or hold; `answer` is said in its place when it is held."""

    action: Action
    verdict: str
    hazards: list[str]
    score: float
    fault: str
    answer: str
    model_version: str


def screen(*, text: str, role: str, load: Callable[[], Checks] = load_guard, policy: Policy | None = None) -> Screening:
    """Judge `text` on its way as `role`. Never raises for a fault of the guard: that is a hold with `fault` set."""
    policy = policy or load_policy()
    try:
        answer = _POOL.submit(lambda: load().check(text, role)).result(timeout=policy.timeout_s)
        _check(answer)
    except Exception as error:
        logger.exception("the guard failed on a %s of %d characters; it is held", role, len(text))
        fault = f"{type(error).__name__}: {error}"[:300]
        return Screening("hold", "uncertain", [], 1.0, fault, policy.answer_for(hazards=[], fault=True), "")
    action = policy.action_of(verdict=answer.verdict, role=role)
    kind = policy.answer_for(hazards=answer.hazards, fault=False) if action == "hold" else ""
    return Screening(action, answer.verdict, answer.hazards, answer.score, "", kind, answer.model_version)


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
