"""What is written slowly does not slip past what a viewer never wants to see."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client

from feed.models import ViewerPool
from feed.selectors import pools_behind
from feed.services.pools import pool_refresh
from tests.feed.catalogue import SPORT, encode, put
from tests.feed.conftest import steer
from tests.feed.watching import Wish, cards
from vision.models import Video
from vision.selectors import serving_version, vectors_settled
from vision.versions import vectors_store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture()
def other() -> Iterator[ThreadPoolExecutor]:
    """A thread with a database connection of its own."""
    with ThreadPoolExecutor(1) as thread:
        yield thread
        thread.submit(lambda: connection.close()).result()  # its own


def begin_to_write(video: Video) -> None:
    """Draw the id of a vector, as an ingest does, and leave its transaction open."""
    vector = encode([video.title])[0]
    transaction.set_autocommit(False)
    vectors_store(version=serving_version(), video_id=video.pk, video_vec=vector, title_vec=vector)


def commit() -> None:
    transaction.commit()
    transaction.set_autocommit(True)


def test_a_vector_that_was_drawn_before_and_committed_after_is_not_counted_as_checked(
    client: Client, users: dict, wish: Wish, other: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(list(SPORT[6:]))
    slow = Video.objects.create(title=SPORT[0].title, tags=["football"], source="import", state="processing")
    client.force_login(users["alice"])
    wish(users["alice"], [steer("s1", "football", direction="less", hard=True)])

    other.submit(begin_to_write, slow).result()
    (later,) = put([SPORT[9]])
    pool_refresh(viewer_id=users["alice"].pk)
    other.submit(commit).result()
    Video.objects.filter(pk=slow.pk).update(state="ready", visibility="approved", media_path="test/slow.mp4")

    drawn = {video.pk: video.vectors.get().pk for video in (slow, later)}
    assert drawn[slow.pk] < drawn[later.pk], "the slow one has the lower id"
    assert slow.pk not in {card["video_id"] for card in cards(client, count=50)}
    monkeypatch.setattr("feed.selectors.REBUILD_EVERY_S", 0.0)
    assert pools_behind() == [users["alice"].pk]
    pool_refresh(viewer_id=users["alice"].pk)
    assert ViewerPool.objects.get().last_vector_id == drawn[later.pk]
    shown = {card["video_id"] for card in cards(client, count=50)}
    assert later.pk in shown and slow.pk not in shown
    assert pools_behind() == []


def test_vectors_are_settled_up_to_where_the_slowest_writer_began(users: dict, other: ThreadPoolExecutor) -> None:
    (first,) = put([SPORT[0]])
    slow = Video.objects.create(title="Slow", source="import", state="processing")
    version = serving_version()
    settled = vectors_settled(version=version)
    assert settled == first.vectors.get().pk

    other.submit(begin_to_write, slow).result()
    put([SPORT[1]])

    assert vectors_settled(version=version) == settled
    other.submit(commit).result()
    assert vectors_settled(version=version) > settled
