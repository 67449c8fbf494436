"""Read an intent document (contract intent/1) as the feed needs it. Pure."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

LATEST_SHARE = (
    0.75  # of the steered cards, while other wishes wait: what was said last is what the viewer is looking at
)
DEFAULT_EXPLORE = 0.1
NUM_KEPT = 256  # documents: 4 MB where all of them hold twenty steers


class Wish(NamedTuple):
    """One active steer. `age` is 0 for the latest thing said, 1 for the one before; steers of one message share it.

    `is_typed`: its phrase was typed into the list of steers, so no guard has read it as a message.
    """

    id: str
    phrase: str
    kind: str
    direction: str
    strength: float
    hard: bool
    said: str | None
    age: int = 0
    is_typed: bool = False


@dataclass(frozen=True)
class Filters:
    """Length in seconds, pace and freshness in days; None where the viewer does not mind."""

    min_duration_s: float | None = None
    max_duration_s: float | None = None
    pace: str | None = None
    published_within_days: float | None = None


@dataclass(frozen=True)
class Wishes:
    """All that a viewer asked for: active steers in document order, filters, and the share of exploration in [0, 1]."""

    version: int = 0
    steers: list[Wish] = field(default_factory=list)
    filters: Filters = field(default_factory=Filters)
    explore: float = DEFAULT_EXPLORE
    next_expiry_at: datetime | None = None

    @property
    def more(self) -> list[Wish]:
        """Return what the viewer wants more of."""
        return [wish for wish in self.steers if wish.direction == "more"]

    @property
    def less(self) -> list[Wish]:
        """Return what the viewer wants less of."""
        return [wish for wish in self.steers if wish.direction == "less"]


def read_wishes(document: dict[str, Any] | None, *, now: datetime) -> Wishes:
    """Return the steers of `document` that hold at `now` (aware): neither paused nor expired. No document: no wishes."""
    if not document:
        return Wishes()
    expiries = [datetime.fromisoformat(steer["expires_at"]) for steer in document["steers"] if steer["expires_at"]]
    active = [steer for steer in document["steers"] if not steer["paused"] and not _is_over(steer, now)]
    ages = _ages(active)
    return Wishes(
        version=document["version"],
        steers=[_wish(steer, age) for steer, age in zip(active, ages, strict=True)],
        filters=Filters(**{key: value for key, value in document["filters"].items() if key in Filters.__annotations__}),
        explore=float(document["explore"]),
        next_expiry_at=min((at for at in expiries if at > now), default=None),
    )


def wishes_of(document: str | None, *, now: datetime) -> Wishes:
    """Return what `read_wishes` makes of a document's JSON; to be read only.

    Who scrolls asks again and again with the same words, so the last NUM_KEPT documents are remembered, by their very text and by how
    many of their steers are over.
    """
    return _wishes_after(document, bisect_right(_expiries(document), now)) if document else Wishes()


@lru_cache(NUM_KEPT)
def _expiries(document: str) -> list[datetime]:
    steers = orjson.loads(document)["steers"]
    return sorted(datetime.fromisoformat(steer["expires_at"]) for steer in steers if steer["expires_at"])


@lru_cache(NUM_KEPT)
def _wishes_after(document: str, num_over: int) -> Wishes:
    at = _expiries(document)[num_over - 1] if num_over else datetime.min.replace(tzinfo=UTC)
    return read_wishes(orjson.loads(document), now=at)


def shares_of(wishes: list[Wish]) -> list[float]:
    """Return how the steered cards are divided among `wishes`, adding up to 1.

    The latest things said take LATEST_SHARE, the rest goes to earlier ones; in each part by strength, so that nobody is starved.
    """
    if not wishes:
        return []
    newest = min(wish.age for wish in wishes)
    weights = [0.2 + 0.8 * wish.strength for wish in wishes]
    latest = sum(weight for weight, wish in zip(weights, wishes, strict=True) if wish.age == newest)
    earlier = sum(weights) - latest
    latest_share = LATEST_SHARE if earlier else 1.0
    return [
        weight / latest * latest_share if wish.age == newest else weight / earlier * (1 - latest_share)
        for weight, wish in zip(weights, wishes, strict=True)
    ]


def _is_over(steer: dict[str, Any], now: datetime) -> bool:
    return steer["expires_at"] is not None and datetime.fromisoformat(steer["expires_at"]) <= now


def _wish(steer: dict[str, Any], age: int) -> Wish:
    origin = steer["origin"]
    return Wish(
        steer["id"],
        steer["phrase"],
        steer["kind"],
        steer["direction"],
        float(steer["strength"]),
        bool(steer["hard"]),
        origin.get("said"),
        age,
        origin["via"] == "edit",
    )


def _ages(steers: list[dict[str, Any]]) -> list[int]:
    """Rank the steers by when they were said: by message where the origin names one, else after all that stands before them."""
    keys: list[tuple[int, int]] = []
    for index, steer in enumerate(steers):
        message_id = steer["origin"].get("message_id")
        is_number = message_id is not None and str(message_id).isdigit()
        keys.append((int(str(message_id)), 0) if is_number else (max((key[0] for key in keys), default=0), index))
    age_of = {key: age for age, key in enumerate(sorted(set(keys), reverse=True))}
    return [age_of[key] for key in keys]
