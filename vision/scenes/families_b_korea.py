"""Draw Seoul from inside: a subway carriage over the river, a cafe window."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .families_b_koreafood import steam
from .families_b_parts import blob, limb, place, sector
from .families_b_places import seoul_tower
from .families_b_seoul import SEOUL, hills, sky
from .motion import Particles, smooth, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import rain, skyline, snow
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def _subway_cabin(k: Canvas, *, p: Palette, metal: Colour, seat: Colour) -> None:
    """Paint the subway cabin. For layers."""
    k.rect(LEFT, TOP, RIGHT - LEFT, 0.42 - TOP, darker(metal, 0.1))
    k.rect(LEFT, 1.02, RIGHT - LEFT, BOTTOM - 1.02, metal)
    for x in (-0.10, 0.48, 1.06):
        k.rect(x - 0.045, 0.3, 0.13, 0.8, metal)
        k.line([(x + 0.02, 0.3), (x + 0.02, 1.42)], 0.022, lighter(metal, 0.5))
    k.round_rect(LEFT, 0.20, RIGHT - LEFT, 0.10, 0.02, lighter(metal, 0.25))
    for x, ink in ((0.1, "#33a23d"), (0.35, "#ef7c1c"), (0.6, "#00a5de"), (0.85, "#996cac")):
        k.round_rect(x, 0.222, 0.14, 0.055, 0.02, mix(rgb(ink), p.near, 0.15))
    k.round_rect(LEFT, 1.14, RIGHT - LEFT, 0.17, 0.04, seat)
    k.round_rect(LEFT, 1.28, RIGHT - LEFT, 0.09, 0.03, darker(seat, 0.2))
    k.rect(LEFT, 1.37, RIGHT - LEFT, 0.1, darker(metal, 0.45))
    k.rect(LEFT, 1.47, RIGHT - LEFT, BOTTOM - 1.47, darker(metal, 0.3))


@family(
    name="seoul_subway", topic="travel", tags=(*SEOUL, "subway", "metro", "train", "han river", "commute", "city"),
    palettes=("sunset", "dusk", "morning", "golden", "night", "winter"), counts=(1, 4),
    cameras=("static", "sway", "zoom_in", "zoom_out"),
    subjects=("{n} passenger{s} on a Seoul subway train crossing the Han river",),
    events=("a train passes the other way", "a bird flies past"),
    titles=(
        "Line 2 across the Han river", "The thirty seconds of sky on the Seoul subway", "Subway window, Seoul",
        "Riding home over the river",
        Title("Sunset from the Seoul subway", palette="sunset"),
        Title("Night train over the Han", palette="night", tags=("night",)),
        Title("Another train, for half a second", event="a train passes the other way"), "Commute with a view, Korea",
        Title("Alone in the carriage", count=1, tags=("quiet",)), "Straps swinging, city sliding by",
        "Everyone looks up here",
        Title("Cold light on the river", palette="winter"),
    ),
)
def seoul_subway(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look across a carriage: river and skyline slide past big windows, beams flash, straps swing, people sit."""
    p = spec.colours

    def paint_sky(k: Canvas) -> None:
        sky(k, rng, p, x=0.6, y=0.55)
        hills(k, rng, p, 0.86)

    def paint_city(k: Canvas) -> None:
        skyline(k, rng, 0.92, mix(p.mid, p.sky[2], 0.2), p, low=0.05, high=0.24, width=0.09, share=0.4,
            right=RIGHT + 1.4)
        k.polys(place(seoul_tower(), 0.8, 0.88, 0.34), mix(p.mid, p.sky[2], 0.2))

    metal, seat = mix(rgb("#d9dde2"), p.far, 0.45 if p.dark else 0.25), mix(rgb("#3f7f86"), p.near, 0.35)

    back, city = c.layer(paint_sky), c.layer(paint_city, opaque=False, right=1.4)
    cabin = c.layer(lambda k: _subway_cabin(k, p=p, metal=metal, seat=seat), opaque=False)
    shades = [mix(rgb(h), p.near, 0.3) for h in ("#c8553d", "#e0a458", "#4a6fa5", "#7b506f")]
    riders = [(x, shades[(n + spec.seed) % 4], rng.uniform(0.9, 1.05)) for n,
        x in enumerate(rng.permutation([0.16, 0.36, 0.66, 0.86])[: spec.count].tolist())]

    def draw(t_s: float) -> None:
        c.depth(0.1).stamp(back)
        run = t_s * spec.speed
        c.depth(0.3).stamp(city, -((0.09 * run) % 1.3))
        c.mirror(0.94, t_s, p.sky[1], mix=0.45)
        c.depth(0.7)
        for k in range(3):
            x = 1.5 - (0.75 * run + 0.75 * k) % 2.25
            c.poly([(x, 0.3), (x + 0.035, 0.3), (x + 0.435, 1.2), (x + 0.40, 1.2)], p.near, 0.85)
            c.poly([(x + 0.40, 0.3), (x + 0.435, 0.3), (x + 0.035, 1.2), (x, 1.2)], p.near, 0.85)
        c.rect(LEFT, 0.96, RIGHT - LEFT, 0.05, p.near)
        if (u := spec.moment(t_s, "a train passes the other way")) is not None:
            x = 1.4 - 3.6 * smooth(u)
            c.rect(x, 0.5, 1.9, 0.55, darker(metal, 0.35))
            for n in range(6):
                c.rect(x + 0.1 + 0.3 * n, 0.6, 0.2, 0.2, p.accent2)
        c.depth(1.0).stamp(cabin)
        for x, ink, size in riders:
            _rider(c, x, 1.24 + 0.004 * wave(run, 0.7, x), 0.30 * size, ink, p.ink)
        for k in range(6):
            x, lean = 0.0 + 0.2 * k, 0.03 * wave(run, 2.1, 0.02 * k)
            c.line([(x, 0.30), (x + lean, 0.42)], 0.012, darker(metal, 0.4))
            c.ring(x + lean * 1.3, 0.455, 0.035, 0.012, rgb("#f4ead6"))
        c.tint(p.light, 0.05 + 0.04 * (wave(run, 0.9) > 0.6))

    return draw


def _rider(c: Canvas, x: float, y: float, h: float, ink: Colour, dark: Colour) -> None:
    """Paint a seated passenger facing us, seat level at (x, y), reading a lit phone."""
    c.line([(x - 0.09 * h, y + 0.12 * h), (x - 0.10 * h, y + 0.62 * h)], 0.15 * h, darker(ink, 0.55))
    c.line([(x + 0.09 * h, y + 0.12 * h), (x + 0.10 * h, y + 0.62 * h)], 0.15 * h, darker(ink, 0.55))
    c.round_rect(x - 0.21 * h, y - 0.48 * h, 0.42 * h, 0.68 * h, 0.16 * h, ink)
    c.round_rect(x - 0.06 * h, y - 0.10 * h, 0.12 * h, 0.17 * h, 0.02 * h, rgb("#dff3ff"))
    for side in (-1, 1):
        c.line([(x + side * 0.19 * h, y - 0.34 * h), (x + side * 0.21 * h, y - 0.06 * h), (x + side * 0.05 * h, y)],
            0.10 * h, darker(ink, 0.15))
    c.circle(x, y - 0.64 * h, 0.145 * h, rgb("#eec39b"))
    c.polys(sector(x, y - 0.66 * h, 0.16 * h, 0.17 * h, math.pi, 2 * math.pi), dark)


@family(
    name="seoul_cafe", topic="food", tags=(*SEOUL, "cafe", "coffee", "window", "cosy", "calm"),
    palettes=("dusk", "overcast", "winter", "night", "storm"), paces=("calm", "steady"),
    cameras=("static", "zoom_in", "sway", "zoom_out"),
    subjects=("a steaming cup on a cafe windowsill with N Seoul Tower behind the rain",
    "a steaming cup on a cafe windowsill with N Seoul Tower behind falling snow"),
    events=("lightning strikes", "the light goes out for a moment"),
    titles=(
        "A cafe in Seoul with the right window", "Coffee first, then the rest of Seoul", "One cup, one tower, no plans",
        "Slow hour in a Seoul cafe",
        Title("Rain on a cafe window in Seoul",
        subject="a steaming cup on a cafe windowsill with N Seoul Tower behind the rain", tags=("rainy",)),
        Title("Snow outside, latte inside",
        subject="a steaming cup on a cafe windowsill with N Seoul Tower behind falling snow", tags=("snow",)),
        Title("Blue hour, one last coffee", palette="dusk"), "The quietest table in Korea",
        "Waiting out the weather above Seoul",
        Title("Night coffee in Seoul", palette="night", tags=("night",)), "Steam on the glass",
    ),
)
def seoul_cafe(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Frame the tower in a wet window; a cup steams on the sill under a lamp."""
    p, snowy = spec.colours, spec.subject.endswith("snow")

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.2, y=0.35, r=0.04)
        hills(k, rng, p, 0.98)
        k.polys(place(seoul_tower(), 0.62, 1.0, 0.62), mix(p.light, p.far, 0.35))
        k.glow(0.62, 0.58, 0.3, p.accent, 0.7)
        skyline(k, rng, 1.25, p.mid, p, low=0.1, high=0.3, width=0.1, share=0.5)
        k.blur(0.006)

    wood = mix(rgb("#6b3f28"), p.ink, 0.3)

    def paint_room(k: Canvas) -> None:
        for x, w in ((LEFT, 0.23 - LEFT - 0.16), (0.93, 0.4)):
            k.rect(x, TOP, w, BOTTOM - TOP, wood)
        k.rect(LEFT, TOP, 2, 0.14 - TOP, wood)
        k.rect(0.49, 0.1, 0.022, 1.2, wood)
        k.rect(LEFT, 0.70, 1.4, 0.018, wood)
        k.rect(LEFT, 1.28, 1.4, BOTTOM - 1.28, lighter(wood, 0.12))
        k.rect(LEFT, 1.28, 1.4, 0.025, lighter(wood, 0.3))
        k.poly([(0.28, 0.0), (0.30, 0.18), (0.20, 0.30), (0.40, 0.30), (0.30, 0.18)], p.ink)
        for x, h in ((0.86, 0.2), (0.93, 0.27), (0.80, 0.15)):
            k.polys(place(limb([(0, 0), (0.12, -0.6), (0.3, -1)], [0.06, 0.16, 0.02], smooth=True), x, 1.2, h,
                flip=x < 0.85), rgb("#3f7f5c"))
        k.poly([(0.77, 1.18), (0.97, 1.18), (0.94, 1.32), (0.80, 1.32)], rgb("#c9744f"))

    def paint_cup(k: Canvas) -> None:
        k.ellipse(0.0, 0.13, 0.22, 0.035, lighter(wood, 0.5))
        k.ring(0.155, 0.02, 0.055, 0.022, rgb("#f6efe2"))
        k.polys(blob((-0.15, -0.09), (0.15, -0.09), (0.13, 0.05), (0.06, 0.12), (-0.06, 0.12), (-0.13, 0.05)),
            rgb("#f6efe2"))
        k.ellipse(0, -0.09, 0.148, 0.035, rgb("#e6dccb"))
        k.ellipse(0, -0.088, 0.128, 0.027, rgb("#8a5836"))
        k.ellipse(0.0, -0.088, 0.06, 0.013, rgb("#f0d9b5"))

    back, room, cup = c.layer(paint), c.layer(paint_room, opaque=False), c.sprite(paint_cup, 0.5, 0.4)
    drops, puffs = Particles.make(rng, 90), Particles.make(rng, 9)
    beads = np.stack([rng.uniform(0.08, 0.92, 45), rng.uniform(0.15, 1.25, 45)], axis=1)

    def draw(t_s: float) -> None:
        c.depth(0.3).stamp(back)
        if snowy:
            snow(c, drops, t_s, (255, 255, 255), speed=0.14 + 0.1 * spec.speed)
        else:
            rain(c, drops, t_s, lighter(p.sky[2], 0.4), speed=1.0 + spec.speed, alpha=0.4)
            c.dots(np.add(beads, (0, 0.01 * (t_s * spec.speed % 3))), 0.006, lighter(p.sky[2], 0.45))
        c.depth(1.0).stamp(room)
        c.glow(0.30, 0.34, 0.5, rgb("#ffcf8a"), 0.55 + 0.04 * wave(t_s, 2.7))
        c.stamp(cup, 0.40, 1.20, scale=1.25)
        steam(c, puffs, t_s * (0.6 + 0.4 * spec.speed), 0.40, 1.08, wide=0.16, tall=0.5, colour=(255, 250, 240),
            alpha=0.4)

    return draw
