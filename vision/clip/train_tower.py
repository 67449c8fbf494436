"""Train the frame tower: one random frame and one text of a clip are a pair. Pure.

Shape suffixes: N clips, K keyframes, B batch, H height, W width, C channels, D embedding, E = D + features.
"""

from collections.abc import Callable
from pathlib import Path

import torch

from vision.clip.big_batch import Batch
from vision.clip.data import Clips, is_in_event
from vision.clip.pairs import encode_phrases, meanings, pick_frame_texts, pick_rows, step_rng, twin_groups
from vision.clip.processes import ALONE, Processes
from vision.clip.recipes import Recipe
from vision.clip.scores import ranks, recall
from vision.clip.stage import Plan, Stage
from vision.clip.text_map import TextMap
from vision.clip.towers import FrameTower, Preprocess, bundled_visual, load_tower

SAVE_EVERY, EVALUATE_EVERY = 60, 600


def train_tower(
    recipe: Recipe,
    clips: Clips,
    text_NTD: torch.Tensor,
    held_out: Clips,
    held_text: torch.Tensor,
    work: Path,
    processes: Processes = ALONE,
    *,
    text_map: TextMap | None = None,
    start: Path | None = None,
) -> FrameTower:
    """Return the tower after all steps of the recipe, going on from `work`/tower.pt; bfloat16 where autocast allows it.

    Texts [N, T, D] are as the sentence encoder has them; the tower learns them as `text_map` compares them. `start` is the weights file of
    a tower to go on from; None begins at random.
    """
    torch.manual_seed(recipe.seed)
    tower = FrameTower(bundled_visual(patch_dropout=recipe.patch_dropout), text_map)
    if start is not None:
        tower.visual.load_state_dict(load_tower(start).visual.state_dict())
    text_NTD, held_text = tower.text_map.said(text_NTD), tower.text_map.said(held_text)
    plan = Plan(
        "tower",
        recipe.tower_steps,
        recipe.tower_rate,
        recipe.max_logit_scale,
        recipe.alignment,
        SAVE_EVERY,
        EVALUATE_EVERY,
    )
    stage = Stage(recipe, plan, tower, work, processes)
    meaning_ND = meanings(text_NTD, encode_phrases(clips.specs, tower.text_map), of_a_frame=True)
    event_NK = torch.from_numpy(is_in_event(clips))
    group_G4 = twin_groups(clips.specs)
    num_groups = recipe.tower_batch * recipe.twin_share_percent // 400

    def batch_at(step: int) -> Batch:
        rng = step_rng(recipe, 0, step)
        rows = pick_rows(group_G4, len(clips), recipe.tower_batch, num_groups, rng)
        slots = torch.randint(clips.frames.shape[1], (recipe.tower_batch,), generator=rng)
        jitter = draw_jitter(recipe.tower_batch, rng)
        if step > recipe.tower_steps * 4 // 5:
            tower.visual.patch_dropout = torch.nn.Identity()

        def embed(part: slice) -> torch.Tensor:
            image_BHWC = torch.from_numpy(clips.frames[rows[part].numpy(), slots[part].numpy()])
            with torch.autocast("cpu", torch.bfloat16):
                vector_BD, _ = tower(Preprocess().normalise(jitter(image_BHWC, part)))
            return vector_BD.float()

        text_BD = pick_frame_texts(text_NTD, rows, recipe, rng, event_NK[rows, slots])
        return Batch(embed, text_BD, meaning_ND[rows], seed=rng.initial_seed(), num_frames=len(rows))

    stage.train(batch_at, lambda: tower_recall(encode_clips(tower, held_out), held_text))
    return tower.eval()


def draw_jitter(batch: int, rng: torch.Generator) -> Callable[[torch.Tensor, slice], torch.Tensor]:
    """Draw a shift of up to 6 px for the batch, and brightness and contrast for each picture: encoders and players change them.

    The answer takes some pictures [rows, H, W, C] in [0, 255] and which rows of the batch they are, and returns them as float32.
    """
    shift = torch.randint(-6, 7, (2,), generator=rng).tolist()
    gain = 0.85 + 0.3 * torch.rand(batch, 1, 1, 1, generator=rng)
    lift = 24 * (torch.rand(batch, 1, 1, 1, generator=rng) - 0.5)

    def jitter(image_BHWC: torch.Tensor, part: slice) -> torch.Tensor:
        moved = torch.roll(image_BHWC, shifts=shift, dims=(1, 2)).float()
        return (moved * gain[part] + lift[part]).clamp(0, 255)

    return jitter


def tower_recall(frame_NKE: torch.Tensor, text_NTD: torch.Tensor) -> dict[str, float]:
    """Return how well captions find their clips by the mean of their frames."""
    mean_ND = torch.nn.functional.normalize(frame_NKE[..., : text_NTD.shape[-1]].mean(1), dim=-1)
    return recall(ranks(mean_ND, text_NTD[:, 0]))


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
