"""What a training leaves behind: the candidate's name, its figures before and after, and what the gate would say of it now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """A proposal. `figures`: [name, before, after, what to know of it], shown as they stand."""

    slug: str
    verdict: str
    figures: list[list[str]] = field(default_factory=list)

    @property
    def outcome(self) -> dict[str, Any]:
        """Return what the run's row keeps."""
        return {"verdict": self.verdict, "figures": self.figures}


def figure(name: str, scores: Mapping[str, Any], key: str, *, gain: str = "") -> list[str]:
    """Return a row of scores {"before", "after": {key: share}}, with the interval of the gain (in points) where there is one."""
    before, after = (f"{scores[when][key]:.3f}" if key in scores[when] else "" for when in ("before", "after"))
    low, high = scores.get(gain) or (None, None)
    note = f"gain {100 * low:+.1f} to {100 * high:+.1f} points" if low is not None and high is not None else ""
    return [name, before, after, note]
