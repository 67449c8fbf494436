"""No video again within 500 cards, and a feed that never ends."""

import uuid
from typing import Any

import pytest
from django.test import Client

from feed.services.engagements import EventDraft, engagements_record
from tests.bench.feed_world import fill_catalogue
from tests.feed.watching import cards, see

pytestmark = pytest.mark.django_db

NUM_VIDEOS, NEVER_WITHIN = 620, 500


@pytest.fixture()
def videos(client: Client, users: dict) -> None:
    fill_catalogue(NUM_VIDEOS)
    client.force_login(users["alice"])


def watched(client: Client, num_slates: int, **options: Any) -> list[int]:
    shown = []
    for _ in range(num_slates):
        slate = cards(client, **options)
        see(client, slate)
        shown += [card["video_id"] for card in slate]
    return shown


def test_no_video_comes_again_within_five_hundred_cards_and_the_feed_goes_on(client: Client, videos: None) -> None:
    shown = watched(client, 25, count=50)

    assert len(shown) == 1_250
    last_at: dict[int, int] = {}
    for place, video in enumerate(shown):
        assert place - last_at.get(video, -NUM_VIDEOS) > NEVER_WITHIN, video
        last_at[video] = place
    assert len(last_at) > 0.98 * NUM_VIDEOS  # exploration draws by the viewer's id: one may have to wait


def test_the_page_that_has_not_told_yet_gets_no_repeat_either(client: Client, videos: None) -> None:
    on_page: list[int] = []
    for _ in range(10):
        on_page += [card["video_id"] for card in cards(client, count=50, exclude=on_page)]

    assert len(on_page) == len(set(on_page)) == 500


def test_impressions_that_come_late_and_out_of_order_count(client: Client, users: dict, videos: None) -> None:
    first, second = cards(client, count=20), cards(client, count=40)[20:]
    see(client, second)

    see(client, first[::-1])

    known = {card["video_id"] for card in first + second}
    assert not known & {card["video_id"] for card in cards(client, count=50)}


def test_what_was_only_watched_or_skipped_counts_as_seen(client: Client, users: dict, videos: None) -> None:
    shown = [card["video_id"] for card in cards(client, count=3)]

    events = [
        EventDraft(uuid.uuid4(), video, kind) for video, kind in zip(shown, ("watch", "skip", "share"), strict=True)
    ]
    engagements_record(viewer_id=users["alice"].pk, events=events)

    assert not set(shown) & {card["video_id"] for card in cards(client, count=50)}
