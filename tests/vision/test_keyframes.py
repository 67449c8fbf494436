"""Keyframes go where the motion is, and the same bytes give the same ones."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tests.vision.films import BLUE, RED, moving_square, still_then_dash, write_film
from vision.keyframes import MotionCurve, adaptive, budget_for, choose, middle, motion_curve, uniform


def curve_of(motion: list[float], cuts_s: tuple[float, ...] = ()) -> MotionCurve:
    """Return a curve sampled ten times a second."""
    times_s = np.arange(len(motion)) / 10
    return MotionCurve(times_s, np.array(motion), cuts_s, len(motion) / 10, len(motion))


def test_the_same_bytes_give_the_same_keyframes(tmp_path: Path) -> None:
    film = write_film(tmp_path / "a.mp4", num_frames=72)
    copy = tmp_path / "b.mp4"
    copy.write_bytes(film.read_bytes())

    assert choose(motion_curve(film)) == choose(motion_curve(copy))


def test_a_short_dash_gets_more_keyframes_than_time_alone_would_give(tmp_path: Path) -> None:
    film = write_film(tmp_path / "dash.mp4", num_frames=144, paint=still_then_dash)
    curve = motion_curve(film)

    def inside(sampler) -> int:
        return sum(4.0 <= keyframe.time_s <= 5.1 for keyframe in choose(curve, budget=8, sampler=sampler))

    assert inside(adaptive) >= 4
    assert inside(uniform) <= 2


def swings_while_a_dot_passes(index: int, num_frames: int, width_px: int, height_px: int) -> np.ndarray:
    """Return a large square that swings all the time; in frames 100 to 112 a small one passes below."""
    swing = round((num_frames - 1) * (0.5 + 0.5 * math.sin(index / 4)))
    picture = moving_square(swing, num_frames, width_px, height_px)
    if 100 <= index < 112:
        left = (width_px - 12) * (index - 100) // 12
        picture[-24:-12, left : left + 12] = RED
    return picture


def test_a_small_thing_that_passes_once_is_seen_beside_what_always_moves(tmp_path: Path) -> None:
    curve = motion_curve(write_film(tmp_path / "dot.mp4", num_frames=192, paint=swings_while_a_dot_passes))
    assert curve.surprise is not None
    while_it_passes = (curve.times_s >= 100 / 24) & (curve.times_s <= 113 / 24)

    assert curve.surprise[while_it_passes].sum() > 0.6 * curve.surprise.sum()
    assert curve.motion[while_it_passes].mean() < 1.5 * curve.motion.mean()
    assert sum(100 / 24 <= keyframe.time_s <= 113 / 24 for keyframe in choose(curve, budget=8)) >= 2
    assert sum(100 / 24 <= keyframe.time_s <= 113 / 24 for keyframe in choose(curve, budget=8, sampler=uniform)) <= 1


def test_nothing_surprises_in_a_film_that_does_the_same_throughout(tmp_path: Path) -> None:
    film = write_film(tmp_path / "same.mp4", num_frames=96, paint=lambda index, *rest: moving_square(index % 8, *rest))
    curve = motion_curve(film)

    assert curve.surprise is not None
    assert curve.surprise.sum() == pytest.approx(0, abs=0.5)


def test_a_still_film_is_looked_at_evenly() -> None:
    curve = curve_of([0.0] * 80)

    assert adaptive(curve, 8) == uniform(curve, 8)


def test_a_cut_is_found_and_both_sides_are_seen(tmp_path: Path) -> None:
    def two_shots(index: int, num_frames: int, width_px: int, height_px: int) -> np.ndarray:
        if index < 60:
            return moving_square(index, 60, width_px, height_px)
        picture = moving_square(index - 60, 12, width_px, height_px)
        picture[(picture == BLUE).all(-1)] = RED
        return picture

    curve = motion_curve(write_film(tmp_path / "cut.mp4", num_frames=72, paint=two_shots))

    assert curve.cuts_s == pytest.approx((2.5,), abs=0.1)
    times_s = [keyframe.time_s for keyframe in choose(curve, budget=4)]
    assert min(times_s) < 2.5 <= max(times_s)


@pytest.mark.parametrize("budget", [1, 2, 4, 8, 16])
def test_the_budget_is_kept_and_times_ascend(budget: int) -> None:
    curve = curve_of(list(np.random.default_rng(3).exponential(0.1, 90)), cuts_s=(2.0, 5.0, 5.1))

    times_s = [keyframe.time_s for keyframe in adaptive(curve, budget)]

    assert len(times_s) == budget
    assert times_s == sorted(set(times_s))


def test_every_shot_is_seen_while_the_budget_lasts() -> None:
    motion = [0.5] * 60 + [0.001] * 10 + [0.5] * 30
    curve = curve_of(motion, cuts_s=(6.0, 7.0))

    times_s = [keyframe.time_s for keyframe in adaptive(curve, 8)]

    assert any(6.0 <= time_s < 7.0 for time_s in times_s)


def test_motion_twice_as_fast_everywhere_changes_no_choice() -> None:
    motion = np.random.default_rng(5).exponential(0.1, 60)

    slow, fast = adaptive(curve_of(list(motion)), 8), adaptive(curve_of(list(2 * motion)), 8)

    assert [keyframe.time_s for keyframe in slow] == [keyframe.time_s for keyframe in fast]


def test_fewer_frames_than_the_budget_are_all_taken() -> None:
    assert len(adaptive(curve_of([0.1, 0.2, 0.3]), 8)) == 3
    assert middle(curve_of([0.1, 0.2, 0.3]), 8)[0].time_s == pytest.approx(0.1)


def test_the_budget_grows_with_length_and_cuts_up_to_sixteen() -> None:
    assert budget_for(6.0, 0) == 8
    assert budget_for(48.0, 0) == 12
    assert budget_for(6.0, 40) == 16


def test_faster_motion_has_more_energy(tmp_path: Path) -> None:
    slow = motion_curve(write_film(tmp_path / "slow.mp4", num_frames=96))
    fast = motion_curve(write_film(tmp_path / "fast.mp4", num_frames=24))

    assert fast.energy > 2 * slow.energy


def test_the_command_answers_a_line_a_file_and_names_what_it_cannot_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    film, text = write_film(tmp_path / "film.mp4", num_frames=48), tmp_path / "text.mp4"
    text.write_text("no film")

    with pytest.raises(CommandError) as error:
        call_command("keyframes", str(film), str(text), str(film))

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert error.value.returncode == 1
    assert [line["file"] for line in lines] == [str(film), str(text), str(film)]
    assert lines[0]["decoded_frames"] == 48
    assert lines[0] == lines[2]
    assert "a text file" in lines[1]["error"]
