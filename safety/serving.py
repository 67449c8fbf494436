"""Know which guard and which thresholds are in force: this process's copy of the rows, read again after MAX_AGE_S. Torch-free.

So a release, an accepted threshold or a way back reaches every process within MAX_AGE_S. What the rows say cannot be replaced by a guess:
where they, or the file of the guard that they name, cannot be read, there is an error, and whoever screens a text holds it.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from safety.guard.shipped import WEIGHTS, is_of_this_network, shipped_name
from safety.policy import Policy, load_policy
from safety.selectors.thresholds import thresholds_in_force

MAX_AGE_S = 2.0


class GuardFileError(ValueError):
    """The file of a released guard is missing or not what was released; the message says which."""


@dataclass(frozen=True, slots=True)
class ReleasedGuard:
    """A trained guard that was released: its name, its weights, and their sha256."""

    slug: str
    file: Path
    sha256: str

    def check(self) -> None:
        """Raise GuardFileError unless the weights are those that were released, and this code's network can take them."""
        try:
            found = hashlib.sha256(self.file.read_bytes()).hexdigest()
        except OSError as error:
            raise GuardFileError(
                f"the weights of {self.slug} cannot be read ({error.strerror}): {self.file}"
            ) from error
        if found != self.sha256:
            raise GuardFileError(
                f"the weights of {self.slug} are not those that were proposed: {self.file} was changed"
            )
        if not is_of_this_network(self.file):
            raise GuardFileError(f"the weights of {self.slug} are of another network than this code's: train it again")


@dataclass(frozen=True, slots=True)
class InForce:
    """What the rows say: the released guard (None: the one that ships), and thresholds, {guard version: {hazard: unsafe_at}}."""

    released: ReleasedGuard | None
    thresholds: Mapping[str, Mapping[str, float]]

    @property
    def guard(self) -> str:
        """Return the name of the bundled profile's guard."""
        return self.released.slug if self.released else shipped_name()

    @property
    def weights(self) -> Path:
        """Return where its weights lie."""
        return self.released.file if self.released else WEIGHTS

    def policy_of(self, guard: str) -> Policy:
        """Return policy.toml with what was accepted for a guard over it; what a changed file left out of bounds counts as the bound."""
        policy, moved = load_policy(), {}
        for hazard, at in self.thresholds.get(guard, {}).items():
            low, high = policy.bounds(hazard)
            moved[hazard] = min(max(at, low), high)
        return policy.moved(moved)


@dataclass
class _Copy:
    """What this process read last; guarded by `lock`."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    read: InForce | None = None
    read_at_s: float = float("-inf")


_copy = _Copy()


def in_force() -> InForce:
    """Return what is in force, at most MAX_AGE_S old."""
    with _copy.lock:
        if _copy.read is None or time.monotonic() - _copy.read_at_s > MAX_AGE_S:
            _copy.read, _copy.read_at_s = in_force_now(), time.monotonic()
        return _copy.read


def in_force_now() -> InForce:
    """Return what is in force, read now; the project names who knows of released guards (settings.SAFETY_RELEASED_GUARD)."""
    released: Callable[[], ReleasedGuard | None] = import_string(settings.SAFETY_RELEASED_GUARD)
    return InForce(released(), thresholds_in_force())


def reset() -> None:
    """Forget what was read: the next text reads it. For tests and for a restored database."""
    with _copy.lock:
        _copy.read = None
