"""A training small enough for a test: made-up clips, a few steps, and a way to kill it in the middle."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from vision.clip import train_head, train_tower
from vision.clip.big_batch import Batch
from vision.clip.data import Clips
from vision.clip.processes import ALONE, Processes
from vision.clip.recipes import Recipe
from vision.clip.stage import Stage
from vision.clip.text_map import TextMap
from vision.scenes.catalogue import training_specs

RECIPE = Recipe(
    "tiny", seed=1, num_still=8, num_moving=8, num_held_out=4, tower_steps=4, tower_batch=8, head_steps=4, head_batch=8
)
IN_CHUNKS = replace(RECIPE, chunk=4)
DECAYED = replace(RECIPE, temperature="decayed")
STAGES = ["tower", "head"]

State = dict[str, torch.Tensor]


class Killed(BaseException):
    pass


def made_up_clips(count: int = 8) -> Clips:
    rng = np.random.default_rng(3)
    times_s = np.sort(rng.uniform(0, 6, (count, 8)).astype(np.float32))
    frames = rng.integers(0, 255, (count, 8, 112, 112, 3), dtype=np.uint8)
    texts = [[f"caption {n}", f"subject {n}", "tags", f"title {n}", "still", "still; event"] for n in range(count)]
    specs = list(training_specs(3, count))
    return Clips(frames, times_s, rng.random((count, 8, 6), dtype=np.float32), texts, specs)


def made_up_text(count: int = 8, wordings: int = 0) -> torch.Tensor:
    rng = torch.Generator().manual_seed(5)
    return torch.nn.functional.normalize(torch.randn(count, 6 + wordings, 384, generator=rng), dim=-1)


def train_stage(stage: str, recipe: Recipe, work: Path, processes: Processes = ALONE) -> State:
    """Train the tower, or the head on made-up frame vectors, and return its weights."""
    work.mkdir(parents=True, exist_ok=True)
    clips, text = made_up_clips(), made_up_text()
    if stage == "tower":
        return train_tower.train_tower(recipe, clips, text, clips, text, work, processes).state_dict()
    vectors = torch.randn(8, 8, 384 + 192, generator=torch.Generator().manual_seed(6))
    videos = train_head.EncodedClips.of(clips, vectors, text, TextMap())
    return train_head.train_head(recipe, videos, videos, work, processes)[0].state_dict()


def train_until_killed(stage: str, recipe: Recipe, work: Path, processes: Processes = ALONE) -> None:
    """Train with a checkpoint every second step, and die in the third, after the last checkpoint."""
    descend = Stage.descend

    def dies_at_the_third(self: Stage, batch: Batch) -> float:
        if self.step == 3:
            raise Killed
        return descend(self, batch)

    with pytest.MonkeyPatch.context() as patched, pytest.raises(Killed):
        patched.setattr(train_tower, "SAVE_EVERY", 2)
        patched.setattr(train_head, "SAVE_EVERY", 2)
        patched.setattr(Stage, "descend", dies_at_the_third)
        train_stage(stage, recipe, work, processes)


def is_same(left: State, right: State) -> bool:
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)
