"""Read the chat: the page's state, its events and a run's answers."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from chat.intent.merge import empty_document
from chat.models import Event, EventCounter, IntentDocument, IntentRun, IntentVersion, Message, StageRun

MAX_STATE_MESSAGES = 100
MAX_EVENTS = 200
MAX_HISTORY_TURNS = 6
MAX_RECENT_REPLIES = 5
MAX_TURNS_AROUND = 4


def chat_state(*, viewer_id: int) -> dict[str, Any]:
    """Return {messages, intent, last_seq} for a page's first load: the last messages, oldest first.

    `last_seq` is read first: an event may tell again what the state shows already, never leave out what it does not show.
    """
    last_seq = EventCounter.objects.filter(viewer_id=viewer_id).values_list("last_seq", flat=True).first() or 0
    messages = Message.objects.filter(viewer_id=viewer_id).order_by("-id")[:MAX_STATE_MESSAGES]
    return {
        "messages": [_message_json(message) for message in reversed(messages)],
        "intent": intent_document(viewer_id=viewer_id),
        "last_seq": last_seq,
    }


def _message_json(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "author": message.author,
        "text": message.text,
        "state": message.state,
        "at": message.created_at.isoformat(),
        "reply_to": message.reply_to_id,
        "client_uuid": str(message.client_uuid) if message.client_uuid else None,
    }


def intent_document(*, viewer_id: int) -> dict[str, Any]:
    """Return the viewer's document; before the first change the empty one, version 0."""
    document = IntentDocument.objects.filter(viewer_id=viewer_id).values_list("document", flat=True).first()
    return document if document is not None else empty_document(timezone.now())


def events_after(*, viewer_id: int, after: int, limit: int = MAX_EVENTS) -> list[dict[str, Any]]:
    """Return the events with seq > `after`, oldest first, at most `limit`: {seq, kind, at, ...payload}."""
    events = Event.objects.filter(viewer_id=viewer_id, seq__gt=after).order_by("seq")[: min(limit, MAX_EVENTS)]
    return [
        {**event.payload, "seq": event.seq, "kind": event.kind, "at": event.created_at.isoformat()} for event in events
    ]


def history_of(*, viewer_id: int, before_message_id: int) -> list[str]:
    """Return the viewer's own earlier turns, oldest first, without those that were held, failed or undone."""
    earlier = Message.objects.filter(viewer_id=viewer_id, id__lt=before_message_id, author=Message.Author.VIEWER)
    heard = earlier.exclude(state__in=[Message.State.HELD, Message.State.FAILED]).order_by("-id")
    turns = list(heard.values_list("text", "run__intent_version")[: 2 * MAX_HISTORY_TURNS])
    undone = _undone_versions(viewer_id, since=min((version for _, version in turns if version), default=0))
    return list(reversed([text for text, version in turns if version not in undone][:MAX_HISTORY_TURNS]))


def _undone_versions(viewer_id: int, *, since: int) -> set[int]:
    """Return the versions from `since` on whose content an undo has taken back."""
    versions = IntentVersion.objects.filter(viewer_id=viewer_id, version__gte=since).order_by("-version")
    undone: set[int] = set()
    for version, restores in versions.values_list("version", "restores"):
        if restores is not None and version not in undone:
            undone |= set(range(restores + 1, version))
    return undone


def said_at(*, viewer_id: int, message_ids: list[int]) -> dict[int, datetime]:
    """Return when the viewer sent each of these messages."""
    mine = Message.objects.filter(viewer_id=viewer_id, pk__in=message_ids)
    return dict(mine.values_list("pk", "created_at"))


def first_in_document_at(*, viewer_id: int, steer_id: str) -> datetime | None:
    """Return when a steer came into the viewer's document."""
    held = IntentVersion.objects.filter(viewer_id=viewer_id, document__steers__contains=[{"id": steer_id}])
    return held.order_by("version").values_list("created_at", flat=True).first()


def turns_around(*, message_id: int) -> list[Message]:
    """Return a message with up to MAX_TURNS_AROUND turns of its conversation on either side, oldest first; [] where it is gone."""
    viewer_id = Message.objects.filter(pk=message_id).values_list("viewer_id", flat=True).first()
    turns = Message.objects.filter(viewer_id=viewer_id)
    before = turns.filter(id__lt=message_id).order_by("-id")[:MAX_TURNS_AROUND]
    return [*reversed(before), *turns.filter(id__gte=message_id).order_by("id")[: MAX_TURNS_AROUND + 1]]


def recent_replies(*, viewer_id: int) -> list[str]:
    """Return Tiller's last replies to the viewer, oldest first."""
    replies = Message.objects.filter(viewer_id=viewer_id, author=Message.Author.TILLER).order_by("-id")
    return list(reversed(replies.values_list("text", flat=True)[:MAX_RECENT_REPLIES]))


def stage_runs_of(*, run_id: int) -> dict[str, StageRun]:
    """Return a run's stage rows by stage."""
    return {stage_run.stage: stage_run for stage_run in StageRun.objects.filter(run_id=run_id).select_related("run")}


def run_version(*, run_id: int) -> IntentVersion | None:
    """Return the intent version that a run made, if it made one."""
    return IntentVersion.objects.filter(run_id=run_id).first()


def version_document(*, viewer_id: int, version: int) -> dict[str, Any]:
    """Return the document as it was in `version`."""
    return IntentVersion.objects.values_list("document", flat=True).get(viewer_id=viewer_id, version=version)


def runs_standing_still(*, older_than_s: float) -> list[int]:
    """Return running runs of which no stage is queued or running: a finish that was never followed up."""
    under_way = StageRun.objects.filter(state__in=[StageRun.State.QUEUED, StageRun.State.RUNNING]).values("run_id")
    old = Q(state=IntentRun.State.RUNNING, created_at__lt=timezone.now() - timedelta(seconds=older_than_s))
    return list(IntentRun.objects.filter(old).exclude(pk__in=under_way).order_by("pk").values_list("pk", flat=True))


def versions_untold(*, older_than_s: float) -> list[tuple[int, int]]:
    """Return (viewer id, newest version) of those whose pages were not told of a change, unless a run is about to tell."""
    old = Q(announced_at=None, created_at__lt=timezone.now() - timedelta(seconds=older_than_s))
    untold = (
        IntentVersion.objects.filter(old).exclude(run__state=IntentRun.State.RUNNING).order_by("viewer_id", "version")
    )
    return list(dict(untold.values_list("viewer_id", "version")).items())
