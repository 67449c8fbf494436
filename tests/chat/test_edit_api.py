"""Claims about editing the steering over HTTP: what is bad is answered in words and writes nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat.models import IntentVersion
from chat.selectors import intent_document
from tests.chat.test_intents import add

pytestmark = pytest.mark.django_db


@pytest.fixture()
def client(users: dict) -> Client:
    """Alice's browser; she asked for ramen and for sushi."""
    browser = Client()
    browser.force_login(users["alice"])
    add(users["alice"], "ramen")
    add(users["alice"], "sushi")
    return browser


def patch(client: Client, path: str, body: Any) -> Any:
    return client.patch(f"/api/chat/{path}", data=json.dumps(body), content_type="application/json")


def test_a_steer_is_edited_and_undo_brings_it_back_step_by_step(client: Client) -> None:
    start = client.get("/api/chat/state").json()["intent"]["steers"]
    end_at = timezone.now() + timedelta(days=3)
    patch(client, "steers/ramen", {"strength": 0.2, "hard": True})
    patch(client, "steers/ramen", {"expires_at": end_at.isoformat()})
    renamed = patch(client, "steers/ramen", {"phrase": "  ramen   shops "}).json()["document"]["steers"][0]

    undone = [client.post("/api/chat/undo").json()["document"]["steers"] for _ in range(3)]

    assert (renamed["phrase"], renamed["strength"], renamed["hard"]) == ("ramen shops", 0.2, True)
    assert [(steers[0]["phrase"], steers[0]["expires_at"] is None, steers[0]["hard"]) for steers in undone] == [
        ("ramen", False, True),
        ("ramen", True, True),
        ("ramen", True, False),
    ]
    assert undone[-1] == start


@pytest.mark.parametrize(
    "body",
    [
        {"strength": 2},
        {"strength": "0.5"},
        {"strength": True},
        {"strength": float("nan")},
        {"phrase": ""},
        {"phrase": "   "},
        {"phrase": "x" * 121},
        {"phrase": "a\0b"},
        {"phrase": "half \ud83d"},
        {"phrase": "<script>alert(1)</script>"},
        {"phrase": "🎉"},
        {"phrase": "Sushi"},
        {"phrase": None},
        {"direction": "sideways"},
        {"hard": "yes"},
        {"expires_at": "tomorrow"},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"expires_at": "2999-01-01T00:00:00Z"},
        [],
        "more",
    ],
)
def test_a_bad_edit_is_answered_in_words_and_writes_nothing(client: Client, users: dict, body: Any) -> None:
    before = intent_document(viewer_id=users["alice"].pk)

    reply = patch(client, "steers/ramen", body)

    assert reply.status_code in (400, 422)
    assert reply.json()["detail"]
    assert intent_document(viewer_id=users["alice"].pk) == before
    assert IntentVersion.objects.filter(viewer=users["alice"]).count() == 3


def test_filters_are_edited_and_crossed_lengths_refused(client: Client) -> None:
    patch(client, "filters", {"pace": "calm", "max_duration_s": 20})
    crossed = patch(client, "filters", {"min_duration_s": 30})
    bad = [patch(client, "filters", body) for body in ({"pace": "mad"}, {"max_duration_s": 0}, {"min_duration_s": "5"})]
    left = patch(client, "filters", {"pace": None}).json()["document"]["filters"]

    assert crossed.status_code == 422 and "longest" in crossed.json()["detail"]
    assert [reply.status_code for reply in bad] == [422] * 3
    assert left == {"max_duration_s": 20}


def test_a_wish_is_added_by_hand_once(client: Client) -> None:
    added = client.post(
        "/api/chat/steers", {"phrase": "football ", "direction": "less"}, content_type="application/json"
    )
    again = client.post("/api/chat/steers", {"phrase": "the footballs"}, content_type="application/json")
    empty = client.post("/api/chat/steers", {"direction": "less"}, content_type="application/json")

    steer = added.json()["document"]["steers"][-1]
    assert (steer["phrase"], steer["direction"], steer["origin"]["via"]) == ("football", "less", "edit")
    assert again.status_code == 422 and "among your wishes" in again.json()["detail"]
    assert empty.status_code == 422
    assert len(client.get("/api/chat/state").json()["intent"]["steers"]) == 3


def test_nobody_edits_anothers_steers(client: Client, users: dict) -> None:
    client.force_login(users["bob"])

    assert patch(client, "steers/ramen", {"strength": 0.1}).status_code == 404
    client.logout()
    assert patch(client, "steers/ramen", {"strength": 0.1}).status_code == 401
    assert patch(client, "filters", {"pace": "calm"}).status_code == 401
