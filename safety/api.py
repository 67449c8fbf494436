"""Safety over HTTP: report a target, appeal a decision; for moderators, take jobs, decide them, take decisions back."""

import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.responses import Status
from pydantic import Field, StringConstraints

from safety.access import is_moderator
from safety.errors import SafetyRefused, TooManyFlags
from safety.models import CATEGORIES
from safety.selectors.cards import job_cards
from safety.selectors.learning import open_alarms
from safety.selectors.queues import queue_counts
from safety.services.appeals import appeal_create
from safety.services.claims import MAX_CLAIMED, MAX_RELATED, jobs_claim, jobs_release, related_claim
from safety.services.decisions import MAX_SUSPEND_DAYS, Verdict, batch_undo, decisions_make
from safety.services.jobs import flag_create
from safety.targets import UnknownTarget
from safety.words import HAZARD_NAMES

router = Router(tags=["safety"])
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00]*$")]
Id = Annotated[int, Field(gt=0, lt=2**63)]


class FlagIn(Schema):
    """A report."""

    target_kind: Literal["video"]  # what viewers say is private: the guard alone brings a message to moderators
    target_id: Id
    category: str = Field(max_length=40)
    note: Note = ""


class FlagOut(Schema):
    """What became of a report."""

    flag_id: int
    duplicate: bool


class AppealIn(Schema):
    """What an author has to say about a decision."""

    decision_id: Id
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class HeldJob(Schema):
    """A leased job; the token proves that the lease still holds."""

    job_id: Id
    fencing_token: int = Field(ge=0)


class DecisionIn(Schema):
    """A moderator's verdict on one job or several."""

    jobs: Annotated[list[HeldJob], Field(min_length=1, max_length=MAX_RELATED + 1)]
    action: Literal["approve", "remove", "restrict"]
    hazard: str = Field(default="", max_length=40)
    measures: list[Literal["warn", "suspend"]] = []
    suspend_days: int = Field(default=7, ge=1, le=MAX_SUSPEND_DAYS)
    note: Note = ""


class ClaimIn(Schema):
    """Which queue, and how many jobs to hold at once."""

    max_jobs: int = Field(default=10, ge=1, le=MAX_CLAIMED)
    hazard: str = Field(default="", max_length=40)
    order: Literal["worst", "oldest", "reach"] = "worst"


class RelatedIn(Schema):
    """What to decide together with a held job."""

    fencing_token: int = Field(ge=0)
    by: Literal["author", "flood"]


@router.post("/flags", response={201: FlagOut}, url_name="safety_flag")
def flag_post(request: HttpRequest, flag: FlagIn) -> Status[dict[str, Any]]:
    """Report a video; the same person reporting it again changes nothing."""
    if flag.category not in CATEGORIES:
        raise HttpError(422, f"Choose one of: {', '.join(CATEGORIES)}.")
    try:
        outcome = flag_create(reporter_id=_user_id(request), **flag.model_dump())
    except UnknownTarget as error:
        raise HttpError(404, "That is not here any more.") from error
    except TooManyFlags as error:
        raise HttpError(429, str(error)) from error
    return Status(201, {"flag_id": outcome.flag_id, "duplicate": outcome.duplicate})


@router.post("/appeals", response={201: dict[str, int]}, url_name="safety_appeal")
def appeal_post(request: HttpRequest, appeal: AppealIn) -> Status[dict[str, int]]:
    """Appeal a decision against something of one's own; somebody else than who made it will look."""
    try:
        made = appeal_create(author_id=_user_id(request), **appeal.model_dump())
    except SafetyRefused as error:
        raise HttpError(409, str(error)) from error
    return Status(201, {"appeal_id": made.pk})


@router.post("/jobs/claim", url_name="safety_claim")
def claim_post(request: HttpRequest, claim: ClaimIn) -> dict[str, Any]:
    """Lease jobs of a queue to this moderator, and renew the leases of it that they hold."""
    moderator_id = _moderator_id(request)
    return _answer(moderator_id, jobs=jobs_claim(moderator_id=moderator_id, **claim.model_dump()))


@router.post("/jobs/release", url_name="safety_release")
def release_post(request: HttpRequest) -> dict[str, int]:
    """Give back all jobs that this moderator holds."""
    return {"released": jobs_release(moderator_id=_moderator_id(request))}


@router.post("/jobs/{int:job_id}/related", url_name="safety_related")
def related_post(request: HttpRequest, job_id: int, related: RelatedIn) -> dict[str, Any]:
    """Lease the jobs of the same author or flood beside a held one, to be decided in one go."""
    moderator_id = _moderator_id(request)
    try:
        jobs = related_claim(moderator_id=moderator_id, job_id=job_id, **related.model_dump())
    except SafetyRefused as error:
        raise HttpError(409, str(error)) from error
    return _answer(moderator_id, jobs=jobs)


@router.post("/decisions", url_name="safety_decide")
def decisions_post(request: HttpRequest, decision: DecisionIn) -> dict[str, Any]:
    """Decide leased jobs, all or none."""
    moderator_id = _moderator_id(request)
    held = {job.job_id: job.fencing_token for job in decision.jobs}
    verdict = Verdict(**(decision.model_dump(exclude={"jobs"}) | {"measures": tuple(dict.fromkeys(decision.measures))}))
    try:
        batch = decisions_make(moderator_id=moderator_id, held=held, verdict=verdict)
    except SafetyRefused as error:
        raise HttpError(409, str(error)) from error
    return _answer(moderator_id, batch=str(batch))


@router.post("/batches/{uuid:batch}/undo", url_name="safety_undo")
def undo_post(request: HttpRequest, batch: uuid.UUID) -> dict[str, Any]:
    """Take back what was decided in one go; the jobs are open again and leased to this moderator."""
    moderator_id = _moderator_id(request)
    try:
        jobs = batch_undo(batch=batch, moderator_id=moderator_id)
    except SafetyRefused as error:
        raise HttpError(409, str(error)) from error
    return _answer(moderator_id, jobs=jobs)


def _answer(moderator_id: int, *, jobs: list[Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return the queue's counts and alarms, with jobs as cards where there are some to show."""
    cards = {} if jobs is None else {"jobs": job_cards(jobs=jobs, moderator_id=moderator_id)}
    alarms = [{"hazard": HAZARD_NAMES[alarm.hazard], "rate": alarm.rate} for alarm in open_alarms()]
    return {**cards, "counts": queue_counts(moderator_id=moderator_id), "alarms": alarms, **more}


def _user_id(request: HttpRequest) -> int:
    user_id = request.user.pk
    if user_id is None:
        raise HttpError(401, "Sign in first.")
    return int(user_id)


def _moderator_id(request: HttpRequest) -> int:
    if not is_moderator(request.user):
        raise HttpError(403, "Only moderators may do this.")
    return _user_id(request)
