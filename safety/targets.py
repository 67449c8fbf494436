"""Reach what is reviewed, through adapters named in settings.SAFETY_TARGETS = {kind: "dotted.path.ToAdapter"}.

An adapter is a class without arguments that fulfils `Target`. `apply` and `restore` run inside the decision's transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of a conversation: who said it, and whether it is the one under review."""

    author: str
    text: str
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class TargetView:
    """What a moderator is shown: plain texts, URLs that a moderator may load (or ""), the turns around a message, details by label."""

    title: str
    media_url: str = ""
    poster_url: str = ""
    turns: list[Turn] = field(default_factory=list)
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What the queue must know of a target: whose it is, what it is equal to, how many people it met, and its words for the guard.

    `content_key`: equal for equal content, "" where nothing is equal to it. `role`: the way on which the guard reads `text`
    (safety.guard.verdict.ROLES).
    """

    author_id: int | None = None
    content_key: str = ""
    reach: int = 0
    text: str = ""
    role: str = "title"


class Target(Protocol):
    """What safety asks of an app that owns a kind of target."""

    actions: Collection[str]

    def facts(self, target_ids: Collection[int]) -> dict[int, TargetFacts]:
        """Return the facts of those targets that exist."""

    def describe(self, target_id: int) -> TargetView | None:
        """Return what to show, or None where the target is gone."""

    def apply(self, target_id: int, action: str) -> dict[str, Any]:
        """Carry out one of `actions`; return a JSON token that `restore` understands. Nothing happens where the target is gone."""

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


def facts_of(kind: str, target_id: int) -> TargetFacts:
    """Return one target's facts; raise UnknownTarget where there is no such target."""
    facts = target_of(kind).facts([target_id]).get(target_id)
    if facts is None:
        raise UnknownTarget(f"There is no {kind} {target_id}.")
    return facts
