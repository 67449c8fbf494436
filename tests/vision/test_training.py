"""An interrupted training goes on where it was and ends with the same weights; what it renders is cached by content."""

from pathlib import Path

import numpy as np
import pytest
import torch

from vision.clip import train
from vision.clip.data import Clips, load_clips
from vision.clip.recipes import Recipe

RECIPE = Recipe(
    "tiny", seed=1, num_still=8, num_moving=8, num_held_out=4, tower_steps=4, tower_batch=8, head_steps=4, head_batch=8
)


def made_up_clips(count: int = 8) -> Clips:
    rng = np.random.default_rng(3)
    times_s = np.sort(rng.uniform(0, 6, (count, 8)).astype(np.float32))
    frames = rng.integers(0, 255, (count, 8, 112, 112, 3), dtype=np.uint8)
    texts = [[f"caption {n}", f"subject {n}", "tags"] for n in range(count)]
    return Clips(frames, times_s, rng.random((count, 8), dtype=np.float32), texts, [])


def made_up_text(count: int = 8) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.randn(count, 3, 384, generator=torch.Generator().manual_seed(5)), dim=-1)


class Killed(BaseException):
    pass


@pytest.mark.parametrize("stage", ["tower", "head"])
def test_an_interrupted_run_ends_with_the_same_weights(
    stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "CHECKPOINT_EVERY", 2)
    monkeypatch.setattr(train, "HEAD_CHECKPOINT_EVERY", 2)
    clips, text = made_up_clips(), made_up_text()

    def run(work: Path) -> dict[str, torch.Tensor]:
        work.mkdir(exist_ok=True)
        if stage == "tower":
            return train.train_tower(RECIPE, clips, text, clips, text, work).state_dict()
        torch.manual_seed(0)
        tower = train.FrameTower(train.bundled_visual()).eval()
        return train.train_head(RECIPE, tower, clips, text, clips, text, work)[0].state_dict()

    whole = run(tmp_path / "whole")
    descend = train.Stage.descend

    def dies_at_the_third(self: train.Stage, *arguments: object) -> None:
        if self.step == 3:
            raise Killed
        descend(self, *arguments)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(train.Stage, "descend", dies_at_the_third)
        run(tmp_path / "cut")
    resumed = run(tmp_path / "cut")

    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_rendered_clips_are_read_back_and_not_rendered_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_clips(tmp_path, seed=4, count=2, in_motion=False)
    monkeypatch.setattr("vision.clip.data.render_still", lambda *_: pytest.fail("rendered again"))

    second = load_clips(tmp_path, seed=4, count=2, in_motion=False)

    assert np.array_equal(first.frames, second.frames)
    assert first.texts == second.texts


def test_moving_clips_have_ascending_times_and_their_motion(tmp_path: Path) -> None:
    clips = load_clips(tmp_path, seed=4, count=1, in_motion=True)

    assert (np.diff(clips.times_s[0]) > 0).all()
    assert (clips.motion[0] >= 0).all()
    assert clips.motion[0].max() > 0
