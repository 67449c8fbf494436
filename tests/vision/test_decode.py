"""Sampling passes frames over without changing what is seen: the same pictures at the same times as when every frame is decoded."""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.vision.films import write_film
from vision import decode
from vision.decode import SampledDecode, frames, shown_pts
from vision.encode import write_frames


@pytest.fixture()
def film(tmp_path: Path) -> Path:
    """Write a film as our transcodes are, a soft texture that glides: half of its frames are such that no other is made from them."""
    noise = np.random.default_rng(1).integers(0, 255, (240, 640, 3), dtype=np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 6).astype(np.float32)
    texture = np.clip((soft - soft.mean()) * 12 + 128, 0, 255).astype(np.uint8)
    pictures = (np.ascontiguousarray(np.roll(texture, 3 * n, 1)[:, :320]) for n in range(90))
    path = tmp_path / "film.mp4"
    write_frames(pictures, path, tmp_path / "poster.jpg", fps=Fraction(30))
    return path


def sampled(path: Path) -> tuple[list[float], np.ndarray, int, float]:
    samples = SampledDecode(path)
    times_s, lumas = zip(*samples, strict=True)
    return list(times_s), np.array(lumas), samples.num_decoded, samples.duration_s


def every_frame(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[float], np.ndarray, int, float]:
    with monkeypatch.context() as patched:
        patched.setattr(decode, "shown_pts", lambda path: None)
        return sampled(path)


def assert_same(one: tuple, other: tuple) -> None:
    assert one[0] == other[0]
    assert np.array_equal(one[1], other[1])
    assert one[2:] == other[2:]


def test_the_samples_are_those_of_decoding_every_frame(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(sampled(film), every_frame(film, monkeypatch))


def test_frames_that_are_not_needed_are_passed_over(film: Path) -> None:
    shown = shown_pts(film)
    assert shown is not None and len(shown[0]) == 90

    few = sum(1 for _ in frames(film, needed=set(shown[0][::10])))

    assert few < 80
    assert SampledDecode(film).num_decoded == 0
    assert sampled(film)[2] == 90


@pytest.mark.parametrize("rotation_deg", [0, 90])
def test_a_rate_that_varies_changes_nothing(rotation_deg: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times_ms = list(np.cumsum(np.random.default_rng(2).integers(5, 120, 60)))
    film = write_film(
        tmp_path / "odd.mp4", num_frames=60, times_ms=[int(t) for t in times_ms], rotation_deg=rotation_deg
    )

    assert_same(sampled(film), every_frame(film, monkeypatch))


def test_a_damaged_tail_ends_early_and_raises_nothing(film: Path, tmp_path: Path) -> None:
    data = bytearray(film.read_bytes())
    data[-len(data) // 3 :] = np.random.default_rng(3).bytes(len(data) // 3 + 1)[: len(data[-len(data) // 3 :])]
    (tmp_path / "damaged.mp4").write_bytes(data)

    times_s, lumas, num_decoded, duration_s = sampled(tmp_path / "damaged.mp4")

    assert 0 < len(times_s) == len(lumas) <= 36
    assert times_s == sorted(times_s) and times_s[-1] < duration_s <= 3.01
    assert num_decoded <= 90
