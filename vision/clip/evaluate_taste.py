"""Print what each preference stage brings, next to how far two people agree: the part "taste" of `manage.py evaluate video`. Pure.

Each seed is other people with another hidden taste (vision/clip/taste_trial.py). Accuracy is on decided pairs of held-out queries and
videos, R@1 of whole captions in pools of 500 held-out videos.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from vision.bootstrap import Estimate, estimate
from vision.clip.taste_trial import STAGES, Catalogue, run
from vision.clip.temporal_head import TemporalHead
from vision.clip.trial_plots import draw_tastes

Scores = dict[str, Any]


def show_taste(
    console: Console, stock: Catalogue, head: TemporalHead, *, seeds: range, share: float, plots: Path | None
) -> None:
    """Tune the head to each seed's people, and print both tables; a picture too, if a folder is named."""
    results = [
        run(stock, head, seed=seed, share=share)
        for seed in track(seeds, description="tastes", console=console, transient=True)
    ]
    console.print(accuracy_table(seeds, results))
    console.print(recall_table(seeds, results))
    for stage in STAGES:
        right, found = gained(results, stage, "pair_accuracy"), gained(results, stage, "recall_at_1")
        console.print(f"{stage}: pair accuracy {_told(right)}, R@1 {_told(found)}; 95 % over {right.num} seeds")
    if plots:
        draw_tastes(results, plots / "taste.png")


def accuracy_table(seeds: Sequence[int], results: Sequence[Scores]) -> Table:
    """Return the table of accuracy on held-out pairs, before and after each stage, with both ceilings."""
    table = Table(title="accuracy on held-out pairs")
    names = ("seed", "labels", "mined", "before", *STAGES, "two people agree", "who knows the taste")
    for name in names:
        table.add_column(name, justify="right")
    for seed, scores in zip(seeds, results, strict=True):
        first = scores[STAGES[0]]
        after = [
            f"{scores[stage]['after']['pair_accuracy']:.3f} ({_span(scores[stage]['pair_gain_interval'])})"
            for stage in STAGES
        ]
        ceilings = (f"{first['ceiling']:.3f}", f"{first['best_possible']:.3f}")
        counts = (str(scores["num_labels"]), str(scores["num_mined"]))
        table.add_row(str(seed), *counts, f"{first['before']['pair_accuracy']:.3f}", *after, *ceilings)
    table.caption = "in brackets the gain's 95 % interval, queries drawn again"
    return table


def recall_table(seeds: Sequence[int], results: Sequence[Scores]) -> Table:
    """Return the table of R@1, before and after each stage."""
    table = Table("seed", "before", *STAGES, title="R@1 of whole captions")
    for seed, scores in zip(seeds, results, strict=True):
        before = scores[STAGES[0]]["before"]["recall_at_1"]
        table.add_row(str(seed), f"{before:.3f}", *(f"{scores[stage]['after']['recall_at_1']:.3f}" for stage in STAGES))
    return table


def gained(results: Sequence[Scores], stage: str, score: str) -> Estimate:
    """Return how much a score rose by a stage, on average over the seeds; each seed is other people, so seeds are drawn again."""
    rises = [scores[stage]["after"][score] - scores[stage]["before"][score] for scores in results]
    return estimate(rises, range(len(rises)))


def _told(found: Estimate) -> str:
    return f"{found.value:+.3f} ({_span(found.interval)})"


def _span(interval: Sequence[float]) -> str:
    return f"{interval[0]:+.3f} to {interval[1]:+.3f}"
