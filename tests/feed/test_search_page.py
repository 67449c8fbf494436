"""The search page finds by words and by meaning, the page of a clip opens, and neither shows what may not be seen."""

from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone

from feed.models import PhraseVector, SearchSession
from feed.search import Found
from feed.selectors import phrases_waiting
from feed.services import search_sessions
from feed.services.phrases import phrase_embed, phrase_vectors
from tests.feed.catalogue import Clip, encode, put
from vision.management.commands.search_videos import search_words
from vision.models import FrameVectors, ModelVersion, Video
from vision.selectors import serving_version
from workers import dispatch

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


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note which phrases are sent to the workers instead of sending them."""
    phrases: list[int] = []
    monkeypatch.setattr(dispatch, "phrase_embed", lambda *, phrase_id: phrases.append(phrase_id))
    return phrases


def found(client: Client, query: str, path: str = "/search", **asked: str) -> Found:
    response = client.get(path, {"q": query, **asked})
    assert response.status_code == 200
    return response.context["found"]


def titles(client: Client, query: str, **asked: str) -> list[str]:
    return [result.video.title for result in found(client, query, **asked).results]


def embed(*phrases: str) -> None:
    version = serving_version()
    assert version is not None
    phrase_vectors(phrases=list(phrases), version=version)


def test_words_find_titles_and_tags_at_once(client: Client, videos: list[Video]) -> None:
    assert titles(client, "sourdough") == ["Sourdough from the oven"]
    assert titles(client, "baking oven") == ["Sourdough from the oven"]


def test_one_of_the_words_is_enough_where_no_clip_has_all(client: Client, videos: list[Video]) -> None:
    assert titles(client, "sourdough trousers") == ["Sourdough from the oven"]


def test_a_new_phrase_is_a_row_first_and_a_message_second_and_then_found_by_meaning(
    client: Client, videos: list[Video], sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = client.get("/search", {"q": "soccer  game"})
    waiting = PhraseVector.objects.get()
    assert (waiting.phrase, waiting.vector, sent, phrases_waiting()) == (
        "soccer game",
        None,
        [waiting.pk],
        [waiting.pk],
    )
    assert "data-waits" in page.content.decode()
    assert client.get("/search/results", {"q": "soccer  game"}).status_code == 204

    phrase_embed(phrase_id=waiting.pk)
    phrase_embed(phrase_id=waiting.pk)

    assert phrases_waiting() == []
    full = found(client, "soccer  game", "/search/results")
    assert {result.video.title for result in full.results} == {
        "Free kick into the top corner",
        "The goalkeeper's evening",
    }
    assert full.is_complete and all(result.percent for result in full.results)
    assert "data-waits" not in client.get("/search", {"q": "soccer game"}).content.decode()
    assert SearchSession.objects.latest("created_at").shown == full.shown


def test_nobody_has_phrases_embedded_without_end(
    client: Client, videos: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_sessions, "MAX_SESSIONS_AN_HOUR", 2)
    for query in ("one", "two", "three", "four"):
        client.get("/search", {"q": query})
    client.get("/search", {"q": "five"}, headers={"Sec-Purpose": "prefetch"})

    assert sorted(row.phrase for row in PhraseVector.objects.all()) == ["one", "two"]


def test_a_phrase_of_an_encoder_that_serves_no_more_is_forgotten(client: Client, videos: list[Video]) -> None:
    client.get("/search", {"q": "soccer game"})
    PhraseVector.objects.update(encoder="former")

    phrase_embed(phrase_id=PhraseVector.objects.get().pk)

    assert not PhraseVector.objects.exists()


def test_what_is_not_here_is_said_and_the_nearest_are_offered(client: Client, videos: list[Video]) -> None:
    embed("tax return form", "Football")

    nothing = client.get("/search", {"q": "tax return form"})
    good = found(client, "football")

    assert nothing.context["found"].results == []
    assert len(nothing.context["found"].nearest) == 3
    assert "Nothing here is close to" in nothing.content.decode()
    assert [result.video.title for result in good.results] == titles(client, "football")
    assert len(good.results) == 2 and [result.video.title for result in good.nearest] == ["Sourdough from the oven"]


@pytest.mark.parametrize("query", ["football", "a loaf of bread", "tax return form", "goalkeeper"])
def test_the_page_and_the_command_find_the_same(client: Client, videos: list[Video], query: str) -> None:
    embed(query)
    page = found(client, query)

    told = search_words(query, 60)

    assert [result["video"] for result in told["results"]] == page.shown
    assert told["good_match"] == bool(page.results)
    scores = [result.score for result in page.results + page.nearest]
    assert [result["score"] for result in told["results"]] == [round(score, 4) for score in scores if score is not None]


def test_a_result_opens_at_its_best_second(client: Client, videos: list[Video]) -> None:
    embed("goal")
    ModelVersion.objects.update(spec={"tower_version": "test"})
    vectors = np.eye(384, dtype=np.float16)[:2]
    vectors[1] = encode(["goal"])[0]
    FrameVectors.objects.create(
        video=videos[0], tower_version="test", times_s=[0.5, 4.2], motion=[0, 0], vectors=vectors.tobytes()
    )

    page = client.get("/search", {"q": "goal"}).content.decode()

    assert f'href="/watch/{videos[0].pk}?t=4.2"' in page and "at 0:04" in page
    assert f"{videos[0].media_path}#t=4.20" in client.get(f"/watch/{videos[0].pk}?t=4.2").content.decode()


@pytest.mark.parametrize(
    "t", ["-1", "x", "1e3", "nan", "7.5", "999999999999999", "0", "", "٣", "1.2.3", "4\x00", "<b>"]
)
def test_a_second_that_is_none_is_ignored(client: Client, videos: list[Video], t: str) -> None:
    response = client.get(f"/watch/{videos[0].pk}", {"t": t})

    assert response.status_code == 200
    assert "#t=" not in response.content.decode()


def test_length_and_order_narrow_words_and_meaning_alike(client: Client, videos: list[Video]) -> None:
    Video.objects.filter(pk=videos[0].pk).update(duration_s=30)
    Video.objects.filter(pk=videos[1].pk).update(published_at=timezone.now())
    assert titles(client, "sourdough", length="long") == []
    embed("football")

    assert titles(client, "football", length="long") == ["Free kick into the top corner"]
    assert titles(client, "football", length="short") == ["The goalkeeper's evening"]
    assert titles(client, "football", order="newest")[0] == "The goalkeeper's evening"
    assert len(titles(client, "football", length="huge", order="sideways")) == 2


def test_recent_searches_are_offered_and_forgotten(client: Client, users: dict[str, Any], videos: list[Video]) -> None:
    for query in ("bread", "football", "Bread "):
        client.get("/search", {"q": query})
    assert client.get("/search").context["recent"] == ["Bread", "football"]

    gone = client.delete("/api/feed/searches?query=bread")

    assert gone.json() == {"forgotten": 2}
    assert client.get("/search").context["recent"] == ["football"]
    client.force_login(users["bob"])
    assert client.get("/search").context["recent"] == []
    assert client.delete("/api/feed/searches?query=football").json() == {"forgotten": 0}
    assert client.delete("/api/feed/searches").status_code == 422


@pytest.mark.parametrize(
    "query", ["zzzz", "<script>alert(1)</script>", "'; DROP TABLE x; --", "((", "\x00", "ж" * 5000, "or"]
)
def test_odd_queries_find_nothing_and_harm_nothing(client: Client, videos: list[Video], query: str) -> None:
    response = client.get("/search", {"q": query})

    assert response.status_code == 200
    assert not response.context.get("found") or not response.context["found"].results
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
