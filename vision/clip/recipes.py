"""Say how the bundled video models are trained: sizes, steps, rates. Each recipe is complete; its cost is in its docstring. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """One training run; the same seed and recipe give the same weights on the same machine."""

    name: str
    seed: int
    num_still: int  # clips of which 8 random moments are rendered
    num_moving: int  # clips rendered in motion, with keyframes chosen by flow
    num_held_out: int  # clips of another seed, in motion
    tower_steps: int
    tower_batch: int = 256
    tower_rate: float = 1e-3
    tower_warmup: int = 25
    weight_decay: float = 0.1
    patch_dropout: float = 0.35  # off for the last third
    head_steps: int = 700
    head_batch: int = 192
    head_rate: float = 6e-4
    max_logit_scale: float = 4.6052  # log 100, CLIP's clamp
    p_caption: float = 0.7  # of the texts shown; the rest are subjects and tags, as people type


def quick() -> Recipe:
    """Check the way and give a first model: about 8 minutes on one core."""
    return Recipe("quick", seed=11, num_still=1200, num_moving=400, num_held_out=200, tower_steps=110, head_steps=300)


def bundled() -> Recipe:
    """Train what the project ships: about 25 minutes on one core, rendering included."""
    return Recipe("bundled", seed=11, num_still=3200, num_moving=2000, num_held_out=300, tower_steps=400)


RECIPES = {"quick": quick, "bundled": bundled}
