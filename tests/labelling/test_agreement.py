"""Agreement is what the literature says it is, on the example that everybody checks against."""

import pytest

from labelling.measures.agreement import alpha, disputed, unanimous, with_others

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", part C: four observers, twelve units, missing values
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
UNITS = [[row[unit] for row in OBSERVERS if row[unit] != "."] for unit in range(12)]


def test_alpha_is_that_of_the_published_example() -> None:
    assert alpha(UNITS) == pytest.approx(0.743, abs=5e-4)
    assert alpha(UNITS, order="12345") == pytest.approx(0.815, abs=5e-4)


def test_alpha_of_full_agreement_is_one_and_of_opposites_below_zero() -> None:
    assert alpha([["better", "better"], ["worse", "worse"]]) == pytest.approx(1)
    below = alpha([["better", "worse"], ["worse", "better"]])
    assert below is not None
    assert below < 0


def test_alpha_of_nothing_to_compare_is_none() -> None:
    assert alpha([]) is None
    assert alpha([["better"], ["worse"]]) is None
    assert alpha([["better", "better"]] * 9) is None


def test_both_bad_is_no_place_on_the_scale() -> None:
    units = [["better", "better", "both_bad"], ["worse", "worse"]]

    assert alpha(units, order=("worse", "tie", "better")) == pytest.approx(1)
    whole = alpha(units)
    assert whole is not None
    assert whole < 1


def test_order_of_units_and_people_changes_nothing() -> None:
    turned = [unit[::-1] for unit in UNITS[::-1]]

    assert alpha(turned, order="12345") == pytest.approx(alpha(UNITS, order="12345"))


def test_each_is_compared_with_all_others_and_only_the_last_answer_counts() -> None:
    said = [
        ("q", "lena", "worse"),
        ("q", "lena", "better"),
        ("q", "mona", "better"),
        ("q", "ada", "tie"),
        ("r", "ada", "tie"),
    ]

    assert with_others(said) == {"lena": (1, 2), "mona": (1, 2), "ada": (0, 2)}


def test_a_dispute_is_about_which_is_better() -> None:
    assert disputed({1: "better", 2: "worse", 3: "tie"})
    assert not disputed({1: "better", 2: "tie"})


def test_a_known_answer_needs_enough_people_and_a_better_video() -> None:
    assert unanimous({1: "better", 2: "better", 3: "better"}, at_least=3) == "better"
    assert unanimous({1: "better", 2: "better"}, at_least=3) is None
    assert unanimous({1: "tie", 2: "tie", 3: "tie"}, at_least=3) is None
    assert unanimous({1: "better", 2: "better", 3: "worse"}, at_least=3) is None
