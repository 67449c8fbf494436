"""Draw penguins on the ice, a flock at dusk, butterflies in a meadow."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas
from .families_b_beasts import butterfly
from .families_b_parts import blob, ellipse, limb, poly
from .families_b_seoul import sky
from .motion import Particles, pulse, ridge, smooth, under, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import glints, skyline, snow
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def _penguin_parade_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, ice: Colour) -> None:
    """Paint what stands still behind the penguin parade. For layers."""
    sky(k, rng, p, x=0.7, y=0.44, r=0.075)
    k.gradient((mix(p.sky[2], p.far, 0.5), mix(p.mid, rgb("#3f8fb5"), 0.3)), 0.98, 1.2)
    for x, w, h in ((0.10, 0.36, 0.30), (0.62, 0.46, 0.40), (1.02, 0.26, 0.24)):
        shade = mix(ice, p.far, 0.35)
        k.poly([(x - w / 2, 1.06), (x - w * 0.36, 1.06 - h * 0.6), (x - w * 0.12, 1.06 - h),
            (x + w * 0.10, 1.06 - h * 0.72), (x + w * 0.3, 1.06 - h * 0.8), (x + w / 2, 1.06)], ice)
        k.poly([(x - w * 0.12, 1.06 - h), (x + w * 0.10, 1.06 - h * 0.72), (x + w * 0.3, 1.06 - h * 0.8),
            (x + w / 2, 1.06), (x - w * 0.02, 1.06)], shade)
        k.poly([(x - w / 2, 1.06), (x + w / 2, 1.06), (x + w * 0.4, 1.12), (x - w * 0.36, 1.11)],
            mix(shade, p.mid, 0.45), 0.6)
    k.poly(under(ridge(rng, first=0.8), 1.16, 0.015), mix(ice, p.far, 0.25))
    k.poly(under(ridge(rng, first=0.6), 1.22, 0.02), ice)
    for _ in range(12):
        x, y = rng.uniform(LEFT, RIGHT), rng.uniform(1.36, 1.75)
        k.line([(x, y), (x + rng.uniform(0.1, 0.25), y + 0.006)], 0.006, mix(ice, p.far, 0.3))


@family(
    name="penguin_parade", topic="animals", tags=("penguins", "penguin", "ice", "antarctica", "snow", "animals",
    "wildlife", "cute"),
    palettes=("winter", "dawn", "day", "rose", "dusk", "overcast"), counts=(2, 6),
    subjects=("{n} penguins waddling in a line across the ice",),
    events=("a penguin slides on its belly", "a bird flies past"),
    titles=(
        "Everyone left, right, left", "Formal wear, bad knees", "The commute in Antarctica",
        "Follow the one who seems to know", "Waddle we do today", "Tiny suits, big ice",
        Title("Belly slide!", event="a penguin slides on its belly", tags=("funny",)),
        Title("A meeting of six", count=6), Title("Just the two of us, and all this ice", count=2),
        Title("Pink ice, small feet", palette="rose"),
        Title("Rush hour on the ice", pace="lively"), Title("No hurry at all", pace="calm", tags=("calm",)),
    ),
)
def penguin_parade(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Waddle penguins across an ice shelf before bergs and still water; one may slide by on its belly."""
    p = spec.colours
    ice = mix((255, 255, 255), p.sky[1], 0.18 if not p.dark else 0.4)
    coat, orange = mix(rgb("#20242e"), p.near, 0.15), rgb("#f59a2c")

    back, flakes = c.layer(lambda k: _penguin_parade_backdrop(k, rng=rng, p=p, ice=ice)), Particles.make(rng, 60)

    def penguin(k: Canvas, flap: float) -> None:
        for side in (-1, 1):
            k.polys(ellipse(side * 0.075 + 0.02, 0.0, 0.062, 0.022), orange)
        k.polys(blob((0.0, -0.62), (0.12, -0.50), (0.17, -0.22), (0.12, 0.0), (-0.12, 0.0), (-0.17, -0.22),
            (-0.12, -0.50)), coat)
        k.polys(blob((0.03, -0.44), (0.12, -0.34), (0.135, -0.18), (0.09, -0.02), (-0.05, -0.02), (-0.075, -0.2),
            (-0.03, -0.36)), (250, 250, 248))
        k.polys(ellipse(0.03, -0.62, 0.115, 0.105), coat)
        k.polys(blob((0.08, -0.68), (0.14, -0.62), (0.12, -0.55), (0.05, -0.52), (0.03, -0.60)), (250, 250, 248))
        k.polys(ellipse(-0.03, -0.585, 0.035, 0.045), rgb("#f7c04a"))
        k.polys(poly((0.13, -0.64), (0.235, -0.605), (0.13, -0.585)), orange)
        k.circle(0.085, -0.645, 0.018, (20, 20, 26))
        k.circle(0.091, -0.651, 0.006, (255, 255, 255))
        k.polys(limb([(-0.06, -0.44), (-0.16 - 0.03 * flap, -0.28), (-0.20 - 0.08 * flap, -0.14)],
            [0.035, 0.045, 0.012], smooth=True), darker(coat, 0.35))

    poses = [c.sprite(lambda k, f=f: penguin(k, f), 0.6, 1.5, detail=0.7) for f in (0.0, 0.5, 1.0)]  # type: ignore[misc]
    line = [(n, rng.uniform(0.88, 1.1), rng.random()) for n in range(spec.count)]

    def draw(t_s: float) -> None:
        c.depth(0.3).stamp(back)
        c.depth(1.0)
        u = spec.moment(t_s, "a penguin slides on its belly")
        for n, size, ph in line:
            s = 0.62 * size * (1.0 if spec.count < 4 else 0.78)
            gap = 0.30 if spec.count < 4 else 0.21
            x = 0.5 + gap * (n - (spec.count - 1) / 2) + 0.20 * (t_s / spec.duration_s - 0.5) * (0.5 + 0.5 * spec.speed)
            y = 1.36 + 0.05 * (n % 2)
            step = t_s * 1.25 * (0.5 + 0.6 * spec.speed) + ph
            rock = 9 * math.sin(step * 2 * math.pi)
            c.soft(x, y + 0.005, 0.22 * s, 0.020, mix(p.near, p.far, 0.3), 0.65)
            flap = int(1.5 + 1.49 * math.sin(step * 2 * math.pi + 1))
            c.stamp(poses[min(2, flap)], x + 0.012 * math.sin(step * 2 * math.pi),
                y - 0.02 * abs(math.cos(step * 2 * math.pi)), scale=s, angle_deg=rock)
        if u is not None:
            x = -0.3 + 1.7 * smooth(u)
            c.depth(1.15)
            c.soft(x, 1.325, 0.3, 0.03, mix(p.near, p.far, 0.3), 0.6)
            c.stamp(poses[1], x - 0.18, 1.295, scale=0.62, angle_deg=84)
            for k in range(9):
                c.circle(x - 0.30 - 0.035 * k, 1.31 - 0.05 * abs(math.sin(k * 1.7 + u * 9)), 0.016 - 0.001 * k,
                    (255, 255, 255))
        c.depth(1.0)
        if spec.palette in ("winter", "overcast"):
            snow(c, flakes, t_s, (255, 255, 255))

    return draw


@family(
    name="bird_flock", topic="animals", tags=("birds", "flock", "murmuration", "sky", "nature", "animals", "wildlife"),
    palettes=("sunset", "dusk", "dawn", "golden", "overcast", "rose"), paces=("calm", "steady", "lively"),
    subjects=("a murmuration of starlings over a lake", "a murmuration of starlings over city rooftops"),
    events=("the flock splits in two", "a shooting star crosses"),
    titles=(
        "A thousand small decisions", "The sky is breathing", "Murmuration, no wind", "Nobody is leading",
        "Ink in the air", "They do this every November",
        Title("And then it split in two", event="the flock splits in two"),
        Title("Starlings above the rooftops", subject="a murmuration of starlings over city rooftops", tags=("city",)),
        Title("Starlings over the lake", subject="a murmuration of starlings over a lake", tags=("lake",)),
        Title("Slow smoke made of birds", pace="calm", tags=("relaxing",)),
        Title("Sunset choreography", palette="sunset"),
    ),
)
def bird_flock(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Fold and stretch a cloud of birds along a slow curve above water or roofs."""
    p, lake = spec.colours, "lake" in spec.subject
    num = 240

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.32, y=0.98, r=0.10)
        if lake:
            k.poly(under(ridge(rng, first=0.9), 1.24, 0.04), mix(p.far, p.sky[2], 0.25))
            k.poly(under(ridge(rng, first=1.6), 1.28, 0.03), p.mid)
        else:
            skyline(k, rng, 1.52, mix(p.far, p.mid, 0.6), p, low=0.1, high=0.34, width=0.12, share=0.35)
            skyline(k, rng, 1.78, p.near, p, low=0.1, high=0.26, width=0.16, share=0.3)

    back = c.layer(paint)
    u0, v0, ph, z = rng.normal(0, 0.42, num), rng.normal(0, 0.34, num), rng.random(num), rng.random(num)
    wings = np.array([(-0.5, 0.0), (-0.2, -0.22), (0.0, 0.0), (0.2, -0.22), (0.5, 0.0), (0.0, 0.12)])
    sparks = Particles.make(rng, 50)

    def draw(t_s: float) -> None:
        clock = t_s * (0.2 + 0.65 * spec.speed)
        c.depth(0.2).stamp(back)
        c.depth(0.8)
        a = clock * 0.9
        cx, cy = 0.5 + 0.10 * math.sin(a), 0.80 + 0.07 * math.sin(a * 1.4 + 1)
        stretch, thick, turn = 1.0 + 0.35 * math.sin(a * 1.3), 0.55 + 0.28 * math.sin(a * 1.7 + 2), 0.6 * math.sin(a
            * 0.8)
        fold = v0 + 0.55 * np.sin(u0 * 3.4 + a * 1.9) * 0.5
        x, y = u0 * stretch, fold * thick
        split = spec.moment(t_s, "the flock splits in two")
        if split is not None:
            x = x + np.sign(u0) * 0.42 * pulse(split)
        px = cx + 0.62 * (x * math.cos(turn) - y * math.sin(turn)) + 0.012 * np.sin(6.28 * (clock * 0.7 + ph))
        py = cy + 0.62 * (x * math.sin(turn) + y * math.cos(turn)) + 0.012 * np.cos(6.28 * (clock * 0.6 + ph))
        flap = 0.35 + 0.9 * np.sin(6.28 * (t_s * 1.6 * spec.speed + ph * 3))
        size = 0.018 + 0.026 * z
        shape = wings[None] * size[:, None, None]
        shape[:, (0, 1, 3, 4), 1] += np.array([0.6, 0.25, 0.25, 0.6]) * (-flap * size * 0.5)[:, None]
        shape += np.stack([px, py], axis=1)[:, None, :]
        c.polys(shape, mix(p.ink, p.near, 0.2))
        if lake:
            c.mirror(1.31, t_s * 0.6, mix(p.sky[1], p.mid, 0.4), mix=0.35, ripple=0.008)
            glints(c, sparks, t_s, p.light, top=1.33, x=0.32, spread=0.35, alpha=0.7)

    return draw


WINGS = (("#ff8f2e", "#ffb347"), ("#3f8fe0", "#7fc0f7"), ("#f7d23f", "#fff09a"), ("#e0559a", "#f7a3c8"),
    ("#ffffff", "#f2f2f7"))


def _butterfly_meadow_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, grass: Colour,
    petals: list[Colour]) -> None:
    """Paint what stands still behind the butterfly meadow. For layers."""
    sky(k, rng, p, x=0.25, y=0.36, r=0.075)
    k.poly(under(ridge(rng, first=0.8), 1.02, 0.05), mix(p.far, p.sky[2], 0.35))
    k.poly(under(ridge(rng, first=1.2), 1.12, 0.04), mix(grass, p.sky[2], 0.35))
    k.gradient((mix(grass, p.sky[2], 0.15), grass, darker(grass, 0.3)), 1.20, BOTTOM)
    for _ in range(170):
        x, y = rng.uniform(LEFT, RIGHT), rng.uniform(1.12, 1.40)
        k.circle(x, y, 0.005 + 0.014 * (y - 1.1), petals[rng.integers(0, 5)])


@family(
    name="butterfly_meadow", topic="animals", tags=("butterflies", "butterfly", "meadow", "flowers", "insects",
    "animals", "nature", "spring"),
    palettes=("spring", "morning", "golden", "day", "rose", "tropical"), counts=(3, 9),
    subjects=("{n} butterflies over a flower meadow",), events=("a gust of petals", "a bird flies past"),
    titles=(
        "Low traffic, bright wings", "Meadow at knee height", "Butterflies everywhere",
        "The flowers are also moving", "Follow the orange one", "Many kinds of flutter",
        Title("A gust, and petals everywhere", event="a gust of petals", tags=("petals",)),
        Title("Three butterflies, no schedule", count=3), Title("Nine butterflies and a warm wind", count=9),
        Title("Golden meadow", palette="golden"),
        Title("Wings in slow motion", pace="calm", tags=("relaxing",)), Title("Busy meadow", pace="lively"),
    ),
)
def butterfly_meadow(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Dance butterflies on looping paths above swaying flowers in three depths."""
    p = spec.colours
    grass = mix(rgb("#7fb84a"), p.mid, 0.35)
    petals = [rgb(h) for h in ("#ff6f91", "#ffd23f", "#ffffff", "#b98bff", "#ff9a4d")]

    back = c.layer(lambda k: _butterfly_meadow_backdrop(k, rng=rng, p=p, grass=grass, petals=petals))
    stems = sorted((rng.uniform(1.46, 1.95), rng.uniform(LEFT, RIGHT), rng.uniform(0.26, 0.46), rng.integers(0, 5),
        rng.random()) for _ in range(26))
    blades = rng.uniform(LEFT, RIGHT, 60)
    fliers = [(rng.uniform(0.15, 0.85), rng.uniform(0.55, 1.2), rng.random(4), WINGS[(n + spec.seed) % 5],
        rng.uniform(0.10, 0.17)) for n in range(spec.count)]
    loose = Particles.make(rng, 46)

    def flower(x: float, y: float, r: float, kind: int, turn: float) -> None:
        ink = petals[kind]
        for a in np.arange(6) * 1.047 + turn:
            c.ellipse(x + 0.62 * r * math.cos(a), y + 0.62 * r * math.sin(a), 0.56 * r, 0.34 * r,
                ink if kind != 2 else (252, 250, 246), angle_deg=math.degrees(a))
        c.circle(x, y, 0.36 * r, rgb("#f7b52c") if kind != 1 else rgb("#a8622a"))

    def draw(t_s: float) -> None:
        c.depth(0.3).stamp(back)
        gust = 0.0 if (u := spec.moment(t_s, "a gust of petals")) is None else pulse(u)
        c.depth(0.9)
        lean = 0.03 * wave(t_s * spec.speed, 3.1) + 0.12 * gust
        c.polys([np.array([(x - 0.008, BOTTOM), (x + 0.008, BOTTOM), (x + lean + 0.02 * math.sin(x * 40),
            1.46 + 0.1 * math.sin(x * 23))]) for x in blades.tolist()], darker(grass, 0.25))
        for base, x, h, kind, ph in stems:
            sway = 0.035 * wave(t_s * spec.speed, 2.7, ph) + 0.16 * gust
            top = (x + sway, base - h)
            c.polys(limb([(x, base), (x + sway * 0.4, base - h * 0.5), top], [0.008, 0.006, 0.005]), darker(grass, 0.4))
            flower(*top, 0.036 + 0.03 * (base - 1.4), int(kind), ph * 6 + sway * 3)
        c.depth(1.0)
        for x0, y0, phases, inks, size in fliers:
            clock = t_s * (0.4 + 0.6 * spec.speed)
            x = x0 + 0.17 * wave(clock, 5.1, phases[0]) + 0.06 * wave(clock, 2.3, phases[1]) + 0.3 * gust
            y = y0 + 0.12 * wave(clock, 4.3, phases[2]) + 0.035 * wave(clock, 1.1, phases[3])
            heading = 0.5 * wave(clock, 5.1, phases[0] + 0.25)
            fore, hind, body = butterfly(x=x, y=y, size=size, open_share=0.30 + 0.70
                * abs(math.sin(t_s * 7 * (0.5 + 0.5 * spec.speed) + phases[0] * 6)), angle_rad=heading)
            one, two = rgb(inks[0]), rgb(inks[1])
            c.polys(hind, two)
            c.polys(fore, one)
            for wing in fore:
                middle = wing.mean(axis=0)
                c.polys([middle + (wing - middle) * 0.5], lighter(one, 0.35))
            c.polys(body, rgb("#2a1c20"))
        if gust:
            for x, y, ph_, z in zip(loose.x.tolist(), loose.y.tolist(), loose.phase.tolist(), loose.z.tolist(),
                strict=True):
                px = -0.3 + 0.9 * x + 1.1 * (u or 0.0)
                c.ellipse(px, 0.45 + y * 1.0 + 0.08 * math.sin(px * 9 + ph_ * 6), 0.022, 0.011, petals[int(z * 5) % 5],
                    angle_deg=ph_ * 360 + 300 * (u or 0.0))

    return draw
