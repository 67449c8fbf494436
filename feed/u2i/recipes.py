"""Say how the two towers are trained: complete recipes with their cost and score. Pure, no torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """One training run; the same seed, recipe and data give the same weights on the same machine."""

    name: str
    num_steps: int
    seed: int = 31
    batch: int = 512  # (history, next item) pairs a step
    num_uniform: int = 512  # further negatives, drawn evenly from the catalogue: so that unpopular items are met too
    num_folds: int = 4  # groups of viewers; a step learns from one and knows popularity and graph from the others only
    dims: int = 128
    width: int = 128  # of the item tower's hidden layer
    token_width: int = 64  # of the viewer tower's
    max_history: int = 20  # newest engagements that the viewer tower reads
    p_id_drop: float = 0.3  # of the items met, shown by their features alone, as a new video is
    activity_power: float = 0.5  # a viewer with n good engagements gives examples in proportion to n ** this
    rate: float = 3e-3
    residual_rate: float = 1e-3  # of the items' own residuals
    weight_decay: float = 1e-2
    residual_decay: float = 0.1
    residual_std: float = 0.1  # at the start
    warmup: int = 30
    start_scale: float = 10.0  # inverse temperature
    max_scale: float = 50.0


def quick() -> Recipe:
    """Check the way: seconds."""
    return Recipe("quick", num_steps=60, batch=128, num_uniform=128, dims=32, width=64, token_width=32)


def feed() -> Recipe:
    """Train the product's model: about 30 s of one free core for 60,000 engagements."""
    return Recipe("feed", num_steps=300)


RECIPES = {recipe.__name__: recipe for recipe in (quick, feed)}
