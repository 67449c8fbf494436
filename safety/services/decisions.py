"""Decide leased jobs, one or many in one go, and take that back exactly; every write has its audit entry in the same transaction.

Locks are taken jobs first (leaders, then those that follow them, each in order of id), then targets.
"""

import random
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from safety.errors import NotUndoable, SafetyRefused
from safety.models import CATEGORIES, Appeal, Decision, Measure, ReviewJob, Sanction
from safety.selectors.decisions import standing_decision
from safety.selectors.queues import scope_of, second_review_share
from safety.services.audit import audit, audit_job
from safety.services.claims import held_jobs, lease
from safety.services.drift import drift_watch
from safety.services.jobs import look_again
from safety.targets import target_of

MAX_SUSPEND_DAYS = 365
_sampler = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator says of jobs: the action on the targets, the hazard found ("" for each job's own), measures about authors."""

    action: str
    hazard: str = ""
    measures: tuple[str, ...] = ()
    suspend_days: int = 7
    note: str = ""


@transaction.atomic
def decisions_make(*, moderator_id: int, held: dict[int, int], verdict: Verdict) -> uuid.UUID:
    """Decide jobs {id: fencing token} that this moderator holds, and all that follow them; return the batch, to undo it by.

    All or none. Raises JobNotYours, or SafetyRefused for a verdict that cannot be carried out.
    """
    leaders = held_jobs(moderator_id=moderator_id, held=held)
    _check(verdict, leaders)
    twins = ReviewJob.objects.select_for_update().filter(leader__in=leaders, state=ReviewJob.State.OPEN).order_by("pk")
    batch = uuid.uuid4()
    decisions = [_decide(job, batch, moderator_id, verdict) for job in [*leaders, *twins]]
    _sanction(decisions, moderator_id)
    for decision in decisions:
        _answer_look(decision, moderator_id)
        _look_twice(decision)
    drift_watch(hazards={decision.job.category for decision in decisions})
    return batch


def _check(verdict: Verdict, jobs: list[ReviewJob]) -> None:
    for kind in {job.target_kind for job in jobs}:
        if verdict.action not in target_of(kind).actions:
            raise SafetyRefused(f"A {kind} cannot be decided with {verdict.action!r}.")
    if verdict.hazard and verdict.hazard not in CATEGORIES:
        raise SafetyRefused(f"Unknown category {verdict.hazard!r}.")
    if not set(verdict.measures) <= set(Measure.values):
        raise SafetyRefused(f"Unknown measure among {', '.join(verdict.measures)}.")
    if verdict.measures and verdict.action == Decision.Action.APPROVE:
        raise SafetyRefused("What is approved is no reason to warn or suspend anybody.")
    if verdict.measures and not any(job.author_id for job in jobs):
        raise SafetyRefused("Nobody is known as the author, so nobody can be warned or suspended.")
    if not 1 <= verdict.suspend_days <= MAX_SUSPEND_DAYS:
        raise SafetyRefused(f"A suspension lasts 1 to {MAX_SUSPEND_DAYS} days.")


def _decide(job: ReviewJob, batch: uuid.UUID, moderator_id: int, verdict: Verdict) -> Decision:
    token = target_of(job.target_kind).apply(job.target_id, verdict.action)
    lifted = list(_to_lift(job, verdict).values_list("pk", flat=True))
    decision = Decision.objects.create(
        job=job,
        batch=batch,
        moderator_id=moderator_id,
        action=verdict.action,
        hazard=verdict.hazard or job.category,
        measures=list(verdict.measures) if job.author_id else [],
        note=verdict.note,
        restore_token={"target": token, "lifted": lifted, "suspend_days": verdict.suspend_days},
    )
    job.state, job.closed_at, job.claimed_by, job.lease_until = ReviewJob.State.CLOSED, timezone.now(), None, None
    job.save(update_fields=["state", "closed_at", "claimed_by", "lease_until"])
    detail = {"decision": decision.pk, "batch": str(batch), "hazard": decision.hazard, "note": verdict.note}
    audit_job(moderator_id, f"decision_{verdict.action}", job, **detail, token=token)
    return decision


def _to_lift(job: ReviewJob, verdict: Verdict) -> Any:
    """Return the sanctions that fall when a second person finds nothing wrong with what they were for."""
    if job.about is None or job.author_id is None or verdict.action != Decision.Action.APPROVE:
        return Sanction.objects.none()
    return Sanction.objects.filter(decision__batch=job.about.batch, user_id=job.author_id, lifted_at=None)


def _sanction(decisions: list[Decision], moderator_id: int) -> None:
    """Warn or suspend each author once, whatever the number of their things that were decided."""
    by_author = {decision.job.author_id or 0: decision for decision in reversed(decisions) if decision.measures}
    for author_id, decision in sorted(by_author.items()):
        for kind in decision.measures:
            days = decision.restore_token["suspend_days"] if kind == Measure.SUSPEND else None
            until = timezone.now() + timedelta(days=days) if days else None
            sanction = Sanction.objects.create(
                user_id=author_id, kind=kind, hazard=decision.hazard, decision=decision, until=until
            )
            verb = "account_warn" if kind == Measure.WARN else "account_suspend"
            told = {"decision": decision.pk, "sanction": sanction.pk, "days": days}
            audit(moderator_id, verb, kind="account", target_id=author_id, **told)


def _answer_look(decision: Decision, moderator_id: int) -> None:
    """Answer the appeal that this decision is about, and lift what falls with it."""
    state = Appeal.State.GRANTED if decision.action == Decision.Action.APPROVE else Appeal.State.UPHELD
    Appeal.objects.filter(job=decision.job, state=Appeal.State.OPEN).update(state=state, answered_at=timezone.now())
    lifted = decision.restore_token["lifted"]
    if lifted:
        Sanction.objects.filter(pk__in=lifted).update(lifted_at=timezone.now())
        audit_job(moderator_id, "sanctions_lift", decision.job, decision=decision.pk, sanctions=lifted)


def _look_twice(decision: Decision) -> None:
    """Have a share of first decisions looked at by somebody who does not know them."""
    if decision.job.about is None and decision.job.leader_id is None and _sampler.random() < second_review_share():
        second = look_again(decision=decision, source=ReviewJob.Source.SECOND)
        audit_job(None, "second_look_ask", second, about=decision.pk)


@transaction.atomic
def batch_undo(*, batch: uuid.UUID, moderator_id: int, note: str = "") -> list[ReviewJob]:
    """Take back what was decided in one go: targets and authors exactly as before, the jobs open and leased to who undid them.

    Only what stands and nothing came after can be taken back, and only once: raises NotUndoable otherwise, and then nothing is done.
    """
    jobs_of = Q(decisions__batch=batch, decisions__supersedes=None)
    jobs = list(ReviewJob.objects.select_for_update(of=("self",)).filter(jobs_of).order_by("leader_id", "pk"))
    jobs.sort(key=lambda job: (job.leader_id is not None, job.pk))  # leaders open first, so that theirs can follow
    if not jobs:
        raise NotUndoable("There is no such decision.")
    decisions = {decision.job_id: decision for decision in Decision.objects.filter(batch=batch).order_by("-pk")}
    scope = scope_of(moderator_id=moderator_id)
    for job in jobs:
        _check_undo(job, decisions[job.pk], moderator_id, scope)
    for job in reversed(jobs):
        target_of(job.target_kind).restore(job.target_id, decisions[job.pk].restore_token.get("target", {}))
    undo_batch = uuid.uuid4()
    for job in jobs:
        _reopen(job, decisions[job.pk], moderator_id, undo_batch, note)
    drift_watch(hazards={job.category for job in jobs})
    return [job for job in jobs if job.leader_id is None]


def _check_undo(job: ReviewJob, decision: Decision, moderator_id: int, scope: list[str]) -> None:
    if Decision.objects.filter(supersedes=decision).exists() or job.state != ReviewJob.State.CLOSED:
        raise NotUndoable("This decision is already undone.")
    if job.not_by_id == moderator_id:
        raise NotUndoable("Your own decision was looked at here; only somebody else can take this back.")
    if job.category not in scope:
        raise NotUndoable("This decision is not in the hazards that you review.")
    standing = standing_decision(target_kind=job.target_kind, target_id=job.target_id)
    if standing is None or standing.pk != decision.pk:
        raise NotUndoable("Something was decided here since; take that back first.")
    later = ReviewJob.objects.filter(
        target_kind=job.target_kind, target_id=job.target_id, state=ReviewJob.State.OPEN
    ).first()
    is_untouched = later is not None and later.about_id == decision.pk and later.source == ReviewJob.Source.SECOND
    if later is not None and not (is_untouched and later.num_flags == 0 and later.claimed_by_id is None):
        raise NotUndoable("This has been reported or appealed since; decide that instead.")
    same = ReviewJob.objects.filter(target_kind=job.target_kind, content_key=job.content_key, leader=None)
    if job.leader_id is None and job.content_key and same.filter(state=ReviewJob.State.OPEN).exists():
        raise NotUndoable("The same has been reported again since; decide that instead.")


def _reopen(job: ReviewJob, decision: Decision, moderator_id: int, undo_batch: uuid.UUID, note: str) -> None:
    _withdraw_second_look(job)
    undo = Decision.objects.create(
        job=job,
        batch=undo_batch,
        moderator_id=moderator_id,
        action=Decision.Action.UNDO,
        note=note,
        supersedes=decision,
    )
    job.state, job.closed_at = ReviewJob.State.OPEN, None
    job.save(update_fields=["state", "closed_at"])
    if job.leader_id is None:
        lease(job, moderator_id, fencing_token=job.fencing_token + 1)
    now = timezone.now()
    lifted = list(Sanction.objects.filter(decision=decision, lifted_at=None).values_list("pk", flat=True))
    Sanction.objects.filter(pk__in=lifted).update(lifted_at=now)
    Sanction.objects.filter(pk__in=decision.restore_token.get("lifted", [])).update(lifted_at=None)
    Appeal.objects.filter(job=job).exclude(state=Appeal.State.OPEN).update(state=Appeal.State.OPEN, answered_at=None)
    detail = {"decision": undo.pk, "undoes": decision.pk, "lifted": lifted, "note": note}
    audit_job(moderator_id, "decision_undo", job, **detail)


def _withdraw_second_look(job: ReviewJob) -> None:
    """Close the second look that nobody has taken up: what it was about is no more."""
    waiting = ReviewJob.objects.filter(
        target_kind=job.target_kind,
        target_id=job.target_id,
        state=ReviewJob.State.OPEN,
        source=ReviewJob.Source.SECOND,
    )
    for second in waiting.select_for_update():
        second.state, second.closed_at = ReviewJob.State.CLOSED, timezone.now()
        second.save(update_fields=["state", "closed_at"])
        audit_job(None, "second_look_withdraw", second)
