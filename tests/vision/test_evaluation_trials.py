"""The trials of `manage.py evaluate video` compare what they say: one thing differs, the same seed gives the same, figures are right."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from rich.console import Console

from tests.vision.tiny_training import RECIPE, made_up_clips, made_up_text
from vision.clip.curves import History
from vision.clip.evaluate_taste import accuracy_table, gained, recall_table
from vision.clip.evaluate_temperature import Outcomes, decayed_over_learned, table
from vision.clip.taste_trial import STAGES
from vision.clip.temperature_trial import DECAYED, LEARNED, Material, Outcome, trained
from vision.clip.text_map import TextMap
from vision.clip.trial_plots import draw_tastes, draw_temperatures


def printed(what: object) -> str:
    console = Console(width=200)
    with console.capture() as told:
        console.print(what)
    return told.get()


def outcome(hits: list[int], scales: list[float]) -> Outcome:
    is_first = np.array(hits, dtype=bool)
    steps = list(range(1, len(scales) + 1))
    return Outcome(is_first, ~is_first, History(0, [1.0] * len(scales), scales, steps, [0.1 * step for step in steps]))


def scored(before: float, *after: float) -> dict[str, Any]:
    """Return a seed's scores as the trial of tastes gives them; R@1 is a tenth of the accuracy."""

    def side(accuracy: float) -> dict[str, float]:
        return {"pair_accuracy": accuracy, "recall_at_1": accuracy / 10}

    stages = {
        stage: {
            "before": side(before),
            "after": side(accuracy),
            "pair_gain_interval": [accuracy - before - 0.02, accuracy - before + 0.02],
            "ceiling": 0.7,
            "best_possible": 0.84,
        }
        for stage, accuracy in zip(STAGES, after, strict=True)
    }
    return {"num_labels": 5000, "num_mined": 9000, **stages}


def test_learned_and_decayed_differ_in_the_temperature_alone() -> None:
    learned, decayed = asdict(LEARNED), asdict(DECAYED)

    assert {name for name in learned if learned[name] != decayed[name]} == {"name", "temperature"}


def test_a_training_is_repeated_to_the_bit_and_each_recipe_goes_its_own_way(tmp_path: Path) -> None:
    stock = Material(
        made_up_clips(16), made_up_text(16), made_up_clips(), made_up_text(), num_still=8, text_map=TextMap()
    )
    learned = replace(RECIPE, name="learned", tower_steps=6)

    first, again = (trained(learned, stock, tmp_path / name) for name in ("first", "again"))
    decayed = trained(replace(learned, name="decayed", temperature="decayed"), stock, tmp_path / "decayed")

    assert first.curves.loss == again.curves.loss
    assert np.array_equal(first.by_head, again.by_head) and len(first.by_head) == 8
    assert first.curves.loss[0] == pytest.approx(decayed.curves.loss[0])
    assert decayed.curves.logit_scale[-1] == pytest.approx(75)
    assert first.curves.logit_scale[-1] != pytest.approx(75, abs=1)


def test_the_difference_is_that_of_the_mean_hits() -> None:
    found: Outcomes = {
        "learned": [outcome([1, 0, 0, 0, 1, 0, 0, 0], [25, 30]), outcome([1, 0, 0, 0, 0, 0, 0, 0], [25, 31])],
        "decayed": [outcome([1, 1, 0, 0, 1, 1, 0, 0], [25, 75]), outcome([1, 1, 0, 0, 1, 0, 0, 0], [25, 75])],
    }

    over = decayed_over_learned(found, "by_mean")

    assert over.value == pytest.approx(7 / 16 - 3 / 16)
    assert over.num == 2
    assert decayed_over_learned(found, "by_head").value == pytest.approx(-over.value)
    assert "0.250" in printed(table([1, 2], found)) and "75.0" in printed(table([1, 2], found))


def test_tastes_are_told_before_and_after_each_stage_next_to_the_ceiling() -> None:
    results = [scored(0.55, 0.66, 0.65, 0.68), scored(0.57, 0.66, 0.69, 0.70)]

    told = printed(accuracy_table([1, 2], results))

    for cell in ("0.550", "0.680 (+0.110 to +0.150)", "0.700", "0.840", "two people agree"):
        assert cell in told
    assert "0.066" in printed(recall_table([1, 2], results))
    rise = gained(results, "stage 2", "pair_accuracy")
    assert (rise.value, rise.num) == (pytest.approx(0.11), 2)
    assert rise.low == pytest.approx(0.10) and rise.high == pytest.approx(0.12)


def test_both_trials_are_drawn(tmp_path: Path) -> None:
    one = outcome([1, 0, 1, 0], [25, 40, 60]).curves

    draw_tastes([scored(0.55, 0.66, 0.65, 0.68)], tmp_path / "taste.png")
    draw_temperatures({"learned": [one, one], "decayed": [one]}, tmp_path / "temperature.png")

    for name in ("taste", "temperature"):
        picture = cv2.imread(str(tmp_path / f"{name}.png"))
        assert picture is not None and (picture[..., 1] > 200).any(), "nothing is drawn"
