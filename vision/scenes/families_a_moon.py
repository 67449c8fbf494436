"""Draw the moon rising, and an astronaut above the Earth."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .motion import Particles, ridge, under, wave
from .palette import Colour, Palette, darker, mix, rgb
from .props import person, soft_cloud, stars, twinkle
from .spec import Draw, SceneSpec, Title, family


@family(
    name="moonrise",
    topic="space",
    tags=("moon", "full moon", "night"),
    palettes=("dusk", "night", "moonlit", "violet", "rose"),
    subjects=("A huge full moon rising behind the hills",),
    titles=(
        "Moon came up like it owned the place",
        Title("Biggest one this year", palette="night", tags=("supermoon",)),
        Title("Moonrise, start to finish", pace="lively", tags=("time lapse",)),
        Title("Waiting on the hill with the dog", tags=("dog",)),
        Title("Pink sky, pale moon", palette="rose"),
        Title("Sit. Breathe. Moon", pace="calm"),
    ),
    events=("a bird flies past", "a shooting star crosses"),
)
def moonrise(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw an oversized moon climbing out of haze behind two watchers on a ridge."""
    p = spec.colours
    pale = mix(p.light, (255, 246, 220), 0.5)

    def sky(k: Canvas) -> None:
        k.gradient(p.sky, TOP, 1.3)
        stars(k, rng, 110, (255, 255, 255), bottom=0.8)

    disc = c.sprite(lambda k: _full_moon(k, rng, 0.25, pale, p.sky[1]), 0.56, 0.56)
    bars = c.sprite(lambda k: soft_cloud(k, rng, 0, 0, 0.6, mix(p.sky[2], p.sky[1], 0.4), 0.4), 1.4, 0.4)

    def hills(k: Canvas) -> None:
        k.poly(under(ridge(rng, waves=7), 1.1, 0.07), mix(p.far, p.sky[2], 0.25))
        k.poly(under(ridge(rng), 1.22, 0.06), p.mid)
        k.poly(
            [
                (LEFT, 1.4),
                (0.1, 1.36),
                (0.4, 1.3),
                (0.62, 1.31),
                (0.85, 1.4),
                (RIGHT, 1.46),
                (RIGHT, BOTTOM),
                (LEFT, BOTTOM),
            ],
            p.ink,
        )
        person(k, 0.5, 1.315, 0.17, p.ink)
        for leg in (-0.024, -0.016, 0.018, 0.026):
            k.line([(0.615 + leg, 1.27), (0.615 + leg, 1.32)], 0.008, p.ink)
        k.ellipse(0.615, 1.262, 0.036, 0.016, p.ink)
        k.circle(0.581, 1.243, 0.014, p.ink)
        k.line([(0.648, 1.256), (0.672, 1.23)], 0.008, p.ink)
        for x in np.linspace(LEFT, RIGHT, 60):
            k.line([(x, 1.5), (x + rng.normal(0, 0.01), 1.4 + rng.uniform(-0.02, 0.04))], 0.005, p.ink)

    back, front = c.layer(sky), c.layer(hills, opaque=False)
    x0 = float(rng.uniform(0.42, 0.6))

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        y = 1.02 - 0.045 * t
        c.depth(0.05).stamp(back)
        c.depth(0.2)
        c.glow(x0, y, 0.75, pale, 0.55)
        c.stamp(disc, x0 + 0.006 * t, y)
        c.stamp(bars, 0.35 + 0.025 * t, 0.78, alpha=0.8)
        c.stamp(bars, 0.75 - 0.018 * t, 0.98, scale=(0.9, 0.7))
        c.depth(1.0).stamp(front)

    return draw


def _full_moon(k: Canvas, rng: np.random.Generator, r: float, pale: Colour, sky: Colour) -> None:
    """Draw the disc with its seas and a few craters."""
    k.circle(0, 0, r, pale)
    for x, y, s in (
        (-0.32, -0.28, 0.3),
        (-0.08, -0.42, 0.2),
        (0.28, -0.12, 0.24),
        (-0.4, 0.15, 0.22),
        (0.12, 0.3, 0.17),
        (0.42, -0.4, 0.13),
    ):
        k.soft(x * r, y * r, s * r * 1.35, s * r * 1.15, mix(pale, sky, 0.38), 0.9)
    for _ in range(16):
        a, d = float(rng.random()) * 6.28, float(rng.random()) ** 0.5 * 0.85 * r
        k.circle(d * math.cos(a), d * math.sin(a), r * float(rng.uniform(0.015, 0.05)), mix(pale, sky, 0.16))


@family(
    name="astronaut",
    topic="space",
    tags=("astronaut", "spacewalk", "earth"),
    palettes=("ink", "night", "indigo", "violet"),
    paces=("calm", "calm", "steady", "lively"),
    subjects=("An astronaut drifting above the Earth",),
    titles=(
        "Office view today",
        "Lost a glove, gained perspective",
        Title("Weightless and a bit lonely", pace="calm"),
        "Sixteen sunrises a day up here",
        Title("Spin class", pace="lively", tags=("funny",)),
        "Home looks so small",
    ),
    events=("a satellite glides by",),
)
def astronaut(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a turning white suit on a tether before a blue planet's limb."""
    p = spec.colours

    def space(k: Canvas) -> None:
        k.gradient((darker(p.sky[0], 0.5), darker(p.sky[1], 0.35), darker(p.sky[1], 0.1)), TOP, 1.5)
        stars(k, rng, 200, (255, 255, 255), bottom=1.6)

    def earth(k: Canvas) -> None:
        for r, a in ((1.49, 0.14), (1.46, 0.22), (1.43, 0.4)):
            k.circle(0, 0, r, (120, 190, 255), alpha=a)
        k.circle(0, 0, 1.4, rgb("#1f6fc4"))
        for _ in range(26):
            a, d = float(rng.random()) * 6.28, float(rng.uniform(0.85, 1.3))
            land = mix(rgb("#4fa05a"), rgb("#c9b26a"), float(rng.random()))
            for _ in range(5):
                k.circle(
                    d * math.cos(a) + float(rng.normal(0, 0.06)),
                    d * math.sin(a) + float(rng.normal(0, 0.05)),
                    float(rng.uniform(0.03, 0.08)),
                    land,
                )
        for _ in range(70):
            a, d = float(rng.random()) * 6.28, float(rng.uniform(0.8, 1.36))
            k.ellipse(
                d * math.cos(a),
                d * math.sin(a),
                float(rng.uniform(0.05, 0.16)),
                0.018,
                (255, 255, 255),
                angle_deg=math.degrees(a) + 90,
                alpha=0.75,
            )

    back, planet, suit = (
        c.layer(space),
        c.sprite(earth, 3.05, 3.05, detail=1.0),
        c.sprite(lambda k: _suit(k, p), 0.6, 0.7),
    )
    blink, lean = Particles.make(rng, 12), float(rng.uniform(-25, 25))

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.05).stamp(back)
        twinkle(c, blink, t_s, (255, 255, 255), bottom=1.1)
        c.depth(0.3).stamp(planet, 0.42, 2.35, angle_deg=t * 2.2)
        c.glow(0.42, 1.0, 0.5, (110, 180, 255), 0.25)
        if (u := spec.moment(t_s, "a satellite glides by")) is not None:
            x, y = -0.15 + 1.3 * u, 0.62 + 0.1 * u
            for side in (-1, 1):
                c.rect(x + side * 0.07 - 0.045, y - 0.022, 0.09, 0.044, rgb("#3f66c9"))
            c.rect(x - 0.025, y - 0.03, 0.05, 0.06, (230, 225, 210))
        c.depth(1.0)
        x, y = 0.52 + 0.09 * wave(t, 11), 0.83 + 0.07 * wave(t, 7, 0.2)
        s = np.linspace(0, 1, 16)
        rope = np.stack(
            [x + (1.15 - x) * s, y + (0.42 - y) * s + 0.1 * np.sin(s * 7 + t * 0.7) * s * (1 - s) * 3], axis=1
        )
        c.line(rope, 0.009, (225, 225, 232))
        c.stamp(suit, x, y, angle_deg=lean + 24 * wave(t, 9, 0.1) + t * 5)

    return draw


def _suit(k: Canvas, p: Palette) -> None:
    """Draw the space suit with a mirrored visor."""
    white, shade, gold = (246, 246, 248), (186, 192, 208), rgb("#f2b441")
    k.round_rect(-0.12, -0.1, 0.24, 0.26, 0.05, shade)
    limbs = (
        ((-0.08, -0.02), (-0.19, 0.05), (-0.23, -0.06)),
        ((0.08, -0.02), (0.2, 0.02), (0.25, 0.1)),
        ((-0.05, 0.12), (-0.09, 0.22), (-0.06, 0.31)),
        ((0.05, 0.12), (0.1, 0.2), (0.15, 0.29)),
    )
    for limb in limbs:
        k.line(limb, 0.078, shade)
        k.line(np.array(limb) - (0.006, 0.006), 0.06, white)
        k.circle(*limb[-1], 0.036, p.accent)
    k.round_rect(-0.095, -0.09, 0.19, 0.24, 0.06, white)
    k.round_rect(-0.05, -0.02, 0.1, 0.065, 0.015, shade)
    for x, ink in ((-0.028, (230, 80, 70)), (0.0, (90, 190, 120)), (0.028, (80, 130, 230))):
        k.circle(x, 0.012, 0.009, ink)
    k.circle(0, -0.16, 0.108, white)
    k.ellipse(0.012, -0.155, 0.08, 0.068, rgb("#27314f"))
    k.ellipse(0.02, -0.165, 0.066, 0.05, gold)
    k.ellipse(0.0, -0.185, 0.024, 0.014, (255, 244, 205), angle_deg=-25)
