"""Draw charts by matplotlib in the page's dark colours. Pure; the web process never imports it."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DPI = 100

# static/tiller.css, dark
GROUND, SURFACE, GRID = "#090d12", "#111820", "#25303b"
TEXT, MUTED, ACCENT, FAINT, ALERT = "#e8eff4", "#9babb8", "#4fe0c4", "#2c6862", "#ff9289"
_STYLE: Any = {
    "figure.facecolor": GROUND,
    "axes.facecolor": SURFACE,
    "axes.edgecolor": GRID,
    "axes.grid": True,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": TEXT,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10,
    "grid.color": GRID,
    "lines.antialiased": True,
    "text.color": TEXT,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
}

Picture = npt.NDArray[np.uint8]


def style() -> Any:
    """Return the context in which figures get their axes: `with style(): axes = figure.subplots()`."""
    return rc_context(_STYLE)


def figure(width_px: int, height_px: int, **options: Any) -> Figure:
    """Return an empty figure of that size; options as matplotlib's Figure takes them."""
    with style():
        return Figure(figsize=(width_px / DPI, height_px / DPI), dpi=DPI, **options)


def picture_of(drawn: Figure) -> Picture:
    """Return the figure as RGB uint8 [H, W, 3]; the same figure gives the same bytes."""
    canvas = FigureCanvasAgg(drawn)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def write_png(path: Path, picture: Picture) -> None:
    """Write an RGB picture, all or nothing."""
    done, data = cv2.imencode(".png", picture[..., ::-1])
    if not done:
        raise OSError("the picture could not be encoded")
    draft = path.with_suffix(".png-draft")
    draft.write_bytes(data.tobytes())
    draft.replace(path)
