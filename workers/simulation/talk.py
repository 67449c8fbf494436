"""Let simulated viewers say what they want: in words through the chat, or as the reading that the words should have."""

import uuid
from typing import Any

import numpy as np
from django.utils import timezone

from chat.intent.merge import apply_reading
from chat.models import IntentVersion
from chat.services.intents import intent_apply
from chat.services.messages import message_send
from chat.services.sending import announce_dispatch
from feed.simulation.personas import Wish

MORE = (
    "more {} please",
    "I'd love to see more {}",
    "show me some {}",
    "can I get a lot more {}?",
    "I'm in the mood for {}",
)
NO = (
    "no more {}",
    "please never show me {} again",
    "I really don't want to see {}",
    "no {} at all, please",
    "stop showing me {}",
)


def words_of(wish: Wish, topic: str, rng: np.random.Generator) -> str:
    """Return one way of saying it."""
    ways = MORE if wish.direction == "more" else NO
    return ways[int(rng.integers(len(ways)))].format(topic)


def wish_say(*, viewer_id: int, text: str) -> None:
    """Send the words through the chat's own intake."""
    message_send(viewer_id=viewer_id, client_uuid=uuid.uuid4(), text=text)


def wish_write(*, viewer_id: int, wish: Wish, topic: str, text: str) -> None:
    """Merge the reading that understands the words rightly: what is measured then is the feed alone."""
    is_more = wish.direction == "more"
    steer = {"phrase": topic, "kind": "topic", "direction": "more" if is_more else "less", "hard": not is_more}
    reading = {
        "schema": "reading/1",
        "id": 0,
        "task": "more" if is_more else "less",
        "key_phrases": [topic],
        "intention": {"label": "steer", "strength": 0.9},
        "steers": [steer | {"strength": 0.8, "horizon": "lasting"}],
        "filters": {},
        "safety": {"verdict": "safe", "hazards": [], "score": 0.0},
        "degraded": [],
    }

    def change(document: dict[str, Any]) -> dict[str, Any]:
        return apply_reading(document, reading, now=timezone.now(), message_id=None, said=text).document

    applied = intent_apply(viewer_id=viewer_id, change=change, cause=IntentVersion.Cause.CHAT)
    if applied.changed:
        announce_dispatch(viewer_id=viewer_id)
