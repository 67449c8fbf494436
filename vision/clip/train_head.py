"""Train the temporal head on the frozen tower's vectors, with near-twins beside each other in every batch. Pure.

Shape suffixes: N clips, K keyframes, T texts a clip, M motion numbers, D embedding, E = D + features.
"""

from dataclasses import dataclass
from pathlib import Path

import torch

from vision.clip.big_batch import Batch
from vision.clip.data import Clips
from vision.clip.pairs import encode_phrases, meanings, pick_captions, pick_rows, step_rng, twin_groups
from vision.clip.processes import ALONE, Processes
from vision.clip.recipes import Recipe
from vision.clip.scores import ranks, recall
from vision.clip.stage import OnProgress, Plan, Stage
from vision.clip.temporal_head import HeadConfig, TemporalHead
from vision.clip.text_map import TextMap
from vision.movements import NUM_MOVEMENTS

SAVE_EVERY = 100


@dataclass(frozen=True)
class EncodedClips:
    """N clips as the head reads them, float32: frames [N, K, E], seconds [N, K], motion [N, K, M]; texts [N, T, D].

    Then where each belongs [N, D], and the rows of near-twins [G, 4] (vision/clip/pairs.py).
    """

    frame: torch.Tensor
    time_s: torch.Tensor
    motion: torch.Tensor
    text: torch.Tensor
    meaning: torch.Tensor
    group: torch.Tensor

    @classmethod
    def of(cls, clips: Clips, frame_NKE: torch.Tensor, text_NTD: torch.Tensor, text_map: TextMap) -> "EncodedClips":
        """Take texts as the sentence encoder has them, for what a tower with that map says of the frames."""
        times_s, motion = torch.from_numpy(clips.times_s), torch.from_numpy(clips.motion)
        text_NTD = text_map.said(text_NTD)
        meaning_ND = meanings(text_NTD, encode_phrases(clips.specs, text_map), of_a_frame=False)
        return cls(frame_NKE, times_s, motion, text_NTD, meaning_ND, twin_groups(clips.specs))

    def and_also(self, other: "EncodedClips") -> "EncodedClips":
        """Return these clips, then the others."""
        return EncodedClips(
            torch.cat([self.frame, other.frame]),
            torch.cat([self.time_s, other.time_s]),
            torch.cat([self.motion, other.motion]),
            torch.cat([self.text, other.text]),
            torch.cat([self.meaning, other.meaning]),
            torch.cat([self.group, other.group + len(self)]),
        )

    def __len__(self) -> int:
        return len(self.frame)


def train_head(
    recipe: Recipe,
    clips: EncodedClips,
    held_out: EncodedClips,
    work: Path,
    processes: Processes = ALONE,
    on_progress: OnProgress | None = None,
) -> tuple[TemporalHead, dict[str, float]]:
    """Return the head after all steps of the recipe, going on from `work`/head.pt, with its held-out recall."""
    torch.manual_seed(recipe.seed + 1)
    head = TemporalHead(HeadConfig(num_movements=NUM_MOVEMENTS, dropout=recipe.head_dropout))
    plan = Plan(
        "head",
        recipe.head_steps,
        recipe.head_rate,
        recipe.head_max_logit_scale,
        recipe.head_alignment,
        SAVE_EVERY,
        SAVE_EVERY,
    )
    stage = Stage(recipe, plan, head, work, processes)

    def batch_at(step: int) -> Batch:
        rng = step_rng(recipe, 1, step)
        rows = pick_rows(clips.group, len(clips), recipe.head_batch, recipe.head_batch // 4, rng)
        is_frame = torch.rand(len(rows), clips.time_s.shape[1], generator=rng) > recipe.p_frame_missing
        is_frame[:, 0] |= ~is_frame.any(1)

        def embed(part: slice) -> torch.Tensor:
            chosen = rows[part]
            video_BD: torch.Tensor = head(
                clips.frame[chosen], clips.time_s[chosen], clips.motion[chosen], is_frame[part]
            )
            return video_BD

        text_BD = pick_captions(clips.text, rows, rng)
        return Batch(embed, text_BD, clips.meaning[rows], seed=rng.initial_seed(), num_frames=int(is_frame.sum()))

    stage.train(batch_at, lambda: head_recall(head, held_out), on_progress)
    return head.eval(), head_recall(head, held_out)


@torch.inference_mode()
def head_recall(head: TemporalHead, clips: EncodedClips) -> dict[str, float]:
    """Return how well captions find their clips by the head's vectors."""
    head.eval()
    is_frame_NK = torch.ones_like(clips.time_s, dtype=torch.bool)
    return recall(ranks(head(clips.frame, clips.time_s, clips.motion, is_frame_NK), clips.text[:, 0]))
