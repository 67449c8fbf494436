"""Read which jobs wait for a moderator: in their scope, not excluded, leaders only."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from safety.access import is_admin
from safety.models import CATEGORIES, Flag, ReviewJob, ReviewScope

ORDERS: dict[str, tuple[str, ...]] = {
    "worst": ("-severity", "-num_flags", "created_at", "pk"),
    "oldest": ("created_at", "pk"),
    "reach": ("-reach", "-severity", "created_at", "pk"),
}
FLOOD_WITHIN = timedelta(hours=1)  # jobs reported by one person within this of each other are one flood


def scope_of(*, moderator_id: int) -> list[str]:
    """Return the hazards whose jobs a moderator sees: all for an admin and for one whom no admin has limited."""
    user = get_user_model().objects.get(pk=moderator_id)
    scope = None if is_admin(user) else ReviewScope.objects.filter(moderator_id=moderator_id).first()
    return list(CATEGORIES) if scope is None else scope.hazards


def jobs_for(*, moderator_id: int, hazard: str = "") -> QuerySet[ReviewJob, Any]:
    """Return the open jobs that a moderator may decide, leased or not; a leader stands for those that follow it."""
    jobs = ReviewJob.objects.filter(state=ReviewJob.State.OPEN, leader=None)
    jobs = jobs.exclude(not_by_id=moderator_id).filter(category__in=scope_of(moderator_id=moderator_id))
    return jobs.filter(category=hazard) if hazard else jobs


def related_jobs(*, job: ReviewJob, moderator_id: int, by: str) -> QuerySet[ReviewJob, Any]:
    """Return the other jobs that one decision could answer with this one: of its "author", or of its "flood" of reports.

    A flood: jobs that wait only because the person who first reported this one reported them too, within FLOOD_WITHIN. Looks at a
    decision (appeals, second looks) are never among them.
    """
    others = jobs_for(moderator_id=moderator_id).filter(about=None).exclude(pk=job.pk)
    if by == "author":
        return others.filter(author_id=job.author_id) if job.author_id else others.none()
    first = Flag.objects.filter(job=job).order_by("created_at").first()
    if first is None or first.reporter_id is None:
        return others.none()
    near = (first.created_at - FLOOD_WITHIN, first.created_at + FLOOD_WITHIN)
    theirs = Flag.objects.filter(reporter_id=first.reporter_id, created_at__range=near).values("job_id")
    return others.filter(pk__in=theirs, source=ReviewJob.Source.FLAG, num_flags=1)


def queue_counts(*, moderator_id: int) -> dict[str, Any]:
    """Return {"open", "mine", "others"} (jobs, those leased to this moderator, to others) and "hazards": {hazard: {num, oldest_at}}."""
    leased = Q(lease_until__gt=timezone.now())
    jobs = jobs_for(moderator_id=moderator_id)
    counts: dict[str, Any] = jobs.aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=leased & Q(claimed_by_id=moderator_id)),
        others=Count("pk", filter=leased & ~Q(claimed_by_id=moderator_id)),
    )
    rows = jobs.values("category").annotate(num=Count("pk"), oldest_at=Min("created_at"))
    hazards = {row["category"]: {"num": row["num"], "oldest_at": row["oldest_at"].isoformat()} for row in rows}
    return counts | {"hazards": {name: hazards[name] for name in CATEGORIES if name in hazards}}


def second_review_share() -> float:
    """Return the share of decisions, 0 to 1, that somebody else looks at a second time."""
    return float(settings.SAFETY_SECOND_REVIEW_SHARE)


def jobs_opened(*, since: datetime, until: datetime) -> dict[str, int]:
    """Return how many review jobs came in [since, until), by what opened them, the most first."""
    opened = ReviewJob.objects.filter(created_at__gte=since, created_at__lt=until).values_list("source")
    return dict(opened.annotate(num=Count("pk")).order_by("-num"))
