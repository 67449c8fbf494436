"""Judge whether a text is safe to take in, say or show. Pure: no Django.

`load_guard()` is imported lazily, so that a process that only needs the words of this package (hazards, verdicts) never loads torch.
"""

from typing import TYPE_CHECKING

from safety.guard.verdict import HAZARDS, ROLES, GuardVerdict, Role, Verdict

if TYPE_CHECKING:
    from safety.guard.detector import Guard

__all__ = ["HAZARDS", "ROLES", "GuardVerdict", "Role", "Verdict", "load_guard"]


def load_guard() -> "Guard":
    """Return this process's one guard; the first call loads weights (about 0.1 s on top of the shared sentence encoder)."""
    from safety.guard.detector import load_bundled_guard

    return load_bundled_guard()
