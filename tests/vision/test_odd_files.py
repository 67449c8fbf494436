"""A file that cannot be taken gets a reason that a person can act on; odd ones that can be shown are taken."""

from pathlib import Path

import numpy as np
import pytest

from tests.vision.films import RED, YELLOW, moving_square, write_film, write_half_of, write_sound_only
from vision.decode import frames_at
from vision.probe import probe_file
from vision.sandbox import Refused
from vision.transcode import transcode_file


def refusal_of(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        probe_file(path)
    return str(refused.value)


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()

    assert refusal_of(path) == "empty file"


def test_a_text_named_mp4_is_called_a_text_and_leads_nowhere(tmp_path: Path) -> None:
    write_film(tmp_path / "real.mp4")
    path = tmp_path / "text.mp4"
    path.write_text("ffconcat version 1.0\nfile real.mp4\n")

    assert "a text file" in refusal_of(path)


@pytest.mark.parametrize("name", ["cut.mp4", "cut.mkv", "cut.webm"])
def test_half_a_file_is_called_truncated(tmp_path: Path, name: str) -> None:
    whole = write_film(tmp_path / ("whole" + Path(name).suffix.replace("webm", "mkv")))

    reason = refusal_of(write_half_of(whole, tmp_path / name))

    assert reason.startswith("truncated: ")


def test_sound_alone_is_called_audio_only(tmp_path: Path) -> None:
    assert refusal_of(write_sound_only(tmp_path / "sound.mp4")) == "not a video: audio only"


def test_8k_is_too_large_and_says_its_size(tmp_path: Path) -> None:
    path = write_film(tmp_path / "8k.mp4", width_px=7680, height_px=4320, num_frames=1)

    assert "too large: 7680x4320" in refusal_of(path)


def test_more_than_a_minute_is_too_long(tmp_path: Path) -> None:
    path = write_film(tmp_path / "long.mp4", num_frames=80, fps=1, width_px=32, height_px=32)

    assert refusal_of(path).startswith("too long: 80 s")


def test_noise_behind_an_mp4_header_is_refused(tmp_path: Path) -> None:
    whole = write_film(tmp_path / "whole.mp4").read_bytes()
    path = tmp_path / "noise.mp4"
    path.write_bytes(whole[:64] + np.random.default_rng(1).bytes(len(whole)))

    assert refusal_of(path)


def test_a_single_frame_becomes_a_second_of_stillness(tmp_path: Path) -> None:
    path = write_film(tmp_path / "one.mp4", num_frames=1)

    clip = transcode_file(path, tmp_path / "out.mp4", tmp_path / "out.jpg")

    assert clip.duration_s == pytest.approx(1.0, abs=0.1)
    assert probe_file(tmp_path / "out.mp4").num_frames == clip.num_frames


def test_a_variable_rate_becomes_constant_and_keeps_its_length(tmp_path: Path) -> None:
    times_ms = [index * 20 for index in range(25)] + [500 + index * 100 for index in range(25)]
    path = write_film(tmp_path / "vfr.mp4", num_frames=50, times_ms=times_ms)

    clip = transcode_file(path, tmp_path / "out.mp4", tmp_path / "out.jpg")

    assert clip.duration_s == pytest.approx(2.9, abs=0.2)
    assert probe_file(tmp_path / "out.mp4").fps == pytest.approx(clip.fps, rel=0.02)


@pytest.mark.parametrize(("rotation_deg", "corner"), [(90, "bottom left"), (180, "bottom right"), (270, "top right")])
def test_a_rotated_film_comes_out_upright(tmp_path: Path, rotation_deg: int, corner: str) -> None:
    """The film is stored with a red mark in its top left corner; players turn it anticlockwise by the written angle."""

    def marked(index: int, num_frames: int, width_px: int, height_px: int) -> np.ndarray:
        picture = moving_square(index, num_frames, width_px, height_px)
        picture[: height_px // 4, : width_px // 4] = RED
        return picture

    path = write_film(tmp_path / "turned.mp4", rotation_deg=rotation_deg, paint=marked)

    clip = transcode_file(path, tmp_path / "out.mp4", tmp_path / "out.jpg")

    assert (clip.width_px, clip.height_px) == ((160, 120) if rotation_deg == 180 else (120, 160))
    picture = frames_at(tmp_path / "out.mp4", [0.5])[0].astype(int)
    redness = picture[..., 0] - picture[..., 1] - picture[..., 2]
    row, column = np.unravel_index(redness.argmax(), redness.shape)
    vertical = "top" if row < picture.shape[0] / 2 else "bottom"
    horizontal = "left" if column < picture.shape[1] / 2 else "right"
    assert f"{vertical} {horizontal}" == corner


def test_a_large_film_is_scaled_into_the_limits(tmp_path: Path) -> None:
    path = write_film(tmp_path / "large.mp4", width_px=1920, height_px=1080, num_frames=3)

    clip = transcode_file(path, tmp_path / "out.mp4", tmp_path / "out.jpg")

    assert (clip.width_px, clip.height_px) == (1280, 720)


def test_sound_is_kept_and_the_index_stands_in_front(tmp_path: Path) -> None:
    path = write_film(tmp_path / "loud.mp4", with_sound=True)

    transcode_file(path, tmp_path / "out.mp4", tmp_path / "out.jpg")

    data = (tmp_path / "out.mp4").read_bytes()
    assert probe_file(tmp_path / "out.mp4").has_audio
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_poster_shows_the_film(tmp_path: Path) -> None:
    import cv2

    path = write_film(tmp_path / "film.mp4")

    transcode_file(path, tmp_path / "out.mp4", tmp_path / "out.jpg")

    poster = cv2.cvtColor(cv2.imread(str(tmp_path / "out.jpg")), cv2.COLOR_BGR2RGB)
    assert np.abs(poster.astype(int) - np.array(YELLOW)).sum(-1).min() < 60
