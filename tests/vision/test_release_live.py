"""While a release switches and is taken back, every search and every slate is full and of one version only."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from chat.models import IntentDocument
from feed import features
from feed.models import Engagement, ViewerPool, ViewerVector
from feed.services.engagements import EventDraft, engagements_record
from feed.services.pools import pool_refresh
from feed.services.viewers import viewer_refresh
from tests.feed.catalogue import encode
from tests.feed.conftest import steer
from tests.vision.releasing import SCORES, catalogue, head_file
from vision.index import search
from vision.models import ModelVersion, Video
from vision.release import release_start, rollback_start, version_propose
from vision.selectors import serving_version
from workers.release import release

pytestmark = pytest.mark.django_db(transaction=True)

PHRASES = ("ramen", "a train at night", "waves at dawn", "mountains", "cats")
Answer = tuple[Any, ...]


@pytest.fixture(autouse=True)
def _fresh_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(features, "MAX_AGE_S", 0.05)
    features.reset()
    yield
    features.reset()


@pytest.fixture()
def videos() -> list[Video]:
    return catalogue()[1]


@pytest.fixture()
def client(videos: list[Video]) -> Client:
    """Return the client of a viewer who liked six clips and asked for two things."""
    import uuid

    viewer = get_user_model().objects.create_user("alice", password="pw")
    liked = [EventDraft(uuid.uuid4(), video.pk, "like") for video in videos[:6]]
    engagements_record(viewer_id=viewer.pk, events=liked)
    now = timezone.now()
    steers = [steer("s1", "ramen"), steer("s2", "night", direction="less", hard=True)]
    document = {"schema": "intent/1", "version": 1, "updated_at": now.isoformat(), "steers": steers}
    document |= {"filters": {}, "explore": 0.1}
    IntentDocument.objects.create(viewer=viewer, version=1, document=document, updated_at=now)
    viewer_refresh(viewer_id=viewer.pk)
    pool_refresh(viewer_id=viewer.pk)
    client = Client()
    client.force_login(viewer)
    return client


def searched(phrase: str) -> Answer:
    """Return a page of results; the scores differ from version to version."""
    hits = search(encode([phrase])[0], limit=10, text_query=phrase)
    return phrase, *((hit.video_id, round(hit.score, 5)) for hit in hits)


def searching() -> Callable[[], Answer]:
    phrases = cycle(PHRASES)
    return lambda: searched(next(phrases))


def served(client: Client) -> Answer:
    reply = client.get("/api/feed?count=20")
    assert reply.status_code == 200, reply.content
    return tuple((card["video_id"], card["reason"]["source"], card["reason"]["text"]) for card in reply.json()["cards"])


class Asking:
    """Ask over and over in threads until told to stop; keep every answer."""

    def __init__(self, *asks: Callable[[], Answer]) -> None:
        self.answers: list[Counter[Answer]] = [Counter() for _ in asks]
        self.errors: list[Exception] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=pair) for pair in zip(asks, self.answers, strict=True)]

    def _ask(self, ask: Callable[[], Answer], answers: Counter[Answer]) -> None:
        try:
            while not self._stop.is_set():
                answers[ask()] += 1
        except Exception as error:
            self.errors.append(error)
        finally:
            connection.close()

    def __enter__(self) -> "Asking":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def test_a_large_feature_table_is_read_anew_behind_the_requests(
    client: Client, videos: list[Video], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = version_propose(head_file=head_file(tmp_path, seed=1), scores=SCORES)
    former = settled(client)
    monkeypatch.setattr(features, "AT_ONCE", 10)
    may_read, refresh = threading.Event(), features._refresh
    monkeypatch.setattr(features, "_refresh", lambda: (may_read.wait(), refresh()))

    release(version=release_start(version=version))
    time.sleep(features.MAX_AGE_S)

    assert [served(client), served(client)] == [former, former], "it answers until the new one is read"
    may_read.set()
    while features.current().model_version_id != version.pk:
        time.sleep(0.02)
    assert served(client) != former


def settled(client: Client) -> Answer:
    """Return the slate of the version that serves now, the table of this process being up to date."""
    features.reset()
    return served(client)


def test_every_answer_is_full_and_of_one_version_while_a_release_switches_and_is_taken_back(
    client: Client, videos: list[Video], tmp_path: Path
) -> None:
    version = version_propose(head_file=head_file(tmp_path, seed=1), scores=SCORES)
    pages, slates = {searched(phrase) for phrase in PHRASES}, {settled(client)}

    with Asking(searching(), searching(), lambda: served(client)) as asking:
        release(version=release_start(version=version))
        release(version=rollback_start())
        release(version=rollback_start(version=version))
        time.sleep(1.0)

    new_pages, new_slates = {searched(phrase) for phrase in PHRASES}, {settled(client)}
    assert not asking.errors
    assert pages.isdisjoint(new_pages) and slates.isdisjoint(new_slates), "the versions can be told apart"
    first, second, slates_seen = asking.answers
    assert set(first + second) == pages | new_pages
    assert all(len(page) == 1 + 10 for page in first + second)
    assert set(slates_seen) == slates | new_slates
    assert all(len(cards) == 20 for cards in slates_seen)


def test_a_viewer_whose_rows_were_not_prepared_is_shown_nothing_they_never_want(
    client: Client, videos: list[Video], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer_id = get_user_model().objects.get().pk
    monkeypatch.setattr("workers.release.viewers_prepare", lambda **_: 0)
    never = set(ViewerPool.objects.get().removed[:0]) | forbidden(viewer_id)

    release(version=release_start(version=version_propose(head_file=head_file(tmp_path, seed=1), scores=SCORES)))

    cards = settled(client)
    assert len(cards) == 20
    assert not never & {card[0] for card in cards}
    assert {"steer", "similar"}.isdisjoint(card[1] for card in cards), "nothing of another version"


def forbidden(viewer_id: int) -> set[int]:
    from feed.selectors import viewer_read

    version_id = features.current().model_version_id
    found = viewer_read(viewer_id=viewer_id, version_id=version_id, now=timezone.now()).removed["video_id"].tolist()
    assert found
    return set(found)


def test_viewers_rows_are_there_when_the_pointer_moves(client: Client, videos: list[Video], tmp_path: Path) -> None:
    version = version_propose(head_file=head_file(tmp_path, seed=1), scores=SCORES)

    release(version=release_start(version=version))

    assert ViewerVector.objects.filter(model_version=version).count() == 1
    assert ViewerPool.objects.filter(model_version=version).count() == 1
    assert serving_version() == version
    assert Engagement.objects.count() == 6


def test_dropping_a_version_takes_viewers_rows_of_it_along(client: Client, videos: list[Video], tmp_path: Path) -> None:
    first = serving_version()
    for seed in (1, 2, 3):
        version = version_propose(head_file=head_file(tmp_path, seed=seed), scores=SCORES)
        release(version=release_start(version=version))

    assert not ModelVersion.objects.filter(pk=first.pk).exists()
    assert ViewerPool.objects.count() == 3
    assert len(settled(client)) == 20
