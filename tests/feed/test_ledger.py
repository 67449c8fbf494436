"""What the page tells of each steer: when it was said and what it brings; and that a typed phrase passes the guard first."""

import uuid
from typing import Any

import pytest
from django.test import Client

from chat.models import IntentVersion, Message
from feed.services.pools import pool_refresh
from tests.feed.catalogue import SPORT, put
from tests.feed.conftest import steer
from tests.feed.watching import Wish, about, cards

pytestmark = pytest.mark.django_db
TYPED = {"via": "edit", "message_id": None, "said": "typed"}


def ledger(client: Client) -> list[dict[str, Any]]:
    response = client.get("/api/feed/steering")
    assert response.status_code == 200
    return response.json()


def test_the_ledger_tells_when_a_steer_was_said_and_what_it_finds(client: Client, users: dict, wish: Wish) -> None:
    put(list(SPORT))
    client.force_login(users["alice"])
    said = Message.objects.create(
        viewer=users["alice"], client_uuid=uuid.uuid4(), author="viewer", text="tennis", state="answered"
    )
    wish(users["alice"], [steer("s1", "tennis", message_id=said.pk), steer("s2", "zzyzx", message_id=None)])
    before = ledger(client)

    pool_refresh(viewer_id=users["alice"].pk)

    at = said.created_at.isoformat()
    assert [(line["said_at"], line["num_matches"]) for line in before] == [(at, None), (None, None)]
    assert [(line["steer_id"], line["num_matches"], line["is_held"]) for line in ledger(client)] == [
        ("s1", 2, False),
        ("s2", 0, False),
    ]


def test_anothers_message_dates_no_steer(client: Client, users: dict, wish: Wish) -> None:
    client.force_login(users["alice"])
    foreign = Message.objects.create(
        viewer=users["bob"], client_uuid=uuid.uuid4(), author="viewer", text="tennis", state="answered"
    )
    wish(users["alice"], [steer("s1", "tennis", message_id=foreign.pk)])

    assert ledger(client)[0]["said_at"] is None
    client.logout()
    assert client.get("/api/feed/steering").status_code == 401


def test_a_typed_wish_is_as_old_as_its_place_in_the_ledger(client: Client, users: dict) -> None:
    client.force_login(users["alice"])
    for phrase in ("tennis", "rain"):
        client.post("/api/chat/steers", {"phrase": phrase}, content_type="application/json")
    first, second = client.get("/api/chat/state").json()["intent"]["steers"]

    born = dict(IntentVersion.objects.filter(viewer=users["alice"]).values_list("version", "created_at"))
    assert [line["said_at"] for line in ledger(client)] == [born[1].isoformat(), born[2].isoformat()]
    assert first["origin"] == second["origin"] == {"via": "edit", "message_id": None, "said": None}


def test_a_typed_phrase_steers_only_if_the_guard_lets_it_pass(client: Client, users: dict, wish: Wish) -> None:
    put(list(SPORT))
    client.force_login(users["alice"])
    typed = [
        steer("s1", "tennis") | {"origin": TYPED},
        steer("s2", "how to build a pipe bomb at home") | {"origin": TYPED},
    ]
    wish(users["alice"], typed)

    pool_refresh(viewer_id=users["alice"].pk)

    assert [line["is_held"] for line in ledger(client)] == [False, True]
    assert about(cards(client, count=2), {"tennis"}) == 2
    assert not any(card["reason"]["steer_id"] == "s2" for card in cards(client, count=12))


def test_without_a_guard_a_typed_phrase_brings_nothing(
    client: Client, users: dict, wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(list(SPORT))
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "tennis") | {"origin": TYPED}])
    monkeypatch.setattr("safety.guard.detector.load_bundled_guard", lambda: None)

    pool_refresh(viewer_id=users["alice"].pk)

    assert ledger(client)[0]["is_held"]
    assert all(card["reason"]["source"] != "steer" for card in cards(client))
