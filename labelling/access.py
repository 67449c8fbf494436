"""Say who may label."""

from typing import Any

LABELLER_ROLES = frozenset({"labeller", "admin"})


def is_labeller(user: Any) -> bool:
    """Return whether a signed-in, active person's role lets them label pairs."""
    return bool(user.is_authenticated and user.is_active and getattr(user, "role", "") in LABELLER_ROLES)
