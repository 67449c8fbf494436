"""Lease review jobs to moderators: nobody else gets a leased job until the lease ends (LEASE_S after the last call)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from safety.errors import JobNotYours
from safety.models import ReviewJob
from safety.selectors.queues import ORDERS, jobs_for, related_jobs
from safety.targets import target_of

LEASE_S = 300.0
MAX_CLAIMED = 20
MAX_RELATED = 200


def jobs_claim(*, moderator_id: int, max_jobs: int = 10, hazard: str = "", order: str = "worst") -> list[ReviewJob]:
    """Lease up to `max_jobs` open jobs of a queue to one moderator, and renew those of it that they hold already.

    The queue: of one hazard or ("") of all in the moderator's scope; worst first, oldest first, or by reach.
    """
    if order == "reach":
        _reach_refresh(jobs_for(moderator_id=moderator_id, hazard=hazard))
    now = timezone.now()
    with transaction.atomic():
        jobs = jobs_for(moderator_id=moderator_id, hazard=hazard).select_for_update(skip_locked=True, of=("self",))
        mine = list(jobs.filter(claimed_by_id=moderator_id, lease_until__gt=now)[:MAX_CLAIMED])
        wanted = max(0, min(max_jobs, MAX_CLAIMED) - len(mine))
        fresh = list(jobs.filter(_free(now)).order_by(*ORDERS[order])[:wanted])
        for job in mine:
            lease(job, moderator_id, fencing_token=job.fencing_token)
        for job in fresh:
            lease(job, moderator_id, fencing_token=job.fencing_token + 1)
    return list(
        jobs_for(moderator_id=moderator_id).filter(pk__in=[job.pk for job in mine + fresh]).order_by(*ORDERS[order])
    )


def related_claim(*, moderator_id: int, job_id: int, fencing_token: int, by: str) -> list[ReviewJob]:
    """Lease, beside a job that is held, the open jobs of the same author or the same flood; return all, the held one first.

    Those that other moderators hold, or that are not in the moderator's scope, stay where they are. Raises JobNotYours.
    """
    now = timezone.now()
    with transaction.atomic():
        held = held_jobs(moderator_id=moderator_id, held={job_id: fencing_token})[0]
        mine = Q(claimed_by_id=moderator_id, lease_until__gt=now)
        jobs = related_jobs(job=held, moderator_id=moderator_id, by=by).filter(_free(now) | mine)
        found = list(jobs.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:MAX_RELATED])
        for job in found:
            is_mine = job.claimed_by_id == moderator_id and job.lease_until is not None and job.lease_until > now
            lease(job, moderator_id, fencing_token=job.fencing_token + (not is_mine))
        lease(held, moderator_id, fencing_token=held.fencing_token)
    return [held, *found]


def held_jobs(*, moderator_id: int, held: dict[int, int]) -> list[ReviewJob]:
    """Return the jobs of {id: fencing token}, locked, if this moderator holds every one of them now; raises JobNotYours."""
    jobs = jobs_for(moderator_id=moderator_id).select_for_update(of=("self",)).filter(pk__in=held)
    found = [job for job in jobs.order_by("pk") if _is_held(job, moderator_id, held[job.pk])]
    if len(found) != len(held) or not found:
        raise JobNotYours("This job is no longer yours. The queue has been refreshed.")
    return found


def jobs_release(*, moderator_id: int) -> int:
    """Give back every job that a moderator holds; return how many."""
    held = ReviewJob.objects.filter(claimed_by_id=moderator_id, state=ReviewJob.State.OPEN)
    return held.update(claimed_by=None, lease_until=None, fencing_token=F("fencing_token") + 1)


def lease(job: ReviewJob, moderator_id: int, *, fencing_token: int) -> None:
    """Give a locked job to a moderator from now on."""
    job.claimed_by_id, job.fencing_token = moderator_id, fencing_token
    job.lease_until = timezone.now() + timedelta(seconds=LEASE_S)
    job.save(update_fields=["claimed_by", "lease_until", "fencing_token"])


def _free(now: datetime) -> Q:
    return Q(claimed_by__isnull=True) | Q(lease_until__lte=now)


def _is_held(job: ReviewJob, moderator_id: int, fencing_token: int) -> bool:
    is_leased = job.lease_until is not None and job.lease_until > timezone.now()
    return is_leased and job.claimed_by_id == moderator_id and job.fencing_token == fencing_token


def _reach_refresh(jobs: QuerySet[ReviewJob, Any]) -> None:
    """Look how many people the open targets have met by now."""
    by_kind: dict[str, dict[int, ReviewJob]] = {}
    for job in jobs.order_by("pk"):
        by_kind.setdefault(job.target_kind, {})[job.target_id] = job
    for kind, open_jobs in by_kind.items():
        for target_id, facts in target_of(kind).facts(list(open_jobs)).items():
            job = open_jobs[target_id]
            if facts.reach != job.reach:
                ReviewJob.objects.filter(pk=job.pk).update(reach=facts.reach)
