"""Claims about the intent document: every change one version, every undo exact, every version told once."""

from typing import Any

import pytest
from django.utils import timezone

from chat.models import IntentDocument, IntentVersion
from chat.selectors import events_after, intent_document, versions_untold
from chat.services.intents import (
    Applied,
    NothingToUndo,
    SteerUnknown,
    intent_announce,
    intent_apply,
    intent_undo,
    steer_pause,
    steer_remove,
)

pytestmark = pytest.mark.django_db


def add(viewer: Any, phrase: str) -> Applied:
    """Add a steer as one change."""
    added = {"id": phrase, "phrase": phrase, "kind": "topic", "direction": "more", "strength": 0.5, "hard": False}
    added |= {"horizon": "lasting", "expires_at": None, "paused": False, "origin": {"via": "api"}}

    def change(document: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now().isoformat()
        steers = [*document["steers"], added]
        return {**document, "steers": steers, "version": document["version"] + 1, "updated_at": now}

    return intent_apply(viewer_id=viewer.pk, change=change, cause="edit")


def content(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in {"version", "updated_at"}}


def test_undo_restores_the_exact_document_and_repeated_goes_further_back(users: dict) -> None:
    alice = users["alice"]
    add(alice, "ramen")
    before = [content(intent_document(viewer_id=alice.pk))]
    add(alice, "sushi")
    before.append(content(intent_document(viewer_id=alice.pk)))
    steer_pause(viewer_id=alice.pk, steer_id="ramen", paused=True)
    before.append(content(intent_document(viewer_id=alice.pk)))
    steer_remove(viewer_id=alice.pk, steer_id="ramen")

    restored = [content(intent_undo(viewer_id=alice.pk).document) for _ in range(3)]

    assert restored == before[::-1]
    assert intent_document(viewer_id=alice.pk)["version"] == 7


def test_undo_after_a_change_on_top_of_an_undo_takes_only_that_change_back(users: dict) -> None:
    alice = users["alice"]
    add(alice, "ramen")
    add(alice, "sushi")
    undone = intent_undo(viewer_id=alice.pk)
    add(alice, "pottery")

    again = intent_undo(viewer_id=alice.pk)
    further = intent_undo(viewer_id=alice.pk)

    assert content(again.document) == content(undone.document)
    assert further.document["steers"] == []


def test_nothing_is_left_to_undo_at_the_start(users: dict) -> None:
    with pytest.raises(NothingToUndo):
        intent_undo(viewer_id=users["alice"].pk)
    add(users["alice"], "ramen")
    intent_undo(viewer_id=users["alice"].pk)

    with pytest.raises(NothingToUndo):
        intent_undo(viewer_id=users["alice"].pk)


def test_an_unknown_steer_and_a_change_that_changes_nothing_write_nothing(users: dict) -> None:
    alice, bob = users["alice"], users["bob"]
    add(alice, "ramen")

    with pytest.raises(SteerUnknown):
        steer_remove(viewer_id=bob.pk, steer_id="ramen")
    unchanged = steer_pause(viewer_id=alice.pk, steer_id="ramen", paused=False)

    assert not unchanged.changed and unchanged.version == 1
    assert IntentVersion.objects.filter(viewer=alice).count() == 2


def test_a_lost_compare_and_set_is_tried_again_on_the_newer_document(users: dict) -> None:
    alice = users["alice"]
    add(alice, "ramen")
    interferences = iter([True])

    def change(document: dict[str, Any]) -> dict[str, Any]:
        if next(interferences, False):
            add(alice, "sushi")
        return {**document, "explore": 0.5, "version": document["version"] + 1}

    applied = intent_apply(viewer_id=alice.pk, change=change, cause="edit")

    assert applied.version == 3
    assert [steer["id"] for steer in applied.document["steers"]] == ["ramen", "sushi"]
    assert applied.document["explore"] == 0.5


def test_a_document_that_breaks_the_contract_is_not_written(users: dict) -> None:
    with pytest.raises(ValueError, match="explore"):
        intent_apply(
            viewer_id=users["alice"].pk, change=lambda document: {**document, "explore": 7, "version": 1}, cause="edit"
        )

    assert IntentDocument.objects.get(viewer=users["alice"]).version == 0


def test_every_version_is_told_once_with_what_is_new_in_it(users: dict) -> None:
    alice = users["alice"]
    add(alice, "ramen")
    add(alice, "sushi")
    steer_remove(viewer_id=alice.pk, steer_id="ramen")
    assert events_after(viewer_id=alice.pk, after=0) == []

    intent_announce(viewer_id=alice.pk, up_to=2)
    intent_announce(viewer_id=alice.pk, up_to=3)
    intent_announce(viewer_id=alice.pk, up_to=3)

    told = events_after(viewer_id=alice.pk, after=0)
    assert [(event["seq"], event["version"], event["new_steer_ids"]) for event in told] == [
        (1, 1, ["ramen"]),
        (2, 2, ["sushi"]),
        (3, 3, []),
    ]
    assert told[-1]["document"] == intent_document(viewer_id=alice.pk)


def test_the_sweep_finds_the_versions_that_no_page_was_told_of(users: dict) -> None:
    add(users["alice"], "ramen")
    add(users["alice"], "sushi")
    add(users["bob"], "pottery")
    intent_announce(viewer_id=users["bob"].pk, up_to=1)

    assert versions_untold(older_than_s=60) == []
    assert versions_untold(older_than_s=-1) == [(users["alice"].pk, 2)]
