"""What is never served, and what comes back last."""

from typing import Any

import pytest
from django.test import Client

from feed.models import Slate
from tests.feed.catalogue import Clip, put
from tests.feed.test_slate import get, record
from vision.models import Video

pytestmark = pytest.mark.django_db


def test_what_was_seen_stays_away_until_all_was_seen(client: Client, users: dict) -> None:
    videos = put([Clip(f"Clip number {n}", (f"tag{n}",), f"c{n}", f"thing {n}") for n in range(12)])
    client.force_login(users["alice"])
    for video in videos[:9]:
        record(client, {"video_id": video.pk, "kind": "impression"})

    page = get(client, count=10)

    new = {video.pk for video in videos[9:]}
    assert {card["video_id"] for card in page["cards"][:3]} == new
    assert [card["video_id"] for card in page["cards"]][3] == videos[0].pk  # then the one seen longest ago
    assert page["relaxed"]


@pytest.mark.parametrize("change", [{"visibility": "pending"}, {"visibility": "removed"}, {"state": "failed"}])
def test_only_ready_and_approved_videos_are_served(client: Client, users: dict, change: dict[str, str]) -> None:
    videos = put([Clip(f"Clip number {n}", (f"tag{n}",), f"c{n}", f"thing {n}") for n in range(6)])
    client.force_login(users["alice"])
    assert len(get(client)["cards"]) == 6

    Video.objects.filter(pk=videos[2].pk).update(**change)

    assert videos[2].pk not in {card["video_id"] for card in get(client)["cards"]}


def test_a_video_withdrawn_since_the_table_was_read_is_not_served(
    client: Client, users: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    videos = put([Clip(f"Clip number {n}", (f"tag{n}",), f"c{n}", f"thing {n}") for n in range(20)])
    client.force_login(users["alice"])
    shown = [card["video_id"] for card in get(client)["cards"]]
    monkeypatch.setattr("feed.features.MAX_AGE_S", 3600.0)

    Video.objects.filter(pk=shown[0]).update(visibility="removed")

    page = get(client)
    ids = [card["video_id"] for card in page["cards"]]
    assert ids[:9] == shown[1:], "the others move up, and no gap is left"
    assert len(ids) == len(set(ids)) == 10 < len(videos)
    assert [card["video_id"] for card in Slate.objects.get(pk=page["slate_id"]).cards] == ids
    assert Slate.objects.count() == 2, "a slate that lost a card is not written beside the one that was served"


def test_a_restricted_video_is_served_with_a_warning(client: Client, users: dict) -> None:
    videos = put([Clip(f"Clip number {n}", (f"tag{n}",), f"c{n}", f"thing {n}") for n in range(6)])
    client.force_login(users["alice"])

    Video.objects.filter(pk=videos[2].pk).update(visibility="restricted")

    assert {card["video_id"]: card["is_covered"] for card in get(client)["cards"]} == {
        video.pk: video is videos[2] for video in videos
    }


@pytest.mark.parametrize(("visibility", "fetches"), [("approved", True), ("restricted", False)])
def test_the_picture_of_a_restricted_video_is_on_no_page(
    client: Client, users: dict, visibility: str, fetches: bool
) -> None:
    (video,) = put([Clip("Sourdough from the oven", ("bread",), "crumb.club", "a loaf")], visibility=visibility)
    client.force_login(users["alice"])

    found = client.get("/search", {"q": "sourdough"}).content.decode()
    watched = client.get(f"/watch/{video.pk}").content.decode()

    assert "Sourdough from the oven" in found and "Sourdough from the oven" in watched
    assert (f' src="/media/{video.poster_path}"' in found) == fetches
    assert (f' src="/media/{video.media_path}"' in watched) == fetches
    assert ("marked this clip as sensitive" in watched) != fetches


def test_an_empty_catalogue_gives_an_empty_slate(client: Client, users: dict) -> None:
    client.force_login(users["alice"])

    page = get(client)

    assert page["cards"] == []


@pytest.mark.parametrize("query", [{"count": 0}, {"count": 51}, {"exclude": "1,x"}, {"exclude": "9" * 30}])
def test_a_bad_query_gets_a_clear_answer(client: Client, users: dict, query: dict[str, Any]) -> None:
    client.force_login(users["alice"])

    response = client.get("/api/feed", query)

    assert response.status_code == 422
    assert response.json()["detail"]
