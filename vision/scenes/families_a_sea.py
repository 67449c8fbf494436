"""Draw the sea's surface: swell at sunset, sails, a lighthouse, a breaking wave."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas
from .motion import Particles, ridge, under, wave
from .palette import Colour, Palette, darker, lighter, mix
from .props import glints, moon, rain, sailboat, soft_cloud, stars, sun
from .spec import Draw, SceneSpec, Title, family

_X = np.linspace(LEFT - 0.1, RIGHT + 0.1, 72)


def swell(
    c: Canvas, y: float, amp: float, t_s: float, ink: Colour, *, k: int = 0, crest: Colour | None = None
) -> np.ndarray:
    """Fill the sea from a moving wave line at y downwards; returns that line [72, 2]."""
    line = y + amp * (
        0.7 * np.sin(_X * (9 + 1.7 * k) + t_s * 1.1 + k * 2.4) + 0.4 * np.sin(_X * (17 + k) - t_s * 1.6 + k)
    )
    top = np.stack([_X, line], axis=1)
    c.poly(np.concatenate([top, [(RIGHT + 0.1, BOTTOM), (LEFT - 0.1, BOTTOM)]]), ink)
    if crest is not None:
        c.line(top, 0.005, crest, alpha=0.65)
    return top


def sea_sky(k: Canvas, rng: np.random.Generator, p: Palette, horizon: float, *, clouds: int = 5) -> None:
    """Paint sky, clouds and (at night) stars down to the horizon. For layers."""
    k.gradient(p.sky, -0.16, horizon + 0.02)
    if p.dark:
        stars(k, rng, 90, p.light, bottom=horizon - 0.1)
    for _ in range(clouds):
        y = float(rng.uniform(0.15, horizon - 0.12))
        soft_cloud(k, rng, float(rng.uniform(0, 1)), y, float(rng.uniform(0.3, 0.6)), mix(p.light, p.sky[2], 0.3), 0.22)


@family(
    name="ocean_waves",
    topic="sea",
    tags=("ocean", "waves", "beach"),
    palettes=("sunset", "golden", "rose", "dawn", "moonlit", "day"),
    subjects=("Ocean waves rolling towards the shore", "Rolling ocean waves"),
    titles=(
        Title("The sun going down and nobody talking", palette="sunset"),
        Title("Waves to fall asleep to", palette="moonlit", pace="calm", tags=("sleep",)),
        "I could listen to this for hours",
        Title("First light on the water", palette="dawn"),
        Title("The sea turned gold for about a minute", palette="golden"),
        Title("Windy day at the beach", palette="day", pace="lively"),
    ),
    events=("a bird flies past", "a big wave breaks"),
)
def ocean_waves(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw bands of swell under a low sun (or moon), foam washing over sand in front."""
    p, horizon, x = spec.colours, 0.86, float(rng.uniform(0.3, 0.7))

    def sky(k: Canvas) -> None:
        sea_sky(k, rng, p, horizon)
        if p.name in ("moonlit", "night"):
            moon(k, x, 0.5, 0.085, p.light)
        else:
            sun(k, x, horizon - (0.06 if p.name != "day" else 0.4), 0.11, p.light, halo=4.5)

    back = c.layer(sky)
    sand = mix(p.light, p.far, 0.45) if not p.dark else mix(p.near, p.far, 0.6)
    bands = 8
    inks = [
        mix(mix(p.sky[2], p.mid, 0.35), mix(darker(p.near, 0.1), (24, 84, 120), 0.35), (k / (bands - 1)) ** 0.8)
        for k in range(bands)
    ]
    sparkle = Particles.make(rng, 60)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.1).stamp(back)
        for k in range(bands):
            c.depth(0.15 + 0.11 * k)
            y = horizon + 0.62 * (k / bands) ** 1.35
            swell(
                c, y, 0.004 + 0.0042 * k, t * (0.7 + 0.1 * k), inks[k], k=k, crest=lighter(inks[k], 0.25) if k else None
            )
        c.depth(0.4)
        glints(c, sparkle, t, lighter(p.light, 0.2), top=horizon + 0.01, bottom=1.35, x=x, spread=0.13)
        c.depth(1.1)
        rush = 0.05 * math.sin(t * 0.9)
        if (u := spec.moment(t_s, "a big wave breaks")) is not None:
            rush -= 0.22 * math.sin(math.pi * u)
            swell(c, 1.3 - 0.14 * math.sin(math.pi * u), 0.02, t, lighter(inks[-2], 0.12), k=3, crest=(255, 255, 255))
        edge = 1.5 + rush + 0.018 * np.sin(_X * 8 + 1) + 0.012 * np.sin(_X * 19 + t)
        for dy, ink in ((0.0, (252, 252, 248)), (0.02, darker(sand, 0.18)), (0.075 + rush * 0.2, sand)):
            top = np.stack([_X, edge + dy], axis=1)
            c.poly(np.concatenate([top, [(RIGHT + 0.1, BOTTOM), (LEFT - 0.1, BOTTOM)]]), ink)

    return draw


@family(
    name="sailing",
    topic="sea",
    tags=("sailing", "boat", "ocean"),
    palettes=("day", "golden", "rose", "dusk", "morning", "overcast"),
    counts=(1, 5),
    subjects=("{n} sailing boat{s} on the open sea",),
    titles=(
        Title("One boat, one horizon", count=1),
        Title("Race day, everybody out", count=5, pace="lively", tags=("regatta",)),
        "Wind finally picked up",
        Title("Sailing home before dark", palette="dusk"),
        Title("Learning to sail as an adult, week 3", tags=("learning",)),
        Title("Grey sea, good company", palette="overcast"),
    ),
    events=("a bird flies past", "a dolphin jumps"),
)
def sailing(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw white sails leaning with the swell, islands behind."""
    p, horizon = spec.colours, 0.8

    def sky(k: Canvas) -> None:
        sea_sky(k, rng, p, horizon, clouds=7)
        sun(k, 0.22 + 0.5 * float(rng.random()), 0.42, 0.07, p.light)
        k.poly(under(ridge(rng, first=0.9), horizon - 0.02, 0.07, horizon + 0.02), p.far)
        k.poly(under(ridge(rng, first=1.4), horizon, 0.03, horizon + 0.02), mix(p.far, p.mid, 0.5))

    back = c.layer(sky)
    n = spec.count
    place = rng.permutation((np.arange(n) + 0.5) / n)
    near = np.sort(np.linspace(0.25, 1.0, n)) if n > 1 else np.array([0.9])
    sails = [(253, 250, 242), lighter(p.accent, 0.1), (253, 250, 242), lighter(p.accent2, 0.1), (253, 250, 242)]
    deep = mix(mix(p.sky[0], p.near, 0.55), (16, 92, 132), 0.62)
    sparkle = Particles.make(rng, 50)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.1).stamp(back)
        for k in range(9):
            y = horizon + 0.6 * (k / 9) ** 1.3
            ink = mix(mix(p.sky[2], deep, 0.45), deep, k / 8)
            c.depth(0.2 + 0.1 * k)
            for b in range(n):
                if k == 1 + round(near[b] * 5):
                    x = (place[b] + 0.035 * t * near[b] + 0.2) % 1.3 - 0.15 if n > 1 else 0.42 + 0.02 * t
                    lift = 0.012 * near[b] * wave(t, 2.6, place[b])
                    tilt = 6 + 5 * wave(t, 3.4, place[b] + 0.3)
                    sailboat(
                        c,
                        x,
                        y + 0.012 + lift,
                        (0.14 + 0.26 * near[b]) * (1.15 if n == 1 else 1),
                        p.ink,
                        sails[b],
                        tilt_deg=tilt,
                    )
            swell(c, y + 0.012, 0.004 + 0.003 * k, t * 1.2, ink, k=k, crest=lighter(ink, 0.18))
        glints(c, sparkle, t, lighter(p.light, 0.3), top=horizon + 0.05, bottom=1.7, spread=0.5, alpha=0.6)
        if (u := spec.moment(t_s, "a dolphin jumps")) is not None:
            _dolphin(c, 0.2 + 0.55 * u, 1.28 - 0.26 * math.sin(math.pi * u), -50 + 100 * u, darker(p.sky[0], 0.55))

    return draw


def _dolphin(c: Canvas, x: float, y: float, angle_deg: float, ink: Colour) -> None:
    """Draw a leaping dolphin."""
    c.depth(1.0)
    a = math.radians(angle_deg)
    turn = np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
    s = np.linspace(-1, 1, 20)
    top = np.stack([s, 0.25 * s**2 - 0.24 * (1 - s**2) ** 0.8], axis=1)
    low = np.stack([s, 0.25 * s**2 + 0.12 * (1 - s**2) ** 0.8], axis=1)[::-1]
    for part in (
        np.concatenate([top, low]),
        np.array([(-0.15, -0.15), (-0.35, -0.5), (-0.42, -0.1)]),
        np.array([(-0.85, 0.2), (-1.25, 0.05), (-1.05, 0.3), (-1.2, 0.55)]),
        np.array([(0.9, 0.1), (1.2, 0.32), (0.9, 0.28)]),
    ):
        c.poly(part * 0.15 @ turn + (x, y), ink)


@family(
    name="lighthouse",
    topic="sea",
    tags=("lighthouse", "coast", "ocean"),
    palettes=("dusk", "night", "storm", "moonlit", "sunset"),
    subjects=("A lighthouse on a rocky cliff above the sea, its beam turning",),
    titles=(
        "The last keeper left in 1989. The light didn't",
        Title("Storm watch at the lighthouse", palette="storm", pace="lively", tags=("storm",)),
        Title("Lighthouse at dusk, sound of the sea", palette="dusk"),
        Title("Every twelve seconds, hello", pace="calm"),
        Title("Would you live here for a year?", palette="night"),
        "Red, white and very stubborn",
    ),
    events=("lightning strikes", "a shooting star crosses"),
)
def lighthouse(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a striped tower on a cliff, its beam sweeping over sea and sky."""
    p, horizon, x, y = spec.colours, 1.08, 0.62, 0.52
    drops = Particles.make(rng, 110)

    def sky(k: Canvas) -> None:
        sea_sky(k, rng, p, horizon, clouds=9)
        if p.name == "moonlit":
            moon(k, 0.24, 0.36, 0.07, p.light)

    def tower(k: Canvas) -> None:
        cliff = [
            (0.3, 1.6),
            (0.36, 1.36),
            (0.33, 1.28),
            (0.44, 1.18),
            (0.47, 1.09),
            (0.56, 1.06),
            (0.8, 1.07),
            (0.93, 1.12),
            (1.4, 1.05),
        ]
        k.poly([*cliff, (1.4, BOTTOM), (0.2, BOTTOM)], p.ink)
        k.poly(
            [(0.5, 1.6), (0.56, 1.22), (0.7, 1.3), (0.86, 1.18), (1.4, 1.25), (1.4, BOTTOM), (0.4, BOTTOM)],
            darker(p.near, 0.2),
        )
        k.rect(x + 0.09, 0.98, 0.15, 0.1, lighter(p.near, 0.3))
        k.poly([(x + 0.07, 0.98), (x + 0.165, 0.91), (x + 0.26, 0.98)], (178, 60, 54))
        k.rect(x + 0.14, 1.0, 0.035, 0.04, p.light)
        red, white = (200, 62, 58), mix((250, 244, 236), p.sky[1], 0.15)
        for s in range(6):
            y0, y1 = y + 0.08 + s * 0.08, y + 0.08 + (s + 1) * 0.08
            w0, w1 = 0.048 + 0.0055 * s, 0.048 + 0.0055 * (s + 1)
            ink = white if s % 2 else red
            k.poly([(x - w0, y0), (x + w0, y0), (x + w1, y1), (x - w1, y1)], ink)
            k.poly([(x + w0 * 0.35, y0), (x + w0, y0), (x + w1, y1), (x + w1 * 0.35, y1)], darker(ink, 0.3))
        k.rect(x - 0.066, y + 0.066, 0.132, 0.018, p.ink)
        k.rect(x - 0.036, y - 0.01, 0.072, 0.08, mix(p.light, p.ink, 0.2))
        k.poly([(x - 0.05, y - 0.01), (x, y - 0.07), (x + 0.05, y - 0.01)], (178, 60, 54))

    back, front = c.layer(sky), c.layer(tower, opaque=False)
    deep = mix(p.sky[1], p.near, 0.5)

    def beam(t: float) -> None:
        a = 2 * math.pi * t / 6.0
        reach, flat = 1.5 * math.cos(a), 0.16 * math.sin(a)
        for way in (1, -1):
            ex, ey, half = x + way * reach, y + 0.03 + way * flat, 0.05 + 0.13 * abs(math.cos(a))
            for share, alpha in ((1.0, 0.16), (0.5, 0.22)):
                c.poly(
                    [(x, y + 0.02), (ex, ey - half * share), (ex, ey + half * share), (x, y + 0.045)], p.light, alpha
                )
        c.glow(x, y + 0.03, 0.3 + 0.2 * abs(math.sin(a)), p.light, 0.9)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.1).stamp(back)
        for k in range(7):
            c.depth(0.2 + 0.08 * k)
            ink = mix(mix(p.sky[2], deep, 0.6), darker(deep, 0.35), k / 6)
            rough = 0.012 if p.name == "storm" else 0.005
            swell(c, horizon + 0.08 * k, rough + 0.0035 * k, t * 1.2, ink, k=k, crest=lighter(ink, 0.22))
        c.depth(1.0)
        beam(t)
        c.stamp(front)
        c.glow(x, y + 0.03, 0.1, p.light, 1.0)
        if p.name == "storm":
            rain(c, drops, t_s, p.light, slant=-0.25, alpha=0.35)

    return draw


@family(
    name="surfing",
    topic="sea",
    tags=("surfing", "waves", "ocean", "surfer"),
    palettes=("day", "golden", "tropical", "rose", "morning"),
    paces=("steady", "lively", "lively"),
    subjects=("A surfer riding a curling wave",),
    titles=(
        "Caught the one I waited all morning for",
        Title("Golden hour barrel", palette="golden"),
        "Left hand, clean face, nobody out",
        Title("Dawn patrol was worth the alarm", palette="morning"),
        Title("Warm water, no wetsuit", palette="tropical"),
        "She makes it look so easy",
    ),
    events=("a bird flies past", "a camera flash goes off"),
)
def surfing(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a wave that curls over to the right, its face streaming up, and a surfer on it."""
    p, horizon = spec.colours, 0.66
    sea = mix(p.sky[0], (10, 122, 146), 0.72)
    s = np.linspace(0, 1, 40)
    shoulder = np.stack([RIGHT + 0.2 - 0.95 * s, 1.12 - 0.64 * np.sin(s * math.pi / 2) ** 1.6], axis=1)
    lip = np.array(
        [(0.3, 0.47), (0.18, 0.48), (0.06, 0.54), (-0.01, 0.64), (0.0, 0.74), (0.05, 0.66), (0.13, 0.6), (0.22, 0.6)]
    )
    hollow = np.array(
        [(0.17, 0.72), (0.13, 0.88), (0.14, 1.04), (0.22, 1.2), (0.34, 1.3), (0.2, 1.4), (-0.4, 1.4), (-0.4, BOTTOM)]
    )
    face = np.concatenate([shoulder, lip, hollow, [(RIGHT + 0.2, BOTTOM)]])
    spray = Particles.make(rng, 46)

    def sky(k: Canvas) -> None:
        sea_sky(k, rng, p, horizon)
        sun(k, 0.78, 0.3, 0.075, p.light)
        k.rect(LEFT, horizon, RIGHT - LEFT, BOTTOM, mix(sea, p.sky[2], 0.35))

    back = c.layer(sky)

    def draw(t_s: float) -> None:
        t = t_s * (0.4 + 0.6 * spec.speed)
        c.depth(0.1).stamp(back)
        c.depth(0.5)
        swell(c, horizon + 0.06, 0.008, t, mix(sea, p.sky[2], 0.15), k=1, crest=lighter(sea, 0.4))
        c.depth(1.0)
        moved = face + np.stack(
            [0.012 * np.sin(t * 2 + face[:, 1] * 7), 0.014 * np.sin(t * 1.6 + face[:, 0] * 5)], axis=1
        )
        c.poly(moved, sea)
        for k in range(13):
            u = (k / 13 + t * 0.16) % 1.0
            x0, rise = 1.25 - 1.0 * u, 0.62 * math.sin(u * math.pi / 2) ** 1.4
            bend = np.stack([x0 + 0.1 * s * (1 - u) - 0.2 * u * s * (1 - s), 1.5 - (rise + 0.3) * s], axis=1)
            c.line(bend, 0.012 + 0.012 * u, lighter(sea, 0.28), alpha=0.55 * math.sin(math.pi * min(1, u * 1.05)))
        c.line(moved[36:47], 0.03, (255, 255, 255))
        c.line(moved[20:37], 0.014, lighter(sea, 0.7))
        foam = spray.at(t, fall=0.25, sway=0.02, top=0.0, bottom=1.0)
        c.dots(
            np.stack([0.03 + 0.2 * (foam[:, 0] - 0.3) * 0.6, 0.68 + 0.5 * foam[:, 1] ** 1.2], axis=1),
            0.008 + 0.02 * spray.z,
            (255, 255, 255),
        )
        c.dots(
            np.stack([0.1 + 0.5 * (foam[:, 0] - 0.3), 1.36 + 0.1 * foam[:, 1]], axis=1),
            0.015 + 0.035 * spray.z,
            lighter(sea, 0.8),
        )
        _surfer(c, 0.54 + 0.1 * wave(t, 3.4), 0.98 + 0.1 * wave(t, 2.3, 0.2), -14 + 12 * wave(t, 2.3, 0.45), p)
        swell(c, 1.48, 0.02, t * 1.6, mix(sea, p.ink, 0.25), k=2, crest=(255, 255, 255))

    return draw


def _surfer(c: Canvas, x: float, y: float, angle_deg: float, p: Palette) -> None:
    """Draw a crouching figure on a board with a white wake behind it."""
    a = math.radians(angle_deg)
    turn = np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])

    def at(points: list[tuple[float, float]]) -> np.ndarray:
        return np.array(points) * 0.2 @ turn + (x, y)

    c.poly(at([(-0.4, 0.02), (-2.6, 0.5), (-2.6, 0.1), (-0.6, -0.08)]), (255, 255, 255), 0.6)
    c.poly(at([(-0.62, -0.03), (0.0, -0.07), (0.66, -0.12), (0.72, -0.07), (0.4, 0.05), (-0.5, 0.06)]), p.accent)
    suit = darker(p.ink, 0.1)
    for limb, width in (
        ([(-0.3, -0.06), (-0.22, -0.3), (0.02, -0.42)], 0.1),
        ([(0.28, -0.08), (0.24, -0.36), (0.02, -0.42)], 0.1),
        ([(0.02, -0.42), (0.16, -0.78)], 0.16),
        ([(0.16, -0.76), (0.52, -0.6)], 0.07),
        ([(0.14, -0.74), (-0.26, -0.82)], 0.07),
    ):
        c.line(at(limb), width * 0.2, suit)
    head = at([(0.24, -0.98)])[0]
    c.circle(head[0], head[1], 0.022, mix(p.light, (170, 100, 70), 0.7))
