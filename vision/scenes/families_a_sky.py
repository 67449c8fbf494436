"""Draw what the sky does: a rainbow after rain, northern lights."""

from __future__ import annotations

import math

import numpy as np

from .canvas import LEFT, RIGHT, TOP, Canvas, H
from .motion import Particles, ridge, under
from .palette import Colour, darker, mix, rgb
from .props import cloud, pine, rain, round_tree, stars
from .spec import Draw, SceneSpec, Title, family


@family(
    name="rainbow",
    topic="weather",
    tags=("rainbow", "rain", "countryside"),
    palettes=("day", "spring", "morning", "overcast", "golden"),
    subjects=("A rainbow over green hills after rain",),
    titles=(
        "Okay, fine, the rain was worth it",
        Title("Rainbow over the sheep field", palette="spring"),
        Title("Pulled over for this one", palette="golden"),
        "Full arc, both ends, no filter",
        Title("Grey all day and then this", palette="overcast"),
        Title("Soft rain, slow clouds, big rainbow", pace="calm"),
    ),
    events=("a bird flies past", "a red balloon rises past"),
)
def rainbow(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a broad arc that brightens and fades, passing clouds, thin rain and sheep."""
    p = spec.colours
    green = mix(p.mid, rgb("#6cc24a"), 0.5)

    def sky(k: Canvas) -> None:
        k.gradient((mix(p.sky[0], (110, 125, 150), 0.35), p.sky[1], p.sky[2]), TOP, 1.1)

    def arc(k: Canvas) -> None:
        for j, ink in enumerate(("#ff4d4d", "#ff9a3d", "#ffe34d", "#4fd36b", "#42b6f5", "#5a6cf0", "#a55ae8")):
            k.arc(0.5, 1.22, 0.78 - 0.042 * j, 0.78 - 0.042 * j, 180, 360, 0.047, rgb(ink))
        k.blur(0.006)

    def hills(k: Canvas) -> None:
        k.poly(under(ridge(rng), 1.05, 0.06), mix(p.far, green, 0.3))
        for x in np.linspace(LEFT, RIGHT, 9):
            round_tree(
                k, float(x + rng.normal(0, 0.03)), 1.15, float(rng.uniform(0.1, 0.16)), mix(p.near, green, 0.35), p.ink
            )
        k.poly(under(ridge(rng, rough=0.3), 1.16, 0.04), green)
        k.poly(under(ridge(rng, rough=0.3), 1.36, 0.05), mix(green, p.near, 0.3))
        for _ in range(9):
            _sheep(k, float(rng.uniform(0.02, 0.98)), float(rng.uniform(1.24, 1.34)), 0.032, p.ink)
        k.poly(under(ridge(rng, rough=0.3), 1.56, 0.05), mix(green, p.near, 0.55))
        for _ in range(80):
            x, y = float(rng.uniform(LEFT, RIGHT)), float(rng.uniform(1.58, 1.85))
            k.circle(x, y, 0.008, (p.accent, p.accent2, (255, 255, 255))[int(rng.integers(3))])

    back, bow, front = c.layer(sky), c.layer(arc, opaque=False), c.layer(hills, opaque=False)
    puff = c.sprite(lambda k: cloud(k, 0, 0, 0.5, (255, 255, 255), mix(p.sky[0], (225, 228, 235), 0.7)), 0.6, 0.4)
    place, drops = rng.random(6), Particles.make(rng, 80)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.05).stamp(back)
        c.depth(0.2).stamp(bow, alpha=0.72 + 0.16 * math.sin(t * 0.8))
        for k in range(6):
            x = LEFT - 0.3 + ((place[k] + t * (0.02 + 0.006 * k)) % 1.0) * (RIGHT - LEFT + 0.6)
            c.depth(0.2 + 0.05 * k).stamp(puff, x, 0.2 + 0.15 * k, scale=0.6 + 0.13 * (k * 2 % 5), alpha=0.93)
        c.depth(0.8).stamp(front)
        c.depth(1.0)
        rain(c, drops, t_s * (0.6 + 0.4 * spec.speed), (255, 255, 255), speed=1.5, slant=0.06, alpha=0.4)

    return draw


def _sheep(k: Canvas, x: float, y: float, s: float, ink: Colour) -> None:
    """Draw a grazing sheep."""
    for dx in (-0.5, 0.45):
        k.line([(x + dx * s, y), (x + dx * s, y + s)], s * 0.2, ink)
    for dx, dy in ((-0.5, 0), (0, -0.2), (0.5, 0), (0, 0.2)):
        k.circle(x + dx * s, y + dy * s, s * 0.6, (250, 248, 240))
    k.ellipse(x + s * 1.05, y + 0.1 * s, s * 0.35, s * 0.26, ink, angle_deg=30)


@family(
    name="aurora",
    topic="weather",
    tags=("aurora", "northern lights", "night sky", "stars"),
    palettes=("night", "moonlit", "violet", "indigo"),
    subjects=("Northern lights dancing above snowy mountains", "Green aurora curtains over a frozen landscape"),
    titles=(
        "The sky started moving around 2 am",
        Title("Minus nineteen and nobody wanted to go in", palette="night"),
        Title("Northern lights, real time", pace="steady"),
        Title("Purple ones are rare, apparently", palette="violet"),
        "My phone can't do it justice but here",
        Title("Aurora to end your day with", pace="calm"),
    ),
    events=("a shooting star crosses",),
)
def aurora(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw glowing curtains, computed on a coarse grid and screened onto a starry sky."""
    p = spec.colours
    low, high = (rgb("#3dffa0"), rgb("#7a4dff")) if p.name in ("night", "moonlit") else (rgb("#5ff0d8"), rgb("#ff5ad0"))

    def sky(k: Canvas) -> None:
        k.gradient((darker(p.sky[0], 0.3), p.sky[0], mix(p.sky[1], p.sky[2], 0.3)), TOP, 1.15)
        stars(k, rng, 150, (255, 255, 255), bottom=1.0)

    def land(k: Canvas) -> None:
        k.poly(under(ridge(rng, waves=8, rough=0.55), 1.1, 0.15), mix(p.far, (220, 240, 255), 0.15))
        k.poly(under(ridge(rng, waves=8, rough=0.5), 1.24, 0.08), p.near)
        for x in np.linspace(LEFT, RIGHT, 22):
            pine(k, float(x + rng.normal(0, 0.02)), 1.4, float(rng.uniform(0.1, 0.26)), p.ink)
        k.poly(under(ridge(rng, rough=0.3), 1.38, 0.03), mix(p.near, (200, 225, 255), 0.35))

    back, front = c.layer(sky), c.layer(land, opaque=False)
    gw, gh = 72, 96
    gx, gy = np.linspace(0, 1, gw, dtype=np.float32)[None, :], np.linspace(0, H, gh, dtype=np.float32)[:, None]
    off = rng.random(6) * 6.28
    pale, high_c = np.array(low, np.float32), np.array(high, np.float32)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.05).stamp(back)
        glow = np.zeros((gh, gw, 3), np.float32)
        for k in range(3):
            x = gx + 0.05 * np.sin(gx * 7 + t * 0.6 + off[k])
            hem = (
                0.8
                - 0.13 * k
                + 0.1 * np.sin(x * (3.4 + k) + t * 0.5 + off[k])
                + 0.04 * np.sin(x * 11 - t * 0.9 + off[k + 3])
            )
            rays = 0.55 + 0.3 * np.sin(x * 38 + 3 * np.sin(t * 0.7 + k) + off[k]) + 0.25 * np.sin(x * 71 - t * 1.6)
            up = hem - gy
            shape = np.where(up > 0, np.exp(-up * (3.2 + k)), np.exp(up * 34)) * rays.clip(0.08, 1.2) * (0.95 - 0.2 * k)
            blend = np.clip(up * 2.0, 0, 1)[:, :, None]
            glow += shape[:, :, None] * (pale * (1 - blend) + high_c * blend)
        c.screen(glow)
        c.depth(0.5).stamp(front)
        c.glow(0.5, 1.3, 0.6, low, 0.16 + 0.04 * math.sin(t))

    return draw
