"""Draw trees that let go: falling leaves and cherry blossom."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas, Layer
from .motion import Particles, ridge, under, wave
from .palette import Colour, darker, mix, rgb
from .props import sun
from .spec import Draw, SceneSpec, Title, family


def leaf_sprite(c: Canvas, ink: Colour, size: float) -> Layer:
    """Draw a pointed leaf with a rib, to be stamped turning."""

    def paint(k: Canvas) -> None:
        s = np.linspace(-1, 1, 14)
        half = 0.38 * (1 - s**2) ** 0.8
        outline = np.concatenate([np.stack([s, half], 1), np.stack([s, -half], 1)[::-1]]) * size
        k.poly(outline, ink)
        k.line([(-1.35 * size, 0), (0.8 * size, 0)], 0.07 * size, darker(ink, 0.4))

    return c.sprite(paint, size * 3, size * 2)


@family(
    name="autumn_leaves",
    topic="nature",
    tags=("autumn", "falling leaves", "park"),
    palettes=("autumn", "golden", "overcast", "sunset"),
    subjects=("Autumn leaves falling along a tree-lined path", "Leaves falling in an autumn park"),
    titles=(
        "Every leaf took its time",
        Title("Sweater weather, officially", palette="autumn"),
        Title("The walk home got prettier", palette="golden"),
        Title("Wind versus the maple trees", pace="lively"),
        Title("Slow Sunday in the park", pace="calm"),
        "October, in one shot",
    ),
    events=("a bird flies past",),
)
def autumn_leaves(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw an avenue of red and gold trees, a path, and leaves that turn as they fall."""
    p = spec.colours
    inks = [rgb(h) for h in ("#e4572e", "#f3a712", "#c8321f", "#f7c948", "#a8421f")]

    def avenue(k: Canvas) -> None:
        k.gradient((p.sky[0], p.sky[1], p.sky[2]), TOP, 1.0)
        k.glow(0.5, 0.78, 0.6, p.light, 0.8)
        k.poly(under(ridge(rng), 0.84, 0.03), mix(p.far, p.sky[2], 0.4))
        k.rect(LEFT, 0.95, RIGHT - LEFT, BOTTOM, mix(rgb("#c98a3a"), p.near, 0.35))
        k.poly([(0.47, 0.95), (0.53, 0.95), (0.98, BOTTOM), (0.02, BOTTOM)], mix(p.light, p.near, 0.42))
        for u in (0.06, 0.14, 0.25, 0.4, 0.6, 0.86):
            for side in (-1, 1):
                x, y, h = 0.5 + side * (0.07 + 0.62 * u), 0.95 + 0.55 * u**1.2, 0.22 + 0.95 * u
                ink = mix(inks[int(rng.integers(5))], p.sky[2], 0.45 * (1 - u))
                bark = mix(rgb("#4a2c22"), p.sky[2], 0.4 * (1 - u))
                k.poly(
                    [(x - h * 0.045, y), (x - h * 0.02, y - h * 0.6), (x + h * 0.02, y - h * 0.6), (x + h * 0.045, y)],
                    bark,
                )
                for _ in range(26):
                    r, a = float(rng.random()) ** 0.5, float(rng.random()) * 2 * math.pi
                    tone = (
                        mix(ink, p.light, 0.35 * float(rng.random()))
                        if a > math.pi
                        else darker(ink, 0.2 * float(rng.random()))
                    )
                    k.circle(x + 0.34 * h * r * math.cos(a), y - h * 0.8 + 0.33 * h * r * math.sin(a), h * 0.13, tone)
        for _ in range(240):
            u = float(rng.random())
            y = 0.98 + 0.85 * u**1.5
            k.ellipse(
                float(rng.uniform(LEFT, RIGHT)),
                y,
                0.006 + 0.02 * u,
                0.003 + 0.009 * u,
                inks[int(rng.integers(5))],
                angle_deg=float(rng.uniform(-40, 40)),
            )

    back = c.layer(avenue)
    leaves = [leaf_sprite(c, ink, 0.05) for ink in inks]
    fall = Particles.make(rng, 46)
    spin = rng.uniform(-160, 160, 46)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.5).stamp(back)
        c.depth(1.2)
        xy = fall.at(t, fall=0.24, drift=-0.05 - 0.12 * (spec.pace == "lively"), sway=0.06)
        for k, (x, y) in enumerate(xy.tolist()):
            size = 0.28 + 0.75 * float(fall.z[k]) ** 2
            flat = 0.35 + 0.65 * abs(math.sin(t * 1.7 + k))
            c.stamp(leaves[k % 5], x, y, scale=(size, size * flat), angle_deg=k * 40 + spin[k] * t)

    return draw


@family(
    name="cherry_blossom",
    topic="nature",
    tags=("cherry blossom", "spring", "petals"),
    palettes=("spring", "rose", "morning", "dusk"),
    subjects=(
        "Cherry blossom petals drifting from the branches",
        "A cherry tree in bloom losing its petals to the wind",
    ),
    titles=(
        Title("Blink and it's over: cherry blossom week", tags=("season",)),
        Title("Petal snow", pace="lively"),
        Title("Pink sky, pink trees, pink everything", palette="rose"),
        Title("Lunch break under the blossoms", palette="spring"),
        Title("Evening blossoms hit differently", palette="dusk"),
        Title("Sit under this tree with me", pace="calm"),
    ),
    events=("a bird flies past", "a butterfly flutters past"),
)
def cherry_blossom(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw heavy pink boughs reaching in from the top and petals on the wind."""
    p = spec.colours
    pinks = [rgb(h) for h in ("#ffd7e4", "#ffb7cf", "#ff9cbc", "#fff0f5")]
    pinks = [mix(ink, p.sky[0], 0.3) for ink in pinks] if p.dark else pinks

    def distance(k: Canvas) -> None:
        k.gradient(p.sky, TOP, 1.25)
        sun(k, 0.7, 0.62, 0.08, p.light, strength=0.6)
        for y, ink in ((1.02, mix(p.far, p.sky[2], 0.5)), (1.16, mix(p.far, p.sky[2], 0.15)), (1.3, p.mid)):
            k.poly(under(ridge(rng, first=0.8), y, 0.07), ink)
        for x in np.linspace(LEFT, RIGHT, 12):
            for _ in range(9):
                k.circle(
                    float(x + rng.normal(0, 0.05)),
                    1.33 + float(rng.normal(0, 0.035)),
                    0.045,
                    mix(pinks[int(rng.integers(3))], p.far, 0.3),
                )
        k.rect(LEFT, 1.4, RIGHT - LEFT, BOTTOM, mix(p.mid, p.near, 0.5))
        for _ in range(200):
            u = float(rng.random())
            k.ellipse(
                float(rng.uniform(LEFT, RIGHT)),
                1.42 + 0.5 * u,
                0.006 + 0.01 * u,
                0.003 + 0.004 * u,
                pinks[int(rng.integers(4))],
            )

    def boughs(k: Canvas) -> None:
        bark = mix(rgb("#4b2f33"), p.ink, 0.4)
        for x0, y0, x1, y1, thick in (
            (1.2, 0.1, 0.25, 0.62, 0.05),
            (0.9, 0.28, 0.72, 0.82, 0.026),
            (-0.2, 0.0, 0.42, 0.3, 0.04),
            (0.55, 0.45, 0.38, 0.86, 0.016),
        ):
            s = np.linspace(0, 1, 9)
            arm = np.stack(
                [x0 + (x1 - x0) * s + rng.normal(0, 0.012, 9), y0 + (y1 - y0) * s + 0.08 * np.sin(s * 3)], axis=1
            )
            for j in range(8):
                k.line(arm[j : j + 2], thick * (1 - 0.09 * j), bark)
            for _ in range(130):
                at = float(rng.uniform(0.12, 1.03))
                cx, cy = (
                    x0 + (x1 - x0) * at + float(rng.normal(0, 0.05)),
                    y0 + (y1 - y0) * at + 0.06 + float(rng.normal(0, 0.045)),
                )
                _blossom(k, cx, cy, float(rng.uniform(0.014, 0.034)), pinks[int(rng.integers(4))], float(rng.random()))

    back, front = c.layer(distance), c.layer(boughs, opaque=False)
    petals = Particles.make(rng, 70)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.3).stamp(back)
        c.depth(1.0).stamp(front, 0.006 * wave(t, 3.0), 0.005 * wave(t, 2.3))
        c.depth(1.2)
        xy = petals.at(t, fall=0.17, drift=0.13, sway=0.04)
        for k, (x, y) in enumerate(xy.tolist()):
            r = 0.006 + 0.012 * petals.z[k]
            c.ellipse(x, y, r, r * (0.3 + 0.5 * abs(math.sin(t * 2 + k))), pinks[k % 4], angle_deg=k * 50 + t * 80)

    return draw


def _blossom(k: Canvas, x: float, y: float, r: float, ink: Colour, turn: float) -> None:
    """Draw five petals about a darker heart."""
    for j in range(5):
        a = 2 * math.pi * (j / 5 + turn)
        k.circle(x + 0.6 * r * math.cos(a), y + 0.6 * r * math.sin(a), 0.55 * r, ink)
    k.circle(x, y, 0.24 * r, rgb("#e0527f"))
