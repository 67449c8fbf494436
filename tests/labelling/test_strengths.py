"""Strengths order videos as the answers do, with intervals that shrink as answers come."""

import numpy as np
import pytest

from labelling.measures.strengths import strengths


def test_true_strengths_are_found_and_lie_in_their_intervals() -> None:
    true = np.array([1.5, 0.5, -0.5, -1.5])
    rng = np.random.default_rng(2)
    wins = []
    for _ in range(1500):
        first, second = rng.choice(4, 2, replace=False)
        wins.append((int(first), int(second), float(rng.random() < 1 / (1 + np.exp(true[second] - true[first])))))

    found = strengths(wins)

    assert [one.video_id for one in found] == [0, 1, 2, 3]
    assert all(one.low < true[one.video_id] < one.high for one in found)
    assert sum(one.num_answers for one in found) == 2 * len(wins)


def test_more_answers_narrow_the_interval() -> None:
    few, many = (strengths([(1, 2, 1.0), (1, 2, 0.0)] * times)[0] for times in (2, 50))

    assert many.high - many.low < few.high - few.low


def test_ties_and_even_splits_leave_videos_level() -> None:
    assert [one.value for one in strengths([(7, 8, 0.5)] * 6)] == pytest.approx([0, 0], abs=1e-6)


def test_who_wins_always_stays_finite() -> None:
    best = strengths([(1, 2, 1.0)] * 40)[0]

    assert best.video_id == 1
    assert 1 < best.value < 10


def test_turning_a_pair_round_changes_nothing() -> None:
    one = strengths([(1, 2, 1.0), (2, 3, 1.0), (1, 3, 0.5)])
    other = strengths([(2, 1, 0.0), (3, 2, 0.0), (3, 1, 0.5)])

    assert [(a.video_id, round(a.value, 9)) for a in one] == [(b.video_id, round(b.value, 9)) for b in other]


def test_no_answers_no_strengths() -> None:
    assert strengths([]) == []
