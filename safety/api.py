"""Safety over HTTP: report a target; for moderators, take jobs, decide them, take decisions back."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.responses import Status
from pydantic import Field, StringConstraints

from safety import services
from safety.access import is_moderator
from safety.models import CATEGORIES
from safety.selectors import job_cards, queue_counts
from safety.targets import UnknownTarget

router = Router(tags=["safety"])
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00]*$")]


class FlagIn(Schema):
    """A report."""

    target_kind: Literal["video"]  # what viewers say is private: the guard alone brings a message to moderators
    target_id: int = Field(gt=0, lt=2**63)
    category: str = Field(max_length=40)
    note: Note = ""


class FlagOut(Schema):
    """What became of a report."""

    flag_id: int
    duplicate: bool


class DecisionIn(Schema):
    """A moderator's decision; the token proves that the lease still holds."""

    fencing_token: int = Field(ge=0)
    action: Literal["approve", "remove", "restrict"]
    note: Note = ""


class ClaimIn(Schema):
    """How many jobs to hold at once."""

    max_jobs: int = Field(default=10, ge=1, le=services.MAX_CLAIMED)


@router.post("/flags", response={201: FlagOut}, url_name="safety_flag")
def flag_post(request: HttpRequest, flag: FlagIn) -> Status[dict[str, Any]]:
    """Report a video; the same person reporting it again changes nothing."""
    if flag.category not in CATEGORIES:
        raise HttpError(422, f"Choose one of: {', '.join(CATEGORIES)}.")
    try:
        outcome = services.flag_create(
            reporter_id=_user_id(request),
            target_kind=flag.target_kind,
            target_id=flag.target_id,
            category=flag.category,
            note=flag.note,
        )
    except UnknownTarget as error:
        raise HttpError(404, "That is not here any more.") from error
    except services.TooManyFlags as error:
        raise HttpError(429, str(error)) from error
    return Status(201, {"flag_id": outcome.flag_id, "duplicate": outcome.duplicate})


@router.post("/jobs/claim", url_name="safety_claim")
def claim_post(request: HttpRequest, claim: ClaimIn) -> dict[str, Any]:
    """Lease jobs to this moderator, and renew the leases that they hold."""
    moderator_id = _moderator_id(request)
    jobs = services.jobs_claim(moderator_id=moderator_id, max_jobs=claim.max_jobs)
    return {"jobs": job_cards(jobs=jobs), "counts": queue_counts(moderator_id=moderator_id)}


@router.post("/jobs/release", url_name="safety_release")
def release_post(request: HttpRequest) -> dict[str, int]:
    """Give back all jobs that this moderator holds."""
    return {"released": services.jobs_release(moderator_id=_moderator_id(request))}


@router.post("/jobs/{int:job_id}/decision", url_name="safety_decide")
def decision_post(request: HttpRequest, job_id: int, decision: DecisionIn) -> dict[str, Any]:
    """Approve, remove or restrict the target of a leased job."""
    moderator_id = _moderator_id(request)
    try:
        made = services.decision_make(
            job_id=job_id,
            fencing_token=decision.fencing_token,
            moderator_id=moderator_id,
            action=decision.action,
            note=decision.note,
        )
    except services.SafetyRefused as error:
        raise HttpError(409, str(error)) from error
    return {"decision_id": made.pk, "counts": queue_counts(moderator_id=moderator_id)}


@router.post("/decisions/{int:decision_id}/undo", url_name="safety_undo")
def undo_post(request: HttpRequest, decision_id: int) -> dict[str, Any]:
    """Take a decision back; its job is open again and leased to this moderator."""
    moderator_id = _moderator_id(request)
    try:
        undo = services.decision_undo(decision_id=decision_id, moderator_id=moderator_id)
    except services.SafetyRefused as error:
        raise HttpError(409, str(error)) from error
    return {"job": job_cards(jobs=[undo.job])[0], "counts": queue_counts(moderator_id=moderator_id)}


def _user_id(request: HttpRequest) -> int:
    user_id = request.user.pk
    if user_id is None:
        raise HttpError(401, "Sign in first.")
    return int(user_id)


def _moderator_id(request: HttpRequest) -> int:
    if not is_moderator(request.user):
        raise HttpError(403, "Only moderators may do this.")
    return _user_id(request)
