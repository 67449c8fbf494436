"""Work on a training run: claim it by lease, renew, write what comes of it, end it. Torch-free.

Two write under one claim: the worker that watches renews the lease and ends what died, the child that trains tells of its progress. Both
are fenced: once another has claimed the run, they change nothing (LeaseLostError).
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from lifecycle.models import RunState, TrainingRun

logger = logging.getLogger(__name__)

LEASE_S = 30.0  # renewed every second; longer than a restart of the database
MAX_ATTEMPTS = 3
MAX_PROBLEM = 500


class LeaseLostError(RuntimeError):
    """Another worker owns this run now, or it has ended: stop without a trace."""


@dataclass(frozen=True)
class Claim:
    """The right to work on a run until the lease ends."""

    run_id: int
    fencing_token: int


def run_claim(*, run_id: int) -> Claim | None:
    """Claim a queued run, or one whose lease ran out; None if there is nothing to do or somebody else was first.

    One that was to be cancelled, and one that was claimed three times and never ended, is ended here instead.
    """
    run = TrainingRun.objects.filter(pk=run_id).first()
    if run is None:
        return None
    now = timezone.now()
    free = TrainingRun.objects.filter(_free(), pk=run_id, fencing_token=run.fencing_token)
    if run.cancel_requested_at:
        free.update(**_ended(RunState.CANCELLED, ""), fencing_token=F("fencing_token") + 1)
        return None
    if run.attempts >= MAX_ATTEMPTS:
        problem = run.problem or f"Its worker ended {MAX_ATTEMPTS} times without an answer."
        free.update(**_ended(RunState.FAILED, problem), fencing_token=F("fencing_token") + 1)
        return None
    won = free.update(
        state=RunState.RUNNING,
        fencing_token=F("fencing_token") + 1,
        attempts=F("attempts") + 1,
        lease_until=now + timedelta(seconds=LEASE_S),
        heartbeat_at=now,
        started_at=Coalesce("started_at", now),
    )
    return Claim(run_id, run.fencing_token + 1) if won else None


def _free() -> Q:
    return Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, lease_until__lt=timezone.now())


def run_write(*, claim: Claim, **values: Any) -> None:
    """Write columns of the run while the claim holds; raises LeaseLostError."""
    mine = TrainingRun.objects.filter(pk=claim.run_id, fencing_token=claim.fencing_token, state=RunState.RUNNING)
    if not mine.update(**values):
        raise LeaseLostError(f"run {claim.run_id} belongs to another")


def run_renew(*, claim: Claim) -> bool:
    """Renew the lease; return whether the run is to be cancelled. Raises LeaseLostError."""
    now = timezone.now()
    run_write(claim=claim, lease_until=now + timedelta(seconds=LEASE_S), heartbeat_at=now)
    return TrainingRun.objects.filter(pk=claim.run_id, cancel_requested_at__isnull=False).exists()


def run_end(*, claim: Claim, state: str, problem: str = "", **values: Any) -> None:
    """End the run for good, with why in words where nothing came of it; raises LeaseLostError."""
    run_write(claim=claim, **_ended(state, problem), **values)


def run_give_back(*, claim: Claim, problem: str) -> bool:
    """Queue a run again whose child died, or fail it after its last attempt; return whether it is to be sent again."""
    attempts = TrainingRun.objects.values_list("attempts", flat=True).get(pk=claim.run_id)
    if attempts >= MAX_ATTEMPTS:
        run_end(claim=claim, state=RunState.FAILED, problem=f"Ended {attempts} times without an answer. {problem}")
        return False
    run_write(claim=claim, state=RunState.QUEUED, lease_until=None, doing="", problem=problem[:MAX_PROBLEM])
    return True


def _ended(state: str, problem: str) -> dict[str, Any]:
    return {
        "state": state,
        "problem": problem[:MAX_PROBLEM],
        "ended_at": timezone.now(),
        "lease_until": None,
        "left_s": None,
        "doing": "",
    }
