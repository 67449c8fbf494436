"""Read which thresholds admins accepted, and which of them count."""

from collections import defaultdict

from safety.models import PolicyVersion


def thresholds_in_force() -> dict[str, dict[str, float]]:
    """Return {guard version: {hazard: unsafe_at}}: the newest row of each; one without a threshold leaves policy.toml's."""
    newest = PolicyVersion.objects.order_by("guard_version", "hazard", "-pk").distinct("guard_version", "hazard")
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for guard, hazard, unsafe_at in newest.values_list("guard_version", "hazard", "unsafe_at"):
        if unsafe_at is not None:
            found[guard][hazard] = unsafe_at
    return dict(found)


def standing_of(*, guard: str) -> dict[str, list[PolicyVersion]]:
    """Return, by hazard, what was accepted for a guard and not taken back, the newest first: that is in force."""
    accepted = PolicyVersion.objects.filter(guard_version=guard, takes_back=None, taken_back_by=None)
    found: dict[str, list[PolicyVersion]] = defaultdict(list)
    for version in accepted.select_related("accepted_by").order_by("-pk"):
        found[version.hazard].append(version)
    return found
