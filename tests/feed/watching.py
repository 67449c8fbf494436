"""Watch the feed through its API."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.test import Client

Wish = Callable[..., dict[str, Any]]


def cards(client: Client, count: int = 10, exclude: list[int] | None = None) -> list[dict[str, Any]]:
    response = client.get("/api/feed", {"count": count, "exclude": ",".join(map(str, exclude or []))})
    assert response.status_code == 200, response.content
    return response.json()["cards"]


def see(client: Client, shown: list[dict[str, Any]], kind: str = "impression") -> None:
    events = [{"client_uuid": str(uuid.uuid4()), "video_id": card["video_id"], "kind": kind} for card in shown]
    response = client.post("/api/feed/engagements", json.dumps({"events": events}), content_type="application/json")
    assert response.status_code == 202, response.content


def about(shown: list[dict[str, Any]], tags: set[str]) -> int:
    return sum(bool(tags & set(card["tags"])) for card in shown)
