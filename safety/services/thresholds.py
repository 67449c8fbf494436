"""Put a threshold in force that decisions propose, and take it back. Each is a row of its own; every process knows within seconds."""

import math

from django.db import IntegrityError, transaction

from safety.errors import SafetyRefused
from safety.models import PolicyVersion
from safety.selectors.proposals import proposals
from safety.selectors.thresholds import standing_of
from safety.services.audit import audit


def threshold_accept(*, admin_id: int, hazard: str, threshold: float) -> PolicyVersion:
    """Have what is proposed for a hazard now count, for the guard that serves.

    Raises SafetyRefused where the proposal is not, or no longer, this one, and where it may not be accepted (Proposal.refusal).
    """
    found = next((one for one in proposals() if one.hazard == hazard), None)
    if found is None or found.proposed is None or not math.isclose(found.proposed.threshold, threshold, abs_tol=1e-9):
        raise SafetyRefused("This is not what is proposed now. Look at the page again.")
    if found.refusal:
        raise SafetyRefused(found.refusal)
    with transaction.atomic():
        version = PolicyVersion.objects.create(
            hazard=hazard,
            unsafe_at=found.proposed.threshold,
            num_decisions=found.num_decisions,
            precision=found.proposed.precision,
            recall=found.proposed.recall,
            guard_version=found.guard_version,
            accepted_by_id=admin_id,
        )
        _tell(admin_id, "threshold_accept", version)
    return version


def threshold_take_back(*, admin_id: int, version_id: int) -> PolicyVersion:
    """Put back what counted before an accepted threshold that is in force: a former one, or policy.toml's. Raises SafetyRefused."""
    version = PolicyVersion.objects.filter(pk=version_id).first()
    standing = standing_of(guard=version.guard_version)[version.hazard] if version else []
    if version is None or standing[:1] != [version]:
        raise SafetyRefused("This threshold is not in force any more. Look at the page again.")
    try:
        with transaction.atomic():
            taken = PolicyVersion.objects.create(
                hazard=version.hazard,
                unsafe_at=standing[1].unsafe_at if len(standing) > 1 else None,
                guard_version=version.guard_version,
                takes_back=version,
                accepted_by_id=admin_id,
            )
            _tell(admin_id, "threshold_take_back", taken)
    except IntegrityError as error:  # somebody else did at the same moment
        raise SafetyRefused("This threshold was taken back already.") from error
    return taken


def _tell(admin_id: int, verb: str, version: PolicyVersion) -> None:
    told = {"hazard": version.hazard, "unsafe_at": version.unsafe_at, "guard": version.guard_version}
    audit(admin_id, verb, kind="guard", target_id=version.pk, **told)
