"""Filters and hard wishes on small catalogues: what holds, what gives way, and what the page is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from feed.models import Slate
from feed.selectors import pools_behind
from feed.services.pools import pool_refresh
from tests.feed.catalogue import FOOTBALL, SPORT, Clip, put
from tests.feed.conftest import steer
from tests.feed.watching import Wish, about, cards
from vision.models import Video

pytestmark = pytest.mark.django_db


def test_never_holds_before_the_pool_knows_it(client: Client, users: dict, wish: Wish) -> None:
    put(list(SPORT))
    client.force_login(users["alice"])
    assert about(cards(client), FOOTBALL) > 0

    wish(users["alice"], [steer("s1", "football", direction="less", hard=True)])

    shown = cards(client)
    assert shown
    assert not any("football" in card["tags"] for card in shown)


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        ({"max_duration_s": 6.5}, lambda v: v.duration_s <= 6.5),
        ({"min_duration_s": 7.5}, lambda v: v.duration_s >= 7.5),
        ({"pace": "calm"}, lambda v: v.motion_energy <= 0.02),
        ({"pace": "lively"}, lambda v: v.motion_energy >= 0.2),
        ({"published_within_days": 5}, lambda v: v.title.endswith("new")),
    ],
)
def test_filters_hold_and_give_way_with_a_word_about_it(
    client: Client, users: dict, wish: Wish, filters: dict[str, Any], holds: Callable[[Video], bool]
) -> None:
    clips = []
    for n in range(60):
        duration_s, motion, days_ago = (6.0, 7.0, 8.0)[n % 3], (0.01, 0.05, 0.3)[n % 3], (1.0, 30.0)[n % 2]
        title = f"Clip number {n} {'new' if n % 2 == 0 else 'old'}"
        clips.append(Clip(title, (f"tag{n}",), f"c{n}", f"thing {n}", days_ago, duration_s, motion))
    videos = {video.pk: video for video in put(clips)}
    num_fitting = sum(holds(video) for video in videos.values())
    client.force_login(users["alice"])
    wish(users["alice"], [], filters=filters)

    few = client.get("/api/feed", {"count": 10}).json()
    all_of_them = client.get("/api/feed", {"count": 50}).json()

    assert all(holds(videos[card["video_id"]]) for card in few["cards"])
    assert few["relaxed"] is None
    assert 10 < num_fitting < 50
    assert len(all_of_them["cards"]) == 50
    assert all(holds(videos[card["video_id"]]) for card in all_of_them["cards"][:num_fitting])
    assert all_of_them["relaxed"]


def test_nobody_sees_an_empty_page_because_of_filters(client: Client, users: dict, wish: Wish) -> None:
    put(list(SPORT))
    client.force_login(users["alice"])
    wish(users["alice"], [], filters={"min_duration_s": 3600, "published_within_days": 0.001, "pace": "calm"})

    page = client.get("/api/feed", {"count": 10}).json()

    assert len(page["cards"]) == 10
    assert page["relaxed"]


def test_wishes_that_rule_everything_out_say_so(client: Client, users: dict, wish: Wish) -> None:
    put([clip for clip in SPORT if "football" in clip.tags])
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "football", direction="less", hard=True)])
    pool_refresh(viewer_id=users["alice"].pk)

    page = client.get("/api/feed", {"count": 10}).json()

    assert page["cards"] == []
    assert "wishes" in page["relaxed"]


def test_new_videos_bring_a_pool_up_to_date(
    client: Client, users: dict, wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(list(SPORT))
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "Paris", kind="place")])
    assert pools_behind() == [users["alice"].pk]
    pool_refresh(viewer_id=users["alice"].pk)
    monkeypatch.setattr("feed.selectors.REBUILD_EVERY_S", 0.0)
    assert pools_behind() == []
    cards(client)

    paris = put([Clip(f"Paris, take {n}", ("paris", f"x{n}"), f"p{n}", "the eiffel tower") for n in range(6)])

    assert pools_behind() == [users["alice"].pk]
    pool_refresh(viewer_id=users["alice"].pk)
    assert {video.pk for video in paris} <= {card["video_id"] for card in cards(client)}


def test_who_is_away_gets_the_newest_videos_when_they_are_back(
    client: Client, users: dict, wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.selectors.REBUILD_EVERY_S", 0.0)
    put(list(SPORT))
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "Paris", kind="place")])
    pool_refresh(viewer_id=users["alice"].pk)
    cards(client)
    Slate.objects.update(created_at=timezone.now() - timedelta(days=1))
    put([Clip("Paris, take 1", ("paris",), "p", "the eiffel tower")])

    assert pools_behind() == [], "an ingest costs nothing for those who are away"
    cards(client)
    assert pools_behind() == [users["alice"].pk]
