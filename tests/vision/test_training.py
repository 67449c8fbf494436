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
from vision.clip import train, train_head
from vision.clip.data import CAPTION, Clips, load_clips
from vision.clip.evaluate_retrieval import OPEN_QUERIES
from vision.clip.pairs import PHRASES_FILE, meanings, pick_captions, twin_groups
from vision.clip.processes import ALONE
from vision.clip.recipes import Recipe, RecipeError
from vision.clip.text_map import TextMap
from vision.scenes.catalogue import training_specs
from vision.scenes.spec import families


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
    def made_up(count: int, parts: object) -> Clips:
        return made_up_clips(count)

    monkeypatch.setattr(train, "joined_clips", made_up)
    monkeypatch.setattr(train, "encode_texts", lambda clips, wordings=0: made_up_text(len(clips), wordings))
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
    first = load_clips(tmp_path, "still", seed=4, count=2)
    monkeypatch.setattr("vision.clip.data.render_still", lambda *_: pytest.fail("rendered again"))

    second = load_clips(tmp_path, "still", seed=4, count=2)

    assert np.array_equal(first.frames, second.frames)
    assert first.texts == second.texts


def test_moving_clips_have_ascending_times_and_their_motion(tmp_path: Path) -> None:
    clips = load_clips(tmp_path, "moving", seed=4, count=1)

    assert (np.diff(clips.times_s[0]) > 0).all()
    assert clips.motion.shape == (1, 8, 6)
    assert (clips.motion[0, :, 0] >= 0).all()
    assert clips.motion[0, :, 0].max() > 0


def test_a_head_that_is_held_to_the_meaning_lies_there_and_contrast_alone_leaves_it_elsewhere(tmp_path: Path) -> None:
    def cosine_with_meaning(alignment: float) -> float:
        recipe = replace(RECIPE, head_steps=60, head_alignment=alignment)
        clips, text = made_up_clips(), made_up_text()
        vectors = torch.randn(8, 8, 384 + 192, generator=torch.Generator().manual_seed(6))
        videos = train_head.EncodedClips.of(clips, vectors, text, TextMap())
        work = tmp_path / str(alignment)
        work.mkdir()
        head, _ = train_head.train_head(recipe, videos, videos, work)
        found = head(vectors, videos.time_s, videos.motion, torch.ones(8, 8, dtype=torch.bool))
        return float((found * videos.meaning).sum(-1).mean().detach())

    assert cosine_with_meaning(1.0) > cosine_with_meaning(0.0) + 0.2


def test_the_meaning_is_the_middle_of_all_wordings_and_a_frame_is_told_no_caption() -> None:
    text_NTD = made_up_text(4)
    worded_NTD = torch.cat([text_NTD, made_up_text(8)[4:, :2]], dim=1)
    other_NTD = worded_NTD.clone()
    other_NTD[:, [CAPTION, 6, 7]] = other_NTD[:, [6, 7, CAPTION]]

    def of(text_NTD: torch.Tensor, *, of_a_frame: bool) -> torch.Tensor:
        return meanings(text_NTD, torch.zeros(4, 384), of_a_frame=of_a_frame)

    assert torch.allclose(of(worded_NTD, of_a_frame=False), of(other_NTD, of_a_frame=False), atol=1e-6)
    other_NTD[:, [CAPTION, 6, 7]] = 1.0
    assert torch.equal(of(worded_NTD, of_a_frame=True), of(other_NTD, of_a_frame=True))


def test_every_family_has_phrases_and_none_is_asked_for_in_a_golden_set() -> None:
    phrases = json.loads(PHRASES_FILE.read_text("utf-8"))
    golden = [OPEN_QUERIES, Path(__file__).parent / "golden" / "search_queries.jsonl"]
    asked = {json.loads(line)["query"].lower() for file in golden for line in file.read_text("utf-8").splitlines()}

    assert phrases.keys() == families().keys()
    assert min(len(found) for found in phrases.values()) >= 10
    assert not asked & {phrase.lower() for found in phrases.values() for phrase in found}


def test_a_caption_is_shown_in_all_its_wordings() -> None:
    worded_NTD = torch.cat([made_up_text(4), made_up_text(8)[4:, :2]], dim=1)
    rows = torch.zeros(200, dtype=torch.long)

    picked_BD = pick_captions(worded_NTD, rows, torch.Generator().manual_seed(1))

    shown = {tuple(worded_NTD[0, column].tolist()) for column in (CAPTION, 6, 7)}
    assert {tuple(text.tolist()) for text in picked_BD} == shown


def test_a_group_of_near_twins_is_whole_wherever_it_begins() -> None:
    specs = list(training_specs(12, 400))

    group_G4 = twin_groups(specs)

    assert all(len({(specs[row].family, specs[row].seed) for row in group}) == 1 for group in group_G4.tolist())
    assert {row for group in group_G4.tolist() for row in group} == set(range(400))
    assert len({len(set(group)) for group in group_G4.tolist()}) > 1, "no group is short: the test shows nothing"
