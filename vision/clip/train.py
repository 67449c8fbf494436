"""Train the bundled video models: `python -m vision.clip.train --recipe bundled`. Pure.

First the frame tower against cached sentence vectors (one frame and one text a pair), then the temporal head on cached frame
vectors. Checkpoints every 20 steps (100 of the head): an interrupted run goes on where it was and ends with the same weights, because
every step draws its randomness from (seed, step) alone. Expected scores are in models/*/card.md.

Shape suffixes: B batch, K keyframes, D embedding, E = D + features.
"""

import argparse
import json
import math
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.backbone import sentence_encoder
from vision.clip.data import Clips, load_clips, scenes_digest
from vision.clip.losses import info_nce, recall_at
from vision.clip.recipes import RECIPES, Recipe
from vision.clip.temporal_head import HeadConfig, TemporalHead
from vision.clip.towers import FrameTower, Preprocess, bundled_visual
from vision.clip.weights import HEAD_FILE, TOWER_FILE, save_weights

CHECKPOINT_EVERY, EVALUATE_EVERY, HEAD_CHECKPOINT_EVERY = 20, 60, 100
START_LOGIT_SCALE = math.log(25)
SCALE_RATE = 10  # times the models' rate: from 14.3 at the same rate it reached 18 in 450 steps, too soft to tell near-twins apart


def encode_texts(clips: Clips) -> torch.Tensor:
    """Return the clips' texts as [N, 3, 384]; each distinct text is encoded once."""
    flat = [text for texts in clips.texts for text in texts]
    distinct = sorted(set(flat))
    row = {text: index for index, text in enumerate(distinct)}
    vectors = torch.from_numpy(sentence_encoder().encode(distinct))
    return vectors[torch.tensor([row[text] for text in flat])].view(len(clips), -1, vectors.shape[1])


def pick_texts(text_N3D: torch.Tensor, rows: torch.Tensor, recipe: Recipe, rng: torch.Generator) -> torch.Tensor:
    """Return one text a row [B, D]: the caption mostly, else the subject or the tags."""
    which = torch.where(
        torch.rand(len(rows), generator=rng) < recipe.p_caption, 0, torch.randint(1, 3, (len(rows),), generator=rng)
    )
    return text_N3D[rows, which]


def step_rng(recipe: Recipe, stage: int, step: int) -> torch.Generator:
    """Return the step's own randomness, and seed torch's (dropout) with it."""
    seed = recipe.seed * 1_000_003 + stage * 500_009 + step
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)


def rate_at(step: int, num_steps: int, peak: float, warmup: int) -> float:
    """Return the learning rate: linear warm-up, then half a cosine to a hundredth."""
    if step < warmup:
        return peak * (step + 1) / warmup
    share = (step - warmup) / max(1, num_steps - warmup)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))


class Stage:
    """A model being trained, with its temperature, optimiser and checkpoint file."""

    def __init__(self, model: torch.nn.Module, rate: float, weight_decay: float, checkpoint: Path) -> None:
        self.model = model
        self.logit_scale = torch.nn.Parameter(torch.tensor(START_LOGIT_SCALE))
        matrices = [p for p in model.parameters() if p.ndim >= 2]
        others = [p for p in model.parameters() if p.ndim < 2]
        groups = [
            {"params": matrices, "weight_decay": weight_decay},
            {"params": others, "weight_decay": 0.0},
            {"params": [self.logit_scale], "weight_decay": 0.0, "rate": SCALE_RATE},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98))
        self.checkpoint = checkpoint
        self.step = 0
        self.started_at = time.monotonic()

    def resume(self) -> None:
        if self.checkpoint.exists():
            saved: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.logit_scale.data.copy_(saved["logit_scale"])
            self.step = saved["step"]

    def save(self) -> None:
        draft = self.checkpoint.with_suffix(".draft")
        state = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "logit_scale": self.logit_scale.data,
            "step": self.step,
        }
        torch.save(state, draft)
        draft.replace(self.checkpoint)

    def descend(self, loss: torch.Tensor, rate: float, max_logit_scale: float) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group.get("rate", 1)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.logit_scale.data.clamp_(0, max_logit_scale)
        self.step += 1


def report(
    stage: Stage, name: str, first: int, total: int, items_a_step: int, loss: float, scores: dict[int, float]
) -> None:
    """Print one line of progress: loss, recall, speed, time left."""
    seconds = time.monotonic() - stage.started_at
    done = max(1, stage.step - first)
    left_s = seconds / done * (total - stage.step)
    recall = " ".join(f"R@{k} {value:.3f}" for k, value in scores.items())
    print(
        f"{name} {stage.step}/{total} loss {loss:.3f} scale {stage.logit_scale.exp().item():.1f} {recall}"
        f" | {done * items_a_step / seconds:.0f} items/s, {left_s / 60:.1f} min left",
        flush=True,
    )


def train_tower(
    recipe: Recipe, clips: Clips, text_N3D: torch.Tensor, held_out: Clips, held_text: torch.Tensor, work: Path
) -> FrameTower:
    """Train the frame tower: one random frame and one text of a clip are a pair."""
    torch.manual_seed(recipe.seed)
    tower = FrameTower(bundled_visual(patch_dropout=recipe.patch_dropout))
    stage = Stage(tower, recipe.tower_rate, recipe.weight_decay, work / "tower.pt")
    stage.resume()
    first, preprocess = stage.step, Preprocess()
    while stage.step < recipe.tower_steps:
        rng = step_rng(recipe, 0, stage.step)
        rows = torch.randint(len(clips), (recipe.tower_batch,), generator=rng)
        slots = torch.randint(clips.frames.shape[1], (recipe.tower_batch,), generator=rng)
        image = preprocess.normalise(_jitter(torch.from_numpy(clips.frames[rows.numpy(), slots.numpy()]), rng))
        tower.train()
        if stage.step > recipe.tower_steps * 2 // 3:
            tower.visual.patch_dropout = torch.nn.Identity()
        with torch.autocast("cpu", torch.bfloat16):
            image_BD, _ = tower(image)
        loss = info_nce(image_BD.float(), pick_texts(text_N3D, rows, recipe, rng), stage.logit_scale)
        stage.descend(
            loss,
            rate_at(stage.step, recipe.tower_steps, recipe.tower_rate, recipe.tower_warmup),
            recipe.max_logit_scale,
        )
        if stage.step % CHECKPOINT_EVERY == 0 or stage.step == recipe.tower_steps:
            stage.save()
            due = stage.step % EVALUATE_EVERY == 0 or stage.step == recipe.tower_steps
            scores = _tower_recall(tower, held_out, held_text) if due else {}
            report(stage, "tower", first, recipe.tower_steps, recipe.tower_batch, loss.item(), scores)
    return tower.eval()


def _jitter(image_BHWC: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Shift by up to 6 px, change brightness and contrast a little: encoders and players do."""
    shift = torch.randint(-6, 7, (2,), generator=rng).tolist()
    moved = torch.roll(image_BHWC, shifts=shift, dims=(1, 2)).float()
    gain = 0.85 + 0.3 * torch.rand(len(moved), 1, 1, 1, generator=rng)
    lift = 24 * (torch.rand(len(moved), 1, 1, 1, generator=rng) - 0.5)
    return (moved * gain + lift).clamp(0, 255)


def _tower_recall(tower: FrameTower, held_out: Clips, held_text: torch.Tensor) -> dict[int, float]:
    frame_NKE = encode_clips(tower, held_out)
    mean_ND = torch.nn.functional.normalize(frame_NKE[..., : held_text.shape[-1]].mean(1), dim=-1)
    return recall_at(mean_ND, held_text[:, 0])


@torch.inference_mode()
def encode_clips(tower: FrameTower, clips: Clips) -> torch.Tensor:
    """Return the frozen tower's answer to every frame: vector and features, [N, K, E] float32."""
    tower.eval()
    preprocess, rows = Preprocess(), []
    for start in range(0, len(clips), 32):
        image = torch.from_numpy(clips.frames[start : start + 32])
        with torch.autocast("cpu", torch.bfloat16):
            vector, feature = tower(preprocess.normalise(image.flatten(0, 1)))
        rows.append(torch.cat([vector, feature], dim=-1).float().view(len(image), image.shape[1], -1))
    return torch.cat(rows)


def train_head(
    recipe: Recipe,
    tower: FrameTower,
    clips: Clips,
    text_N3D: torch.Tensor,
    held_out: Clips,
    held_text: torch.Tensor,
    work: Path,
) -> tuple[TemporalHead, dict[int, float]]:
    """Train the temporal head on the frozen tower's vectors, twins beside each other in the batch; return it with its held-out recall."""
    torch.manual_seed(recipe.seed + 1)
    head = TemporalHead(HeadConfig())
    stage = Stage(head, recipe.head_rate, recipe.weight_decay, work / "head.pt")
    stage.resume()
    frame_NKE, time_NK, motion_NK = (
        encode_clips(tower, clips),
        torch.from_numpy(clips.times_s),
        torch.from_numpy(clips.motion),
    )
    held = (encode_clips(tower, held_out), torch.from_numpy(held_out.times_s), torch.from_numpy(held_out.motion))
    first = stage.step
    stage.started_at = time.monotonic()
    while stage.step < recipe.head_steps:
        rng = step_rng(recipe, 1, stage.step)
        starts = torch.randint(len(clips) // 4, (recipe.head_batch // 4,), generator=rng) * 4
        rows = (starts[:, None] + torch.arange(4)).flatten()
        is_frame = torch.rand(len(rows), time_NK.shape[1], generator=rng) > 0.15  # a video may have fewer keyframes
        is_frame[:, 0] |= ~is_frame.any(1)
        head.train()
        video_BD = head(frame_NKE[rows], time_NK[rows], motion_NK[rows], is_frame)
        loss = info_nce(video_BD, pick_texts(text_N3D, rows, recipe, rng), stage.logit_scale)
        stage.descend(
            loss, rate_at(stage.step, recipe.head_steps, recipe.head_rate, recipe.tower_warmup), recipe.max_logit_scale
        )
        if stage.step % HEAD_CHECKPOINT_EVERY == 0 or stage.step == recipe.head_steps:
            stage.save()
            report(
                stage,
                "head",
                first,
                recipe.head_steps,
                recipe.head_batch,
                loss.item(),
                _head_recall(head, *held, held_text),
            )
    return head.eval(), _head_recall(head, *held, held_text)


@torch.inference_mode()
def _head_recall(
    head: TemporalHead, frame: torch.Tensor, time_s: torch.Tensor, motion: torch.Tensor, text: torch.Tensor
) -> dict[int, float]:
    head.eval()
    video_ND = head(frame, time_s, motion, torch.ones_like(time_s, dtype=torch.bool))
    return recall_at(video_ND, text[:, 0])


def _join(left: Clips, right: Clips) -> Clips:
    return Clips(
        np.concatenate([left.frames, right.frames]),
        np.concatenate([left.times_s, right.times_s]),
        np.concatenate([left.motion, right.motion]),
        left.texts + right.texts,
        left.specs + right.specs,
    )


def run(recipe: Recipe, work: Path, tower_file: Path, head_file: Path) -> dict[str, Any]:
    """Render, train both models, write their weights and return the scores on held-out clips."""
    started_at = time.monotonic()
    work.mkdir(parents=True, exist_ok=True)
    clips_dir = work.parent / f"clips-{scenes_digest()}"

    def rendering(kind: str) -> Any:
        return lambda done, total: print(f"rendered {done}/{total} {kind}", flush=True)

    still = load_clips(
        clips_dir, seed=recipe.seed, count=recipe.num_still, in_motion=False, on_part=rendering("stills")
    )
    moving = load_clips(
        clips_dir, seed=recipe.seed + 1, count=recipe.num_moving, in_motion=True, on_part=rendering("moving")
    )
    held_out = load_clips(
        clips_dir, seed=recipe.seed + 2, count=recipe.num_held_out, in_motion=True, on_part=rendering("held out")
    )
    rendered_s = time.monotonic() - started_at
    still_text, moving_text, held_text = encode_texts(still), encode_texts(moving), encode_texts(held_out)
    tower = train_tower(recipe, _join(still, moving), torch.cat([still_text, moving_text]), held_out, held_text, work)
    mean = _tower_recall(tower, held_out, held_text)
    head, scores = train_head(recipe, tower, moving, moving_text, held_out, held_text, work)
    is_head_better = scores[1] > mean[1]
    if not is_head_better:
        head = TemporalHead(HeadConfig())  # untrained it is mean pooling: what ships is what scores better
    result = {
        "recipe": asdict(recipe),
        "families": len({spec.family for spec in still.specs}),
        "held_out_pool": len(held_out),
        "mean_of_frames": {f"R@{k}": round(value, 4) for k, value in mean.items()},
        "temporal_head": {f"R@{k}": round(value, 4) for k, value in scores.items()},
        "ships": "temporal head" if is_head_better else "mean of frames",
        "rendering_s": round(rendered_s),
        "total_s": round(time.monotonic() - started_at),
    }
    save_weights(tower_file, tower.visual.state_dict(), {"kind": "frame tower", **result})
    save_weights(head_file, head.state_dict(), {"kind": "temporal head", "config": head.config.as_dict(), **result})
    (work / "result.json").write_text(json.dumps(result, indent=2))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the bundled frame tower and temporal head.")
    parser.add_argument("--recipe", choices=RECIPES, default="bundled")
    parser.add_argument("--work", type=Path, default=Path(os.environ.get("TILLER_HOME", "var")) / "training")
    parser.add_argument("--tower", type=Path, default=TOWER_FILE)
    parser.add_argument("--head", type=Path, default=HEAD_FILE)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recipe = RECIPES[arguments.recipe]()
    work = arguments.work / f"{recipe.name}-{scenes_digest()}"
    print(json.dumps(run(recipe, work, arguments.tower, arguments.head), indent=2))


if __name__ == "__main__":
    main()
