"""Give the guard that is in force: the released or bundled one, Llama Guard on this machine, or Llama Guard on a server."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import Protocol

from django.conf import settings

from safety.guard import load_guard
from safety.guard.verdict import GuardVerdict
from safety.policy import Policy, load_policy
from safety.serving import GuardFileError, InForce, ReleasedGuard, in_force


class Checks(Protocol):
    """Anything that judges a text as a guard does."""

    @property
    def model_version(self) -> str:
        """Its name."""
        ...

    def check(self, text: str, role: str = "viewer") -> GuardVerdict:
        """Return a verdict; raise where there is none that can be trusted."""
        ...


@dataclass(frozen=True, slots=True)
class ChosenGuard:
    """Which profile answers, and how its guard is had (loaded at its first use, one a process)."""

    profile: str
    load: Callable[[], Checks]


@dataclass(frozen=True, slots=True)
class JudgedAnew:
    """A guard whose scores are judged by a policy other than policy.toml's."""

    guard: Checks
    policy: Policy

    @property
    def model_version(self) -> str:
        return self.guard.model_version

    def check(self, text: str, role: str = "viewer") -> GuardVerdict:
        """Judge as the guard does, by this policy."""
        said = self.guard.check(text, role)
        verdict, hazards = self.policy.judge(score=said.score, p_hazard=said.p_hazard, role=role)
        return replace(said, verdict=verdict, hazards=hazards)


def chosen_guard(now: InForce | None = None) -> ChosenGuard:
    """Return the guard of settings.STAGE_PROFILES["guard"] as the rows have it (at most 2 s old); `load` loads models, after the fork."""
    now = now or in_force()
    guards: dict[str, Callable[[], Checks]] = {
        "bundled": partial(_released, now.released) if now.released else load_guard,
        "open": _open_guard,
        "served": _served_guard,
    }
    profile = settings.STAGE_PROFILES["guard"]
    return ChosenGuard(profile, partial(_judging, guards[profile], now))


def _judging(load: Callable[[], Checks], now: InForce) -> Checks:
    """Return the guard, judging by the thresholds that were accepted for it."""
    guard = load()
    return JudgedAnew(guard, now.policy_of(guard.model_version)) if now.thresholds else guard


@lru_cache(maxsize=2)
def _released(guard: ReleasedGuard) -> Checks:
    """Load a released guard; raises GuardFileError where its file is missing, damaged or another's. The former one is kept."""
    from safety.guard.detector import load_guard_from

    guard.check()
    try:
        loaded = load_guard_from(guard.file, load_policy())
    except Exception as error:  # safetensors and torch raise their own
        raise GuardFileError(f"the weights of {guard.slug} are no guard: {error}") from error
    if loaded.model_version != guard.slug:
        raise GuardFileError(f"the weights of {guard.slug} bear the name {loaded.model_version}")
    return loaded


@cache
def _open_guard() -> Checks:
    from safety.guard.llama.opened import OpenLlamaGuard

    limit_s = load_policy().timeouts_s["open"]
    return OpenLlamaGuard(
        settings.OPEN_GUARD, adapter=settings.OPEN_GUARD_ADAPTER, policy=load_policy(), timeout_s=limit_s
    )


@cache
def _served_guard() -> Checks:
    from safety.guard.llama.served import ServedLlamaGuard

    return ServedLlamaGuard(
        url=settings.SERVED_GUARD_URL,
        name=settings.SERVED_GUARD,
        api_key=settings.SERVED_API_KEY,
        policy=load_policy(),
        timeout_s=load_policy().timeouts_s["served"],
    )
