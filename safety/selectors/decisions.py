"""Read what was decided: what stands for a target, and the pairs of first and second looks."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from safety.models import Decision, ReviewJob


def standing_decisions() -> QuerySet[Decision, Any]:
    """Return the decisions that nobody took back."""
    return Decision.objects.filter(superseded_by=None).exclude(action=Decision.Action.UNDO)


def standing_decision(*, target_kind: str, target_id: int) -> Decision | None:
    """Return the latest decision about a target that nobody took back, or None."""
    about = standing_decisions().filter(job__target_kind=target_kind, job__target_id=target_id)
    return about.select_related("job").order_by("-pk").first()


def latest_decisions() -> QuerySet[Decision, Any]:
    """Return, for each target, the one decision that stands now, with its job."""
    same = standing_decisions().filter(
        job__target_kind=OuterRef("job__target_kind"), job__target_id=OuterRef("job__target_id")
    )
    latest = Subquery(same.order_by("-pk").values("pk")[:1])
    return standing_decisions().filter(pk=latest).select_related("job")


def second_looks() -> list[tuple[str, str]]:
    """Return (first action, second action) of every decision that a second moderator looked at without knowing the first."""
    looks = standing_decisions().filter(job__source=ReviewJob.Source.SECOND)
    return list(looks.order_by("pk").values_list("job__about__action", "action"))
