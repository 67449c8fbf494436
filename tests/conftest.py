"""Fixtures that every test may use."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture()
def users(db: None, settings: Any) -> Iterator[dict]:
    """The cast: alice and bob watch, lena labels, mona moderates, ada administers. Password: `pw`, hashed fast: a second a test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    from webapp.accounts.models import User

    cast = {"alice": "viewer", "bob": "viewer", "lena": "labeller", "mona": "moderator", "ada": "admin"}
    yield {name: User.objects.create_user(name, password="pw", role=role) for name, role in cast.items()}
