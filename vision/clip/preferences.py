"""Tune the temporal head to what people prefer, on cached frame vectors: the frame tower and all texts stay as they are. Pure.

The pairs' loss (vision/clip/preference_loss.py) has a replay of (video, caption) pairs beside it, near-twins in one batch, so that
finding is not unlearned for pleasing: InfoNCE, and the divergence from how the reference matched that very batch.

Only the head's last map moves. Tuned whole, the head learns its 2,000 videos by heart: held-out accuracy fell (.615 to .577) and R@1
with it (.325 to .177), while a taste is linear in what the last map reads (R2 .97; LOG.md). It is also why a run takes seconds: all
before the last map is computed once.

An interrupted run goes on from its last evaluation and ends with the same weights: a step's randomness is (seed, step) alone.

Shape suffixes: N videos, P pairs, B batch, R replayed videos, T what the last map reads, D the space's width.
"""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from vision.clip.frame_sets import last_map_inputs
from vision.clip.losses import info_nce, rate_at
from vision.clip.preference_loss import match_divergence, neighbours, preference_loss
from vision.clip.preference_recipes import PreferenceRecipe
from vision.clip.preference_set import PreferenceSet, gaps
from vision.clip.scores import ranks, recall
from vision.clip.temporal_head import TemporalHead


@dataclass(frozen=True)
class Evaluation:
    """The state at a step: loss since the evaluation before, accuracy on the validation pairs, R@1 on the validation pool.

    `share` of the way from the reference's last map to the present one was taken (Wortsman et al., 2022): the share that is best.
    """

    step: int
    share: float
    loss: float
    pair_accuracy: float
    recall_at_1: float


@dataclass
class Tuned:
    """The head of the best evaluation, and every evaluation; the first is the reference's."""

    head: TemporalHead
    best: Evaluation
    evaluations: list[Evaluation] = field(default_factory=list)


class Tuning:
    """A head on its way from the reference: its last map, what that reads, and the checkpoint."""

    def __init__(self, recipe: PreferenceRecipe, reference: TemporalHead, data: PreferenceSet, work: Path) -> None:
        self.recipe, self.data, self.work = recipe, data, work
        self.last_map = copy.deepcopy(reference.out).requires_grad_(True)
        self.optimiser = torch.optim.Adam(self.last_map.parameters(), lr=recipe.rate, betas=(0.9, 0.98))
        self.read_NT, self.mean_ND = last_map_inputs(reference, data.frames)
        self.reference_ND = self.vectors().detach()
        self.reference_gap_P = gaps(self.reference_ND, data.query_text, data.train)
        self.neighbour_RT = neighbours(data.replay.text, recipe.twins)
        self.step, self.loss_sum = 0, 0.0
        self.evaluations: list[Evaluation] = []
        self.start_state = copy.deepcopy(self.last_map.state_dict())
        self.best_state = self.start_state

    def vectors(self, row_B: torch.Tensor | None = None) -> torch.Tensor:
        """Return the vectors of length 1 of the chosen videos [B, D], or of all."""
        rows = slice(None) if row_B is None else row_B
        return functional.normalize(self.mean_ND[rows] + self.last_map(self.read_NT[rows]), dim=-1)

    @property
    def checkpoint(self) -> Path:
        return self.work / f"{self.recipe.name}.pt"

    def resume(self) -> None:
        """Go on from the checkpoint, if the folder has one."""
        if not self.checkpoint.exists():
            return
        saved: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
        self.last_map.load_state_dict(saved["last_map"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.best_state, self.step = saved["best"], saved["step"]
        self.evaluations = [Evaluation(**each) for each in saved["evaluations"]]

    def save(self) -> None:
        """Write the checkpoint, all or nothing."""
        self.work.mkdir(parents=True, exist_ok=True)
        draft = self.checkpoint.with_suffix(".draft")
        state = {
            "last_map": self.last_map.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "best": self.best_state,
            "step": self.step,
            "evaluations": [vars(each) for each in self.evaluations],
        }
        torch.save(state, draft)
        draft.replace(self.checkpoint)

    def descend(self) -> None:
        """Take one step: pairs against the reference, replay beside them."""
        recipe, data = self.recipe, self.data
        rng = torch.Generator().manual_seed(recipe.seed * 1_000_003 + self.step)
        row_B = torch.randint(len(data.train), (recipe.pairs_a_step,), generator=rng)
        pairs = data.train.rows(row_B)
        over_BD = self.vectors(pairs.better) - self.vectors(pairs.worse)
        gap_B = (data.query_text[pairs.query] * over_BD).sum(-1)
        loss = preference_loss(gap_B, self.reference_gap_P[row_B], pairs, recipe.beta) + self._replay_loss(rng)
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(self.step, recipe.num_steps, recipe.rate, recipe.warmup)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        self.step, self.loss_sum = self.step + 1, self.loss_sum + loss.item()

    def _replay_loss(self, rng: torch.Generator) -> torch.Tensor:
        recipe, replay = self.recipe, self.data.replay
        row_B = self._replayed(rng)
        text_BD = replay.text[row_B]
        video_BD = self.vectors(replay.video[row_B])
        found = info_nce(video_BD, text_BD, torch.tensor(math.log(recipe.replay_scale)))
        before_BD = self.reference_ND[replay.video[row_B]]
        drift = match_divergence(before_BD, video_BD, text_BD, recipe.replay_scale)
        return recipe.replay * found + recipe.hold * drift

    def _replayed(self, rng: torch.Generator) -> torch.Tensor:
        """Return rows of the replay set, each once: some at random, each with its near-twins."""
        count = max(1, self.recipe.replay_videos // (1 + self.neighbour_RT.shape[1]))
        row_B = torch.randint(len(self.data.replay), (count,), generator=rng)
        return torch.cat([row_B, self.neighbour_RT[row_B].flatten()]).unique()

    @torch.no_grad()
    def evaluate(self) -> Evaluation:
        """Measure shares of the way on what is held out, and keep the map of the best share if it is the best of all."""
        loss, self.loss_sum = self.loss_sum / self.recipe.evaluate_every, 0.0
        here = copy.deepcopy(self.last_map.state_dict())
        found = []
        for share in self.recipe.shares if self.step else (1.0,):
            self.last_map.load_state_dict(self._part_way(here, share))
            found.append(self._measure(share, loss))
        self.last_map.load_state_dict(here)
        floor = self.evaluations[0].recall_at_1 - self.recipe.max_recall_loss if self.evaluations else 0.0
        best = max(found, key=lambda one: (one.recall_at_1 >= floor, one.pair_accuracy))
        self.evaluations.append(best)
        if self.best() is best:
            self.best_state = self._part_way(here, best.share)
        return best

    def _part_way(self, here: dict[str, torch.Tensor], share: float) -> dict[str, torch.Tensor]:
        return {name: self.start_state[name].lerp(value, share) for name, value in here.items()}

    def _measure(self, share: float, loss: float) -> Evaluation:
        pairs, pool = self.data.validation, self.data.pool
        video_ND = self.vectors()
        gap_P = gaps(video_ND, self.data.query_text, pairs)
        weight_P = pairs.weight * ~pairs.is_tie
        right_P = (gap_P > 0).float() + 0.5 * (gap_P == 0).float()
        return Evaluation(
            step=self.step,
            share=share,
            loss=loss,
            pair_accuracy=float((right_P * weight_P).sum() / weight_P.sum()),
            recall_at_1=recall(ranks(video_ND[pool.video], pool.text))["R@1"],
        )

    def best(self) -> Evaluation:
        """Return the evaluation with the best accuracy among those whose R@1 is not below the reference's by more than allowed."""
        floor = self.evaluations[0].recall_at_1 - self.recipe.max_recall_loss
        return max(
            (each for each in self.evaluations if each.recall_at_1 >= floor), key=lambda each: each.pair_accuracy
        )

    def is_done(self) -> bool:
        """Return whether the steps are used up or the last `patience` evaluations brought nothing."""
        waited = (self.step - self.best().step) // self.recipe.evaluate_every
        return self.step >= self.recipe.num_steps or waited >= self.recipe.patience


def tune(
    recipe: PreferenceRecipe,
    reference: TemporalHead,
    data: PreferenceSet,
    work: Path,
    on_evaluation: Callable[[Evaluation], None] | None = None,
) -> Tuned:
    """Tune a copy of the reference and return the best head that was evaluated, the reference itself if none was better.

    Checkpoints and goes on in `work`; `on_evaluation` hears every evaluation, those from before an interruption again.
    `data.validation` chooses the step: figures to report come from pairs and a pool of their own.
    """
    tuning = Tuning(recipe, reference, data, work)
    tuning.resume()
    if not tuning.evaluations:
        tuning.evaluate()
    told = on_evaluation or (lambda _: None)
    for evaluation in tuning.evaluations:
        told(evaluation)
    while not tuning.is_done():
        tuning.descend()
        if tuning.step % recipe.evaluate_every == 0 or tuning.step == recipe.num_steps:
            evaluation = tuning.evaluate()
            tuning.save()
            told(evaluation)
    head = copy.deepcopy(reference).eval()
    head.out.load_state_dict(tuning.best_state)
    return Tuned(head, tuning.best(), tuning.evaluations)
