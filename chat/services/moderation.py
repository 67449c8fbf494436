"""Take back what a message did, when a moderator refuses it, and put it back exactly."""

from django.db import transaction

from chat.models import IntentDocument, Message
from chat.services.intents import SteerUnknown, steer_pause


@transaction.atomic
def message_take_back(*, message_id: int) -> list[str]:
    """Pause the steers that the message brought and that are not paused; return their ids. The viewer sees them paused."""
    viewer_id = Message.objects.filter(pk=message_id).values_list("viewer_id", flat=True).first()
    if viewer_id is None:
        return []
    document = IntentDocument.objects.filter(viewer_id=viewer_id).values_list("document", flat=True).first()
    steers = document["steers"] if document else []
    ids = [s["id"] for s in steers if s["origin"].get("message_id") == message_id and not s["paused"]]
    for steer_id in ids:
        steer_pause(viewer_id=viewer_id, steer_id=steer_id, paused=True)
    return ids


@transaction.atomic
def message_put_back(*, message_id: int, steer_ids: list[str]) -> None:
    """Wake the steers that `message_take_back` paused; those that the viewer removed since stay removed."""
    viewer_id = Message.objects.filter(pk=message_id).values_list("viewer_id", flat=True).first()
    if viewer_id is None:
        return
    for steer_id in steer_ids:
        try:
            steer_pause(viewer_id=viewer_id, steer_id=steer_id, paused=False)
        except SteerUnknown:
            continue
