"""Read jobs as the console shows them: the target with its context, who wrote it, what was reported, what was decided before."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q

from safety.models import Appeal, Decision, Flag, ReviewJob, Sanction
from safety.selectors.queues import related_jobs
from safety.targets import TargetView, target_of

MAX_NOTES = 20
MAX_TWINS = 10
RELATIONS = ("author", "flood")


def job_cards(*, jobs: Sequence[ReviewJob], moderator_id: int) -> list[dict[str, Any]]:
    """Return what the page shows for each job. A second look does not say what the first person decided."""
    reports, history, authors = _reports(jobs), _history(jobs), _authors(jobs)
    appeals = {appeal.job_id: appeal.text for appeal in Appeal.objects.filter(job__in=jobs)}
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
            "reach": job.reach,
            "created_at": job.created_at.isoformat(),
            "lease_until": job.lease_until.isoformat() if job.lease_until else None,
            "target": asdict(_view(job)),
            "actions": sorted(target_of(job.target_kind).actions),
            "author": authors.get(job.author_id) if job.author_id else None,
            "twins": _twins(job),
            "related": {by: related_jobs(job=job, moderator_id=moderator_id, by=by).count() for by in RELATIONS},
            "appeal": appeals.get(job.pk, ""),
            "reports": reports.get(job.pk, []),
            "history": []
            if job.source == ReviewJob.Source.SECOND
            else history.get((job.target_kind, job.target_id), []),
        }
        for job in jobs
    ]


def _view(job: ReviewJob) -> TargetView:
    return target_of(job.target_kind).describe(job.target_id) or TargetView(title="(gone)")


def _twins(job: ReviewJob) -> dict[str, Any]:
    """Return how many open jobs of the same content follow this one, and what some of them are called."""
    twins = job.twins.filter(state=ReviewJob.State.OPEN).order_by("pk")
    return {"num": twins.count(), "titles": [_view(twin).title for twin in twins[:MAX_TWINS]]}


def _authors(jobs: Sequence[ReviewJob]) -> dict[int, dict[str, Any]]:
    """Return each author's name and what was decided against them before."""
    ids = {job.author_id for job in jobs if job.author_id}
    names = get_user_model().objects.filter(pk__in=ids).values_list("pk", "username")
    rows = Sanction.objects.filter(user_id__in=ids, lifted_at=None).values("user_id", "kind").annotate(num=Count("pk"))
    found: dict[int, dict[str, Any]] = {pk: {"name": name, "warn": 0, "suspend": 0} for pk, name in names}
    for row in rows:
        found[row["user_id"]][row["kind"]] = row["num"]
    return found


def _reports(jobs: Sequence[ReviewJob]) -> dict[int, list[dict[str, str]]]:
    """Return the newest reports a job, without who sent them: a moderator judges the target, not the reporter."""
    found: dict[int, list[dict[str, str]]] = {}
    for flag in Flag.objects.filter(job__in=jobs).order_by("-created_at"):
        notes = found.setdefault(flag.job_id, [])
        if len(notes) < MAX_NOTES:
            notes.append({"category": flag.category, "note": flag.note, "at": flag.created_at.isoformat()})
    return found


def _history(jobs: Sequence[ReviewJob]) -> dict[tuple[str, int], list[dict[str, str]]]:
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
