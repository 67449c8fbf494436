"""What viewers do moves their vector, by a serving user-to-item version: whatever they do, once, in whatever order it came."""

import uuid
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from feed.models import Engagement, ViewerVector
from feed.services.engagements import EventDraft, engagements_record
from feed.services.viewers import viewer_refresh
from tests.feed.releasing_u2i import released
from tests.feed.watched_world import put_videos
from tests.feed.watching import cards
from vision.models import Video

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture()
def videos(db: None) -> list[Video]:
    version, videos = put_videos(80)
    released(version)
    return videos


def row_of(viewer: Any) -> tuple[Any, ...]:
    viewer_refresh(viewer_id=viewer.pk)
    row = ViewerVector.objects.get(viewer=viewer, u2i_version__state="serving")
    return str(row.vector), bytes(row.payload), bytes(row.demoted), str(row.anchors)


def test_order_and_repetition_of_events_change_nothing(users: dict, videos: list[Video]) -> None:
    now, outcomes = timezone.now(), set()
    kinds = [(0, "like", None), (1, "watch", 7.5), (2, "skip", None), (3, "not_interested", None), (1, "like", None)]
    events = [
        EventDraft(uuid.UUID(int=n + 1), videos[place].pk, kind, value=value, at=now - timedelta(minutes=50 - 9 * n))
        for n, (place, kind, value) in enumerate(kinds)
    ]

    for order in list(permutations(range(len(events))))[::29]:
        Engagement.objects.all().delete()
        for index in order:
            engagements_record(viewer_id=users["alice"].pk, events=[events[index]])
        engagements_record(viewer_id=users["alice"].pk, events=events * 2)
        outcomes.add(row_of(users["alice"]))

    assert len(outcomes) == 1


@pytest.mark.parametrize("kind", ["like", "share", "watch", "skip", "not_interested", "report"])
def test_every_kind_of_sign_moves_the_vector(users: dict, videos: list[Video], kind: str) -> None:
    likes = [EventDraft(uuid.uuid4(), video.pk, "like") for video in videos[:2]]
    engagements_record(viewer_id=users["alice"].pk, events=likes)
    before = row_of(users["alice"])

    event = EventDraft(uuid.uuid4(), videos[5].pk, kind, value=7.9 if kind == "watch" else None)
    engagements_record(viewer_id=users["alice"].pk, events=[event])

    assert row_of(users["alice"])[0] != before[0]


def test_what_was_taken_back_leaves_the_vector_as_it_was(users: dict, videos: list[Video]) -> None:
    engagements_record(viewer_id=users["alice"].pk, events=[EventDraft(uuid.uuid4(), videos[0].pk, "like")])
    before = row_of(users["alice"])

    for kind in ("like", "unlike", "not_interested", "undo_not_interested"):
        engagements_record(viewer_id=users["alice"].pk, events=[EventDraft(uuid.uuid4(), videos[5].pk, kind)])

    assert row_of(users["alice"]) == before


def test_a_reported_video_is_not_shown_again_whatever_is_undone(
    client: Client, users: dict, videos: list[Video]
) -> None:
    client.force_login(users["alice"])
    for kind in ("report", "not_interested", "undo_not_interested"):
        engagements_record(viewer_id=users["alice"].pk, events=[EventDraft(uuid.uuid4(), videos[5].pk, kind)])

    shown = {card["video_id"] for _ in range(2) for card in cards(client, count=50)}

    assert videos[5].pk not in shown and len(shown) == 50
