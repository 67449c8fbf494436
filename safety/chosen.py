"""Give the guard that the settings choose: the bundled one, Llama Guard on this machine, or Llama Guard on a server."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings

from safety.guard import load_guard
from safety.guard.verdict import GuardVerdict
from safety.policy import load_policy


class Checks(Protocol):
    """Anything that judges a text as a guard does."""

    def check(self, text: str, role: str = "viewer") -> GuardVerdict:
        """Return a verdict; raise where there is none that can be trusted."""
        ...


@dataclass(frozen=True, slots=True)
class ChosenGuard:
    """Which profile answers, and how its guard is had (loaded at its first use, one a process)."""

    profile: str
    load: Callable[[], Checks]


@cache
def chosen_guard() -> ChosenGuard:
    """Return the guard of settings.STAGE_PROFILES["guard"]; its models are loaded by `load`, after the fork."""
    guards: dict[str, Callable[[], Checks]] = {"bundled": load_guard, "open": _open_guard, "served": _served_guard}
    profile = settings.STAGE_PROFILES["guard"]
    return ChosenGuard(profile, guards[profile])


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
