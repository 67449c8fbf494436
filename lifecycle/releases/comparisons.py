"""Ask for a comparison of a candidate with what serves, and say who works on it. The row is the job (decision 1). Torch-free.

Claimed by lease and fencing token; the sweep sends what is stuck again, and the third attempt that dies is the last.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from lifecycle.models import Comparison, ComparisonState
from safety.services.audit import audit
from vision.history import kind_of
from vision.models import ModelVersion
from vision.selectors import serving_version
from workers import dispatch

LEASE_S = 60.0
STUCK_AFTER_S = 5.0  # a queued row that no worker took: its message may be lost
MAX_ATTEMPTS = 3


class ComparisonLostError(RuntimeError):
    """Another worker owns the comparison now: stop without a trace."""


@dataclass(frozen=True)
class Claim:
    """The right to work on a comparison until its lease ends."""

    comparison_id: int
    fencing_token: int


def comparison_ask(*, version: ModelVersion, admin_id: int) -> Comparison:
    """Ask for a comparison with what serves now; one that is under way stays."""
    serving = serving_version()
    with transaction.atomic():
        comparison, is_new = Comparison.objects.get_or_create(
            version=version,
            state__in=[ComparisonState.QUEUED, ComparisonState.RUNNING],
            defaults={
                "state": ComparisonState.QUEUED,
                "base": serving.slug if serving else "",
                "asked_by_id": admin_id,
            },
        )
        if is_new:
            audit(admin_id, "compare", kind=kind_of(version), target_id=version.pk, version=version.slug)
            transaction.on_commit(lambda: dispatch.comparison(comparison_id=comparison.pk))
    return comparison


def comparisons_stuck() -> list[int]:
    """Return the comparisons that nobody works on."""
    now = timezone.now()
    queued = Q(state=ComparisonState.QUEUED, created_at__lt=now - timedelta(seconds=STUCK_AFTER_S))
    left = Q(state=ComparisonState.RUNNING, lease_until__lt=now)
    return list(Comparison.objects.filter(queued | left).values_list("pk", flat=True))


def comparison_claim(comparison_id: int) -> Claim | None:
    """Claim a comparison that nobody works on; the one that was claimed too often and never ended fails here."""
    comparison = Comparison.objects.filter(pk=comparison_id).first()
    if comparison is None:
        return None
    free = Comparison.objects.filter(
        Q(state=ComparisonState.QUEUED) | Q(state=ComparisonState.RUNNING, lease_until__lt=timezone.now()),
        pk=comparison_id,
        fencing_token=comparison.fencing_token,
    )
    token = comparison.fencing_token + 1
    if comparison.attempts >= MAX_ATTEMPTS:
        problem = f"Its worker ended {MAX_ATTEMPTS} times without an answer: see the workers' log, then ask again."
        free.update(state=ComparisonState.FAILED, problem=problem, fencing_token=token, ended_at=timezone.now())
        return None
    won = free.update(
        state=ComparisonState.RUNNING, fencing_token=token, attempts=F("attempts") + 1, lease_until=_lease()
    )
    return Claim(comparison_id, token) if won else None


def _lease() -> Any:
    return timezone.now() + timedelta(seconds=LEASE_S)


def comparison_write(claim: Claim, **values: Any) -> None:
    """Write columns while the claim holds, and renew it; raises ComparisonLostError."""
    mine = Comparison.objects.filter(
        pk=claim.comparison_id, fencing_token=claim.fencing_token, state=ComparisonState.RUNNING
    )
    if not mine.update(**{"lease_until": _lease()} | values):
        raise ComparisonLostError(f"comparison {claim.comparison_id} belongs to another")


def comparison_end(claim: Claim, **values: Any) -> None:
    """Write what came of it; raises ComparisonLostError."""
    comparison_write(claim, lease_until=None, ended_at=timezone.now(), **values)
