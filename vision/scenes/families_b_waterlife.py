"""Draw animals of the water: a koi pond from above, a whale in the swell."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .families_b_beasts import swimming_fish
from .families_b_parts import blob, ellipse, limb, place
from .families_b_seoul import sky
from .motion import Particles, clamp, ease_out, pulse, smooth, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import cloud, glints, moon, stars
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

KOI = (("#f4663a", "#ffffff"), ("#ffffff", "#f4663a"), ("#f2b632", "#fff1c4"), ("#e8e8ee", "#3a3d4a"),
    ("#ff8f5a", "#ffe9dc"))


def _koi(n: int, t_s: float, shadow: bool, *, spec: SceneSpec, c: Canvas, centres: list[tuple[float, float]],
    school: list[tuple[int, float, float, int, float, tuple[str, str], np.ndarray]], water: Colour) -> None:
    """Paint the koi."""
    _, radius, ph, way, size, inks, spots = school[n]
    cx, cy = centres[n]
    a = ph + way * t_s * 0.34 * (0.4 + 0.6 * spec.speed) / max(0.2, radius) * 0.3
    x, y = cx + radius * math.cos(a), cy + radius * 1.35 * math.sin(a)
    heading = math.atan2(1.35 * math.cos(a) * way, -math.sin(a) * way)
    length = 0.30 * size * (1.0 if spec.count < 5 else 0.85)
    off = 0.035 if shadow else 0.0
    fish = swimming_fish(x=x + off, y=y + off * 1.4, length=length, heading_rad=heading,
        wave_rad=-t_s * 5.5 * (0.4 + 0.6 * spec.speed) + ph)
    if shadow:
        c.polys(fish.body + fish.tail, darker(water, 0.5))
        return
    base, mark = rgb(inks[0]), rgb(inks[1])
    c.polys(fish.fins, mix(lighter(base, 0.35), water, 0.25))
    c.polys(fish.tail, mix(lighter(base, 0.25), water, 0.2))
    c.polys(fish.body, base)
    for k, spot in enumerate(spots.tolist()):
        (sx, sy), w = fish.spine[1 + k], fish.widths[1 + k]
        c.circle(sx + (spot - 0.55) * w * 0.7, sy + (0.5 - spot) * w * 0.7, w * (0.45 + 0.35 * spot), mark)
    hx, hy = fish.spine[1]
    nx, ny = -math.sin(heading), math.cos(heading)
    for side in (-1, 1):
        c.circle(hx + side * nx * fish.widths[1] * 0.75, hy + side * ny * fish.widths[1] * 0.75, 0.009,
            (20, 20, 28))


def _lily_pad(k: Canvas, x: float, y: float, r: float, cut: float, *, p: Palette, water: Colour) -> None:
    """Paint the lily pad. For layers."""
    a = np.linspace(cut + 0.25, cut + 6.03, 30)
    rim = np.stack([x + r * np.cos(a), y + r * np.sin(a)], axis=1)
    k.poly(np.concatenate([np.add(rim, (0.012, 0.020)), [(x + 0.012, y + 0.020)]]), darker(water, 0.6), 0.45)
    leaf = mix(rgb("#5fae5a"), p.mid, 0.3)
    k.poly(np.concatenate([rim, [(x, y)]]), leaf)
    k.lines([[(x, y), (x + 0.9 * r * math.cos(b), y + 0.9 * r * math.sin(b))]
        for b in np.linspace(cut + 0.5, cut + 5.8, 8)], 0.005, lighter(leaf, 0.22))


@family(
    name="koi_pond", topic="animals", tags=("koi", "fish", "pond", "water", "lily pads", "animals", "calm", "garden"),
    palettes=("lagoon", "forest", "deep", "mint", "dusk", "autumn"), counts=(2, 7),
    cameras=("static", "zoom_in", "zoom_out", "sway", "pan_left", "pan_right"),
    subjects=("{n} koi swimming in a pond with lily pads",),
    events=("a fish jumps", "raindrops ring the water", "a red leaf blows past"),
    titles=(
        "Orange and white and patient", "The pond behind the temple", "Koi do not rush", "Lily pads, slow tails",
        "Look down for once", "A quiet minute with fish",
        Title("One of them jumped", event="a fish jumps", tags=("splash",)),
        Title("First drops of rain", event="raindrops ring the water", tags=("rain",)),
        Title("Seven koi in a circle", count=7), Title("Two koi, one shadow each", count=2),
        Title("Pond meditation", pace="calm", tags=("relaxing", "meditation")), Title("Feeding time", pace="lively"),
        Title("Maple leaves on the pond", palette="autumn", tags=("autumn",)),
    ),
)
def koi_pond(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look straight down: patterned koi glide in slow arcs over their shadows, between lily pads and rings."""
    p = spec.colours
    water = mix(mix(p.sky[1], rgb("#2f8f8a"), 0.35), p.mid, 0.25)

    def paint(k: Canvas) -> None:
        k.radial(0.45, 0.85, 1.15, lighter(water, 0.16), darker(water, 0.45))
        for _ in range(46):
            x, y = rng.uniform(LEFT, RIGHT), rng.uniform(TOP, BOTTOM)
            k.ellipse(x, y, rng.uniform(0.02, 0.07), rng.uniform(0.015, 0.05),
                mix(water, darker(water, 0.4), rng.uniform(0.2, 0.6)), angle_deg=rng.uniform(0, 180), alpha=0.4)

    def paint_pads(k: Canvas) -> None:
        for x, y, r in ((0.06, 0.30, 0.15), (0.22, 0.18, 0.11), (0.94, 1.32, 0.17), (0.80, 1.50, 0.13),
            (0.98, 0.42, 0.09), (0.08, 1.52, 0.13), (0.02, 0.56, 0.07)):
            _lily_pad(k, x, y, r, rng.random() * 6.28, p=p, water=water)
        for x, y, ink in ((0.16, 0.27, "#ff9ab8"), (0.88, 1.42, "#fff2f5")):
            for ring, size in ((8, 0.055), (6, 0.036)):
                for b in np.arange(ring) * 6.283 / ring + ring:
                    k.ellipse(x + size * math.cos(b), y + size * math.sin(b), size * 0.7, size * 0.34,
                        mix(rgb(ink), (255, 255, 255), 0.4 if ring == 6 else 0.0), angle_deg=math.degrees(b))
            k.circle(x, y, 0.02, rgb("#f7c52e"))

    back, pads = c.layer(paint), c.layer(paint_pads, opaque=False)
    school = [(n, rng.uniform(0.13, 0.27), rng.random() * 6.28, rng.choice([-1, 1]), rng.uniform(0.85, 1.15),
        KOI[(n + spec.seed) % 5], rng.uniform(0.2, 0.9, 4)) for n in range(spec.count)]
    centres = [(0.5 + rng.uniform(-0.12, 0.12), 0.88 + rng.uniform(-0.25, 0.25)) for _ in range(spec.count)]
    rings = [(rng.uniform(0.1, 0.9), rng.uniform(0.3, 1.5), rng.random()) for _ in range(5)]

    def draw(t_s: float) -> None:
        c.depth(0.7).stamp(back)
        c.depth(0.9)
        for shadow in (True, False):
            for n in range(spec.count):
                _koi(n, t_s, shadow, spec=spec, c=c, centres=centres, school=school, water=water)
        c.depth(1.0).stamp(pads, 0.004 * wave(t_s, 4), 0.005 * wave(t_s, 5))
        storm = spec.moment(t_s, "raindrops ring the water")
        for k, (x, y, ph) in enumerate(rings):
            if k < 3 or storm is not None:
                u = (t_s * 0.35 * (0.5 + 0.5 * spec.speed) + ph) % 1.0
                c.ring(x, y, 0.02 + 0.13 * u, 0.005, lighter(water, 0.6), 0.7 * (1 - u))
        if storm is not None:
            for k in range(16):
                x, y = 0.08 + (k * 0.618) % 0.86, 0.25 + (k * 0.377) % 1.25
                c.ring(x, y, 0.01 + 0.09 * storm, 0.007, lighter(water, 0.75), 1 - storm)
        if (jump := spec.moment(t_s, "a fish jumps")) is not None:
            u = jump
            x, y, e = 0.38 + 0.26 * u, 0.98 - 0.34 * math.sin(math.pi * u), ease_out(u)
            for wide in (1.0, 0.6):
                c.ring(0.40, 1.0, 0.05 + 0.24 * e * wide, 0.012 * (1 - u) + 0.002, (255, 255, 255), 0.9 * (1 - u))
            fish = swimming_fish(x=x, y=y, length=0.36, heading_rad=-1.2 + 2.4 * u, wave_rad=u * 12)
            c.polys(fish.tail + fish.fins, rgb("#ffd9c4"))
            c.polys(fish.body, rgb("#f4663a"))
            for a in np.arange(10) * 0.628:
                c.circle(0.40 + 0.25 * e * math.cos(a), 1.0 + 0.18 * e * math.sin(a) - 0.22 * pulse(u), 0.012,
                    (255, 255, 255))

    return draw


def _fluke(x: float, y: float, s: float, turn: float, *, c: Canvas, skin: Colour) -> None:
    """Paint the fluke."""
    flap = 0.04 * math.sin(turn * 3)
    lobe = blob((0.0, -0.42), (0.10, -0.50), (0.26, -0.56 - flap), (0.40, -0.50 - flap * 2), (0.30, -0.43),
        (0.16, -0.38), (0.05, -0.34))
    stem = blob((-0.05, 0.05), (-0.045, -0.2), (-0.03, -0.40), (0.03, -0.40), (0.045, -0.2), (0.05, 0.05))
    for shape, flip in ((lobe, False), (lobe, True), (stem, False)):
        c.polys(place(shape, x, y, s, flip=flip), skin)
    c.polys(place(limb([(0.06, -0.44), (0.2, -0.50 - flap)], [0.012, 0.008]), x, y, s), lighter(skin, 0.3))
    c.polys(place(limb([(0.06, -0.44), (0.2, -0.50 - flap)], [0.012, 0.008]), x, y, s, flip=True),
        lighter(skin, 0.3))


def _whale_dive_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, sea: Colour, sea_y: float) -> None:
    """Paint what stands still behind the whale dive. For layers."""
    k.gradient(p.sky, y1=1.15)
    if p.dark:
        stars(k, rng, 80, p.light, bottom=0.95)
    moon(k, 0.5, 0.66, 0.15, lighter(p.light, 0.2)) if p.dark else sky(k, rng, p, x=0.5, y=0.82, r=0.13)
    k.gradient((mix(p.sky[2], sea, 0.45), sea, darker(sea, 0.45)), sea_y, BOTTOM)
    k.soft(0.5, sea_y + 0.1, 0.25, 0.3, p.light, 0.45)


@family(
    name="whale_dive", topic="animals", tags=("whale", "humpback", "ocean", "sea", "animals", "wildlife", "water"),
    palettes=("moonlit", "dawn", "dusk", "night", "rose", "overcast"), paces=("calm", "steady"),
    cameras=("static", "zoom_in", "zoom_out", "sway", "pan_left"),
    subjects=("a whale surfacing and showing its tail on a quiet ocean",
    "a whale blowing a fountain of mist on a quiet ocean"),
    events=("the whale breaches", "a shooting star crosses", "a bird flies past"),
    titles=(
        "The ocean sat up", Title("A tail, a pause, gone",
        subject="a whale surfacing and showing its tail on a quiet ocean"), "Whale hello",
        "Bigger than the boat and gentler",
        "Forty tonnes, no splash", "Breathing out after twenty minutes",
        Title("It jumped. It actually jumped", event="the whale breaches", tags=("breach",)),
        Title("Moonlight and a whale's tail", palette="moonlit",
        subject="a whale surfacing and showing its tail on a quiet ocean"),
        Title("There she blows", subject="a whale blowing a fountain of mist on a quiet ocean"),
        Title("Whale at first light", palette="dawn"), Title("Slow giant", pace="calm", tags=("calm",)),
    ),
)
def whale_dive(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Roll a whale's back through the swell, then lift its fluke; one breach as the event."""
    p, tail, sea_y = spec.colours, "tail" in spec.subject, 1.06
    sea, skin = mix(p.mid, rgb("#1f5f8a"), 0.35), mix(rgb("#33475c"), p.near, 0.4)

    back, sparks = c.layer(lambda k: _whale_dive_backdrop(k, rng=rng, p=p, sea=sea, sea_y=sea_y)), Particles.make(rng,
        90)
    xs = np.linspace(LEFT, RIGHT, 40)
    drops = rng.random((34, 3)).tolist()
    drift = rng.random()

    def swell(y: float, amp: float, phase: float, ink: tuple[float, float, float]) -> None:
        top = y + amp * np.sin(xs * 9 + phase) + amp * 0.5 * np.sin(xs * 17 - phase * 1.3)
        c.poly(np.concatenate([np.stack([xs, top], axis=1), [(RIGHT, BOTTOM), (LEFT, BOTTOM)]]), ink)

    def draw(t_s: float) -> None:
        clock = t_s * (0.6 + 0.5 * spec.speed)
        c.depth(0.2).stamp(back)
        cloud(c, 0.15 + 0.02 * clock, 0.42, 0.3, mix(p.sky[1], p.light, 0.35))
        c.depth(0.5)
        glints(c, sparks, clock, p.light, top=sea_y + 0.02, bottom=1.6, spread=0.3, alpha=0.7)
        u = spec.moment(t_s, "the whale breaches")
        c.depth(0.9)
        cycle = (clock / 7.5 + 0.08 + 0.1 * drift) % 1.0
        if u is not None:
            rise = math.sin(math.pi * clamp(u))
            body = blob((-0.16, 0.40), (-0.17, 0.0), (-0.13, -0.26), (0.0, -0.40), (0.11, -0.28), (0.17, 0.02),
                (0.20, 0.40))
            x, y, a = 0.50, 1.30 - 0.42 * rise, 0.30 + 0.45 * u
            c.polys(place(body, x, y, 1.05, angle_rad=a), skin)
            c.polys(place(blob((0.02, 0.4), (0.05, 0.0), (0.04, -0.26), (0.10, -0.26), (0.155, 0.02), (0.18, 0.4)), x,
                y, 1.05, angle_rad=a), lighter(skin, 0.6))
            c.polys(place(limb([(0.0, 0.05), (-0.22, 0.02), (-0.36, -0.10)], [0.06, 0.05, 0.015], smooth=True), x, y,
                1.05, angle_rad=a), darker(skin, 0.2))
            for dx, r, s in drops:
                c.circle(0.5 + (dx - 0.5) * 0.9 * (0.4 + u), 1.28 - 0.5 * r * math.sin(math.pi * min(1.0, u * 1.1)),
                    0.006 + 0.016 * s, (255, 255, 255))
        elif tail:
            up = smooth(cycle * 3.2 - 0.3) * (1 - smooth(cycle * 3.2 - 2.0))
            roll = smooth(cycle * 3.2 + 0.7) * (1 - smooth(cycle * 3.2 - 0.6))
            c.polys(ellipse(0.44, 1.29 - 0.06 * roll, 0.36, 0.13 * roll + 0.01), skin)
            _fluke(0.54, 1.34 + 0.52 * (1 - up), 0.92, clock, c=c, skin=skin)
        else:
            roll = 0.5 + 0.5 * math.sin(clock * 1.1)
            c.polys(blob((0.12, 1.36), (0.20, 1.22 - 0.03 * roll), (0.40, 1.14 - 0.05 * roll),
                (0.62, 1.17 - 0.04 * roll), (0.74, 1.20), (0.80, 1.14 - 0.03 * roll), (0.82, 1.21), (0.92, 1.36)), skin)
            c.polys(limb([(0.18, 1.27), (0.30, 1.24), (0.44, 1.25)], [0.008, 0.012, 0.006]), lighter(skin, 0.45))
            spout = (clock * 0.42) % 1.0
            puff = math.sin(math.pi * min(1.0, spout * 1.6)) if spout < 0.62 else 0.0
            for k in range(7):
                h = puff * (0.10 + 0.065 * k)
                c.soft(0.31 + 0.012 * (k - 3) * k * 0.5, 1.14 - 0.05 * roll - h, 0.03 + 0.016 * k, 0.05 + 0.016 * k,
                    (255, 255, 255), 0.6 * puff)
        c.depth(1.0)
        swell(1.33, 0.014, clock * 1.4, mix(sea, p.near, 0.2))
        swell(1.45, 0.018, -clock * 1.2 + 2, mix(sea, p.near, 0.5))
        c.depth(1.2)
        swell(1.60, 0.024, clock * 1.6 + 1, mix(sea, p.near, 0.85))

    return draw
