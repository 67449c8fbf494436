"""Claims about editing the intent document by hand: only what is named changes, and what cannot be is refused in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chat.intent.edits import EditRefused, apply_add, apply_change, apply_filters, apply_pause, apply_remove
from chat.intent.merge import empty_document
from chat.intent.schema import check_intent
from tests.intent.test_merge import reading, say, steer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def document_of(*phrases: str) -> dict[str, Any]:
    return say(empty_document(NOW), reading("more", *[steer(phrase) for phrase in phrases])).document


def changed(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    after = apply_change(document, document["steers"][0]["id"], changes, now=NOW)
    check_intent(after)
    return after


def test_pausing_and_removing_touch_only_that_steer() -> None:
    document = document_of("tigers", "pottery")
    tigers, pottery = (item["id"] for item in document["steers"])

    paused = apply_pause(document, tigers, True, now=NOW)
    removed = apply_remove(paused, pottery, now=NOW)

    assert [item["paused"] for item in paused["steers"]] == [True, False] and paused["version"] == 2
    assert [item["phrase"] for item in removed["steers"]] == ["tigers"] and removed["steers"][0]["paused"]
    assert apply_remove(document, "nobody", now=NOW) == document


@pytest.mark.parametrize(
    "changes", [{"strength": 0.2}, {"hard": True}, {"expires_at": NOW + timedelta(days=3)}, {"direction": "less"}]
)
def test_a_change_leaves_everything_else_as_it_was(changes: dict[str, Any]) -> None:
    document = document_of("tigers", "pottery")

    after = changed(document, **changes)

    assert after["version"] == 2
    assert after["steers"][1] == document["steers"][1]
    before, now = document["steers"][0], after["steers"][0]
    touched = {key for key in before if before[key] != now[key]}
    assert set(changes) <= touched <= set(changes) | {"horizon", "id"}


def test_a_new_phrase_is_a_new_steer_with_the_words_that_were_typed() -> None:
    document = document_of("tigers")

    after = changed(document, phrase="snow leopards")["steers"][0]

    assert after["id"] != document["steers"][0]["id"]
    assert after["origin"] == document["steers"][0]["origin"] | {"via": "edit", "said": "snow leopards"}


def test_a_wish_for_good_and_for_a_while_say_so() -> None:
    soon = changed(document_of("tigers"), expires_at=NOW + timedelta(hours=3))
    lasting = changed(soon, expires_at=None)

    assert (soon["steers"][0]["horizon"], soon["steers"][0]["expires_at"]) == ("session", "2026-11-20T15:00:00+00:00")
    assert (lasting["steers"][0]["horizon"], lasting["steers"][0]["expires_at"]) == ("lasting", None)


@pytest.mark.parametrize(
    "changes", [{"expires_at": NOW}, {"expires_at": NOW + timedelta(days=400)}, {"phrase": "The Potteries"}]
)
def test_what_cannot_be_is_refused_in_words(changes: dict[str, Any]) -> None:
    document = document_of("tigers", "pottery")

    with pytest.raises(EditRefused, match=r"\w+ \w+ \w+"):
        changed(document, **changes)

    assert document == document_of("tigers", "pottery")


def test_a_change_that_changes_nothing_makes_no_version() -> None:
    document = document_of("tigers")

    same = document["steers"][0]
    assert changed(document, strength=same["strength"], phrase="tigers", direction="more") == document
    assert apply_filters(document, {"pace": None}, now=NOW) == document


def test_filters_are_set_and_taken_away_one_by_one() -> None:
    document = apply_filters(document_of("tigers"), {"pace": "calm", "max_duration_s": 20}, now=NOW)
    assert document["filters"] == {"pace": "calm", "max_duration_s": 20}

    left = apply_filters(document, {"pace": None}, now=NOW)

    assert left["filters"] == {"max_duration_s": 20}
    with pytest.raises(EditRefused, match="longest"):
        apply_filters(left, {"min_duration_s": 30}, now=NOW)


def test_a_full_document_takes_no_more_wishes() -> None:
    document = empty_document(NOW)
    for number in range(40):
        document = apply_add(document, {"phrase": f"wish number {number}"}, now=NOW)

    check_intent(document)
    with pytest.raises(EditRefused, match="40 wishes"):
        apply_add(document, {"phrase": "one more"}, now=NOW)
