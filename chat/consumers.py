"""Push a viewer's events to an open page, from the same selector that serves a first load (decision 8)."""

import asyncio
import contextlib
import logging
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer

from chat.notify import group_name
from chat.selectors import events_after

logger = logging.getLogger(__name__)

LOGIN_REQUIRED_CODE = 4401
POLL_EVERY_S = 3.0  # a channel layer drops notices silently (stack.md): ask by ourselves this often
MAX_SEQ = 2**63 - 1


class EventsConsumer(AsyncJsonWebsocketConsumer):
    """Serve ws/events?after=SEQ: every event with a greater number, once, in order, and then each new one.

    The page only listens. It reconnects with the last number it has seen; nothing else is remembered about it. The channel layer is
    listened to here and not by Channels' own dispatch, which would end the socket whenever the layer cannot be reached.
    """

    channel_layer_alias = "none"

    async def connect(self) -> None:
        """Let a logged-in viewer in, and send what the page has missed."""
        await self.accept()
        user = self.scope.get("user")
        self.jobs: list[asyncio.Task[None]] = []
        if user is None or not user.is_authenticated:
            await self.close(code=LOGIN_REQUIRED_CODE)
            return
        self.viewer_id: int = user.pk
        self.seq = _after(self.scope["query_string"])
        self.pumping = asyncio.Lock()
        self.jobs = [asyncio.create_task(self._listen()), asyncio.create_task(self._poll())]

    async def disconnect(self, code: int) -> None:
        """Stop listening and asking."""
        for job in self.jobs:
            job.cancel()
        await asyncio.gather(*self.jobs, return_exceptions=True)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Ignore what a page says: messages come over HTTP, where they are checked."""

    async def _poll(self) -> None:
        while True:
            await self._pump_safely()
            await asyncio.sleep(POLL_EVERY_S)

    async def _listen(self) -> None:
        """Send new events as soon as the channel layer tells of them; without a layer, polling brings them."""
        while True:
            try:
                await self._listen_once()
            except Exception as error:  # each layer has its own
                logger.warning("viewer %s listens by polling: %s", self.viewer_id, error)
                await asyncio.sleep(POLL_EVERY_S)

    async def _listen_once(self) -> None:
        layer = get_channel_layer()
        if layer is None:
            raise LookupError("no channel layer is configured")
        group, channel = group_name(self.viewer_id), await layer.new_channel()
        try:
            await layer.group_add(group, channel)
            while True:
                notice = await layer.receive(channel)
                if notice["seq"] > self.seq:
                    await self._pump_safely()
        finally:
            with contextlib.suppress(Exception):
                await layer.group_discard(group, channel)

    async def _pump_safely(self) -> None:
        try:
            await self._pump()
        except Exception as error:  # a restarted database, a page that has gone: the next round asks again
            logger.warning("events of viewer %s not sent: %s", self.viewer_id, error)

    async def _pump(self) -> None:
        """Send all events after the last one sent. One at a time: two would send the same event twice."""
        async with self.pumping:
            while events := await database_sync_to_async(events_after)(viewer_id=self.viewer_id, after=self.seq):
                for event in events:
                    await self.send_json(event)
                    self.seq = event["seq"]


def _after(query_string: bytes) -> int:
    """Return the number in ?after=, 0 when there is none or it is not one."""
    text = parse_qs(query_string.decode("latin-1")).get("after", ["0"])[-1]
    return min(int(text), MAX_SEQ) if text.isascii() and text.isdigit() and len(text) < 20 else 0
