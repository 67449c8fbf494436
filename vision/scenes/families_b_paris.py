"""Draw Paris: the Eiffel tower, a bridge on the Seine."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas
from .families_b_parts import place
from .families_b_places import eiffel
from .families_b_seoul import sky
from .motion import Particles, pulse, ridge, under, wave
from .palette import Palette, darker, lighter, mix, rgb
from .props import bird, glints, round_tree, snow, twinkle
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def mansards(k: Canvas, rng: np.random.Generator, p: Palette, base_y: float, *, low: float, high: float, width: float,
    haze: float) -> None:
    """Paint a row of Parisian houses: pale stone, grey mansard roofs, chimneys, lit windows after dark. For layers."""
    x = LEFT - 0.05
    while x < RIGHT:
        w, h = width * rng.uniform(0.8, 1.3), rng.uniform(low, high)
        stone = mix(mix(rgb("#ecdcc0"), p.far, haze), p.near if p.dark else p.sky[2], 0.45 if p.dark else 0.15)
        slate = mix(mix(rgb("#5d6a7c"), p.near, 0.35), p.far, haze)
        k.rect(x, base_y - h, w, BOTTOM - base_y + h, stone)
        k.poly([(x - 0.004, base_y - h), (x + w * 0.1, base_y - h - 0.055), (x + w * 0.9, base_y - h - 0.055),
            (x + w + 0.004, base_y - h)], slate)
        for cx in (0.2, 0.7):
            k.rect(x + w * cx, base_y - h - 0.085, w * 0.1, 0.04, darker(stone, 0.3))
        cols = max(2, int(w / 0.05))
        for col in range(cols):
            for row in range(int(h / 0.065)):
                lit = rng.random() < 0.55 and p.dark
                ink = mix(p.light, p.accent, 0.25) if lit else darker(stone, 0.35)
                k.rect(x + (col + 0.3) * w / cols, base_y - h + 0.018 + row * 0.065, w / cols * 0.4, 0.036, ink)
        x += w


@family(
    name="paris_eiffel", topic="travel", tags=("paris", "france", "eiffel tower", "europe", "travel", "city",
    "landmark"),
    palettes=("rose", "dusk", "golden", "night", "spring", "autumn"),
    subjects=("the Eiffel tower above the trees of Paris", "birds circling the Eiffel tower in Paris"),
    events=("the tower sparkles", "a red balloon rises past", "a paper plane glides past", "a firework bursts"),
    titles=(
        "Paris does this every evening", "The Eiffel tower, obviously", "We turned a corner in Paris and there it was",
        Title("On the hour, the tower sparkles", event="the tower sparkles"),
        Title("A red balloon over Paris", event="a red balloon rises past", tags=("balloon",)),
        Title("Pink sky, Paris", palette="rose"), Title("Paris in spring, as promised", palette="spring",
        tags=("spring",)),
        Title("Midnight in Paris, lights on", palette="night", tags=("lights",)),
        Title("October in Paris", palette="autumn", tags=("autumn",)),
        "A slow look up at the Eiffel tower", Title("Golden hour on the Champ de Mars", palette="golden"),
        "Bonjour from the lawn",
    ),
)
def paris_eiffel(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Stand the tower over rooftops, trees and a lawn; after dark it glows and sparkles."""
    p = spec.colours
    leaf = {"spring": rgb("#f7b9cb"), "autumn": rgb("#d9762b"), "rose": rgb("#7a5c8e")}.get(spec.palette,
        mix(p.mid, p.near, 0.4))
    iron = mix(rgb("#8a5a3a"), p.near, 0.35) if not p.dark else mix(rgb("#e8a04a"), p.light, 0.15)
    back = c.layer(lambda k: sky(k, rng, p, x=0.24, y=0.42, r=0.055))

    def paint_town(k: Canvas) -> None:
        k.poly(under(ridge(rng), 1.16, 0.02), mix(p.far, p.sky[2], 0.4))
        mansards(k, rng, p, 1.34, low=0.10, high=0.17, width=0.14, haze=0.45)

    def paint_front(k: Canvas) -> None:
        k.rect(LEFT, 1.36, RIGHT - LEFT, BOTTOM - 1.36, mix(rgb("#7fae5a"), p.near, 0.5))
        k.poly([(0.44, 1.36), (0.56, 1.36), (0.80, BOTTOM), (0.20, BOTTOM)], mix(rgb("#e8dcc0"), p.far, 0.35))
        for side in (-1, 1):
            for n in range(5):
                x, h = 0.5 + side * (0.20 + 0.13 * n), 0.16 + 0.075 * n
                round_tree(k, x, 1.37 + 0.05 * n, h, mix(leaf, p.near, 0.05 * n), p.ink)

    town, front = c.layer(paint_town, opaque=False), c.layer(paint_front, opaque=False)
    tower = place(eiffel(), 0.5, 1.345, 0.98)
    heights = rng.random(70) ** 1.4
    spots = np.stack([0.5 + (rng.random(70) - 0.5) * 2 * (0.018 + 0.19 * (1 - heights) ** 3.1) * 0.98,
        1.345 - heights * 0.98], axis=1)
    petals, flock, blink = Particles.make(rng, 40), Particles.make(rng, 7), Particles.make(rng, 14)

    def draw(t_s: float) -> None:
        c.depth(0.1).stamp(back)
        if p.dark:
            twinkle(c, blink, t_s, p.light, bottom=0.6)
        c.depth(0.5).stamp(town)
        c.depth(0.75)
        c.glow(0.5, 0.95, 0.55, p.accent if p.dark else p.light, 0.6 if p.dark else 0.25)
        c.polys(tower, iron)
        u = spec.moment(t_s, "the tower sparkles")
        if p.dark or u is not None:
            on = np.sin(t_s * (9 + 5 * spec.speed) + np.arange(70) * 2.4) > (-0.4 if u is not None else 0.75)
            c.dots(spots[on], 0.0075 if u is not None else 0.0045, p.light)
        if u is not None:
            c.glow(0.5, 0.85, 0.7, p.light, pulse(u))
        c.depth(1.0).stamp(front)
        if spec.palette in ("spring", "autumn"):
            c.dots(petals.at(t_s * spec.speed, fall=0.12, drift=0.05, sway=0.03), 0.0075, lighter(leaf, 0.15))
        if spec.subject.startswith("birds"):
            for n, (r, z, ph) in enumerate(zip(flock.x.tolist(), flock.z.tolist(), flock.phase.tolist(), strict=True)):
                a = t_s * 0.7 * spec.speed + ph * 6.28
                bird(c, 0.5 + (0.22 + 0.18 * r) * math.cos(a), 0.66 + 0.2 * z + 0.07 * math.sin(a), 0.07,
                    wave(t_s * spec.speed, 0.5, n * 0.3), p.ink)

    return draw


@family(
    name="paris_seine", topic="travel", tags=("paris", "france", "seine", "river", "bridge", "boat", "europe", "travel",
    "city"),
    palettes=("golden", "morning", "dusk", "night", "winter", "rose"), counts=(1, 2),
    subjects=("{n} river boat{s} passing under a stone bridge on the Seine in Paris",),
    events=("a bird flies past", "a red balloon rises past", "a paper plane glides past"),
    titles=(
        "A boat on the Seine, no hurry", "Stone bridges and slow water, Paris", "The Seine from the left bank",
        "Paris reflected",
        Title("Golden light on the Seine", palette="golden"),
        Title("Seine cruise after dark", palette="night", tags=("night",)),
        Title("A winter morning by the Seine", palette="winter", tags=("snow",)), "Watching boats in Paris is a plan",
        "Under the bridge and out again",
        Title("Two boats, one arch", count=2), Title("Drifting through Paris", pace="calm", tags=("calm",)),
    ),
)
def paris_seine(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Span the river with three arches before a row of houses; boats glide through, all of it mirrored."""
    p, water = spec.colours, 1.14
    stone = mix(rgb("#d9c7a5"), p.near if p.dark else p.far, 0.5 if p.dark else 0.25)

    def paint_back(k: Canvas) -> None:
        sky(k, rng, p, x=0.72, y=0.4)
        k.polys(place(eiffel(), 0.26, 1.0, 0.52), mix(p.far, p.sky[2], 0.15))
        mansards(k, rng, p, 1.08, low=0.16, high=0.28, width=0.17, haze=0.2)

    def paint_bridge(k: Canvas) -> None:
        t = np.linspace(0, math.pi, 16)
        deck = [(x, 0.905 + 0.05 * (x - 0.5) ** 2) for x in np.linspace(LEFT, RIGHT, 20)]
        k.poly([*deck, (RIGHT, 0.965), (LEFT, 0.965)], stone)
        edge = LEFT
        for cx, rx, ry in ((0.06, 0.17, 0.15), (0.5, 0.21, 0.185), (0.94, 0.17, 0.15)):
            arch = [(cx - rx * math.cos(a), water - ry * math.sin(a)) for a in t]
            k.poly([(edge, 0.96), (cx - rx - 0.001, 0.96), (cx - rx, water), (edge, water)], stone)
            k.poly([(cx - rx, 0.955), *arch, (cx + rx, 0.955)], stone)
            k.line(arch, 0.014, darker(stone, 0.18))
            edge = cx + rx
        k.rect(edge, 0.96, RIGHT - edge, water - 0.96, stone)
        k.line(deck, 0.014, lighter(stone, 0.3))
        for x in np.linspace(-0.1, 1.1, 7).tolist():
            k.line([(x, 0.9), (x, 0.82)], 0.007, p.ink)
            k.circle(x, 0.815, 0.013, p.light)

    back, bridge = c.layer(paint_back), c.layer(paint_bridge, opaque=False)
    lamps, spark = np.linspace(-0.1, 1.1, 7).tolist(), Particles.make(rng, 50)
    snowflakes = Particles.make(rng, 80)

    def boat(x: float, y: float, s: float) -> None:
        c.poly([(x - 0.30 * s, y - 0.06 * s), (x + 0.34 * s, y - 0.06 * s), (x + 0.28 * s, y + 0.03 * s),
            (x - 0.27 * s, y + 0.03 * s)], darker(p.near, 0.2))
        c.rect(x - 0.29 * s, y - 0.075 * s, 0.62 * s, 0.02 * s, rgb("#f3ede0"))
        c.round_rect(x - 0.24 * s, y - 0.15 * s, 0.46 * s, 0.09 * s, 0.02 * s, mix(rgb("#f3ede0"), p.far, 0.2))
        for n in range(6):
            c.rect(x + (-0.22 + 0.073 * n) * s, y - 0.135 * s, 0.055 * s, 0.045 * s, p.light if p.dark else p.near)
        if p.dark:
            c.glow(x, y - 0.1 * s, 0.3 * s, p.accent, 0.6)
        c.line([(x + 0.30 * s, y - 0.07 * s), (x + 0.30 * s, y - 0.2 * s)], 0.008 * s, p.ink)
        for n, ink in enumerate(("#2f4fa0", "#f7f3ea", "#d8433f")):
            c.rect(x + (0.305 + 0.022 * n) * s, y - (0.2 + 0.004 * math.sin(n)) * s, 0.022 * s, 0.05 * s, rgb(ink))

    def draw(t_s: float) -> None:
        c.depth(0.3).stamp(back)
        c.depth(0.8).stamp(bridge)
        if p.dark:
            for x in lamps:
                c.glow(x, 0.815, 0.07, p.light, 0.9)
        for n in range(spec.count):
            x = 0.5 + (t_s / spec.duration_s - 0.5) * (0.4 + 0.3 * spec.speed) * (1 if n == 0 else -1.2)
            boat(x, water + 0.012 + 0.004 * wave(t_s, 2.2, n), 0.95 - 0.2 * n)
        c.mirror(water + 0.035, t_s * (0.6 + 0.4 * spec.speed), mix(p.sky[1], p.mid, 0.5), mix=0.42)
        glints(c, spark, t_s, p.light, top=water + 0.06, alpha=0.6)
        if spec.palette == "winter":
            snow(c, snowflakes, t_s, (255, 255, 255))

    return draw
