"""Append to a viewer's event log, and hold the viewer's lock."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction

from chat.models import Event, EventCounter
from chat.notify import seq_announce

EventDraft = tuple[str, dict[str, Any]]  # kind, payload


def viewer_lock(*, viewer_id: int) -> None:
    """Take the viewer's lock until the end of the transaction.

    Whoever changes a viewer's messages, runs or events takes it first, before any other row: one order, hence no deadlock.
    """
    locked = EventCounter.objects.select_for_update().filter(viewer_id=viewer_id).values_list("last_seq", flat=True)
    if not locked:
        EventCounter.objects.bulk_create([EventCounter(viewer_id=viewer_id)], ignore_conflicts=True)
        list(locked.all())


def events_append(*, viewer_id: int, events: Sequence[EventDraft]) -> None:
    """Append events with the next numbers, without a gap: a rollback takes its numbers back with it.

    The viewer's pages are told after the commit.
    """
    if not events:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO chat_eventcounter AS c (viewer_id, last_seq) VALUES (%(viewer)s, %(num)s)"
            " ON CONFLICT (viewer_id) DO UPDATE SET last_seq = c.last_seq + %(num)s RETURNING last_seq",
            {"viewer": viewer_id, "num": len(events)},
        )
        last_seq = cursor.fetchone()[0]
        first_seq = last_seq - len(events) + 1
        Event.objects.bulk_create(
            Event(viewer_id=viewer_id, seq=first_seq + index, kind=kind, payload=payload)
            for index, (kind, payload) in enumerate(events)
        )
        transaction.on_commit(partial(seq_announce, viewer_id=viewer_id, seq=last_seq), robust=True)
