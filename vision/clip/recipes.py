"""Say how the bundled video models are trained: sizes, steps, rates. Each recipe is complete; its cost is in its docstring. Pure."""

from dataclasses import dataclass, replace
from typing import Literal


class RecipeError(ValueError):
    """A recipe does not fit what it meets (a checkpoint, a number of processes); the message says what to do."""


@dataclass(frozen=True)
class Recipe:
    """One training run; the same seed and recipe give the same weights on the same machine."""

    name: str
    seed: int
    num_still: int  # clips of which 8 random moments are rendered
    num_moving: int  # clips rendered in motion, with keyframes chosen by flow
    num_held_out: int  # clips of another seed, in motion
    tower_steps: int
    num_action: int = 0  # clips in motion, near-twins in their event alone, any event in any family
    tower_batch: int = 256
    tower_rate: float = 1e-3
    tower_warmup: int = 25
    weight_decay: float = 0.1
    patch_dropout: float = 0.35  # off for the last fifth
    head_steps: int = 700
    head_batch: int = 192
    head_rate: float = 1e-3
    head_dropout: float = 0.25
    head_max_logit_scale: float = (
        5.7  # log 300: near-twins' captions are close, and what is held to its meaning has less room to differ in
    )
    head_alignment: float = (
        0.5  # of the head: it finds more of its captions than with 1 (.720 for .700), and other words as well as needed
    )
    p_frame_missing: float = 0.25  # of a video's keyframes while the head learns: a video may have fewer
    temperature: Literal["learned", "decayed"] = "learned"
    start_temperature: float = 1 / 25
    end_temperature: float = 1 / 75  # of a decayed one, at the last step: where a learned one came to rest (LOG.md)
    max_logit_scale: float = 4.6052  # of the tower; log 100, CLIP's clamp
    chunk: int = 256  # pairs whose activations are in memory at once; a larger batch is embedded twice (big_batch.py)
    twin_share_percent: int = 75  # of the tower's batch are whole groups of near-twins
    p_caption: float = 0.7  # of the texts that the tower is shown; the rest are subjects, tags and titles
    wordings: int = 3  # of each caption beside its own, for the head
    text_map_hold: float = (
        5.0  # weight of leaving other words where they are, beside telling captions apart (train_text_map.py)
    )
    alignment: float = 1.0  # of the tower: weight of lying where its words lie, beside the contrast (pairs.meanings)


def quick() -> Recipe:
    """Check the way and give a first model: about 8 minutes on one core."""
    return Recipe("quick", seed=11, num_still=1200, num_moving=400, num_held_out=200, tower_steps=110, head_steps=300)


def bundled() -> Recipe:
    """Train what the project ships: about an hour and a half on two free cores (torchrun, two processes), rendering included."""
    return Recipe(
        "bundled",
        seed=11,
        num_still=16000,
        num_moving=9000,
        num_action=2000,
        num_held_out=500,
        tower_steps=4400,
        head_steps=3000,
    )


def continued() -> Recipe:
    """Train on from a tower that has learned by bundled (`--from-tower`): half its rate; the same cost."""
    return replace(bundled(), name="continued", tower_rate=5e-4)


def decayed() -> Recipe:
    """Train as bundled does, but let the temperature fall by the same factor every step instead of learning it; the same cost."""
    return replace(bundled(), name="decayed", temperature="decayed")


def big_batch() -> Recipe:
    """Show the tower bundled's pairs 1,024 at a time in the memory of 256, for about a tenth more time; not yet measured against it."""
    return replace(bundled(), name="big_batch", tower_batch=1024, tower_steps=325)


RECIPES = {recipe.__name__: recipe for recipe in (quick, bundled, continued, decayed, big_batch)}
