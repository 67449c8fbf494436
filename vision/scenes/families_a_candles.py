"""Draw candle making: jars with living flames, wax from a jug."""

from __future__ import annotations

import math

import numpy as np

from .canvas import Canvas
from .families_a_craft import bench
from .motion import smooth
from .palette import lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family

_CLOSE = ("static", "zoom_in", "zoom_out", "sway", "tilt_up")


@family(
    name="candle_making",
    topic="craft",
    tags=("candles", "candle making", "handmade", "cosy"),
    palettes=("lamplight", "blush", "cream", "ink", "mint"),
    counts=(3, 7),
    cameras=_CLOSE,
    subjects=("{n} handmade candles burning while wax is poured",),
    titles=(
        "Small batch candle night",
        Title("Three candles, one slow evening", count=3, pace="calm"),
        Title("Pouring day at the kitchen table", palette="cream"),
        "The smell of fig and rain, apparently",
        Title("Candlelight only", palette="ink"),
        Title("Pink wax was the right call", palette="blush"),
    ),
    events=("a gust bends the flames", "the light goes out for a moment"),
)
def candle_making(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw jars with living flames, and a jug that fills the last one."""
    p, n, table = spec.colours, spec.count, 1.28
    waxes = [
        mix(ink, (255, 248, 235), 0.45) for ink in (p.accent, p.accent2, p.light, p.far, mix(p.accent, p.accent2, 0.5))
    ]

    def room(k: Canvas) -> None:
        bench(k, p, table)
        for _ in range(16):
            k.glow(
                float(rng.random()),
                float(rng.uniform(0.1, 0.9)),
                float(rng.uniform(0.05, 0.12)),
                mix(p.light, p.accent, float(rng.random())),
                0.3,
            )

    back = c.layer(room)
    xs = (np.arange(n) + 0.5) / n * 0.86 + 0.07
    talls, wide = rng.uniform(0.2, 0.4, n) * (1.3 - 0.05 * n), min(0.125, 0.4 / n)
    depth_y = table + 0.06 + 0.1 * (np.arange(n) % 2)
    last = int(np.argmin(np.abs(xs - 0.62)))
    phase = rng.random(n) * 6.28

    def draw(t_s: float) -> None:
        t = t_s * (0.4 + 0.6 * spec.speed)
        c.depth(0.5).stamp(back)
        c.depth(1.0)
        u = spec.moment(t_s, "a gust bends the flames")
        gust = 0.0 if u is None else math.sin(math.pi * u)
        for k in sorted(range(n), key=lambda j: depth_y[j]):
            x, y, h, wax = xs[k], depth_y[k], talls[k], waxes[k % 5]
            fill = 1.0 if k != last else 0.25 + 0.7 * smooth(t_s / spec.duration_s)
            glow = 0.0 if k == last else 0.75 + 0.1 * math.sin(t * 7 + phase[k]) + 0.08 * math.sin(t * 13 + k)
            c.soft(x + 0.02, y + 0.01, wide * 1.7, 0.03, p.ink, 0.5)
            c.round_rect(x - wide, y - h, wide * 2, h, 0.015, lighter(p.sky[1], 0.5), 0.28)
            c.round_rect(x - wide * 0.93, y - h * 0.92 * fill, wide * 1.86, h * 0.92 * fill - 0.006, 0.014, wax)
            c.ellipse(x, y - h * 0.92 * fill, wide * 0.93, wide * 0.2, lighter(wax, 0.45))
            if k == last:
                jug_x, jug_y = x + 0.13, y - h - 0.2
                c.line(
                    [(x + 0.012, jug_y + 0.02), (x, jug_y + 0.06), (x + 0.002 * math.sin(t * 20), y - h * 0.9 * fill)],
                    0.016,
                    lighter(wax, 0.25),
                )
                c.poly(
                    [
                        (jug_x - 0.12, jug_y + 0.01),
                        (jug_x - 0.02, jug_y - 0.11),
                        (jug_x + 0.14, jug_y + 0.0),
                        (jug_x + 0.05, jug_y + 0.13),
                    ],
                    rgb("#c9ced8"),
                )
                c.poly(
                    [
                        (jug_x - 0.12, jug_y + 0.01),
                        (jug_x - 0.02, jug_y - 0.11),
                        (jug_x + 0.02, jug_y - 0.08),
                        (jug_x - 0.06, jug_y + 0.05),
                    ],
                    rgb("#eceff4"),
                )
                c.arc(jug_x + 0.12, jug_y + 0.09, 0.06, 0.06, -60, 110, 0.018, rgb("#8f95a3"))
            else:
                wick = y - h * 0.92
                c.line([(x, wick), (x, wick - 0.026)], 0.006, p.ink)
                bend = 0.006 * math.sin(t * 5 + phase[k]) + 0.07 * gust
                tall = (0.085 + 0.012 * math.sin(t * 9 + phase[k])) * (1 - 0.35 * gust)
                c.glow(x, wick - 0.05, 0.27, rgb("#ffb04a"), 0.6 * glow)
                s = np.linspace(0, 1, 9)
                for size, ink in ((1.0, rgb("#ff9a2e")), (0.68, rgb("#ffd768")), (0.36, rgb("#fffbe6"))):
                    half = 0.026 * size * np.sin(math.pi * s**0.7) ** 0.9 + 0.001
                    mid, yy = x + bend * s**2, wick - 0.012 - tall * size * s
                    c.poly(np.concatenate([np.stack([mid + half, yy], 1), np.stack([mid - half, yy], 1)[::-1]]), ink)
            c.line([(x - wide * 0.8, y - h + 0.015), (x - wide * 0.8, y - 0.02)], 0.008, (255, 255, 255), alpha=0.45)
            c.ellipse(x, y - h, wide, wide * 0.2, (255, 255, 255), alpha=0.16)
            c.round_rect(x - wide * 0.6, y - h * 0.5, wide * 1.2, h * 0.26, 0.006, (250, 244, 232))
            c.circle(x, y - h * 0.37, min(wide * 0.3, h * 0.08), mix(wax, p.near, 0.55))

    return draw
