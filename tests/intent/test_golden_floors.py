"""Claim: the shipped stages score at least the committed floors on every golden set."""

import tomllib

import pytest

from chat.intent.evaluate import GOLDEN_DIR, Report, evaluate_all

FLOORS = tomllib.loads((GOLDEN_DIR / "floors.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    return {report.name: report for report in evaluate_all()}


def test_every_golden_set_has_its_floor(reports: dict[str, Report]) -> None:
    assert set(reports) == set(FLOORS)


@pytest.mark.parametrize("name", FLOORS)
def test_a_score_does_not_fall_below_its_floor(name: str, reports: dict[str, Report]) -> None:
    score = reports[name].groups["all"]

    reached = {measure: round(getattr(score, measure), 4) for measure in FLOORS[name]}

    assert all(reached[measure] >= floor for measure, floor in FLOORS[name].items()), (reached, FLOORS[name])
