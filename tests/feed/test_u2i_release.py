"""A user-to-item release leaves no video out, mixes no versions, survives a kill anywhere, and can be taken back."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from feed import features
from feed.item_features import item_features
from feed.models import ItemVector, U2iVersion, ViewerVector
from feed.ranking.packed import SIMILAR, unpack
from feed.ranking.tastes import LearnedTaste
from feed.selectors import vectors_behind
from feed.services import u2i_release as releases
from feed.services.engagements import EventDraft, engagements_record
from feed.services.item_vectors import item_vectors_complete
from feed.services.u2i_release import u2i_release_run, u2i_release_start, u2i_rollback
from feed.services.viewers import viewer_refresh
from feed.u2i_selectors import item_graphs, items_missing, serving_u2i, towers_of, towers_path, versions_lacking_items
from tests.feed import u2i_release_child
from tests.feed.releasing_u2i import WORSE, candidate, released, towers
from tests.feed.watched_world import put_videos, topic_vectors
from tests.feed.watching import cards
from vision.indexes import indexes_are_whole
from vision.models import ModelVersion, Video
from vision.releases import ReleaseRefusedError
from vision.selectors import releases_standing_still
from vision.versions import vectors_store
from workers.release import u2i_release

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def catalogue(db: None) -> tuple[ModelVersion, list[Video]]:
    return put_videos(80)


@pytest.fixture()
def version(catalogue: tuple[ModelVersion, list[Video]]) -> ModelVersion:
    return catalogue[0]


@pytest.fixture()
def viewer(catalogue: tuple[ModelVersion, list[Video]]) -> Any:
    """A viewer who liked three clips and whose vector by the mean is there."""
    viewer = get_user_model().objects.create_user("alice", password="pw")
    engagements_record(
        viewer_id=viewer.pk, events=[EventDraft(uuid.uuid4(), video.pk, "like") for video in catalogue[1][:3]]
    )
    viewer_refresh(viewer_id=viewer.pk)
    return viewer


def bring(version: ModelVersion, title: str = "Late") -> Video:
    """Bring a video as an ingest does: its vectors, then ready."""
    video = Video.objects.create(
        title=title, source="import", state="ready", visibility="approved", media_path="late.mp4"
    )
    vector = topic_vectors(1, seed=len(title))[0]
    vectors_store(version=version, video_id=video.pk, video_vec=vector, title_vec=vector)
    return video


def test_a_release_gives_every_video_its_vector_and_serves(version: ModelVersion, viewer: Any) -> None:
    opened = released(version)

    assert (opened.state, opened.step, serving_u2i(version)) == ("serving", "", opened)
    assert items_missing(opened) == [] and indexes_are_whole(item_graphs(opened))
    ids_N, features_NF = item_features(version=version, video_ids=list(Video.objects.values_list("pk", flat=True)))
    said_ND = LearnedTaste(towers_of(opened)).items(ids_N, features_NF)
    kept = {row.video_id: np.array(row.vec) for row in ItemVector.objects.filter(u2i_version=opened)}
    np.testing.assert_allclose([kept[video_id] for video_id in ids_N.tolist()], said_ND, atol=2e-3)
    assert ViewerVector.objects.filter(viewer=viewer, u2i_version=opened).exists(), "before the pointer moved"


@pytest.fixture()
def child(tmp_path: Path) -> Iterator[Any]:
    """Release in a real process until it says that it has come to a place, and kill it there with -9."""
    started: list[subprocess.Popen[bytes]] = []

    def run_and_kill(opened: U2iVersion, where: str) -> None:
        flag = tmp_path / "here"
        command = [
            sys.executable,
            u2i_release_child.__file__,
            connection.settings_dict["NAME"],
            opened.slug,
            where,
            str(flag),
        ]
        environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR), "DJANGO_SETTINGS_MODULE": "webapp.settings"}
        started.append(subprocess.Popen(command, env=environment))
        deadline_s = time.monotonic() + 120
        while not flag.exists():
            assert started[-1].poll() is None and time.monotonic() < deadline_s, "the child did not come to that place"
            time.sleep(0.02)
        os.kill(started[-1].pid, signal.SIGKILL)
        started[-1].wait()

    yield run_and_kill
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("where", ["rows", "index", "switch"])
def test_a_kill_anywhere_leaves_the_former_serving_and_the_next_run_goes_on(
    version: ModelVersion, child: Any, where: str
) -> None:
    former = released(version, seed=1)
    opened = u2i_release_start(version=candidate(version, seed=2))

    child(opened, where)

    opened.refresh_from_db()
    assert (serving_u2i(version), opened.state) == (former, "building")
    rows_there = dict(ItemVector.objects.filter(u2i_version=opened).values_list("video_id", "pk"))
    assert 0 < len(rows_there) <= 80
    U2iVersion.objects.filter(pk=opened.pk).update(updated_at="2026-01-01T00:00Z")
    assert releases_standing_still(U2iVersion) == [opened.pk], "the sweep would send it"
    time.sleep(0.2)  # the server notices the dead connection and gives its lock back

    u2i_release(version=opened)

    assert serving_u2i(version) == opened and items_missing(opened) == []
    now_there = dict(ItemVector.objects.filter(u2i_version=opened).values_list("video_id", "pk"))
    assert rows_there.items() <= now_there.items(), "what was written is not written again"


def test_a_video_that_comes_in_at_any_moment_of_a_release_is_in_the_new_version(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = u2i_release_start(version=candidate(version))
    brought, serve = [bring(version, "Before")], releases._serve

    def served(u2i: U2iVersion) -> None:
        if len(brought) < 3:
            brought.append(bring(version, "At the switch"))
        serve(u2i)
        brought.append(bring(version, "Behind the switch"))

    monkeypatch.setattr(releases, "_serve", served)

    u2i_release_run(version=opened, prepare=lambda _: brought.append(bring(version, "While viewers are prepared")))

    assert serving_u2i(version) == opened
    assert len(brought) == 4, "the first try to switch found one missing"
    assert items_missing(opened) == [brought[-1].pk], "its ingest ended after the count, so it finds the version live"
    item_vectors_complete()
    assert items_missing(opened) == []


def test_a_new_video_has_its_features_alone_and_is_found(version: ModelVersion, viewer: Any) -> None:
    opened = released(version)
    video = bring(version)
    assert versions_lacking_items() == [opened.pk]

    item_vectors_complete()

    _, features_NF = item_features(version=version, video_ids=[video.pk])
    alone_D = LearnedTaste(towers_of(opened)).items(np.array([-1]), features_NF)[0]
    kept_D = np.array(ItemVector.objects.get(video=video).vec)
    np.testing.assert_allclose(kept_D, alone_D, atol=2e-3)
    viewer_refresh(viewer_id=viewer.pk)
    row = ViewerVector.objects.get(viewer=viewer, u2i_version=opened)
    assert video.pk in unpack(row.payload, SIMILAR)["video_id"]


def test_a_viewers_row_compares_with_one_version_only(version: ModelVersion, viewer: Any) -> None:
    first, second = released(version, seed=1), released(version, seed=2)
    viewer_refresh(viewer_id=viewer.pk)

    for opened in (first, second):
        row = ViewerVector.objects.get(viewer=viewer, u2i_version=opened)
        own = {item.video_id: np.array(item.vec) for item in ItemVector.objects.filter(u2i_version=opened)}
        records = unpack(row.payload, SIMILAR)
        assert len(records) == 77
        scores = [own[video_id] @ np.array(row.vector) for video_id in records["video_id"].tolist()]
        np.testing.assert_allclose(records["score"], scores, atol=3e-3)


def similar(client: Client) -> list[tuple[int, str]]:
    features.reset()
    return [
        (card["video_id"], card["reason"]["text"])
        for card in cards(client, count=30)
        if card["reason"]["source"] == "similar"
    ]


def test_the_pointer_turns_the_feed_at_once_and_rollback_turns_it_back(
    version: ModelVersion, viewer: Any, client: Client
) -> None:
    client.force_login(viewer)
    by_mean = similar(client)
    released(version, seed=1)
    by_first = similar(client)
    released(version, seed=2)
    by_second = similar(client)

    u2i_release(version=u2i_rollback(model_version=version))

    assert by_mean and by_first and by_second
    assert similar(client) == by_first != by_second
    assert by_mean != by_first


def test_the_first_version_is_taken_back_to_the_mean_and_forth(
    version: ModelVersion, viewer: Any, client: Client
) -> None:
    client.force_login(viewer)
    by_mean = similar(client)
    opened = released(version)

    assert u2i_rollback(model_version=version) is None

    assert serving_u2i(version) is None
    assert similar(client) == by_mean
    late = bring(version)
    u2i_release(version=u2i_rollback(model_version=version))
    assert serving_u2i(version) == opened
    assert ItemVector.objects.filter(video=late, u2i_version=opened).exists(), "what came in since is written first"


def test_viewers_who_were_not_prepared_are_behind_and_keep_their_former_cards(
    version: ModelVersion, viewer: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.selectors.REBUILD_EVERY_S", 0.0)
    monkeypatch.setattr("workers.release.viewers_prepare_u2i", lambda **_: 0)
    client.force_login(viewer)
    by_mean = similar(client)

    released(version)

    assert similar(client) == by_mean
    assert vectors_behind() == [viewer.pk]
    viewer_refresh(viewer_id=viewer.pk)
    assert vectors_behind() == []
    assert similar(client) != by_mean


def test_the_gate_refuses_a_candidate_that_finds_no_more(version: ModelVersion) -> None:
    worse = candidate(version, scores=WORSE)

    with pytest.raises(ReleaseRefusedError, match="not clear of no gain"):
        u2i_release_start(version=worse)

    worse.refresh_from_db()
    assert (worse.state, serving_u2i(version)) == ("refused", None)
    assert not ItemVector.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"after": {}}, "no recall_at_20"),
        ({"num_viewers": 3}, "20 are needed"),
        ({"recall_gain_interval": None}, "no interval"),
    ],
)
def test_scores_that_say_nothing_refuse(version: ModelVersion, change: dict[str, Any], words: str) -> None:
    with pytest.raises(ReleaseRefusedError, match=words):
        u2i_release_start(version=candidate(version, scores=WORSE | {"recall_gain_interval": [0.1, 0.2]} | change))


def test_scores_against_what_no_longer_serves_are_worth_nothing(version: ModelVersion) -> None:
    stale = candidate(version, seed=2)
    released(version, seed=1)

    with pytest.raises(ReleaseRefusedError, match="measured against the mean"):
        u2i_release_start(version=stale)

    ModelVersion.objects.filter(pk=version.pk).update(state="retired")
    with pytest.raises(ReleaseRefusedError, match="reads the vectors of watched, and nothing serves"):
        u2i_release_start(version=candidate(version, seed=3))


def test_towers_that_were_changed_on_disk_serve_nobody(version: ModelVersion, viewer: Any) -> None:
    changed = candidate(version, seed=71)
    towers(version, seed=72).save(towers_path(changed))

    with pytest.raises(ReleaseRefusedError, match="was changed"):
        u2i_release_start(version=changed)

    opened = released(version, seed=73)
    towers_path(opened).unlink()
    from feed import u2i_selectors

    u2i_selectors._towers.cache_clear()  # another process
    ViewerVector.objects.all().delete()
    viewer_refresh(viewer_id=viewer.pk)
    assert ViewerVector.objects.get().u2i_version is None, "the mean stands in"


def test_the_last_two_are_kept_and_older_ones_go_with_all_that_is_theirs(version: ModelVersion, viewer: Any) -> None:
    first, second, third = (released(version, seed=seed) for seed in (1, 2, 3))
    file = towers_path(first)
    assert file.exists()

    released(version, seed=4)

    assert set(U2iVersion.objects.filter(state="retired")) == {second, third}
    assert not file.exists() and not ItemVector.objects.filter(u2i_version_id=first.pk).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", list(item_graphs(first)))
        assert cursor.fetchone()[0] is None


def test_what_a_dropped_model_version_left_behind_goes_at_the_next_release(version: ModelVersion) -> None:
    left = list(item_graphs(released(version, seed=1)))
    U2iVersion.objects.all().delete()

    released(version, seed=2)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", left)
        assert cursor.fetchone()[0] is None


def test_a_second_delivery_of_the_job_is_harmless(version: ModelVersion) -> None:
    from workers.tasks.feed import u2i_release as job

    opened = u2i_release_start(version=candidate(version))
    job(version_id=opened.pk)
    rows = set(ItemVector.objects.values_list("pk", flat=True))

    job(version_id=opened.pk)

    assert serving_u2i(version) == opened and set(ItemVector.objects.values_list("pk", flat=True)) == rows
