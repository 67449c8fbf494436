"""Write the audit: in the transaction of what it tells of, so that neither is there without the other."""

from typing import Any

from safety.models import AuditEntry, ReviewJob


def audit(actor_id: int | None, verb: str, *, kind: str, target_id: int, **detail: Any) -> None:
    """Add an entry; `actor_id` None for the guard. It is never changed: the database refuses (migration 0002)."""
    AuditEntry.objects.create(actor_id=actor_id, verb=verb, target_kind=kind, target_id=target_id, detail=detail)


def audit_job(actor_id: int | None, verb: str, job: ReviewJob, **detail: Any) -> None:
    """Add an entry about a job's target."""
    audit(actor_id, verb, kind=job.target_kind, target_id=job.target_id, job=job.pk, **detail)
