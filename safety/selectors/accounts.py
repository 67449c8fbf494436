"""Read how an account stands: suspended or not, warned of what, and which of its things were decided upon."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from safety.errors import AccountSuspended
from safety.models import Decision, Measure, Sanction
from safety.words import reason_words, time_words


def suspension_of(*, user_id: int) -> Sanction | None:
    """Return the suspension that holds now and ends last, or None."""
    now = timezone.now()
    holding = Sanction.objects.filter(user_id=user_id, kind=Measure.SUSPEND, lifted_at=None, until__gt=now)
    return holding.order_by("-until").first()


def check_may_post(*, user_id: int) -> None:
    """Raise AccountSuspended, with why and until when, unless the account may upload and chat."""
    suspension = suspension_of(user_id=user_id)
    if suspension is not None:
        raise AccountSuspended(suspension_words(suspension))


def suspension_words(suspension: Sanction) -> str:
    """Return what a suspended person is told: until when, why, and what they can do."""
    until = time_words(suspension.until)
    return (
        f"Your account is suspended until {until}. {reason_words(suspension.hazard)} You can appeal on “Your uploads”."
    )


def sanctions_of(*, user_id: int) -> QuerySet[Sanction, Any]:
    """Return the warnings and suspensions of an account that were not lifted, newest first."""
    return (
        Sanction.objects.filter(user_id=user_id, lifted_at=None)
        .select_related("decision__job", "decision__appeal")
        .order_by("-created_at")
    )


def verdicts_on(*, target_kind: str, author_id: int) -> dict[int, Decision]:
    """Return the standing decision on each of an author's targets of a kind, by target id, the latest of each."""
    about = Decision.objects.filter(superseded_by=None, job__target_kind=target_kind, job__author_id=author_id)
    decisions = about.exclude(action=Decision.Action.UNDO).select_related("job", "appeal").order_by("pk")
    return {decision.job.target_id: decision for decision in decisions}
