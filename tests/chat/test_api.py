"""Claims about the chat over HTTP: clear answers to good and bad input, and no way into another viewer's chat."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from chat.models import Message
from chat.selectors import intent_document
from chat.services.intents import intent_announce
from tests.chat.driving import complete, send
from tests.chat.test_intents import add

pytestmark = pytest.mark.django_db


@pytest.fixture()
def client(users: dict) -> Client:
    """Alice's browser."""
    browser = Client()
    browser.force_login(users["alice"], backend="django.contrib.auth.backends.ModelBackend")
    return browser


def post(client: Client, path: str, body: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"/api/chat/{path}", data=raw, content_type="application/json")


def test_a_message_is_accepted_and_sent_twice_has_one_id(client: Client) -> None:
    body = {"client_uuid": str(uuid.uuid4()), "text": "more ramen please"}

    first, second = post(client, "messages", body), post(client, "messages", body)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["duplicate"] is False and second.json() == {**first.json(), "duplicate": True}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"client_uuid": str(uuid.uuid4()), "text": ""}, 422),
        ({"client_uuid": str(uuid.uuid4()), "text": "x" * 10_000}, 422),
        ({"client_uuid": str(uuid.uuid4()), "text": "🍜🍜"}, 422),
        ({"client_uuid": str(uuid.uuid4()), "text": "a\0b"}, 422),
        ({"client_uuid": str(uuid.uuid4()), "text": "half \ud83d"}, 422),
        ({"client_uuid": str(uuid.uuid4()), "text": '{"a": 1}'}, 422),
        ({"client_uuid": str(uuid.uuid4()), "text": "<b>cats</b>"}, 422),
        ({"client_uuid": str(uuid.uuid4()), "text": {"a": 1}}, 422),
        ({"client_uuid": str(uuid.uuid4()), "text": None}, 422),
        ({"client_uuid": str(uuid.uuid4())}, 422),
        ({"client_uuid": "1; DROP TABLE", "text": "cats"}, 422),
        ({"client_uuid": "\ud800", "text": "cats"}, 422),
        ({"client_uuid": 7, "text": "cats"}, 422),
        ({"text": "cats"}, 422),
        (b'{"client_uuid": "x", "text": "\xff\xfe\x00"}', 400),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 400),
        (b"[" * 50_000, 400),
    ],
)
def test_what_is_no_message_gets_a_clear_answer(client: Client, body: Any, status: int) -> None:
    reply = post(client, "messages", body)

    assert reply.status_code == status
    assert isinstance(reply.json()["detail"], str) and len(reply.json()["detail"]) > 10
    assert not Message.objects.exists()


def test_a_body_that_is_no_object_is_refused(client: Client) -> None:
    for body in ([], "cats", 7, None, [{"text": "cats"}], b""):
        assert post(client, "messages", body).status_code == 422

    assert not Message.objects.exists()


def test_a_too_long_message_is_told_the_limit(client: Client) -> None:
    reply = post(client, "messages", {"client_uuid": str(uuid.uuid4()), "text": "more cats " * 1_000})

    assert "2,000" in reply.json()["detail"]


def test_nobody_is_served_without_a_login() -> None:
    stranger = Client()

    for reply in (stranger.get("/api/chat/state"), stranger.get("/api/chat/events"), post(stranger, "undo", {})):
        assert reply.status_code == 401


def test_a_request_of_another_site_is_refused(users: dict) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(users["alice"], backend="django.contrib.auth.backends.ModelBackend")

    reply = post(browser, "messages", {"client_uuid": str(uuid.uuid4()), "text": "cats"})

    assert reply.status_code == 403 and not Message.objects.exists()


def test_state_and_events_show_a_viewer_their_own_chat_only(client: Client, users: dict) -> None:
    complete(send(users["bob"], "more football"))
    complete(send(users["alice"], "more ramen"))

    state = client.get("/api/chat/state").json()
    events = client.get("/api/chat/events?after=0").json()

    assert [message["text"] for message in state["messages"]] == ["more ramen", "More ramen."]
    assert [steer["phrase"] for steer in state["intent"]["steers"]] == ["ramen"]
    assert [event["seq"] for event in events["events"]] == list(range(1, events["last_seq"] + 1))
    assert events["last_seq"] == state["last_seq"]
    assert "football" not in json.dumps(events)


@pytest.mark.parametrize("after", ["-1", "x", "9223372036854775808", "1e3", "%00"])
def test_an_impossible_event_number_is_refused(client: Client, after: str) -> None:
    assert client.get(f"/api/chat/events?after={after}").status_code == 422


def test_events_come_in_pages(client: Client, users: dict) -> None:
    complete(send(users["alice"]))

    first = client.get("/api/chat/events?after=0&limit=3").json()
    rest = client.get(f"/api/chat/events?after={first['last_seq']}").json()

    assert [event["seq"] for event in first["events"]] == [1, 2, 3]
    assert rest["events"][0]["seq"] == 4
    assert client.get(f"/api/chat/events?after={rest['last_seq']}").json() == {
        "events": [],
        "last_seq": rest["last_seq"],
    }


def test_steers_are_paused_removed_and_brought_back(client: Client, users: dict) -> None:
    add(users["alice"], "ramen")

    paused = post(client, "steers/ramen/pause", {"paused": True}).json()
    removed = client.delete("/api/chat/steers/ramen").json()
    undone = post(client, "undo", {}).json()

    assert paused["document"]["steers"][0]["paused"] is True
    assert removed["document"]["steers"] == []
    assert undone["document"]["steers"] == paused["document"]["steers"] and undone["version"] == 4
    intent_announce(viewer_id=users["alice"].pk, up_to=4)
    told = client.get("/api/chat/events").json()["events"]
    assert [(event["kind"], event["version"]) for event in told] == [("intent", number) for number in (1, 2, 3, 4)]


def test_steers_of_others_and_undo_at_the_start_are_answered_in_words(client: Client, users: dict) -> None:
    add(users["bob"], "ramen")

    replies = [client.delete("/api/chat/steers/ramen"), post(client, "steers/ramen/pause", {"paused": True})]
    undo = post(client, "undo", {})

    assert [reply.status_code for reply in replies] == [404, 404]
    assert undo.status_code == 409 and "undo" in undo.json()["detail"]
    assert intent_document(viewer_id=users["bob"].pk)["version"] == 1
    assert post(client, "steers/ramen/pause", {"paused": "yes"}).status_code == 422


@pytest.mark.parametrize("steer_id", ["%00", "..%2f..", "a" * 3_000, "%ed%a0%80", "'; DROP TABLE chat_event; --"])
def test_a_strange_steer_id_is_no_steer(client: Client, steer_id: str) -> None:
    assert client.delete(f"/api/chat/steers/{steer_id}").status_code == 404
