"""Nobody gets further than the matrix says, on any route; staff need a second factor; a route without a line is closed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import get_resolver

from webapp.access import is_allowed, matrix, role_needed
from webapp.api import api

pytestmark = pytest.mark.django_db
ROLES = {"anyone": None, "viewer": "alice", "labeller": "lena", "moderator": "mona", "admin": "ada"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BY_PREFIX = ("accounts/", "admin/")  # other projects' routes
NINJA_ROOT = "api/"  # names the API; it has no view of its own
BODIES = {"POST api/chat/messages": {}}


def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Yield every route as Django resolves it."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + getattr(entry.pattern, "_route", str(entry.pattern))
        if hasattr(entry, "url_patterns"):
            yield from routes(entry.url_patterns, route)
        else:
            yield route


def own_routes() -> list[str]:
    return [route for route in routes() if not route.startswith(BY_PREFIX) and route != NINJA_ROOT]


def address(route: str) -> str:
    route = re.sub(r"<uuid\w*:\w+>", "9d6f7f38-3c64-4c6e-9d0f-0d6a1d3b5a11", route)
    return "/" + re.sub(r"<(\w+:)?\w+>", "1", route)


def is_refused(answer: Any) -> bool:
    return answer.status_code in (401, 403) or (
        answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")
    )


@pytest.fixture()
def clients(users: dict) -> dict[str, Client]:
    found = {}
    for role, name in ROLES.items():
        found[role] = Client(raise_request_exception=False)
        if name:
            found[role].force_login(users[name])
    return found


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    exact, _ = matrix()
    named = {line.split(" ", 1)[1] for line in exact if not line.startswith("** ")}

    assert set(own_routes()) == named


def test_every_operation_of_the_api_has_a_line() -> None:
    calls = {
        (method, f"api{prefix}{path}")
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }

    assert len(calls) > 20
    unnamed = [
        call for call in calls if role_needed(method=call[0], route=re.sub(r"{(.*?)}", r"<\1>", call[1])) is None
    ]
    assert unnamed == []


@pytest.mark.parametrize("role", ROLES)
def test_no_role_gets_further_than_its_lines(role: str, clients: dict[str, Client]) -> None:
    wrong = []
    for route in dict.fromkeys(own_routes()):
        for method in METHODS:
            needed = role_needed(method=method, route=route)
            answer = clients[role].generic(method, address(route), b"{}", content_type="application/json")
            if is_refused(answer) == is_allowed(role=role, needed=needed):
                wrong.append((method, route, needed, answer.status_code))

    assert wrong == []


def test_the_admin_site_is_for_admins_only(clients: dict[str, Client]) -> None:
    answers = {role: client.get("/admin/accounts/user/").status_code for role, client in clients.items()}

    assert answers == {"anyone": 302, "viewer": 403, "labeller": 403, "moderator": 403, "admin": 302}


def test_a_route_without_a_line_is_closed_to_all_but_admins_too() -> None:
    assert role_needed(method="GET", route="new/page") is None
    assert not any(is_allowed(role=role, needed=None) for role in ROLES)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize("path", ["/review", "/admin/"])
def test_staff_without_a_second_factor_are_sent_to_make_one(
    path: str, clients: dict[str, Client], settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = True

    page = clients["admin"].get(path)
    call = clients["moderator"].post("/api/safety/jobs/claim", {}, content_type="application/json")

    assert (page.status_code, page.headers["Location"]) == (302, "/accounts/2fa/totp/activate/")
    assert call.status_code == 403
    assert "second factor" in call.json()["detail"]
    assert clients["moderator"].get("/search").status_code == 200, "watching asks for none"


def test_with_a_second_factor_staff_are_let_in_and_the_login_asks_for_it(users: dict, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    secret = generate_totp_secret()
    TOTP.activate(users["mona"], secret)
    client = Client()

    first = client.post("/accounts/login/", {"login": "mona", "password": "pw"})
    before = client.get("/review")
    second = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert first.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert is_refused(before)
    assert second.status_code == 302
    assert client.get("/review").status_code == 200


def test_the_admin_sites_own_login_cannot_be_used_to_pass_the_second_factor(users: dict, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    users["ada"].is_staff = True
    users["ada"].save(update_fields=["is_staff"])
    TOTP.activate(users["ada"], generate_totp_secret())
    client = Client()

    client.post("/admin/login/", {"username": "ada", "password": "pw"})

    assert is_refused(client.get("/admin/"))
    assert is_refused(client.get("/review"))
