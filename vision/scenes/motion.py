"""Move things: easing, smooth noise, particles and cameras, all of them pure functions of time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .canvas import BOTTOM, LEFT, RIGHT, TOP, View

Floats = npt.NDArray[np.float64]

CAMERAS = {
    "static": "a still camera",
    "pan_left": "the camera panning left",
    "pan_right": "the camera panning right",
    "zoom_in": "the camera moving closer",
    "zoom_out": "the camera pulling back",
    "tilt_up": "the camera tilting up",
    "tilt_down": "the camera tilting down",
    "sway": "the camera swaying gently",
}
"""Camera moves and how a caption says them."""


def clamp(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """Keep a number within bounds."""
    return low if value < low else high if value > high else value


def smooth(u: float) -> float:
    """Ease in and out: 0..1 -> 0..1, clamped."""
    u = clamp(u)
    return u * u * (3 - 2 * u)


def ease_out(u: float) -> float:
    """Start fast, land softly."""
    return 1 - (1 - clamp(u)) ** 3


def ease_in(u: float) -> float:
    """Start softly, leave fast."""
    return clamp(u) ** 3


def bounce(u: float) -> float:
    """Return the height 0..1 of a ball thrown up at u = 0 and caught at u = 1 (repeats)."""
    u %= 1.0
    return 4 * u * (1 - u)


def overshoot(u: float) -> float:
    """Ease out past the end and settle: 0 -> 1."""
    u = clamp(u) - 1
    return 1 + u * u * (2.70158 * u + 1.70158)


def pulse(u: float) -> float:
    """Rise and fall once: 0 at u = 0 and 1, 1 in the middle, 0 outside."""
    return math.sin(math.pi * u) ** 2 if 0 < u < 1 else 0.0


def wave(t_s: float, period_s: float, phase: float = 0.0) -> float:
    """Return a sine in -1..1; phase in turns."""
    return math.sin(2 * math.pi * (t_s / period_s + phase))


def ridge(rng: np.random.Generator, *, rough: float = 0.5, waves: int = 6, first: float = 1.3) -> Floats:
    """Return a smooth skyline [97, 2]: x from LEFT-0.3 to RIGHT+0.3, y about 0 within -1..1 (negative is up)."""
    x = np.linspace(LEFT - 0.3, RIGHT + 0.3, 97)
    y = np.zeros_like(x)
    total = 0.0
    for k in range(waves):
        amp = rough**k
        y += amp * np.sin(2 * math.pi * (x * first * 1.9**k + rng.random()))
        total += amp
    return np.stack([x, y / total], axis=1)


def under(skyline: Floats, base_y: float, amp: float, bottom: float = BOTTOM) -> Floats:
    """Close a ridge into a polygon: its line at base_y with amplitude amp, filled down to the bottom."""
    top = skyline * (1, amp) + (0, base_y)
    return np.concatenate([top, [(top[-1, 0], bottom), (top[0, 0], bottom)]])


def height_at(skyline: Floats, x: float, base_y: float, amp: float) -> float:
    """Return the y of a ridge's line at x (to stand a tree or a house on it)."""
    return base_y + amp * float(np.interp(x, skyline[:, 0], skyline[:, 1]))


@dataclass(frozen=True)
class Particles:
    """Hold N drifting things; positions wrap around the frame, so they never run out."""

    x: Floats
    y: Floats
    z: Floats
    """Nearness 0..1: near ones are bigger and faster."""
    phase: Floats
    """0..1."""

    @classmethod
    def make(cls, rng: np.random.Generator, count: int) -> Particles:
        """Scatter them evenly."""
        return cls(rng.random(count), rng.random(count), rng.random(count), rng.random(count))

    def at(
        self,
        t_s: float,
        *,
        fall: float = 0.0,
        drift: float = 0.0,
        sway: float = 0.0,
        sway_hz: float = 0.4,
        top: float = TOP,
        bottom: float = BOTTOM,
    ) -> Floats:
        """Return xy [N, 2]; fall (down) and drift (right) in units/s, sway in units; far ones move at 0.4 of it."""
        near = 0.4 + 0.6 * self.z
        x = self.x * (RIGHT - LEFT) + drift * near * t_s
        x = LEFT + np.mod(x, RIGHT - LEFT) + sway * np.sin(2 * math.pi * (sway_hz * t_s + self.phase))
        y = top + np.mod(self.y * (bottom - top) + fall * near * t_s, bottom - top)
        return np.stack([x, y], axis=1)


def camera_view(name: str, u: float, reach: float = 1.0) -> View:
    """Return the view at share u (0..1) of the clip; reach scales the move (1 is the most that layers allow)."""
    e = smooth(u) - 0.5
    pan = 0.085 * reach
    if name == "pan_left":
        return View(1.04, 2 * pan * e)
    if name == "pan_right":
        return View(1.04, -2 * pan * e)
    if name == "zoom_in":
        return View(1.0 + 0.22 * reach * (e + 0.5))
    if name == "zoom_out":
        return View(1.0 + 0.22 * reach * (0.5 - e))
    if name == "tilt_up":
        return View(1.04, 0, 2 * pan * e)
    if name == "tilt_down":
        return View(1.04, 0, -2 * pan * e)
    if name == "sway":
        a = 2 * math.pi * u
        return View(1.06, 0.035 * reach * math.sin(a), 0.018 * reach * math.sin(2 * a))
    if name == "static":
        return View()
    raise ValueError(f"unknown camera {name!r}; known: {', '.join(CAMERAS)}")
