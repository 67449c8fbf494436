"""Read the queue as a moderator sees it."""

from dataclasses import asdict
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from safety.models import Decision, Flag, ReviewJob
from safety.targets import TargetView, target_of

MAX_NOTES = 20


def job_cards(*, jobs: list[ReviewJob]) -> list[dict[str, Any]]:
    """Return what the page shows for each job: the target, what was reported and how often, what was decided before."""
    reports = _reports(jobs)
    history = _history(jobs)
    return [
        {
            "job_id": job.pk,
            "fencing_token": job.fencing_token,
            "target_kind": job.target_kind,
            "target_id": job.target_id,
            "source": job.source,
            "category": job.category,
            "severity": job.severity,
            "p_unsafe": job.p_unsafe,
            "num_flags": job.num_flags,
            "created_at": job.created_at.isoformat(),
            "lease_until": job.lease_until.isoformat() if job.lease_until else None,
            "target": asdict(_view(job)),
            "reports": reports.get(job.pk, []),
            "history": history.get((job.target_kind, job.target_id), []),
        }
        for job in jobs
    ]


def _view(job: ReviewJob) -> TargetView:
    return target_of(job.target_kind).describe(job.target_id) or TargetView(title="(gone)")


def _reports(jobs: list[ReviewJob]) -> dict[int, list[dict[str, str]]]:
    """Return the newest reports a job, without who sent them: a moderator judges the target, not the reporter."""
    found: dict[int, list[dict[str, str]]] = {}
    for flag in Flag.objects.filter(job__in=jobs).order_by("-created_at"):
        notes = found.setdefault(flag.job_id, [])
        if len(notes) < MAX_NOTES:
            notes.append({"category": flag.category, "note": flag.note, "at": flag.created_at.isoformat()})
    return found


def _history(jobs: list[ReviewJob]) -> dict[tuple[str, int], list[dict[str, str]]]:
    targets = Q(pk__in=[])
    for job in jobs:
        targets |= Q(job__target_kind=job.target_kind, job__target_id=job.target_id)
    found: dict[tuple[str, int], list[dict[str, str]]] = {}
    for decision in Decision.objects.filter(targets).select_related("job", "moderator").order_by("-created_at")[:200]:
        row = {
            "action": decision.action,
            "by": decision.moderator.get_username(),
            "at": decision.created_at.isoformat(),
        }
        found.setdefault((decision.job.target_kind, decision.job.target_id), []).append({**row, "note": decision.note})
    return found


def queue_counts(*, moderator_id: int) -> dict[str, int]:
    """Return {"open", "mine", "others"}: open jobs, those leased to this moderator, those leased to others."""
    leased = Q(lease_until__gt=timezone.now())
    counts = ReviewJob.objects.filter(state=ReviewJob.State.OPEN).aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=leased & Q(claimed_by_id=moderator_id)),
        others=Count("pk", filter=leased & ~Q(claimed_by_id=moderator_id)),
    )
    return {name: int(count) for name, count in counts.items()}
