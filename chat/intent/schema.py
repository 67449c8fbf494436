"""State what a reading and an intent document are, and check both against their contracts. Pure.

The two JSON schemas under `contracts/` are copies of the published ones; a version changes only by adding a new file.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

JSON = dict[str, Any]

TASKS = (
    "more",
    "less",
    "plan",
    "learn",
    "search",
    "mood",
    "surprise",
    "refine",
    "reset",
    "undo",
    "explain",
    "forget",
    "chat",
)  # what a viewer's words can mean; "blocked" is the guard's and is never predicted
KINDS = ("topic", "place", "activity", "food", "mood", "style", "creator", "event")
DIRECTIONS = ("more", "less")
HORIZONS = ("now", "session", "lasting")
PACES = ("calm", "lively")
INTENTIONS = ("steer", "ask", "manage", "chat")
STAGES = ("key_phrases", "intention", "extraction", "selection")
STEERLESS_TASKS = frozenset({"surprise", "refine", "reset", "undo", "explain", "chat", "blocked"})
INTENTION_OF_TASK = {
    "more": "steer",
    "less": "steer",
    "plan": "steer",
    "mood": "steer",
    "surprise": "steer",
    "refine": "steer",
    "learn": "ask",
    "search": "ask",
    "explain": "ask",
    "reset": "manage",
    "undo": "manage",
    "forget": "manage",
    "chat": "chat",
    "blocked": "chat",
}

MAX_PHRASE_CHARS = 120
MAX_STEERS = 12
MAX_KEY_PHRASES = 16
MAX_DOCUMENT_STEERS = 40
MAX_SAID_CHARS = 280

_CONTRACTS = Path(__file__).parent / "contracts"


class InvalidDocumentError(ValueError):
    """A reading or an intent document breaks its contract; the message names the path and the reason."""


@dataclass(frozen=True)
class Steer:
    """Say one thing to show more or less of. `strength` in [0, 1]; `hard` means never (or only) show."""

    phrase: str
    kind: str = "topic"
    direction: str = "more"
    strength: float = 0.7
    hard: bool = False
    horizon: str = "lasting"

    def to_json(self) -> JSON:
        """Return the steer as the reading's JSON."""
        return asdict(self)


@dataclass
class Filters:
    """Hold what a message said about length (seconds), pace and freshness (days).

    `stated` names the keys that the message spoke of: a stated key whose value is None clears that filter ("any length is fine").
    """

    min_duration_s: float | None = None
    max_duration_s: float | None = None
    pace: str | None = None
    published_within_days: float | None = None
    stated: set[str] = field(default_factory=set)

    def to_json(self) -> JSON:
        """Return only the stated keys."""
        return {key: getattr(self, key) for key in FILTER_KEYS if key in self.stated}


FILTER_KEYS = ("min_duration_s", "max_duration_s", "pace", "published_within_days")


@lru_cache(maxsize=4)
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((_CONTRACTS / f"{name}.schema.json").read_text("utf-8")))


def check_reading(document: Any) -> None:
    """Raise InvalidDocumentError unless `document` is a valid reading/1."""
    _check("reading", document)


def check_intent(document: Any) -> None:
    """Raise InvalidDocumentError unless `document` is a valid intent/1 whose times are aware ISO 8601."""
    _check("intent", document)
    _check_time(document["updated_at"], "updated_at")
    for steer in document["steers"]:
        if steer["expires_at"] is not None:
            _check_time(steer["expires_at"], "expires_at")


def _check(name: str, document: Any) -> None:
    error = next(iter(_validator(name).iter_errors(document)), None)
    if error is not None:
        where = "/".join(str(part) for part in error.absolute_path) or "(root)"
        raise InvalidDocumentError(f"{name}: {where}: {error.message[:200]}")


def _check_time(value: str, where: str) -> None:
    try:
        aware = datetime.fromisoformat(value).tzinfo is not None
    except ValueError as error:
        raise InvalidDocumentError(f"intent: {where}: {error}") from error
    if not aware:
        raise InvalidDocumentError(f"intent: {where}: a time without an offset")


def clamp_unit(value: float) -> float:
    """Return `value` held to [0, 1], rounded to 3 places; anything that is not finite becomes 0."""
    number = float(value)
    return round(min(1.0, max(0.0, number)), 3) if number == number else 0.0
