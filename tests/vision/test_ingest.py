"""A video's row is its job: claimed by one, resumed after a death, never done twice, and a bad file harms nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from safety.models import ReviewJob
from tests.vision.films import write_film
from vision import ingest as pipeline
from vision import media, services
from vision.ingest import ingest
from vision.models import FrameVectors, Keyframe, ModelVersion, Video, VideoSource, VideoState, VideoVector, Visibility
from vision.selectors import approved_videos, catalogue_progress
from vision.services import LeaseLost, ingest_claim, ingest_finish, stuck_videos, video_create

pytestmark = pytest.mark.django_db


def brought(path: Path, *, title: str = "A yellow square crosses", tags: tuple[str, ...] = ("square",)) -> Video:
    """Quarantine a file and create its row, as an upload does."""
    content_hash = media.quarantine_store(media.file_chunks(path), max_bytes=1 << 30)
    return video_create(source=VideoSource.UPLOAD, title=title, tags=tags, content_hash=content_hash)[0]


@pytest.fixture()
def film(tmp_path: Path) -> Path:
    """Return a film whose bytes no other test brings: media files are named by content and outlive the rows."""
    width_px = 2 * (60 + abs(hash(tmp_path.name)) % 60)
    return write_film(tmp_path / "film.mp4", width_px=width_px, num_frames=12)


def expire_lease(video: Video) -> None:
    Video.objects.filter(pk=video.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_film_becomes_a_ready_video_with_media_keyframes_and_vectors(film: Path) -> None:
    video = brought(film)

    assert ingest(video_id=video.pk)

    video.refresh_from_db()
    assert (video.state, video.failure_reason) == (VideoState.READY, "")
    assert video.duration_s == pytest.approx(0.5, abs=0.1)
    assert (settings.MEDIA_ROOT / video.media_path).stat().st_size > 0
    assert (settings.MEDIA_ROOT / video.poster_path).stat().st_size > 0
    assert Keyframe.objects.filter(video=video).count() >= 4
    assert FrameVectors.objects.filter(video=video).count() == 1
    assert VideoVector.objects.filter(video=video).count() == 1
    assert not media.quarantined(video.content_hash).exists()


def test_second_delivery_is_harmless(film: Path) -> None:
    video = brought(film)
    ingest(video_id=video.pk)
    before = Video.objects.filter(pk=video.pk).values().get()

    assert not ingest(video_id=video.pk)

    assert Video.objects.filter(pk=video.pk).values().get() == before


def test_a_bad_file_fails_once_with_its_reason_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "bad.mp4"
    path.write_text(f"not a film {tmp_path}")
    video = brought(path)

    ingest(video_id=video.pk)

    video.refresh_from_db()
    assert (video.state, video.attempts) == (VideoState.FAILED, 1)
    assert "a text file" in video.failure_reason
    assert not media.quarantined(video.content_hash).exists()
    assert not any(settings.MEDIA_ROOT.rglob(f"{video.content_hash}*"))
    assert not approved_videos().exists()


@pytest.mark.parametrize("dies_in", ["_make_media", "_find_keyframes", "index_video", "may_be_shown"])
def test_a_worker_that_dies_in_any_step_leaves_a_row_that_the_next_one_finishes(
    film: Path, dies_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = brought(film)

    def die(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt  # past every handler of the pipeline, as a kill is

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(pipeline, dies_in, die)
        ingest(video_id=video.pk)
    assert not ingest(video_id=video.pk), "the lease still holds"
    expire_lease(video)

    assert ingest(video_id=video.pk)

    video.refresh_from_db()
    assert (video.state, video.attempts) == (VideoState.READY, 2)
    assert VideoVector.objects.filter(video=video).count() == 1


def test_what_was_finished_is_not_done_again(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    video = brought(film)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(pipeline, "index_video", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
        ingest(video_id=video.pk)
    expire_lease(video)
    monkeypatch.setattr(pipeline, "transcode_file", lambda *_: pytest.fail("transcoded twice"))

    ingest(video_id=video.pk)

    video.refresh_from_db()
    assert video.state == VideoState.READY


def test_a_worker_that_lost_its_lease_writes_nothing(film: Path) -> None:
    video = brought(film)
    late = ingest_claim(video_id=video.pk)
    expire_lease(video)
    owner = ingest_claim(video_id=video.pk)

    assert late and owner
    with pytest.raises(LeaseLost):
        ingest_finish(claim=late, is_approved=True)

    video.refresh_from_db()
    assert (video.state, video.visibility) == (VideoState.PROCESSING, Visibility.PENDING)
    ingest_finish(claim=owner, is_approved=True)


def test_a_video_whose_workers_die_three_times_is_given_up(film: Path) -> None:
    video = brought(film)
    for _ in range(services.MAX_ATTEMPTS):
        assert ingest_claim(video_id=video.pk)
        expire_lease(video)

    assert ingest_claim(video_id=video.pk) is None

    video.refresh_from_db()
    assert video.state == VideoState.FAILED
    assert "3 times" in video.failure_reason


def test_an_error_of_ours_gives_the_video_back(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    video = brought(film)
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "index_video", lambda **_: (_ for _ in ()).throw(OSError("disk")))
        ingest(video_id=video.pk)
    video.refresh_from_db()
    assert video.state == VideoState.QUEUED

    ingest(video_id=video.pk)

    video.refresh_from_db()
    assert video.state == VideoState.READY


def test_words_that_the_guard_doubts_wait_for_a_moderator(film: Path) -> None:
    video = brought(film, title="How to build a bomb and kill your neighbours", tags=("bomb",))

    ingest(video_id=video.pk)

    video.refresh_from_db()
    assert (video.state, video.visibility) == (VideoState.READY, Visibility.PENDING)
    assert not approved_videos().filter(pk=video.pk).exists()
    assert ReviewJob.objects.filter(target_kind="video", target_id=video.pk, state="open").count() == 1


def test_a_dead_guard_holds_the_video_back(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safety.guard.detector import Guard

    monkeypatch.setattr(Guard, "check", lambda *_, **__: (_ for _ in ()).throw(OSError("no weights")))
    video = brought(film)

    ingest(video_id=video.pk)

    video.refresh_from_db()
    assert (video.state, video.visibility) == (VideoState.READY, Visibility.PENDING)
    assert ReviewJob.objects.get(target_kind="video", target_id=video.pk).p_unsafe is None


def test_what_a_moderator_removed_meanwhile_stays_removed(film: Path) -> None:
    video = brought(film)
    claim = ingest_claim(video_id=video.pk)
    assert claim
    Video.objects.filter(pk=video.pk).update(visibility=Visibility.REMOVED)

    ingest_finish(claim=claim, is_approved=True)

    video.refresh_from_db()
    assert video.visibility == Visibility.REMOVED


def test_a_demo_scene_is_rendered_and_approved() -> None:
    from vision.scenes.catalogue import demo_catalogue

    spec = replace(demo_catalogue(7, 1)[0], duration_s=0.5)
    [video_id] = services.demo_videos_create(scenes=[("a-scene", spec.to_json())])

    ingest(video_id=video_id)

    video = Video.objects.get(pk=video_id)
    assert (video.state, video.visibility) == (VideoState.READY, Visibility.APPROVED)
    assert (video.width_px, video.height_px, video.fps) == (360, 640, 24)


def test_the_demo_is_created_once() -> None:
    from vision.scenes.catalogue import demo_catalogue

    scenes = [(f"{spec.family}-{spec.seed}", spec.to_json()) for spec in demo_catalogue(7, 5)]

    first, second = services.demo_videos_create(scenes=scenes), services.demo_videos_create(scenes=scenes)

    assert (len(first), second) == (5, [])
    assert catalogue_progress()["source_counts"]["demo"] == 5


def test_the_sweep_finds_lost_messages_but_does_not_flood_busy_workers(film: Path) -> None:
    video = brought(film)
    assert stuck_videos() == [], "it was sent just now"
    Video.objects.filter(pk=video.pk).update(dispatched_at=timezone.now() - timedelta(minutes=5))
    other = Video.objects.create(source="demo", source_name="busy", title="busy", state=VideoState.PROCESSING)
    Video.objects.filter(pk=other.pk).update(lease_until=timezone.now() + timedelta(minutes=1))
    assert stuck_videos() == [], "somebody works on what was sent before"

    Video.objects.filter(pk=other.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    assert stuck_videos() == [video.pk, other.pk]
    assert stuck_videos() == [], "both were sent again just now"


def test_the_same_bytes_are_one_video(film: Path) -> None:
    first = brought(film)

    again, is_queued = video_create(source=VideoSource.UPLOAD, title="Other", content_hash=first.content_hash)

    assert (again.pk, is_queued) == (first.pk, False)


def test_titles_and_tags_are_cleaned() -> None:
    video, _ = video_create(
        source=VideoSource.UPLOAD,
        title=" two\x00 lines\n of   text ",
        tags=["#Sea ", "sea", "", " big  wave "],
        content_hash="0" * 64,
    )

    assert video.title == "two lines of text"
    assert video.tags == ["sea", "big wave"]


@pytest.mark.django_db(transaction=True)
def test_newer_weights_are_indexed_without_decoding_and_then_serve(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.management import call_command

    from vision.clip import encoder as encoders
    from vision.versions import bundled_is_serving

    video = brought(film)
    ingest(video_id=video.pk)
    assert bundled_is_serving()
    ModelVersion.objects.update(slug="bundled-before")
    assert not bundled_is_serving()
    monkeypatch.setattr(pipeline, "frames_at", lambda *_: pytest.fail("decoded again"))

    call_command("reindex_videos")

    assert bundled_is_serving()
    serving = ModelVersion.objects.get(state="serving")
    assert serving.slug == encoders.load_video_encoder().version
    assert VideoVector.objects.filter(video=video).count() == 2, "the one before is kept for rollback"


def test_old_drafts_of_killed_processes_are_deleted_and_young_ones_stay() -> None:
    import os
    import time

    old, young = media.media_dir() / ".draft-old", media.media_dir() / ".draft-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "clip.mp4").write_bytes(b"half")
    os.utime(old, (time.time() - 9000, time.time() - 9000))

    assert media.drafts_sweep(older_than_s=3600) == 1

    assert (old.exists(), young.exists()) == (False, True)
