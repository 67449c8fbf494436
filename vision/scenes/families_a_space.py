"""Draw space: a launch, planets, the Milky Way."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .motion import Particles, ease_in, ridge, under, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import person, pine, stars, twinkle
from .spec import Draw, SceneSpec, Title, family


@family(
    name="rocket_launch",
    topic="space",
    tags=("rocket", "launch", "space"),
    palettes=("night", "dusk", "dawn", "day", "sunset"),
    subjects=("A rocket lifting off in fire and smoke",),
    titles=(
        "3, 2, 1 and then your chest shakes",
        Title("Night launch lit up the whole coast", palette="night"),
        Title("Liftoff at dawn, seen from the beach", palette="dawn"),
        Title("Clear skies for launch day", palette="day"),
        "The bit everyone films",
        Title("Slow motion liftoff", pace="calm", tags=("slow motion",)),
    ),
    events=("the boosters flare",),
    cameras=("static", "zoom_in", "zoom_out", "sway", "tilt_up"),
)
def rocket_launch(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a white rocket climbing on a flame while smoke spreads along the ground."""
    p, ground = spec.colours, 1.4
    fire = (rgb("#ff7a1a"), rgb("#ffc23d"), rgb("#fff6d0"))

    def pad(k: Canvas) -> None:
        k.gradient(p.sky, TOP, 1.35)
        if p.dark:
            stars(k, rng, 120, p.light, bottom=1.2)
        k.poly(under(ridge(rng), 1.34, 0.03), mix(p.far, p.sky[2], 0.2))
        k.rect(LEFT, ground, RIGHT - LEFT, BOTTOM - ground, p.near)
        k.rect(0.2, ground - 0.02, 0.6, 0.06, p.ink)
        for y in np.arange(0.72, 1.38, 0.075):
            k.line([(0.68, y), (0.76, y + 0.075), (0.76, y), (0.68, y + 0.075)], 0.006, p.ink)
        k.lines([[(0.68, 0.7), (0.68, 1.4)], [(0.76, 0.7), (0.76, 1.4)], [(0.6, 0.95), (0.7, 0.95)]], 0.012, p.ink)
        k.line([(0.72, 0.7), (0.72, 0.6)], 0.006, p.ink)

    def body(k: Canvas) -> None:
        white, shade = (248, 247, 242), mix((190, 196, 210), p.sky[1], 0.25)
        for side in (-1, 1):
            k.poly([(side * 0.05, 0.14), (side * 0.105, 0.3), (side * 0.1, 0.34), (side * 0.045, 0.3)], p.accent)
        s = np.linspace(0, 1, 14)
        nose = np.stack([0.062 * np.sin(s * math.pi / 2), -0.38 + 0.2 * (1 - np.cos(s * math.pi / 2)) ** 0.8], axis=1)
        right = np.concatenate([nose, [(0.062, 0.28), (0.045, 0.32)]])
        k.poly(np.concatenate([right, (right * (-1, 1))[::-1]]), white)
        k.poly(np.concatenate([right[6:], [(0.018, 0.32), (0.022, -0.2)]]), shade)
        k.poly(np.concatenate([nose[:8], (nose[:8] * (-1, 1))[::-1]]), p.accent)
        k.circle(0, -0.1, 0.026, darker(p.sky[0], 0.3))
        k.ring(0, -0.1, 0.028, 0.008, shade)
        for y in (0.02, 0.22):
            k.rect(-0.062, y, 0.124, 0.014, mix(p.accent, p.ink, 0.2))
        k.poly([(-0.034, 0.31), (0.034, 0.31), (0.046, 0.36), (-0.046, 0.36)], p.ink)

    back, rocket = c.layer(pad), c.sprite(body, 0.3, 0.8)
    n = 34
    puff_x, puff_r, puff_t = rng.normal(0, 1, n), rng.uniform(0.06, 0.13, n), rng.random(n)
    smoke = mix((250, 244, 240), p.sky[1], 0.35 if p.dark else 0.12)

    def draw(t_s: float) -> None:
        t = t_s * (0.55 + 0.45 * spec.speed)
        rise = 0.75 * ease_in(t / 10.5) + 0.05 * t
        x, y = 0.5 + 0.003 * math.sin(t * 40), 1.02 - rise
        c.depth(0.4).stamp(back)
        c.depth(1.0)
        flare = 1 + 0.12 * math.sin(t * 31) + 0.08 * math.sin(t * 53)
        if (u := spec.moment(t_s, "the boosters flare")) is not None:
            flare += 1.3 * math.sin(math.pi * u)
        c.glow(x, y + 0.5, 0.75 * flare, fire[0], 0.75)
        c.poly([(x - 0.04, y + 0.4), (x + 0.04, y + 0.4), (x + 0.1, 1.5), (x - 0.1, 1.5)], smoke, 0.45)
        for ink, w, long in zip(fire, (0.085, 0.056, 0.03), (0.5, 0.37, 0.22), strict=True):
            s = np.linspace(0, 1, 12)
            half = w * np.sin((1 - s) * math.pi * 0.55 + 0.5) * (0.8 + 0.2 * np.sin(s * 9 - t * 26)) * (1 - s**3)
            side = np.stack([x + half, y + 0.35 + s * long * flare], axis=1)
            c.poly(np.concatenate([side, (side * (-1, 1) + (2 * x, 0))[::-1]]), ink)
        c.poly(
            [(0.2, ground + 0.035), (0.8, ground + 0.035), (RIGHT, 1.5), (RIGHT, BOTTOM), (LEFT, BOTTOM), (LEFT, 1.5)],
            p.near,
        )
        c.soft(0.5, ground + 0.08, 0.5, 0.09, fire[1], max(0.0, 0.5 - rise))
        c.stamp(rocket, x, y)
        grow = min(1.0, 0.25 + t * 0.22)
        for k in np.argsort(-puff_r).tolist():
            age = (puff_t[k] + t * 0.16) % 1.0
            px = 0.5 + puff_x[k] * grow * (0.16 + 0.22 * age)
            r = puff_r[k] * (0.55 + 0.8 * age) * (0.5 + 0.6 * grow)
            lit = mix(smoke, fire[1], max(0.0, 0.6 - abs(px - 0.5) * 2 - rise * 0.4))
            c.circle(px, ground - 0.01 - 0.1 * age, r, mix(lit, p.near, 0.2 * (k % 3) / 2))

    return draw


@family(
    name="planets_orbit",
    topic="space",
    tags=("planets", "solar system", "astronomy"),
    palettes=("indigo", "ink", "night", "violet"),
    counts=(2, 7),
    subjects=("{n} planets orbiting a glowing star",),
    titles=(
        "Everything you know is on one of these dots",
        Title("Solar system, but make it a mobile", count=7),
        Title("Two worlds, one sun", count=2),
        Title("A year in ten seconds", pace="lively", tags=("time lapse",)),
        Title("Orbits to zone out to", pace="calm"),
        "Kepler would have loved this",
    ),
    events=("a comet streaks by",),
)
def planets_orbit(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw planets with lit sides on tilted rings around a star."""
    p, n = spec.colours, spec.count
    star_ink = mix(p.light, rgb("#ffb02e"), 0.5)
    kinds = [rgb(h) for h in ("#e8835a", "#f2c777", "#4fa3e0", "#c9573f", "#dcb48a", "#8fd3d1", "#6f7be8", "#e58fb8")]
    order = rng.permutation(8)[:n]

    def space(k: Canvas) -> None:
        k.radial(0.5, 0.88, 1.1, mix(p.sky[1], star_ink, 0.14), darker(p.sky[0], 0.45))
        stars(k, rng, 240, (255, 255, 255), bottom=BOTTOM)

    back = c.layer(space)
    radii = 0.2 + 0.36 * (np.arange(n) + 0.4) / n + 0.02
    size = rng.uniform(0.024, 0.05, n) * (1.25 if n < 4 else 1.0)
    phase, tilt = rng.random(n) * 6.28, -0.26
    blink = Particles.make(rng, 14)

    def spot(k: int, a: float) -> tuple[float, float]:
        x, y = radii[k] * 1.02 * math.cos(a), radii[k] * 0.62 * math.sin(a)
        return 0.5 + x * math.cos(tilt) - y * math.sin(tilt), 0.88 + x * math.sin(tilt) + y * math.cos(tilt)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.1).stamp(back)
        twinkle(c, blink, t_s, (255, 255, 255), bottom=1.7)
        c.depth(1.0)
        for k in range(n):
            ring = [spot(k, a) for a in np.linspace(0, 2 * math.pi, 60)]
            c.line(ring, 0.003, lighter(p.sky[1], 0.4), alpha=0.45)
        angles = [phase[k] + t * 0.28 / radii[k] ** 1.5 * 0.5 for k in range(n)]
        for k in sorted(range(n), key=lambda j: math.sin(angles[j])):
            if math.sin(angles[k]) < 0:
                _planet(c, *spot(k, angles[k]), size[k] * 0.85, kinds[order[k]], p, ringed=order[k] == 4)
        beat = 1 + 0.04 * math.sin(t * 2)
        c.glow(0.5, 0.88, 0.42 * beat, star_ink, 0.75)
        c.circle(0.5, 0.88, 0.1, mix(star_ink, (255, 255, 255), 0.25))
        c.glow(0.47, 0.85, 0.14, (255, 255, 240), 0.8)
        for k in sorted(range(n), key=lambda j: math.sin(angles[j])):
            if math.sin(angles[k]) >= 0:
                _planet(c, *spot(k, angles[k]), size[k] * 1.15, kinds[order[k]], p, ringed=order[k] == 4)
        if (u := spec.moment(t_s, "a comet streaks by")) is not None:
            x, y = 1.1 - 1.25 * u, 0.45 + 0.5 * u
            for j in range(6):
                c.line(
                    [(x, y), (x + 0.06 * (j + 1), y - 0.024 * (j + 1))], 0.02 - 0.0025 * j, (200, 240, 255), alpha=0.35
                )
            c.glow(x, y, 0.1, (220, 250, 255), 1.0)
            c.circle(x, y, 0.014, (255, 255, 255))

    return draw


def _planet(c: Canvas, x: float, y: float, r: float, ink: Colour, p: Palette, *, ringed: bool) -> None:
    """Draw a planet lit from the star at the centre."""
    away = math.atan2(y - 0.88, x - 0.5)
    c.circle(x, y, r, darker(ink, 0.55))
    c.circle(x - 0.22 * r * math.cos(away), y - 0.22 * r * math.sin(away), 0.8 * r, ink)
    c.circle(x - 0.42 * r * math.cos(away), y - 0.42 * r * math.sin(away), 0.42 * r, lighter(ink, 0.28))
    if ringed:
        a = np.radians(np.linspace(-25, 205, 24))
        c.line(np.stack([x + 1.9 * r * np.cos(a), y + 0.55 * r * np.sin(a)], axis=1), r * 0.22, lighter(ink, 0.35))


@family(
    name="milky_way",
    topic="space",
    tags=("milky way", "stars", "night sky", "camping"),
    palettes=("night", "indigo", "violet", "moonlit"),
    subjects=("The Milky Way turning above a glowing tent", "Stars wheeling over a small tent in the hills"),
    titles=(
        Title("No moon, no city, all of this", palette="night"),
        "Slept outside. Didn't sleep",
        Title("Time lapse: one whole night", pace="lively", tags=("time lapse",)),
        Title("Make a wish, quickly", event="a shooting star crosses"),
        "Camping tip: look up",
        Title("The galaxy does a slow spin", pace="calm"),
    ),
    events=("a shooting star crosses",),
)
def milky_way(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a turning field of stars with a bright band, and a lit tent below."""
    p = spec.colours

    def sky(k: Canvas) -> None:
        k.gradient((darker(p.sky[0], 0.35), darker(p.sky[1], 0.2), mix(p.sky[2], p.sky[1], 0.3)), TOP, 1.3)

    def field(q: Canvas) -> None:
        along = rng.uniform(-1.5, 1.5, 110)
        for s, w in zip(along.tolist(), rng.normal(0, 0.07, 110).tolist(), strict=True):
            tone = mix((150, 170, 255), (255, 190, 220), float(rng.random()))
            q.soft(s * 0.5 + w, s * 0.86 - w * 0.6, 0.2, 0.2, tone, 0.055)
        for _ in range(14):
            s = float(rng.uniform(-1, 1))
            q.soft(s * 0.5, s * 0.86, 0.08, 0.12, p.sky[0], 0.3)
        n = 700
        s, w = rng.uniform(-1.6, 1.6, n), rng.normal(0, 1, n) * np.where(rng.random(n) < 0.5, 0.09, 0.6)
        at, bright = np.stack([s * 0.5 + w * 0.86, s * 0.86 - w * 0.5], axis=1), rng.random(n) ** 5
        for k, ink in enumerate(((255, 255, 255), (200, 225, 255), (255, 226, 210))):
            few = np.arange(n) % 3 == k
            alpha = 0.45 + 0.5 * bright[few]
            q.specks(at[few], 0.0016 + 0.0042 * bright[few], ink, alpha)

    def land(k: Canvas) -> None:
        k.poly(under(ridge(rng, waves=7), 1.24, 0.08), p.near)
        for x in (*np.linspace(LEFT, 0.16, 5), *np.linspace(0.84, RIGHT, 5)):
            pine(k, float(x), 1.46, float(rng.uniform(0.22, 0.42)), darker(p.ink, 0.1))
        k.poly(under(ridge(rng, rough=0.3), 1.42, 0.02), p.ink)
        k.glow(0.5, 1.36, 0.34, rgb("#ffb347"), 0.75)
        k.poly([(0.32, 1.43), (0.5, 1.19), (0.68, 1.43)], rgb("#ffb347"))
        k.poly([(0.5, 1.19), (0.68, 1.43), (0.58, 1.43)], rgb("#d9822b"))
        k.poly([(0.47, 1.43), (0.5, 1.24), (0.53, 1.43)], rgb("#7a3f1a"))
        person(k, 0.79, 1.45, 0.16, p.ink, arm=0.0)

    back, heaven, front = c.layer(sky), c.sprite(field, 3.0, 3.0, detail=1.0), c.layer(land, opaque=False)
    start = float(rng.uniform(-20, 20))
    blink = Particles.make(rng, 18)

    def draw(t_s: float) -> None:
        c.depth(0.0).stamp(back)
        c.depth(0.15).stamp(heaven, 0.5, 0.55, angle_deg=start + t_s * spec.speed * 2.6)
        twinkle(c, blink, t_s * spec.speed, (255, 255, 255), bottom=1.1)
        c.depth(0.8).stamp(front)
        c.glow(0.5, 1.34, 0.26, rgb("#ffb347"), 0.35 + 0.1 * wave(t_s, 1.1) + 0.06 * wave(t_s, 0.43))

    return draw
