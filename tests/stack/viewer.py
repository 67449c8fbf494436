"""A viewer who talks to a running product through its API, as the page does."""

import time
import uuid
from typing import Any

import httpx2 as httpx

from tests.stack.server import Server

REPLY_LIMIT_S = 60  # a slow machine may take long; a lost message never answers


class Viewer:
    """A new account, logged in."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = self._sign_up(server)
        self.shown: list[int] = []

    @staticmethod
    def _sign_up(server: Server) -> httpx.Client:
        client = httpx.Client(base_url=server.url, timeout=30, follow_redirects=True)
        client.get("/accounts/signup/")
        name, password = f"v{uuid.uuid4().hex[:12]}", uuid.uuid4().hex
        form = {"username": name, "password1": password, "password2": password}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        reply = client.post("/accounts/signup/", data=form, headers={"Referer": server.url})
        assert reply.url.path == "/", reply.text[:3000]
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        client.headers["Referer"] = server.url
        return client

    def send(self, text: str, *, client_uuid: str | None = None) -> httpx.Response:
        """Send a message and return the answer to the request."""
        body = {"client_uuid": client_uuid or str(uuid.uuid4()), "text": text}
        return self.client.post("/api/chat/messages", json=body)

    def say(self, text: str) -> str:
        """Send a message and return Tiller's reply."""
        accepted = self.send(text)
        assert accepted.status_code == 202, accepted.text
        return self.reply_to(accepted.json()["message_id"])

    def reply_to(self, message_id: int) -> str:
        """Wait for the reply (or the canned words of a held message)."""
        deadline = time.monotonic() + REPLY_LIMIT_S
        while time.monotonic() < deadline:
            for event in self.events():
                if event["kind"] in {"reply", "held"} and event["message_id"] == message_id:
                    return event["text"]
            time.sleep(0.05)
        raise AssertionError(f"no reply to message {message_id}:\n{self.server.logs()}")

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the events after a sequence number."""
        return self.client.get(f"/api/chat/events?after={after}").json()["events"]

    def state(self) -> dict[str, Any]:
        """Return messages, intent document and last sequence number."""
        return self.client.get("/api/chat/state").json()

    def steers(self) -> list[dict[str, Any]]:
        """Return the steers of the intent document."""
        return self.state()["intent"]["steers"]

    def cards(self, count: int = 10) -> list[dict[str, Any]]:
        """Ask for the next cards and see them all (an impression each)."""
        cards: list[dict[str, Any]] = []
        while len(cards) < count:
            exclude = ",".join(map(str, self.shown[-60:]))
            slate = self.client.get(f"/api/feed?count={min(10, count - len(cards))}&exclude={exclude}").json()
            assert slate["cards"], "the feed is empty"
            self._see(slate)
            cards += slate["cards"]
        return cards

    def _see(self, slate: dict[str, Any]) -> None:
        self.shown += [card["video_id"] for card in slate["cards"]]
        seen = [
            {
                "client_uuid": str(uuid.uuid4()),
                "video_id": card["video_id"],
                "slate_id": slate["slate_id"],
                "position": card["position"],
                "kind": "impression",
                "value": None,
            }
            for card in slate["cards"]
        ]
        assert self.client.post("/api/feed/engagements", json={"events": seen}).status_code == 202


def num_about(cards: list[dict[str, Any]], *tags: str) -> int:
    """Count the cards that carry one of the tags themselves."""
    return sum(bool(set(tags) & {tag.lower() for tag in card["tags"]}) for card in cards)
