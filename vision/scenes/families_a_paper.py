"""Draw paper crafts and a rainy window: origami, watercolour, rain on glass."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas, H
from .families_a_craft import bench
from .motion import Particles, smooth, wave
from .palette import Colour, darker, lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family

_CLOSE = ("static", "zoom_in", "zoom_out", "sway")


def _crane(c: Canvas, x: float, y: float, s: float, flap: float, ink: Colour, *, flip: int = 1) -> None:
    """Draw a paper crane; flap -1..1 moves its wings."""

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x + flip * px * s, y + py * s) for px, py in points]

    lift = -0.35 * flap
    c.poly(at((0.15, 0.05), (0.95, -0.15 + lift), (0.75, -0.62 + lift), (-0.1, -0.12)), darker(ink, 0.28))
    c.poly(at((-0.25, 0.1), (-1.05, -0.62), (-0.9, -0.4), (-0.05, 0.3)), darker(ink, 0.15))
    c.poly(at((0.2, 0.1), (0.78, -0.72), (0.72, -0.42), (0.12, 0.3)), lighter(ink, 0.08))
    c.poly(at((0.78, -0.72), (1.05, -0.56), (0.74, -0.5)), darker(ink, 0.1))
    c.poly(at((-0.35, 0.02), (0.3, 0.02), (0.0, 0.42)), ink)
    c.poly(at((-0.3, 0.05), (0.25, 0.05), (0.5, -0.75 + lift), (-0.25, -1.0 + lift)), lighter(ink, 0.3))
    c.poly(at((-0.3, 0.05), (0.0, 0.05), (0.05, -0.9 + lift), (-0.25, -1.0 + lift)), lighter(ink, 0.5))


@family(
    name="origami",
    topic="craft",
    tags=("origami", "paper crane", "paper craft"),
    palettes=("mint", "blush", "sky", "cream", "indigo", "clay"),
    counts=(1, 7),
    cameras=_CLOSE,
    subjects=("{n} origami crane{s} flapping their paper wings",),
    titles=(
        Title("One square, no scissors", count=1),
        "Crane number 412 of 1000",
        Title("Paper birds learning to fly", count=5),
        Title("Quiet hands, folded wings", pace="calm"),
        "The last fold gives it a soul",
        Title("The whole flock took off", pace="lively", count=7),
    ),
    events=("a paper plane glides past", "confetti bursts"),
)
def origami(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw folded cranes on threads against patterned paper, wings going."""
    p, n = spec.colours, spec.count
    inks = [p.accent, p.accent2, mix(p.accent, p.accent2, 0.5), mix(p.near, p.light, 0.35), (250, 247, 240)]

    def paper(k: Canvas) -> None:
        k.gradient((lighter(p.sky[0], 0.1), p.sky[1], p.sky[2]), TOP, BOTTOM)
        for row, y in enumerate(np.arange(TOP, BOTTOM, 0.09)):
            for x in np.arange(LEFT, RIGHT, 0.18):
                for r in (0.088, 0.06, 0.032):
                    k.arc(x + 0.09 * (row % 2), y, r, r, 180, 360, 0.004, lighter(p.sky[1], 0.35), alpha=0.6)
        k.soft(0.5, 0.9, 0.75, 0.75, p.sky[1], 0.6)

    back = c.layer(paper)
    if n == 1:
        spots = np.array([(0.5, 0.92)])
    else:
        spots = np.stack(
            [
                (np.arange(n) + 0.5) / n * 0.84 + 0.08,
                np.where(np.arange(n) % 2, 1.12, 0.68) + rng.uniform(-0.1, 0.1, n),
            ],
            axis=1,
        )
    size = 0.34 if n == 1 else 0.24 if n < 4 else 0.16
    phase, way = rng.random(n), rng.choice([-1, 1], n)
    squares = Particles.make(rng, 16)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.3).stamp(back)
        xy = squares.at(t, fall=0.06, sway=0.04)
        c.depth(0.5)
        for k, (x, y) in enumerate(xy.tolist()):
            a, r = k + t * 0.8, 0.012 + 0.014 * squares.z[k]
            turned = [
                (x + r * math.cos(a + j * math.pi / 2), y + r * 0.7 * math.sin(a + j * math.pi / 2)) for j in range(4)
            ]
            c.poly(turned, lighter(inks[k % 4], 0.25), 0.7)
        for k in range(n):
            x = spots[k, 0] + 0.03 * wave(t, 5.0, phase[k])
            flap = wave(t, 1.25, phase[k])
            y = spots[k, 1] + 0.04 * wave(t, 3.5, phase[k] + 0.4) - 0.025 * flap
            c.depth(0.9)
            c.line([(spots[k, 0], TOP - 0.1), (x, y - 0.02)], 0.003, darker(p.sky[2], 0.35), alpha=0.55)
            c.soft(x + 0.05, y + size * 0.9, size * 0.9, size * 0.25, p.near, 0.25)
            _crane(c, x, y, size, flap, inks[k % 5], flip=int(way[k]))

    return draw


@family(
    name="watercolour",
    topic="craft",
    tags=("watercolour", "painting", "art", "flowers"),
    palettes=("cream", "blush", "mint", "sky", "golden"),
    counts=(3, 7),
    cameras=_CLOSE,
    subjects=("A brush painting {n} watercolour flowers on paper",),
    titles=(
        "Wet on wet and hope for the best",
        Title("Painting a bouquet before lunch", count=7),
        Title("Five minute flowers", count=5, tags=("learning",)),
        Title("Let the water do the work", pace="calm"),
        Title("Speed paint: the whole page", pace="lively"),
        "My grandmother's brush still has it",
    ),
    events=("a drop of paint splashes",),
)
def watercolour(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw translucent petals blooming one by one under a moving brush."""
    p, n = spec.colours, spec.count
    inks = [
        p.accent,
        p.accent2,
        mix(p.accent, p.accent2, 0.5),
        rgb("#7a6bd1"),
        rgb("#e0709a"),
        rgb("#4f9ad1"),
        rgb("#f0a24a"),
    ]

    def desk(k: Canvas) -> None:
        bench(k, p, TOP)
        k.rect(0.055, 0.345, 0.92, 1.2, p.ink, 0.25)
        k.rect(0.04, 0.32, 0.92, 1.2, (252, 249, 242))
        for _ in range(160):
            k.circle(
                float(rng.uniform(0.05, 0.95)), float(rng.uniform(0.33, 1.5)), 0.004, darker((252, 249, 242), 0.05)
            )
        k.round_rect(0.1, 1.58, 0.8, 0.16, 0.02, (245, 245, 248))
        for j in range(6):
            k.ellipse(0.18 + 0.128 * j, 1.66, 0.05, 0.045, inks[j])
            k.ellipse(0.17 + 0.128 * j, 1.645, 0.024, 0.014, lighter(inks[j], 0.4))

    back = c.layer(desk)
    spots = np.stack(
        [rng.permutation(np.linspace(0.22, 0.78, n)), np.linspace(0.52, 0.98, n) + rng.uniform(-0.03, 0.03, n)], axis=1
    )
    spots = spots[np.argsort(spots[:, 0])]
    size = rng.uniform(0.085, 0.125, n) * (1.15 if n < 5 else 0.95)
    turns, jitter = rng.random(n) * 6.28, rng.uniform(0.85, 1.15, (n, 6))
    root = (0.5, 1.42)
    s = np.linspace(0, 1, 12)

    def stem(k: int, u: float) -> np.ndarray:
        x, y = spots[k]
        at = s * u
        return np.stack([root[0] + (x - root[0]) * at**1.4, root[1] + (y - root[1]) * at], axis=1)

    def bloom(k: int, u: float) -> tuple[float, float]:
        """Paint flower k at share u 0..1, and return where the brush is."""
        x, y = spots[k]
        green = mix(rgb("#5f9a5a"), inks[k % 7], 0.12)
        line = stem(k, min(1.0, u / 0.25))
        c.line(line, 0.012, green, alpha=0.75)
        tip = (float(line[-1, 0]), float(line[-1, 1]))
        if u > 0.25:
            mid = line[6]
            c.ellipse(mid[0] + 0.03, mid[1], 0.045, 0.018, green, angle_deg=-35, alpha=0.6)
        for j in range(6):
            v = smooth((u - 0.25 - 0.11 * j) / 0.2)
            if v <= 0:
                break
            a, r = turns[k] + j * math.pi / 3, size[k] * jitter[k, j]
            cx, cy = x + 0.62 * r * math.cos(a), y + 0.62 * r * math.sin(a)
            c.ellipse(cx, cy, 0.62 * r * v, 0.44 * r * v, inks[k % 7], angle_deg=math.degrees(a), alpha=0.5)
            c.ellipse(
                cx, cy, 0.42 * r * v, 0.22 * r * v, darker(inks[k % 7], 0.12), angle_deg=math.degrees(a), alpha=0.35
            )
            tip = (cx + 0.4 * r * math.cos(a + v * 3), cy + 0.4 * r * math.sin(a + v * 3))
        if u > 0.92:
            c.circle(x, y, 0.24 * size[k], rgb("#f5c542"), alpha=0.85)
            c.circle(x, y, 0.12 * size[k], rgb("#b5772a"), alpha=0.7)
        return tip

    def draw(t_s: float) -> None:
        share = (0.1 + t_s / spec.duration_s * (0.45 + 0.28 * spec.speed)) * n
        c.depth(1.0).stamp(back)
        tip = (0.7, 1.5)
        for k in range(n):
            u = min(1.0, share - k)
            if u > 0:
                tip = bloom(k, u)
        if (v := spec.moment(t_s, "a drop of paint splashes")) is not None:
            for k in range(12):
                r = 0.05 + 0.13 * v * (0.5 + 0.5 * math.sin(k * 7.0))
                c.circle(0.62 + r * math.cos(k * 0.52), 1.12 + r * math.sin(k * 0.52), 0.016 * (1.2 - v), inks[3])
            c.circle(0.62, 1.12, 0.05, inks[3], alpha=0.8)
        dab = 0.012 * math.sin(t_s * 9 * (0.5 + 0.5 * spec.speed))
        x, y = tip[0] + dab, tip[1] + abs(dab) * 0.4
        c.line([(x + 0.06, y + 0.03), (x + 0.46, y - 0.34)], 0.05, p.ink, alpha=0.14)
        c.line([(x + 0.085, y - 0.085), (x + 0.5, y - 0.5)], 0.03, mix(p.accent2, p.ink, 0.25))
        c.line([(x + 0.05, y - 0.05), (x + 0.1, y - 0.1)], 0.034, rgb("#d9b25a"))
        c.poly([(x, y), (x + 0.012, y - 0.06), (x + 0.06, y - 0.062), (x + 0.062, y - 0.012)], rgb("#5a3a28"))
        c.circle(x + 0.004, y - 0.004, 0.01, inks[min(n - 1, int(share)) % 7])

    return draw


@family(
    name="rain_window",
    topic="weather",
    tags=("rain", "window", "cosy", "city lights"),
    palettes=("night", "dusk", "overcast", "neon", "lamplight", "storm"),
    paces=("calm", "steady", "lively"),
    cameras=_CLOSE,
    subjects=(
        "Rain running down a window with blurred lights outside",
        "Raindrops on a window and a steaming cup on the sill",
    ),
    titles=(
        "Cancelled plans, best plans",
        Title("Rain on the window, city on the other side", palette="night"),
        Title("Study with me: rainy evening", palette="dusk", tags=("study",)),
        Title("It's pouring and the tea is ready", pace="lively"),
        Title("Neon puddle weather", palette="neon"),
        Title("Grey day, warm mug", palette="overcast", pace="calm"),
    ),
    events=("lightning strikes",),
)
def rain_window(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw soft discs of light behind glass, beads of water, sliding drops, a sill and a steaming cup."""
    p = spec.colours

    def outside(k: Canvas) -> None:
        k.gradient((darker(p.sky[0], 0.2), p.sky[1], mix(p.sky[2], p.mid, 0.4)), TOP, 1.4)
        for _ in range(7):
            x, w = float(rng.uniform(LEFT, 1)), float(rng.uniform(0.12, 0.26))
            k.rect(x, float(rng.uniform(0.35, 0.9)), w, 2.0, darker(p.near, 0.1), 0.5)
        k.blur(0.012)
        for _ in range(46):
            ink = (p.accent, p.accent2, p.light, mix(p.accent, p.light, 0.5))[int(rng.integers(4))]
            x, y, r = float(rng.uniform(LEFT, RIGHT)), float(rng.normal(0.95, 0.28)), float(rng.uniform(0.018, 0.06))
            k.circle(x, y, r, ink, alpha=float(rng.uniform(0.25, 0.65)) if p.dark else 0.3)
            k.ring(x, y, r, 0.004, lighter(ink, 0.3), alpha=0.25)

    def beads(k: Canvas) -> None:
        for _ in range(150):
            x, y, r = (
                float(rng.uniform(LEFT, RIGHT)),
                float(rng.uniform(TOP, 1.48)),
                0.004 + 0.013 * float(rng.random()) ** 3,
            )
            _bead(k, x, y, r, p.light, p.ink)

    def frame(k: Canvas) -> None:
        wood = mix(p.near, rgb("#5a3a2a"), 0.45)
        k.rect(0.485, TOP, 0.03, 1.7, wood)
        k.rect(LEFT, 0.5, RIGHT - LEFT, 0.026, wood)
        k.rect(LEFT, 1.46, RIGHT - LEFT, BOTTOM - 1.46, wood)
        k.rect(LEFT, 1.46, RIGHT - LEFT, 0.02, lighter(wood, 0.3))
        for side in (LEFT, 0.985):
            k.rect(side, TOP, 0.17, BOTTOM, wood)
        k.soft(0.72, 1.6, 0.16, 0.03, p.ink, 0.6)
        cup = mix(p.accent, (255, 250, 240), 0.25)
        k.arc(0.83, 1.5, 0.05, 0.05, -90, 90, 0.02, darker(cup, 0.15))
        k.round_rect(0.62, 1.41, 0.2, 0.19, 0.045, cup)
        k.round_rect(0.64, 1.42, 0.04, 0.16, 0.02, lighter(cup, 0.4))
        k.ellipse(0.72, 1.412, 0.1, 0.022, darker(cup, 0.3))
        k.ellipse(0.72, 1.416, 0.085, 0.016, rgb("#5a3420"))
        for dy, ink, w in (
            (0.0, p.accent2, 0.3),
            (-0.045, mix(p.accent, p.near, 0.4), 0.27),
            (-0.09, lighter(p.far, 0.2), 0.24),
        ):
            k.round_rect(0.3 - w / 2, 1.575 + dy, w, 0.042, 0.008, ink)
            k.rect(0.3 - w / 2 + 0.02, 1.585 + dy, w - 0.03, 0.005, lighter(ink, 0.4))

    back, drops, front = c.layer(outside), c.layer(beads, opaque=False), c.layer(frame, opaque=False)
    drop = c.sprite(lambda k: _bead(k, 0, 0, 0.016, p.light, p.ink), 0.05, 0.05)
    n = 26
    x0, start, pace = rng.uniform(0, 1, n), rng.random(n), rng.uniform(0.5, 1.3, n)
    size, bend = rng.uniform(0.008, 0.017, n), rng.random(n) * 6.28
    fine = Particles.make(rng, 70)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.2).stamp(back)
        for k in range(5):
            c.glow(
                0.15 + 0.18 * k + 0.03 * math.sin(t * 0.3 + k),
                1.05 + 0.1 * math.sin(k * 2.0),
                0.16,
                (p.accent, p.accent2)[k % 2],
                0.22 + 0.14 * wave(t, 3 + k, k / 5),
            )
        c.depth(0.6)
        xy = fine.at(t_s, fall=1.6 + spec.speed)
        c.lines(np.stack([xy, xy - np.array([0.004, 0.05])], axis=1), 0.003, lighter(p.sky[2], 0.3), alpha=0.3)
        c.depth(1.0).stamp(drops)
        run = np.mod(start + t * 0.16 * pace, 1.0)
        run += 0.05 * np.sin(run * 25 + bend)
        past = run[:, None] - 0.16 * np.linspace(0, 1, 6)
        trails = np.stack([x0[:, None] + 0.012 * np.sin(past * 9 + bend[:, None]), TOP + past * (1.56 - TOP)], axis=2)
        c.lines(trails, 0.011, lighter(p.sky[2], 0.25), alpha=0.25)
        for k in range(n):
            c.stamp(drop, *trails[k, 0], scale=size[k] / 0.016)
        c.stamp(front)
        for k in range(4):
            u = (k / 4 + t * 0.16) % 1.0
            c.soft(
                0.72 + 0.04 * math.sin(u * 6 + k * 1.7),
                1.38 - 0.34 * u,
                0.03 + 0.05 * u,
                0.06,
                (255, 255, 255),
                0.32 * math.sin(math.pi * u),
            )
        c.depth(1.2).glow(0.72, H - 0.2, 0.6, p.light, 0.14)

    return draw


def _bead(k: Canvas, x: float, y: float, r: float, light: Colour, dark: Colour) -> None:
    """Draw a drop of water: dark rim above, light below, one highlight."""
    k.ellipse(x, y, r, r * 1.15, dark, alpha=0.35)
    k.ellipse(x, y + r * 0.3, r * 0.75, r * 0.75, light, alpha=0.3)
    k.circle(x - r * 0.3, y - r * 0.4, r * 0.2, (255, 255, 255), alpha=0.75)
