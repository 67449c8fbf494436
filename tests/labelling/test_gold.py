"""The gate stops who flips one answer in twenty, and lets honest people pass; both as often as it says."""

import numpy as np
import pytest
from scipy.stats import binomtest

from labelling.evaluation.gate import standings
from labelling.measures.gold import P_FALSE_PASS, P_FALSE_STOP, judge
from labelling.measures.shares import Share, is_one_sided


def judged(p_wrong: float, *, num_gold: int, runs: int) -> list[str]:
    rng = np.random.default_rng(5)
    return [judge((rng.random(num_gold) >= p_wrong).tolist()).standing for _ in range(runs)]


def test_who_flips_one_answer_in_twenty_is_stopped() -> None:
    found = judged(0.05, num_gold=200, runs=400)

    assert found.count("stopped") / 400 >= 0.93
    assert found.count("passed") / 400 <= 2 * P_FALSE_PASS


def test_honest_people_pass_and_are_hardly_ever_stopped() -> None:
    found = judged(0.005, num_gold=200, runs=400)

    assert found.count("passed") / 400 >= 0.9
    assert found.count("stopped") / 400 <= 2 * P_FALSE_STOP


def test_of_ten_simulated_labellers_who_flip_one_answer_in_twenty_nine_do_not_pass() -> None:
    flippers = standings(p_flip=0.05, seeds=range(10))
    honest = standings(p_flip=0.0, seeds=range(10))

    assert all(found["passed"] <= 1 for found in flippers.values())
    assert flippers[0.05, 300]["stopped"] >= 9
    assert honest[0.0, 300]["passed"] >= 9


def test_nobody_passes_on_a_few_right_answers_nor_fails_on_one_slip() -> None:
    assert judge([True] * 30).standing == "on trial"
    assert judge([True] * 90).standing == "passed"
    assert judge([True] * 20 + [False] + [True] * 20).standing == "on trial"
    assert judge([]).num_gold == 0


def test_who_becomes_careless_after_passing_is_stopped() -> None:
    gate = judge([True] * 400 + [False, True] * 4)

    assert (gate.standing, gate.num_wrong) == ("stopped", 4)


def test_what_comes_after_the_stop_changes_nothing() -> None:
    assert judge([False] * 2 + [True] * 500) == judge([False] * 2)


@pytest.mark.parametrize(("count", "total"), [(0, 8), (3, 40), (39, 40), (500, 1000)])
def test_intervals_and_tests_are_those_of_scipy(count: int, total: int) -> None:
    known = binomtest(count, total)

    assert Share(count, total).interval == pytest.approx(tuple(known.proportion_ci(method="wilson")), abs=1e-9)
    assert is_one_sided(Share(count, total)) is bool(total >= 20 and known.pvalue < 0.01)


def test_an_interval_holds_its_share_and_nothing_counted_says_nothing() -> None:
    low, high = Share(9, 10).interval

    assert low < 0.9 < high <= 1
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, (0.0, 1.0))


@pytest.mark.parametrize(("left", "total", "is_habit"), [(10, 20, False), (19, 20, True), (1, 20, True), (5, 5, False)])
def test_a_habit_of_one_side_is_told_from_chance(left: int, total: int, is_habit: bool) -> None:
    assert is_one_sided(Share(left, total)) is is_habit
