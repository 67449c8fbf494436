"""Reach what is reviewed, through adapters named in settings.SAFETY_TARGETS = {kind: "dotted.path.ToAdapter"}.

An adapter is a class without arguments that fulfils `Target`. `apply` and `restore` run inside the decision's transaction.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class TargetView:
    """What a moderator is shown: plain texts, URLs that a moderator may load (or ""), and details as label -> text."""

    title: str
    text: str = ""
    media_url: str = ""
    poster_url: str = ""
    detail: dict[str, str] = field(default_factory=dict)


class Target(Protocol):
    """What safety asks of an app that owns a kind of target."""

    def describe(self, target_id: int) -> TargetView | None:
        """Return what to show, or None where the target is gone."""

    def apply(self, target_id: int, action: str) -> dict[str, Any]:
        """Carry out "approve", "remove" or "restrict"; return a JSON token that `restore` understands."""

    def restore(self, target_id: int, token: dict[str, Any]) -> None:
        """Put the target back exactly as it was when `apply` returned `token`; do nothing where it is gone."""


class UnknownTarget(LookupError):
    """No adapter is named for this kind, or the target does not exist."""


@lru_cache(maxsize=16)
def _adapter(path: str) -> Target:
    adapter: Target = import_string(path)()
    return adapter


def target_of(kind: str) -> Target:
    """Return the adapter of `kind`; raise UnknownTarget where the settings name none."""
    path = settings.SAFETY_TARGETS.get(kind)
    if path is None:
        raise UnknownTarget(f"Nothing of kind {kind!r} can be reviewed.")
    return _adapter(path)
