"""The real page against a server that does what the test says: late, twice, out of order, not at all.

Templates, styles, scripts and the content security policy are the product's own. What only a running product can show is in
tests/stack; here are the cases that it shows once in a thousand times.
"""

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from csp.utils import build_policy
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect

ROOT = Path(__file__).resolve().parents[2]
HOST = "http://tiller.test"
PAGES = {"/": "feed/index.html", "/upload": "vision/upload.html", "/accounts/login/": "account/login.html"}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
EXPECTED_FAULTS = re.compile(r"Failed to load resource|WebSocket connection")


def steer(phrase: str, **changes: Any) -> dict[str, Any]:
    """Return a steer of the intent document."""
    base = {"id": f"s-{phrase}", "phrase": phrase, "kind": "topic", "direction": "more", "strength": 0.8, "hard": False}
    base |= {
        "horizon": "lasting",
        "expires_at": None,
        "paused": False,
        "origin": {"via": "chat", "said": f"more {phrase}"},
    }
    return base | changes


def intent(version: int, *steers: dict[str, Any], **filters: Any) -> dict[str, Any]:
    """Return an intent document."""
    return {"schema": "intent/1", "version": version, "updated_at": "2026-11-20T00:00:00Z", "steers": list(steers)} | {
        "filters": filters,
        "explore": 0.1,
    }


class Puppet:
    """A page and the strings of its server. Set the attributes, `open()`, act, and look at `posted`."""

    def __init__(self, page: Page, clip: bytes) -> None:
        self.page, self.clip = page, clip
        self.faults: list[str] = []
        self.posted: list[tuple[str, str, Any]] = []  # (method, path, body)
        self.answers: dict[tuple[str, str], Callable[[], tuple[int, Any]]] = {}
        self.intent = intent(0)
        self.messages: list[dict[str, Any]] = []
        self.ledger: list[dict[str, Any]] = []
        self.diversity = 0.5
        self.events: list[dict[str, Any]] = []
        self.sockets: list[WebSocketRoute] = []
        self.socket_is_up = True
        self.feed_version: Callable[[], int] = lambda: self.intent["version"]
        self.num_videos = 200
        self.aspect = (360, 640)
        self.covered: set[int] = set()  # videos behind a warning
        self.relaxed: str | None = None
        self.reason: dict[str, Any] = {}  # what every card's reason has in the place of the usual
        self.asked: list[list[int]] = []  # the excluded ids of every slate
        self.progress = {"total": 10, "ready": 10, "failed": 0, "processing": 0, "source_counts": {}}
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._hear)
        page.route(f"{HOST}/**", self._route)
        page.route_web_socket(re.compile("/ws/events"), self._socket)

    # --- the server -----------------------------------------------------------------------------------------------------
    def _hear(self, message: Any) -> None:
        if message.type == "error" and not EXPECTED_FAULTS.search(message.text):
            self.faults.append(message.text)

    def _route(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path in PAGES:
            route.fulfill(
                body=self._html(path), content_type="text/html", headers={"Content-Security-Policy": policy()}
            )
        elif path.startswith("/static/"):
            file = ROOT / "static" / path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path.startswith("/media/"):
            self._send_clip(route)
        elif path.startswith("/api/"):
            status, body = self._api(route, path)
            if status:
                route.fulfill(status=status, body=json.dumps(body), content_type="application/json")
            else:
                route.abort("connectionrefused")
        else:
            route.fulfill(status=404, body="")

    def _html(self, path: str) -> str:
        user = SimpleNamespace(is_authenticated=path[1:9] != "accounts", username="vera", role="viewer", is_staff=False)
        context = {"request": SimpleNamespace(path=path), "user": user, "csrf_token": "token-of-the-test"}
        logins = [{"username": "viewer", "role": "viewer", "password": "tiller-demo"}]
        return render_to_string(PAGES[path], context | {"demo_logins": logins})

    def _send_clip(self, route: Route) -> None:
        start = int((re.match(r"bytes=(\d+)-", route.request.headers.get("range", "")) or [0, 0])[1])
        headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{len(self.clip) - 1}/{len(self.clip)}"}
        route.fulfill(status=206, body=self.clip[start:], content_type="video/mp4", headers=headers)

    def _api(self, route: Route, path: str) -> tuple[int, Any]:
        method, query = route.request.method, parse_qs(urlsplit(route.request.url).query)
        if method != "GET":
            assert route.request.headers["x-csrftoken"] == "token-of-the-test"
            self.posted.append((method, path, json.loads(route.request.post_data or "null")))
        if (method, path) in self.answers:
            return self.answers[(method, path)]()
        if path == "/api/feed":
            return 200, self._slate([int(item) for item in query.get("exclude", [""])[0].split(",") if item])
        if path == "/api/chat/state":
            return 200, {"messages": self.messages, "intent": self.intent, "last_seq": len(self.events)}
        if path == "/api/chat/events":
            return 200, {"events": self.events[int(query["after"][0]) :], "last_seq": len(self.events)}
        if path == "/api/chat/messages":
            return 202, {"message_id": 1, "duplicate": False}
        if path == "/api/feed/diversity":
            self.diversity = self.posted[-1][2]["diversity"] if method == "PUT" else self.diversity
            return 200, {"diversity": self.diversity}
        if path == "/api/feed/steering":
            return 200, self.ledger
        if path == "/api/videos/progress":
            return 200, self.progress
        return 202, {"accepted": 1, "duplicates": 0}

    def _slate(self, exclude: list[int]) -> dict[str, Any]:
        self.asked.append(exclude)
        version = self.feed_version()
        ids = [number for number in range(1, self.num_videos + 1) if number not in exclude][:10]
        cards = [self._card(number, position, version) for position, number in enumerate(ids)]
        return {"slate_id": str(uuid.uuid4()), "intent_version": version, "cards": cards, "relaxed": self.relaxed}

    def _card(self, number: int, position: int, version: int) -> dict[str, Any]:
        reason: dict[str, Any] = {"source": "fresh", "text": "New here.", "phrase": None, "said": None, "time_s": None}
        if version:
            reason = {
                "source": "steer",
                "text": "Because you asked.",
                "phrase": f"wish {version}",
                "said": "more",
                "time_s": 1,
            }
        return {
            "video_id": number,
            "title": f"Clip {number}",
            "tags": ["sea", f"tag {number}"],
            "creator": "Ana",
            "media_url": f"/media/{number}.mp4",
            "poster_url": "",
            "duration_s": 6.0,
            "width_px": self.aspect[0],
            "height_px": self.aspect[1],
            "position": position,
            "liked": False,
            "is_covered": number in self.covered,
            "reason": reason | self.reason,
        }

    def _socket(self, socket: WebSocketRoute) -> None:
        if not self.socket_is_up:
            socket.close(code=1011)
            return
        self.sockets.append(socket)
        for event in self.events[int(parse_qs(urlsplit(socket.url).query)["after"][0]) :]:
            socket.send(json.dumps(event))

    def tell(self, kind: str, *, push: bool = True, **payload: Any) -> dict[str, Any]:
        """Append an event to the log, and push it to the open page unless told not to."""
        event = {"seq": len(self.events) + 1, "kind": kind, "at": "2026-11-20T00:00:00Z", **payload}
        self.events.append(event)
        if push:
            self.push(event)
        return event

    def push(self, event: dict[str, Any]) -> None:
        """Push an event that is in the log already (again, or late)."""
        for socket in self.sockets[-1:]:
            socket.send(json.dumps(event))

    def steer_to(self, document: dict[str, Any], *, new: list[str] | None = None) -> None:
        """Change the intent and tell the page."""
        self.intent = document
        self.tell("intent", version=document["version"], document=document, cause="chat", new_steer_ids=new or [])

    # --- the page -------------------------------------------------------------------------------------------------------
    def open(self, path: str = "/") -> "Puppet":
        """Load the page; on the feed wait for the first card and for the socket."""
        self.page.goto(HOST + path)
        if path == "/" and self.num_videos:
            expect(self.card(1)).to_be_in_viewport()
            if self.socket_is_up:
                self.until(lambda: bool(self.sockets))
        return self

    def until(self, true: Callable[[], bool], limit_ms: int = 30_000) -> None:
        """Let the page run until `true()`."""
        for _ in range(limit_ms // 20):
            if true():
                return
            self.page.wait_for_timeout(20)
        raise AssertionError("it did not happen")

    def card(self, number: int) -> Locator:
        """Return the card of video `number`."""
        return self.page.locator(f'article[data-video-id="{number}"]')

    def ids(self) -> list[int]:
        """Return the videos on the page, in order."""
        return [
            int(text) for text in self.page.locator("article").evaluate_all("all => all.map(a => a.dataset.videoId)")
        ]

    def next(self, number: int) -> None:
        """Move to the next card, which is that of video `number`."""
        self.page.keyboard.press("j")
        expect(self.card(number)).to_be_in_viewport(ratio=0.9)
        self.until(lambda: self.playing() == [number])

    def playing(self) -> list[int]:
        """Return the videos that play."""
        script = "all => all.filter(v => !v.paused).map(v => Number(v.closest('article').dataset.videoId))"
        return self.page.locator("article video").evaluate_all(script)

    def say(self, text: str) -> None:
        """Write a message and send it with Enter."""
        box = self.page.get_by_role("textbox", name="Message")
        box.fill(text)
        box.press("Enter")

    def bubbles(self) -> list[str]:
        """Return the conversation's texts."""
        return self.page.locator("#log .bubble__text").all_inner_texts()

    def bodies(self, method: str, path: str) -> list[Any]:
        """Return what the page sent to `path`."""
        return [body for sent, where, body in self.posted if (sent, where) == (method, path)]

    def engagements(self) -> list[tuple[str, int]]:
        """Return (kind, video id) of every engagement sent."""
        batches = self.bodies("POST", "/api/feed/engagements")
        return [(event["kind"], event["video_id"]) for batch in batches for event in batch["events"]]


def policy() -> str:
    """Return the content security policy that the product sends."""
    return build_policy(config=settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
