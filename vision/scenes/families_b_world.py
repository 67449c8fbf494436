"""Draw journeys through the mountains: balloons over Cappadocia, an Alpine train."""

from __future__ import annotations

import math

import numpy as np

from .canvas import LEFT, RIGHT, Canvas
from .families_b_parts import limb, place, poly
from .families_b_places import balloon, conifer
from .families_b_seoul import sky
from .motion import Particles, pulse, ridge, under, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import mist, snow
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

BALLOONS = (("#e5533d", "#f9d65c"), ("#2f6fb5", "#f4efe3"), ("#f2a03d", "#d8432b"), ("#7a4fa3", "#f7b2c4"),
    ("#2f9e8f", "#fbe9b8"), ("#f4efe3", "#e5533d"))


def _rock_cones(k: Canvas, base: float, tall: float, ink: Colour, num: int, *,
    rng: np.random.Generator) -> None:
    """Paint the rock cones. For layers."""
    k.poly(under(ridge(rng, first=1.3), base, 0.02), ink)
    for x in np.linspace(LEFT, RIGHT, num) + rng.normal(0, 0.03, num):
        h, w = tall * rng.uniform(0.5, 1.1), tall * rng.uniform(0.28, 0.42)
        k.poly([(x - w, base + 0.04), (x - w * 0.35, base - h * 0.55), (x - w * 0.12, base - h),
            (x + w * 0.15, base - h), (x + w * 0.4, base - h * 0.5), (x + w, base + 0.04)], ink)
        k.poly([(x + w * 0.05, base - h), (x + w * 0.15, base - h), (x + w * 0.4, base - h * 0.5),
            (x + w, base + 0.04), (x + w * 0.3, base + 0.04)], darker(ink, 0.14))
        k.polys(limb([(x - w * 0.22, base - h), (x + w * 0.24, base - h)], [w * 0.12, w * 0.12]), darker(ink, 0.25))
        if tall > 0.2:
            k.round_rect(x - w * 0.15, base - h * 0.4, w * 0.16, w * 0.26, w * 0.08, darker(ink, 0.55))


@family(
    name="cappadocia_balloons", topic="travel", tags=("cappadocia", "turkey", "hot air balloons", "balloon", "valley",
    "travel", "flying"),
    palettes=("dawn", "rose", "golden", "morning", "sunset", "dusk"), counts=(3, 11), paces=("calm", "steady"),
    subjects=("{n} hot-air balloons rising over the rock chimneys of Cappadocia",),
    events=("a burner roars", "a bird flies past"),
    titles=(
        "Up and away, Cappadocia", "Balloons over the fairy chimneys", "Nobody speaks when they lift off",
        "The quietest way to fly",
        Title("One burner lights the whole valley", event="a burner roars"),
        Title("Eleven balloons and counting", count=11), Title("Just three balloons this morning", count=3),
        Title("Pink dawn, Cappadocia", palette="rose"),
        Title("Glowing balloons at dusk", palette="dusk", tags=("glow",)), "Turkey from a wicker basket",
        "Drifting is the plan",
    ),
)
def cappadocia_balloons(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Float striped balloons at three distances above cone-shaped rocks; burners glow in turn."""
    p = spec.colours

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.68, y=0.98, r=0.09)
        k.poly(under(ridge(rng, first=0.7), 1.12, 0.035), mix(p.far, p.sky[2], 0.45))
        _rock_cones(k, 1.22, 0.12, mix(mix(rgb("#d9a277"), p.far, 0.5), p.sky[2], 0.25), 13, rng=rng)

    def paint_near(k: Canvas) -> None:
        _rock_cones(k, 1.42, 0.22, mix(rgb("#b8764f"), p.mid, 0.45), 8, rng=rng)
        _rock_cones(k, 1.66, 0.34, mix(rgb("#7d4a38"), p.near, 0.6), 5, rng=rng)

    def paint_balloon(k: Canvas, inks: tuple[str, str]) -> None:
        envelope, gore, basket = balloon()
        one, two = mix(rgb(inks[0]), p.near, 0.1 if not p.dark else 0.25), mix(rgb(inks[1]), p.near,
            0.05 if not p.dark else 0.2)
        k.polys(place(envelope, 0, 0.5), one)
        k.polys([outline * (1.85, 1) for outline in place(gore, 0, 0.5)], two)
        k.polys([outline * (0.95, 1) for outline in place(gore, 0, 0.5)], one)
        k.polys(place(poly((-0.385, -0.62), (-0.36, -0.72), (0.36, -0.72), (0.385, -0.62)), 0, 0.5), two)
        k.polys([outline * (0.35, 1) + (0.20, 0) for outline in place(gore, 0, 0.45, 0.86)], lighter(one, 0.2))
        k.polys(place(basket, 0, 0.5), rgb("#5a3a28"))

    back, near = c.layer(paint), c.layer(paint_near, opaque=False)
    sprites = [c.sprite(lambda k, pair=pair: paint_balloon(k, pair), 0.86, 1.04, detail=0.6) for pair in BALLOONS]  # type: ignore[misc]
    order = rng.permutation(6).tolist()
    cells = [(0.28, 0.92), (0.70, 0.72), (0.50, 1.16), (0.14, 0.60), (0.88, 1.02), (0.42, 0.46), (0.62, 0.36),
        (0.08, 1.12), (0.92, 0.46), (0.24, 0.28), (0.78, 1.22)]
    fleet = sorted((0.34 - 0.023 * n if n < 3 else rng.uniform(0.10, 0.2), x + rng.uniform(-0.04, 0.04), y, n) for n,
        (x, y) in enumerate(cells[: spec.count]))

    def draw(t_s: float) -> None:
        c.depth(0.1).stamp(back)
        roar = spec.moment(t_s, "a burner roars")
        for k, (size, x, y, n) in enumerate(fleet):
            if k == len(fleet) - 1:
                c.depth(0.8).stamp(near)
            c.depth(0.3 + 2.0 * size)
            px, py = x + 0.015 * wave(t_s, 7, n * 0.3), y + 0.08 - 0.045 * t_s * spec.speed * (0.5 + 2 * size) / 2
            c.stamp(sprites[order[n % 6]], px, py, scale=size, angle_deg=2 * wave(t_s, 5, n * 0.21))
            burn = max(0.0, wave(t_s * spec.speed, 3.2, n * 0.37) - 0.55) * 2 if p.dark or n % 3 == 0 else 0.0
            if roar is not None and k == len(fleet) - 1:
                burn = 1.0
                c.glow(px, py - 0.05 * size, size * 1.3, rgb("#ffcf6a"), pulse(roar))
            if burn:
                c.glow(px, py + 0.27 * size, size * 0.4, rgb("#ffb347"), burn)
                c.poly([(px - 0.03 * size, py + 0.36 * size), (px, py + 0.24 * size),
                    (px + 0.03 * size, py + 0.36 * size)], rgb("#fff0b0"))

    return draw


def _viaduct(k: Canvas, *, rng: np.random.Generator, p: Palette, deck: float, leaf: Colour, snowy: bool,
    stone: Colour) -> None:
    """Paint the viaduct. For layers."""
    field = lighter(p.far, 0.65) if snowy else mix(rgb("#8fbf5a"), p.mid, 0.5)
    k.poly(under(ridge(rng, first=0.9), 1.30, 0.05), mix(field, p.mid, 0.25))
    t = np.linspace(math.pi, 2 * math.pi, 12)
    for n in range(-1, 6):
        x = 0.02 + n * 0.24
        k.poly([(x - 0.032, deck), (x + 0.032, deck), (x + 0.042, 1.55), (x - 0.042, 1.55)], stone)
        k.poly([(x + 0.012, deck + 0.05), (x + 0.032, deck + 0.05), (x + 0.042, 1.55), (x + 0.018, 1.55)],
            darker(stone, 0.2))
        arch = [(x + 0.12 + 0.088 * math.cos(a), deck + 0.135 + 0.10 * math.sin(a)) for a in t]
        k.poly([(x + 0.03, deck + 0.01), (x + 0.03, deck + 0.14), *arch, (x + 0.21, deck + 0.14),
            (x + 0.21, deck + 0.01)], stone)
    k.rect(LEFT, deck - 0.012, RIGHT - LEFT, 0.035, lighter(stone, 0.2))
    k.poly(under(ridge(rng, first=1.2), 1.48, 0.05), field)
    for x in rng.uniform(LEFT, RIGHT, 34).tolist():
        h = rng.uniform(0.12, 0.22)
        k.polys(place(conifer(), x, 1.50 + rng.uniform(0, 0.2), h), mix(leaf, p.near, rng.uniform(0, 0.5)))
        if snowy:
            k.polys(place(conifer()[-1:], x, 1.50, 0.0), p.light)


@family(
    name="alpine_train", topic="travel", tags=("train", "mountains", "alps", "switzerland", "viaduct", "travel",
    "railway", "nature"),
    palettes=("winter", "morning", "autumn", "spring", "day", "dusk"),
    subjects=("a red train crossing a stone viaduct in the mountains",),
    events=("a bird flies past", "the train whistles", "a red leaf blows past"),
    titles=(
        "The red train over the valley", "Sit on the left for this bit", "Viaduct, stone arches, no hurry",
        "Switzerland by rail",
        Title("Snow train", palette="winter", tags=("snow",)),
        Title("Larch gold and a red train", palette="autumn", tags=("autumn",)),
        Title("A whistle across the valley", event="the train whistles"),
        Title("Evening train, windows glowing", palette="dusk", tags=("cosy",)),
        Title("Spring meadow express", palette="spring"), "Mountains, arches, repeat", "The slow way over the Alps",
    ),
)
def alpine_train(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Cross a tall arched viaduct with a little red train; peaks behind, pines below."""
    p, snowy, deck = spec.colours, spec.palette == "winter", 0.92
    leaf = {"autumn": rgb("#d98a2b"), "winter": mix(p.near, p.far, 0.3)}.get(spec.palette, mix(p.mid, p.near, 0.4))
    stone = mix(rgb("#cbb79b"), p.near, 0.45 if p.dark else 0.2)

    def paint_back(k: Canvas) -> None:
        sky(k, rng, p, x=0.78, y=0.36)
        for peaks, ink in ((((-0.1, 0.80), (0.16, 0.44), (0.32, 0.66), (0.56, 0.34), (0.80, 0.70), (1.02, 0.50),
            (1.3, 0.86)), mix(p.far, p.sky[2], 0.25)),
                           (((-0.2, 0.9), (0.02, 0.72), (0.28, 0.95), (0.62, 0.76), (0.9, 0.98), (1.16, 0.70),
                           (1.4, 0.95)), mix(p.far, p.mid, 0.4))):
            k.poly([(LEFT - 0.1, 1.4), *peaks, (RIGHT + 0.1, 1.4)], ink)
            for (x0, y0), (x1, y1), (x2, y2) in zip(peaks, peaks[1:], peaks[2:], strict=False):
                if y1 < y0 and y1 < y2:
                    k.poly([(x1, y1), (x1 + (x2 - x1) * 0.34, y1 + (y2 - y1) * 0.34), (x1 + 0.02, y1 + 0.06),
                        (x1 - 0.02, y1 + 0.10), (x1 + (x0 - x1) * 0.30, y1 + (y0 - y1) * 0.30)],
                        mix((255, 255, 255), p.sky[1], 0.15))

    def paint_train(k: Canvas) -> None:
        red, lit = mix(rgb("#d5322b"), p.near, 0.06), p.light if p.dark else mix(p.sky[0], p.near, 0.3)
        for n in range(4):
            x = -0.62 + n * 0.30
            k.round_rect(x, -0.05, 0.29, 0.092, 0.018, red)
            k.rect(x + 0.01, -0.052, 0.27, 0.016, mix((240, 240, 240), p.far, 0.35))
            for m in range(5):
                k.round_rect(x + 0.022 + m * 0.052, -0.022, 0.038, 0.03, 0.006, lit)
            k.rect(x + 0.005, 0.022, 0.28, 0.007, (250, 240, 220))
            for wx in (0.05, 0.1, 0.2, 0.25):
                k.circle(x + wx, 0.045, 0.013, p.ink)
        k.poly([(0.56, -0.045), (0.585, -0.045), (0.612, 0.04), (0.56, 0.04)], red)
        k.poly([(0.565, -0.03), (0.583, -0.03), (0.592, 0.0), (0.565, 0.0)], lit)

    back, bridge, train = c.layer(paint_back), c.layer(lambda k: _viaduct(k, rng=rng, p=p, deck=deck,
        leaf=leaf, snowy=snowy, stone=stone), opaque=False), c.sprite(paint_train, 1.4, 0.16)
    flakes = Particles.make(rng, 90 if snowy else 30)

    def draw(t_s: float) -> None:
        c.depth(0.15).stamp(back)
        mist(c, 1.12, 0.05, p.sky[2], t_s, alpha=0.35)
        c.depth(0.7).stamp(bridge)
        x = -0.35 + 1.7 * (t_s / spec.duration_s) * (0.55 + 0.3 * spec.speed)
        if p.dark:
            c.glow(x, deck - 0.05, 0.5, p.accent, 0.45)
        c.stamp(train, x, deck - 0.058)
        if (u := spec.moment(t_s, "the train whistles")) is not None:
            for n in range(4):
                c.soft(x + 0.55 - 0.06 * n, deck - 0.14 - 0.16 * u - 0.03 * n, 0.06 + 0.08 * u, 0.05 + 0.07 * u,
                    (255, 255, 255), 0.9 * pulse(0.1 + u * 0.9))
        if snowy:
            snow(c, flakes, t_s, (255, 255, 255))
        elif spec.palette == "autumn":
            c.dots(flakes.at(t_s * spec.speed, fall=0.12, drift=0.06, sway=0.04), 0.008, leaf)

    return draw
