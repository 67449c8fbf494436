"""Taking any wish back restores the feed exactly: random documents, through the chat's services and the workers' pool job."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.intent.merge import apply_reading
from chat.models import IntentDocument, IntentVersion
from chat.selectors import intent_document
from chat.services.intents import filters_change, intent_apply, intent_undo, steer_change, steer_pause, steer_remove
from feed.features import current
from feed.models import Engagement, ViewerPool, ViewerState, ViewerVector
from feed.selectors import viewer_read
from feed.services.engagements import EventDraft, engagements_record
from feed.services.viewers import viewer_refresh
from feed.slates import rank
from tests.feed.simulated import drawn_event, drawn_filters, drawn_steer
from vision.models import Video
from workers import dispatch
from workers.tasks.feed import pool_refresh

pytestmark = pytest.mark.django_db
NUM_DOCUMENTS = 48
TOP = 50


@pytest.fixture(autouse=True)
def _table_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.features.MAX_AGE_S", 3600.0)
    for job in ("viewer_vector", "intent_announce"):  # the test runs the jobs itself
        monkeypatch.setattr(dispatch, job, lambda **_: True)


@dataclass
class World:
    """One viewer, what they may do, and what they see."""

    viewer_id: int
    draw: random.Random
    num_said: int = 0

    def say(self) -> str | None:
        """Say one thing as a message would; return the new steer's id, None where an earlier steer was touched."""
        former = {steer["id"] for steer in self.document["steers"]}
        self.num_said += 1
        told = _reading(drawn_steer(self.draw))

        def change(document: dict[str, Any]) -> dict[str, Any]:
            now = timezone.now()
            return apply_reading(document, told, now=now, message_id=self.num_said, said="some words").document

        intent_apply(viewer_id=self.viewer_id, change=change, cause="chat")
        ids = [steer["id"] for steer in self.document["steers"]]
        return ids[-1] if former | {ids[-1]} == set(ids) and ids[-1] not in former else None

    @property
    def document(self) -> dict[str, Any]:
        return intent_document(viewer_id=self.viewer_id)

    def some_steer(self) -> str:
        return self.draw.choice(self.document["steers"])["id"]

    def top(self) -> tuple[list[int], list[Any], str | None]:
        """Run the pool job, and return the first cards with their reasons."""
        pool_refresh(viewer_id=self.viewer_id)
        table, now = current(), timezone.now()
        viewer = viewer_read(viewer_id=self.viewer_id, version_id=table.model_version_id, now=now)
        ranking = rank(viewer=viewer, table=table, count=TOP, needed=TOP, exclude=[], now=now)
        return ranking.video_ids, ranking.reasons, ranking.relaxed


def _reading(steer: dict[str, Any]) -> dict[str, Any]:
    """Return what the stages would have read, had the viewer asked for `steer`."""
    return {
        "schema": "reading/1",
        "id": 1,
        "task": steer["direction"],
        "intention": {"label": "steer", "strength": 0.8},
        "key_phrases": [steer["phrase"]],
        "steers": [steer],
        "filters": {},
        "safety": {"verdict": "safe", "hazards": [], "score": 0.0},
        "degraded": [],
    }


def _told_and_removed(world: World) -> None:
    steer_id = world.say()
    if steer_id is None:
        intent_undo(viewer_id=world.viewer_id)
    else:
        steer_remove(viewer_id=world.viewer_id, steer_id=steer_id)


def _told_and_undone(world: World) -> None:
    num_steps = world.draw.randint(1, 4)
    versions = [world.document["version"]]
    for _ in range(num_steps):
        world.say()
        versions.append(world.document["version"])
    for _ in range(versions[-1] - versions[0]):
        intent_undo(viewer_id=world.viewer_id)


def _paused_and_woken(world: World) -> None:
    steer_id = world.some_steer()
    for paused in (True, False):
        steer_pause(viewer_id=world.viewer_id, steer_id=steer_id, paused=paused)
        world.top()


def _removed_and_undone(world: World) -> None:
    steer_remove(viewer_id=world.viewer_id, steer_id=world.some_steer())
    world.top()
    intent_undo(viewer_id=world.viewer_id)


def _edited_and_undone(world: World) -> None:
    changes = world.draw.choice(
        [
            {"phrase": "paper boats"},
            {"strength": 0.05},
            {"hard": True},
            {"expires_at": timezone.now() + timedelta(days=2)},
        ]
    )
    before = world.document["version"]
    steer_change(viewer_id=world.viewer_id, steer_id=world.some_steer(), changes=changes)
    world.top()
    if world.document["version"] > before:
        intent_undo(viewer_id=world.viewer_id)


def _filtered_and_undone(world: World) -> None:
    before = world.document["version"]
    filters_change(viewer_id=world.viewer_id, changes=drawn_filters(world.draw))
    if world.document["version"] > before:
        intent_undo(viewer_id=world.viewer_id)


DETOURS: list[Callable[[World], None]] = [
    _told_and_removed,
    _told_and_undone,
    _paused_and_woken,
    _removed_and_undone,
    _edited_and_undone,
    _filtered_and_undone,
]


@pytest.mark.parametrize("detour", DETOURS, ids=lambda detour: detour.__name__.strip("_"))
def test_a_detour_through_another_document_leaves_the_top_fifty_as_they_were(
    users: dict, catalogue: list[Video], detour: Callable[[World], None]
) -> None:
    num_turned = 0
    for seed in range(NUM_DOCUMENTS // len(DETOURS)):
        world = World(users["alice"].pk, random.Random(seed))
        _live_a_little(world, catalogue)
        before = world.top()

        turned = world.document
        detour(world)

        assert world.top() == before, (seed, turned)
        num_turned += world.document["version"] > turned["version"]
        _forget(world)
    assert num_turned >= NUM_DOCUMENTS // len(DETOURS) - 1


def _live_a_little(world: World, catalogue: list[Video]) -> None:
    """Say one to five things, set filters sometimes, and watch a few clips."""
    for _ in range(world.draw.randint(1, 5)):
        world.say()
    if world.draw.random() < 0.4:
        filters_change(viewer_id=world.viewer_id, changes=drawn_filters(world.draw))
    events: list[EventDraft] = [drawn_event(world.draw, catalogue) for _ in range(world.draw.randint(0, 12))]
    if events:
        engagements_record(viewer_id=world.viewer_id, events=events)
        viewer_refresh(viewer_id=world.viewer_id)


def _forget(world: World) -> None:
    for model in (IntentDocument, IntentVersion, Engagement, ViewerPool, ViewerState, ViewerVector):
        model.objects.filter(viewer_id=world.viewer_id).delete()
