"""Decide what a guard's answer means: verdict from score, action from verdict. Pure: no Django, no torch.

The numbers come from policy.toml beside this file; thresholds that were accepted (safety/serving.py) stand over it, within its bounds.
`Policy.judge` turns scores into a verdict; `action_of` says what a verdict does on
each of the three ways (viewer's words in, reply out, a video's title and tags).
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from safety.guard.verdict import HAZARDS, ROLES, VERDICTS, Verdict

Action = Literal["allow", "review", "hold"]
PROFILES = ("bundled", "open", "served")  # of the guard
POLICY_FILE = Path(__file__).with_name("policy.toml")


class PolicyBroken(ValueError):
    """policy.toml says something that cannot be obeyed; the guard must not start with it."""


@dataclass(frozen=True, slots=True)
class Band:
    """The two thresholds of a hazard: 0 < uncertain_at <= unsafe_at <= 1."""

    uncertain_at: float
    unsafe_at: float


@dataclass(frozen=True, slots=True)
class Floors:
    """What a guard is to reach, as shares: recall at least; harmless texts, and harmless chat of each source, stopped at most."""

    recall: float
    false_positives: float
    chat_stopped: float


@dataclass(frozen=True, slots=True)
class Policy:
    """policy.toml, checked. `max_move`: how far from the file's an accepted threshold may lie."""

    bands: Mapping[str, Band]
    hazard_at: float
    frame_at: float
    actions: Mapping[str, Mapping[str, Action]]
    timeouts_s: Mapping[str, float]
    max_move: float
    floors: Floors

    def band(self, hazard: str) -> Band:
        """Return the thresholds that count for a text whose most probable hazard this is."""
        return self.bands.get(hazard, self.bands["default"])

    def bounds(self, hazard: str) -> tuple[float, float]:
        """Return from where to where a hazard's unsafe_at may be moved, both included."""
        unsafe_at = self.band(hazard).unsafe_at
        return max(0.01, round(unsafe_at - self.max_move, 4)), min(1.0, round(unsafe_at + self.max_move, 4))

    def moved(self, unsafe_at: Mapping[str, float]) -> "Policy":
        """Return this policy with some hazards' unsafe_at moved, wherever to; raises PolicyBroken for what is no threshold."""
        for hazard, at in unsafe_at.items():
            if hazard not in HAZARDS or not 0 < at <= 1:
                raise PolicyBroken(f"{hazard} at {at} is no threshold")
        moved = {hazard: Band(min(self.band(hazard).uncertain_at, at), at) for hazard, at in unsafe_at.items()}
        return replace(self, bands={**self.bands, **moved})

    def judge(self, *, score: float, p_hazard: Mapping[str, float], role: str) -> tuple[Verdict, list[str]]:
        """Return verdict and hazards (most probable first, none when safe). A score that is no probability raises ValueError."""
        if not 0 <= score <= 1 or role not in ROLES:
            raise ValueError(f"score {score!r} or role {role!r} is out of range")
        ranked = sorted(p_hazard, key=lambda hazard: -p_hazard[hazard])
        band = self.band(ranked[0] if ranked else "")
        if score < band.uncertain_at:
            return "safe", []
        named = [hazard for hazard in ranked if p_hazard[hazard] >= self.hazard_at] or ranked[:1]
        return ("unsafe" if score >= band.unsafe_at else "uncertain"), named

    def action_of(self, *, verdict: str, role: str) -> Action:
        """Return what `verdict` does on the way of `role`."""
        return self.actions[role][verdict]


@lru_cache(maxsize=1)
def load_policy() -> Policy:
    """Return the shipped policy; raise PolicyBroken where a row is missing or out of range."""
    return parse_policy(POLICY_FILE.read_text("utf-8"))


def parse_policy(text: str) -> Policy:
    """Check and return a policy written in TOML."""
    try:
        raw = tomllib.loads(text)
        policy = Policy(
            bands={hazard: Band(**band) for hazard, band in raw["thresholds"].items()},
            hazard_at=float(raw["naming"]["hazard_at"]),
            frame_at=float(raw["frames"]["hold_at"]),
            actions=raw["actions"],
            timeouts_s={profile: float(raw["faults"]["timeout_s"][profile]) for profile in PROFILES},
            max_move=float(raw["accepted"]["max_move"]),
            floors=Floors(**{name: float(share) for name, share in raw["floors"].items()}),
        )
        fault_action = raw["faults"]["action"]
    except (KeyError, TypeError, ValueError) as error:
        raise PolicyBroken(f"policy.toml: {error}") from error
    _check(policy, fault_action)
    return policy


def _check(policy: Policy, fault_action: str) -> None:
    wrong = [hazard for hazard in policy.bands if hazard != "default" and hazard not in HAZARDS]
    wrong += [hazard for hazard, band in policy.bands.items() if not 0 < band.uncertain_at <= band.unsafe_at <= 1]
    wrong += [role for role in ROLES if set(policy.actions.get(role, {})) != set(VERDICTS)]
    wrong += [role for role in ROLES if policy.actions[role].get("unsafe") != "hold"]
    wrong += ["frames"] if not 0 < policy.frame_at <= 1 else []
    wrong += ["accepted"] if not 0 <= policy.max_move < 1 else []
    wrong += ["floors"] if not all(0 <= getattr(policy.floors, one.name) <= 1 for one in fields(Floors)) else []
    wrong += [profile for profile, limit_s in policy.timeouts_s.items() if not 0 < limit_s < math.inf]
    if wrong or "default" not in policy.bands or fault_action != "hold":
        raise PolicyBroken(f"policy.toml: {', '.join(wrong) or 'default thresholds or faults'}")
