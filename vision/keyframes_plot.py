"""Draw the motion curve of a video with the chosen frames as pictures under it, the cuts marked. Pure, by OpenCV.

A file is decoded in a confined process, which writes its row as PNG; the rows are of one width and stacked by the caller.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from vision.decode import frames_at
from vision.keyframes import SAMPLERS, Keyframe, MotionCurve, choose, motion_curve
from vision.sandbox import Confined, Refused, answer, confine

WIDTH_PX, MARGIN_PX, AXIS_PX = 1600, 40, 72
HEAD_PX, CURVE_PX, TICKS_PX, LINES_PX = 84, 220, 34, 54
MAX_PICTURE_PX = (240, 250)  # width, height
LABEL_PX, FOOT_PX, GAP_PX = 30, 34, 10
MAX_PICTURES = 64  # narrower ones could not be made out
MAX_ROWS = 40
MAX_NAME_CHARS = 60
TICKS_S, MAX_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 300, 3600), 14
WRITTEN_BYTES = 32 << 20

# The page's dark colours (static/tiller.css), as BGR.
GROUND, SURFACE, GRID = (18, 13, 9), (32, 24, 17), (59, 48, 37)
TEXT, MUTED, ACCENT, CUT = (244, 239, 232), (184, 171, 155), (196, 224, 79), (137, 146, 255)
SUB = 4  # fractional bits of drawn coordinates

Picture = npt.NDArray[np.uint8]


def plot_files(
    files: Sequence[Path], out: Path, *, sampler: str = "adaptive", budget: int = 0, timeout_s: float = 120
) -> dict[Path, str]:
    """Write a PNG with a row for each readable file, and return {file: why not} of the others; nothing is written without a row."""
    rows, errors = [], {}
    with Confined("vision.keyframes_plot", timeout_s=timeout_s) as worker:
        for file in files:
            draft = out.with_name(f".{out.name}.row.png")
            request = {"path": str(file.resolve()), "out": str(draft.resolve()), "sampler": sampler, "budget": budget}
            try:
                reply = worker.ask(request)
                row = None if "error" in reply else cv2.imread(str(draft))
            finally:
                draft.unlink(missing_ok=True)
            if row is None:
                errors[file] = str(reply.get("error", "its picture could not be written"))
            else:
                rows.append(row)
    if rows:
        _write(out, np.concatenate(rows))
    return errors


def draw(curve: MotionCurve, chosen: Sequence[Keyframe], pictures: Sequence[Picture], *, title: str) -> Picture:
    """Return BGR uint8 [H, 1600, 3]: the curve, and under it the pictures (RGB, one a keyframe, of one size), tied to their times."""
    width_px, height_px = _picture_size(pictures)
    top_px = HEAD_PX + CURVE_PX + TICKS_PX + LINES_PX
    canvas = np.full((top_px + height_px + LABEL_PX + FOOT_PX, WIDTH_PX, 3), GROUND, np.uint8)
    _draw_head(canvas, curve, chosen, title)
    _draw_grid(canvas, curve)
    _draw_curve(canvas, curve)
    _draw_cuts(canvas, curve)
    step_px = (WIDTH_PX - AXIS_PX - MARGIN_PX) / max(len(pictures), 1)
    for at, (keyframe, picture) in enumerate(zip(chosen, pictures, strict=True)):
        middle_px = AXIS_PX + step_px * (at + 0.5)
        _draw_tie(canvas, curve, keyframe, middle_px, top_px)
        left_px = round(middle_px - width_px / 2)
        small = cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_AREA)[..., ::-1]
        canvas[top_px : top_px + height_px, left_px : left_px + width_px] = small
        cv2.rectangle(canvas, (left_px, top_px), (left_px + width_px - 1, top_px + height_px - 1), GRID)
        _write_text(canvas, f"{keyframe.time_s:.2f} s", middle_px, top_px + height_px + 22, TEXT, 15, anchor=0.5)
    _draw_seconds(canvas, curve)
    return canvas


def _picture_size(pictures: Sequence[Picture]) -> tuple[int, int]:
    height_px, width_px = pictures[0].shape[:2]
    room_px = (WIDTH_PX - AXIS_PX - MARGIN_PX) / len(pictures) - GAP_PX
    scale = min(min(MAX_PICTURE_PX[0], room_px) / width_px, MAX_PICTURE_PX[1] / height_px)
    return max(1, int(width_px * scale)), max(1, int(height_px * scale))


def _x(curve: MotionCurve, time_s: float) -> float:
    return AXIS_PX + (WIDTH_PX - AXIS_PX - MARGIN_PX) * time_s / max(curve.duration_s, 1e-6)


def _y(curve: MotionCurve, motion: float) -> float:
    return HEAD_PX + CURVE_PX * (1 - motion / _ceiling(curve))


def _ceiling(curve: MotionCurve) -> float:
    """Return the top of the scale: 1, 2 or 5 times a power of ten, never so low that a still film looks lively."""
    highest = max(float(curve.motion.max(initial=0.0)), 0.01)
    power = 10.0 ** np.floor(np.log10(highest))
    return next(float(factor * power) for factor in (1, 2, 5, 10) if factor * power >= highest)


def _draw_head(canvas: Picture, curve: MotionCurve, chosen: Sequence[Keyframe], title: str) -> None:
    cuts = f"{len(curve.cuts_s)} cut{'' if len(curve.cuts_s) == 1 else 's'}"
    facts = f"{curve.duration_s:.1f} s   ·   {len(chosen)} keyframes   ·   {cuts}   ·   mean motion {curve.energy:.3f}"
    _write_text(canvas, title, AXIS_PX, 40, TEXT, 24, weight=600)
    _write_text(canvas, facts, WIDTH_PX - MARGIN_PX, 40, MUTED, 17, anchor=1)
    _write_text(canvas, "motion, frame diagonals a second", AXIS_PX, 70, MUTED, 14)
    if curve.cuts_s:
        _write_text(canvas, "cut", WIDTH_PX - MARGIN_PX, 70, CUT, 14, anchor=1)
        _draw_dashes(canvas, WIDTH_PX - MARGIN_PX - 34, 57, 73)


def _draw_grid(canvas: Picture, curve: MotionCurve) -> None:
    right_px, floor_px = WIDTH_PX - MARGIN_PX, HEAD_PX + CURVE_PX
    cv2.rectangle(canvas, (AXIS_PX, HEAD_PX), (right_px, floor_px), SURFACE, -1)
    ceiling = _ceiling(curve)
    for share in (0, 0.5, 1):
        y_px = round(_y(curve, share * ceiling))
        cv2.line(canvas, (AXIS_PX, y_px), (right_px, y_px), GRID)
        _write_text(canvas, f"{share * ceiling:g}", AXIS_PX - 12, y_px + 5, MUTED, 14, anchor=1)


def _draw_seconds(canvas: Picture, curve: MotionCurve) -> None:
    """Write the seconds under the curve, over the lines that cross there."""
    floor_px = HEAD_PX + CURVE_PX
    every_s = next((every_s for every_s in TICKS_S if curve.duration_s / every_s <= MAX_TICKS), curve.duration_s)
    for number in range(int(curve.duration_s / every_s + 1e-6) + 1):
        x_px = round(_x(curve, number * every_s))
        cv2.line(canvas, (x_px, floor_px), (x_px, floor_px + 5), MUTED)
        cv2.rectangle(canvas, (x_px - 20, floor_px + 8), (x_px + 20, floor_px + 28), GROUND, -1)
        _write_text(canvas, f"{number * every_s:g} s", x_px, floor_px + 24, MUTED, 14, anchor=0.5)


def _draw_curve(canvas: Picture, curve: MotionCurve) -> None:
    line = [(_x(curve, time_s), _y(curve, motion)) for time_s, motion in zip(curve.times_s, curve.motion, strict=True)]
    floor_px = float(HEAD_PX + CURVE_PX)
    area = [(line[0][0], floor_px), *line, (line[-1][0], floor_px)]
    shaded = canvas.copy()
    cv2.fillPoly(shaded, [_fixed(area)], ACCENT, cv2.LINE_AA, SUB)
    cv2.addWeighted(shaded, 0.2, canvas, 0.8, 0, dst=canvas)
    cv2.polylines(canvas, [_fixed(line)], False, ACCENT, 2, cv2.LINE_AA, SUB)


def _draw_cuts(canvas: Picture, curve: MotionCurve) -> None:
    for cut_s in curve.cuts_s:
        _draw_dashes(canvas, round(_x(curve, cut_s)), HEAD_PX, HEAD_PX + CURVE_PX)


def _draw_dashes(canvas: Picture, x_px: int, top_px: int, end_px: int) -> None:
    for y_px in range(top_px, end_px, 10):
        cv2.line(canvas, (x_px, y_px), (x_px, min(y_px + 5, end_px)), CUT, 2)


def _draw_tie(canvas: Picture, curve: MotionCurve, keyframe: Keyframe, middle_px: float, top_px: int) -> None:
    """Draw the keyframe's dot on the curve, and a line from there to its picture that bends below the ticks."""
    x_px, y_px = _x(curve, keyframe.time_s), _y(curve, keyframe.score)
    bend_px = HEAD_PX + CURVE_PX + TICKS_PX
    path = [(x_px, y_px), (x_px, HEAD_PX + CURVE_PX), (x_px, bend_px), (middle_px, top_px - 8), (middle_px, top_px)]
    tied = canvas.copy()
    cv2.polylines(tied, [_fixed(path)], False, TEXT, 1, cv2.LINE_AA, SUB)
    cv2.addWeighted(tied, 0.55, canvas, 0.45, 0, dst=canvas)
    centre = (round(x_px * 2**SUB), round(y_px * 2**SUB))
    cv2.circle(canvas, centre, 6 << SUB, GROUND, -1, cv2.LINE_AA, SUB)
    cv2.circle(canvas, centre, 4 << SUB, TEXT, -1, cv2.LINE_AA, SUB)


def _fixed(points: Sequence[tuple[float, float]]) -> npt.NDArray[np.int32]:
    return np.rint(np.array(points) * 2**SUB).astype(np.int32)


def _write_text(
    canvas: Picture,
    text: str,
    x_px: float,
    y_px: float,
    colour: tuple[int, int, int],
    size_px: int,
    *,
    anchor: float = 0.0,
    weight: int = 400,
) -> None:
    """Write on a baseline; `anchor` is the share of the text's width that lies left of x."""
    font = cv2.FontFace("sans")
    width_px = cv2.getTextSize((WIDTH_PX, WIDTH_PX), text, (0, 0), font, size_px, weight)[2]
    left_px = min(max(x_px - anchor * width_px, 4), WIDTH_PX - 4 - width_px)
    cv2.putText(canvas, text, (round(left_px), round(y_px)), colour, font, size_px, weight)


def _write(path: Path, picture: Picture) -> None:
    done, data = cv2.imencode(".png", picture)
    if not done:
        raise OSError("the picture could not be encoded")
    path.write_bytes(data.tobytes())


def _plot(request: dict[str, Any]) -> dict[str, object]:
    """Draw one file's row where the request says, and return {"keyframes": how many} or {"error": reason}."""
    path = Path(request["path"])
    try:
        curve = motion_curve(path)
        if not len(curve.times_s):
            return {"error": "damaged: no frame can be decoded"}
        budget = min(request["budget"], MAX_PICTURES) or None
        chosen = choose(curve, budget=budget, sampler=SAMPLERS[request["sampler"]])
        pictures = frames_at(path, [keyframe.time_s for keyframe in chosen])
    except (Refused, OSError, ValueError) as error:
        return {"error": str(error)}
    name = path.name if len(path.name) <= MAX_NAME_CHARS else f"{path.name[: MAX_NAME_CHARS - 1]}…"
    _write(Path(request["out"]), draw(curve, chosen, pictures, title=f"{name}  ·  {request['sampler']}"))
    return {"keyframes": len(chosen)}


def main() -> None:
    """Answer a JSON line for every request line {"path", "out", "sampler", "budget"}, confined."""
    confine(cpu_s=24 * 3600, written_bytes=WRITTEN_BYTES)
    for line in sys.stdin:
        answer(_plot(json.loads(line)))


if __name__ == "__main__":
    main()
