"""What a viewer searched for and opened brings a few cards, each naming the search; forgetting the search takes them away."""

import uuid
from typing import Any

import pytest
from django.test import Client

from feed.models import ViewerSearches
from feed.search import search_videos
from feed.selectors import searches_behind
from feed.services.search_sessions import search_click_record, search_forget, search_session_record
from feed.services.searched import searched_refresh
from tests.feed.watching import cards
from vision.models import Video
from workers import dispatch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note what is sent to the workers instead of sending it."""
    viewers: list[int] = []
    monkeypatch.setattr(dispatch, "searches_refresh", lambda *, viewer_id: viewers.append(viewer_id))
    return viewers


def searched_for(viewer_id: int, query: str, *, dwell_s: float | None = None) -> uuid.UUID:
    shown = search_videos(query).shown
    session_id = search_session_record(viewer_id=viewer_id, query=query, video_ids=shown)
    assert session_id
    search_click_record(viewer_id=viewer_id, session_id=session_id, video_id=shown[0], dwell_s=dwell_s)
    return session_id


def caused(client: Client) -> list[dict[str, Any]]:
    return [card for card in cards(client, count=30) if card["reason"]["source"] == "search"]


def test_a_search_that_led_somewhere_brings_a_few_cards_that_name_it(
    client: Client, users: dict, catalogue: list[Video], sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(users["alice"])
    before = cards(client, count=30)
    with django_capture_on_commit_callbacks(execute=True):
        searched_for(users["alice"].pk, "rain")
    assert sent == [users["alice"].pk]

    searched_refresh(viewer_id=users["alice"].pk)

    brought = caused(client)
    assert 2 <= len(brought) <= 6
    assert {card["reason"]["text"] for card in brought} == {"Because you searched for “rain”."}
    assert search_videos("rain").shown[0] not in {card["video_id"] for card in brought}, "what was opened is known"
    search_forget(viewer_id=users["alice"].pk, query="Rain")
    assert cards(client, count=30) == before


def test_who_came_right_back_did_not_want_it(client: Client, users: dict, catalogue: list[Video]) -> None:
    client.force_login(users["alice"])
    searched_for(users["alice"].pk, "rain", dwell_s=1.0)

    searched_refresh(viewer_id=users["alice"].pk)

    assert caused(client) == []


def test_a_lost_job_is_found_and_done_once(
    users: dict, catalogue: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.selectors.REBUILD_EVERY_S", -1.0)
    searched_for(users["alice"].pk, "rain")
    assert searches_behind() == [users["alice"].pk]

    for _ in range(2):
        searched_refresh(viewer_id=users["alice"].pk)

    assert searches_behind() == []
    assert ViewerSearches.objects.get().searches == [{"query": "rain"}]
