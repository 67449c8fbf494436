"""What the `open` encoder sees in frames holds a video as its words do; the bundled tower cannot see hazards, and says so."""

from typing import Any

import numpy as np
import pytest
import torch

from safety.guard.frames import HARMLESS_PHRASES, HAZARD_PHRASES, hazards_seen
from safety.guard.verdict import HAZARDS
from safety.models import ReviewJob
from vision import ingest as pipeline
from vision import services
from vision.clip.encoder import OpenClipEncoder
from vision.models import Video, VideoSource

GORE, CAT = f"a photo of {HAZARD_PHRASES['violent_crimes'][0]}", "a photo of a cat"


def _axes(texts: list[str]) -> np.ndarray:
    """Give each phrase an axis of its own."""
    order = [f"a photo of {phrase}" for named in HAZARD_PHRASES.values() for phrase in named]
    order += [f"a photo of {phrase}" for phrase in HARMLESS_PHRASES]
    return np.eye(len(order), dtype=np.float32)[[order.index(text) for text in texts]]


def test_one_frame_of_many_is_enough() -> None:
    frames = _axes([CAT] * 30 + [GORE])

    seen = hazards_seen(frames, _axes)

    assert set(seen) == set(HAZARDS)
    assert seen["violent_crimes"] > 0.99
    assert max(p for hazard, p in seen.items() if hazard != "violent_crimes") < 0.01
    assert max(hazards_seen(frames[:30], _axes).values()) < 0.01


def test_what_is_in_doubt_is_shared_out() -> None:
    between = (_axes([GORE]) + _axes([CAT])) / np.sqrt(2)

    assert hazards_seen(between, _axes)["violent_crimes"] == pytest.approx(0.5, abs=0.01)


@pytest.fixture(scope="module")
def encoder() -> OpenClipEncoder:
    torch.manual_seed(0)
    return OpenClipEncoder("ViT-S-32-alt", "random")


@pytest.fixture()
def video(db: None) -> Video:
    return Video.objects.create(title="A quiet morning", creator="c", source=VideoSource.UPLOAD, source_name="a.mp4")


def _store(video: Video, encoder: OpenClipEncoder, words: list[str]) -> None:
    services.frame_vectors_store(
        video_id=video.pk,
        tower_version=encoder.tower_version,
        times_s=[float(at) for at in range(len(words))],
        motion=[[0.0]] * len(words),
        vectors_KE=encoder.text(words),
    )


def _open(monkeypatch: pytest.MonkeyPatch, settings: Any, encoder: Any) -> None:
    settings.MODEL_PROFILE = "open"
    monkeypatch.setattr(pipeline, "_encoder", lambda: encoder)


def test_a_frame_that_shows_a_hazard_holds_the_video(
    video: Video, encoder: OpenClipEncoder, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    _open(monkeypatch, settings, encoder)
    _store(video, encoder, [CAT, GORE, CAT])

    assert not pipeline.may_be_shown(video)

    job = ReviewJob.objects.get()
    assert (job.target_id, job.category) == (video.pk, "violent_crimes") and job.p_unsafe > 0.5


def test_harmless_frames_let_the_words_decide(
    video: Video, encoder: OpenClipEncoder, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    _open(monkeypatch, settings, encoder)
    _store(video, encoder, [CAT, CAT])

    assert pipeline.may_be_shown(video)


@pytest.mark.parametrize("stored", [True, False])
def test_frames_that_cannot_be_looked_at_hold_the_video(
    video: Video, encoder: OpenClipEncoder, monkeypatch: pytest.MonkeyPatch, settings: Any, stored: bool
) -> None:
    def broken(texts: list[str]) -> np.ndarray:
        raise RuntimeError("out of memory")

    if stored:
        _store(video, encoder, [CAT])
        monkeypatch.setattr(encoder, "text", broken)
    _open(monkeypatch, settings, encoder)

    assert not pipeline.may_be_shown(video)

    assert ReviewJob.objects.get().p_unsafe is None


def test_the_bundled_tower_cannot_see_hazards(video: Video, encoder: OpenClipEncoder, settings: Any) -> None:
    """Said plainly: with the bundled models the words alone decide."""
    settings.MODEL_PROFILE = "bundled"
    _store(video, encoder, [GORE])

    assert pipeline.may_be_shown(video)
