"""Draw woods, falling water and dunes."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas, H
from .motion import Particles, height_at, ridge, under
from .palette import Colour, darker, lighter, mix, rgb
from .props import bird, glints, mist, pine, round_tree, stars, sun
from .spec import Draw, SceneSpec, Title, family


@family(
    name="pine_forest",
    topic="nature",
    tags=("forest", "pine trees", "mist"),
    palettes=("dawn", "forest", "winter", "overcast", "dusk", "rose"),
    subjects=("A misty pine forest on rolling hills", "Mist drifting through a pine forest"),
    titles=(
        Title("The forest before anyone is awake", palette="dawn"),
        "Fog rolled in and I stayed two more hours",
        Title("Pine smell, cold hands, no signal", palette="winter"),
        Title("Ten seconds of nothing but trees", pace="calm"),
        Title("Grey morning walk", palette="overcast"),
        "If you need to breathe today, here",
    ),
    events=("a bird flies past",),
)
def pine_forest(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw five rows of conifers with mist between them."""
    p = spec.colours

    def sky(k: Canvas) -> None:
        k.gradient(p.sky, TOP, 1.2)
        sun(k, float(rng.uniform(0.3, 0.7)), 0.55, 0.07, p.light, halo=5)
        if p.dark:
            stars(k, rng, 70, p.light, bottom=0.5)
        k.poly(under(ridge(rng), 0.68, 0.09), mix(p.far, p.sky[2], 0.6))

    layers = [c.layer(sky)]
    for k, (y, tall, n) in enumerate(
        ((0.8, 0.15, 26), (0.96, 0.22, 20), (1.14, 0.32, 15), (1.4, 0.5, 10), (1.8, 0.78, 6))
    ):
        ink = mix(mix(p.far, p.sky[2], 0.25), darker(p.near, 0.25), (k / 4) ** 0.9)
        line = ridge(rng, first=0.8)

        def row(
            q: Canvas, y: float = y, tall: float = tall, n: int = n, ink: Colour = ink, line: np.ndarray = line
        ) -> None:
            q.poly(under(line, y, 0.05), ink)
            for x in np.linspace(LEFT, RIGHT, n) + rng.normal(0, 0.02, n):
                foot = height_at(line, float(x), y, 0.05) + 0.02
                pine(q, float(x), foot, tall * float(rng.uniform(0.65, 1.25)), ink, tiers=6)

        layers.append(c.layer(row, opaque=False))
    haze = mix(p.sky[2], p.light, 0.35)
    start = float(rng.random()) * 20

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        for k, layer in enumerate(layers):
            c.depth((0.05, 0.25, 0.5, 0.75, 1.0, 1.4)[k]).stamp(layer)
            if 0 < k < 5:
                mist(
                    c,
                    0.84 + 0.17 * k,
                    0.13 + 0.03 * k,
                    haze,
                    t * (1 + 0.4 * k) + start + 7 * k,
                    alpha=0.62 - 0.07 * k,
                    speed=0.07,
                )
        c.depth(0.3)
        for k in range(4):
            x = (0.1 + 0.05 * t + 0.07 * k) % 1.3 - 0.1
            bird(c, x, 0.4 + 0.03 * (k % 2) + 0.02 * k, 0.035, math.sin(t * 9 + k), mix(p.ink, p.sky[0], 0.25))

    return draw


@family(
    name="waterfall",
    topic="nature",
    tags=("waterfall", "river", "forest"),
    palettes=("forest", "tropical", "morning", "autumn", "moonlit"),
    subjects=("A waterfall plunging into a pool between mossy cliffs",),
    titles=(
        "Worth every wet sock",
        Title("Hidden falls, forty minutes from the road", palette="forest"),
        Title("Waterfall sounds for focus", pace="calm", tags=("focus",)),
        Title("The falls after a week of rain", pace="lively"),
        Title("Jungle shower", palette="tropical"),
        Title("Came for the leaves, stayed for the falls", palette="autumn"),
    ),
    events=("a bird flies past", "a butterfly flutters past"),
)
def waterfall(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw streaks of falling water, spray at its foot and rings in the pool."""
    p, lip, foot = spec.colours, 0.42, 1.24
    water = mix(p.sky[1], (236, 248, 252), 0.62)

    def cliffs(k: Canvas) -> None:
        k.gradient((p.sky[0], p.sky[1], p.sky[2]), TOP, 0.8)
        k.poly(under(ridge(rng), 0.36, 0.05), mix(p.far, p.sky[2], 0.35))
        for x in np.linspace(LEFT, RIGHT, 15):
            round_tree(
                k,
                float(x),
                0.42 + float(rng.uniform(-0.02, 0.04)),
                float(rng.uniform(0.2, 0.34)),
                mix(p.far, p.mid, float(rng.random())),
                p.ink,
            )
        k.rect(LEFT, lip, RIGHT - LEFT, BOTTOM, darker(p.near, 0.25))
        for _ in range(60):
            x, y = float(rng.uniform(LEFT, RIGHT)), float(rng.uniform(lip, foot))
            k.rect(
                x,
                y,
                float(rng.uniform(0.05, 0.14)),
                float(rng.uniform(0.02, 0.07)),
                mix(p.near, p.mid, float(rng.uniform(0, 0.45))),
                0.5,
            )
        k.rect(LEFT, lip - 0.015, RIGHT - LEFT, 0.05, mix(p.mid, (90, 150, 70), 0.3))
        k.rect(LEFT, foot, RIGHT - LEFT, BOTTOM - foot, mix(p.near, mix(p.sky[0], (20, 110, 120), 0.5), 0.6))

    def banks(k: Canvas) -> None:
        for side, x0 in ((1, LEFT), (-1, RIGHT)):
            edge = [
                (x0 + side * (0.42 + 0.05 * math.sin(7 * y) - 0.1 * (y < 0.55)), y) for y in np.linspace(0.4, 1.32, 14)
            ]
            k.poly([(x0, 0.36), *edge, (x0, 1.4)], darker(p.near, 0.42))
            for _ in range(34):
                y = float(rng.uniform(0.36, 1.28))
                x = x0 + side * float(rng.uniform(0.05, 0.42))
                k.ellipse(
                    x,
                    y,
                    float(rng.uniform(0.03, 0.07)),
                    0.02,
                    mix(p.mid, (120, 180, 80), float(rng.random()) * 0.4),
                    angle_deg=float(rng.uniform(-20, 20)),
                )
        for x, y, r in ((0.1, 1.42, 0.16), (0.9, 1.45, 0.2), (0.68, 1.6, 0.12), (0.25, 1.66, 0.16)):
            k.ellipse(x, y, r, r * 0.55, darker(p.near, 0.55))
            k.ellipse(x - 0.02, y - r * 0.2, r * 0.75, r * 0.28, mix(p.near, p.mid, 0.5))

    back, front = c.layer(cliffs), c.layer(banks, opaque=False)
    n = 70
    fx, phase, speed, long = (
        rng.normal(0, 0.085, n).clip(-0.17, 0.17),
        rng.random(n),
        rng.uniform(0.8, 1.3, n),
        rng.uniform(0.12, 0.32, n),
    )
    bright = rng.random(n) < 0.5
    pool = Particles.make(rng, 40)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.6).stamp(back)
        c.poly(
            [
                (0.33, lip - 0.01),
                (0.67, lip - 0.01),
                (0.69, 0.6),
                (0.71, foot + 0.02),
                (0.29, foot + 0.02),
                (0.31, 0.6),
            ],
            water,
        )
        y = lip - 0.2 + np.mod(phase + t * 0.85 * speed, 1.0) * (foot - lip + 0.2)
        spread = 1 + 0.25 * (y - lip)
        x = 0.5 + fx * spread
        seg = np.stack(
            [np.stack([x, np.maximum(y, lip)], 1), np.stack([x, np.clip(y + long, lip, foot + 0.02)], 1)], axis=1
        )
        c.lines(seg[bright], 0.014, (255, 255, 255), alpha=0.8)
        c.lines(seg[~bright], 0.011, mix(water, p.near, 0.42), alpha=0.55)
        for k in range(9):
            u = (k / 9 + t * 0.35) % 1.0
            c.soft(
                0.5 + 0.28 * (k / 4 - 1) * (0.5 + u),
                foot - 0.1 * u,
                0.13 + 0.1 * u,
                0.08 + 0.06 * u,
                (255, 255, 255),
                0.75 * (1 - u),
            )
        for k in range(5):
            u = (k / 5 + t * 0.22) % 1.0
            c.arc(
                0.5,
                foot + 0.02 + 0.12 * u,
                0.2 + 0.5 * u,
                0.03 + 0.17 * u,
                10,
                170,
                0.008,
                lighter(water, 0.4),
                alpha=0.6 * (1 - u),
            )
        glints(c, pool, t, lighter(water, 0.5), top=foot + 0.06, bottom=H, spread=0.6, alpha=0.5)
        c.depth(1.0).stamp(front)

    return draw


@family(
    name="desert_dunes",
    topic="nature",
    tags=("desert", "sand dunes", "camels"),
    palettes=("golden", "sunset", "clay", "dusk", "rose"),
    counts=(1, 6),
    subjects=("{n} camel{s} crossing desert dunes",),
    titles=(
        Title("One camel, all the time in the world", count=1, pace="calm"),
        Title("Caravan at golden hour", palette="golden", count=5),
        "The dunes move too, just slower",
        Title("Desert sunset, no filter, no phone signal", palette="sunset"),
        Title("Walking until the stars come out", palette="dusk"),
        "Sand in absolutely everything",
    ),
    events=("a shooting star crosses", "a gust lifts the sand"),
)
def desert_dunes(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw dunes with a lit and a shaded side, and a walking caravan."""
    p = spec.colours
    sand = mix(p.far, rgb("#f0b263"), 0.45)
    path = ridge(rng, rough=0.3, first=0.5)

    def distance(k: Canvas) -> None:
        k.gradient(p.sky, TOP, 1.05)
        if p.dark:
            stars(k, rng, 80, p.light, bottom=0.7)
        sun(k, 0.3 + 0.4 * float(rng.random()), 0.62, 0.13, p.light, halo=3.5)
        for y, share in ((0.9, 0.65), (0.98, 0.4)):
            k.poly(under(ridge(rng, first=0.9), y, 0.06), mix(sand, p.sky[2], share))

    back = c.layer(distance)
    dunes = []
    for k, y in enumerate((1.06, 1.26, 1.5)):
        line = path if k == 1 else ridge(rng, rough=0.3, first=0.6)
        tone = mix(sand, p.near, 0.18 * k)

        def dune(q: Canvas, y: float = y, tone: Colour = tone, line: np.ndarray = line) -> None:
            q.poly(under(line, y, 0.1), lighter(tone, 0.1))
            peak = int(np.argmin(line[20:77, 1])) + 20
            top = line[peak:] * (1, 0.1) + (0, y)
            foot = np.stack(
                [top[:, 0] - 0.25 + 0.1 * np.sin(top[:, 1] * 20), np.linspace(BOTTOM, top[-1, 1] + 0.3, len(top))],
                axis=1,
            )[::-1]
            q.poly(
                np.concatenate([top, foot[:1], [(top[0, 0] - 0.35, BOTTOM), (top[0, 0] - 0.12, (y + BOTTOM) / 2)]]),
                darker(tone, 0.2),
                0.75,
            )
            for j in range(9):
                drop = 0.06 + 0.06 * j
                q.line(line * (1, 0.1 * (1 - 0.08 * j)) + (0, y + drop), 0.003, darker(tone, 0.25), alpha=0.22)

        dunes.append(c.layer(dune, opaque=False))
    grit = Particles.make(rng, 90)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.05).stamp(back)
        c.depth(0.35).stamp(dunes[0])
        c.depth(0.8)
        for k in range(spec.count):
            x = 0.5 + 0.15 * (spec.count - 1) / 2 * 0.8 - 0.145 * k + 0.06 * (t - 3)
            y = height_at(path, x, 1.26, 0.1)
            _camel(
                c, x, y + 0.015, 0.145, t * 5 + k * 1.3, mix(p.ink, rgb("#4a2418"), 0.4), (p.accent, p.accent2)[k % 2]
            )
        c.stamp(dunes[1])
        c.depth(1.3).stamp(dunes[2])
        u = spec.moment(t_s, "a gust lifts the sand")
        gust = 0.0 if u is None else math.sin(math.pi * u)
        xy = grit.at(t, drift=0.5, sway=0.02, top=0.95)
        c.lines(np.stack([xy, xy + np.array([0.05, 0.004])], axis=1), 0.003, lighter(sand, 0.5), alpha=0.35)
        for k in range(4):
            c.soft(0.1 + 0.3 * k, 1.2, 0.4, 0.25, lighter(sand, 0.3), 0.6 * gust)

    return draw


def _camel(c: Canvas, x: float, y: float, s: float, step: float, ink: Colour, cloth: Colour) -> None:
    """Draw a walking camel, feet at (x, y)."""
    for k, lx in enumerate((-0.3, -0.2, 0.26, 0.36)):
        swing = 0.1 * math.sin(step + k * 1.7)
        c.line(
            [(x + lx * s, y - 0.5 * s), (x + (lx + swing * 0.5) * s, y - 0.24 * s), (x + (lx + swing) * s, y)],
            0.06 * s,
            ink,
        )
    c.ellipse(x, y - 0.58 * s, 0.46 * s, 0.2 * s, ink)
    c.ellipse(x - 0.04 * s, y - 0.8 * s, 0.2 * s, 0.19 * s, ink)
    nod = 0.03 * math.sin(step)
    c.line(
        [(x + 0.36 * s, y - 0.56 * s), (x + 0.58 * s, y - 0.6 * s), (x + 0.66 * s, y - (0.98 + nod) * s)], 0.11 * s, ink
    )
    c.ellipse(x + 0.76 * s, y - (1.0 + nod) * s, 0.15 * s, 0.075 * s, ink, angle_deg=10)
    c.poly(
        [
            (x - 0.22 * s, y - 0.92 * s),
            (x + 0.14 * s, y - 0.92 * s),
            (x + 0.24 * s, y - 0.5 * s),
            (x - 0.32 * s, y - 0.5 * s),
        ],
        cloth,
    )
