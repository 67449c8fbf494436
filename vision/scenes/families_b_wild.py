"""Draw the dry lands: elephants and giraffes on safari, a camel caravan over the dunes."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas
from .families_b_beasts import CAMEL, ELEPHANT, GIRAFFE, quadruped, trunk
from .families_b_parts import blob, ellipse, limb, place
from .families_b_places import acacia
from .motion import Particles, pulse, ridge, smooth, under, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import bird, crescent, glints, stars, sun
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

SAFARI = ("safari", "africa", "savanna", "wildlife", "animals", "travel")


def savanna(c: Canvas, rng: np.random.Generator, p: Palette, sun_at: tuple[float, float, float]) -> None:
    """Paint a huge low sun over plains with far acacias. For layers."""
    x, y, r = sun_at
    c.gradient(p.sky, y1=1.25)
    if p.dark:
        stars(c, rng, 60, p.light, bottom=0.8)
    sun(c, x, y, r, p.light, halo=3.2)
    c.poly(under(ridge(rng, first=0.6), 1.12, 0.03), mix(p.far, p.sky[2], 0.3))
    for ax in rng.uniform(LEFT, RIGHT, 6).tolist():
        c.polys(place(acacia(), ax, 1.16, rng.uniform(0.10, 0.18)), mix(p.far, p.mid, 0.5))
    c.poly(under(ridge(rng, first=0.8), 1.17, 0.015), mix(p.mid, p.sky[2], 0.15))


def grassland(c: Canvas, rng: np.random.Generator, p: Palette, y: float) -> None:
    """Paint the near plain with dry grass. For layers."""
    gold = mix(mix(rgb("#c98f3f"), p.mid, 0.55), p.near, 0.25)
    c.gradient((lighter(gold, 0.10), gold, darker(gold, 0.45)), y, BOTTOM)
    for _ in range(150):
        x, gy = rng.uniform(LEFT, RIGHT), rng.uniform(y + 0.02, BOTTOM)
        h, lean = 0.02 + 0.10 * (gy - y), rng.normal(0, 0.012)
        c.poly([(x - 0.004, gy), (x + 0.004, gy), (x + lean, gy - h)], darker(gold, rng.uniform(0.1, 0.45)))


def _burst(c: Canvas, x: float, y: float, u: float, ink: Colour) -> None:
    """Scatter birds from a tree."""
    for k in range(14):
        a, reach = -0.3 - 2.5 * ((k * 0.618) % 1.0), (0.2 + 0.5 * ((k * 0.377) % 1.0)) * u
        bird(c, x + reach * math.cos(a), y + reach * math.sin(a), 0.05 + 0.02 * (k % 3), math.sin(u * 26 + k), ink)


@family(
    name="safari_elephants", topic="travel", tags=(*SAFARI, "elephant", "elephants"),
    palettes=("sunset", "golden", "dawn", "rose", "dusk"), counts=(1, 4), paces=("calm", "steady"),
    subjects=("{n} elephant{s} walking across the savanna on safari",),
    events=("birds burst from a tree", "a bird flies past"),
    titles=(
        "Elephants on the dusty road", "Safari, enormous sun", "They walk like they own the sunset",
        "Big ears, small steps", "The herd keeps its own time", "Dust and ivory light",
        Title("Birds out of the acacia", event="birds burst from a tree"), Title("One elephant, no hurry", count=1),
        Title("Four in a line, trunk to tail", count=4, tags=("herd",)), Title("First light on safari", palette="dawn"),
        Title("Pink sky safari", palette="rose"), Title("Golden hour giants", palette="golden"),
    ),
)
def safari_elephants(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Walk a line of elephants before a giant sun, ears fanning, trunks swinging."""
    p = spec.colours
    back = c.layer(lambda k: savanna(k, rng, p, (0.5, 0.86, 0.24)))

    def paint_near(k: Canvas) -> None:
        k.polys(place(acacia(), 0.10, 1.28, 0.70), mix(p.near, p.ink, 0.4))
        grassland(k, rng, p, 1.26)

    near = c.layer(paint_near, opaque=False)
    skin = mix(mix(rgb("#6f6468"), p.near, 0.45), p.ink, 0.12)
    sizes = [1.0, 0.62, 0.88, 0.48]
    herd = [(n, sizes[n] * rng.uniform(0.95, 1.05), rng.random() * 6.28) for n in range(spec.count)]
    step = (0.0, 0.38, 0.31, 0.25)[spec.count - 1]

    def elephant(x: float, y: float, s: float, phase: float, t_s: float) -> None:
        body = quadruped(ELEPHANT, feet=(x, y), length=s, phase_rad=phase, stride_deg=17, fold=0.5,
            nod_deg=3 * math.sin(phase))
        c.polys(body.far_legs, darker(skin, 0.35))
        c.polys(body.tail, darker(skin, 0.2))
        c.polys(body.legs, darker(skin, 0.08))
        c.polys(body.body, skin)
        c.polys(body.neck, skin)
        c.polys(body.head, lighter(skin, 0.03))
        hx, hy = body.poll
        tusk = limb([(body.nose[0] + 0.02 * s, body.nose[1] + 0.08 * s), (body.nose[0] + 0.16 * s,
            body.nose[1] + 0.20 * s), (body.nose[0] + 0.30 * s, body.nose[1] + 0.15 * s)],
            [0.035 * s, 0.026 * s, 0.006 * s], smooth=True)
        c.polys(trunk(body, length=s, curl=0.35 + 0.35 * math.sin(phase * 0.5)), lighter(skin, 0.03))
        c.polys(tusk, rgb("#fbf2de"))
        fan = 1.0 + 0.16 * wave(t_s * spec.speed, 1.9, phase)
        ear = blob((0.02, -0.24), (-0.18 * fan, -0.28), (-0.36 * fan, -0.12), (-0.32 * fan, 0.12), (-0.16 * fan, 0.26),
            (-0.02, 0.12))
        c.polys(place(ear, hx + 0.02 * s, hy + 0.02 * s, s), darker(skin, 0.16))
        c.polys(place([ear[0] * 0.82 + (-0.02, 0.0)], hx + 0.02 * s, hy + 0.02 * s, s), darker(skin, 0.08))
        c.circle(hx + 0.13 * s, hy - 0.02 * s, 0.020 * s, (16, 12, 14))

    def draw(t_s: float) -> None:
        c.depth(0.15).stamp(back)
        c.depth(0.8)
        for k in range(5):
            x = -0.1 + (0.2 * k + 0.03 * t_s * spec.speed) % 1.3
            bird(c, x, 0.42 + 0.03 * (k % 3) + 0.02 * wave(t_s, 5, k * 0.2), 0.035,
                wave(t_s * spec.speed, 0.9, k * 0.2), p.ink)
        c.stamp(near)
        if (u := spec.moment(t_s, "birds burst from a tree")) is not None:
            _burst(c, 0.12, 0.64, u, p.ink)
        c.depth(1.0)
        walk = 0.16 * (t_s / spec.duration_s - 0.5) * (0.6 + 0.6 * spec.speed)
        base = (0.31, 0.24, 0.19, 0.165)[spec.count - 1]
        for n, size, ph in herd[::-1]:
            s = base * size
            x, y = 0.5 + step * ((spec.count - 1) / 2 - n) + walk, 1.38 + 0.02 * (n % 2)
            c.soft(x, y + 0.005, 0.9 * s, 0.03, p.ink, 0.55)
            elephant(x, y, s, t_s * 2.4 * (0.5 + 0.7 * spec.speed) + ph, t_s)

    return draw


def _giraffe(x: float, y: float, s: float, flip: bool, nod: float, flick: float, *, c: Canvas,
    coat: Colour, patches: list[tuple[float, float, float, float]], spot: Colour) -> None:
    """Paint the giraffe."""
    body = quadruped(GIRAFFE, feet=(x, y), length=s, stride_deg=3, phase_rad=0.6, flip=flip, nod_deg=nod, wag=flick)
    c.polys(body.far_legs, darker(coat, 0.35))
    c.polys(body.tail, spot)
    c.polys(body.legs, darker(coat, 0.06))
    c.polys(body.body, coat)
    c.polys(body.neck, coat)
    c.polys(body.head, coat)
    side = -1 if flip else 1
    (wx, wy), (hx, hy), (px, py), (nx, ny) = body.withers, body.hip, body.poll, body.nose
    cx, cy = (wx + hx) / 2, (wy + hy) / 2
    slant = (wy - hy) / (wx - hx)
    for dx, dy, r, turn in patches:
        reach = 0.16 + 0.10 * (dx + 0.5)
        if abs(dy) < reach - r * 0.6:
            ox = dx * s * side
            c.polys(blob(*[(cx + ox + r * s * k * math.cos(a), cy + slant * ox + dy * s + r * s * k * math.sin(a))
                for a, k in zip(np.arange(5) * 1.257 + turn, (1, 0.8, 1.1, 0.85, 1.05), strict=True)], per_edge=3),
                spot)
    for k in range(8):
        u = 0.12 + 0.105 * k
        r = (0.10 * (1 - u) + 0.058 * u) * s * 0.62
        qx, qy = wx + (px - wx) * u + 0.025 * s * (k % 2 * 2 - 1) * (1 - u * 0.6), wy + (py - wy) * u
        c.polys(ellipse(qx, qy, r, r * 0.75, 0.6 * side), spot)
    c.line([(wx + (px - wx) * 0.05 - 0.09 * s * side, wy + (py - wy) * 0.05), (px - 0.07 * s * side, py)],
        0.030 * s, spot)
    c.polys(limb([(nx - 0.06 * s * side, ny), (nx, ny + 0.01 * s)], [0.06 * s, 0.055 * s]), lighter(coat, 0.35))
    for d in (-0.02, 0.05):
        c.polys(limb([(px + d * s * side, py - 0.05 * s), (px + (d - 0.02) * s * side, py - 0.17 * s)],
            [0.016 * s, 0.014 * s]), coat)
        c.circle(px + (d - 0.02) * s * side, py - 0.175 * s, 0.024 * s, spot)
    c.polys(limb([(px - 0.05 * s * side, py - 0.02 * s), (px - 0.19 * s * side, py - 0.03 * s)],
        [0.035 * s, 0.010 * s]), darker(coat, 0.1))
    c.circle(px + 0.08 * s * side, py - 0.02 * s, 0.018 * s, (18, 12, 12))


@family(
    name="safari_giraffes", topic="travel", tags=(*SAFARI, "giraffe", "giraffes"),
    palettes=("golden", "sunset", "morning", "dawn", "rose", "dusk"), counts=(1, 3), paces=("calm", "steady"),
    subjects=("{n} giraffe{s} standing at a waterhole on safari",),
    events=("birds burst from a tree", "a bird flies past"),
    titles=(
        "Tall drink of water", "Giraffes at the waterhole, safari day two", "The view from up there",
        "Eyelashes for miles", "Everyone stopped the jeep", "Necks first, then the rest",
        Title("Something startled the acacia", event="birds burst from a tree"),
        Title("Three necks, one reflection", count=3), Title("One giraffe, double", count=1, tags=("reflection",)),
        Title("Sunset at the waterhole", palette="sunset"),
        Title("Morning drink on safari", palette="morning"), Title("The calmest giants", pace="calm", tags=("calm",)),
    ),
)
def safari_giraffes(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Stand patterned giraffes beside still water that mirrors them; necks sway, tails flick."""
    p, water = spec.colours, 1.31
    coat, spot = mix(rgb("#e6b565"), p.near, 0.14 if not p.dark else 0.35), mix(rgb("#9a5a2c"), p.near, 0.25)

    def paint(k: Canvas) -> None:
        savanna(k, rng, p, (0.68, 0.80, 0.16))
        k.polys(place(acacia(), 0.93, 1.27, 0.62), mix(p.near, p.mid, 0.3))
        k.poly(under(ridge(rng, first=0.9), 1.235, 0.01), mix(mix(rgb("#c98f3f"), p.mid, 0.5), p.near, 0.2))

    back, sparks = c.layer(paint), Particles.make(rng, 40)
    group = [(n, rng.random(), rng.uniform(0.9, 1.08), n % 2 == 1) for n in range(spec.count)]
    patches = [(rng.uniform(-0.55, 0.55), rng.uniform(-0.16, 0.16), rng.uniform(0.05, 0.085), rng.random() * 3)
        for _ in range(24)]

    def draw(t_s: float) -> None:
        c.depth(0.3).stamp(back)
        c.depth(0.8)
        if (u := spec.moment(t_s, "birds burst from a tree")) is not None:
            _burst(c, 0.92, 0.72, u, p.ink)
        for n, ph, size, flip in group:
            s = (0.25, 0.205, 0.165)[spec.count - 1] * size
            x = 0.44 if spec.count == 1 else 0.5 + 0.29 * (n - (spec.count - 1) / 2)
            nod = 7 * wave(t_s * spec.speed, 4.5, ph) - (6 if n % 2 else 0)
            _giraffe(x, 1.285, s, flip, nod, max(0.0, wave(t_s * spec.speed, 2.1, ph)), c=c, coat=coat,
                patches=patches, spot=spot)
        c.mirror(water, t_s * (0.5 + 0.4 * spec.speed), mix(p.sky[1], p.mid, 0.4), mix=0.36, ripple=0.009)
        c.line([(LEFT, water), (RIGHT, water)], 0.008, mix(p.near, p.mid, 0.4))
        glints(c, sparks, t_s, p.light, top=water + 0.03, x=0.66, spread=0.3, alpha=0.6)

    return draw


def _camel(x: float, y: float, s: float, phase: float, rug: Colour, *, c: Canvas, coat: Colour) -> None:
    """Paint the camel."""
    body = quadruped(CAMEL, feet=(x, y), length=s, phase_rad=phase, stride_deg=19, nod_deg=4 * math.sin(phase),
        fold=0.7)
    c.polys(body.far_legs, darker(coat, 0.3))
    c.polys(body.tail, darker(coat, 0.2))
    c.polys(body.legs, coat)
    c.polys(body.body, coat)
    (wx, wy), (hx, hy), (px, py), (nx, ny) = body.withers, body.hip, body.poll, body.nose
    mx, my = (wx + hx) / 2, (wy + hy) / 2
    c.polys(blob((mx - 0.30 * s, my - 0.14 * s), (mx - 0.16 * s, my - 0.40 * s), (mx + 0.02 * s, my - 0.50 * s),
        (mx + 0.18 * s, my - 0.36 * s), (mx + 0.32 * s, my - 0.14 * s), (mx, my - 0.05 * s)), coat)
    neck = limb([(wx + 0.02 * s, wy + 0.02 * s), (wx + 0.26 * s, wy + 0.10 * s), (wx + 0.40 * s, wy - 0.10 * s),
        (px, py)], [0.20 * s, 0.13 * s, 0.10 * s, 0.085 * s], smooth=True)
    c.polys(neck, coat)
    c.polys(body.head, coat)
    c.polys(body.ear, coat)
    c.polys(blob((mx - 0.26 * s, my + 0.16 * s), (mx - 0.25 * s, my - 0.20 * s), (mx - 0.10 * s, my - 0.46 * s),
        (mx + 0.12 * s, my - 0.44 * s), (mx + 0.26 * s, my - 0.18 * s), (mx + 0.25 * s, my + 0.16 * s)), rug)
    c.polys(blob((mx - 0.20 * s, my + 0.06 * s), (mx - 0.18 * s, my - 0.02 * s), (mx + 0.18 * s, my - 0.02 * s),
        (mx + 0.20 * s, my + 0.06 * s)), lighter(rug, 0.45))
    c.circle(px + 0.07 * s, py - 0.02 * s, 0.018 * s, (16, 12, 12))
    c.line([(nx - 0.02 * s, ny), (nx + 0.28 * s, ny + 0.22 * s)], 0.016 * s, darker(coat, 0.4))


@family(
    name="desert_caravan", topic="travel", tags=("desert", "camels", "caravan", "sahara", "dunes", "morocco", "travel",
    "sand"),
    palettes=("golden", "sunset", "dusk", "moonlit", "dawn", "clay"), counts=(2, 6), paces=("calm", "steady"),
    subjects=("a caravan of {n} camels crossing desert dunes",), events=("a shooting star crosses", "a gust of sand"),
    titles=(
        "A caravan along the ridge", "Sahara, hour five", "Camels know the way", "Sand in everything, worth it",
        "The dune edge walkers", "Long shadows, longer road",
        Title("The wind arrived", event="a gust of sand", tags=("wind",)), Title("Six camels in step", count=6),
        Title("A crescent over the caravan", palette="moonlit", tags=("moon",)),
        Title("Night camp is that way", palette="dusk"),
        Title("Burnt orange Sahara", palette="sunset"), Title("Slow is the only speed", pace="calm", tags=("calm",)),
    ),
)
def desert_caravan(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Lead saddled camels along a dune's edge, their blankets bright; sand smokes off the crest."""
    p = spec.colours
    sand = mix(mix(rgb("#e0a458"), p.mid, 0.5), p.sky[2], 0.12)

    def paint(k: Canvas) -> None:
        k.gradient(p.sky, y1=1.2)
        if p.dark:
            stars(k, rng, 90, p.light, bottom=1.0)
            crescent(k, 0.70, 0.46, 0.075, p.light, mix(p.sky[0], p.sky[1], 0.91))
        else:
            sun(k, 0.64, 0.72, 0.16, p.light, halo=3.2)
        k.poly(under(ridge(rng, first=0.6, waves=3), 1.04, 0.06), mix(sand, p.sky[2], 0.5))
        k.poly(under(ridge(rng, first=0.8, waves=3), 1.14, 0.07), mix(sand, p.sky[2], 0.25))

    xs = np.linspace(LEFT - 0.2, RIGHT + 0.2, 60)
    crest = 1.25 - 0.07 * np.sin((xs - 0.1) * 2.6) - 0.02 * np.sin(xs * 6 + 1)

    def paint_dune(k: Canvas) -> None:
        k.poly(np.concatenate([np.stack([xs, crest], axis=1), [(xs[-1], BOTTOM), (xs[0], BOTTOM)]]), sand)
        shade = np.stack([xs, crest + 0.012 + 0.20 * np.clip(np.sin((xs - 0.35) * 2.2), 0, 1)], axis=1)
        k.poly(np.concatenate([np.stack([xs, crest], axis=1), shade[::-1]]), darker(sand, 0.3))
        for n in range(11):
            y = 0.07 + 0.035 * n
            k.line(np.stack([xs, crest + y + 0.12 * np.clip(np.sin((xs - 0.35) * 2.2), 0,
                1) + 0.006 * np.sin(xs * 30 + n)], axis=1), 0.005, darker(sand, 0.12))
        k.poly(under(ridge(rng, first=0.5, waves=3), 1.68, 0.05), darker(sand, 0.45))

    back, dune = c.layer(paint), c.layer(paint_dune, opaque=False)
    coat = mix(rgb("#a8713f"), p.near, 0.45)
    rugs = [rgb(h) for h in ("#d8433f", "#2f7fa8", "#f2b632", "#7a3f8f", "#2f9e7f")]
    train = [(n, rng.random() * 6.28, rng.uniform(0.94, 1.04)) for n in range(spec.count)]
    grains = Particles.make(rng, 60)
    gap = (0.42, 0.32, 0.26, 0.22, 0.19)[spec.count - 2]

    def draw(t_s: float) -> None:
        c.depth(0.15).stamp(back)
        c.depth(0.9).stamp(dune)
        c.depth(1.0)
        walk = 0.18 * (t_s / spec.duration_s - 0.5) * (0.6 + 0.6 * spec.speed)
        for n, ph, size in train[::-1]:
            s = (0.17, 0.135, 0.115, 0.105, 0.09)[spec.count - 2] * size
            x = 0.5 + gap * ((spec.count - 1) / 2 - n) + walk
            y = float(np.interp(x, xs, crest)) + 0.008
            c.soft(x - 0.03, y + 0.01, 0.9 * s, 0.02, p.ink, 0.4)
            _camel(x, y, s, t_s * 3.2 * (0.5 + 0.7 * spec.speed) + ph, rugs[(n + spec.seed) % 5], c=c,
                coat=coat)
        gust = 0.0 if (u := spec.moment(t_s, "a gust of sand")) is None else pulse(u)
        dust = lighter(sand, 0.35)
        for k in range(8):
            x = LEFT + ((0.17 * k + 0.12 * t_s * spec.speed) % 1.3)
            y = float(np.interp(x, xs, crest))
            c.soft(x, y - 0.012, 0.10, 0.022 + 0.008 * (k % 3), dust, 0.4)
        if gust:
            c.soft(-0.2 + 1.4 * smooth(u or 0.0), 1.15, 0.75, 0.42, dust, 0.9 * gust)
            c.dots(grains.at(t_s, drift=1.6, fall=0.1), 0.005, dust)

    return draw
