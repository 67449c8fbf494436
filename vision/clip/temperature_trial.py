"""Train a small tower and head with a learned and with a decayed temperature: same clips, steps, batches and first weights. Pure.

The recipe is `quick` with more to learn from and to test on; a training is about 2 minutes of one core. What both see is the same to the
bit, because a step draws from (seed, step) alone: the temperature is the only difference.

Shape suffixes: N held-out clips.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from vision.clip.curves import History
from vision.clip.data import Clips
from vision.clip.frame_sets import FrameSet, all_video_vectors
from vision.clip.pairs import encode_texts
from vision.clip.recipes import Recipe, quick
from vision.clip.scores import ranks
from vision.clip.temporal_head import HeadConfig, TemporalHead
from vision.clip.train import after, load_all
from vision.clip.train_head import EncodedClips, train_head
from vision.clip.train_tower import encode_clips, train_tower
from vision.movements import NUM_MOVEMENTS

LEARNED = replace(
    quick(),
    name="learned",
    num_still=2000,
    num_moving=1000,
    num_held_out=500,
    tower_steps=160,
    tower_batch=128,
    head_steps=400,
)
DECAYED = replace(LEARNED, name="decayed", temperature="decayed")
RECIPES = (LEARNED, DECAYED)


@dataclass(frozen=True)
class Material:
    """Clips to learn from, the stills first, and held-out ones, with their texts [N, T, D]."""

    clips: Clips
    text: torch.Tensor
    held_out: Clips
    held_text: torch.Tensor


@dataclass(frozen=True)
class Outcome:
    """What a training came to: which captions find their clip first [N], by the mean of frames and by the head, and the tower's curves."""

    by_mean: npt.NDArray[np.bool_]
    by_head: npt.NDArray[np.bool_]
    tower: History


def material(folder: Path, *, is_shown: bool = False) -> Material:
    """Render, or read back from the folder, what all trainings of the trial share."""
    clips, held_out = load_all(LEARNED, folder, is_shown=is_shown)
    return Material(clips, encode_texts(clips), held_out, encode_texts(held_out))


def trained(recipe: Recipe, stock: Material, work: Path) -> Outcome:
    """Train both models by the recipe and its seed; an interrupted training goes on from its checkpoints in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    tower = train_tower(recipe, stock.clips, stock.text, stock.held_out, stock.held_text, work)
    moving, moving_text = after(stock.clips, recipe.num_still), stock.text[recipe.num_still :]
    held_NKE = encode_clips(tower, stock.held_out)
    head, _ = train_head(
        recipe,
        EncodedClips.of(moving, encode_clips(tower, moving), moving_text),
        EncodedClips.of(stock.held_out, held_NKE, stock.held_text),
        work,
    )
    history = History(**torch.load(work / "tower.pt", weights_only=True)["history"])
    untrained = TemporalHead(HeadConfig(num_movements=NUM_MOVEMENTS))  # mean pooling
    return Outcome(_is_first(untrained, stock, held_NKE), _is_first(head, stock, held_NKE), history)


def _is_first(head: TemporalHead, stock: Material, held_NKE: torch.Tensor) -> npt.NDArray[np.bool_]:
    times_s, motion = torch.from_numpy(stock.held_out.times_s), torch.from_numpy(stock.held_out.motion)
    frames = FrameSet(held_NKE, times_s, motion, torch.ones_like(times_s, dtype=torch.bool))
    return ranks(all_video_vectors(head, frames), stock.held_text[:, 0]) == 0
