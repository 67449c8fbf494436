"""Fixtures of the feed: a fresh feature table a test, and viewers who have said things."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from chat.models import IntentDocument
from feed import features
from feed.experiments import active
from safety.models import AuditEntry
from tests.feed.catalogue import SPORT, demo_clips, put
from vision.models import ModelVersion, Video


@pytest.fixture(autouse=True)
def _fresh_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(features, "MAX_AGE_S", -1.0)  # every request sees the catalogue as it is
    features.reset()
    active.reset()
    yield
    features.reset()
    active.reset()


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Video]]:
    """The whole demo catalogue, written once a module: every test of such a module sees it."""
    with django_db_blocker.unblock():
        videos = put([*demo_clips(), *SPORT])
    yield videos
    with django_db_blocker.unblock():
        Video.objects.all().delete()
        ModelVersion.objects.all().delete()
        with connection.cursor() as cursor:  # that the version came to serve is on record, and a record is not deleted
            cursor.execute(f"TRUNCATE {AuditEntry._meta.db_table}")


def steer(steer_id: str, phrase: str, **changes: Any) -> dict[str, Any]:
    """Return a steer of the document; `message_id` and `said` go into its origin."""
    said, message_id = changes.pop("said", f"more {phrase} please"), changes.pop("message_id", 1)
    wish = {"kind": "topic", "direction": "more", "strength": 0.8, "hard": False, "horizon": "lasting"} | changes
    origin = {"via": "chat", "message_id": message_id, "said": said}
    return {"id": steer_id, "phrase": phrase, "expires_at": None, "paused": False, "origin": origin} | wish


@pytest.fixture()
def wish(db: None) -> Callable[..., dict[str, Any]]:
    """Write a viewer's intent document: wish(viewer, [steers], filters={}, explore=.1)."""

    def write(
        viewer: Any, steers: list[dict[str, Any]], *, filters: dict[str, Any] | None = None, explore: float = 0.1
    ) -> dict[str, Any]:
        now = timezone.now()
        row = IntentDocument.objects.filter(viewer=viewer).first()
        document = {
            "schema": "intent/1",
            "version": row.version + 1 if row else 1,
            "updated_at": now.isoformat(),
            "steers": steers,
            "filters": filters or {},
            "explore": explore,
        }
        values = {"version": document["version"], "document": document, "updated_at": now}
        IntentDocument.objects.update_or_create(viewer=viewer, defaults=values)
        return document

    return write
