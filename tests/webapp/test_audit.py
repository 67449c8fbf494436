"""Every write of staff leaves a row in the audit log; each staff route is called as `staff_calls` shows.

Labels have a record of their own beside it: append-only, with who and when in the row (vision.models.PreferenceLabel).
"""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group
from django.test import Client

from safety.models import AuditEntry
from tests.safety.conftest import shelf  # noqa: F401
from tests.webapp import staff_calls
from tests.webapp.staff_calls import NOT_AUDITED, SAMPLES, World
from webapp.access import STAFF, matrix
from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


def staff_writes() -> list[str]:
    """Return the lines of the matrix by which staff write."""
    exact, _ = matrix()
    return [line for line, role in exact.items() if role in STAFF and not line.startswith(("GET ", "** "))]


@pytest.fixture()
def world(users: dict, shelf: dict[int, str], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:  # noqa: F811
    settings.TILLER_HOME, settings.RELEASE_NEEDS_TWO = tmp_path, False
    monkeypatch.setattr("workers.dispatch._send", lambda *_, **__: False)
    grace = User.objects.create_user("grace", password="pw", role="admin")
    return World(users | {"grace": grace}, shelf)


@pytest.mark.parametrize("line", [line for line in staff_writes() if line not in NOT_AUDITED])
def test_every_staff_write_leaves_an_audit_row(line: str, world: World) -> None:
    if line not in SAMPLES:
        pytest.fail(
            f"{line} is a new way for staff to write. Add a sample call to SAMPLES in {staff_calls.__name__}, so that its audit row is"
            " checked; or say in NOT_AUDITED why its own rows are record enough."
        )
    known = set(AuditEntry.objects.values_list("pk", flat=True))

    answer = SAMPLES[line](world)

    assert answer.status_code < 400, f"the sample call of {line} is refused: {answer.content[:300]!r}"
    made = AuditEntry.objects.exclude(pk__in=known).filter(actor=answer.wsgi_request.user.pk)
    assert made.exists(), f"{line} was carried out and left no audit row: call safety.services.audit in its service"


def test_the_tables_of_this_file_name_routes_that_there_are() -> None:
    assert set(SAMPLES) | set(NOT_AUDITED) <= set(staff_writes())
    assert not set(SAMPLES) & set(NOT_AUDITED)


@pytest.fixture()
def administrator(users: dict) -> Client:
    users["ada"].is_staff = users["ada"].is_superuser = True
    users["ada"].save(update_fields=["is_staff", "is_superuser"])
    client = Client()
    client.force_login(users["ada"])
    return client


def test_what_the_admin_site_adds_changes_and_deletes_is_audited(administrator: Client, users: dict) -> None:
    administrator.post("/admin/auth/group/add/", {"name": "night shift"})
    group = Group.objects.get()
    administrator.post(f"/admin/auth/group/{group.pk}/change/", {"name": "day shift"})
    administrator.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})

    told = list(
        AuditEntry.objects.filter(target_kind="group").order_by("pk").values_list("verb", "actor", "detail__name")
    )
    ada = users["ada"].pk
    assert told == [
        ("admin_add", ada, "night shift"),
        ("admin_change", ada, "day shift"),
        ("admin_delete", ada, "day shift"),
    ]
    assert not Group.objects.exists()


def test_a_changed_role_is_audited_with_what_it_was(administrator: Client, users: dict) -> None:
    form = {"username": "bob", "role": "moderator", "is_active": "on"}

    answer = administrator.post(f"/admin/accounts/user/{users['bob'].pk}/change/", form)

    assert answer.status_code == 302, answer.content
    users["bob"].refresh_from_db()
    entry = AuditEntry.objects.get(verb="role_set")
    assert (users["bob"].role, entry.actor, entry.target_id) == ("moderator", users["ada"], users["bob"].pk)
    assert (entry.detail["was"], entry.detail["role"]) == ("viewer", "moderator")


def test_a_deleted_account_is_audited_by_name_and_many_at_once_one_by_one(administrator: Client, users: dict) -> None:
    chosen = [users["alice"].pk, users["bob"].pk]

    administrator.post(
        "/admin/accounts/user/", {"action": "delete_selected", "_selected_action": chosen, "post": "yes", "index": 0}
    )

    assert not User.objects.filter(pk__in=chosen).exists()
    told = AuditEntry.objects.filter(verb="admin_delete").values_list("target_id", "detail__name")
    assert set(told) == set(zip(chosen, ["alice", "bob"], strict=True))


def test_whatever_is_registered_with_the_admin_site_is_audited() -> None:
    from webapp.administration.site import Audited

    unaudited = [model._meta.label for model, one in site._registry.items() if not isinstance(one, Audited)]

    assert site._registry
    assert unaudited == []
