"""Write what viewers did: once each, in any order, in batches; and what the request path must know of it at once."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from feed.models import Engagement, Kind, Slate, ViewerState
from feed.ranking.packed import pack_ids
from vision.models import Video
from workers import dispatch

SEEN_WINDOW = 550  # no video again within 500 cards: a slate of up to 50 is ranked before its first card is seen
SEEN_SCAN = 4_000  # engagements read to find them: several a card
HIDDEN_MAX = 2_000
OLDEST = timedelta(days=7)  # a page that was offline for longer has its events dated then
NOT_A_SIGHT = {Kind.UNLIKE, Kind.UNDO_NOT_INTERESTED}


@dataclass(frozen=True)
class EventDraft:
    """One thing that a page says happened. `value`: seconds for a watch. `at`: the page's clock, None for now."""

    client_uuid: uuid.UUID
    video_id: int
    kind: str
    value: float | None = None
    slate_id: uuid.UUID | None = None
    position: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Recorded:
    """How many events were new, how many had come before, and how many named a video that does not exist."""

    accepted: int
    duplicates: int
    unknown: int


def engagements_record(*, viewer_id: int, events: list[EventDraft]) -> Recorded:
    """Record a batch. Idempotent by client UUID; what follows depends on the set of events only, not on their order of arrival.

    An event says when it happened; events without a time happened now, in the batch's order.
    """
    now = timezone.now()
    with transaction.atomic():
        ViewerState.objects.get_or_create(viewer_id=viewer_id)
        ViewerState.objects.select_for_update().get(viewer_id=viewer_id)  # one batch a viewer at a time
        new = _new_events(viewer_id, events)
        videos = set(Video.objects.filter(pk__in={event.video_id for event in new}).values_list("pk", flat=True))
        slates = set(
            Slate.objects.filter(viewer_id=viewer_id, pk__in={event.slate_id for event in new}).values_list(
                "pk", flat=True
            )
        )
        drafts = [(index, event) for index, event in enumerate(new) if event.video_id in videos]
        Engagement.objects.bulk_create(_row(viewer_id, event, slates, now, index) for index, event in drafts)
        if drafts:
            viewer_state_rebuild(viewer_id=viewer_id)
        if any(event.kind != Kind.IMPRESSION for _, event in drafts):
            transaction.on_commit(partial(dispatch.viewer_vector, viewer_id=viewer_id))
    return Recorded(accepted=len(drafts), duplicates=len(events) - len(new), unknown=len(new) - len(drafts))


def _new_events(viewer_id: int, events: list[EventDraft]) -> list[EventDraft]:
    """Return the events that are not recorded yet, each UUID once, in the batch's order."""
    by_uuid = {event.client_uuid: event for event in reversed(events)}
    known = Engagement.objects.filter(viewer_id=viewer_id, client_uuid__in=by_uuid).values_list(
        "client_uuid", flat=True
    )
    for client_uuid in set(known):
        del by_uuid[client_uuid]
    return list(reversed(by_uuid.values()))


def _row(viewer_id: int, event: EventDraft, slates: set[uuid.UUID], now: datetime, index: int) -> Engagement:
    happened_at = now + timedelta(microseconds=index) if event.at is None else min(max(event.at, now - OLDEST), now)
    return Engagement(
        viewer_id=viewer_id,
        video_id=event.video_id,
        kind=event.kind,
        value=event.value,
        client_uuid=event.client_uuid,
        slate_id=event.slate_id if event.slate_id in slates else None,
        position=event.position,
        happened_at=happened_at,
    )


_SEEN = """
SELECT video_id FROM (
    SELECT video_id, happened_at FROM feed_engagement
    WHERE viewer_id = %(viewer)s AND kind <> ALL(%(not_a_sight)s) ORDER BY happened_at DESC LIMIT %(scan)s) e
GROUP BY video_id ORDER BY max(happened_at) DESC, video_id LIMIT %(window)s
"""
_HIDDEN = """
SELECT video_id FROM (
    SELECT DISTINCT ON (video_id) video_id, kind, happened_at FROM feed_engagement
    WHERE viewer_id = %(viewer)s AND kind IN ('not_interested', 'undo_not_interested', 'report')
    ORDER BY video_id, kind = 'report' DESC, happened_at DESC, client_uuid) e
WHERE kind <> 'undo_not_interested' ORDER BY happened_at DESC, video_id LIMIT %(hidden)s
"""
_COUNTS = (
    "SELECT count(*), count(*) FILTER (WHERE kind <> 'impression') FROM feed_engagement WHERE viewer_id = %(viewer)s"
)


def viewer_state_rebuild(*, viewer_id: int) -> None:
    """Write the viewer's packed state from their engagements; running it again changes nothing."""
    arguments: dict[str, Any] = {
        "viewer": viewer_id,
        "not_a_sight": [kind.value for kind in NOT_A_SIGHT],
        "scan": SEEN_SCAN,
        "window": SEEN_WINDOW,
        "hidden": HIDDEN_MAX,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, arguments)
        seen = [row[0] for row in cursor.fetchall()][::-1]
        cursor.execute(_HIDDEN, arguments)
        hidden = [row[0] for row in cursor.fetchall()]
        cursor.execute(_COUNTS, arguments)
        num_events, num_signals = cursor.fetchone()
    ViewerState.objects.filter(viewer_id=viewer_id).update(
        seen=pack_ids(seen),
        hidden=pack_ids(hidden),
        num_events=num_events,
        num_signals=num_signals,
        updated_at=timezone.now(),
    )
