"""Print a learned against a decayed temperature: the part "temperature" of `manage.py evaluate video`. Pure.

Both are trained at a small scale (vision/clip/temperature_trial.py) from the same first weights, seed by seed.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from vision.bootstrap import Estimate, gain
from vision.clip.pools import TWINS
from vision.clip.temperature_trial import LEARNED, RECIPES, Outcome, encoded, material, trained, trained_head
from vision.clip.towers import FrameTower
from vision.clip.trial_plots import draw_temperatures

Outcomes = dict[str, list[Outcome]]  # by the recipe's name, in the order of the seeds


def show_temperature(
    console: Console, rendered: Path, *, seeds: range, plots: Path | None, tower: FrameTower | None = None
) -> None:
    """Train both ways with every seed, and print R@1 and the difference; curves as a picture, if a folder is named.

    With a tower, the heads alone are trained for it.
    """
    stock = material(rendered, is_shown=True)
    seen = encoded(tower, stock) if tower else None
    found: Outcomes = {recipe.name: [] for recipe in RECIPES}
    for seed in seeds:
        for recipe in RECIPES:
            # checkpoints: what was interrupted goes on, what is done is read back
            here = rendered / f"{recipe.name}-{'head' if seen else 'both'}-{seed}"
            own = replace(recipe, seed=seed)
            found[recipe.name].append(trained_head(own, seen, here) if seen else trained(own, stock, here))
    console.print(table(seeds, found))
    for name in ("by_mean", "by_head"):
        over = decayed_over_learned(found, name)
        console.print(
            f"decayed over learned {name.replace('_', ' ')}: {over.value:+.3f} ({over.low:+.3f} to {over.high:+.3f})"
        )
    if plots:
        draw_temperatures(
            {name: [one.curves for one in outcomes] for name, outcomes in found.items()}, plots / "temperature.png"
        )


def table(seeds: Sequence[int], found: Outcomes) -> Table:
    """Return R@1 by the mean of frames and by the head, and the scale that the training ended with."""
    title = f"R@1, {LEARNED.num_held_out} held-out captions"
    drawn = Table("seed", "temperature", "mean of frames", "head", "last scale", title=title)
    for row, seed in enumerate(seeds):
        for name, outcomes in found.items():
            one = outcomes[row]
            scores = (f"{hits.mean():.3f}" for hits in (one.by_mean, one.by_head))
            drawn.add_row(str(seed), name, *scores, f"{one.curves.logit_scale[-1]:.1f}")
    return drawn


def decayed_over_learned(found: Outcomes, way: str) -> Estimate:
    """Return the difference in R@1 with its interval: hits are averaged over the seeds, groups of near-twins are drawn again."""
    learned_N, decayed_N = (
        np.mean([getattr(one, way) for one in found[name]], axis=0) for name in ("learned", "decayed")
    )
    return gain(learned_N, decayed_N, np.arange(len(learned_N)) // TWINS)
