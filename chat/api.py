"""The chat over HTTP: send a message, read state and events, edit the steering."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import AwareDatetime, Field, StrictBool

from chat.intake import IntakeRefused
from chat.intent.edits import EditRefused
from chat.intent.schema import MAX_PHRASE_CHARS
from chat.selectors import MAX_EVENTS, chat_state, events_after
from chat.services.intents import (
    Applied,
    IntentConflict,
    NothingToUndo,
    SteerUnknown,
    filters_change,
    intent_undo,
    steer_add,
    steer_change,
    steer_pause,
    steer_remove,
)
from chat.services.messages import TooManyMessages, message_send
from safety.errors import AccountSuspended

router = Router(tags=["chat"])
MAX_SEQ = 2**63 - 1
MAX_DURATION_S, MAX_DAYS = 86_400, 3_650


class MessageIn(Schema):
    """A message as the page sends it. Any JSON may stand in either field: what it cannot be is answered in words, by chat.intake."""

    client_uuid: Any = None
    text: Any = None


class PauseIn(Schema):
    """Whether the steer shall rest."""

    paused: StrictBool


class SteerIn(Schema):
    """What to change of a steer; what is left out stays. `expires_at` null: for good."""

    phrase: str = Field(default="", min_length=1, max_length=MAX_PHRASE_CHARS)
    direction: Literal["more", "less"] = "more"
    strength: float = Field(default=0.7, ge=0, le=1, allow_inf_nan=False, strict=True)
    hard: StrictBool = False
    expires_at: AwareDatetime | None = None


class NewSteerIn(SteerIn):
    """A steer to add: its phrase, and what is not to be as usual."""

    phrase: str = Field(min_length=1, max_length=MAX_PHRASE_CHARS)


class FiltersIn(Schema):
    """What to change of the filters; null takes one away, what is left out stays."""

    min_duration_s: float | None = Field(default=None, ge=0, le=MAX_DURATION_S, allow_inf_nan=False, strict=True)
    max_duration_s: float | None = Field(default=None, gt=0, le=MAX_DURATION_S, allow_inf_nan=False, strict=True)
    pace: Literal["calm", "lively"] | None = None
    published_within_days: float | None = Field(default=None, gt=0, le=MAX_DAYS, allow_inf_nan=False, strict=True)


@router.post("/messages", response={202: dict[str, Any]})
def messages_post(request: HttpRequest, message: MessageIn) -> Status:
    """Store a message once for a `client_uuid` and start its run; what comes of it arrives as events."""
    try:
        sent = message_send(
            viewer_id=_viewer_id(request), client_uuid=_uuid(message.client_uuid), text=_text(message.text)
        )
    except IntakeRefused as refused:
        raise HttpError(422, str(refused)) from None
    except AccountSuspended as suspended:
        raise HttpError(403, str(suspended)) from None
    except TooManyMessages as flood:
        raise HttpError(429, str(flood)) from None
    return Status(202, {"message_id": sent.message_id, "duplicate": sent.duplicate})


@router.get("/state")
def state_get(request: HttpRequest) -> dict[str, Any]:
    """Return what a page needs on its first load; it goes on with the events after `last_seq`."""
    return chat_state(viewer_id=_viewer_id(request))


@router.get("/events")
def events_get(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=MAX_SEQ)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_EVENTS)] = MAX_EVENTS,
) -> dict[str, Any]:
    """Return the viewer's events after a number, oldest first; ask again from `last_seq` until none come."""
    events = events_after(viewer_id=_viewer_id(request), after=after, limit=limit)
    return {"events": events, "last_seq": events[-1]["seq"] if events else after}


@router.delete("/steers/{steer_id}")
def steer_delete(request: HttpRequest, steer_id: str) -> dict[str, Any]:
    """Remove a steer."""
    return _edited(lambda: steer_remove(viewer_id=_viewer_id(request), steer_id=steer_id))


@router.post("/steers")
def steers_post(request: HttpRequest, steer: NewSteerIn) -> dict[str, Any]:
    """Add a steer that was not said in the chat."""
    return _edited(lambda: steer_add(viewer_id=_viewer_id(request), wish=_changes(steer)))


@router.patch("/steers/{steer_id}")
def steer_patch(request: HttpRequest, steer_id: str, steer: SteerIn) -> dict[str, Any]:
    """Change a steer's phrase, direction, strength, hardness or end."""
    changes = _changes(steer)
    return _edited(lambda: steer_change(viewer_id=_viewer_id(request), steer_id=steer_id, changes=changes))


@router.patch("/filters")
def filters_patch(request: HttpRequest, filters: FiltersIn) -> dict[str, Any]:
    """Change the filters."""
    changes = _changes(filters)
    return _edited(lambda: filters_change(viewer_id=_viewer_id(request), changes=changes))


@router.post("/steers/{steer_id}/pause")
def steer_pause_post(request: HttpRequest, steer_id: str, pause: PauseIn) -> dict[str, Any]:
    """Pause a steer, or wake it."""
    return _edited(lambda: steer_pause(viewer_id=_viewer_id(request), steer_id=steer_id, paused=pause.paused))


@router.post("/undo")
def undo_post(request: HttpRequest) -> dict[str, Any]:
    """Take the last change of the steering back."""
    return _edited(lambda: intent_undo(viewer_id=_viewer_id(request)))


def _changes(edit: Schema) -> dict[str, Any]:
    """Return what the body names; a 422 where that is nothing."""
    changes = edit.model_dump(exclude_unset=True)
    if not changes:
        raise HttpError(422, "Say what to change.")
    return changes


def _edited(edit: Callable[[], Applied]) -> dict[str, Any]:
    try:
        applied = edit()
    except SteerUnknown:
        raise HttpError(404, "That steer is gone already.") from None
    except (EditRefused, IntakeRefused) as refused:
        raise HttpError(422, str(refused)) from None
    except NothingToUndo:
        raise HttpError(409, "There is nothing left to undo.") from None
    except IntentConflict:
        raise HttpError(409, "Your steering changed in the meantime. Please try again.") from None
    return {"version": applied.version, "document": applied.document}


def _viewer_id(request: HttpRequest) -> int:
    assert request.user.pk is not None, "the API lets no anonymous request through"
    return request.user.pk


def _uuid(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise IntakeRefused(
            "client_uuid must be a UUID: one a message, the same one whenever it is sent again."
        ) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise IntakeRefused("text must be a string.")
    return value
