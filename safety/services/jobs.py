"""Open review jobs: for reports, for what the guard did not let through, for appeals and second looks.

Locks are taken job first, then target, so that two moderators cannot wait for each other.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from safety.errors import SafetyRefused, TooManyFlags
from safety.models import CATEGORIES, SEVERITIES, Decision, Flag, ReviewJob
from safety.selectors.decisions import standing_decision
from safety.services.audit import audit_job
from safety.targets import TargetFacts, facts_of

MAX_FLAGS = 20
FLAG_WINDOW_S = 600.0
SILENCE_DAYS = 7  # after an approval, reports of the same kind are counted but open no new job


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
    facts = facts_of(target_kind, target_id)
    job = _silenced_job(target_kind, target_id, category) or _job_of(
        target_kind, target_id, category=category, source=ReviewJob.Source.FLAG, facts=facts
    )
    earlier = Flag.objects.filter(job=job, reporter_id=reporter_id).first()
    if earlier is not None:
        return FlagOutcome(earlier.pk, job.pk, duplicate=True)
    _check_rate(reporter_id)
    flag = Flag.objects.create(
        target_kind=target_kind, target_id=target_id, reporter_id=reporter_id, category=category, note=note, job=job
    )
    job.num_flags += 1
    job.reach = facts.reach
    job.save(update_fields=["num_flags", "reach"])
    _raise_severity(job, category)
    return FlagOutcome(flag.pk, job.pk, duplicate=False)


@transaction.atomic
def review_request(
    *, target_kind: str, target_id: int, hazards: list[str], p_unsafe: float | None, guard_version: str = ""
) -> int:
    """Open a review job for what the guard did not let through (or failed to judge: p_unsafe None); return its id."""
    category = hazards[0] if hazards else "other"
    facts = facts_of(target_kind, target_id)
    job = _job_of(target_kind, target_id, category=category, source=ReviewJob.Source.GUARD, facts=facts)
    job.p_unsafe, job.guard_version = p_unsafe, guard_version
    job.save(update_fields=["p_unsafe", "guard_version"])
    _raise_severity(job, category)
    audit_job(None, "review_request", job, hazards=hazards, p_unsafe=p_unsafe)
    return job.pk


def look_again(*, decision: Decision, source: ReviewJob.Source) -> ReviewJob:
    """Bring a decision's target to somebody else than who made it. A job that is open on the target becomes that look.

    The caller is in a transaction. Such a job follows no leader: it must not be decided with others by the person it excludes.
    """
    judged = decision.job
    facts = facts_of(judged.target_kind, judged.target_id)
    facts = TargetFacts(author_id=facts.author_id, reach=facts.reach)
    job = _job_of(
        judged.target_kind, judged.target_id, category=decision.hazard or judged.category, source=source, facts=facts
    )
    job.source, job.about, job.not_by_id = source, decision, decision.moderator_id
    job.leader, job.content_key = None, ""
    if job.claimed_by_id == decision.moderator_id:
        job.claimed_by, job.lease_until, job.fencing_token = None, None, job.fencing_token + 1
    job.save()
    return job


def _job_of(target_kind: str, target_id: int, *, category: str, source: str, facts: TargetFacts) -> ReviewJob:
    """Return the target's open job, locked; made where there is none. Two at once meet at the unique constraints."""
    open_jobs = ReviewJob.objects.select_for_update().filter(state=ReviewJob.State.OPEN, target_kind=target_kind)
    for _ in range(3):  # a second round only where somebody else was first
        known = ReviewJob.objects.filter(
            state=ReviewJob.State.OPEN, target_kind=target_kind, target_id=target_id
        ).first()
        if known is not None and known.leader_id:
            open_jobs.filter(pk=known.leader_id).first()  # the leader's lock comes first, as in a decision
        job = open_jobs.filter(target_id=target_id).first()
        if job is not None:
            return job
        leader = open_jobs.filter(content_key=facts.content_key, leader=None).first() if facts.content_key else None
        try:
            with transaction.atomic():
                return ReviewJob.objects.create(
                    target_kind=target_kind,
                    target_id=target_id,
                    category=category,
                    source=source,
                    severity=SEVERITIES.get(category, 1),
                    author_id=facts.author_id,
                    content_key=facts.content_key,
                    reach=facts.reach,
                    leader=leader,
                )
        except IntegrityError:
            continue
    raise SafetyRefused("This is being reported by many people right now. Please try again.")


def _raise_severity(job: ReviewJob, category: str) -> None:
    """Move a job, and the one it follows, to the queue of the gravest hazard; one that somebody looks at stays in its queue."""
    severity = SEVERITIES.get(category, 1)
    for one in [job, *([job.leader] if job.leader else [])]:
        if severity <= one.severity:
            continue
        one.severity = severity
        if one.lease_until is None or one.lease_until <= timezone.now():
            one.category = category
        one.save(update_fields=["severity", "category"])


def _silenced_job(target_kind: str, target_id: int, category: str) -> ReviewJob | None:
    """Return the job whose recent approval already answers a report of this category, locked."""
    if ReviewJob.objects.filter(target_kind=target_kind, target_id=target_id, state=ReviewJob.State.OPEN).exists():
        return None
    standing = standing_decision(target_kind=target_kind, target_id=target_id)
    since = timezone.now() - timedelta(days=SILENCE_DAYS)
    if standing is None or standing.action != Decision.Action.APPROVE or standing.created_at < since:
        return None
    job = ReviewJob.objects.select_for_update().get(pk=standing.job_id)
    answered = {job.category, *job.flags.values_list("category", flat=True)}
    return job if category in answered else None


def _check_rate(reporter_id: int) -> None:
    since = timezone.now() - timedelta(seconds=FLAG_WINDOW_S)
    if Flag.objects.filter(reporter_id=reporter_id, created_at__gt=since).count() >= MAX_FLAGS:
        raise TooManyFlags("That is a lot of reports in a short time. Please wait a few minutes.")
