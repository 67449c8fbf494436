"""Read training runs: the newest, those that stand still. Never writes."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from lifecycle.models import RunState, TrainingRun

HEAVY = ("losses", "metrics", "log")


def runs_latest() -> QuerySet[TrainingRun]:
    """Return the runs, newest first, without their curves and logs."""
    return TrainingRun.objects.select_related("started_by").defer(*HEAVY).order_by("-pk")


def trainings_standing_still() -> list[int]:
    """Return the runs that wait for a worker or whose worker died, oldest first; sending one again does no harm."""
    stuck = Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, lease_until__lt=timezone.now())
    return list(TrainingRun.objects.filter(stuck).order_by("pk").values_list("pk", flat=True))
