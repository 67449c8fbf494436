"""Draw southern Europe: Lisbon's yellow tram, a Venetian canal, Santorini's white steps."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas
from .families_b_parts import Clothes, Pose, blob, draw_person, person, place, poly, sector
from .families_b_places import dome_church
from .families_b_seoul import sky
from .motion import Particles, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import glints, sailboat
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

HOUSES = ("#f4c7a1", "#e8847a", "#7fb5c9", "#f3dd8f", "#c9dcc0", "#eab0bd", "#f6efe0")


def _lisbon_house(k: Canvas, x: float, w: float, y: float, ink: Colour, top: float, *, rng: np.random.Generator,
    p: Palette) -> None:
    """Paint the lisbon house. For layers."""
    k.rect(x, top, w, BOTTOM - top, ink)
    k.poly([(x - 0.015, top), (x + w + 0.015, top), (x + w - 0.01, top - 0.055), (x + 0.01, top - 0.055)],
        mix(rgb("#c8593c"), p.near, 0.15))
    blue = mix(rgb("#3f6fb5"), p.near, 0.15)
    if rng.random() < 0.6:
        for ty in np.arange(y - 0.22, y + 0.1, 0.036):
            for tx in np.arange(x + 0.018, x + w - 0.01, 0.036):
                k.poly([(tx - 0.014, ty), (tx, ty - 0.014), (tx + 0.014, ty), (tx, ty + 0.014)], blue, 0.55)
    for row in range(4):
        for col in (0.28, 0.72):
            wx, wy = x + w * col, top + 0.07 + row * 0.19
            k.rect(wx - 0.032, wy - 0.008, 0.064, 0.10, (250, 246, 236))
            k.rect(wx - 0.025, wy, 0.05, 0.086, p.light if p.dark and rng.random() < 0.6 else mix(p.near, p.far,
                0.4))
            k.rect(wx - 0.045, wy + 0.09, 0.09, 0.008, p.ink)
            k.lines([[(wx + d, wy + 0.06), (wx + d, wy + 0.09)] for d in (-0.04, -0.02, 0, 0.02, 0.04)], 0.004,
                p.ink)


@family(
    name="lisbon_tram", topic="travel", tags=("lisbon", "portugal", "tram", "yellow tram", "tiles", "europe", "travel",
    "city", "street"),
    palettes=("day", "morning", "golden", "sunset", "spring", "dusk"),
    cameras=("static", "zoom_in", "zoom_out", "pan_left", "pan_right", "sway"),
    subjects=("a yellow tram climbing a tiled street in Lisbon", "a yellow tram rolling down a tiled street in Lisbon"),
    events=("a bird flies past", "a red balloon rises past", "a butterfly flutters past"),
    titles=(
        Title("Tram 28, still climbing", subject="a yellow tram climbing a tiled street in Lisbon"),
        "Lisbon is mostly uphill", "Yellow tram, blue tiles, Lisbon",
        "Hold on, the next bend is tight",
        Title("Downhill in Lisbon, brakes singing", subject="a yellow tram rolling down a tiled street in Lisbon"),
        "Laundry day in Alfama",
        Title("Golden hour on the tram line", palette="golden"), Title("Sunset tram, Lisbon", palette="sunset"),
        "The street that tilts",
        Title("Lisbon under a blue, blue sky", palette="day"), "Portugal by tram",
        Title("Lamps on in Alfama, last tram up", palette="dusk"),
    ),
)
def lisbon_tram(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Send a yellow tram up or down a steep street of tiled houses with laundry between the windows."""
    p, slope = spec.colours, -0.17
    down = "rolling down" in spec.subject
    cobble = mix(rgb("#cbbfae"), p.mid, 0.3)
    shade = 0.35 if p.dark else 0.12

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.7, y=0.3)
        x, n = LEFT - 0.04, spec.seed
        while x < RIGHT:
            w = rng.uniform(0.2, 0.3)
            ground = 1.24 + slope * (x + w / 2 - 0.5)
            _lisbon_house(k, x, w, ground, mix(rgb(HOUSES[n % 7]), p.near, shade),
                ground - rng.uniform(0.62, 0.86), rng=rng, p=p)
            x, n = x + w, n + 1
        k.poly([(LEFT, 1.20 - slope * 0.66), (RIGHT, 1.20 + slope * 0.66), (RIGHT, BOTTOM), (LEFT, BOTTOM)], cobble)
        k.poly([(LEFT, 1.20 - slope * 0.66), (RIGHT, 1.20 + slope * 0.66), (RIGHT, 1.23 + slope * 0.66),
            (LEFT, 1.23 - slope * 0.66)], lighter(cobble, 0.3))
        for _ in range(240):
            sx, sy = rng.uniform(LEFT, RIGHT), rng.uniform(1.2, BOTTOM)
            if sy > 1.26 + slope * (sx - 0.5):
                k.ellipse(sx, sy, 0.018, 0.007, darker(cobble, rng.uniform(0.03, 0.16)), angle_deg=-10)
        for off in (0.085, 0.15):
            k.line([(LEFT, 1.20 + off - slope * 0.66), (RIGHT, 1.20 + off + slope * 0.66)], 0.008, darker(cobble, 0.55))
        k.line([(LEFT, 0.60 - slope * 0.66), (RIGHT, 0.60 + slope * 0.66)], 0.004, p.ink)

    back, tram = c.layer(paint), c.sprite(lambda k: _tram(k, p), 0.9, 0.75)
    cloths = [(0.1 + 0.05 * n, rgb(HOUSES[(n * 3 + spec.seed) % 7]), rng.random()) for n in range(6)]

    def draw(t_s: float) -> None:
        c.depth(0.8).stamp(back)
        c.line([(0.06, 0.70), (0.24, 0.725), (0.42, 0.69)], 0.004, p.ink)
        for x, ink, ph in cloths:
            s = 0.012 * wave(t_s * spec.speed, 1.3, ph)
            c.poly([(x, 0.71), (x + 0.036, 0.712), (x + 0.034 + s, 0.775), (x + 0.002 + s, 0.772)],
                mix(ink, p.near, shade))
        x = 0.5 + (t_s / spec.duration_s - 0.5) * (0.4 + 0.3 * spec.speed) * (-1 if down else 1)
        y = 1.315 + slope * (x - 0.5)
        c.depth(1.0)
        c.soft(x, y + 0.01, 0.4, 0.03, p.ink, 0.5)
        c.stamp(tram, x, y + 0.002 * wave(t_s, 0.23), angle_deg=math.degrees(math.atan(slope)),
            scale=(-1, 1) if down else 1.0)
        if p.dark:
            c.glow(x + (-0.33 if down else 0.33), y - 0.14, 0.2, p.light, 0.8)

    return draw


def _tram(k: Canvas, p: Palette) -> None:
    """Paint an old Lisbon tram side-on, rails at y = 0 of the sprite's lower edge. For sprites."""
    yellow, cream, lit = mix(rgb("#f7bd1e"), p.near, 0.06), rgb("#fbf3df"), p.light if p.dark else mix(p.sky[1], p.near,
        0.45)
    k.line([(-0.05, -0.31), (0.10, -0.37)], 0.008, p.ink)
    k.rect(-0.27, -0.03, 0.54, 0.025, p.ink)
    for x in (-0.13, 0.13):
        k.circle(x, -0.022, 0.032, p.ink)
        k.circle(x, -0.022, 0.014, rgb("#8a8a8a"))
    k.round_rect(-0.36, -0.15, 0.72, 0.115, 0.03, yellow)
    k.poly([(-0.35, -0.14), (0.35, -0.14), (0.325, -0.285), (-0.325, -0.285)], cream)
    k.round_rect(-0.36, -0.315, 0.72, 0.04, 0.02, yellow)
    k.round_rect(-0.22, -0.335, 0.44, 0.03, 0.014, cream)
    for n in range(6):
        x = -0.245 + n * 0.085
        k.round_rect(x, -0.26, 0.068, 0.10, 0.01, lit)
    for x in (-0.335, 0.275):
        k.round_rect(x, -0.265, 0.06, 0.215, 0.01, mix(yellow, p.ink, 0.2))
        k.round_rect(x + 0.008, -0.255, 0.044, 0.09, 0.008, lit)
    k.rect(-0.36, -0.135, 0.72, 0.01, cream)
    k.round_rect(-0.06, -0.11, 0.12, 0.05, 0.01, cream)
    k.line([(-0.025, -0.10), (-0.005, -0.10), (-0.022, -0.072), (-0.002, -0.072)], 0.006, p.ink)
    k.line([(0.012, -0.10), (0.028, -0.10), (0.012, -0.072), (0.03, -0.072), (0.028, -0.10)], 0.006, p.ink)
    k.circle(0.35, -0.09, 0.017, p.light)


def _venetian_house(k: Canvas, x0: float, x1: float, top: float, ink: Colour, *, rng: np.random.Generator,
    p: Palette, water: float) -> None:
    """Paint the venetian house. For layers."""
    k.rect(x0, top, x1 - x0, water - top, ink)
    k.poly([(x0 - 0.015, top), (x1 + 0.015, top), (x1 - 0.01, top - 0.05), (x0 + 0.01, top - 0.05)],
        mix(rgb("#a8502f"), p.near, 0.25))
    k.rect(x0, water - 0.06, x1 - x0, 0.06, darker(ink, 0.35))
    for row in range(5):
        for col in range(max(1, round((x1 - x0) / 0.12))):
            wx, wy = x0 + 0.06 + col * 0.12, top + 0.09 + row * 0.17
            if wy < water - 0.14:
                pane = p.light if p.dark and rng.random() < 0.55 else darker(ink, 0.55)
                k.polys(place(sector(0, 0, 0.026, 0.04, math.pi, 2 * math.pi), wx, wy), lighter(ink, 0.5))
                k.rect(wx - 0.026, wy, 0.052, 0.065, lighter(ink, 0.5))
                k.polys(place(sector(0, 0, 0.019, 0.03, math.pi, 2 * math.pi), wx, wy), pane)
                k.rect(wx - 0.019, wy, 0.038, 0.06, pane)
                k.rect(wx - 0.05, wy, 0.016, 0.065, mix(rgb("#3f7a5f"), p.near, 0.2))
                k.rect(wx + 0.034, wy, 0.016, 0.065, mix(rgb("#3f7a5f"), p.near, 0.2))


def _venice_gondola_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, plaster: list[Colour],
    water: float) -> None:
    """Paint what stands still behind the venice gondola. For layers."""
    sky(k, rng, p, x=0.52, y=0.52)
    k.polys(poly((0.46, water), (0.46, 0.62), (0.50, 0.50), (0.54, 0.62), (0.54, water)),
        mix(p.far, p.sky[2], 0.25))
    order = rng.permutation(5).tolist()
    for x0, x1, top, n in ((0.30, 0.42, 0.80, 0), (0.60, 0.70, 0.76, 1), (0.12, 0.33, 0.60, 2),
        (0.68, 0.88, 0.55, 3), (LEFT, 0.15, 0.30, 4), (0.86, RIGHT, 0.26, 0)):
        _venetian_house(k, x0, x1, top, plaster[order[n]], rng=rng, p=p, water=water)
    arc = np.linspace(math.pi, 2 * math.pi, 14)
    stone = mix(rgb("#ded0b8"), p.far, 0.35)
    outer = [(0.5 + 0.17 * math.cos(a), 1.00 + 0.12 * math.sin(a)) for a in arc]
    inner = [(0.5 + 0.11 * math.cos(a), 1.02 + 0.085 * math.sin(a)) for a in arc[::-1]]
    k.poly([(0.31, 1.02), *outer, (0.69, 1.02), (0.69, 1.05), *inner, (0.31, 1.05)], stone)
    for x in (0.2, 0.28, 0.78, 0.86):
        k.line([(x, water + 0.01), (x, 0.88)], 0.014, p.accent)
        k.line([(x, 1.0), (x, 0.96)], 0.014, (250, 244, 232))
        k.line([(x, 0.92), (x, 0.88)], 0.014, (250, 244, 232))


@family(
    name="venice_gondola", topic="travel", tags=("venice", "italy", "gondola", "canal", "boat", "water", "europe",
    "travel"),
    palettes=("golden", "rose", "dusk", "morning", "night", "moonlit"), paces=("calm", "steady"),
    subjects=("a gondola gliding down a canal in Venice",),
    events=("a bird flies past", "a red balloon rises past", "a camera flash goes off"),
    titles=(
        "A gondola and nobody in a hurry", "Venice has no traffic, only this",
        "The canal at the end of the alley, Venice", "Rowing through Venice",
        Title("Pink evening in Venice", palette="rose"), Title("Venice when the day boats leave", palette="dusk"),
        Title("Moonlight on a Venetian canal", palette="moonlit", tags=("moon",)),
        Title("Gold on the water, Venice", palette="golden"), "Under the little bridge, duck your head",
        "Italy, at walking pace", "Striped shirt, long oar, still water",
    ),
)
def venice_gondola(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Frame a canal with leaning houses and a small bridge; a gondolier rows towards its far end, mirrored."""
    p, water = spec.colours, 1.08
    plaster = [mix(rgb(h), p.near, 0.4 if p.dark else 0.1) for h in ("#d98a5f", "#e8b48a", "#c9605a", "#e9cf9a",
        "#b96a55")]

    back, sparks = c.layer(lambda k: _venice_gondola_backdrop(k, rng=rng, p=p, plaster=plaster,
        water=water)), Particles.make(rng, 40)
    wear = Clothes(rgb("#e8b48a"), p.ink, rgb("#f5f0e6"), rgb("#1d2238"), p.ink, rgb("#1d2238"), rgb("#f5f0e6"))

    def draw(t_s: float) -> None:
        c.depth(0.6).stamp(back)
        if p.dark:
            for x in (0.2, 0.8):
                c.glow(x, 0.9, 0.25, p.accent, 0.6)
        c.depth(0.8)
        c.mirror(water, t_s * (0.6 + 0.4 * spec.speed), mix(rgb("#2f7f7a"), p.mid, 0.5), mix=0.45)
        glints(c, sparks, t_s, p.light, top=water + 0.03, alpha=0.55)
        c.depth(1.0)
        x, y = 0.5 + (t_s / spec.duration_s - 0.5) * (0.25 + 0.25 * spec.speed), 1.27 + 0.006 * wave(t_s, 2.6)
        stroke = wave(t_s * spec.speed, 2.4)
        c.soft(x, y + 0.05, 0.46, 0.05, p.ink, 0.5)
        h = 0.34
        who = person(Pose(lean=10 + 10 * stroke, shoulders=(60 + 22 * stroke, 50 + 22 * stroke), elbows=(25, 20),
            hips=(14, -16), knees=(6, 4)), hip=(x - 0.26, y - 0.19), height=h)
        c.line([(who.hands[0][0] - 0.08, who.hands[0][1] - 0.12), who.hands[0], (x - 0.12 + 0.08 * stroke, y + 0.12)],
            0.010, rgb("#8a5a35"))
        draw_person(c, who, wear)
        for s in (0.3, 0.55, 0.8):
            hx, hy = who.head_at
            c.line([(x - 0.285 + 0.02 * s, y - 0.19 - 0.085 * s), (x - 0.235 + 0.03 * s, y - 0.19 - 0.085 * s)], 0.010,
                rgb("#c43a3a"))
        c.ellipse(hx, hy - 0.018, 0.034, 0.008, rgb("#e8cf8f"))
        hull = blob((-0.46, -0.13), (-0.40, -0.06), (-0.2, -0.02), (0.1, -0.01), (0.34, -0.05), (0.44, -0.17),
            (0.475, -0.17), (0.44, -0.02), (0.30, 0.05), (0.0, 0.065), (-0.25, 0.055), (-0.42, -0.0))
        c.polys(place(hull, x, y), p.ink)
        c.line([(x - 0.36, y - 0.035), (x - 0.1, y - 0.004), (x + 0.2, y - 0.012), (x + 0.36, y - 0.05)], 0.007,
            p.accent2)
        c.round_rect(x - 0.05, y - 0.075, 0.16, 0.065, 0.02, rgb("#b3283a"))
        for n in range(4):
            c.line([(x + 0.445, y - 0.16 + n * 0.018), (x + 0.482, y - 0.16 + n * 0.018)], 0.006,
                mix(p.light, p.far, 0.3))

    return draw


def _white_cube(k: Canvas, x: float, y: float, w: float, h: float, tone: float, *, rng: np.random.Generator,
    p: Palette, dome: Colour, white: Colour) -> None:
    """Paint the white cube. For layers."""
    wall = darker(white, tone)
    k.rect(x, y - h, w, BOTTOM - y + h, wall)
    k.rect(x + w * 0.72, y - h, w * 0.28, BOTTOM - y + h, darker(wall, 0.12))
    k.rect(x - 0.006, y - h, w + 0.012, 0.014, lighter(wall, 0.5))
    pane = p.light if p.dark and rng.random() < 0.7 else dome
    k.rect(x + w * 0.16, y - h * 0.72, w * 0.18, h * 0.26, pane)
    k.round_rect(x + w * 0.46, y - h * 0.6, w * 0.18, h * 0.6, 0.03, pane if rng.random() < 0.5 else dome)


@family(
    name="santorini", topic="travel", tags=("santorini", "greece", "island", "sea", "blue domes", "europe", "travel",
    "summer"),
    palettes=("day", "sunset", "rose", "tropical", "dusk", "golden"), counts=(1, 3),
    subjects=("white houses and blue domes above the sea in Santorini with {n} sailing boat{s}",),
    events=("a bird flies past", "a butterfly flutters past", "a paper plane glides past"),
    titles=(
        "Blue domes, Santorini", "White steps all the way to the sea", "Greek summer, exactly as advertised",
        "Oia before the ferry comes in",
        Title("The sunset everyone climbs up for", palette="sunset"), Title("Santorini goes pink", palette="rose"),
        Title("Three sails under Oia", count=3, tags=("sailing",)),
        Title("Noon in Santorini, bring a hat", palette="day"), "Whitewash and bougainvillea",
        "A balcony over the Aegean", Title("Windows lit over the caldera", palette="dusk"),
    ),
)
def santorini(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Pile white cubes and blue domes down a cliff to the sea; boats sail, petals drift."""
    p = spec.colours
    white = mix(rgb("#fdfaf3"), p.sky[1], 0.22 if not p.dark else 0.5)
    dome = mix(rgb("#2566c4"), p.near, 0.12 if not p.dark else 0.35)
    sea = mix(rgb("#1f6fb8"), p.mid, 0.35 if not p.dark else 0.65)

    def paint_back(k: Canvas) -> None:
        sky(k, rng, p, x=0.26, y=0.62, r=0.06)
        k.gradient((mix(sea, p.sky[2], 0.55), sea, darker(sea, 0.25)), 0.92, BOTTOM)
        k.poly([(LEFT, 0.925), (LEFT, 0.87), (0.02, 0.83), (0.15, 0.85), (0.32, 0.90), (0.46, 0.925)],
            mix(p.far, p.sky[2], 0.3))

    def paint_town(k: Canvas) -> None:
        k.poly([(0.30, BOTTOM), (0.38, 1.42), (0.52, 1.2), (0.66, 0.96), (0.86, 0.80), (RIGHT, 0.74), (RIGHT, BOTTOM)],
            mix(rgb("#a8785a"), p.near, 0.4))
        for row, (y, x0) in enumerate(((0.90, 0.70), (1.02, 0.58), (1.15, 0.48), (1.30, 0.36), (1.46, 0.20),
            (1.64, 0.02))):
            x = x0
            while x < RIGHT:
                w, h = rng.uniform(0.12, 0.19) * (1 + row * 0.1), rng.uniform(0.09, 0.15) * (1 + row * 0.08)
                _white_cube(k, x, y + rng.uniform(-0.02, 0.03), w, h, rng.uniform(0, 0.10), rng=rng, p=p, dome=dome,
                    white=white)
                x += w * 0.96
        for x, y, s in ((0.80, 0.86, 0.26), (0.62, 1.16, 0.30)):
            shape = place(dome_church(), x, y, s)
            k.polys(shape[:-1], white)
            k.polys(shape[-1:], dome)
            k.line([(x, y - 0.87 * s), (x, y - 1.03 * s)], 0.008, white)
            k.line([(x - 0.02, y - 0.97 * s), (x + 0.02, y - 0.97 * s)], 0.008, white)
            k.arc(x, y - 0.57 * s, 0.2 * s, 0.24 * s, 200, 250, 0.012, lighter(dome, 0.4))
        for _ in range(90):
            x, y = rng.normal(0.95, 0.07), rng.normal(1.50, 0.06)
            k.circle(x, y, rng.uniform(0.012, 0.026), mix(rgb("#e0408a"), p.near, rng.uniform(0, 0.35)))

    back, town = c.layer(paint_back), c.layer(paint_town, opaque=False)
    sparks, petals = Particles.make(rng, 60), Particles.make(rng, 16)
    starts = rng.random(3).tolist()

    def draw(t_s: float) -> None:
        c.depth(0.2).stamp(back)
        glints(c, sparks, t_s * (0.5 + 0.5 * spec.speed), p.light, top=0.94, x=0.26, spread=0.5, alpha=0.75)
        for n in range(spec.count):
            x, y = -0.1 + (starts[n] + 0.05 * t_s * spec.speed) % 0.8, 1.0 + 0.12 * n
            sailboat(c, x, y + 0.003 * wave(t_s, 1.9, n), 0.07 + 0.022 * n, darker(sea, 0.5), (255, 252, 244),
                tilt_deg=4 * wave(t_s, 3, n * 0.3))
        c.depth(0.9).stamp(town)
        if p.dark:
            for x, y in ((0.8, 0.9), (0.62, 1.1), (0.75, 1.3), (0.4, 1.45)):
                c.glow(x, y, 0.22, p.accent, 0.5)
        c.dots(petals.at(t_s * spec.speed, fall=0.08, drift=-0.06, sway=0.03), 0.008, rgb("#e85fa0"))

    return draw
