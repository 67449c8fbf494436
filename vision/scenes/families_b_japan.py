"""Draw Japan: a Tokyo crossing in neon rain, a fast train before Mount Fuji, a path of torii gates."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas
from .families_b_parts import Clothes, draw_person, limb, person, place, rect, sector, walk_pose
from .families_b_places import fuji, torii
from .families_b_seoul import sky
from .motion import Particles, pulse, ridge, smooth, under, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import cloud, mist, pine, rain, snow, windows
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

JAPAN = ("japan", "travel")
_KANA: dict[str, list[list[tuple[float, float]]]] = {
    "ラ": [[(0.2, 0.05), (0.8, 0.05)], [(0.05, 0.35), (0.95, 0.35), (0.8, 0.7), (0.35, 1)]],
    "ー": [[(0.5, 0.05), (0.5, 0.95)]],
    "メ": [[(0.8, 0), (0.5, 0.6), (0.05, 1)], [(0.2, 0.3), (0.9, 0.85)]],
    "ン": [[(0.1, 0.15), (0.4, 0.3)], [(0.1, 0.95), (0.6, 0.75), (0.95, 0.25)]],
    "ト": [[(0.35, 0), (0.35, 1)], [(0.35, 0.4), (0.85, 0.6)]],
    "カ": [[(0.05, 0.3), (0.9, 0.3), (0.8, 0.95), (0.6, 0.9)], [(0.45, 0), (0.4, 0.5), (0.05, 1)]],
    "ホ": [[(0.05, 0.25), (0.95, 0.25)], [(0.5, 0), (0.5, 1)], [(0.25, 0.5), (0.05, 0.85)], [(0.75, 0.5), (0.95, 0.85)]],
    "ロ": [[(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1)]],
}


def kana(text: str, x: float, y: float, size: float) -> list[np.ndarray]:
    """Trace katakana downwards as open lines, the first one's top left at (x, y)."""
    lines = []
    for index, letter in enumerate(text):
        lines += [np.array(stroke) * size + (x, y + index * size * 1.18) for stroke in _KANA[letter]]
    return lines


def _tower_block(k: Canvas, rng: np.random.Generator, p: Palette, x: float, w: float, top: float, ink: Colour) -> None:
    """Paint a city block with rows of lit windows. For layers."""
    k.rect(x, top, w, 1.3 - top, ink)
    lit = mix(p.light, p.accent2, 0.3)
    windows(k, rng, x + 0.012, top + 0.02, w - 0.024, 1.1 - top, lit, mix(ink, lit, 0.1), cols=max(2, int(w / 0.03)),
        rows=int((1.1 - top) / 0.045), share=0.4)


def umbrella(c: Canvas, x: float, y: float, r: float, ink: Colour, tilt: float = 0.0) -> None:
    """Paint an open umbrella whose handle is held at (x, y)."""
    c.line([(x, y), (x + tilt * r, y - r * 1.35)], r * 0.07, darker(ink, 0.6))
    top = (x + tilt * r, y - r * 1.0)
    c.polys(sector(*top, r, r * 0.62, math.pi, 2 * math.pi), ink)
    c.polys(sector(*top, r * 0.42, r * 0.62, math.pi, 2 * math.pi), lighter(ink, 0.16))
    for k in range(4):
        c.circle(top[0] + (-0.75 + 0.5 * k) * r, top[1], r * 0.25, ink)


@family(
    name="tokyo_crossing", topic="travel", tags=(*JAPAN, "tokyo", "crossing", "neon", "umbrellas", "rain", "city"),
    palettes=("neon", "night", "violet", "indigo", "dusk"), counts=(5, 11),
    subjects=("{n} people with umbrellas on a neon-lit Tokyo crossing in the rain",),
    events=("lightning strikes", "the signs flicker off", "a camera flash goes off"),
    titles=(
        "Tokyo crossing, everyone at once", "Umbrellas out, Tokyo", "Neon in the puddles",
        "The green light in Shibuya lasts forever and no time at all",
        Title("The signs flickered and nobody looked up", event="the signs flicker off"),
        Title("Eleven umbrellas, one crossing", count=11),
        Title("Rush hour in the rain, Tokyo", pace="lively"),
        Title("Slow rain over Tokyo", pace="calm", tags=("calm",)), "First night in Japan, no sleep",
        Title("Lightning above the billboards", event="lightning strikes", tags=("storm",)),
        "Ramen sign in three colours",
    ),
)
def tokyo_crossing(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Cross a wet zebra under vertical neon signs; umbrellas pass both ways, everything mirrored in the road."""
    p = spec.colours
    hot = [rgb(h) for h in ("#ff3d9a", "#29e0e8", "#ffd23f", "#7cf29a", "#ff7a3d", "#a78bff")]
    words = ("ラーメン", "カラー", "ホン", "トロ", "メトロ", "ロン")
    plates = [(0.03, 0.34, 0.085), (0.205, 0.52, 0.055), (0.33, 0.72, 0.04), (0.87, 0.30, 0.085), (0.725, 0.50, 0.055),
        (0.62, 0.70, 0.04)]

    def paint(k: Canvas) -> None:
        k.gradient((p.sky[0], p.sky[1], mix(p.sky[2], p.accent, 0.35)), y1=1.2)
        for x, w, top, ink in ((0.42, 0.16, 0.66, mix(p.mid, p.sky[2], 0.4)), (0.28, 0.15, 0.54, p.mid),
            (0.57, 0.15, 0.58, p.mid),
                               (0.10, 0.20, 0.34, p.near), (0.70, 0.20, 0.30, p.near),
                               (LEFT, 0.28, 0.12, darker(p.near, 0.3)), (0.88, 0.28, 0.08, darker(p.near, 0.3))):
            _tower_block(k, rng, p, x, w, top, ink)
        for n, (x, y, size) in enumerate(plates):
            word, ink = words[(n + spec.seed) % 6], hot[(n * 5 + spec.seed) % 6]
            tall = size * (1.18 * len(word) + 0.4)
            k.round_rect(x - size * 0.3, y - size * 0.3, size * 1.6, tall, size * 0.2, darker(p.ink, 0.3))
            k.glow(x + size * 0.5, y + tall * 0.45, tall * 0.75, ink, 0.6)
            k.lines(kana(word, x, y, size), size * 0.15, lighter(ink, 0.5))
        k.round_rect(0.41, 0.80, 0.18, 0.11, 0.012, hot[spec.seed % 6])
        k.circle(0.5, 0.855, 0.035, lighter(hot[(spec.seed + 2) % 6], 0.5))
        k.rect(LEFT, 1.10, RIGHT - LEFT, 0.05, darker(p.near, 0.4))

    def paint_stripes(k: Canvas) -> None:
        for n in range(-6, 7):
            x0, x1 = 0.5 + n * 0.105, 0.5 + n * 0.22
            k.poly([(x0 - 0.03, 1.24), (x0 + 0.03, 1.24), (x1 + 0.062, 1.62), (x1 - 0.062, 1.62)],
                mix(p.light, p.near, 0.35), 0.5)

    back, stripes, drops = c.layer(paint), c.layer(paint_stripes, opaque=False), Particles.make(rng, 110)
    walkers = [(rng.random(), n % 2 == 0, hot[(n + spec.seed) % 6], rng.uniform(0.92, 1.08)) for n in range(spec.count)]

    def draw(t_s: float) -> None:
        c.depth(0.4).stamp(back)
        if (u := spec.moment(t_s, "the signs flicker off")) is not None:
            c.tint(p.ink, 0.8 * (math.sin(u * 22) > -0.2) * pulse(0.1 + 0.8 * u))
        c.mirror(1.15, t_s * 0.7, p.near, mix=0.38, ripple=0.008)
        c.depth(0.9).stamp(stripes)
        c.depth(1.0)
        for n, (start, left, ink, size) in enumerate(walkers):
            row = n * 0.30 / max(1, len(walkers) - 1)
            h, y = (0.36 + 0.25 * row) * size, 1.30 + row
            x = -0.25 + (start + n * 0.31 + t_s * 0.10 * spec.speed * (-1 if left else 1)) % 1.5
            coat = mix(p.ink, ink, 0.16)
            who = person(walk_pose(t_s * 5.5 * spec.speed + n), hip=(x, y - 0.48 * h), height=h, flip=left)
            draw_person(c, who, Clothes(mix(rgb("#e8b48a"), p.ink, 0.4), p.ink, coat, coat, p.ink, darker(coat, 0.4),
                coat))
            umbrella(c, x + (-0.03 if left else 0.03) * h, y - 0.62 * h, 0.30 * h, ink, -0.15 if left else 0.15)
        rain(c, drops, t_s, lighter(p.accent2, 0.5), speed=1.8 + 0.8 * spec.speed, alpha=0.4)

    return draw


def _rice_fields(k: Canvas, *, p: Palette, spec: SceneSpec) -> None:
    """Paint the rice fields. For layers."""
    field = lighter(p.far, 0.7) if spec.palette == "winter" else mix(p.mid, rgb("#a8c76a"), 0.3)
    k.gradient((field, darker(field, 0.25)), 1.10, BOTTOM)
    for n in range(7):
        y = 1.36 + 0.012 * n * n
        k.line([(LEFT, y), (RIGHT, y + 0.01)], 0.005 + 0.002 * n, darker(field, 0.16))
    concrete = mix(rgb("#cfd3d6"), p.mid, 0.35)
    for x in np.linspace(LEFT, RIGHT, 7).tolist():
        k.rect(x - 0.025, 1.2, 0.05, 0.13, darker(concrete, 0.18))
    k.rect(LEFT, 1.195, RIGHT - LEFT, 0.035, concrete)
    k.rect(LEFT, 1.228, RIGHT - LEFT, 0.012, darker(concrete, 0.3))
    for x in np.linspace(LEFT, RIGHT, 6).tolist():
        k.line([(x, 1.2), (x, 1.02)], 0.007, darker(concrete, 0.4))
        k.line([(x, 1.04), (x + 0.06, 1.04)], 0.004, darker(concrete, 0.4))
    k.line([(LEFT, 1.055), (RIGHT, 1.055)], 0.003, darker(concrete, 0.4))


@family(
    name="fuji_train", topic="travel", tags=(*JAPAN, "mount fuji", "train", "bullet train", "mountain"),
    palettes=("spring", "dawn", "day", "winter", "sunset", "autumn"),
    subjects=("a white bullet train passing in front of Mount Fuji",),
    events=("a bird flies past", "a second train flashes by", "a red leaf blows past"),
    titles=(
        "Mount Fuji from the right-hand seat", "The train was on time, so was Fuji", "Bullet train, sleeping volcano",
        "Window seat, Japan",
        Title("Fuji under blossom", palette="spring", tags=("cherry blossom", "spring")),
        Title("Two trains, one second apart", event="a second train flashes by"),
        Title("Fuji in the first light", palette="dawn"),
        Title("Snow down to the tracks", palette="winter", tags=("snow",)), "Tokyo behind us, Fuji ahead",
        Title("Red maples, white train", palette="autumn", tags=("autumn",)),
        Title("Sunset over Mount Fuji", palette="sunset"), "A clear day for Fuji at last",
    ),
)
def fuji_train(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Run a long white train over a viaduct before the snow-capped mountain; petals or leaves drift across."""
    p = spec.colours
    leaf = {"spring": rgb("#f8b4cb"), "autumn": rgb("#d8432b"), "winter": rgb("#f4f7fb")}.get(spec.palette)
    mount = mix(mix(p.far, rgb("#4f6fa8"), 0.4), p.sky[2], 0.15)

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.2, y=0.44)
        k.polys(place(fuji(snow=False), 0.53, 1.06, 0.72), mount)
        k.polys(place(fuji(snow=True), 0.53, 1.06, 0.72), mix((255, 255, 255), p.sky[1], 0.08))
        k.soft(0.5, 1.05, 0.8, 0.09, p.sky[2], 0.85)
        k.poly(under(ridge(rng, first=1.4), 1.06, 0.03), mix(p.far, p.mid, 0.4))
        for x in rng.uniform(LEFT, RIGHT, 22).tolist():
            pine(k, x, 1.13, rng.uniform(0.05, 0.1), mix(p.mid, p.far, 0.3))

    def paint_train(k: Canvas) -> None:
        body = rgb("#fbfcfd")
        nose = [(0.62, 0.045), (0.84, 0.045), (0.80, 0.012), (0.72, -0.022), (0.62, -0.05)]
        k.poly([(-0.9, -0.05), (0.62, -0.05), *nose[::-1][1:-1], (0.84, 0.045), (-0.9, 0.045)], body)
        k.poly([(0.70, -0.026), (0.745, -0.010), (0.71, 0.0), (0.66, -0.018)], p.ink)
        k.rect(-0.9, 0.016, 1.72, 0.011, rgb("#1f4fa8"))
        for x in np.arange(-0.87, 0.62, 0.045).tolist():
            k.round_rect(x, -0.025, 0.026, 0.024, 0.006, p.light if p.dark else rgb("#35506e"))
        k.polys([rect(x, -0.048, x + 0.006, 0.042)[0] for x in (-0.42, 0.08)], mix(body, p.near, 0.35))

    def paint_branch(k: Canvas) -> None:
        bough = [(1.2, 0.20), (0.95, 0.34), (0.70, 0.37), (0.52, 0.46)]
        k.polys(limb(bough, [0.03, 0.02, 0.013, 0.006], smooth=True), p.ink)
        k.polys(limb([(0.9, 0.35), (0.82, 0.48), (0.72, 0.55)], [0.014, 0.01, 0.005], smooth=True), p.ink)
        for _ in range(120):
            t = rng.random()
            x, y = (1.15 - 0.65 * t, 0.23 + 0.23 * t) if rng.random() < 0.7 else (0.9 - 0.2 * t, 0.36 + 0.2 * t)
            dx, dy, r, pale = rng.normal(0, 0.035), rng.normal(0, 0.035), rng.uniform(0.01, 0.024), rng.uniform(0, 0.45)
            k.circle(x + dx, y + dy, r, mix(leaf or p.mid, p.light, pale))

    front = c.layer(lambda k: _rice_fields(k, p=p, spec=spec), opaque=False)
    back, train = c.layer(paint), c.sprite(paint_train, 1.9, 0.14)
    branch = c.layer(paint_branch, opaque=False) if leaf else None
    petals, drift = Particles.make(rng, 60), rng.random()

    def draw(t_s: float) -> None:
        c.depth(0.1).stamp(back)
        for n in range(2):
            x = -0.3 + (drift + 0.5 * n + 0.02 * t_s * spec.speed) % 1.6
            cloud(c, x, 0.70 + 0.14 * n, 0.26 - 0.06 * n, mix((255, 255, 255), p.sky[1], 0.25))
        c.depth(0.6).stamp(front)
        for n in (0, 1):
            c.stamp(train, -1.2 + (2.05 * n + 1.3 + 0.4 * t_s * spec.speed) % 4.1, 1.148)
        if (u := spec.moment(t_s, "a second train flashes by")) is not None:
            c.stamp(train, 2.0 - 3.2 * smooth(u), 1.165, scale=(-1.15, 1.15))
        c.depth(1.3)
        if branch:
            c.stamp(branch, 0, 0.004 * wave(t_s * spec.speed, 3))
            if spec.palette == "winter":
                snow(c, petals, t_s, (255, 255, 255))
            else:
                xy = petals.at(t_s * spec.speed, fall=0.13, drift=-0.06, sway=0.04)
                c.dots(xy, 0.008, lighter(leaf or p.light, 0.2))

    return draw


@family(
    name="torii_path", topic="travel", tags=(*JAPAN, "kyoto", "torii", "shrine", "path", "forest", "walk"),
    palettes=("forest", "dusk", "golden", "winter", "autumn", "morning"),
    cameras=("static", "sway", "tilt_up", "tilt_down"), paces=("calm", "steady", "lively"),
    subjects=("walking through a tunnel of red torii gates in Kyoto",),
    events=("a red leaf blows past", "a butterfly flutters past", "the lanterns flare"),
    titles=(
        "Walking through a thousand gates", "Kyoto, the red path uphill", "Torii after torii after torii",
        "The gates keep coming, Japan",
        Title("Snow between the gates", palette="winter", tags=("snow",)),
        Title("Torii by lantern light", palette="dusk", tags=("lanterns",)),
        Title("Running the red tunnel", pace="lively"),
        Title("No talking, just gates", pace="calm", tags=("calm", "relaxing")), "Where does this path end",
        Title("Maple season on the shrine path", palette="autumn", tags=("autumn",)),
        Title("Deep green and vermilion", palette="forest"),
    ),
)
def torii_path(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Glide forward through endless gates on a stone path; trees slide past and the far end glows."""
    p, num, eye = spec.colours, 9, (0.5, 0.92)
    red = mix(rgb("#e0452a"), p.near, 0.08)
    ground = lighter(p.far, 0.6) if spec.palette == "winter" else mix(rgb("#b9ab93"), p.mid, 0.45)

    def paint(k: Canvas) -> None:
        k.radial(*eye, 0.95, mix(p.sky[2], p.light, 0.5), mix(p.near, p.ink, 0.25))
        k.poly([(0.49, 0.98), (0.51, 0.98), (1.5, BOTTOM), (-0.5, BOTTOM)], ground)

    back, flakes = c.layer(paint), Particles.make(rng, 80)
    sides = rng.uniform(0.75, 1.25, (64, 2))
    gate = torii()

    def tree(x: float, y: float, s: float, ink: Colour) -> None:
        c.rect(x - 0.10 * s, y - 4.0 * s, 0.20 * s, 4.0 * s, darker(ink, 0.45))
        for dx, dy, r in ((-0.3, -1.9, 0.6), (0.35, -2.3, 0.7), (-0.1, -2.9, 0.75), (0.1, -0.12, 0.38)):
            c.circle(x + dx * s, y + dy * s, r * s, ink)

    def draw(t_s: float) -> None:
        c.depth(0.3).stamp(back)
        c.depth(1.0)
        c.glow(*eye, 0.3, p.light, 0.8)
        walk = t_s * 0.85 * spec.speed
        flare = 0.0 if (u := spec.moment(t_s, "the lanterns flare")) is None else pulse(u)
        for k in range(num, -1, -1):
            z = 0.55 + k - walk % 1.0
            if z < 0.16:
                continue
            index, s, near = (int(walk) + k) % 64, 0.62 / z, math.exp(-z * 0.36)
            y = eye[1] + 0.42 * s
            leaf = {"autumn": rgb("#cf4a26"), "spring": rgb("#f2a7bd")}.get(spec.palette, p.mid)
            if z > 0.5:
                for side in (-1, 1):
                    tree(0.5 + side * (0.95 + 0.4 * sides[index, (side + 1) // 2]) * s, y, 0.33 * s * sides[index, 0],
                        mix(p.sky[2], darker(leaf, 0.35), near))
                c.line([(0.5 - 0.46 * s, y), (0.5 + 0.46 * s, y)], 0.012 * s, darker(ground, 0.25))
            c.polys(place(gate, 0.5, y, 1.12 * s), mix(p.sky[2], red, 0.15 + 0.85 * near))
            for side in (-1, 1):
                c.rect(0.5 + side * 0.435 * s - 0.052 * s, y - 0.09 * s, 0.104 * s, 0.09 * s,
                    mix(p.sky[2], p.ink, near))
            if p.dark or flare:
                for side in (-1, 1):
                    c.glow(0.5 + side * 0.36 * s, y - 0.45 * s, 0.16 * s, p.accent, min(1.0, 0.5 + flare) * near)
        if spec.palette == "winter":
            snow(c, flakes, t_s, (255, 255, 255))
        elif spec.palette == "autumn":
            c.dots(flakes.at(t_s, fall=0.14, drift=0.04, sway=0.04)[:36], 0.009, rgb("#e8632e"))
        else:
            mist(c, 1.0, 0.06, p.sky[2], t_s, alpha=0.2)

    return draw
