"""Turn a spec into frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from .canvas import Canvas, Image
from .events import draw_event
from .motion import camera_view
from .spec import SceneSpec, families


def frame_at(spec: SceneSpec, width_px: int, height_px: int) -> Callable[[float], Image]:
    """Set a scene up and return t_s -> frame [H, W, 3] uint8 RGB; the array is reused by the next call.

    Any size will do; a frame that is not 9:16 shows the centre. Raises KeyError on an unknown family.
    """
    entry = families()[spec.family]
    canvas = Canvas(width_px, height_px)
    draw = entry.setup(canvas, spec.rng(), spec)

    def frame(t_s: float) -> Image:
        canvas.look(camera_view(spec.camera, t_s / spec.duration_s, entry.reach))
        draw(t_s)
        draw_event(canvas, spec, t_s)
        canvas.finish(entry.vignette)
        return canvas.img

    return frame


def render(spec: SceneSpec, width_px: int, height_px: int, fps: float | None = None) -> Iterator[Image]:
    """Yield the clip's frames [H, W, 3] uint8 RGB in order, duration_s * fps of them, each its own array."""
    rate = fps or spec.fps
    frame = frame_at(spec, width_px, height_px)
    for k in range(round(spec.duration_s * rate)):
        yield frame(k / rate).copy()


def frames_at(spec: SceneSpec, times_s: Sequence[float], width_px: int, height_px: int) -> Image:
    """Return [N, H, W, 3] uint8 RGB at the given moments: for posters and training, without drawing the rest."""
    frame = frame_at(spec, width_px, height_px)
    return np.stack([frame(t_s).copy() for t_s in times_s])
