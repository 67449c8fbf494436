"""Labelling over HTTP, for the pair page: take pairs, answer, skip, take back, give back."""

import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from labelling.access import is_labeller
from labelling.errors import LabellingRefused
from labelling.models import Assignment
from labelling.selectors.pairs import campaign_progress, more_may_come, pair_cards, undoable_ids
from labelling.services.answers import answer_give, assignment_undo, question_skip
from labelling.services.claims import MAX_HELD, assignments_release, campaign_for, questions_claim

router = Router(tags=["labelling"])
Id = Annotated[int, Field(gt=0, lt=2**63)]
MAX_TOOK_MS = 86_400_000


class ClaimIn(Schema):
    """Which campaign, and how many pairs to hold at once."""

    campaign_id: Id
    max_held: int = Field(default=5, ge=1, le=MAX_HELD)


class HeldIn(Schema):
    """A pair that was handed out; the token proves that it still is."""

    assignment_id: uuid.UUID
    fencing_token: int = Field(ge=0, lt=2**31)


class AnswerIn(HeldIn):
    """What the labeller says, as they saw it; `label_id` is drawn by the page, so that sending twice is answering once."""

    label_id: uuid.UUID
    choice: Literal["left", "right", "tie", "both_bad"]
    is_swapped: bool = False
    took_ms: int = Field(default=0, ge=0, le=MAX_TOOK_MS)


class ReleaseIn(Schema):
    """Pairs to give back."""

    assignment_ids: Annotated[list[uuid.UUID], Field(max_length=MAX_HELD * 2)]


class UndoIn(Schema):
    """An answer or a skip to take back."""

    assignment_id: uuid.UUID


@router.post("/claim", url_name="labelling_claim")
def claim_post(request: HttpRequest, claim: ClaimIn) -> dict[str, Any]:
    """Hold pairs of a campaign; those held already come again, renewed. `is_waiting`: more may come back from others."""
    labeller_id = _labeller_id(request)
    try:
        campaign = campaign_for(campaign_id=claim.campaign_id, labeller_id=labeller_id)
        held = questions_claim(labeller_id=labeller_id, **claim.model_dump())
    except LabellingRefused as error:
        raise HttpError(409, str(error)) from error
    whose = {"campaign_id": campaign.pk, "labeller_id": labeller_id}
    return {
        "pairs": pair_cards(assignments=held),
        "is_waiting": not held and more_may_come(**whose),
        "progress": campaign_progress(campaign=campaign, labeller_id=labeller_id),
        "undoable": undoable_ids(**whose),
    }


@router.post("/answers", url_name="labelling_answer")
def answer_post(request: HttpRequest, answer: AnswerIn) -> dict[str, Any]:
    """Keep an answer."""
    labeller_id = _labeller_id(request)
    try:
        return _done(answer_give(labeller_id=labeller_id, **answer.model_dump()), labeller_id)
    except LabellingRefused as error:
        raise HttpError(409, str(error)) from error


@router.post("/skips", url_name="labelling_skip")
def skip_post(request: HttpRequest, held: HeldIn) -> dict[str, Any]:
    """Leave a pair to others."""
    labeller_id = _labeller_id(request)
    try:
        return _done(question_skip(labeller_id=labeller_id, **held.model_dump()), labeller_id)
    except LabellingRefused as error:
        raise HttpError(409, str(error)) from error


@router.post("/undo", url_name="labelling_undo")
def undo_post(request: HttpRequest, undo: UndoIn) -> dict[str, Any]:
    """Take an answer or a skip back; the pair is held again, under a new id."""
    labeller_id = _labeller_id(request)
    try:
        again = assignment_undo(labeller_id=labeller_id, assignment_id=undo.assignment_id)
    except LabellingRefused as error:
        raise HttpError(409, str(error)) from error
    return {"pair": pair_cards(assignments=[again])[0], **_done(again, labeller_id)}


@router.post("/release", url_name="labelling_release")
def release_post(request: HttpRequest, release: ReleaseIn) -> dict[str, int]:
    """Give pairs back."""
    labeller_id = _labeller_id(request)
    return {"released": assignments_release(labeller_id=labeller_id, assignment_ids=release.assignment_ids)}


def _done(assignment: Assignment, labeller_id: int) -> dict[str, Any]:
    campaign = assignment.question.query.campaign
    return {"progress": campaign_progress(campaign=campaign, labeller_id=labeller_id)}


def _labeller_id(request: HttpRequest) -> int:
    if not is_labeller(request.user):
        raise HttpError(403, "Only labellers may do this.")
    return int(request.user.pk or 0)
