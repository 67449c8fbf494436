"""A training shows how it goes: a bar or plain lines, curves as a picture; its temperature does as the recipe says."""

import io
import math
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from rich.console import Console

from tests.vision.tiny_training import DECAYED, RECIPE, train_stage
from vision.clip.big_batch import Batch
from vision.clip.curves import History, draw
from vision.clip.processes import ALONE
from vision.clip.progress import Progress, counting
from vision.clip.recipes import RECIPES
from vision.clip.stage import Plan, Stage, decayed_temperature


def shown(*, is_terminal: bool, is_shown: bool = True) -> str:
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=120)
    with Progress("tower", first=2, total=4, is_shown=is_shown, console=console) as progress:
        progress.advance(256, 3.25)
        progress.evaluated(25.0, {"R@1": 0.5, "R@5": 0.75})
        progress.advance(256, 2.125)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_terminal_gets_a_bar_with_loss_recall_speed_and_time_left() -> None:
    text = shown(is_terminal=True)

    assert all(part in text for part in ("tower", "4/4", "loss 2.125", "R@1 0.500", "frames/s", "0:00:0"))


def test_a_log_gets_a_plain_line_a_look() -> None:
    lines = shown(is_terminal=False).splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("tower 3/4 loss 3.250 scale 25.0 R@1 0.500 R@5 0.750 | ")
    assert "frames/s" in lines[0]
    assert lines[0].endswith("min left")


def test_other_processes_show_nothing() -> None:
    assert shown(is_terminal=False, is_shown=False) == ""
    assert shown(is_terminal=True, is_shown=False) == ""


def test_rendering_is_counted_in_lines_too() -> None:
    console = Console(file=io.StringIO(), force_terminal=False)

    with counting("still clips", is_shown=True, console=console) as told:
        told(100, 200)

    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "still clips 100/200\n"


def curve_height_px(picture: np.ndarray, panel: int, share: float) -> float:
    """Return how far from the top the bright green curve of a panel lies, at a share of the width that it spans."""
    width_px = picture.shape[1] // 3
    part = picture[:, panel * width_px : (panel + 1) * width_px].astype(int)
    is_line = (part[..., 1] > 150) & (part[..., 1] - part[..., 2] > 80)
    columns = np.flatnonzero(is_line.any(0))
    column = columns[round(share * (len(columns) - 1))]
    return float(np.flatnonzero(is_line[:, column]).mean())


def test_curves_fall_and_rise_as_the_figures_do(tmp_path: Path) -> None:
    steps = np.arange(200)
    history = History(
        loss=(5 * np.exp(-steps / 60)).tolist(),
        logit_scale=np.linspace(25, 75, 200).tolist(),
        recall_steps=[50, 100, 150, 200],
        recall_at_1=[0.1, 0.3, 0.4, 0.45],
    )

    draw(history, "tower", tmp_path / "curves.png")

    picture = cv2.imread(str(tmp_path / "curves.png"))
    assert picture is not None
    heights = {panel: [curve_height_px(picture, panel, share) for share in (0.3, 0.9)] for panel in range(3)}

    assert heights[0][0] < heights[0][1], "the loss falls"
    assert heights[1][0] > heights[1][1], "R@1 rises"
    assert heights[2][0] > heights[2][1], "the scale rises"


@pytest.mark.parametrize(
    "history", [History(), History(loss=[float("nan")], logit_scale=[25.0]), History(first=7, loss=[2.0, 2.0])]
)
def test_few_points_or_none_are_drawn_without_complaint(history: History, tmp_path: Path) -> None:
    draw(history, "head", tmp_path / "curves.png")

    assert cv2.imread(str(tmp_path / "curves.png")) is not None


@pytest.mark.parametrize("max_logit_scale", [RECIPE.max_logit_scale, 9.0])
def test_a_learned_temperature_falls_to_a_hundredth_and_would_fall_further(max_logit_scale: float) -> None:
    """Vectors that are their texts ask for an ever larger scale."""
    model = torch.nn.Linear(3, 3, bias=False)
    torch.nn.init.eye_(model.weight)
    text_BD = torch.nn.functional.normalize(torch.randn(64, 3, generator=torch.Generator().manual_seed(1)), dim=-1)
    plan = Plan(
        "tower", 100, rate=0.005, max_logit_scale=max_logit_scale, alignment=1.0, save_every=1000, evaluate_every=1000
    )
    stage = Stage(RECIPE, plan, model, Path("nowhere"), ALONE)

    for _ in range(100):
        stage.descend(
            Batch(lambda rows: torch.nn.functional.normalize(model(text_BD[rows]), dim=-1), text_BD, text_BD, 0, 64)
        )

    assert stage.history.logit_scale[0] == pytest.approx(25)
    if max_logit_scale == RECIPE.max_logit_scale:
        assert stage.logit_scale.exp().item() == pytest.approx(100, rel=1e-3)
        assert max(stage.history.logit_scale) <= 100.01
    else:
        assert stage.logit_scale.exp().item() > 150


def test_a_decayed_temperature_follows_its_schedule_whatever_is_learned(tmp_path: Path) -> None:
    train_stage("head", DECAYED, tmp_path)

    scales = torch.load(tmp_path / "head.pt", weights_only=True)["history"]["logit_scale"]
    assert scales == pytest.approx([25, 25 * 3 ** (1 / 3), 25 * 3 ** (2 / 3), 75], rel=1e-5)


def test_a_decayed_temperature_falls_by_the_same_factor_every_step_from_start_to_end() -> None:
    temperatures = [decayed_temperature(step, 10, 0.04, 0.01) for step in range(10)]

    assert temperatures[0] == 0.04
    assert temperatures[-1] == pytest.approx(0.01)
    factors = [after / before for before, after in pairwise(temperatures)]
    assert factors == pytest.approx([math.exp(math.log(0.25) / 9)] * 9)


def test_there_is_a_recipe_for_each_temperature_and_every_name_is_its_own() -> None:
    assert RECIPES["bundled"]().temperature == "learned"
    assert RECIPES["decayed"]().temperature == "decayed"
    assert all(recipe().name == name for name, recipe in RECIPES.items())
