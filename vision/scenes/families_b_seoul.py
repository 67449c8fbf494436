"""Draw Seoul out of doors: the tower over the city, palace gates, the river's fountain bridge, hanok lanes."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas
from .families_b_parts import Clothes, draw_person, person, place, walk_pose
from .families_b_places import giwa_ridge, giwa_roof, giwa_tiles, seoul_tower
from .motion import Particles, ridge, smooth, under, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import bird, glints, mist, moon, round_tree, skyline, snow, stars, sun, twinkle
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

SEOUL = ("seoul", "korea", "south korea", "travel")


def sky(c: Canvas, rng: np.random.Generator, p: Palette, *, x: float = 0.76, y: float = 0.5, r: float = 0.06) -> None:
    """Paint a sky with stars and a moon, or the sun. For layers."""
    c.gradient(p.sky, y1=1.25)
    if p.dark:
        stars(c, rng, 70, p.light, bottom=0.9)
        moon(c, x, y, r * 0.8, p.light)
    else:
        sun(c, x, y, r, p.light)


def hills(c: Canvas, rng: np.random.Generator, p: Palette, base_y: float, *, amp: float = 0.06) -> None:
    """Paint two hazy ranges, as every view of Seoul has. For layers."""
    haze = p.sky[2]
    c.poly(under(ridge(rng, first=0.9), base_y - 0.07, amp), mix(p.far, haze, 0.55))
    c.poly(under(ridge(rng, first=1.2), base_y, amp * 0.7), mix(p.far, haze, 0.2))


def roof(c: Canvas, x: float, y: float, half: float, tile: Colour, ridge_ink: Colour, *, lines: int = 13,
    rise: float = 0.34) -> None:
    """Paint a Korean tiled roof whose eaves' middle is at (x, y), `half` wide to each side."""
    c.polys(place(giwa_roof(rise=rise), x, y, half), tile)
    rows = [row * half + (x, y) for row in giwa_tiles(rise=rise, num=lines)]
    c.lines(rows, half * 0.018, darker(tile, 0.35), alpha=0.8)
    c.polys(place(giwa_ridge(rise=rise), x, y, half), ridge_ink)


@family(
    name="seoul_tower", topic="travel", tags=(*SEOUL, "n seoul tower", "namsan", "skyline", "city"),
    palettes=("night", "dusk", "sunset", "violet", "moonlit", "rose"),
    subjects=("N Seoul Tower on Namsan hill above the lights of Seoul",
    "a cable car climbing Namsan towards N Seoul Tower"),
    events=("a firework bursts", "the tower turns blue", "a shooting star crosses"), paces=("calm", "steady"),
    titles=(
        "N Seoul Tower and the whole city under it", "First evening in Seoul, straight up Namsan",
        Title("Seoul after dark from the hill", palette="night", tags=("night",)), "The cable car up to Namsan",
        Title("Sunset shift change over Seoul", palette="sunset"), "You can see this tower from half of Seoul",
        Title("Fireworks behind N Seoul Tower", event="a firework bursts", tags=("fireworks",)),
        Title("The tower turned blue, so the air is clean tonight", event="the tower turns blue"),
        Title("Pink sky over Namsan", palette="rose"), "What to see in Seoul: start at the top",
        "Korea, day one: this view",
        Title("Blue hour above Seoul", palette="dusk"), "Counting windows from Namsan park",
    ),
)
def seoul_tower_scene(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Layer sky, ranges, city, the wooded hill with its tower, and near roofs; a cable car climbs."""
    p, hill_y = spec.colours, 1.03
    back = c.layer(lambda k: sky(k, rng, p, x=0.2 + 0.6 * rng.random(), y=0.3))

    def paint_far(k: Canvas) -> None:
        hills(k, rng, p, 1.0)
        skyline(k, rng, 1.2, mix(p.mid, p.sky[2], 0.25), p, low=0.06, high=0.2, width=0.07, share=0.4)

    def paint_hill(k: Canvas) -> None:
        x = np.linspace(LEFT, RIGHT, 60)
        top = hill_y + 0.30 * (1 - np.exp(-(((x - 0.5) / 0.34) ** 2)))
        k.poly(np.concatenate([np.stack([x, top], axis=1), [(RIGHT, BOTTOM), (LEFT, BOTTOM)]]), p.near)
        for px in rng.uniform(LEFT, RIGHT, 130).tolist():
            py = hill_y + 0.30 * (1 - math.exp(-(((px - 0.5) / 0.34) ** 2))) + rng.uniform(-0.005, 0.12)
            k.circle(px, py, rng.uniform(0.018, 0.036), mix(p.near, p.mid, rng.uniform(0, 0.5)))

    def paint_near(k: Canvas) -> None:
        skyline(k, rng, 1.62, mix(p.near, p.ink, 0.5), p, low=0.1, high=0.30, width=0.12, share=0.45)
        roof(k, 0.2, 1.68, 0.42, p.ink, darker(p.near, 0.2))
        roof(k, 0.86, 1.72, 0.40, p.ink, darker(p.near, 0.2))

    far, hill, near = (c.layer(paint, opaque=False) for paint in (paint_far, paint_hill, paint_near))
    tower = place(seoul_tower(), 0.5, hill_y + 0.03, 0.62)
    blink, cars = Particles.make(rng, 16), 2 if "cable car" in spec.subject else 1
    body, warm = mix(p.light, p.sky[1], 0.12) if p.dark else mix(p.near, p.mid, 0.25), p.accent

    def draw(t_s: float) -> None:
        c.depth(0.1).stamp(back)
        if p.dark:
            twinkle(c, blink, t_s, p.light, bottom=0.7)
        c.depth(0.35).stamp(far)
        c.depth(0.8)
        u = spec.moment(t_s, "the tower turns blue")
        glow = mix(warm, rgb("#3fa7ff"), smooth(min(u, 1 - u) * 4) if u is not None else 0.0)
        c.glow(0.5, 0.60, 0.40, glow, (0.75 if p.dark else 0.35) + 0.1 * wave(t_s, 3))
        c.polys(tower, mix(body, glow, 0.9 if u is not None else 0.25 if p.dark else 0.08))
        c.polys([np.add(row, (0, 0.012)) for row in tower[2:3]], mix(glow, p.light, 0.3), alpha=0.6)
        c.glow(0.5, 0.43, 0.06, rgb("#ff5a4d"), 0.5 + 0.5 * wave(t_s, 1.4))
        c.stamp(hill)
        c.line([(1.1, 1.46), (0.545, 1.045)], 0.004, darker(p.light, 0.45), alpha=0.8)
        for k in range(cars):
            s = (0.15 + 0.09 * t_s * spec.speed + 0.5 * k) % 1.0
            x, y = 1.1 - 0.55 * s, 1.46 - 0.41 * s
            c.line([(x, y), (x, y + 0.03)], 0.005, p.ink)
            c.round_rect(x - 0.034, y + 0.025, 0.068, 0.05, 0.016, rgb("#d8433f"))
            c.round_rect(x - 0.027, y + 0.032, 0.054, 0.02, 0.008, p.light)
        c.depth(1.15).stamp(near)

    return draw


def _gate(k: Canvas, p: Palette, snowy: bool) -> None:
    """Paint Gwanghwamun-like double-roofed gate on its stone base. For layers."""
    stone = mix(rgb("#cdbfa9"), p.mid, 0.25)
    red, green = mix(rgb("#b5402f"), p.near, 0.12), mix(rgb("#2f8f7a"), p.near, 0.1)
    tile, crest = (lighter(p.far, 0.7), p.light) if snowy else (mix(rgb("#3f4652"), p.near, 0.3), lighter(p.far, 0.35))
    k.rect(0.06, 1.13, 0.88, 0.26, stone)
    k.lines([[(0.06, y), (0.94, y)] for y in (1.18, 1.235, 1.29, 1.345)], 0.003, darker(stone, 0.25))
    for x, w, h in ((0.5, 0.075, 0.19), (0.26, 0.055, 0.15), (0.74, 0.055, 0.15)):
        k.rect(x - w, 1.39 - h + w * 0.6, 2 * w, h - w * 0.6, p.ink)
        k.ellipse(x, 1.39 - h + w * 0.6, w, w * 0.8, p.ink)
    for y, half, tall, num in ((1.13, 0.36, 0.12, 8), (0.87, 0.27, 0.09, 6)):
        k.rect(0.5 - half, y - tall, 2 * half, tall, darker(green, 0.35))
        for x in np.linspace(0.5 - half, 0.5 + half, num).tolist():
            k.rect(x - 0.013, y - tall, 0.026, tall, red)
        k.rect(0.5 - half, y - tall - 0.03, 2 * half, 0.035, green)
        k.dots(np.array([(x, y - tall - 0.012) for x in np.linspace(0.5 - half, 0.5 + half, 15)]), 0.006, p.accent2)
        roof(k, 0.5, y - tall - 0.03, half * 1.42, tile, crest, rise=0.30)
    k.rect(0.455, 0.985, 0.09, 0.04, p.ink)


HANBOK = (("#f6a5b8", "#f9f2e7"), ("#5b8fd6", "#fdf6ec"), ("#e8c24f", "#8c3b5e"), ("#7cc7a6", "#fff7ee"),
    ("#d95b5b", "#39456e"))


def hanbok(c: Canvas, x: float, y: float, h: float, step: float, inks: tuple[str, str], *, flip: bool) -> None:
    """Paint a walker in a wide hanbok skirt, feet at (x, y)."""
    skirt, jacket = rgb(inks[0]), rgb(inks[1])
    sway, side = 0.02 * h * step, -1 if flip else 1
    c.poly([(x - 0.06 * h, y - 0.66 * h), (x + 0.06 * h, y - 0.66 * h), (x + 0.15 * h + sway, y - 0.3 * h),
            (x + 0.20 * h + sway, y), (x - 0.20 * h + sway, y), (x - 0.15 * h + sway, y - 0.3 * h)], skirt)
    c.poly([(x - 0.02 * h, y - 0.62 * h), (x + 0.03 * h, y - 0.62 * h), (x + 0.05 * h + sway, y),
        (x - 0.06 * h + sway, y)],
           darker(skirt, 0.12))
    c.line([(x + side * 0.02 * h, y - 0.74 * h), (x + side * (0.10 + 0.03 * step) * h, y - 0.56 * h)], 0.07 * h,
        darker(jacket, 0.12))
    c.round_rect(x - 0.085 * h, y - 0.82 * h, 0.17 * h, 0.2 * h, 0.05 * h, jacket)
    c.line([(x, y - 0.72 * h), (x + side * 0.03 * h, y - 0.52 * h)], 0.02 * h, darker(skirt, 0.3))
    c.circle(x, y - 0.9 * h, 0.075 * h, rgb("#f0c9a4"))
    c.ellipse(x - side * 0.02 * h, y - 0.925 * h, 0.082 * h, 0.065 * h, rgb("#241a1c"))
    c.circle(x - side * 0.085 * h, y - 0.89 * h, 0.035 * h, rgb("#241a1c"))


@family(
    name="gyeongbokgung", topic="travel", tags=(*SEOUL, "gyeongbokgung", "palace", "hanbok", "history", "architecture"),
    palettes=("morning", "golden", "autumn", "winter", "spring", "dusk"), counts=(2, 5),
    subjects=("{n} visitors in hanbok crossing the court of a palace gate in Seoul",),
    events=("a red leaf blows past", "a bird flies past", "a camera flash goes off"),
    titles=(
        "Gyeongbokgung, before the crowds", "We rented hanbok and walked the palace",
        "The gate of Gyeongbokgung in Seoul",
        Title("First snow at the palace", palette="winter", tags=("snow",)), "Under the painted eaves, Seoul",
        Title("Palace in autumn, one leaf at a time", palette="autumn", tags=("autumn",)),
        Title("Golden hour at Gyeongbokgung", palette="golden"), "A Korean palace and four hundred roof tiles",
        Title("Cherry blossom week at the palace", palette="spring", tags=("cherry blossom",)),
        Title("The palace court when the lamps come on", palette="dusk"), "Seoul for a day: palace first",
        Title("A red leaf right across the shot", event="a red leaf blows past"), "Hanbok colours against old stone",
    ),
)
def gyeongbokgung(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Paint the double-roofed gate under its mountain; visitors in hanbok walk across the court."""
    p, snowy = spec.colours, spec.palette == "winter"
    leaves = {"autumn": rgb("#d9622b"), "spring": rgb("#f7b3c8"), "winter": lighter(p.far, 0.6)}.get(spec.palette,
        mix(p.mid, p.far, 0.3))

    def paint_back(k: Canvas) -> None:
        sky(k, rng, p, x=0.8, y=0.42)
        peak = mix(p.far, p.sky[2], 0.3)
        k.poly([(LEFT, 1.2), (-0.02, 0.74), (0.14, 0.64), (0.30, 0.36), (0.40, 0.42), (0.56, 0.56), (0.8, 0.70),
            (RIGHT, 0.86), (RIGHT, 1.2)], peak)
        k.poly([(0.30, 0.36), (0.40, 0.42), (0.35, 0.53), (0.29, 0.50), (0.22, 0.51)],
            lighter(peak, 0.5 if snowy else 0.12))
        k.poly(under(ridge(rng, first=1.5), 0.98, 0.05), mix(p.far, p.mid, 0.5))

    def paint_gate(k: Canvas) -> None:
        for x, h in ((-0.06, 0.5), (0.05, 0.36), (0.96, 0.4), (1.08, 0.52)):
            round_tree(k, x, 1.36, h, leaves, p.ink)
        k.rect(LEFT, 1.38, RIGHT - LEFT, BOTTOM - 1.38, lighter(p.far, 0.75) if snowy else mix(rgb("#d8c8a8"), p.mid,
            0.35))
        k.poly([(0.38, 1.385), (0.62, 1.385), (0.95, BOTTOM), (0.05, BOTTOM)], mix(rgb("#e8dcc4"), p.far, 0.25))
        for y in (1.44, 1.52, 1.63):
            k.line([(0.5 - (y - 1.2) * 0.75, y), (0.5 + (y - 1.2) * 0.75, y)], 0.004, mix(p.mid, p.near, 0.2),
                alpha=0.5)
        k.soft(0.5, 1.39, 0.6, 0.035, p.ink, 0.35)
        _gate(k, p, snowy)

    back, gate = c.layer(paint_back), c.layer(paint_gate, opaque=False)
    falling = Particles.make(rng, 70 if snowy else 26)
    lanes = [(rng.uniform(0, 1.3), 1.42 + 0.07 * k, rng.random() < 0.5, HANBOK[(k + spec.seed) % 5])
        for k in range(spec.count)]

    def draw(t_s: float) -> None:
        c.depth(0.15).stamp(back)
        c.depth(0.8).stamp(gate)
        if p.dark:
            for x in (0.26, 0.5, 0.74):
                c.glow(x, 1.3, 0.16, p.accent, 0.7)
            c.glow(0.5, 0.95, 0.5, p.accent, 0.35)
        c.depth(1.0)
        for start, y, flip, inks in lanes:
            x = -0.15 + (start + t_s * 0.06 * spec.speed * (-1 if flip else 1)) % 1.3
            c.soft(x, y, 0.06, 0.014, p.ink, 0.4)
            hanbok(c, x, y - 0.004 * abs(wave(t_s * spec.speed, 0.9, start)), 0.24 + (y - 1.42) * 0.35,
                wave(t_s * spec.speed, 1.8, start),
                   inks, flip=flip)
        if snowy:
            snow(c, falling, t_s, p.light)
        elif spec.palette in ("autumn", "spring"):
            c.dots(falling.at(t_s * spec.speed, fall=0.10, drift=0.05, sway=0.03), 0.008, leaves)

    return draw


@family(
    name="han_river_fountain", topic="travel", tags=(*SEOUL, "han river", "rainbow fountain", "banpo bridge", "bridge",
    "lights", "water"),
    palettes=("night", "indigo", "dusk", "violet", "moonlit"), vignette=0.2,
    subjects=("the rainbow fountain of Banpo bridge over the Han river in Seoul",),
    events=("a firework bursts", "the jets leap higher", "a shooting star crosses"),
    titles=(
        "Banpo bridge turns into a rainbow", "The Han river fountain show", "Seoul, by the river, after dinner",
        "Picnic blanket, ramyeon, and this bridge",
        Title("Fireworks over the Han river", event="a firework bursts", tags=("fireworks",)),
        "The bridge that dances in Seoul", Title("Everyone cheers when the jets leap", event="the jets leap higher"),
        "Rainbow water on a warm Seoul night", Title("Slow water, all colours", pace="calm", tags=("relaxing",)),
        Title("Full colour, full pressure", pace="lively"), "Meet me at the river, Seoul",
        "Han river lights and their reflections",
    ),
)
def han_river_fountain(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Arc coloured jets from a long bridge; the river below mirrors everything."""
    p = spec.colours

    def paint_back(k: Canvas) -> None:
        sky(k, rng, p, x=0.2, y=0.28, r=0.05)
        hills(k, rng, p, 0.86, amp=0.05)
        k.polys(place(seoul_tower(), 0.74, 0.79, 0.30), p.mid)
        skyline(k, rng, 0.98, mix(p.mid, p.far, 0.4), p, low=0.12, high=0.36, width=0.08, share=0.5)

    def paint_bridge(k: Canvas) -> None:
        k.rect(LEFT, 0.80, RIGHT - LEFT, 0.026, lighter(p.far, 0.12))
        k.rect(LEFT, 0.826, RIGHT - LEFT, 0.036, p.near)
        for x in np.linspace(LEFT, RIGHT, 6).tolist():
            k.poly([(x - 0.03, 0.85), (x + 0.03, 0.85), (x + 0.02, 1.18), (x - 0.02, 1.18)], p.near)
            k.line([(x, 0.80), (x, 0.73)], 0.006, p.near)

    back, bridge = c.layer(paint_back), c.layer(paint_bridge, opaque=False)
    lamps = np.linspace(LEFT, RIGHT, 6).tolist()
    hues = [rgb(h) for h in ("#ff4d6d", "#ff9f43", "#ffe066", "#5ee27a", "#3fd0ff", "#5c7cff", "#c86bff")]
    num, drops = 12, Particles.make(rng, 60)
    s = np.linspace(0, 1, 12)

    def draw(t_s: float) -> None:
        c.depth(0.3).stamp(back)
        c.depth(0.8).stamp(bridge)
        u = spec.moment(t_s, "the jets leap higher")
        leap = 1 + (0.9 * math.sin(math.pi * u) if u is not None else 0)
        for k in range(num):
            x = LEFT + 0.04 + k * (RIGHT - LEFT - 0.08) / (num - 1)
            ink = hues[int(k + t_s * 1.6 * spec.speed) % 7]
            ink = mix(ink, hues[(int(k + t_s * 1.6 * spec.speed) + 1) % 7], (t_s * 1.6 * spec.speed) % 1.0)
            reach = (0.13 + 0.03 * wave(t_s * spec.speed, 2.2, k * 0.13)) * leap
            fall = np.stack([x + reach * 0.75 * s, 0.825 - 0.14 * leap * s + (0.36 + 0.13 * leap) * s**2], axis=1)
            c.line(fall, 0.026, ink, alpha=0.75)
            c.line(fall, 0.009, lighter(ink, 0.65))
            c.glow(x + 0.06, 0.95, 0.14, ink, 0.5)
        for x in lamps:
            c.glow(x, 0.725, 0.05, p.light, 0.9)
        c.mirror(1.18, t_s * (0.6 + 0.4 * spec.speed), p.sky[0], mix=0.34, ripple=0.014)
        glints(c, drops, t_s, p.light, top=1.2, alpha=0.5)

    return draw


def _hanok(k: Canvas, x: float, y: float, half: float, haze: float, *, p: Palette, snowy: bool,
    tile: Colour, wall: Colour) -> None:
    """Paint the hanok. For layers."""
    face = mix(wall, p.far, haze)
    k.rect(x - half * 0.86, y, half * 1.72, BOTTOM - y, face)
    k.rect(x - half * 0.86, y + half * 0.42, half * 1.72, half * 0.5, mix(rgb("#9a8f83"), p.mid, 0.4))
    for dx in (-0.56, -0.12, 0.32):
        lit = p.accent2 if p.dark else mix(p.near, p.ink, 0.2)
        k.rect(x + dx * half, y + half * 0.1, half * 0.28, half * 0.26, lit)
    k.rect(x - half * 0.86, y, half * 1.72, half * 0.06, mix(rgb("#6b4630"), p.ink, 0.3))
    cover = lighter(p.far, 0.8 - haze * 0.3) if snowy else mix(tile, p.far, haze)
    roof(k, x, y, half, cover, lighter(cover, 0.4) if not snowy else p.light, lines=15)


def _village_air(c: Canvas, p: Palette, birds: Particles, t_s: float) -> None:
    """Let smoke rise from three chimneys and magpies cross between the roofs."""
    for x, y, phase in ((0.26, 0.93, 0.0), (0.76, 0.92, 0.4), (0.92, 1.04, 0.7)):
        for n in range(5):
            u = (t_s * 0.13 + phase + n / 5) % 1.0
            c.soft(x + 0.09 * u * u + 0.012 * math.sin(u * 9), y - 0.26 * u, 0.018 + 0.05 * u, 0.022 + 0.05 * u,
                mix(p.sky[2], p.light, 0.5), 0.6 * math.sin(math.pi * u))
    for x0, z, phase in zip(birds.x.tolist(), birds.z.tolist(), birds.phase.tolist(), strict=True):
        x = -0.15 + (x0 + t_s * (0.09 + 0.05 * z)) % 1.3
        bird(c, x, 0.62 + 0.22 * z + 0.02 * wave(t_s, 2.6, phase), 0.055 + 0.02 * z, wave(t_s, 0.55, phase), p.ink)


@family(
    name="bukchon_hanok", topic="travel", tags=(*SEOUL, "bukchon", "hanok village", "rooftops", "traditional",
    "architecture"),
    palettes=("winter", "autumn", "morning", "dusk", "golden", "spring"),
    subjects=("tiled hanok roofs stepping down a lane in Bukchon, Seoul",
    "a walker climbing a lane between hanok roofs in Seoul"),
    events=("a bird flies past", "a red leaf blows past", "the light goes out for a moment"), paces=("calm", "steady"),
    titles=(
        "Bukchon, the lane everyone looks for", "Hanok roofs all the way down the hill",
        Title("A quiet morning in a Seoul hanok village", palette="morning"),
        Title("Snow on the hanok roofs", palette="winter", tags=("snow", "winter", "calm")),
        Title("Persimmon season in Bukchon", palette="autumn", tags=("autumn", "persimmon")),
        "Old Seoul in front, new Seoul behind",
        Title("Lamps on in the hanok village", palette="dusk"), Title("Bukchon in the last sun", palette="golden"),
        Title("Climbing the lane in Bukchon", subject="a walker climbing a lane between hanok roofs in Seoul"),
        "The roofs I came to Korea for", "Curved eaves, Seoul",
        Title("Spring comes to the hanok lanes", palette="spring"),
    ),
)
def bukchon_hanok(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Step hanok roofs down both sides of a lane, the new city hazy behind."""
    p, snowy = spec.colours, spec.palette == "winter"
    tile = mix(rgb("#4a525e"), p.near, 0.35)
    wall = mix(rgb("#efe3cc"), p.far, 0.3 if not p.dark else 0.45)

    def paint_back(k: Canvas) -> None:
        sky(k, rng, p, x=0.5, y=0.5, r=0.07)
        hills(k, rng, p, 0.84)
        skyline(k, rng, 0.98, mix(p.far, p.sky[2], 0.3), p, low=0.05, high=0.22, width=0.07, share=0.3)
        k.polys(place(seoul_tower(), 0.58, 0.82, 0.24), mix(p.far, p.mid, 0.5))

    def paint_far(k: Canvas) -> None:
        for x, y, half, haze in ((0.3, 0.98, 0.16, 0.5), (0.72, 0.97, 0.17, 0.5), (0.5, 1.04, 0.14, 0.42)):
            _hanok(k, x, y, half, haze, p=p, snowy=snowy, tile=tile, wall=wall)

    def paint_mid(k: Canvas) -> None:
        for x, y, half, haze in ((0.14, 1.10, 0.26, 0.28), (0.88, 1.12, 0.27, 0.28)):
            _hanok(k, x, y, half, haze, p=p, snowy=snowy, tile=tile, wall=wall)
        stone = lighter(p.far, 0.7) if snowy else mix(rgb("#b9ab97"), p.mid, 0.3)
        k.poly([(0.44, 1.16), (0.56, 1.16), (1.0, BOTTOM), (0.0, BOTTOM)], stone)
        for y in (1.22, 1.30, 1.40, 1.53):
            k.line([(0.5 - (y - 1.02) * 0.62, y), (0.5 + (y - 1.02) * 0.62, y)], 0.004, darker(stone, 0.3))

    def paint_near(k: Canvas) -> None:
        for x, y, half in ((-0.08, 1.31, 0.40), (1.08, 1.35, 0.41)):
            _hanok(k, x, y, half, 0.0, p=p, snowy=snowy, tile=tile, wall=wall)
        if spec.palette == "autumn":
            k.line([(1.1, 0.62), (0.86, 0.70), (0.70, 0.84)], 0.018, p.ink)
            for x, y in ((0.72, 0.86), (0.78, 0.80), (0.86, 0.76), (0.93, 0.74), (0.98, 0.80), (0.83, 0.86)):
                k.circle(x, y, 0.028, rgb("#ef7b2d"))

    back, far, mid, near = c.layer(paint_back), *(c.layer(f, opaque=False) for f in (paint_far, paint_mid, paint_near))
    flakes, birds, walks = Particles.make(rng, 110 if snowy else 24), Particles.make(rng, 4), "walker" in spec.subject
    coat = Clothes(rgb("#f0c9a4"), rgb("#241a1c"), p.accent, p.ink, p.ink, p.ink, p.accent)

    def draw(t_s: float) -> None:
        for depth, layer in ((0.1, back), (0.4, far), (0.7, mid)):
            c.depth(depth).stamp(layer)
        c.depth(0.7)
        if p.dark:
            for x, y in ((0.14, 1.15), (0.88, 1.17), (0.3, 1.02), (0.72, 1.01)):
                c.glow(x, y, 0.2, p.accent, 0.5 + 0.06 * wave(t_s, 2, x))
        if walks:
            up = (t_s * 0.05 * spec.speed) % 0.5
            h = 0.30 - 0.28 * up
            draw_person(c, person(walk_pose(t_s * 5 * spec.speed), hip=(0.47 + 0.06 * up, 1.50 - 0.5 * up - 0.48 * h),
                height=h), coat)
        _village_air(c, p, birds, t_s * spec.speed)
        c.depth(1.15).stamp(near)
        if snowy:
            snow(c, flakes, t_s, (255, 255, 255), speed=0.12 + 0.08 * spec.speed)
        elif spec.palette in ("autumn", "spring"):
            ink = rgb("#f6b6cc") if spec.palette == "spring" else p.accent
            c.dots(flakes.at(t_s, fall=0.12, drift=0.06, sway=0.03), 0.009, ink)
        else:
            mist(c, 1.02, 0.05, p.sky[2], t_s, alpha=0.25)

    return draw
