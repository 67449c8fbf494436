"""Draw what a viewer might want and do, from a seed: for tests that need many different viewers."""

import random
import uuid
from typing import Any

from feed.services.engagements import EventDraft
from vision.models import Video

PHRASES = (
    *("ocean", "the sea", "rain", "Paris", "Seoul", "street food", "football", "basketball", "space", "candles"),
    *("snow", "dogs", "cats", "trains", "origami", "latte art", "mountains", "jazz", "tigers", "something calm"),
    *("Tokyo", "desserts", "birds", "night", "city lights", "ramen", "satisfying", "guitar", "flowers", "skiing"),
)
KINDS = ("topic", "place", "activity", "food", "mood", "creator")
FILTERS: list[dict[str, Any]] = [
    {"pace": "calm"},
    {"pace": "lively"},
    {"max_duration_s": 7.0},
    {"min_duration_s": 6.5},
    {"published_within_days": 20.0},
]


def drawn_steer(draw: random.Random) -> dict[str, Any]:
    """Return a steer as a reading has it: more or less, soft or hard, weak or strong."""
    return {
        "phrase": draw.choice(PHRASES),
        "kind": draw.choice(KINDS),
        "direction": "more" if draw.random() < 0.7 else "less",
        "strength": round(draw.random(), 2),
        "hard": draw.random() < 0.3,
        "horizon": draw.choice(("now", "session", "lasting")),
    }


def drawn_filters(draw: random.Random) -> dict[str, Any]:
    """Return one filter, or two."""
    return draw.choice(FILTERS) | (draw.choice(FILTERS[:2]) if draw.random() < 0.3 else {})


def drawn_event(draw: random.Random, videos: list[Video]) -> EventDraft:
    """Return one engagement with a clip of the catalogue."""
    kind = draw.choice(("impression", "like", "like", "watch", "share", "skip", "not_interested"))
    value = round(draw.uniform(0.5, 9.0), 1) if kind == "watch" else None
    return EventDraft(uuid.UUID(int=draw.getrandbits(128)), draw.choice(videos).pk, kind, value=value)
