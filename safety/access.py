"""Say who may review."""

from typing import Any

MODERATOR_ROLES = frozenset({"moderator", "admin"})


def is_moderator(user: Any) -> bool:
    """Return whether a signed-in, active person's role lets them review."""
    return bool(user.is_authenticated and user.is_active and getattr(user, "role", "") in MODERATOR_ROLES)


def is_admin(user: Any) -> bool:
    """Return whether this reviewer may also say who reviews what, and change the guard's thresholds."""
    return is_moderator(user) and user.role == "admin"
