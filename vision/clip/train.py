"""Train the bundled video models: `python -m vision.clip.train --recipe bundled`. Pure.

First how texts are compared with pictures (train_text_map.py), then the frame tower against cached sentence vectors (one frame and one text
a pair), then the temporal head on cached frame vectors. Several processes share every batch:
`torchrun --nproc-per-node 2 -m vision.clip.train --recipe bundled`.

Checkpoints every 60 steps (100 of the head): an interrupted run goes on where it was and ends with the same weights, because
every step draws its randomness from (seed, step) alone. Beside them lie their curves (tower.png, head.png), written at every checkpoint,
and at the end result.json. Expected scores are in models/*/card.md.

The way through the files: pairs.py chooses, train_text_map.py, train_tower.py and train_head.py embed, stage.py takes the steps,
big_batch.py and processes.py cut a batch, progress.py and curves.py show.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import torch

from vision.clip.data import Arrays, Clips, Kind, clip_parts, joined_clips, load_clips, scenes_digest
from vision.clip.encoder import BundledEncoder
from vision.clip.pairs import encode_texts, twin_groups
from vision.clip.processes import Processes, joined
from vision.clip.progress import counting
from vision.clip.recipes import RECIPES, Recipe, RecipeError
from vision.clip.stage import OnProgress
from vision.clip.temporal_head import HeadConfig, TemporalHead
from vision.clip.towers import FrameTower, tower_state
from vision.clip.train_head import EncodedClips, train_head
from vision.clip.train_text_map import clear_taste_axis, other_words, train_text_map
from vision.clip.train_tower import encode_clips, tower_recall, train_tower
from vision.clip.weights import HEAD_FILE, TOWER_FILE, file_version, save_weights
from vision.scenes.spec import SceneSpec

ACTION_SEED = 100  # beyond the recipe's: no clip of the action slice is another's near-twin

OnPart = Callable[[str, int, int], None]  # which clips, how many are there, of how many


def run(
    recipe: Recipe,
    work: Path,
    tower_file: Path,
    head_file: Path,
    processes: Processes,
    *,
    start: Path | None = None,
) -> dict[str, Any]:
    """Render, train the models and return the scores on held-out clips; the first process writes weights and result.

    The tower begins at random, or from the weights file `start`.
    RecipeError before anything is rendered if the processes cannot share the recipe's batches.
    """
    processes.part(recipe.tower_batch), processes.part(recipe.head_batch)
    started_at = time.monotonic()
    work.mkdir(parents=True, exist_ok=True)
    with processes.first_goes_first():
        both, held_out = load_all(recipe, work.parent / f"clips-{scenes_digest()}", is_shown=processes.is_first)
    rendered_s = time.monotonic() - started_at
    moving = after(both, recipe.num_still)
    both_text, moving_text, held_text = (
        encode_texts(both),
        encode_texts(moving, wordings=recipe.wordings),
        encode_texts(held_out),
    )
    text_map = train_text_map(recipe, moving_text, twin_groups(moving.specs), other_words())
    tower = train_tower(recipe, both, both_text, held_out, held_text, work, processes, text_map=text_map, start=start)
    held_NKE = encode_clips(tower, held_out)
    mean = tower_recall(held_NKE, text_map.said(held_text))
    head, scores = train_head(
        recipe,
        EncodedClips.of(moving, encode_clips(tower, moving), moving_text, text_map),
        EncodedClips.of(held_out, held_NKE, held_text, text_map),
        work,
        processes,
    )
    is_head_better = scores["R@1"] > mean["R@1"]
    if not is_head_better:
        head = TemporalHead(HeadConfig())  # untrained it is mean pooling: what ships is what scores better
    clear_taste_axis(tower, head)
    result = {
        "recipe": asdict(recipe),
        "processes": processes.count,
        "families": len({spec.family for spec in both.specs[: recipe.num_still]}),
        "held_out_pool": len(held_out),
        "mean_of_frames": {name: round(value, 4) for name, value in mean.items()},
        "temporal_head": {name: round(value, 4) for name, value in scores.items()},
        "started_from": "random weights" if start is None else file_version(start),
        "ships": "temporal head" if is_head_better else "mean of frames",
        "rendering_s": round(rendered_s),
        "total_s": round(time.monotonic() - started_at),
    }
    if processes.is_first:
        save_weights(tower_file, tower_state(tower), {"kind": "frame tower", **result})
        save_weights(head_file, head.state_dict(), {"kind": "temporal head", "config": head.config.as_dict(), **result})
        (work / "result.json").write_text(json.dumps(result, indent=2))
    return result


def run_head(
    recipe: Recipe,
    tower: FrameTower,
    work: Path,
    clips: Path,
    head_file: Path,
    *,
    on_part: OnPart | None = None,
    on_progress: OnProgress | None = None,
) -> dict[str, Any]:
    """Train the recipe's head alone, for a tower that stays: write it, and return its scores on held-out clips.

    Clips are kept in the folder `clips`, the checkpoint in `work`: an interrupted run goes on and ends with the same weights.
    """
    work.mkdir(parents=True, exist_ok=True)
    wanted: tuple[tuple[str, Kind, int, int], ...] = (
        ("moving", "moving", recipe.seed + 1, recipe.num_moving),
        ("action", "action", recipe.seed + ACTION_SEED, recipe.num_action),
        ("held-out", "moving", recipe.seed + 2, recipe.num_held_out),
    )
    encoded: dict[str, EncodedClips] = {}
    for called, kind, seed, count in wanted:
        if not count:
            continue
        told = partial(on_part, called) if on_part else None
        made = load_clips(clips, kind, seed=seed, count=count, on_part=told)
        text = encode_texts(made, wordings=recipe.wordings)
        encoded[called] = EncodedClips.of(made, encode_clips(tower, made), text, tower.text_map)
    moving, held_out = encoded["moving"], encoded["held-out"]
    moving = moving.and_also(encoded["action"]) if "action" in encoded else moving
    head, scores = train_head(recipe, moving, held_out, work, on_progress=on_progress)
    clear_taste_axis(tower, head)
    result = {"recipe": asdict(recipe), "temporal_head": {name: round(value, 4) for name, value in scores.items()}}
    save_weights(head_file, head.state_dict(), {"kind": "temporal head", "config": head.config.as_dict(), **result})
    return result


def load_all(recipe: Recipe, folder: Path, *, is_shown: bool) -> tuple[Clips, Clips]:
    """Return the clips to learn from, the stills before the moving ones, and the held-out ones; what the folder lacks is rendered."""

    def parts(kind: Kind, seed: int, count: int, called: str) -> Iterator[tuple[list[SceneSpec], Arrays]]:
        with counting(f"{called} clips", is_shown=is_shown) as told:
            yield from clip_parts(folder, kind, seed=seed, count=count, on_part=told)

    both = chain(
        parts("still", recipe.seed, recipe.num_still, "still"),
        parts("moving", recipe.seed + 1, recipe.num_moving, "moving"),
        parts("action", recipe.seed + ACTION_SEED, recipe.num_action, "action"),
    )
    return (
        joined_clips(recipe.num_still + recipe.num_moving + recipe.num_action, both),
        joined_clips(recipe.num_held_out, parts("moving", recipe.seed + 2, recipe.num_held_out, "held out")),
    )


def after(clips: Clips, start: int) -> Clips:
    """Return the clips from `start` on, as views: 6,000 clips are 1.8 GB."""
    return Clips(
        clips.frames[start:], clips.times_s[start:], clips.motion[start:], clips.texts[start:], clips.specs[start:]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the bundled frame tower and temporal head.")
    parser.add_argument("--recipe", choices=RECIPES, default="bundled")
    parser.add_argument("--work", type=Path, default=Path(os.environ.get("TILLER_HOME", "var")) / "training")
    parser.add_argument("--from-tower", type=Path, help="weights of a tower to go on from, instead of random ones")
    parser.add_argument("--tower", type=Path, default=TOWER_FILE)
    parser.add_argument("--keep-tower", action="store_true", help="train the head alone, for the tower that is there")
    parser.add_argument("--head", type=Path, default=HEAD_FILE)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recipe = RECIPES[arguments.recipe]()
    work = arguments.work / f"{recipe.name}-{scenes_digest()}"
    if arguments.keep_tower:
        tower, clips = BundledEncoder(tower_file=arguments.tower).tower, work.parent / f"clips-{scenes_digest()}"
        print(json.dumps(run_head(recipe, tower, work.with_name(f"head-{work.name}"), clips, arguments.head), indent=2))
        return
    with joined() as processes:
        try:
            result = run(recipe, work, arguments.tower, arguments.head, processes, start=arguments.from_tower)
        except RecipeError as error:
            sys.exit(str(error) if processes.is_first else 1)
        if processes.is_first:
            print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
