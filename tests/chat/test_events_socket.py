"""Claims about the live socket: every event once, in order, whatever the channel layer loses."""

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter
from django.contrib.auth.models import AnonymousUser
from django.db import connections

from chat import consumers
from chat.routing import websocket_urlpatterns
from chat.services.events import events_append
from tests.chat.conftest import make_users

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture()
def alice(transactional_db: None) -> Any:
    return make_users()["alice"]


def append(viewer: Any, *kinds: str) -> None:
    events_append(viewer_id=viewer.pk, events=[(kind, {"text": kind}) for kind in kinds])


class Page(ApplicationCommunicator):
    """One open page: the browser's end of the socket."""

    def __init__(self, user: Any, after: str = "0") -> None:
        scope = {"type": "websocket", "path": "/ws/events", "query_string": f"after={after}".encode(), "user": user}
        super().__init__(URLRouter(websocket_urlpatterns), scope)

    async def connect(self) -> None:
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(timeout=10))["type"] == "websocket.accept"

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(timeout=10)

    async def seqs(self, num: int) -> list[int]:
        return [json.loads((await self.receive_output(timeout=10))["text"])["seq"] for _ in range(num)]


def run(story: Any) -> None:
    async def told() -> None:
        try:
            await asyncio.wait_for(story, timeout=60)
        finally:
            await sync_to_async(connections.close_all)()  # the loop's own thread has one

    asyncio.run(told())


def test_a_stranger_is_shown_out_with_a_reason() -> None:
    async def story() -> None:
        page = Page(AnonymousUser())
        await page.connect()
        closed = await page.receive_output(timeout=5)
        assert (closed["type"], closed["code"]) == ("websocket.close", 4401)

    run(story())


def test_a_page_gets_what_it_missed_and_then_what_comes(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "POLL_EVERY_S", 3_600.0)  # so that the notice alone brings the new ones

    async def story() -> None:
        await sync_to_async(append)(alice, "message", "typing", "reply")
        page = Page(alice, after="1")
        await page.connect()
        assert await page.seqs(2) == [2, 3]

        await sync_to_async(append)(alice, "message", "typing")

        assert await page.seqs(2) == [4, 5]
        assert await page.receive_nothing()
        await page.disconnect()

    run(story())


def test_a_lost_notice_is_made_good(alice: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "POLL_EVERY_S", 0.1)
    monkeypatch.setattr("chat.services.events.seq_announce", lambda **_: None)

    async def story() -> None:
        page = Page(alice)
        await page.connect()
        await sync_to_async(append)(alice, "message")

        assert await page.seqs(1) == [1]
        await page.disconnect()

    run(story())


def test_a_layer_that_is_down_costs_only_speed(alice: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(consumers, "POLL_EVERY_S", 0.1)
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["unix:///nowhere.sock"]},
        }
    }

    async def story() -> None:
        page = Page(alice)
        await page.connect()
        await sync_to_async(append)(alice, "message", "reply")

        assert await page.seqs(2) == [1, 2]
        await page.disconnect()

    run(story())


def test_each_viewer_hears_their_own_events_on_all_their_pages(alice: Any) -> None:
    from webapp.accounts.models import User

    bob = User.objects.get(username="bob")

    async def story() -> None:
        pages = [Page(alice), Page(alice), Page(bob)]
        for page in pages:
            await page.connect()
        await sync_to_async(append)(alice, "reply")

        assert await pages[0].seqs(1) == await pages[1].seqs(1) == [1]
        assert await pages[2].receive_nothing()
        for page in pages:
            await page.disconnect()

    run(story())


def test_a_flood_of_events_arrives_whole_and_in_order(alice: Any) -> None:
    async def story() -> None:
        page = Page(alice)
        await page.connect()
        for _ in range(30):
            await sync_to_async(append)(alice, *["stage"] * 10)

        assert await page.seqs(300) == list(range(1, 301))
        await page.disconnect()

    run(story())


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "²", "1&after=0"])
def test_a_strange_number_starts_at_the_beginning_or_the_end_but_never_fails(alice: Any, after: str) -> None:
    async def story() -> None:
        await sync_to_async(append)(alice, "message")
        page = Page(alice, after=after)
        await page.connect()
        await page.send_input({"type": "websocket.receive", "text": "not json {"})
        await page.send_input({"type": "websocket.receive", "bytes": b"\x00\xff"})

        assert await page.seqs(1) == [1]
        await page.disconnect()

    run(story())
