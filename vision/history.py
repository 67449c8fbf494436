"""Tell of each change of a version's state in the audit log: which, to what, by whom and why. Entries are only ever added.

Written in the transaction of the change itself, whoever makes it: a page, a command, or the job that carries on what one of them opened.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from safety.models import AuditEntry
from safety.services.audit import audit
from vision.models import Versioned, VersionState

VERB = "version_"  # before the state


@dataclass(frozen=True)
class By:
    """Who changes a state: a person (none for the machine), by which way ("page", "command", "training", "ingest"), and why."""

    actor_id: int | None = None
    way: str = "command"
    reason: str = ""


BY_COMMAND = By()
BY_INGEST = By(way="ingest")


def kind_of(version: Versioned | type[Versioned]) -> str:
    """Return what the audit log calls this kind of version."""
    return str(version._meta.model_name)


def state_tell(version: Versioned, by: By) -> None:
    """Add that the version came to its state; call it in the transaction that wrote the state."""
    told = {"version": version.slug, "way": by.way, "reason": by.reason, "problem": version.problem}
    audit(by.actor_id, f"{VERB}{version.state}", kind=kind_of(version), target_id=version.pk, **told)


def history_of(kind: type[Versioned]) -> QuerySet[AuditEntry]:
    """Return all that happened to versions of a kind, the newest first; versions that were dropped since included."""
    entries = AuditEntry.objects.filter(target_kind=kind_of(kind), verb__startswith=VERB)
    return entries.select_related("actor").order_by("-created_at", "-pk")


def opener_of(version: Versioned) -> By:
    """Return who opened the version's release last: what a job does with it is theirs."""
    opened = history_of(type(version)).filter(target_id=version.pk, verb=f"{VERB}{VersionState.BUILDING}").first()
    return By(opened.actor_id, opened.detail["way"], opened.detail["reason"]) if opened else BY_COMMAND
