"""The motion curve can be looked at: one picture, a row a file, whose frames are the chosen ones."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.vision.films import BLUE, RED, moving_square, still_then_dash, write_film
from vision.charts import ALERT
from vision.keyframes import Keyframe, MotionCurve
from vision.keyframes_plot import WIDTH_PX, draw

A_LEVEL_OR_TWO = 2  # of 255: the renderer's caches move an edge by so much between a first drawing and a second


@pytest.fixture()
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "dash.mp4", num_frames=144, paint=still_then_dash)


def plotted(out: Path, *files: Path, sampler: str = "adaptive") -> np.ndarray:
    call_command("keyframes", *map(str, files), plot=out, sampler=sampler)
    picture = cv2.imread(str(out))
    assert picture is not None
    return picture


def test_the_plot_differs_with_the_sampler_and_repeats_itself(film: Path, tmp_path: Path) -> None:
    adaptive = plotted(tmp_path / "a.png", film)
    again = plotted(tmp_path / "b.png", film)
    uniform = plotted(tmp_path / "c.png", film, sampler="uniform")

    assert adaptive.shape == uniform.shape
    assert adaptive.shape[1] == WIDTH_PX and 400 < adaptive.shape[0] < 900
    assert np.abs(adaptive.astype(int) - again).max() <= A_LEVEL_OR_TWO
    assert (adaptive != uniform).any(-1).mean() > 0.005


def test_every_file_has_its_row(film: Path, tmp_path: Path) -> None:
    upright = write_film(tmp_path / "upright.mp4", width_px=120, height_px=160)

    both = plotted(tmp_path / "both.png", film, upright)

    one, other = plotted(tmp_path / "one.png", film), plotted(tmp_path / "other.png", upright)
    apart = np.concatenate([one, other])
    assert both.shape == apart.shape
    assert np.abs(both.astype(int) - apart).max() <= A_LEVEL_OR_TWO


def test_the_chosen_frames_stand_under_the_curve(film: Path, tmp_path: Path) -> None:
    picture = plotted(tmp_path / "a.png", film)

    is_blue = (np.abs(picture.astype(int) - BLUE[::-1]) < 30).all(-1)  # the film's ground
    rows = np.flatnonzero(is_blue.mean(1) > 0.3)
    assert len(rows) > 80 and rows.min() > 300


def test_a_cut_is_marked_in_a_colour_of_its_own() -> None:
    times_s, motion = np.arange(40) / 10, np.full(40, 0.1)
    chosen, pictures = [Keyframe(1.0, 0.1)], [np.full((90, 160, 3), RED, np.uint8)]

    with_cut = draw(MotionCurve(times_s, motion, (2.0,), 4.0, 40), chosen, pictures, title="t")
    without = draw(MotionCurve(times_s, motion, (), 4.0, 40), chosen, pictures, title="t")

    colour = [int(ALERT[at : at + 2], 16) for at in (1, 3, 5)]
    assert (with_cut == colour).all(-1).any()
    assert not (without == colour).all(-1).any()


def test_what_cannot_be_read_is_left_out_of_the_plot(film: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no film")

    with pytest.raises(CommandError, match="1 of 2 files"):
        call_command("keyframes", str(text), str(film), plot=tmp_path / "a.png")
    with pytest.raises(CommandError, match="1 of 1 files"):
        call_command("keyframes", str(text), plot=tmp_path / "none.png")

    picture = cv2.imread(str(tmp_path / "a.png"))
    assert picture is not None and picture.shape[0] < 900
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["a.png"]


def test_a_plot_that_could_not_be_written_is_refused_before_any_work(film: Path, tmp_path: Path) -> None:
    for name in ("plot.gif", "nowhere/plot.png"):
        with pytest.raises(CommandError, match=r"--plot takes a \.png"):
            call_command("keyframes", str(film), plot=tmp_path / name)


def test_a_film_that_stands_still_can_be_drawn(tmp_path: Path) -> None:
    still = write_film(tmp_path / "still.mp4", num_frames=1, paint=lambda *_: moving_square(0, 2, 160, 120))

    assert plotted(tmp_path / "a.png", still).shape[1] == WIDTH_PX
