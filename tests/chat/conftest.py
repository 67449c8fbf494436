"""Fixtures of the chat's tests."""

from typing import Any

import pytest

ROLES = {"alice": "viewer", "bob": "viewer"}


def make_users() -> dict[str, Any]:
    """Make the cast without passwords: hashing five of them takes longer than most tests here."""
    from webapp.accounts.models import User

    return {name: User.objects.create(username=name, password="!", role=role) for name, role in ROLES.items()}


@pytest.fixture()
def users(db: None) -> dict[str, Any]:
    return make_users()
