"""The figures are honest: intervals over queries, paired gains, real agreement; simulated people agree as often as they are told to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.bootstrap import estimate, gain
from vision.clip.preference_scores import agreement, is_right
from vision.clip.tastes import calibrate, click, draw_pairs, label


def test_an_equal_gap_is_half_right() -> None:
    assert is_right([0.2, 0.0, -0.1]).tolist() == [1.0, 0.5, 0.0]


def test_many_pairs_of_few_queries_leave_a_wide_interval() -> None:
    rng = np.random.default_rng(1)
    of_query = np.repeat(np.arange(10), 100)
    right = (rng.random(10)[of_query] > 0.4).astype(float)

    by_query, by_pair = estimate(right, of_query), estimate(right, np.arange(1000))

    assert by_query.value == by_pair.value
    assert by_query.high - by_query.low > 3 * (by_pair.high - by_pair.low)


def test_a_paired_gain_is_surer_than_two_accuracies() -> None:
    rng = np.random.default_rng(2)
    of_query = np.repeat(np.arange(60), 10)
    before = (rng.random(600) < 0.6).astype(float)
    after = np.maximum(before, (rng.random(600) < 0.15).astype(float))

    gained = gain(before, after, of_query)

    assert gained.value == pytest.approx(after.mean() - before.mean())
    assert 0 < gained.low < gained.value < gained.high
    assert gained.high - gained.low < estimate(after, of_query).high - estimate(after, of_query).low


@given(st.integers(0, 1000))
@settings(max_examples=10, deadline=None)
def test_no_change_is_no_gain(seed: int) -> None:
    right = (np.random.default_rng(seed).random(50) < 0.5).astype(float)

    assert gain(right, right, np.arange(50) // 5).interval == [0.0, 0.0]


def test_weights_count() -> None:
    assert estimate(np.array([1.0, 0.0]), [0, 1], [3.0, 1.0]).value == 0.75
    with pytest.raises(ValueError, match="nothing to measure on"):
        estimate(np.array([]), [])


def test_agreement_compares_people_not_a_person_with_themselves() -> None:
    answers = [("q1", "lena", "better"), ("q1", "mona", "better"), ("q1", "ada", "tie"), ("q2", "lena", "worse")]

    assert agreement(answers) == (pytest.approx(1 / 3), 3)
    assert agreement([("q1", "lena", "better"), ("q1", "lena", "worse")]) == (None, 0)


def test_two_simulated_people_agree_as_often_as_asked() -> None:
    gap = np.random.default_rng(3).normal(size=20_000) * 2.5
    sharpness = calibrate(gap, agreement=0.75)

    one, other = (label(gap, sharpness=sharpness, tie_band=0, rng=np.random.default_rng(seed)) for seed in (1, 2))

    assert (one == other).mean() == pytest.approx(0.75, abs=0.01)
    assert (one == np.sign(gap)).mean() == pytest.approx(0.83, abs=0.03)  # the best that anyone can predict them


def test_no_noise_makes_equal_videos_agree() -> None:
    with pytest.raises(ValueError, match="no noise"):
        calibrate(np.zeros(10), agreement=0.75)


def test_ties_are_said_of_what_is_close() -> None:
    rng = np.random.default_rng(5)

    close, far = (label(np.full(4000, gap), sharpness=8.0, tie_band=0.2, rng=rng) for gap in (0.0, 1.0))

    assert (close == 0).mean() > 0.5
    assert (far == 0).mean() < 0.02


def test_questions_are_distinct_and_their_sides_by_chance() -> None:
    candidates = np.arange(120).reshape(10, 12)

    query, first, second = draw_pairs(candidates, pairs_a_query=60, rng=np.random.default_rng(6))

    asked = {(q, *sorted(pair)) for q, *pair in zip(query, first, second, strict=True)}
    assert len(asked) == len(query) == 600
    assert (first < second).mean() == pytest.approx(0.5, abs=0.08)


def test_nobody_clicks_what_nobody_looks_at() -> None:
    examined, rng = np.array([1.0, 1.0, 0.0]), np.random.default_rng(7)

    clicked = [click([0.0, 1.0, 2.0], sharpness=2.0, examined=examined, p_click=0.3, rng=rng) for _ in range(300)]

    counts = [sum(position in some for some in clicked) for position in range(3)]
    assert counts[2] == 0
    assert counts[1] > 2 * counts[0] > 0
