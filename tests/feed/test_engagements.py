"""What viewers do is recorded once, in any order, and moves their feed."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from feed import features
from feed.models import Engagement, Slate, VideoStats, ViewerState, ViewerVector
from feed.ranking.packed import unpack_ids
from feed.selectors import vectors_behind
from feed.services.engagements import EventDraft, engagements_record
from feed.services.popularity import video_stats_recount
from feed.services.viewers import UNLIKED_NEIGHBOURS, UNLIKED_SIMILARITY, unliked_sql, viewer_refresh
from tests.feed.catalogue import Clip, put
from tests.feed.watching import cards
from vision.indexes import title_index
from vision.models import Video
from vision.selectors import serving_version
from workers import dispatch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note what is sent to the workers instead of sending it."""
    viewers: list[int] = []
    monkeypatch.setattr(dispatch, "viewer_vector", lambda *, viewer_id: viewers.append(viewer_id))
    return viewers


@pytest.fixture()
def videos(db: None) -> list[Video]:
    topics = (
        "jazz piano",
        "mountain hike",
        "sushi knife",
        "rally car",
        "knitting",
        "chess",
        "kite",
        "penguin",
        "opera",
        "bread",
    )
    return put(
        [Clip(f"{topic} {n}", (topic,), f"{topic}{n}", f"{topic} close up {n}") for topic in topics for n in range(4)]
    )


def event(video: Video, kind: str, **changes: Any) -> dict[str, Any]:
    return {"client_uuid": str(uuid.uuid4()), "video_id": video.pk, "kind": kind} | changes


def post(client: Client, *events: dict[str, Any]) -> Any:
    return client.post("/api/feed/engagements", json.dumps({"events": events}), content_type="application/json")


def test_a_batch_sent_twice_counts_once(client: Client, users: dict, videos: list[Video]) -> None:
    client.force_login(users["alice"])
    batch = [event(videos[0], "impression"), event(videos[0], "like"), event(videos[1], "watch", value=6.5)]

    first, second = post(client, *batch, batch[0]), post(client, *batch)

    assert (first.status_code, first.json()) == (202, {"accepted": 3, "duplicates": 1, "unknown": 0})
    assert second.json() == {"accepted": 0, "duplicates": 3, "unknown": 0}
    assert Engagement.objects.count() == 3


def test_a_viewers_uuid_does_not_hide_anothers(client: Client, users: dict, videos: list[Video]) -> None:
    like = event(videos[0], "like")
    client.force_login(users["alice"])
    post(client, like)
    client.force_login(users["bob"])

    assert post(client, like).json()["accepted"] == 1


def test_an_event_of_an_unknown_video_spoils_no_batch(client: Client, users: dict, videos: list[Video]) -> None:
    client.force_login(users["alice"])
    unknown = event(videos[0], "like") | {"video_id": 10**12}

    answer = post(client, unknown, event(videos[1], "like")).json()

    assert answer == {"accepted": 1, "duplicates": 0, "unknown": 1}


def test_anothers_slate_is_not_taken(client: Client, users: dict, videos: list[Video]) -> None:
    foreign = Slate.objects.create(viewer=users["bob"])
    client.force_login(users["alice"])

    post(client, event(videos[0], "like", slate_id=str(foreign.pk)))

    assert Engagement.objects.get().slate is None


@pytest.mark.parametrize(
    "change",
    [{"kind": "love"}, {"video_id": -1}, {"value": -2}, {"client_uuid": "no"}, {"position": -1}, {"at": "yesterday"}],
)
def test_a_bad_event_gets_a_clear_answer(
    client: Client, users: dict, videos: list[Video], change: dict[str, Any]
) -> None:
    client.force_login(users["alice"])

    response = post(client, event(videos[0], "like") | change)

    assert response.status_code == 422
    assert not Engagement.objects.exists()


def test_a_like_shows_on_the_card_until_it_is_taken_back(client: Client, users: dict, videos: list[Video]) -> None:
    client.force_login(users["alice"])

    def liked() -> bool:
        ViewerState.objects.update(seen=b"")  # show it again
        return next(card["liked"] for card in cards(client, count=50) if card["video_id"] == videos[0].pk)

    assert liked() is False
    post(client, event(videos[0], "like"))
    assert liked() is True
    post(client, event(videos[0], "unlike"))
    assert liked() is False


def test_not_interested_hides_at_once_and_undo_brings_back(client: Client, users: dict, videos: list[Video]) -> None:
    client.force_login(users["alice"])

    post(client, event(videos[0], "not_interested"))

    assert videos[0].pk not in {card["video_id"] for card in cards(client, count=50)}
    assert len(cards(client, count=50)) == len(videos) - 1
    post(client, event(videos[0], "undo_not_interested"))
    assert videos[0].pk in {card["video_id"] for card in cards(client, count=50)}


def drafts(videos: list[Video]) -> list[EventDraft]:
    now = timezone.now()
    kinds = [(0, "like"), (0, "unlike"), (1, "not_interested"), (1, "undo_not_interested"), (2, "not_interested")]
    return [
        EventDraft(uuid.UUID(int=n), videos[place].pk, kind, at=now - timedelta(seconds=60 - n))
        for n, (place, kind) in enumerate(kinds)
    ]


def test_the_order_of_arrival_does_not_matter(users: dict, videos: list[Video]) -> None:
    events = drafts(videos)
    outcomes = set()

    for order in list(permutations(range(len(events))))[::7]:
        Engagement.objects.all().delete()
        for index in order:  # each in a batch of its own
            engagements_record(viewer_id=users["alice"].pk, events=[events[index]])
        viewer_refresh(viewer_id=users["alice"].pk)
        state, vector = ViewerState.objects.get(), ViewerVector.objects.get()
        outcomes.add(
            (bytes(state.seen), bytes(state.hidden), state.num_events, bytes(vector.demoted), str(vector.anchors))
        )

    assert len(outcomes) == 1
    assert unpack_ids(outcomes.pop()[1]).tolist() == [videos[2].pk]


def test_only_the_last_five_hundred_and_a_slate_count_as_seen(users: dict) -> None:
    clips = put([Clip(f"Clip {n % 40}", ("same",), "c", "same thing") for n in range(560)])
    now = timezone.now()
    events = [
        EventDraft(uuid.uuid4(), video.pk, "impression", at=now - timedelta(seconds=700 - n))
        for n, video in enumerate(clips)
    ]

    engagements_record(viewer_id=users["alice"].pk, events=events)

    seen = unpack_ids(ViewerState.objects.get().seen).tolist()
    assert seen == [video.pk for video in clips[10:]]


def test_one_like_brings_what_is_like_it(
    client: Client, users: dict, videos: list[Video], sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(users["alice"])
    liked = videos[8]  # sushi knife 0
    with django_capture_on_commit_callbacks(execute=True):
        post(client, event(liked, "like"))
    assert sent == [users["alice"].pk]

    viewer_refresh(viewer_id=users["alice"].pk)

    similar = [card for card in cards(client, count=20) if card["reason"]["source"] == "similar"]
    assert similar[0]["tags"] == ["sushi knife"]
    assert similar[0]["reason"]["video_id"] == liked.pk
    assert liked.title in similar[0]["reason"]["text"]
    assert liked.pk not in {card["video_id"] for card in similar}


def test_each_similar_card_names_its_own_neighbour(client: Client, users: dict, videos: list[Video]) -> None:
    client.force_login(users["alice"])
    post(client, event(videos[0], "like"), event(videos[8], "watch", value=7.0))

    viewer_refresh(viewer_id=users["alice"].pk)

    causes = {
        card["tags"][0]: (card["reason"]["video_id"], card["reason"]["text"])
        for card in cards(client, count=30)
        if card["reason"]["source"] == "similar"
    }
    assert causes["jazz piano"] == (videos[0].pk, "Because you liked “jazz piano 0”.")
    assert causes["sushi knife"] == (videos[8].pk, "Because you watched “sushi knife 0”.")


def test_taking_a_like_back_takes_its_cards_away(client: Client, users: dict, videos: list[Video]) -> None:
    client.force_login(users["alice"])
    post(client, event(videos[0], "like"))
    viewer_refresh(viewer_id=users["alice"].pk)
    assert any(card["reason"]["source"] == "similar" for card in cards(client, count=20))

    post(client, event(videos[0], "unlike"))
    viewer_refresh(viewer_id=users["alice"].pk)

    assert not any(card["reason"]["source"] == "similar" for card in cards(client, count=20))


def test_not_interested_pushes_its_neighbours_down(client: Client, users: dict, videos: list[Video]) -> None:
    client.force_login(users["alice"])
    post(client, event(videos[0], "not_interested"))

    viewer_refresh(viewer_id=users["alice"].pk)

    tags = [card["tags"][0] for card in cards(client, count=50)]
    assert "jazz piano" not in tags[:30]
    assert tags.count("jazz piano") == 3  # down, not gone


def test_a_short_look_is_no_sign_of_liking(users: dict, videos: list[Video]) -> None:
    looked = EventDraft(uuid.uuid4(), videos[0].pk, "watch", value=1.0)
    engagements_record(viewer_id=users["alice"].pk, events=[looked, EventDraft(uuid.uuid4(), videos[1].pk, "skip")])

    viewer_refresh(viewer_id=users["alice"].pk)

    assert ViewerVector.objects.get().anchors == []


def test_what_others_like_becomes_popular(client: Client, users: dict, videos: list[Video]) -> None:
    for name in ("bob", "lena", "mona"):
        events = [EventDraft(uuid.uuid4(), videos[4].pk, kind) for kind in ("impression", "like", "like", "share")]
        engagements_record(viewer_id=users[name].pk, events=events)
        viewer_refresh(viewer_id=users[name].pk)
    client.force_login(users["alice"])

    popular = [card for card in cards(client) if card["reason"]["source"] == "popular"]

    stats = VideoStats.objects.get(video=videos[4])
    assert (stats.num_impressions, stats.num_likes, stats.num_shares) == (3, 3, 3)
    assert [card["video_id"] for card in popular] == [videos[4].pk]


def test_one_fan_counts_once(users: dict, videos: list[Video]) -> None:
    for _ in range(20):
        engagements_record(viewer_id=users["bob"].pk, events=[EventDraft(uuid.uuid4(), videos[4].pk, "like")])
    viewer_refresh(viewer_id=users["bob"].pk)

    stats = VideoStats.objects.get(video=videos[4])
    assert (stats.num_impressions, stats.num_likes) == (1, 1)


def test_accounts_that_do_nothing_else_push_little(users: dict, videos: list[Video]) -> None:
    pushed, liked = videos[4], videos[8]
    seen = [
        EventDraft(uuid.uuid4(), video.pk, kind)
        for video in videos[:30]
        for kind in ("impression", "skip", "watch", "skip")
    ]
    for name in ("bob", "lena", "mona"):
        engagements_record(
            viewer_id=users[name].pk, events=[replace(draft, client_uuid=uuid.uuid4()) for draft in seen]
        )
    for name, video in (("alice", pushed), ("ada", pushed), ("bob", liked), ("lena", liked)):
        engagements_record(viewer_id=users[name].pk, events=[EventDraft(uuid.uuid4(), video.pk, "like")])
    viewer_refresh(viewer_id=users["mona"].pk)
    video_stats_recount(video_ids=[pushed.pk, liked.pk])

    by_fakes, by_viewers = (VideoStats.objects.get(video=video) for video in (pushed, liked))

    assert by_fakes.num_likes == by_viewers.num_likes == 2
    assert by_viewers.popularity > by_fakes.popularity


def test_a_lost_job_is_found(users: dict, videos: list[Video], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.selectors.REBUILD_EVERY_S", 0.0)
    engagements_record(viewer_id=users["alice"].pk, events=[EventDraft(uuid.uuid4(), videos[0].pk, "like")])
    assert vectors_behind() == [users["alice"].pk]

    viewer_refresh(viewer_id=users["alice"].pk)

    assert vectors_behind() == []


def test_impressions_alone_send_no_job(
    users: dict, videos: list[Video], sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        engagements_record(viewer_id=users["alice"].pk, events=[EventDraft(uuid.uuid4(), videos[0].pk, "impression")])

    assert sent == []
    assert features.current() is not None


def test_what_is_like_something_unwanted_is_found_by_index(videos: list[Video]) -> None:
    version = serving_version()

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {unliked_sql(version)}", [UNLIKED_NEIGHBOURS, [videos[0].pk], UNLIKED_SIMILARITY])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert title_index(version) in plan
