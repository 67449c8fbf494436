"""Enforce who may call which route (webapp/access.toml), and the second factor of staff.

A view may refuse more (a moderator's own queue), never less: what the matrix does not name is refused to everybody.
"""

import logging
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

logger = logging.getLogger(__name__)

MATRIX_FILE = Path(__file__).with_name("access.toml")
ANYONE, VIEWER = "anyone", "viewer"
STAFF = frozenset({"labeller", "moderator", "admin"})
API = "api/"
SECOND_FACTOR = "Staff pages need a second factor. Add an authenticator app to your account first."


@lru_cache(maxsize=1)
def matrix() -> tuple[dict[str, str], dict[str, str]]:
    """Return ({"METHOD route": role}, {prefix: role}); ValueError where a route is named twice."""
    routes: dict[str, str] = {}
    for role, part in tomllib.loads(MATRIX_FILE.read_text("utf-8")).items():
        for route in part["routes"]:
            if route in routes:
                raise ValueError(f"{MATRIX_FILE.name} names {route!r} twice")
            routes[route] = role
    return routes, {route[3:]: role for route, role in routes.items() if route.startswith("** ")}


def role_needed(*, method: str, route: str) -> str | None:
    """Return the least role that may call a route; None where nobody may. HEAD is read as GET."""
    routes, prefixes = matrix()
    exact = routes.get(f"{'GET' if method == 'HEAD' else method} {route}")
    return exact or next((role for prefix, role in prefixes.items() if route.startswith(prefix)), None)


def is_allowed(*, role: str, needed: str | None) -> bool:
    """Return whether somebody of that role ("anyone" where not signed in) may do what `needed` may."""
    if needed == ANYONE:
        return True
    if needed is None or role == ANYONE:
        return False
    return role == "admin" or needed in {VIEWER, role}


class RoleMatrix:
    """Refuse a request before its view runs: 401, 403 or the way to the login, as a page or as JSON."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; `process_view` decides once its route is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Return a refusal, or None to go on."""
        assert request.resolver_match is not None, "called once the route is known"
        route, user = request.resolver_match.route, request.user
        needed = role_needed(method=request.method or "GET", route=route)
        role = str(getattr(user, "role", VIEWER)) if user.is_authenticated else ANYONE
        if needed is None:
            logger.warning("%s names no role for %s %s: refused", MATRIX_FILE.name, request.method, route)
        if not is_allowed(role=role, needed=needed):
            return _refused(request, is_api=route.startswith(API), is_known=role != ANYONE)
        if needed in STAFF and settings.STAFF_SECOND_FACTOR and not is_mfa_enabled(user):  # type: ignore[arg-type]
            return _without_second_factor(request, is_api=route.startswith(API))
        return None


def _refused(request: HttpRequest, *, is_api: bool, is_known: bool) -> HttpResponse:
    if is_api:
        words = "You may not do this." if is_known else "Sign in first."
        return JsonResponse({"detail": words}, status=403 if is_known else 401)
    if is_known:
        raise PermissionDenied
    return redirect_to_login(request.get_full_path())


def _without_second_factor(request: HttpRequest, *, is_api: bool) -> HttpResponse:
    if is_api:
        return JsonResponse({"detail": SECOND_FACTOR}, status=403)
    messages.info(request, SECOND_FACTOR)
    return redirect("mfa_activate_totp")
