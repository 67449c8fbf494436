"""Tune the temporal head to what people prefer, on cached frame vectors: the frame tower and all texts stay as they are. Pure.

Loss, a pair (q, a over b) of weight w, s the cosine and s_ref the frozen reference's:
    -w log sigmoid(beta ((s(q,a) - s(q,b)) - (s_ref(q,a) - s_ref(q,b))))
which is DPO (Rafailov et al., 2023) with similarities for log-probabilities; a tie pulls s(q,a) - s(q,b) itself to 0 from both sides.
Beside it a replay of (video, caption) pairs, near-twins in one batch, so that finding is not unlearned for pleasing: InfoNCE, and the
divergence from how the reference matched that very batch.

Only the head's last map moves. Tuned whole, the head learns its 2,000 videos by heart: held-out accuracy fell (.615 to .577) and R@1
with it (.325 to .177), while a taste is linear in what the last map reads (R2 .97; LOG.md). It is also why a run takes seconds: all
before the last map is computed once.

An interrupted run goes on from its last look and ends with the same weights: a step's randomness is (seed, step) alone.

Shape suffixes: N videos, Q queries, P pairs, B batch, R replayed videos, T what the last map reads / neighbours, D the space's width.
"""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from vision.clip.frame_sets import FrameSet, last_map_inputs
from vision.clip.losses import info_nce, recall_at
from vision.clip.preference_pairs import PreferencePair, query_key
from vision.clip.preference_recipes import PreferenceRecipe
from vision.clip.temporal_head import TemporalHead


@dataclass(frozen=True)
class PairRows:
    """P pairs as rows of a table of queries and of one of videos; each [P]; `is_tie` bool, `weight` > 0."""

    query: torch.Tensor
    better: torch.Tensor
    worse: torch.Tensor
    is_tie: torch.Tensor
    weight: torch.Tensor

    def __len__(self) -> int:
        return len(self.query)

    def rows(self, row_B: torch.Tensor) -> "PairRows":
        """Return the chosen pairs, in that order."""
        return PairRows(
            self.query[row_B], self.better[row_B], self.worse[row_B], self.is_tie[row_B], self.weight[row_B]
        )

    def decided(self) -> "PairRows":
        """Return the pairs without ties."""
        return self.rows((~self.is_tie).nonzero()[:, 0])


@dataclass(frozen=True)
class Captioned:
    """R videos (rows of the table) with one text vector [R, D] each, of length 1: what is replayed, or a pool to find in."""

    video: torch.Tensor
    text: torch.Tensor

    def __len__(self) -> int:
        return len(self.video)


@dataclass(frozen=True)
class PreferenceSet:
    """All that a run reads: the videos' frames, the queries' vectors [Q, D] (length 1), pairs, replay, and a pool to watch R@1 on."""

    frames: FrameSet
    query_text: torch.Tensor
    train: PairRows
    watch: PairRows
    replay: Captioned
    pool: Captioned


@dataclass(frozen=True)
class Look:
    """The state at a step: loss since the look before, accuracy on the watched pairs, R@1 on the watched pool.

    `share` of the way from the reference's last map to the present one was taken (Wortsman et al., 2022): the share that is best.
    """

    step: int
    share: float
    loss: float
    pair_accuracy: float
    recall_at_1: float


@dataclass
class Tuned:
    """The head of the best look, and every look; looks[0] is the reference."""

    head: TemporalHead
    best: Look
    looks: list[Look] = field(default_factory=list)


def pair_rows(pairs: Sequence[PreferencePair], query_row: dict[str, int], video_row: dict[int, int]) -> PairRows:
    """Return the pairs by row; KeyError for a query (by `query_key`) or video that the tables do not hold."""
    return PairRows(
        torch.tensor([query_row[query_key(pair.query)] for pair in pairs], dtype=torch.long),
        torch.tensor([video_row[pair.better] for pair in pairs], dtype=torch.long),
        torch.tensor([video_row[pair.worse] for pair in pairs], dtype=torch.long),
        torch.tensor([pair.is_tie for pair in pairs], dtype=torch.bool),
        torch.tensor([pair.weight for pair in pairs], dtype=torch.float32),
    )


def gaps(video_ND: torch.Tensor, text_QD: torch.Tensor, pairs: PairRows) -> torch.Tensor:
    """Return s(q, better) - s(q, worse) for each pair [P], in [-2, 2]."""
    return (text_QD[pairs.query] * (video_ND[pairs.better] - video_ND[pairs.worse])).sum(-1)


def preference_loss(gap_P: torch.Tensor, reference_gap_P: torch.Tensor, pairs: PairRows, beta: float) -> torch.Tensor:
    """Return the weighted mean of the pairs' losses; log 2 where head and reference are one and nothing is tied.

    A tie costs 0 at a gap of 0 and is symmetric: -(log sigmoid(x) + log sigmoid(-x)) / 2 - log 2 with x = beta gap.
    """
    over_P = -functional.logsigmoid(beta * (gap_P - reference_gap_P))
    tie_P = -(functional.logsigmoid(beta * gap_P) + functional.logsigmoid(-beta * gap_P)) / 2 - math.log(2)
    loss_P = torch.where(pairs.is_tie, tie_P, over_P)
    return (loss_P * pairs.weight).sum() / pairs.weight.sum()


def match_divergence(
    before_BD: torch.Tensor, after_BD: torch.Tensor, text_BD: torch.Tensor, scale: float
) -> torch.Tensor:
    """Return how far a batch's matching (videos to texts and texts to videos, softmax at `scale`) went from before: KL in nats, >= 0."""
    before_BB, after_BB = scale * before_BD @ text_BD.T, scale * after_BD @ text_BD.T
    ways = ((before_BB, after_BB), (before_BB.T, after_BB.T))
    divergences = [
        functional.kl_div(after.log_softmax(1), before.log_softmax(1), log_target=True, reduction="batchmean")
        for before, after in ways
    ]
    return (divergences[0] + divergences[1]) / 2


def neighbours(text_RD: torch.Tensor, count: int) -> torch.Tensor:
    """Return each text's `count` nearest other texts [R, T] by row, texts equal to it left for last."""
    count = min(count, len(text_RD) - 1)
    parts = []
    for start in range(0, len(text_RD), 1024):
        score_BR = text_RD[start : start + 1024] @ text_RD.T
        score_BR = torch.where(score_BR > 0.9999, -1.0, score_BR)
        parts.append(score_BR.topk(count, dim=1).indices)
    return torch.cat(parts)


def rate_at(step: int, recipe: PreferenceRecipe) -> float:
    """Return the learning rate: linear warm-up, then half a cosine to a hundredth."""
    if step < recipe.warmup:
        return recipe.rate * (step + 1) / recipe.warmup
    share = (step - recipe.warmup) / max(1, recipe.num_steps - recipe.warmup)
    return recipe.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))


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
        self.looks: list[Look] = []
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
        self.looks = [Look(**look) for look in saved["looks"]]

    def save(self) -> None:
        """Write the checkpoint, all or nothing."""
        self.work.mkdir(parents=True, exist_ok=True)
        draft = self.checkpoint.with_suffix(".draft")
        state = {
            "last_map": self.last_map.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "best": self.best_state,
            "step": self.step,
            "looks": [vars(look) for look in self.looks],
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
            group["lr"] = rate_at(self.step, recipe)
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
    def look(self) -> Look:
        """Measure shares of the way on what is held out, and keep the best look's map if it is the best of all."""
        loss, self.loss_sum = self.loss_sum / self.recipe.watch_every, 0.0
        here = copy.deepcopy(self.last_map.state_dict())
        looks = []
        for share in self.recipe.shares if self.step else (1.0,):
            self.last_map.load_state_dict(self._part_way(here, share))
            looks.append(self._measure(share, loss))
        self.last_map.load_state_dict(here)
        floor = self.looks[0].recall_at_1 - self.recipe.max_recall_loss if self.looks else 0.0
        look = max(looks, key=lambda one: (one.recall_at_1 >= floor, one.pair_accuracy))
        self.looks.append(look)
        if self.best() is look:
            self.best_state = self._part_way(here, look.share)
        return look

    def _part_way(self, here: dict[str, torch.Tensor], share: float) -> dict[str, torch.Tensor]:
        return {name: self.start_state[name].lerp(value, share) for name, value in here.items()}

    def _measure(self, share: float, loss: float) -> Look:
        watch, pool = self.data.watch, self.data.pool
        video_ND = self.vectors()
        gap_P = gaps(video_ND, self.data.query_text, watch)
        weight_P = watch.weight * ~watch.is_tie
        right_P = (gap_P > 0).float() + 0.5 * (gap_P == 0).float()
        return Look(
            step=self.step,
            share=share,
            loss=loss,
            pair_accuracy=float((right_P * weight_P).sum() / weight_P.sum()),
            recall_at_1=recall_at(video_ND[pool.video], pool.text, (1,))[1],
        )

    def best(self) -> Look:
        """Return the look with the best watched accuracy among those whose R@1 is not below the reference's by more than allowed."""
        floor = self.looks[0].recall_at_1 - self.recipe.max_recall_loss
        return max((look for look in self.looks if look.recall_at_1 >= floor), key=lambda look: look.pair_accuracy)

    def is_done(self) -> bool:
        """Return whether the steps are used up or the last `patience` looks brought nothing."""
        waited = (self.step - self.best().step) // self.recipe.watch_every
        return self.step >= self.recipe.num_steps or waited >= self.recipe.patience


def tune(
    recipe: PreferenceRecipe,
    reference: TemporalHead,
    data: PreferenceSet,
    work: Path,
    on_look: Callable[[Look], None] | None = None,
) -> Tuned:
    """Tune a copy of the reference and return the best head that was looked at, the reference itself if none was better.

    Checkpoints and goes on in `work`. `data.watch` chooses the step: figures to report come from pairs and a pool of their own.
    """
    tuning = Tuning(recipe, reference, data, work)
    tuning.resume()
    if not tuning.looks:
        tuning.look()
    while not tuning.is_done():
        tuning.descend()
        if tuning.step % recipe.watch_every == 0 or tuning.step == recipe.num_steps:
            look = tuning.look()
            tuning.save()
            if on_look:
                on_look(look)
    head = copy.deepcopy(reference).eval()
    head.out.load_state_dict(tuning.best_state)
    return Tuned(head, tuning.best(), tuning.looks)
