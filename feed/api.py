"""The feed over HTTP: a slate of cards, and what viewers did with them."""

import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import AwareDatetime, Field

from feed.selectors import LedgerLine, diversity_of, steering_ledger
from feed.services.engagements import EventDraft, engagements_record
from feed.services.search_sessions import (
    NotShown,
    SearchSessionUnknown,
    TooManyClicks,
    search_click_record,
    search_forget,
)
from feed.services.settings import diversity_set
from feed.slates import MAX_COUNT, slate_create

router = Router(tags=["feed"])
MAX_EXCLUDE = 1_000
MAX_EVENTS = 200


class EventIn(Schema):
    """One engagement as the page tells it. `at` is the page's clock; it settles the order of events that arrive out of order."""

    client_uuid: uuid.UUID
    video_id: int = Field(gt=0, lt=2**63)
    kind: Literal[
        "impression", "like", "unlike", "share", "watch", "skip", "not_interested", "undo_not_interested", "report"
    ]
    value: float | None = Field(default=None, ge=0, le=86_400, allow_inf_nan=False)
    slate_id: uuid.UUID | None = None
    position: int | None = Field(default=None, ge=0, le=100_000)
    at: AwareDatetime | None = None


class EventsIn(Schema):
    """A batch of engagements."""

    events: Annotated[list[EventIn], Field(min_length=1, max_length=MAX_EVENTS)]


class EventsOut(Schema):
    """What became of a batch; an event of an unknown video is neither accepted nor a duplicate."""

    accepted: int
    duplicates: int
    unknown: int


class SearchClickIn(Schema):
    """A result that was opened. `dwell_s`: how long until the viewer was back on a page of results, where the page knows it."""

    session_id: uuid.UUID
    video_id: int = Field(gt=0, lt=2**63)
    at: AwareDatetime | None = None
    dwell_s: float | None = Field(default=None, ge=0, le=86_400, allow_inf_nan=False)


class Diversity(Schema):
    """How unlike the cards of a slate shall be: 0 much alike, .5 as it comes, 1 as varied as can be."""

    diversity: float = Field(ge=0, le=1, allow_inf_nan=False)


@router.get("", url_name="feed_slate")
def slate_get(
    request: HttpRequest, count: Annotated[int, Query(ge=1, le=MAX_COUNT)] = 10, exclude: str = ""
) -> dict[str, Any]:
    """Return the next cards. `exclude`: comma-separated ids of the videos that are on the page already, in their order."""
    slate = slate_create(viewer_id=_viewer_id(request), count=count, exclude=_ids(exclude))
    return {
        "slate_id": str(slate.slate_id),
        "intent_version": slate.intent_version,
        "cards": slate.cards,
        "relaxed": slate.relaxed,
        "pool_is_behind": slate.pool_is_behind,
    }


@router.get("/steering")
def steering_get(request: HttpRequest) -> list[LedgerLine]:
    """Return what each of the viewer's steers brings, in the order of their document."""
    return steering_ledger(viewer_id=_viewer_id(request))


@router.post("/engagements", response={202: EventsOut})
def engagements_post(request: HttpRequest, batch: EventsIn) -> Status[dict[str, int]]:
    """Record a batch of engagements; sending it again changes nothing."""
    drafts = [EventDraft(**event.model_dump()) for event in batch.events]
    recorded = engagements_record(viewer_id=_viewer_id(request), events=drafts)
    return Status(202, {"accepted": recorded.accepted, "duplicates": recorded.duplicates, "unknown": recorded.unknown})


@router.post("/search-clicks", response={202: dict[str, bool]})
def search_clicks_post(request: HttpRequest, click: SearchClickIn) -> Status[dict[str, bool]]:
    """Record that a search result was opened; sending it again changes nothing. 404, 422 and 429 as the service refuses."""
    try:
        is_new = search_click_record(viewer_id=_viewer_id(request), **click.model_dump())
    except SearchSessionUnknown as error:
        raise HttpError(404, str(error)) from None
    except NotShown as error:
        raise HttpError(422, str(error)) from None
    except TooManyClicks as error:
        raise HttpError(429, str(error)) from None
    return Status(202, {"duplicate": not is_new})


@router.get("/diversity", response=Diversity)
def diversity_get(request: HttpRequest) -> dict[str, float]:
    """Return how varied the viewer wants their feed."""
    return {"diversity": diversity_of(viewer_id=_viewer_id(request))}


@router.put("/diversity", response=Diversity)
def diversity_put(request: HttpRequest, chosen: Diversity) -> Diversity:
    """Set how varied the viewer wants their feed; the next slate follows."""
    diversity_set(viewer_id=_viewer_id(request), diversity=chosen.diversity)
    return chosen


@router.delete("/searches")
def searches_delete(request: HttpRequest, query: Annotated[str, Query(min_length=1, max_length=200)]) -> dict[str, int]:
    """Forget that the viewer searched for `query`."""
    return {"forgotten": search_forget(viewer_id=_viewer_id(request), query=query)}


def _viewer_id(request: HttpRequest) -> int:
    assert request.user.pk is not None, "the API lets no anonymous request through"
    return request.user.pk


def _ids(text: str) -> list[int]:
    """Return the ids in "1,2,3", each once, in order; a 422 for anything else."""
    parts = [part for part in text.split(",") if part.strip()]
    if len(parts) > MAX_EXCLUDE or not all(part.strip().isdecimal() and len(part.strip()) < 19 for part in parts):
        raise HttpError(422, f"exclude must be at most {MAX_EXCLUDE} video ids, separated by commas")
    return list(dict.fromkeys(int(part) for part in parts))
