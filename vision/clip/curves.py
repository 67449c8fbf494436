"""Keep a training's figures step by step and draw them as a PNG: loss, R@1 and logit scale against steps. Pure.

Drawn with OpenCV, which the project has for the flow: three small charts need no plotting library.
"""

import math
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

PANEL_WIDTH_PX, PANEL_HEIGHT_PX, LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 560, 380, 70, 24, 56, 48

# The page's dark colours (static/tiller.css), as BGR.
GROUND, GRID, TEXT, MUTED, LINE, FAINT = (
    (18, 13, 9),
    (59, 48, 37),
    (244, 239, 232),
    (184, 171, 155),
    (196, 224, 79),
    (98, 104, 44),
)

SMOOTHED_SHARE = 0.05  # of the steps: the window of the dark line over the pale one
SUBPIXEL_BITS = 4

Picture = npt.NDArray[np.uint8]
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

    def look(self, step: int, scores: dict[int, float]) -> None:
        """Add R@1 after `step` steps, if it was measured."""
        if scores:
            self.recall_steps.append(step)
            self.recall_at_1.append(scores[1])


def draw(history: History, title: str, path: Path) -> None:
    """Write the three curves side by side, all or nothing; a panel without points stays empty."""
    steps = history.first + 1 + np.arange(len(history.loss), dtype=float)
    panels = [
        _panel(f"{title}: loss", steps, np.array(history.loss), is_noisy=True),
        _panel(f"{title}: R@1, held out", np.array(history.recall_steps, float), np.array(history.recall_at_1)),
        _panel(f"{title}: logit scale (1 / temperature)", steps, np.array(history.logit_scale)),
    ]
    encoded, png = cv2.imencode(".png", np.hstack(panels))
    assert encoded
    draft = path.with_suffix(".png-draft")
    draft.write_bytes(png.tobytes())
    draft.replace(path)


def _panel(title: str, steps: Numbers, values: Numbers, *, is_noisy: bool = False) -> Picture:
    """Return one chart [H, W, 3] BGR; a noisy curve is pale, with its running mean over it."""
    canvas = np.full((PANEL_HEIGHT_PX, PANEL_WIDTH_PX, 3), GROUND, np.uint8)
    _write(canvas, title, LEFT_PX, 34, TEXT, size_px=17)
    is_finite = np.isfinite(values)
    steps, values = steps[is_finite], values[is_finite]
    if not len(values):
        _write(canvas, "not measured yet", LEFT_PX, PANEL_HEIGHT_PX // 2)
        return canvas
    x_ticks, y_ticks = ticks(0, float(steps.max())), ticks(float(values.min()), float(values.max()))
    to_px = _Scale(0, max(float(steps.max()), 1), min(y_ticks[0], values.min()), max(y_ticks[-1], values.max()))
    for tick in y_ticks:
        y_px = round(to_px.y(tick))
        cv2.line(canvas, (LEFT_PX, y_px), (PANEL_WIDTH_PX - RIGHT_PX, y_px), GRID, 1)
        _write(canvas, f"{tick:g}", LEFT_PX - 12, y_px + 5, anchor=1)
    for label, x_px in ((f"{tick:g}", to_px.x(tick)) for tick in x_ticks if tick <= to_px.right):
        _write(canvas, label, x_px, PANEL_HEIGHT_PX - 22, anchor=0.5)
    _curve(canvas, to_px, steps, values, *((FAINT, 1) if is_noisy else (LINE, 2)))
    if is_noisy:
        _curve(canvas, to_px, steps, _running_mean(values), LINE, 2)
    _write(canvas, f"{values[-1]:.3g} at step {steps[-1]:g}", PANEL_WIDTH_PX - RIGHT_PX, 34, anchor=1)
    return canvas


@dataclass(frozen=True)
class _Scale:
    """Where a point of the chart lies on the canvas, px."""

    left: float
    right: float
    low: float
    high: float

    def x(self, step: float) -> float:
        return LEFT_PX + (step - self.left) / (self.right - self.left) * (PANEL_WIDTH_PX - LEFT_PX - RIGHT_PX)

    def y(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return PANEL_HEIGHT_PX - BOTTOM_PX - share * (PANEL_HEIGHT_PX - TOP_PX - BOTTOM_PX)


def ticks(low: float, high: float) -> list[float]:
    """Return three to seven round numbers (1, 2 or 5 times a power of ten apart) that enclose [low, high]."""
    span = (high - low) or abs(high) or 1.0
    rough = span / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(index * step, 12) for index in range(first, max(last, first + 1) + 1)]


def _running_mean(values: Numbers) -> Numbers:
    """Return the mean of each value with its neighbours, over a twentieth of the run; fewer at both ends, as many on each side."""
    index = np.arange(len(values))
    half = np.minimum(np.minimum(index, index[::-1]), round(len(values) * SMOOTHED_SHARE / 2))
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((total[index + half + 1] - total[index - half]) / (2 * half + 1))


def _curve(
    canvas: Picture, to_px: _Scale, steps: Numbers, values: Numbers, colour: tuple[int, int, int], width_px: int
) -> None:
    points = [(to_px.x(step), to_px.y(value)) for step, value in zip(steps, values, strict=True)]
    fixed = np.round(np.array(points) * 2**SUBPIXEL_BITS).astype(np.int32)
    cv2.polylines(canvas, [fixed], False, colour, width_px, cv2.LINE_AA, SUBPIXEL_BITS)
    if len(points) <= 60:  # measured now and then: show where
        for point in fixed:
            cv2.circle(canvas, point.tolist(), 3 << SUBPIXEL_BITS, colour, -1, cv2.LINE_AA, SUBPIXEL_BITS)


def _write(
    canvas: Picture,
    text: str,
    x_px: float,
    y_px: float,
    colour: tuple[int, int, int] = MUTED,
    *,
    size_px: int = 14,
    anchor: float = 0.0,
) -> None:
    """Write on a baseline; `anchor` is the share of the text's width that lies left of x."""
    font = cv2.FontFace("sans")
    width_px = cv2.getTextSize((PANEL_WIDTH_PX, PANEL_HEIGHT_PX), text, (0, 0), font, size_px)[2]
    cv2.putText(canvas, text, (round(x_px - anchor * width_px), round(y_px)), colour, font, size_px)
