"""Template variables that every page may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from webapp.accounts.demo import DEMO_PASSWORD, DEMO_ROLES


def demo_logins(request: HttpRequest) -> dict[str, Any]:
    """Offer the demo logins on the login page of the demo profile; elsewhere the list is empty."""
    if not settings.DEMO:
        return {"demo_logins": []}
    return {"demo_logins": [{"username": role, "role": role, "password": DEMO_PASSWORD} for role in DEMO_ROLES]}
