"""Play a scripted dialogue on the real services and say what is wrong with the feed that it ends in.

A turn is what the viewer types, or {"press": "undo"}, {"pause" | "wake" | "remove": phrase}, {"hours": time that passes}. Checks hold
for the cards that follow: {"tags", "of": 10 | 20, "least" | "most"} counts cards with one of the tags; {"filters": {key: value}} and
{"no_steer_about": [words], "direction"?} and {"explore_at_most"} hold for what steers the feed then.
"""

import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from chat.models import IntentDocument, IntentVersion
from chat.selectors import intent_document
from chat.services.intents import intent_undo, steer_pause, steer_remove
from chat.services.messages import message_send
from feed.ranking.wishes import read_wishes
from feed.services.engagements import EventDraft, engagements_record
from feed.slates import slate_create

FOLDER = Path(__file__).parent
PAGE = 10
Dialogue = dict[str, Any]


def dialogues(name: str) -> list[Dialogue]:
    """Return the dialogues of `written` or `kept_aside`."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]


def faults_of(dialogue: Dialogue) -> list[str]:
    """Play the dialogue as a new viewer; return what is wrong afterwards, in words (nothing: the feed is right).

    Jobs must run where they are sent (workers.simulation.jobs.jobs_in_process).
    """
    viewer_id = get_user_model().objects.create(username=f"talks-{uuid.uuid4().hex[:12]}", password="!").pk
    for turn in dialogue["turns"]:
        if isinstance(turn, str):
            message_send(viewer_id=viewer_id, client_uuid=uuid.uuid4(), text=turn)
        else:
            _act(viewer_id, **turn)
    shown = _next_cards(viewer_id, max((check.get("of", 0) for check in dialogue["checks"]), default=0))
    return [fault for check in dialogue["checks"] if (fault := _fault(viewer_id, shown, **check))]


def _act(viewer_id: int, **turn: Any) -> None:
    [(name, value)] = turn.items()
    if name == "press":
        intent_undo(viewer_id=viewer_id)
    elif name == "hours":
        _let_pass(viewer_id, timedelta(hours=value))
    else:
        for steer in intent_document(viewer_id=viewer_id)["steers"]:
            if value not in steer["phrase"].casefold():
                continue
            if name == "remove":
                steer_remove(viewer_id=viewer_id, steer_id=steer["id"])
            else:
                steer_pause(viewer_id=viewer_id, steer_id=steer["id"], paused=name == "pause")


def _let_pass(viewer_id: int, span: timedelta) -> None:
    """Bring every expiry nearer by `span`: for the document it is as if the clock had moved."""
    for model in (IntentDocument, IntentVersion):
        for row in model.objects.filter(viewer_id=viewer_id):
            for steer in row.document["steers"]:
                if steer["expires_at"]:
                    steer["expires_at"] = (datetime.fromisoformat(steer["expires_at"]) - span).isoformat()
            row.save(update_fields=["document"])


def _next_cards(viewer_id: int, count: int) -> list[set[str]]:
    """Return the tags of the next cards, seen page by page."""
    shown: list[set[str]] = []
    while len(shown) < count:
        cards = slate_create(viewer_id=viewer_id, count=PAGE, exclude=[]).cards
        if not cards:
            break
        seen = [EventDraft(uuid.uuid4(), card["video_id"], "impression") for card in cards]
        engagements_record(viewer_id=viewer_id, events=seen)
        shown += [{tag.casefold() for tag in card["tags"]} for card in cards]
    return shown


def _fault(viewer_id: int, shown: list[set[str]], **check: Any) -> str:
    wishes = read_wishes(intent_document(viewer_id=viewer_id), now=timezone.now())
    if "tags" in check:
        num = sum(bool(set(check["tags"]) & tags) for tags in shown[: check["of"]])
        least, most = check.get("least", 0), check.get("most", check["of"])
        return (
            ""
            if least <= num <= most
            else f"{num} of {check['of']} about {'/'.join(check['tags'])}, not {least} to {most}"
        )
    if "filters" in check:
        wrong = {
            key: getattr(wishes.filters, key)
            for key, value in check["filters"].items()
            if getattr(wishes.filters, key) != value
        }
        return f"filters {wrong}, not {check['filters']}" if wrong else ""
    if "explore_at_most" in check:
        return "" if wishes.explore <= check["explore_at_most"] else f"explore is {wishes.explore}"
    steers = [s for s in wishes.steers if check.get("direction", s.direction) == s.direction]
    left = [
        steer.phrase for steer in steers if any(word in steer.phrase.casefold() for word in check["no_steer_about"])
    ]
    return f"still steered by {left}" if left else ""
