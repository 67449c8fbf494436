"""Train a small tower and head with a learned and with a decayed temperature: same clips, steps, batches and first weights. Pure.

The recipe is `quick` with more to learn from and to test on; a training is about 2 minutes of one core, the head alone (for the shipped
tower) a tenth of that. What both see is the same to the
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
from vision.clip.pairs import encode_texts, twin_groups
from vision.clip.recipes import Recipe, quick
from vision.clip.scores import ranks
from vision.clip.temporal_head import HeadConfig, TemporalHead
from vision.clip.text_map import TextMap
from vision.clip.towers import FrameTower
from vision.clip.train import after, load_all
from vision.clip.train_head import EncodedClips, train_head
from vision.clip.train_text_map import other_words, train_text_map
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
    """Clips to learn from, the stills (so many) first, and held-out ones, with their texts [N, T, D]."""

    clips: Clips
    text: torch.Tensor
    held_out: Clips
    held_text: torch.Tensor
    num_still: int
    text_map: TextMap


@dataclass(frozen=True)
class Encoded:
    """What the head learns from and is tested on, as a tower sees them."""

    moving: EncodedClips
    held_out: EncodedClips


@dataclass(frozen=True)
class Outcome:
    """What a training came to: which captions find their clip first [N], by the mean of frames and by the head, and its curves."""

    by_mean: npt.NDArray[np.bool_]
    by_head: npt.NDArray[np.bool_]
    curves: History


def material(folder: Path, *, is_shown: bool = False) -> Material:
    """Render, or read back from the folder, what all trainings of the trial share."""
    clips, held_out = load_all(LEARNED, folder, is_shown=is_shown)
    moving = after(clips, LEARNED.num_still)
    moving_text = encode_texts(moving, wordings=LEARNED.wordings)
    text_map = train_text_map(LEARNED, moving_text, twin_groups(moving.specs), other_words())
    return Material(clips, encode_texts(clips), held_out, encode_texts(held_out), LEARNED.num_still, text_map)


def trained(recipe: Recipe, stock: Material, work: Path) -> Outcome:
    """Train both models by the recipe and its seed, with the tower's curves; an interrupted training goes on from `work`."""
    work.mkdir(parents=True, exist_ok=True)
    tower = train_tower(recipe, stock.clips, stock.text, stock.held_out, stock.held_text, work, text_map=stock.text_map)
    return replace(trained_head(recipe, encoded(tower, stock), work), curves=_curves(work / "tower.pt"))


def encoded(tower: FrameTower, stock: Material) -> Encoded:
    """Return the moving and the held-out clips as the tower sees them."""
    moving, text = after(stock.clips, stock.num_still), stock.text[stock.num_still :]
    return Encoded(
        EncodedClips.of(moving, encode_clips(tower, moving), text, tower.text_map),
        EncodedClips.of(stock.held_out, encode_clips(tower, stock.held_out), stock.held_text, tower.text_map),
    )


def trained_head(recipe: Recipe, seen: Encoded, work: Path) -> Outcome:
    """Train the head alone by the recipe and its seed, with its curves, for a tower that stays."""
    work.mkdir(parents=True, exist_ok=True)
    head, _ = train_head(recipe, seen.moving, seen.held_out, work)
    untrained = TemporalHead(HeadConfig(num_movements=NUM_MOVEMENTS))  # mean pooling
    return Outcome(_is_first(untrained, seen.held_out), _is_first(head, seen.held_out), _curves(work / "head.pt"))


def _curves(checkpoint: Path) -> History:
    return History(**torch.load(checkpoint, weights_only=True)["history"])


def _is_first(head: TemporalHead, clips: EncodedClips) -> npt.NDArray[np.bool_]:
    frames = FrameSet(clips.frame, clips.time_s, clips.motion, torch.ones_like(clips.time_s, dtype=torch.bool))
    return ranks(all_video_vectors(head, frames), clips.text[:, 0]) == 0
