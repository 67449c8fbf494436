"""Take a viewer's message in: the message, its run and its stages in one transaction, before anything is sent (decision 1)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.intake import message_checked
from chat.models import IntentRun, Message, StageRun
from chat.plan import LATER_STAGES, PARALLEL_STAGES
from chat.services.events import events_append, viewer_lock
from chat.services.sending import stages_dispatch
from safety.selectors.accounts import check_may_post

MAX_MESSAGES_PER_MIN = 60


class TooManyMessages(Exception):
    """The viewer sent more than MAX_MESSAGES_PER_MIN within a minute; nothing was stored."""


@dataclass(frozen=True)
class Sent:
    """Say which message it is, and whether it had been stored before."""

    message_id: int
    duplicate: bool


@transaction.atomic
def message_send(*, viewer_id: int, client_uuid: UUID, text: str) -> Sent:
    """Store a viewer's message once and start its run; a known `client_uuid` is answered with the message it already has.

    Raises chat.intake.IntakeRefused (with words for the viewer), TooManyMessages or AccountSuspended; then nothing is stored.
    """
    check_may_post(user_id=viewer_id)
    cleaned = message_checked(text)
    viewer_lock(viewer_id=viewer_id)
    known = Message.objects.filter(viewer_id=viewer_id, client_uuid=client_uuid).values_list("id", flat=True).first()
    if known is not None:
        return Sent(message_id=known, duplicate=True)
    _check_rate(viewer_id)
    message = Message.objects.create(
        viewer_id=viewer_id,
        client_uuid=client_uuid,
        author=Message.Author.VIEWER,
        text=cleaned,
        state=Message.State.PENDING,
    )
    _run_start(message)
    said = {"message_id": message.pk, "id": message.pk, "author": "viewer", "text": cleaned, "state": message.state}
    said["client_uuid"] = str(client_uuid)
    events_append(viewer_id=viewer_id, events=[("message", said), ("typing", {"message_id": message.pk})])
    return Sent(message_id=message.pk, duplicate=False)


def _run_start(message: Message) -> None:
    run = IntentRun.objects.create(message=message)
    now = timezone.now()
    first = [
        StageRun(run=run, stage=stage, state=StageRun.State.QUEUED, queued_at=now, sent_at=now)
        for stage in PARALLEL_STAGES
    ]
    later = [StageRun(run=run, stage=stage, state=StageRun.State.WAITING) for stage in LATER_STAGES]
    StageRun.objects.bulk_create(first + later)
    stages_dispatch(stage_run_ids=[stage_run.pk for stage_run in first])


def _check_rate(viewer_id: int) -> None:
    recent = Message.objects.filter(viewer_id=viewer_id, client_uuid__isnull=False)
    if recent.filter(created_at__gt=timezone.now() - timedelta(minutes=1)).count() >= MAX_MESSAGES_PER_MIN:
        raise TooManyMessages(f"That's more than {MAX_MESSAGES_PER_MIN} messages in a minute. Please wait a moment.")
