"""Draw the United States: the Golden Gate, a cable-car hill, a New York avenue."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas
from .families_b_parts import place
from .families_b_places import conifer
from .families_b_seoul import sky
from .motion import Particles, pulse, ridge, under, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import glints, mist, sailboat, snow, windows
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def _golden_gate(k: Canvas, *, p: Palette, deck: float, red: Colour, towers: tuple[Colour, Colour],
    water: float) -> None:
    """Paint the golden gate. For layers."""
    span = np.linspace(0, 1, 24)
    (ax, ay, _), (bx, by, _) = towers
    x = ax + (bx - ax) * span
    main = np.stack([x, ay + (by - ay) * span + 0.34 * (1 - (2 * span - 1) ** 2)], axis=1)
    k.lines([[(px, py), (px, deck)] for px, py in main[1:-1]], 0.003, red)
    k.line(main, 0.012, red)
    for x0, y0, x1 in ((ax, ay, LEFT - 0.1), (bx, by, RIGHT + 0.1)):
        side = [(x0 + (x1 - x0) * s, y0 + (deck - 0.02 - y0) * (1 - (1 - s) ** 1.6)) for s in np.linspace(0, 1, 12)]
        k.line(side, 0.012, red)
        k.lines([[(px, py), (px, deck)] for px, py in side[1:-1]], 0.003, red)
    for tx, ty, w in towers:
        for s in (-1, 1):
            k.rect(tx + s * w * 0.72 - w * 0.22, ty - 0.02, w * 0.44, water + 0.02 - ty, red)
            k.rect(tx + s * w * 0.72 + w * 0.06, ty - 0.02, w * 0.16, water + 0.02 - ty, darker(red, 0.25))
        for y in np.linspace(ty, deck - 0.07, 4).tolist():
            k.rect(tx - w * 0.9, y, w * 1.8, 0.030, red)
        k.rect(tx - w * 1.3, water - 0.03, w * 2.6, 0.05, mix(rgb("#b8aa9a"), p.near, 0.4))
    k.rect(LEFT, deck, RIGHT - LEFT, 0.020, lighter(red, 0.12))
    k.rect(LEFT, deck + 0.02, RIGHT - LEFT, 0.022, darker(red, 0.3))
    k.lines([[(x, deck + 0.042), (x + 0.03, deck + 0.02), (x + 0.06, deck + 0.042)]
        for x in np.arange(LEFT, RIGHT, 0.06)], 0.004, red)


@family(
    name="golden_gate", topic="travel", tags=("san francisco", "california", "golden gate bridge", "bridge", "fog",
    "usa", "travel", "bay"),
    palettes=("golden", "dawn", "overcast", "sunset", "morning", "dusk"), counts=(1, 3),
    subjects=("the Golden Gate bridge above drifting fog with {n} sailing boat{s} on the bay",),
    events=("a bird flies past", "a paper plane glides past", "a red balloon rises past"),
    titles=(
        "The fog has a name and it is late today", "Golden Gate, top half only", "San Francisco, layer by layer",
        "Bridge over nothing but fog",
        Title("Golden Gate at golden hour", palette="golden"),
        Title("Last boats under the bridge", palette="sunset", tags=("sunset",)),
        Title("Grey day, red bridge", palette="overcast"), "Watching Karl the fog come in",
        Title("Three sails under the Golden Gate", count=3, tags=("sailing",)),
        Title("San Francisco wakes up", palette="dawn"), "Worth the windy walk",
        Title("Fog in no hurry at all", pace="calm", tags=("calm",)),
    ),
)
def golden_gate(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Stand two red towers in the bay with swooping cables; fog banks slide below the deck and sails cross."""
    p, deck, water = spec.colours, 1.02, 1.20
    red = mix(rgb("#c8452e"), p.near, 0.12 if not p.dark else 0.35)
    towers = ((0.20, 0.60, 0.062), (0.86, 0.70, 0.048))

    def paint_back(k: Canvas) -> None:
        sky(k, rng, p, x=0.56, y=0.58, r=0.07)
        haze = p.sky[2]
        k.poly(under(ridge(rng, first=0.8), 1.08, 0.05), mix(p.far, haze, 0.5))
        k.poly([(LEFT, 1.2), (LEFT, 0.92), (0.02, 0.96), (0.2, 1.08), (0.34, 1.2)], mix(p.far, p.mid, 0.5))
        k.gradient((mix(p.sky[2], p.mid, 0.45), p.mid, darker(p.mid, 0.35)), water, BOTTOM)

    def paint_near(k: Canvas) -> None:
        k.poly(under(ridge(rng, first=1.0), 1.66, 0.06), darker(p.near, 0.15))
        for x in (0.05, 0.14, 0.9, 0.98):
            k.polys(place(conifer(), x, 1.70, rng.uniform(0.2, 0.3)), p.ink)

    back, bridge, near = c.layer(paint_back), c.layer(lambda k: _golden_gate(k, p=p, deck=deck, red=red,
        towers=towers, water=water), opaque=False), c.layer(paint_near, opaque=False)
    sparks, starts = Particles.make(rng, 60), rng.random(3).tolist()
    fog = mix((255, 255, 255), p.sky[1], 0.3 if not p.dark else 0.6)

    def draw(t_s: float) -> None:
        slow = t_s * (0.5 + 0.5 * spec.speed)
        c.depth(0.15).stamp(back)
        mist(c, 0.99, 0.10, fog, slow, alpha=0.55, speed=0.035)
        glints(c, sparks, slow, p.light, top=1.22, spread=0.5, alpha=0.7)
        c.depth(0.7).stamp(bridge)
        for tx, ty, _ in towers:
            c.glow(tx, ty - 0.03, 0.05, rgb("#ff5a4d"), 0.55 + 0.45 * wave(t_s, 1.8))
        for n in range(spec.count):
            x = -0.15 + (starts[n] + 0.06 * t_s * spec.speed) % 1.3
            sailboat(c, x, 1.33 + 0.09 * n + 0.004 * wave(t_s, 1.8, n), 0.08 + 0.03 * n, p.ink, lighter(p.light, 0.5),
                tilt_deg=5 * wave(t_s, 3.1, n * 0.4))
        mist(c, 1.14, 0.085, fog, slow + 7, alpha=0.75, speed=0.06)
        mist(c, 1.06, 0.05, fog, slow + 19, alpha=0.45, speed=0.09)
        c.depth(1.2).stamp(near)

    return draw


def _cable_car(k: Canvas, p: Palette) -> None:
    """Paint a San Francisco cable car from the front, wheels at the sprite's lower edge. For sprites."""
    brown, cream, lit = mix(rgb("#8e2f25"), p.near, 0.1), rgb("#f2e2bd"), p.light if p.dark else mix(p.sky[1], p.near,
        0.35)
    k.rect(-0.13, 0.13, 0.26, 0.05, p.ink)
    k.round_rect(-0.17, -0.03, 0.34, 0.17, 0.02, brown)
    k.rect(-0.17, 0.05, 0.34, 0.014, rgb("#e0b040"))
    k.rect(-0.155, -0.17, 0.31, 0.15, cream)
    for x in (-0.142, -0.045, 0.053):
        k.round_rect(x, -0.155, 0.088, 0.12, 0.012, lit)
    k.poly([(-0.19, -0.165), (0.19, -0.165), (0.15, -0.215), (-0.15, -0.215)], brown)
    k.round_rect(-0.09, -0.255, 0.18, 0.045, 0.02, cream)
    k.circle(0, 0.0, 0.026, p.light)
    for x in (-0.19, 0.175):
        k.rect(x, -0.16, 0.015, 0.30, rgb("#e0b040"))
    k.round_rect(-0.06, 0.075, 0.12, 0.035, 0.01, cream)


@family(
    name="cable_car_hill", topic="travel", tags=("san francisco", "california", "cable car", "hill", "bay", "usa",
    "travel", "city", "street"),
    palettes=("day", "golden", "morning", "sunset", "dusk", "spring"),
    cameras=("static", "sway", "zoom_in", "zoom_out"),
    subjects=("a cable car climbing a steep street in San Francisco with the bay behind",),
    events=("a bird flies past", "a red balloon rises past"),
    titles=(
        "The hill wins, the cable car does not care", "San Francisco is a staircase", "Ding ding, uphill",
        "The bay at the bottom of the street",
        Title("Golden hour on the steepest block", palette="golden"),
        Title("Sunset ride, San Francisco", palette="sunset"), "Painted ladies on both sides",
        Title("Evening cable car, windows lit", palette="dusk"), "Hanging off the side is half the fun",
        Title("Blue sky, blue bay", palette="day"), "Legs versus San Francisco",
    ),
)
def cable_car_hill(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look down a steep street to the bay: tall painted houses step down both sides and a cable car climbs to us."""
    p, crest = spec.colours, 1.00
    paints = [mix(rgb(h), p.near, 0.35 if p.dark else 0.08) for h in ("#8fb7c9", "#e9c48f", "#d98f86", "#b9c99a",
        "#c9a6c4", "#f0e2c4")]

    def ladder(k: Canvas, side: int, near: float, far: float, ink: Colour) -> None:
        def at(s: float, y: float) -> tuple[float, float]:
            reach = 0.12 + 0.62 * s
            return 0.5 + side * reach, crest + 0.52 * s - y * (0.28 + 0.85 * s)

        k.poly([at(near, -0.3), at(near, 0.72), at(far, 0.72), at(far, -0.3)], ink)
        k.poly([at(near, 0.72), at((near + far) / 2, 0.95), at(far, 0.72)], mix(darker(ink, 0.45), p.near, 0.2))
        for level in (0.16, 0.44):
            for s0, s1 in ((0.15, 0.42), (0.58, 0.85)):
                a, b = near + (far - near) * s0, near + (far - near) * s1
                k.poly([at(a, level), at(a, level + 0.19), at(b, level + 0.19), at(b, level)], (252, 248, 240))
                a, b = a + (b - a) * 0.14, b - (b - a) * 0.14
                k.poly([at(a, level + 0.015), at(a, level + 0.17), at(b, level + 0.17), at(b, level + 0.015)],
                    p.light if p.dark else mix(p.near, p.far, 0.3))
        k.line([at(near, 0.38), at(far, 0.38)], 0.008, (252, 248, 240))
        k.line([at(near, 0.72), at(far, 0.72)], 0.012, (252, 248, 240))

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.5, y=0.5)
        k.gradient((mix(p.sky[2], p.far, 0.5), mix(rgb("#3f8fc0"), p.mid, 0.4)), 0.84, 1.05)
        k.poly([(0.38, 0.855), (0.43, 0.825), (0.52, 0.815), (0.58, 0.855)], mix(p.far, p.mid, 0.5))
        k.rect(0.475, 0.795, 0.012, 0.03, p.mid)
        k.poly([(0.38, crest), (0.62, crest), (1.55, BOTTOM + 0.2), (-0.55, BOTTOM + 0.2)],
            mix(rgb("#8d8a90"), p.near, 0.3))
        for side in (-1, 1):
            k.poly([(0.5 + side * 0.12, crest), (0.5 + side * 0.085, crest), (0.5 + side * 0.55, BOTTOM),
                (0.5 + side * 0.78, BOTTOM)], mix(rgb("#cfc8be"), p.near, 0.25))
            edges = [0.0, 0.13, 0.29, 0.5, 0.78, 1.2]
            for n in range(5):
                ladder(k, side, edges[n], edges[n + 1], paints[(n * 2 + side + spec.seed) % 6])
        for dx in (-0.012, 0.012):
            k.line([(0.5 + dx, crest), (0.5 + dx * 14, BOTTOM + 0.1)], 0.007, p.ink)
        k.line([(0.5, crest), (0.5, BOTTOM + 0.1)], 0.004, p.ink)

    back, car = c.layer(paint), c.sprite(lambda k: _cable_car(k, p), 0.5, 0.5, detail=2.0)
    lines = rng.uniform(0, 1, 3).tolist()

    def draw(t_s: float) -> None:
        c.depth(0.7).stamp(back)
        if p.dark:
            c.glow(0.5, 1.0, 0.5, p.accent, 0.35)
        for n, start in enumerate(lines[:2]):
            s = (start + t_s * 0.05 * spec.speed) % 1.0
            x, y, w = 0.5 + (0.06 + 0.24 * s) * (1 if n else -1), crest + 0.02 + 0.55 * s * s, 0.03 + 0.11 * s
            c.round_rect(x - w / 2, y - w * 0.55, w, w * 0.55, w * 0.15, paints[(n + spec.seed) % 6])
            c.round_rect(x - w * 0.36, y - w * 0.78, w * 0.72, w * 0.34, w * 0.12,
                darker(paints[(n + spec.seed) % 6], 0.35))
        s = 0.18 + 0.66 * (t_s / spec.duration_s) * (0.55 + 0.35 * spec.speed)
        y, size = crest + 0.02 + 0.46 * s, 0.45 + 1.05 * s
        c.soft(0.5, y + 0.015, 0.24 * size, 0.03 * size, p.ink, 0.6)
        c.stamp(car, 0.5 + 0.002 * wave(t_s, 0.3), y - 0.17 * size + 0.003 * wave(t_s, 0.21), scale=size)
        c.glow(0.5, y - 0.17 * size, 0.12 * size, p.light, 0.8 if p.dark else 0.3)

    return draw


def _taxi(k: Canvas, p: Palette) -> None:
    """Paint a yellow cab seen from behind. For sprites."""
    yellow = mix(rgb("#f9c416"), p.near, 0.05)
    for x in (-0.085, 0.085):
        k.round_rect(x - 0.022, 0.03, 0.044, 0.05, 0.01, p.ink)
    k.poly([(-0.075, -0.02), (-0.055, -0.085), (0.055, -0.085), (0.075, -0.02)], yellow)
    k.poly([(-0.062, -0.022), (-0.047, -0.074), (0.047, -0.074), (0.062, -0.022)], mix(p.ink, p.sky[1], 0.4))
    k.round_rect(-0.115, -0.03, 0.23, 0.09, 0.025, yellow)
    k.round_rect(-0.03, -0.112, 0.06, 0.028, 0.008, lighter(p.light, 0.4))
    for x in (-0.10, 0.068):
        k.round_rect(x, -0.005, 0.034, 0.02, 0.006, rgb("#ff3b30"))
    k.round_rect(-0.03, 0.012, 0.06, 0.022, 0.004, (250, 246, 236))
    k.rect(-0.115, 0.045, 0.23, 0.012, darker(yellow, 0.4))


def _skyscraper(k: Canvas, side: int, x0: float, x1: float, top: float, ink: Colour, *,
    rng: np.random.Generator, p: Palette) -> None:
    """Paint the skyscraper. For layers."""
    a, b = 0.5 + side * x0, 0.5 + side * x1
    base = 1.10 + x1 * 0.55
    lo, hi = min(a, b), max(a, b)
    k.rect(lo, top, hi - lo, base - top, ink)
    k.rect(a if side > 0 else a - (hi - lo) * 0.12, top, (hi - lo) * 0.12, base - top, darker(ink, 0.25))
    lit = p.light if p.dark else lighter(ink, 0.22)
    windows(k, rng, lo + 0.015, top + 0.03, hi - lo - 0.03, base - top - 0.14, lit, darker(ink, 0.22),
        cols=max(2, int((hi - lo) / 0.042)), rows=int((base - top) / 0.055), share=0.45)
    k.rect(lo, base - 0.09, hi - lo, 0.09, darker(ink, 0.4))
    k.rect(lo, base - 0.1, hi - lo, 0.02, mix(p.accent, ink, 0.35))


@family(
    name="new_york_avenue", topic="travel", tags=("new york", "manhattan", "yellow taxi", "skyscrapers", "usa",
    "travel", "city", "street", "traffic"),
    palettes=("golden", "dusk", "night", "overcast", "rose", "winter"), counts=(3, 7),
    cameras=("static", "zoom_in", "tilt_up", "tilt_down", "sway"),
    subjects=("{n} yellow taxis driving up an avenue between New York skyscrapers",),
    events=("steam bursts from a manhole", "a bird flies past", "lightning strikes"),
    titles=(
        "Up the avenue, New York", "Every second car is yellow", "Manhattan, straight ahead", "Look up, keep walking",
        Title("The avenue at golden hour", palette="golden"),
        Title("New York after dark, lights all the way", palette="night", tags=("night", "lights")),
        Title("Steam from under the street", event="steam bursts from a manhole"),
        Title("Grey Manhattan, yellow cabs", palette="overcast"),
        Title("Snow on the avenue", palette="winter", tags=("snow",)), Title("Seven cabs and not one free", count=7),
        "The building at the end of the street",
    ),
)
def new_york_avenue(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Recede a canyon of skyscrapers to a stepped spire; yellow cabs drive away from us, steam rises."""
    p = spec.colours

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.5, y=0.66, r=0.07)
        far = mix(p.far, p.sky[2], 0.25)
        for w, top in ((0.085, 0.86), (0.062, 0.70), (0.040, 0.58), (0.022, 0.52)):
            k.rect(0.5 - w, top, 2 * w, 1.16 - top, far)
        k.poly([(0.487, 0.53), (0.5, 0.36), (0.513, 0.53)], far)
        windows(k, rng, 0.445, 0.72, 0.11, 0.4, p.light if p.dark else lighter(far, 0.25), darker(far, 0.1), cols=6,
            rows=12, share=0.5)
        k.poly([(0.43, 1.11), (0.57, 1.11), (1.5, BOTTOM + 0.1), (-0.5, BOTTOM + 0.1)],
            mix(rgb("#5a5a62"), p.near, 0.5))
        for x0, x1, top, ink in ((0.07, 0.16, 0.66, mix(p.mid, p.sky[2], 0.35)),
            (0.15, 0.27, 0.46, mix(p.mid, p.far, 0.3)), (0.26, 0.43, 0.28, p.mid), (0.41, 0.70, 0.02, p.near)):
            for side in (-1, 1):
                _skyscraper(k, side, x0, x1, top + rng.uniform(-0.09, 0.09),
                    mix(ink, p.accent, 0.06 * rng.random()), rng=rng, p=p)
        for lane in (-0.06, 0.06):
            for s in np.linspace(0.05, 1, 9) ** 2:
                k.poly([(0.5 + lane * (0.3 + 6 * s) - 0.002 - 0.008 * s, 1.11 + 0.68 * s),
                    (0.5 + lane * (0.3 + 6 * s) + 0.002 + 0.008 * s, 1.11 + 0.68 * s),
                        (0.5 + lane * (0.36 + 7 * s) + 0.01 * s, 1.12 + 0.80 * s),
                        (0.5 + lane * (0.36 + 7 * s) - 0.01 * s, 1.12 + 0.80 * s)], mix(p.light, p.near, 0.35))

    back, cab = c.layer(paint), c.sprite(lambda k: _taxi(k, p), 0.3, 0.26, detail=2.2)
    starts = (np.arange(spec.count) / spec.count + rng.uniform(0, 0.08, spec.count)).tolist()
    puffs, flakes = Particles.make(rng, 10), Particles.make(rng, 90)
    signal = [rgb("#39d98a"), rgb("#ff5a4d")]

    def draw(t_s: float) -> None:
        c.depth(0.5).stamp(back)
        c.depth(0.9)
        for x, y, s in ((0.30, 0.86, 1.0), (0.69, 0.90, 0.8)):
            c.round_rect(x - 0.02 * s, y - 0.05 * s, 0.04 * s, 0.10 * s, 0.01, p.ink)
            on = wave(t_s, 5) > 0.5
            c.circle(x, y + (-0.025 if on else 0.025) * s, 0.013 * s, signal[on])
            c.glow(x, y + (-0.025 if on else 0.025) * s, 0.07 * s, signal[on], 0.8)
        order = sorted(((1 - (start + t_s * 0.09 * spec.speed) % 1.0, n) for n, start in enumerate(starts)))
        for s, n in order:
            near = s * s
            x, y = 0.5 + (-0.05, 0.005, 0.055)[n % 3] * (1 + 6 * near), 1.13 + 0.62 * near
            size = 0.16 + 2.0 * near
            c.soft(x, y, 0.13 * size, 0.02 * size, p.ink, 0.6)
            c.stamp(cab, x, y - 0.07 * size + 0.002 * wave(t_s, 0.4, n), scale=size)
            c.glow(x, y - 0.07 * size, 0.2 * size, rgb("#ff3b30"), 0.45 if p.dark else 0.12)
        burst = 0.0 if (u := spec.moment(t_s, "steam bursts from a manhole")) is None else pulse(u)
        for px, z, ph in zip(puffs.x.tolist(), puffs.z.tolist(), puffs.phase.tolist(), strict=True):
            u = (t_s * (0.2 + 0.1 * z) * (0.6 + 0.4 * spec.speed) + ph) % 1.0
            c.soft(0.24 + 0.06 * (px - 0.5) + 0.05 * u, 1.36 - 0.42 * u, 0.03 + 0.10 * u, 0.05 + 0.12 * u,
                (250, 248, 245), 0.38 * math.sin(math.pi * u))
        if burst:
            c.soft(0.42, 1.1, 0.45, 0.5, (252, 250, 248), 0.95 * burst)
        if spec.palette == "winter":
            snow(c, flakes, t_s, (255, 255, 255))

    return draw
