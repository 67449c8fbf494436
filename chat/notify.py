"""Tell a viewer's open pages "you have seq >= n" over the channel layer. A hint only: pages read the events from Postgres.

Sent from one background event loop a process, so that neither a worker nor a view waits for it, and its connection is kept.
"""

import asyncio
import logging
import os
import threading
from functools import lru_cache

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)


def group_name(viewer_id: int) -> str:
    """Return the channel group of a viewer's pages."""
    return f"viewer-{viewer_id}"


@lru_cache(maxsize=1)
def _loop(_pid: int) -> asyncio.AbstractEventLoop:
    # Keyed by process: a loop made before a fork has no thread in the child.
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-notify", daemon=True).start()
    return loop


async def _send(viewer_id: int, seq: int) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        await layer.group_send(group_name(viewer_id), {"type": "seq.available", "seq": seq})
    except Exception as error:  # the layer's own classes; open pages ask by themselves every few seconds
        logger.warning("viewer %s not notified of seq %s: %s", viewer_id, seq, error)


def seq_announce(*, viewer_id: int, seq: int) -> None:
    """Send the hint and return at once; a lost hint is harmless."""
    asyncio.run_coroutine_threadsafe(_send(viewer_id, seq), _loop(os.getpid()))
