"""A takedown over HTTP, in the whole product: gone from feed, search, pages, posters and media within five seconds, and back as exactly."""

import time
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from tests.stack.server import Server

LIMIT_S = 5.0  # the promise; every check is of a row, so it is met at once


def _decide(moderator: httpx.Client, video_id: int, action: str) -> str:
    """Report the clip as the moderator, take its job and decide it; return the batch."""
    flag = {"target_kind": "video", "target_id": video_id, "category": "hate"}
    assert moderator.post("/api/safety/flags", json=flag).status_code == 201
    jobs = moderator.post("/api/safety/jobs/claim", json={"max_jobs": 20}).json()["jobs"]
    job = next(job for job in jobs if job["target_id"] == video_id)
    held = {"job_id": job["job_id"], "fencing_token": job["fencing_token"]}
    answer = moderator.post("/api/safety/decisions", json={"jobs": [held], "action": action})
    assert answer.status_code == 200, answer.text
    return answer.json()["batch"]


def _ways(viewer: httpx.Client, card: dict[str, Any]) -> dict[str, bool]:
    """Return on which ways the clip comes to a viewer now."""
    page = viewer.get("/api/feed", params={"count": 50}).json()["cards"]
    return {
        "feed": any(other["video_id"] == card["video_id"] for other in page),
        "search": f'data-video="{card["video_id"]}"' in viewer.get("/search", params={"q": card["title"]}).text,
        "watch page": viewer.get(f"/watch/{card['video_id']}").status_code == 200,
        "media": viewer.get(card["media_url"], headers={"Range": "bytes=0-9"}).status_code == 206,
        "poster": viewer.get(card["poster_url"]).status_code == 200,
    }


def _within_limit(ways: Callable[[], dict[str, bool]], wanted: dict[str, bool]) -> dict[str, bool]:
    end_s = time.monotonic() + LIMIT_S
    while (now := ways()) != wanted and time.monotonic() < end_s:
        time.sleep(0.2)
    return now


@pytest.mark.parametrize("action", ["remove", "restrict"])
def test_what_is_taken_down_is_gone_on_every_way_and_restored_as_exactly(server: Server, action: str) -> None:
    viewer, moderator = server.login("viewer"), server.login("moderator")
    card = viewer.get("/api/feed", params={"count": 10}).json()["cards"][0]
    before = _ways(viewer, card)

    batch = _decide(moderator, card["video_id"], action)
    wanted = before if action == "restrict" else dict.fromkeys(before, False)
    during = _within_limit(lambda: _ways(viewer, card), wanted)
    undone = moderator.post(f"/api/safety/batches/{batch}/undo", json={})
    after = _within_limit(lambda: _ways(viewer, card), before)
    moderator.post("/api/safety/jobs/release", json={})

    assert all(before.values()), before
    assert during == wanted and after == before
    assert undone.status_code == 200
