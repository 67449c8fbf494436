"""The gate lets through what people prefer and search can bear, and nothing that was not measured."""

import copy
from typing import Any

import pytest

from vision.gate import judge

GOOD: dict[str, Any] = {
    "before": {"recall_at_1": 0.700, "pair_accuracy": 0.61, "pair_interval": [0.58, 0.64]},
    "after": {"recall_at_1": 0.698, "pair_accuracy": 0.70, "pair_interval": [0.67, 0.73]},
    "pair_gain_interval": [0.06, 0.12],
}


def changed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    scores = copy.deepcopy(GOOD)
    part = scores
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    return scores


def test_a_clear_gain_at_a_small_cost_passes() -> None:
    verdict = judge(GOOD)

    assert verdict.is_passed
    assert verdict.words.startswith("Passed: ")
    assert "0.700 to 0.698" in verdict.words


@pytest.mark.parametrize(
    ("after", "is_passed"), [(0.7, True), (0.9, True), (0.695, True), (0.6949, False), (0.2, False)]
)
def test_recall_may_fall_by_half_a_point_and_no_more(after: float, is_passed: bool) -> None:
    assert judge(changed(("after", "recall_at_1"), after)).is_passed is is_passed


@pytest.mark.parametrize("interval", [[0.0, 0.1], [-0.01, 0.1], [-0.2, -0.1]])
def test_a_gain_that_may_be_chance_is_refused(interval: list[float]) -> None:
    verdict = judge(changed(("pair_gain_interval",), interval))

    assert not verdict.is_passed
    assert "not clear of no gain" in verdict.words


def test_an_interval_that_its_own_figures_contradict_is_refused() -> None:
    assert not judge(changed(("after", "pair_accuracy"), 0.60)).is_passed


def test_every_rule_that_refuses_is_said_first() -> None:
    scores = changed(("pair_gain_interval",), [-0.1, 0.1])
    scores["after"]["recall_at_1"] = 0.5

    reasons = judge(scores).reasons

    assert len(reasons) == 2
    assert "a fall of 20.00 points where 0.5 is allowed" in judge(scores).words


@pytest.mark.parametrize("value", [None, "0.9", True, float("nan"), float("inf"), -0.1, 1.1, [0.9]])
@pytest.mark.parametrize("path", [("before", "recall_at_1"), ("after", "recall_at_1"), ("after", "pair_accuracy")])
def test_what_was_not_measured_is_refused(path: tuple[str, ...], value: Any) -> None:
    assert not judge(changed(path, value)).is_passed


@pytest.mark.parametrize(
    "value", [None, [], [0.1], [0.2, 0.1], ["a", "b"], [float("nan"), 0.2], {"low": 0.1}, [0.1, 2.0]]
)
def test_a_gain_without_its_interval_is_refused(value: Any) -> None:
    assert not judge(changed(("pair_gain_interval",), value)).is_passed


@pytest.mark.parametrize("scores", [{}, {"before": 1}, {"before": None, "after": []}])
def test_no_scores_at_all_are_refused_in_words(scores: dict[str, Any]) -> None:
    assert judge(scores).words.startswith("Refused: The scores have no recall_at_1")


def test_gold_that_is_met_worse_refuses_whatever_was_gained() -> None:
    assert judge(GOOD | {"gold": {"num_pairs": 40, "before": 0.8, "after": 0.8}}).is_passed

    verdict = judge(GOOD | {"gold": {"num_pairs": 40, "before": 0.8, "after": 0.775}})

    assert not verdict.is_passed
    assert verdict.words.startswith("Refused: Accuracy on 40 gold pairs went from 0.800 to 0.775")


def test_gold_that_cannot_be_read_refuses_and_no_gold_is_said() -> None:
    assert not judge(GOOD | {"gold": {"num_pairs": 4, "before": None, "after": 0.9}}).is_passed
    assert not judge(GOOD | {"gold": [1]}).is_passed
    assert "No gold pair vouches" in judge(GOOD | {"gold": {"num_pairs": 0}}).words


def test_labels_that_are_upside_down_are_not_believed() -> None:
    before = GOOD["before"] | {"pair_interval": [0.41, 0.49]}

    verdict = judge(GOOD | {"before": before})

    assert not verdict.is_passed
    assert "more often than a coin" in verdict.words
