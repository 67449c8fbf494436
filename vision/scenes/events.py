"""Draw the short moments that any scene may have; each paints over the finished scene for half a second."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .canvas import Canvas
from .motion import ease_out, pulse, smooth
from .palette import mix, rgb
from .props import bird, butterfly
from .spec import SceneSpec

Moment = Callable[[Canvas, SceneSpec, float], None]


def _shooting_star(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.depth(0.3)
    e = smooth(u)
    x, y = 1.05 - 1.0 * e, 0.42 + 0.34 * e
    fade = pulse(0.08 + u * 0.88)
    for k in range(7):
        tail = 0.05 * k
        c.line(
            [(x + tail, y - tail * 0.34), (x + tail + 0.05, y - (tail + 0.05) * 0.34)],
            0.011 - 0.0014 * k,
            (255, 252, 235),
            alpha=fade * (1 - k / 7.5),
        )
    c.glow(x, y, 0.12, (220, 235, 255), fade)


def _lightning(c: Canvas, spec: SceneSpec, u: float) -> None:
    rng = np.random.default_rng(spec.seed)
    flash = max(pulse(u * 2.2), 0.8 * pulse((u - 0.5) * 2.4))
    c.tint((225, 235, 255), 0.42 * flash)
    x = 0.25 + 0.5 * rng.random()
    y = np.linspace(0.0, 1.0, 11)
    bolt = np.stack([x + np.cumsum(rng.normal(0, 0.035, 11)), y], axis=1)
    c.depth(0.3).line(bolt, 0.03, (170, 200, 255), alpha=0.45 * flash)
    c.line(bolt, 0.012, (255, 255, 245), alpha=min(1, 1.3 * flash))
    branch = np.stack([bolt[5, 0] + np.linspace(0, 0.16, 4), bolt[5, 1] + np.array([0, 0.08, 0.12, 0.24])], axis=1)
    c.line(branch, 0.007, (240, 245, 255), alpha=flash)


def _bird(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.depth(1.0)
    bird(c, -0.15 + 1.3 * u, 0.72 - 0.16 * math.sin(math.pi * u), 0.16, math.sin(u * 20), spec.colours.ink)


def _butterfly(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.depth(1.0)
    x, y = -0.1 + 1.2 * u, 0.95 - 0.3 * u + 0.05 * math.sin(u * 16)
    butterfly(c, x, y, 0.11, abs(math.cos(u * 22)), rgb("#ff9a3c"), rgb("#40210f"))


def _balloon(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.depth(1.0)
    x, y = 0.62 + 0.05 * math.sin(u * 5), 1.65 - 1.6 * u
    c.line([(x, y + 0.1), (x - 0.012, y + 0.2), (x + 0.008, y + 0.3)], 0.005, (250, 250, 250), alpha=0.8)
    c.ellipse(x, y, 0.085, 0.105, rgb("#e63946"))
    c.ellipse(x - 0.028, y - 0.035, 0.02, 0.03, (255, 190, 190), angle_deg=25, alpha=0.8)


def _paper_plane(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.depth(1.0)
    x, y = -0.1 + 1.25 * u, 1.0 - 0.35 * math.sin(u * 2.6)
    c.poly([(x + 0.1, y - 0.02), (x - 0.09, y - 0.05), (x - 0.05, y + 0.015)], (252, 250, 244))
    c.poly([(x + 0.1, y - 0.02), (x - 0.05, y + 0.015), (x - 0.06, y + 0.06)], (208, 210, 216))


def _confetti(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.depth(1.0)
    rng = np.random.default_rng(spec.seed)
    angle, reach = rng.random(70) * 2 * math.pi, rng.random(70) ** 0.6 * 0.62
    inks = [rgb(h) for h in ("#ff4d6d", "#ffd166", "#06d6a0", "#4cc9f0", "#f8f4e8")]
    e, fade = ease_out(u), 1 - smooth((u - 0.75) * 4)
    for k, (a, r) in enumerate(zip(angle.tolist(), reach.tolist(), strict=True)):
        x, y, turn = 0.5 + r * e * math.cos(a), 0.85 + r * e * math.sin(a) + 0.25 * u * u, a * 3 + u * 9
        dx, dy = 0.022 * math.cos(turn), 0.022 * math.sin(turn)
        c.line([(x - dx, y - dy), (x + dx, y + dy)], 0.016, inks[k % 5], alpha=fade if fade < 0.9 else 1)


def _firework(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.depth(0.5)
    e, fade = ease_out(u), 1 - u * u
    ink = mix(spec.colours.accent, (255, 230, 160), 0.4)
    a = np.linspace(0, 2 * math.pi, 22, endpoint=False)
    ray = np.stack([np.cos(a), np.sin(a)], axis=1)
    for share, width in ((1.0, 0.008), (0.62, 0.006)):
        start, end = ray * (0.34 * e * share * 0.72), ray * (0.34 * e * share)
        c.lines(np.stack([start, end], axis=1) + np.array([0.52, 0.66]), width, ink, alpha=fade)
    c.glow(0.52, 0.66, 0.45, ink, 0.75 * fade)


def _flash(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.tint((255, 255, 255), 0.75 * (1 - u) ** 2 + 0.1 * pulse(u))


def _leaf(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.depth(1.4)
    x, y = 1.1 - 1.15 * u, 0.62 + 0.6 * u + 0.05 * math.sin(u * 9)
    c.ellipse(x, y, 0.1, 0.045, rgb("#d62f1f"), angle_deg=40 + 200 * u)
    a = math.radians(40 + 200 * u)
    c.line(
        [(x - 0.13 * math.cos(a), y - 0.13 * math.sin(a)), (x + 0.08 * math.cos(a), y + 0.08 * math.sin(a))],
        0.008,
        rgb("#7a1512"),
    )


def _blackout(c: Canvas, spec: SceneSpec, u: float) -> None:
    c.tint((4, 4, 10), 0.85 * smooth(min(u, 1 - u) * 5))


SHARED: dict[str, Moment] = {
    "a shooting star crosses": _shooting_star,
    "lightning strikes": _lightning,
    "a bird flies past": _bird,
    "a butterfly flutters past": _butterfly,
    "a red balloon rises past": _balloon,
    "a paper plane glides past": _paper_plane,
    "confetti bursts": _confetti,
    "a firework bursts": _firework,
    "a camera flash goes off": _flash,
    "a red leaf blows past": _leaf,
    "the light goes out for a moment": _blackout,
}
"""Events that the renderer draws for any family that lists them."""


def draw_event(c: Canvas, spec: SceneSpec, t_s: float) -> None:
    """Paint the spec's event over the scene if it is shared and happening now."""
    if spec.event in SHARED and (u := spec.moment(t_s, spec.event)) is not None:
        SHARED[spec.event](c, spec, u)
