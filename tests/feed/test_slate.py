"""What a viewer who has said nothing gets."""

import json
import os
import subprocess
import sys
import uuid
from typing import Any

import pytest
from django.test import Client

from feed.models import Slate
from tests.feed.catalogue import KOREA
from vision.models import Video

pytestmark = pytest.mark.django_db


def get(client: Client, **query: Any) -> dict[str, Any]:
    response = client.get("/api/feed", query)
    assert response.status_code == 200, response.content
    return response.json()


def record(client: Client, *events: dict[str, Any]) -> dict[str, Any]:
    filled = [{"client_uuid": str(uuid.uuid4()), "slate_id": None, "position": 0, "value": None} | e for e in events]
    response = client.post("/api/feed/engagements", json.dumps({"events": filled}), content_type="application/json")
    assert response.status_code == 202, response.content
    return response.json()


def test_an_unsteered_feed_is_diverse(client: Client, users: dict, catalogue: list[Video]) -> None:
    for name in ("alice", "bob", "lena", "mona", "ada"):
        client.force_login(users[name])

        cards = get(client, count=10)["cards"]

        assert len(cards) == 10
        creators = [card["creator"] for card in cards]
        assert max(creators.count(creator) for creator in creators) <= 2
        assert sum(bool(KOREA & set(card["tags"])) for card in cards) <= 1, [(c["title"], c["tags"]) for c in cards]
        assert {card["reason"]["source"] for card in cards} <= {
            "fresh",
            "explore",
        }  # nobody has engaged with anything yet


def test_the_slate_keeps_each_card_with_its_reason(client: Client, users: dict, catalogue: list[Video]) -> None:
    client.force_login(users["alice"])

    page = get(client, count=7)

    slate = Slate.objects.get(pk=page["slate_id"])
    assert slate.viewer == users["alice"]
    assert slate.cards == [{"video_id": c["video_id"], "reason": c["reason"]} for c in page["cards"]]
    assert [card["position"] for card in page["cards"]] == list(range(7))


def test_the_same_world_gives_the_same_slate(client: Client, users: dict, catalogue: list[Video]) -> None:
    client.force_login(users["alice"])

    first, second = get(client, count=30)["cards"], get(client, count=30)["cards"]

    assert first == second


def test_pages_continue_without_a_repeat(client: Client, users: dict, catalogue: list[Video]) -> None:
    client.force_login(users["alice"])
    on_page: list[int] = []

    for _ in range(5):
        cards = get(client, count=10, exclude=",".join(map(str, on_page)))["cards"]
        on_page += [card["video_id"] for card in cards]

    assert len(on_page) == 50
    assert len(set(on_page)) == 50


def test_a_request_takes_four_statements_no_model_and_no_job(
    client: Client,
    users: dict,
    catalogue: list[Video],
    django_assert_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.force_login(users["alice"])
    for kept in ("feed.features.MAX_AGE_S", "feed.experiments.active.MAX_AGE_S", "feed.rankers.MAX_AGE_S"):
        monkeypatch.setattr(kept, 3600.0)
    get(client)
    sent: list[str] = []
    monkeypatch.setattr("workers.dispatch._send", lambda name, **_: sent.append(name))
    monkeypatch.setattr("models.backbone.sentence_encoder", lambda: sent.append("a model"))

    with django_assert_num_queries(4):  # the session, the user, what is known of the viewer, the slate with its cards
        get(client)

    assert sent == []


def test_nobody_else_reads_the_feed(client: Client, db: None) -> None:
    assert client.get("/api/feed").status_code == 401


def test_a_slate_needs_no_torch() -> None:
    program = "import django; django.setup(); import feed.api, feed.slates, sys; sys.exit('torch' in sys.modules)"

    outcome = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"DJANGO_SETTINGS_MODULE": "webapp.settings"}
    )

    assert outcome.returncode == 0
