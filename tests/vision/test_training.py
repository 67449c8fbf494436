"""An interrupted training goes on where it was and ends with the same weights; what it renders is cached by content."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from tests.vision.tiny_training import (
    DECAYED,
    IN_CHUNKS,
    RECIPE,
    STAGES,
    is_same,
    made_up_clips,
    made_up_text,
    train_stage,
    train_until_killed,
)
from vision.clip import train
from vision.clip.data import Clips, load_clips
from vision.clip.processes import ALONE
from vision.clip.recipes import Recipe, RecipeError


@pytest.mark.parametrize("recipe", [RECIPE, IN_CHUNKS, DECAYED], ids=["direct", "in chunks", "decayed"])
@pytest.mark.parametrize("stage", STAGES)
def test_an_interrupted_run_ends_with_the_same_weights_and_curves(stage: str, recipe: Recipe, tmp_path: Path) -> None:
    whole = train_stage(stage, recipe, tmp_path / "whole")

    train_until_killed(stage, recipe, tmp_path / "cut")
    assert torch.load(tmp_path / "cut" / f"{stage}.pt", weights_only=True)["step"] == 2
    resumed = train_stage(stage, recipe, tmp_path / "cut")

    assert is_same(whole, resumed)
    saved = [torch.load(tmp_path / run / f"{stage}.pt", weights_only=True) for run in ("whole", "cut")]
    assert saved[0]["logit_scale"] == saved[1]["logit_scale"]
    assert saved[0]["history"]["loss"] == saved[1]["history"]["loss"]
    assert len(saved[1]["history"]["loss"]) == 4


def test_a_checkpoint_from_before_histories_is_gone_on_with(tmp_path: Path) -> None:
    whole = train_stage("head", RECIPE, tmp_path / "whole")
    train_until_killed("head", RECIPE, tmp_path / "old")
    checkpoint = tmp_path / "old" / "head.pt"
    saved = torch.load(checkpoint, weights_only=True)
    torch.save({key: saved[key] for key in ("model", "optimiser", "logit_scale", "step")}, checkpoint)

    resumed = train_stage("head", RECIPE, tmp_path / "old")

    assert is_same(whole, resumed)
    assert torch.load(checkpoint, weights_only=True)["history"]["first"] == 2


def test_a_checkpoint_of_another_recipe_is_refused_and_said_why(tmp_path: Path) -> None:
    train_until_killed("head", RECIPE, tmp_path)

    with pytest.raises(RecipeError, match=r"head\.pt was trained by another recipe: seed 1 \(now 2\); go on with"):
        train_stage("head", replace(RECIPE, seed=2), tmp_path)


def test_the_tower_goes_on_when_only_the_heads_part_of_the_recipe_changed(tmp_path: Path) -> None:
    trained = train_stage("tower", RECIPE, tmp_path)

    again = train_stage("tower", replace(RECIPE, head_steps=9), tmp_path)

    assert is_same(trained, again)


def test_an_unknown_recipe_is_refused_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["train", "--recipe", "grand"])

    with pytest.raises(SystemExit):
        train.main()

    said = capsys.readouterr().err
    assert all(name in said for name in ("grand", "bundled", "decayed"))


def test_a_run_writes_both_weights_the_result_and_the_curves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made_up(folder: Path, *, count: int, **_: object) -> Clips:
        return made_up_clips(count)

    monkeypatch.setattr(train, "load_clips", made_up)
    monkeypatch.setattr(train, "encode_texts", lambda clips: made_up_text(len(clips)))
    work = tmp_path / "work"

    result = train.run(RECIPE, work, tmp_path / "tower.safetensors", tmp_path / "head.safetensors", ALONE)

    assert json.loads((work / "result.json").read_text()) == result
    assert (tmp_path / "tower.safetensors").exists()
    assert (tmp_path / "head.safetensors").exists()
    for stage in STAGES:
        picture = cv2.imread(str(work / f"{stage}.png"))
        assert picture is not None
        assert (picture[..., 1] > 200).any(), "nothing is drawn"


def test_rendered_clips_are_read_back_and_not_rendered_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_clips(tmp_path, seed=4, count=2, in_motion=False)
    monkeypatch.setattr("vision.clip.data.render_still", lambda *_: pytest.fail("rendered again"))

    second = load_clips(tmp_path, seed=4, count=2, in_motion=False)

    assert np.array_equal(first.frames, second.frames)
    assert first.texts == second.texts


def test_moving_clips_have_ascending_times_and_their_motion(tmp_path: Path) -> None:
    clips = load_clips(tmp_path, seed=4, count=1, in_motion=True)

    assert (np.diff(clips.times_s[0]) > 0).all()
    assert clips.motion.shape == (1, 8, 6)
    assert (clips.motion[0, :, 0] >= 0).all()
    assert clips.motion[0, :, 0].max() > 0
