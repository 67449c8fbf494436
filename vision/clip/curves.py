"""Keep a training's figures step by step and draw them as a PNG: loss, R@1 and logit scale against steps. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vision.charts import ACCENT, FAINT, MUTED, figure, picture_of, style, write_png

WIDTH_PX, HEIGHT_PX = 1680, 380
SMOOTHED_SHARE = 0.05  # of the steps: the window of the bright line over the pale one

Numbers = npt.NDArray[np.float64]


@dataclass
class History:
    """A number a step from step `first` on, and R@1 on the held-out clips after the steps where it was measured."""

    first: int = 0
    loss: list[float] = field(default_factory=list)
    logit_scale: list[float] = field(default_factory=list)  # exp of the parameter: 1 / temperature
    recall_steps: list[int] = field(default_factory=list)
    recall_at_1: list[float] = field(default_factory=list)

    def step(self, loss: float, logit_scale: float) -> None:
        """Add a step."""
        self.loss.append(loss)
        self.logit_scale.append(logit_scale)

    def evaluated(self, step: int, scores: dict[str, float]) -> None:
        """Add R@1 after `step` steps, if it was measured."""
        if scores:
            self.recall_steps.append(step)
            self.recall_at_1.append(scores["R@1"])

    def steps(self) -> Iterator[tuple[int, float, dict[str, float]]]:
        """Yield (steps done, loss, what was measured then) of every step."""
        recall_at_1 = dict(zip(self.recall_steps, self.recall_at_1, strict=True))
        for done, loss in enumerate(self.loss, start=self.first + 1):
            yield done, loss, {"R@1": recall_at_1[done]} if done in recall_at_1 else {}


def draw(history: History, title: str, path: Path) -> None:
    """Write the three curves side by side, all or nothing; a panel without points says so."""
    steps = history.first + 1 + np.arange(len(history.loss), dtype=float)
    drawn = figure(WIDTH_PX, HEIGHT_PX, layout="constrained")
    with style():
        loss, recall, scale = drawn.subplots(1, 3)
        _panel(loss, f"{title}: loss", steps, np.array(history.loss), is_noisy=True)
        measured = np.array(history.recall_steps, float), np.array(history.recall_at_1)
        _panel(recall, f"{title}: R@1, held out", *measured, marker="o")
        _panel(scale, f"{title}: logit scale (1 / temperature)", steps, np.array(history.logit_scale))
        write_png(path, picture_of(drawn))


def _panel(axes: Any, title: str, steps: Numbers, values: Numbers, *, is_noisy: bool = False, marker: str = "") -> None:
    """Draw one curve with its last value; a noisy one is pale, with its running mean over it."""
    axes.set_title(title)
    is_finite = np.isfinite(values)
    steps, values = steps[is_finite], values[is_finite]
    if not len(values):
        axes.text(0.5, 0.5, "not measured yet", transform=axes.transAxes, ha="center", color=MUTED)
        return
    if is_noisy:
        axes.plot(steps, values, color=FAINT, linewidth=1)
    axes.plot(steps, _running_mean(values) if is_noisy else values, color=ACCENT, linewidth=2, marker=marker)
    axes.set_xlim(left=0)
    axes.set_title(f"{values[-1]:.3g} at step {steps[-1]:g}", loc="right", color=MUTED)


def _running_mean(values: Numbers) -> Numbers:
    """Return the mean of each value with its neighbours, over a twentieth of the run; fewer at both ends, as many on each side."""
    index = np.arange(len(values))
    half = np.minimum(np.minimum(index, index[::-1]), round(len(values) * SMOOTHED_SHARE / 2))
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((total[index + half + 1] - total[index - half]) / (2 * half + 1))
