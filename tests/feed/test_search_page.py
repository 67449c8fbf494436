"""The search page finds by words and by meaning, the page of a clip opens, and neither shows what may not be seen."""

from typing import Any

import pytest
from django.test import Client

from feed.services.phrases import phrase_vectors
from tests.feed.catalogue import Clip, put
from vision.models import Video
from vision.versions import serving_version

pytestmark = pytest.mark.django_db


@pytest.fixture()
def videos(users: dict, client: Client) -> list[Video]:
    client.force_login(users["alice"])
    return put(
        [
            Clip("Free kick into the top corner", ("football", "goal"), "left.foot", "a free kick"),
            Clip("The goalkeeper's evening", ("soccer", "goalkeeper"), "sandy.ball", "a goalkeeper"),
            Clip("Sourdough from the oven", ("bread", "baking"), "crumb.club", "a loaf of bread"),
        ]
    )


def titles(client: Client, query: str) -> list[str]:
    response = client.get("/search", {"q": query})
    assert response.status_code == 200
    return [video.title for video in response.context["videos"]]


def test_words_find_titles_and_tags(client: Client, videos: list[Video]) -> None:
    assert titles(client, "sourdough") == ["Sourdough from the oven"]
    assert titles(client, "baking oven") == ["Sourdough from the oven"]


def test_one_of_the_words_is_enough_where_no_clip_has_all(client: Client, videos: list[Video]) -> None:
    assert titles(client, "sourdough trousers") == ["Sourdough from the oven"]


def test_a_phrase_that_was_embedded_before_is_found_by_meaning(client: Client, videos: list[Video]) -> None:
    version = serving_version()
    assert version is not None
    phrase_vectors(phrases=["Football"], version=version)

    assert titles(client, "football") == ["Free kick into the top corner", "The goalkeeper's evening"]


@pytest.mark.parametrize(
    "query", ["zzzz", "<script>alert(1)</script>", "'; DROP TABLE x; --", "((", "\x00", "ж" * 5000, "or"]
)
def test_odd_queries_find_nothing_and_harm_nothing(client: Client, videos: list[Video], query: str) -> None:
    response = client.get("/search", {"q": query})

    assert response.status_code == 200
    assert not response.context.get("videos")
    assert b"<script>alert" not in response.content


def test_without_a_query_there_are_tags_to_begin_with(client: Client, videos: list[Video]) -> None:
    response = client.get("/search")

    assert set(response.context["tags"]) == {"football", "goal", "soccer", "goalkeeper", "bread", "baking"}


def test_a_clip_has_its_page(client: Client, videos: list[Video]) -> None:
    response = client.get(f"/watch/{videos[0].pk}")

    assert response.status_code == 200
    assert b"Free kick into the top corner" in response.content


def test_a_clips_picture_has_an_address_of_its_own(client: Client, videos: list[Video]) -> None:
    assert client.get(f"/watch/{videos[0].pk}/poster").headers["Location"] == f"/media/{videos[0].poster_path}"

    for visibility in ("restricted", "removed", "pending"):
        Video.objects.filter(pk=videos[0].pk).update(visibility=visibility)
        assert client.get(f"/watch/{videos[0].pk}/poster").status_code == 404


def test_what_may_not_be_seen_is_neither_found_nor_shown(
    client: Client, users: dict[str, Any], videos: list[Video]
) -> None:
    Video.objects.filter(pk=videos[2].pk).update(visibility="removed")

    assert titles(client, "sourdough") == []
    assert client.get(f"/watch/{videos[2].pk}").status_code == 404
    client.logout()
    assert client.get("/search").status_code == client.get(f"/watch/{videos[0].pk}").status_code == 302
