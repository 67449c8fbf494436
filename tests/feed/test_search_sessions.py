"""What viewers searched and opened is written once, only as it was shown, and read as mining wants it. The page itself tells it."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from feed.models import SearchClick, SearchSession
from feed.search_log import searches_since
from feed.services import search_sessions
from feed.services.search_sessions import NotShown, SearchSessionUnknown, search_click_record, search_session_record
from tests.feed.catalogue import Clip, put
from vision.clip.mining import Search
from vision.models import Video

pytestmark = pytest.mark.django_db


@pytest.fixture()
def videos(users: dict[str, Any], client: Client) -> list[Video]:
    client.force_login(users["alice"])
    return put(
        [
            Clip("Sourdough from the oven", ("bread", "baking"), "crumb.club", "a loaf of bread"),
            Clip("Rye bread, slowly", ("bread", "rye"), "crumb.club", "a dark loaf"),
            Clip("Free kick into the top corner", ("football", "goal"), "left.foot", "a free kick"),
        ]
    )


def shown_to(user: Any, videos: list[Video], query: str = "bread") -> uuid.UUID:
    session_id = search_session_record(viewer_id=user.pk, query=query, video_ids=[video.pk for video in videos])
    assert session_id
    return session_id


def test_a_page_of_results_writes_what_it_showed(client: Client, users: dict[str, Any], videos: list[Video]) -> None:
    response = client.get("/search", {"q": "bread"})

    session = SearchSession.objects.get()
    assert (session.viewer, session.query, session.model_version) == (users["alice"], "bread", "test")
    assert session.shown == response.context["found"].shown
    assert set(session.shown[:2]) == {videos[0].pk, videos[1].pk}


def test_the_page_names_the_session_and_every_result(client: Client, videos: list[Video]) -> None:
    page = client.get("/search", {"q": "bread"}).content.decode()

    session = SearchSession.objects.get()
    assert f'data-session="{session.pk}"' in page
    assert [int(pk) for pk in re.findall(r'data-video="(\d+)"', page)] == session.shown
    assert "js/search.js" in page


def test_no_query_and_a_prefetch_write_nothing(client: Client, videos: list[Video]) -> None:
    client.get("/search")
    client.get("/search", {"q": "bread"}, headers={"Sec-Purpose": "prefetch;prerender"})

    assert not SearchSession.objects.exists()


def test_the_same_list_loaded_again_is_the_same_look(users: dict[str, Any], videos: list[Video]) -> None:
    first = shown_to(users["alice"], videos)

    assert shown_to(users["alice"], videos) == first
    assert shown_to(users["alice"], videos[::-1]) != first
    assert shown_to(users["bob"], videos) != first
    SearchSession.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert shown_to(users["alice"], videos) != first


def test_a_click_is_written_once_in_any_order(client: Client, users: dict[str, Any], videos: list[Video]) -> None:
    session_id = shown_to(users["alice"], videos)
    clicked_at = timezone.now()
    click = {"session_id": str(session_id), "video_id": videos[1].pk, "at": clicked_at.isoformat()}

    replies = [
        client.post("/api/feed/search-clicks", body, content_type="application/json")
        for body in (click | {"dwell_s": 8.5}, click, click | {"dwell_s": 8.5}, click | {"dwell_s": 2.0})
    ]

    assert [reply.json() for reply in replies] == [{"duplicate": False}] + [{"duplicate": True}] * 3
    stored = SearchClick.objects.get()
    assert (stored.video_id, stored.dwell_s, stored.happened_at) == (videos[1].pk, 8.5, clicked_at)


def test_a_click_is_dated_between_the_page_and_now(users: dict[str, Any], videos: list[Video]) -> None:
    session_id = shown_to(users["alice"], videos)
    long_ago, later = timezone.now() - timedelta(days=3), timezone.now() + timedelta(days=3)

    search_click_record(viewer_id=users["alice"].pk, session_id=session_id, video_id=videos[0].pk, at=long_ago)
    search_click_record(viewer_id=users["alice"].pk, session_id=session_id, video_id=videos[1].pk, at=later)

    born = SearchSession.objects.get().created_at
    times = SearchClick.objects.values_list("happened_at", flat=True)
    assert all(born <= happened_at <= timezone.now() for happened_at in times)


def test_nobody_clicks_what_was_not_shown_nor_on_anothers_page(
    client: Client, users: dict[str, Any], videos: list[Video]
) -> None:
    session_id = shown_to(users["alice"], videos[:2])

    with pytest.raises(NotShown):
        search_click_record(viewer_id=users["alice"].pk, session_id=session_id, video_id=videos[2].pk)
    with pytest.raises(SearchSessionUnknown):
        search_click_record(viewer_id=users["bob"].pk, session_id=session_id, video_id=videos[0].pk)
    body = {"session_id": str(uuid.uuid4()), "video_id": videos[0].pk}
    assert client.post("/api/feed/search-clicks", body, content_type="application/json").status_code == 404
    body = {"session_id": str(session_id), "video_id": videos[2].pk}
    assert client.post("/api/feed/search-clicks", body, content_type="application/json").status_code == 422
    assert not SearchClick.objects.exists()


def test_a_page_left_open_for_days_says_nothing(users: dict[str, Any], videos: list[Video]) -> None:
    session_id = shown_to(users["alice"], videos)
    SearchSession.objects.update(created_at=timezone.now() - timedelta(days=2))

    with pytest.raises(SearchSessionUnknown):
        search_click_record(viewer_id=users["alice"].pk, session_id=session_id, video_id=videos[0].pk)


def test_a_flood_is_served_but_not_written(
    client: Client, users: dict[str, Any], videos: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_sessions, "MAX_SESSIONS_AN_HOUR", 2)
    monkeypatch.setattr(search_sessions, "MAX_CLICKS_A_MINUTE", 1)
    pages = [client.get("/search", {"q": query}) for query in ("bread", "rye", "sourdough")]

    assert [page.status_code for page in pages] == [200] * 3
    assert SearchSession.objects.count() == 2
    assert b"data-session" not in pages[2].content
    session = SearchSession.objects.get(query="bread")
    statuses = [
        client.post(
            "/api/feed/search-clicks",
            {"session_id": str(session.pk), "video_id": video_id},
            content_type="application/json",
        ).status_code
        for video_id in (session.shown[0], session.shown[1], session.shown[0])
    ]
    assert statuses == [202, 429, 202]  # what is known already is no new click


def test_who_comes_right_back_did_not_want_it(users: dict[str, Any], videos: list[Video]) -> None:
    session_id = shown_to(users["alice"], videos)
    shown_to(users["bob"], videos)  # opened nothing
    stays = {videos[0].pk: 1.0, videos[1].pk: None, videos[2].pk: 9.0}

    for video_id, dwell_s in stays.items():
        search_click_record(viewer_id=users["alice"].pk, session_id=session_id, video_id=video_id, dwell_s=dwell_s)

    shown = tuple(video.pk for video in videos)
    assert searches_since() == [
        Search(users["alice"].pk, "bread", shown, frozenset(shown[1:]), left=frozenset(shown[:1]))
    ]
    assert searches_since(since=timezone.now()) == []


def test_clicks_need_a_login(client: Client, users: dict[str, Any], videos: list[Video]) -> None:
    session_id = shown_to(users["alice"], videos)
    client.logout()

    body = {"session_id": str(session_id), "video_id": videos[0].pk}
    assert client.post("/api/feed/search-clicks", body, content_type="application/json").status_code == 401
