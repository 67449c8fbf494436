"""Raise an alarm where the guard's false positives leave their interval, and end it when they are back."""

from collections.abc import Iterable

from django.utils import timezone

from safety.models import DriftAlarm
from safety.selectors.learning import false_positive_drift
from safety.services.audit import audit


def drift_watch(*, hazards: Iterable[str]) -> None:
    """Look at each hazard's rate; the caller has just decided something of it, in the same transaction."""
    for hazard in sorted(hazards):
        drift = false_positive_drift(hazard=hazard)
        if drift is None:
            continue
        values = {"rate": drift.rate, "low": drift.low, "high": drift.high}
        ringing = DriftAlarm.objects.filter(hazard=hazard, closed_at=None)
        if not drift.is_outside:
            if ringing.update(closed_at=timezone.now()):
                audit(None, "drift_alarm_end", kind="guard", target_id=0, hazard=hazard, **values)
        elif not ringing.update(**values) and _ring(hazard, values):
            audit(None, "drift_alarm", kind="guard", target_id=0, hazard=hazard, **values)


def _ring(hazard: str, values: dict[str, float]) -> bool:
    """Open the alarm; False where another decision at the same time was first."""
    return DriftAlarm.objects.get_or_create(hazard=hazard, closed_at=None, defaults=values)[1]
