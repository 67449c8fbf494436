"""Draw what the trials of `manage.py evaluate video` found, as PNGs: a pale line a seed, a bright one for their mean. Pure."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vision.charts import ACCENT, ALERT, FAINT, MUTED, figure, picture_of, style, write_png
from vision.clip.curves import History
from vision.clip.taste_trial import STAGES

WIDTH_PX, HEIGHT_PX = 1240, 420
COLOURS = {"learned": ACCENT, "decayed": ALERT}


def draw_tastes(results: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw pair accuracy and R@1 before and after each stage; what two people agree on is the dashed line."""
    drawn = figure(WIDTH_PX, HEIGHT_PX, layout="constrained")
    with style():
        panels = drawn.subplots(1, 2)
        for axes, score, title in zip(
            panels,
            ("pair_accuracy", "recall_at_1"),
            ("accuracy on held-out pairs", "R@1 of whole captions"),
            strict=True,
        ):
            lines = np.array(
                [
                    [one[STAGES[0]]["before"][score], *(one[stage]["after"][score] for stage in STAGES)]
                    for one in results
                ]
            )
            axes.plot(lines.T, color=FAINT, linewidth=1)
            axes.plot(lines.mean(0), color=ACCENT, linewidth=2, marker="o")
            axes.set_xticks(range(1 + len(STAGES)), ["before", *STAGES])
            axes.set_title(title)
        ceiling = float(np.mean([one[STAGES[0]]["ceiling"] for one in results]))
        panels[0].axhline(ceiling, color=MUTED, linestyle="--", linewidth=1)
        panels[0].annotate("two people agree", (0, ceiling), xytext=(0, 4), textcoords="offset points", color=MUTED)
        write_png(path, picture_of(drawn))


def draw_temperatures(found: Mapping[str, Sequence[History]], path: Path) -> None:
    """Draw R@1 and the logit scale against the steps, by the recipe's name ("learned", "decayed")."""
    drawn = figure(WIDTH_PX, HEIGHT_PX, layout="constrained")
    with style():
        recall, scale = drawn.subplots(1, 2)
        for name, histories in found.items():
            colour = COLOURS[name]
            steps = histories[0].recall_steps
            _lines(recall, steps, [one.recall_at_1 for one in histories], colour, name, marker="o")
            _lines(
                scale, range(1, len(histories[0].logit_scale) + 1), [one.logit_scale for one in histories], colour, name
            )
        recall.set_title("R@1, held out")
        scale.set_title("logit scale (1 / temperature)")
        for axes in (recall, scale):
            axes.set_xlabel("steps")
            axes.legend(frameon=False)
        write_png(path, picture_of(drawn))


def _lines(
    axes: Any, steps: Sequence[int], values: Sequence[Sequence[float]], colour: str, name: str, marker: str = ""
) -> None:
    axes.plot(steps, np.array(values).T, color=colour, alpha=0.3, linewidth=1)
    axes.plot(steps, np.mean(values, axis=0), color=colour, linewidth=2, marker=marker, label=name)
