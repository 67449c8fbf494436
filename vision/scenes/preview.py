"""Look at scenes: `python -m vision.scenes.preview OUT.png [--family NAME ...] [--topic T]` writes a contact sheet."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from .catalogue import demo_catalogue
from .render import frame_at
from .spec import SceneSpec, families

MOMENTS = (0.12, 0.5, 0.88)


def strip(spec: SceneSpec, width_px: int) -> np.ndarray:
    """Return three moments of a clip side by side, with its name, light and pace under it."""
    height_px = round(width_px * 16 / 9)
    frame = frame_at(spec, width_px, height_px)
    times_s = [spec.duration_s * share for share in MOMENTS]
    if spec.event:
        times_s[1] = spec.event_at_s + 0.25
    row = np.hstack([frame(t_s).copy() for t_s in times_s])
    label = np.full((30, row.shape[1], 3), 24, np.uint8)
    line = f"{spec.family} | {spec.palette} {spec.pace} {spec.camera} n={spec.count} {spec.event or ''}"
    cv2.putText(label, line, (4, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (235, 235, 235), 1, cv2.LINE_AA)
    cv2.putText(label, spec.title, (4, 25), cv2.FONT_HERSHEY_SIMPLEX, 0.36, (180, 200, 255), 1, cv2.LINE_AA)
    return np.pad(np.vstack([row, label]), ((0, 4), (0, 6), (0, 0)))


def sheet(specs: list[SceneSpec], *, width_px: int = 150, columns: int = 4) -> np.ndarray:
    """Return a contact sheet [H, W, 3] RGB of the clips."""
    cells = [strip(spec, width_px) for spec in specs]
    cells += [np.zeros_like(cells[0])] * (-len(cells) % columns)
    return np.vstack([np.hstack(cells[k : k + columns]) for k in range(0, len(cells), columns)])


def timings(names: list[str]) -> None:
    """Print milliseconds a frame, and for the set-up, at the player's and at the training size."""
    for name in names:
        spec = next(s for s in demo_catalogue() if s.family == name)
        cells = []
        for size in ((360, 640), (112, 112)):
            began = time.perf_counter()
            frame = frame_at(spec, *size)
            ready = time.perf_counter()
            for k in range(24):
                frame(spec.duration_s * k / 24)
            cells.append(
                f"{size[0]}: set-up {1e3 * (ready - began):6.1f}, frame {1e3 / 24 * (time.perf_counter() - ready):5.2f} ms"
            )
        print(f"{name:24s} {'   '.join(cells)}")


def main() -> None:
    """Write the sheet(s)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--family", nargs="*", default=[])
    parser.add_argument("--topic")
    parser.add_argument("--each", type=int, default=4, help="clips a family")
    parser.add_argument("--width", type=int, default=150)
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--camera", help="force a camera move")
    parser.add_argument("--time", action="store_true", help="print timings too")
    options = parser.parse_args()
    known = families()
    names = [n for n in known if (not options.family or n in options.family)]
    names = [n for n in names if options.topic is None or known[n].topic == options.topic]
    catalogue = demo_catalogue()
    specs = [spec for n in names for spec in [s for s in catalogue if s.family == n][: options.each]]
    if options.camera:
        specs = [replace(s, camera=options.camera) for s in specs]
    picture = sheet(specs, width_px=options.width, columns=options.columns)
    cv2.imwrite(str(options.out), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    print(f"{len(specs)} clips of {len(names)} families -> {options.out}")
    if options.time:
        timings(names)


if __name__ == "__main__":
    main()
