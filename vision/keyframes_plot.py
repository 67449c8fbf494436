"""Draw the motion curve of a video and what surprises in it, the chosen frames as pictures under it, the cuts marked. Pure.

A file is decoded in a confined process (vision/keyframes_pictures.py), which hands over arrays; the rows are drawn here, of one width,
and stacked.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch

from vision.charts import ACCENT, ALERT, MUTED, TEXT, Picture, figure, picture_of, style, write_png
from vision.keyframes import Keyframe, MotionCurve
from vision.sandbox import Confined

WIDTH_PX, LEFT_PX, RIGHT_PX = 1600, 72, 40
HEAD_PX, CURVE_PX, TIES_PX, FOOT_PX = 84, 220, 84, 44
MAX_PICTURE_HEIGHT_PX = 250
MAX_ROWS = 40
MAX_NAME_CHARS = 60
MIN_CEILING = 0.01  # never so low that a still film looks lively


def plot_files(
    files: Sequence[Path], out: Path, *, sampler: str = "adaptive", budget: int = 0, timeout_s: float = 120
) -> dict[Path, str]:
    """Write a PNG with a row for each readable file, and return {file: why not} of the others; nothing is written without a row."""
    rows, errors = [], {}
    with Confined("vision.keyframes_pictures", timeout_s=timeout_s) as worker:
        for file in files:
            draft = out.with_name(f".{out.name}.row.npz")
            request = {"path": str(file.resolve()), "out": str(draft.resolve()), "sampler": sampler, "budget": budget}
            try:
                reply = worker.ask(request)
                if "error" in reply:
                    errors[file] = str(reply["error"])
                    continue
                rows.append(_row_of(draft, title=f"{_short(file.name)}  ·  {sampler}"))
            finally:
                draft.unlink(missing_ok=True)
    if rows:
        write_png(out, np.concatenate(rows))
    return errors


def draw(curve: MotionCurve, chosen: Sequence[Keyframe], pictures: Sequence[Picture], *, title: str) -> Picture:
    """Return RGB uint8 [H, 1600, 3]: the curve, and under it the pictures (RGB, one a keyframe, of one size), tied to their times."""
    strip_px = _strip_height_px(pictures)
    drawn = figure(WIDTH_PX, HEAD_PX + CURVE_PX + TIES_PX + strip_px + FOOT_PX)
    with style():
        axes = _draw_curve(drawn, curve)
        _write_head(drawn, curve, chosen, title)
        strip = _cells(drawn, len(pictures), HEAD_PX + CURVE_PX + TIES_PX, strip_px)
        for cell, keyframe, picture in zip(strip, chosen, pictures, strict=True):
            frame = drawn.add_subplot(cell)
            frame.imshow(picture)
            frame.set_axis_off()
            frame.annotate(
                f"{keyframe.time_s:.2f} s",
                (0.5, 0),
                xycoords="axes fraction",
                xytext=(0, -6),
                textcoords="offset points",
                ha="center",
                va="top",
            )
            _tie(drawn, axes, keyframe, frame)
        return picture_of(drawn)


def _strip_height_px(pictures: Sequence[Picture]) -> int:
    height_px, width_px = pictures[0].shape[:2]
    room_px = (WIDTH_PX - LEFT_PX - RIGHT_PX) / len(pictures)
    return round(min(MAX_PICTURE_HEIGHT_PX, room_px * height_px / width_px))


def _cells(drawn: Figure, count: int, top_px: float, height_px: float) -> Any:
    """Return `count` cells side by side, so far from the figure's top."""
    whole_px = drawn.get_figheight() * drawn.dpi
    top, bottom = 1 - top_px / whole_px, 1 - (top_px + height_px) / whole_px
    sides = {"left": LEFT_PX / WIDTH_PX, "right": 1 - RIGHT_PX / WIDTH_PX}
    return drawn.add_gridspec(1, count, wspace=0.06, top=top, bottom=bottom, **sides)


def _draw_curve(drawn: Figure, curve: MotionCurve) -> Any:
    axes = drawn.add_subplot(_cells(drawn, 1, HEAD_PX, CURVE_PX)[0])
    axes.fill_between(curve.times_s, curve.motion, color=ACCENT, alpha=0.2, linewidth=0)
    axes.plot(curve.times_s, curve.motion, color=ACCENT, linewidth=2)
    ceiling = 1.05 * max(float(curve.motion.max(initial=0.0)), MIN_CEILING)
    if curve.surprise is not None and curve.surprise.any():
        axes.plot(
            curve.times_s,
            curve.surprise / curve.surprise.max() * ceiling / 1.05,
            color=TEXT,
            linewidth=1,
            linestyle=":",
        )
    for cut_s in curve.cuts_s:
        axes.axvline(cut_s, color=ALERT, linestyle=(0, (3, 3)), linewidth=2)
    axes.set_xlim(0, max(curve.duration_s, 1e-6))
    axes.set_ylim(0, ceiling)
    axes.xaxis.set_major_formatter("{x:g} s")
    return axes


def _write_head(drawn: Figure, curve: MotionCurve, chosen: Sequence[Keyframe], title: str) -> None:
    cuts = f"{len(curve.cuts_s)} cut{'' if len(curve.cuts_s) == 1 else 's'}"
    facts = f"{curve.duration_s:.1f} s   ·   {len(chosen)} keyframes   ·   {cuts}   ·   mean motion {curve.energy:.3f}"
    top = drawn.get_figheight() * drawn.dpi
    left, right = LEFT_PX / WIDTH_PX, 1 - RIGHT_PX / WIDTH_PX
    drawn.text(left, 1 - 40 / top, title, fontsize=15, weight="bold")
    drawn.text(right, 1 - 40 / top, facts, color=MUTED, fontsize=11, ha="right")
    drawn.text(
        left,
        1 - 70 / top,
        "motion, frame diagonals a second   ·   dotted: what happens at no other time",
        color=MUTED,
    )
    if curve.cuts_s:
        drawn.text(right, 1 - 70 / top, "┆ cut", color=ALERT, ha="right")


def _tie(drawn: Figure, axes: Any, keyframe: Keyframe, frame: Any) -> None:
    """Draw the keyframe's dot on the curve, and a line from there to its picture."""
    axes.plot([keyframe.time_s], [keyframe.score], "o", color=TEXT, markersize=6, clip_on=False)
    here, there = (keyframe.time_s, keyframe.score), (0.5, 1.0)
    line = ConnectionPatch(here, there, axes.transData, frame.transAxes, color=TEXT, alpha=0.4, linewidth=1)
    drawn.add_artist(line)


def _row_of(draft: Path, *, title: str) -> Picture:
    with np.load(draft, allow_pickle=False) as row:
        duration_s, num_decoded = row["duration_s"].item(), row["num_decoded"].item()
        cuts_s, surprise = tuple(row["cuts_s"].tolist()), row["surprise"]
        curve = MotionCurve(row["times_s"], row["motion"], cuts_s, duration_s, num_decoded, surprise=surprise)
        chosen = [Keyframe(time_s, score) for time_s, score in row["chosen"].tolist()]
        return draw(curve, chosen, list(row["pictures"]), title=title)


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME_CHARS else f"{name[: MAX_NAME_CHARS - 1]}…"
