"""Draw what lives under water: jellyfish and a coral reef."""

from __future__ import annotations

import math

import numpy as np

from .canvas import TOP, Canvas
from .motion import Particles, ridge, under
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family


@family(
    name="jellyfish",
    topic="sea",
    tags=("jellyfish", "ocean", "underwater"),
    palettes=("deep", "violet", "indigo"),
    counts=(1, 6),
    subjects=("{n} jellyfish drifting in deep water",),
    titles=(
        "Jellyfish don't hurry",
        Title("Violet hour in the tank", palette="violet"),
        Title("One jelly, no thoughts", count=1, pace="calm"),
        "They have no brain and still look this good",
        Title("Six little lanterns in the deep", count=6),
        "POV: you forgot to leave the aquarium",
    ),
    events=("a small fish darts past",),
)
def jellyfish(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw pulsing bells with trailing arms in dark water."""
    p = spec.colours

    def water(k: Canvas) -> None:
        k.gradient((lighter(p.sky[0], 0.1), p.sky[1], darker(p.sky[2], 0.45)))
        for x in (0.1, 0.42, 0.75):
            k.poly([(x, TOP), (x + 0.16, TOP), (x - 0.1, 1.5), (x - 0.4, 1.5)], lighter(p.sky[0], 0.3), 0.1)
        k.blur(0.03)

    back = c.layer(water)
    motes = Particles.make(rng, 40)
    spots = np.stack(
        [
            (np.arange(spec.count) + 0.5 + rng.uniform(-0.22, 0.22, spec.count)) / spec.count,
            rng.permutation(np.linspace(0.55, 1.15, spec.count)) if spec.count > 1 else np.array([0.8]),
        ],
        axis=1,
    )
    size = rng.uniform(0.09, 0.13, spec.count) * (1.7 if spec.count == 1 else 1.25 if spec.count < 4 else 1.0)
    phase = rng.random(spec.count)
    inks = [mix(p.accent, p.accent2, float(v)) for v in rng.random(spec.count)]

    def draw(t_s: float) -> None:
        c.depth(0.1).stamp(back)
        c.depth(0.5).dots(
            motes.at(t_s * spec.speed, fall=-0.03, sway=0.02), 0.0012 + 0.003 * motes.z, mix(p.sky[0], p.light, 0.5)
        )
        c.depth(1.0)
        for k in np.argsort(size).tolist():
            _jelly(c, spots[k, 0], spots[k, 1], size[k], t_s * spec.speed + phase[k] * 3, inks[k], p.light)
        if (u := spec.moment(t_s, "a small fish darts past")) is not None:
            x, y = -0.15 + 1.3 * u, 0.95 - 0.1 * math.sin(3 * u)
            c.ellipse(x, y, 0.06, 0.026, p.accent2)
            c.poly([(x - 0.045, y), (x - 0.1, y - 0.032), (x - 0.1, y + 0.032)], p.accent2)
            c.circle(x + 0.036, y - 0.006, 0.006, p.ink)

    return draw


def _jelly(c: Canvas, x: float, y: float, r: float, t_s: float, ink: Colour, light: Colour) -> None:
    """Draw one: the bell squeezes, the body lifts a moment later, the arms follow."""
    beat = 0.5 + 0.5 * math.sin(t_s * 2.6)
    x, y = x + 0.03 * math.sin(t_s * 0.5), y - 0.05 * math.sin(t_s * 2.6 - 1.1) + 0.05 * math.sin(t_s * 0.4)
    w, h = r * (1.08 - 0.26 * beat), r * (0.8 + 0.24 * beat)
    c.glow(x, y, r * 2.6, ink, 0.5)
    s = np.linspace(0, 1, 14)
    arms = []
    for k in range(7):
        root = (k - 3) / 3.4
        sway = 0.16 * r * np.sin(t_s * 2.6 - 5 * s + k * 0.7) * (0.3 + s * 1.6)
        arms.append(
            np.stack([x + root * w * (1 - 0.25 * s) + sway, y + r * (2.2 + 0.5 * math.cos(k * 2.1)) * s], axis=1)
        )
    c.lines(arms, 0.05 * r, lighter(ink, 0.15), alpha=0.55)
    c.lines(arms[2:5], 0.11 * r, lighter(ink, 0.35), alpha=0.35)
    a = np.linspace(math.pi, 2 * math.pi, 22)
    dome = np.stack([x + w * np.cos(a), y + h * np.sin(a)], axis=1)
    hem = np.linspace(1, -1, 15)
    skirt = np.stack([x + w * hem, y + 0.1 * r * np.sin(hem * 12 + t_s * 2) + 0.12 * r * (1 - hem**2)], axis=1)
    c.poly(np.concatenate([dome, skirt]), ink, 0.62)
    inner = np.stack([x + 0.7 * w * np.cos(a), y - 0.02 * r + 0.68 * h * np.sin(a)], axis=1)
    c.poly(inner, lighter(ink, 0.4), 0.45)
    c.line(dome, 0.035 * r, mix(ink, light, 0.65), alpha=0.85)


@family(
    name="coral_reef",
    topic="sea",
    tags=("coral reef", "fish", "ocean", "underwater"),
    palettes=("lagoon", "deep", "tropical"),
    counts=(3, 9),
    subjects=("{n} fish swimming over a coral reef",),
    titles=(
        "Rush hour on the reef",
        Title("Snorkelling in water like glass", palette="lagoon"),
        Title("Nine fish, zero meetings", count=9, tags=("funny",)),
        Title("Just floating over the reef", pace="calm"),
        "The reef is louder than you think",
        "I found where the colours live",
    ),
    events=("a turtle shadow passes",),
)
def coral_reef(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw striped fish above branching coral, with light falling through the water."""
    p = spec.colours
    inks = [rgb(h) for h in ("#ff6b6b", "#ffd93d", "#ff9f5a", "#f7f3ff", "#b57bff", "#ff85b3")]
    rng.shuffle(inks)

    def water(k: Canvas) -> None:
        top, bottom = (p.sky[0], p.sky[2]) if p.name != "tropical" else (lighter(p.sky[1], 0.3), p.sky[0])
        k.gradient((lighter(top, 0.25), top, mix(top, bottom, 0.5), bottom, darker(bottom, 0.3)))
        k.poly(under(ridge(rng, first=0.7), 1.22, 0.08), mix(bottom, p.near, 0.35))
        k.blur(0.01)

    def garden(k: Canvas) -> None:
        k.poly(under(ridge(rng, first=1.1), 1.42, 0.06), darker(mix(p.near, p.accent, 0.1), 0.25))
        for x in np.linspace(-0.1, 1.1, 11):
            _coral(
                k,
                rng,
                float(x + rng.normal(0, 0.03)),
                1.46 + float(rng.uniform(0, 0.12)),
                inks[int(rng.integers(6))],
                p.ink,
            )

    back, coral = c.layer(water), c.layer(garden, opaque=False)
    lanes = rng.permutation(np.linspace(0.5, 1.22, spec.count))
    start, size, way = rng.random(spec.count), rng.uniform(0.07, 0.12, spec.count), rng.choice([-1, 1], spec.count)
    bubbles = Particles.make(rng, 26)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.1).stamp(back)
        for k in range(4):
            x = 0.05 + 0.3 * k + 0.05 * math.sin(t * 0.6 + k)
            c.poly(
                [(x, TOP), (x + 0.13, TOP), (x - 0.05, 1.4), (x - 0.28, 1.4)],
                p.light,
                0.09 + 0.03 * math.sin(t + k * 2),
            )
        c.depth(0.8).stamp(coral)
        if (u := spec.moment(t_s, "a turtle shadow passes")) is not None:
            _turtle(c, 1.3 - 1.6 * u, 0.75, u, mix(p.ink, p.near, 0.4))
        c.depth(1.0)
        for k in range(spec.count):
            x = ((start[k] + t * (0.09 + 0.5 * size[k]) / 1.5) % 1.0) * 1.5 - 0.25
            x = x if way[k] > 0 else 1 - x
            _fish(c, x, lanes[k] + 0.02 * math.sin(t * 2 + k), size[k], way[k], t * 9 + k, inks[k % 6], p)
        c.depth(1.2).dots(bubbles.at(t, fall=-0.22, sway=0.015), 0.003 + 0.006 * bubbles.z, lighter(p.sky[0], 0.55))

    return draw


def _fish(c: Canvas, x: float, y: float, s: float, way: int, beat: float, ink: Colour, p: Palette) -> None:
    """Draw one fish of length about 2 s heading right (way 1) or left."""
    flick = 0.28 * math.sin(beat)
    tail = [(-0.75, 0), (-1.35, -0.42 + flick), (-1.15, flick * 0.6), (-1.35, 0.42 + flick)]
    fin = [(-0.35, -0.42), (0.1, -0.78), (0.35, -0.42)]
    belly = [(-0.1, 0.4), (-0.25, 0.74), (0.2, 0.44)]
    for part, shade in ((tail, darker(ink, 0.18)), (fin, darker(ink, 0.12)), (belly, darker(ink, 0.18))):
        c.poly([(x + way * px * s, y + py * s) for px, py in part], shade)
    c.ellipse(x, y, s * 0.92, s * 0.54, ink)
    for at, tall in ((0.3, 0.46), (-0.2, 0.5)):
        stripe = [
            (at - 0.09, -tall),
            (at + 0.09, -tall),
            (at + 0.13, 0),
            (at + 0.07, tall),
            (at - 0.09, tall),
            (at - 0.03, 0),
        ]
        c.poly([(x + way * px * s, y + py * s) for px, py in stripe], lighter(ink, 0.75))
    c.circle(x + way * 0.58 * s, y - 0.1 * s, 0.11 * s, (255, 255, 255))
    c.circle(x + way * 0.6 * s, y - 0.1 * s, 0.06 * s, p.ink)


def _coral(k: Canvas, rng: np.random.Generator, x: float, y: float, ink: Colour, dark: Colour) -> None:
    """Grow a fan, a bunch of tubes or a brain coral from (x, y)."""
    kind, h = int(rng.integers(3)), float(rng.uniform(0.16, 0.3))
    ink = mix(ink, dark, 0.12)
    if kind == 0:
        stack = [(x, y, -math.pi / 2, h * 0.42, 0.026)]
        while stack:
            bx, by, a, reach, thick = stack.pop()
            ex, ey = bx + reach * math.cos(a), by + reach * math.sin(a)
            k.line([(bx, by), (ex, ey)], thick, ink)
            if thick > 0.009:
                stack += [
                    (ex, ey, a + float(rng.uniform(0.25, 0.6)) * side, reach * 0.76, thick * 0.72) for side in (-1, 1)
                ]
    elif kind == 1:
        for dx in np.linspace(-0.07, 0.07, 5):
            tall = h * float(rng.uniform(0.6, 1.1))
            k.line([(x + dx, y), (x + dx * 1.6, y - tall)], 0.034, ink)
            k.ellipse(x + dx * 1.6, y - tall, 0.017, 0.008, darker(ink, 0.5))
    else:
        k.circle(x, y, h * 0.5, ink)
        for r in (0.12, 0.24, 0.36):
            k.arc(x, y, h * r, h * r, 190, 350, 0.009, darker(ink, 0.25))


def _turtle(c: Canvas, x: float, y: float, u: float, ink: Colour) -> None:
    """Draw a sea turtle's silhouette."""
    c.depth(0.9)
    paddle = 18 * math.sin(u * 12)
    for dx, dy, turn in ((-0.1, -0.12, 40 + paddle), (-0.1, 0.12, -40 - paddle), (0.14, -0.09, -35), (0.14, 0.09, 35)):
        c.ellipse(x + dx, y + dy, 0.1, 0.034, ink, angle_deg=turn)
    c.ellipse(x, y, 0.17, 0.125, ink)
    c.ellipse(x - 0.2, y, 0.055, 0.042, ink)
