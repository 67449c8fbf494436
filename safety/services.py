"""Write flags, review jobs and decisions; every write of staff or guard has its audit entry in the same transaction.

Locks are taken job first, then target, so that two moderators cannot wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from safety.models import CATEGORIES, SEVERITIES, AuditEntry, Decision, Flag, ReviewJob
from safety.targets import UnknownTarget, target_of

LEASE_S = 300.0
MAX_CLAIMED = 20
MAX_FLAGS = 20
FLAG_WINDOW_S = 600.0
SILENCE_DAYS = 7  # after an approval, reports of the same kind are counted but open no new job
ACTIONS = (Decision.Action.APPROVE, Decision.Action.REMOVE, Decision.Action.RESTRICT)


class SafetyRefused(ValueError):
    """The request cannot be done; the message says why, in words for people."""


class TooManyFlags(SafetyRefused):
    """This reporter has reported too much in a short time."""


class JobNotYours(SafetyRefused):
    """The lease of this job ended, somebody else holds it, or it is decided already."""


class NotUndoable(SafetyRefused):
    """The decision is superseded, or a later one stands on the same target."""


@dataclass(frozen=True, slots=True)
class FlagOutcome:
    """What became of a report: `duplicate` means that this person's earlier report still stands."""

    flag_id: int
    job_id: int
    duplicate: bool


@transaction.atomic
def flag_create(*, reporter_id: int, target_kind: str, target_id: int, category: str, note: str = "") -> FlagOutcome:
    """Report a target. One job a target is open; a second report by the same person changes nothing.

    Raises UnknownTarget, TooManyFlags, or SafetyRefused for an unknown category.
    """
    if category not in CATEGORIES:
        raise SafetyRefused(f"Unknown category {category!r}.")
    if target_of(target_kind).describe(target_id) is None:
        raise UnknownTarget(f"There is no {target_kind} {target_id}.")
    job = _silenced_job(target_kind, target_id, category) or _open_job(
        target_kind=target_kind, target_id=target_id, category=category, source=ReviewJob.Source.FLAG
    )
    earlier = Flag.objects.filter(job=job, reporter_id=reporter_id).first()
    if earlier is not None:
        return FlagOutcome(earlier.pk, job.pk, duplicate=True)
    _check_rate(reporter_id)
    flag = Flag.objects.create(
        target_kind=target_kind, target_id=target_id, reporter_id=reporter_id, category=category, note=note, job=job
    )
    job.num_flags += 1
    job.severity = max(job.severity, SEVERITIES.get(category, 1))
    job.save(update_fields=["num_flags", "severity"])
    return FlagOutcome(flag.pk, job.pk, duplicate=False)


@transaction.atomic
def review_request(*, target_kind: str, target_id: int, hazards: list[str], p_unsafe: float | None) -> int:
    """Open a review job for what the guard did not let through (or failed to judge: p_unsafe None); return its id."""
    category = hazards[0] if hazards else "other"
    job = _open_job(target_kind=target_kind, target_id=target_id, category=category, source=ReviewJob.Source.GUARD)
    job.p_unsafe = p_unsafe
    job.save(update_fields=["p_unsafe"])
    _audit(None, "review_request", job, {"hazards": hazards, "p_unsafe": p_unsafe})
    return job.pk


def _open_job(*, target_kind: str, target_id: int, category: str, source: str) -> ReviewJob:
    """Return the target's open job, locked; made where there is none. Two at once meet at the unique constraint."""
    open_jobs = ReviewJob.objects.select_for_update().filter(
        target_kind=target_kind, target_id=target_id, state=ReviewJob.State.OPEN
    )
    job = open_jobs.first()
    if job is not None:
        return job
    try:
        with transaction.atomic():
            return ReviewJob.objects.create(
                target_kind=target_kind,
                target_id=target_id,
                category=category,
                source=source,
                severity=SEVERITIES.get(category, 1),
            )
    except IntegrityError:
        return open_jobs.get()


def _silenced_job(target_kind: str, target_id: int, category: str) -> ReviewJob | None:
    """Return the job whose recent approval already answers a report of this category, locked."""
    last = (
        ReviewJob.objects.select_for_update()
        .filter(target_kind=target_kind, target_id=target_id)
        .order_by("-created_at")
        .first()
    )
    if last is None or last.state == ReviewJob.State.OPEN or last.category != category or last.closed_at is None:
        return None
    standing = last.decisions.filter(superseded_by__isnull=True).exclude(action=Decision.Action.UNDO).last()
    recent = last.closed_at > timezone.now() - timedelta(days=SILENCE_DAYS)
    return last if recent and standing is not None and standing.action == Decision.Action.APPROVE else None


def _check_rate(reporter_id: int) -> None:
    since = timezone.now() - timedelta(seconds=FLAG_WINDOW_S)
    if Flag.objects.filter(reporter_id=reporter_id, created_at__gt=since).count() >= MAX_FLAGS:
        raise TooManyFlags("That is a lot of reports in a short time. Please wait a few minutes.")


def jobs_claim(*, moderator_id: int, max_jobs: int = 10) -> list[ReviewJob]:
    """Lease up to `max_jobs` open jobs to one moderator, worst first, and renew those that they hold already.

    Nobody else gets a leased job until the lease ends (LEASE_S after the last call).
    """
    now = timezone.now()
    lease_until = now + timedelta(seconds=LEASE_S)
    with transaction.atomic():
        jobs = ReviewJob.objects.select_for_update(skip_locked=True).filter(state=ReviewJob.State.OPEN)
        mine = list(jobs.filter(claimed_by_id=moderator_id, lease_until__gt=now)[:MAX_CLAIMED])
        wanted = max(0, min(max_jobs, MAX_CLAIMED) - len(mine))
        free = jobs.filter(Q(claimed_by__isnull=True) | Q(lease_until__lte=now))
        fresh = list(free.order_by("-severity", "-num_flags", "created_at")[:wanted])
        for job in mine:
            _lease(job, moderator_id, lease_until, fencing_token=job.fencing_token)
        for job in fresh:
            _lease(job, moderator_id, lease_until, fencing_token=job.fencing_token + 1)
    return sorted(mine + fresh, key=lambda job: (-job.severity, -job.num_flags, job.created_at))


def job_claim(*, moderator_id: int) -> ReviewJob | None:
    """Lease the next job to a moderator who holds none, or return one that they hold; None where the queue is empty."""
    jobs = jobs_claim(moderator_id=moderator_id, max_jobs=1)
    return jobs[0] if jobs else None


def _lease(job: ReviewJob, moderator_id: int, lease_until: datetime, *, fencing_token: int) -> None:
    job.claimed_by_id, job.lease_until, job.fencing_token = moderator_id, lease_until, fencing_token
    job.save(update_fields=["claimed_by", "lease_until", "fencing_token"])


def jobs_release(*, moderator_id: int) -> int:
    """Give back every job that a moderator holds; return how many."""
    held = ReviewJob.objects.filter(claimed_by_id=moderator_id, state=ReviewJob.State.OPEN)
    return held.update(claimed_by=None, lease_until=None, fencing_token=F("fencing_token") + 1)


@transaction.atomic
def decision_make(*, job_id: int, fencing_token: int, moderator_id: int, action: str, note: str = "") -> Decision:
    """Decide a leased job: act on the target, close the job, write the audit. Raises JobNotYours or SafetyRefused."""
    if action not in ACTIONS:
        raise SafetyRefused(f"Unknown action {action!r}.")
    job = ReviewJob.objects.select_for_update().filter(pk=job_id).first()
    if job is None or not _is_held(job, moderator_id, fencing_token):
        raise JobNotYours("This job is no longer yours. The queue has been refreshed.")
    token = target_of(job.target_kind).apply(job.target_id, action)
    decision = Decision.objects.create(
        job=job, moderator_id=moderator_id, action=action, note=note, restore_token=token
    )
    job.state, job.closed_at, job.claimed_by, job.lease_until = ReviewJob.State.CLOSED, timezone.now(), None, None
    job.save(update_fields=["state", "closed_at", "claimed_by", "lease_until"])
    _audit(moderator_id, f"decision_{action}", job, {"decision": decision.pk, "note": note, "token": token})
    return decision


def _is_held(job: ReviewJob, moderator_id: int, fencing_token: int) -> bool:
    return (
        job.state == ReviewJob.State.OPEN
        and job.claimed_by_id == moderator_id
        and job.fencing_token == fencing_token
        and job.lease_until is not None
        and job.lease_until > timezone.now()
    )


@transaction.atomic
def decision_undo(*, decision_id: int, moderator_id: int, note: str = "") -> Decision:
    """Take a decision back: the target is restored exactly, the job opens again and is leased to who undid it.

    Only the latest standing decision of a target can be taken back, and only once; raises NotUndoable otherwise.
    """
    decision = Decision.objects.select_related("job").filter(pk=decision_id).first()
    if decision is None:
        raise NotUndoable("There is no such decision.")
    job = ReviewJob.objects.select_for_update().get(pk=decision.job_id)
    if decision.action == Decision.Action.UNDO or Decision.objects.filter(supersedes=decision).exists():
        raise NotUndoable("This decision is already undone.")
    later = ReviewJob.objects.filter(target_kind=job.target_kind, target_id=job.target_id, pk__gt=job.pk)
    if later.exists():
        raise NotUndoable("This has been reported again since; decide the new report instead.")
    target_of(job.target_kind).restore(job.target_id, decision.restore_token)
    undo = Decision.objects.create(
        job=job, moderator_id=moderator_id, action=Decision.Action.UNDO, note=note, supersedes=decision
    )
    job.state, job.closed_at = ReviewJob.State.OPEN, None
    job.save(update_fields=["state", "closed_at"])
    _lease(job, moderator_id, timezone.now() + timedelta(seconds=LEASE_S), fencing_token=job.fencing_token + 1)
    _audit(moderator_id, "decision_undo", job, {"decision": undo.pk, "undoes": decision.pk, "note": note})
    return undo


def _audit(actor_id: int | None, verb: str, job: ReviewJob, detail: dict[str, Any]) -> None:
    AuditEntry.objects.create(
        actor_id=actor_id,
        verb=verb,
        target_kind=job.target_kind,
        target_id=job.target_id,
        detail={"job": job.pk, **detail},
    )
