"""A release never leaves search empty, never mixes versions, survives a kill anywhere, and can be taken back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from tests.vision import releasing
from tests.vision.films import write_film
from tests.vision.releasing import REFUSED_SCORES, SCORES, cache_frames, catalogue, head_file, shipped
from tests.vision.test_ingest import brought
from vision import ingest as pipeline
from vision.clip.heads import encode_videos, with_head
from vision.encoders import cached_frames, encoder_of
from vision.indexes import graphs_of, indexes_are_whole, video_index
from vision.models import FrameVectors, ModelVersion, TagVector, TitleVector, Video, VideoVector
from vision.release import release_start, rollback_start, version_propose
from vision.releases import ReleaseRefusedError
from vision.selectors import missing_ids, releases_standing_still, serving_version
from workers.release import release

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture()
def videos() -> list[Video]:
    return catalogue()[1]


@pytest.fixture(autouse=True)
def _no_decode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "film" not in request.fixturenames:
        monkeypatch.setattr(pipeline, "frames_at", lambda *_: pytest.fail("a video was decoded"))


@pytest.fixture()
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "film.mp4", width_px=2 * (60 + abs(hash(tmp_path.name)) % 60), num_frames=12)


def candidate(folder: Path, seed: int = 1) -> ModelVersion:
    return version_propose(head_file=head_file(folder, seed=seed), scores=SCORES)


def released(folder: Path, seed: int = 1) -> ModelVersion:
    version = release_start(version=candidate(folder, seed))
    release(version=version)
    version.refresh_from_db()
    return version


def test_a_release_indexes_everything_from_cached_frames_and_switches(videos: list[Video], tmp_path: Path) -> None:
    before = serving_version()
    assert before

    version = released(tmp_path)

    assert (version.state, version.step, serving_version()) == ("serving", "", version)
    assert missing_ids(version=version) == []
    assert indexes_are_whole(graphs_of(version))
    before.refresh_from_db()
    assert before.state == "retired"
    assert VideoVector.objects.filter(model_version=before).count() == len(videos), "kept for rollback"


def test_the_rows_are_what_the_head_says_and_the_words_are_the_former_ones(videos: list[Video], tmp_path: Path) -> None:
    before = serving_version()

    version = released(tmp_path)

    encoder = encoder_of(version)
    for video in videos[:20]:
        row = FrameVectors.objects.get(video=video)
        frames = cached_frames(row.times_s, row.motion, row.vectors)
        alone = encoder.encode_video(frames.vectors, frames.times_s, frames.motion)
        new, old = (VideoVector.objects.get(video=video, model_version=v) for v in (version, before))
        np.testing.assert_allclose(np.array(new.video_vec), alone, atol=1e-3)
        assert float(np.array(new.video_vec) @ np.array(old.video_vec)) < 0.9, "another head"
    assert TitleVector.objects.count() == len(videos), "both versions read the same"
    tags = [set(TagVector.objects.filter(model_version=v).values_list("tag", flat=True)) for v in (version, before)]
    assert tags[0] == tags[1]


def test_videos_of_unlike_length_pool_together_as_they_do_alone(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    encoder = with_head(shipped(), head_file(tmp_path, seed=4))
    videos = []
    for num_frames in (1, 5, 8, 3):
        vectors = rng.normal(size=(num_frames, 576)).astype(np.float16)
        motion = rng.uniform(size=num_frames)
        videos.append(cached_frames(np.sort(rng.uniform(0, 9, num_frames)), motion, vectors.tobytes()))

    together = encode_videos(encoder, videos)

    alone = [encoder.encode_video(video.vectors, video.times_s, video.motion) for video in videos]
    np.testing.assert_allclose(together, np.stack(alone), atol=1e-5)


@pytest.fixture()
def child(tmp_path: Path) -> Iterator[Any]:
    """Release in a real process until it says that it has come to a place, and kill it there with -9."""
    started: list[subprocess.Popen[bytes]] = []

    def run_and_kill(version: ModelVersion, where: str) -> None:
        flag = tmp_path / "here"
        script = str(Path(releasing.__file__).with_name("release_child.py"))
        command = [sys.executable, script, connection.settings_dict["NAME"], version.slug, where, str(flag)]
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


@pytest.mark.parametrize("where", ["rows", "a batch", "indexes", "switch"])
def test_a_kill_anywhere_leaves_search_as_it_was_and_the_next_run_goes_on(
    videos: list[Video], tmp_path: Path, child: Any, where: str
) -> None:
    before = serving_version()
    version = release_start(version=candidate(tmp_path))

    child(version, where)

    version.refresh_from_db()
    assert (serving_version(), version.state) == (before, "building")
    rows_there = dict(VideoVector.objects.filter(model_version=version).values_list("video_id", "id"))
    assert 0 < len(rows_there) <= len(videos)
    time.sleep(0.2)  # the server notices the dead connection and gives its lock back

    release(version=version)

    assert serving_version() == version
    assert missing_ids(version=version) == []
    now_there = dict(VideoVector.objects.filter(model_version=version).values_list("video_id", "id"))
    assert rows_there.items() <= now_there.items(), "what was written is not written again"


def test_an_index_that_a_kill_left_half_built_is_built_anew(videos: list[Video], tmp_path: Path) -> None:
    version = release_start(version=candidate(tmp_path))
    name = video_index(version)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE INDEX {name} ON vision_videovector (video_id) WHERE model_version_id = {version.pk}"
        )  # whatever is of this name and not valid
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [name])

    release(version=version)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid, pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid = %s::regclass", [name]
        )
        is_valid, definition = cursor.fetchone()
    assert is_valid and "hnsw" in definition


def test_the_sweep_sends_a_release_whose_process_died(videos: list[Video], tmp_path: Path) -> None:
    version = release_start(version=candidate(tmp_path))
    assert releases_standing_still(ModelVersion) == [], "it was opened just now"
    ModelVersion.objects.filter(pk=version.pk).update(updated_at="2026-01-01T00:00Z")

    assert releases_standing_still(ModelVersion) == [version.pk]


def test_a_second_delivery_of_the_job_is_harmless(videos: list[Video], tmp_path: Path) -> None:
    from workers.tasks.vision import release as job

    version = release_start(version=candidate(tmp_path))
    job(version_id=version.pk)
    rows = set(VideoVector.objects.values_list("id", flat=True))

    job(version_id=version.pk)

    assert serving_version() == version
    assert set(VideoVector.objects.values_list("id", flat=True)) == rows


def test_a_video_that_is_ingested_while_the_rows_are_written_is_in_both_versions(
    videos: list[Video], tmp_path: Path, film: Path
) -> None:
    before, version = serving_version(), release_start(version=candidate(tmp_path))
    video = brought(film)

    pipeline.ingest(video_id=video.pk)
    release(version=version)

    assert set(video.vectors.values_list("model_version_id", flat=True)) == {before.pk, version.pk}


def test_an_ingest_that_began_before_the_release_and_ends_after_the_switch_misses_nothing(
    videos: list[Video], tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its vectors were written for the former version only, and it was not ready when the switch counted."""
    version, video = candidate(tmp_path), brought(film)
    screen = pipeline.may_be_shown

    def release_meanwhile(asked: Video) -> bool:
        assert set(video.vectors.values_list("model_version__state", flat=True)) == {"serving"}
        release(version=release_start(version=version))
        return screen(asked)

    monkeypatch.setattr(pipeline, "may_be_shown", release_meanwhile)

    pipeline.ingest(video_id=video.pk)

    video.refresh_from_db()
    assert (video.state, serving_version()) == ("ready", version)
    assert missing_ids(version=version) == []


def test_what_became_ready_behind_the_release_is_written_before_the_switch(videos: list[Video], tmp_path: Path) -> None:
    before, version = serving_version(), release_start(version=candidate(tmp_path))
    late = Video.objects.create(title="Late", source="import", state="ready", visibility="approved")

    from vision.release import release_run

    def come_in(_: ModelVersion) -> None:
        cache_frames(late, np.random.default_rng(9))
        seen, title = VideoVector.objects.filter(model_version=before).first(), TitleVector.objects.first()
        VideoVector.objects.create(video=late, model_version=before, video_vec=seen.video_vec)
        TitleVector.objects.create(video=late, text_space=title.text_space, vec=title.vec)

    Video.objects.filter(pk=late.pk).update(state="processing")
    release_run(version=version, prepare=lambda v: (come_in(v), Video.objects.filter(pk=late.pk).update(state="ready")))

    assert late.vectors.filter(model_version=version).exists()
    assert missing_ids(version=version) == []


def test_a_video_without_anything_cached_closes_the_release_with_its_reason(
    videos: list[Video], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = serving_version()
    version = release_start(version=candidate(tmp_path))
    lost = Video.objects.create(title="Lost", source="import", state="ready", media_path="gone.mp4")
    monkeypatch.setattr(pipeline, "frames_at", lambda *_: (_ for _ in ()).throw(OSError("no such file")))

    with pytest.raises(ReleaseRefusedError, match=f"video {lost.pk} cannot be indexed"):
        release(version=version)

    version.refresh_from_db()
    assert (version.state, version.step, serving_version()) == ("candidate", "", before)
    assert f"video {lost.pk}" in version.problem
    lost.delete()
    release(version=release_start(version=version))
    assert serving_version() == version


def test_a_rollback_writes_only_what_came_in_since(videos: list[Video], tmp_path: Path, film: Path) -> None:
    before = serving_version()
    rows = dict(VideoVector.objects.filter(model_version=before).values_list("video_id", "id"))
    version = released(tmp_path)
    new = brought(film)
    pipeline.ingest(video_id=new.pk)
    assert set(new.vectors.values_list("model_version_id", flat=True)) == {version.pk}

    release(version=rollback_start())

    assert serving_version() == before
    now = dict(VideoVector.objects.filter(model_version=before).values_list("video_id", "id"))
    assert now.keys() - rows.keys() == {new.pk}
    assert rows.items() <= now.items()
    version.refresh_from_db()
    assert version.state == "retired"


def test_the_last_two_are_kept_and_older_ones_go_with_all_that_is_theirs(videos: list[Video], tmp_path: Path) -> None:
    first = serving_version()
    second, third, fourth = (released(tmp_path, seed) for seed in (1, 2, 3))
    head = settings.TILLER_HOME / second.spec["head_file"]
    assert not ModelVersion.objects.filter(pk=first.pk).exists()
    assert head.exists()

    released(tmp_path, 4)

    assert set(ModelVersion.objects.filter(state="retired")) == {third, fourth}
    assert not VideoVector.objects.filter(model_version_id__in=[first.pk, second.pk]).exists()
    assert not any(indexes_are_there(dropped) for dropped in (first, second))
    assert all(indexes_are_whole(graphs_of(kept)) for kept in (third, fourth))
    assert not head.exists()


def indexes_are_there(version: ModelVersion) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [video_index(version)])
        return cursor.fetchone()[0] is not None


def test_the_gate_cannot_be_passed_without_its_scores(videos: list[Video], tmp_path: Path) -> None:
    version = version_propose(head_file=head_file(tmp_path, seed=1), scores=REFUSED_SCORES)

    with pytest.raises(ReleaseRefusedError, match="not clear of no gain"):
        release_start(version=version)

    version.refresh_from_db()
    assert (version.state, version.step) == ("refused", "")
    assert "not clear of no gain" in version.problem
    release(version=version)
    assert serving_version() != version
    assert not VideoVector.objects.filter(model_version=version).exists()


def test_scores_against_a_version_that_no_longer_serves_are_worth_nothing(videos: list[Video], tmp_path: Path) -> None:
    stale = candidate(tmp_path, 2)
    released(tmp_path, 1)

    with pytest.raises(ReleaseRefusedError, match="It was measured against"):
        release_start(version=stale)

    again = candidate(tmp_path, 2)
    assert (again, again.state) == (stale, "candidate")


def test_one_release_at_a_time(videos: list[Video], tmp_path: Path) -> None:
    first, second = candidate(tmp_path, 1), candidate(tmp_path, 2)
    release_start(version=first)

    with pytest.raises(ReleaseRefusedError, match="one at a time"):
        release_start(version=second)

    assert release_start(version=first).step == "rows", "asking again goes on"


@pytest.mark.parametrize("contents", [b"", b"not a head", b"\x10\0\0\0\0\0\0\0{}", os.urandom(4096)])
def test_a_file_that_holds_no_head_is_refused_in_words(tmp_path: Path, contents: bytes) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(contents)

    with pytest.raises(ValueError, match="holds no temporal head"):
        version_propose(head_file=path, scores=SCORES)

    assert not list((settings.TILLER_HOME / "models" / "heads").glob(".*")), "no draft is left"


def test_a_head_for_another_frame_tower_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="another width"):
        version_propose(head_file=head_file(tmp_path, seed=1, num_features=64), scores=SCORES)
    with pytest.raises(ValueError, match="cannot be read"):
        version_propose(head_file=tmp_path / "none.safetensors", scores=SCORES)
    with pytest.raises(ValueError, match="cannot be kept as JSON"):
        version_propose(head_file=head_file(tmp_path, seed=1), scores={"before": float("nan")})


def test_a_head_that_was_changed_on_disk_serves_nobody(videos: list[Video], tmp_path: Path) -> None:
    version = candidate(tmp_path, seed=77)  # no other test's: a process keeps the heads that it has loaded
    head_file(tmp_path, seed=9).replace(settings.TILLER_HOME / version.spec["head_file"])

    with pytest.raises(ReleaseRefusedError, match="was changed"):
        release_start(version=version)


def test_the_command_releases_a_file_by_the_scores_in_its_card_and_rolls_back(
    videos: list[Video], tmp_path: Path
) -> None:
    before, out = serving_version(), StringIO()
    path = head_file(tmp_path, seed=1, scores=SCORES)

    call_command("release_model", str(path), stdout=out)
    version = serving_version()
    call_command("release_model", rollback=True, stdout=out)

    assert version != before
    assert serving_version() == before
    assert f"{version.slug} serves" in out.getvalue()


def test_the_command_says_what_is_wrong(videos: list[Video], tmp_path: Path) -> None:
    for arguments, words in (
        ([], "name a VERSION or a FILE"),
        (["unknown"], "no version is named 'unknown'"),
        (["none.safetensors"], "cannot be proposed"),
        ([str(head_file(tmp_path, seed=1))], "The scores have no recall_at_1"),
        (["--rollback"], "no version that served before is kept"),
        ([serving_version().slug], "serves already"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("release_model", *arguments)


def test_a_tuned_head_stays_when_the_installation_is_brought_up_to_date(videos: list[Video], tmp_path: Path) -> None:
    from vision.versions import bundled_is_serving

    version = released(tmp_path)

    assert bundled_is_serving()
    call_command("reindex_videos", stdout=StringIO())
    assert serving_version() == version
