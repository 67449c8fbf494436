"""Name every knob of the feed once: what a slate is made with, and what an experiment may change. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


class BadKnobError(ValueError):
    """A knob that does not exist, or a value that it cannot have; the message says which there are."""


def _knob(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class FeedConfiguration:
    """What a slate is made with; the defaults are the feed that everybody gets. Each knob's range is in its metadata.

    Words win cold, engagements take over warm: `warm_at`, `similar_of_rest` and `popular_of_known` are learned on simulated viewers
    (`python -m tests.bench merge`, LOG.md), inside bounds that keep a promise; the others say what they keep.
    """

    steered: float = _knob(0.8, 0, 1)  # eight cards in ten: at least six must be on topic, and two more may miss
    steered_and_curious: float = _knob(0.95, 0, 1)  # with exploration: who asks for surprises gets fewer steered cards
    warm_at: float = _knob(0.5, 0.1, 1_000)  # engagements at which "similar" has half of what it can get
    similar_of_rest: float = _knob(0.85, 0, 1)
    searched_of_rest: float = _knob(0.15, 0, 1)  # where the viewer opened what they searched for: one card in seven
    popular_of_known: float = _knob(0.7, 0, 1)  # the others of the unsteered part are fresh
    explore: float = _knob(1, 0, 10)  # times the share of exploration that the viewer's document holds
    diversity: float = _knob(1, 0, 3)  # times each lane's weight against what repeats
    ranker: float = _knob(1, 0, 1)  # how far each cause's cards follow the ranker; 0 is the merge's order


DEFAULT = FeedConfiguration()


def configuration_of(knobs: Mapping[str, float]) -> FeedConfiguration:
    """Return the default with `knobs` turned. Raises BadKnobError for an unknown knob or a value out of its range."""
    known = {knob.name: knob.metadata for knob in fields(FeedConfiguration)}
    for name, value in knobs.items():
        if name not in known:
            raise BadKnobError(f"the feed has no knob {name!r}; it has {', '.join(known)}")
        low, high = known[name]["low"], known[name]["high"]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise BadKnobError(f"{name} must be a number from {low} to {high}, not {value!r}")
    return FeedConfiguration(**{name: float(value) for name, value in knobs.items()})
