"""Draw Korean food: the barbecue table, the bibimbap bowl, the street-food lane."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .families_b_parts import Clothes, blob, draw_person, ellipse, hangul, limb, person, place, sector, walk_pose
from .families_b_places import lantern, seoul_tower
from .families_b_seoul import SEOUL
from .motion import Particles, ease_out, pulse, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def steam(c: Canvas, at: Particles, t_s: float, x: float, y: float, *, wide: float, tall: float, colour: Colour,
    alpha: float = 0.2) -> None:
    """Let soft puffs rise from (x, y), widening and fading (8 to 16 particles)."""
    for px, z, phase in zip(at.x.tolist(), at.z.tolist(), at.phase.tolist(), strict=True):
        u = (t_s * (0.16 + 0.10 * z) + phase) % 1.0
        sway = 0.04 * math.sin(6.28 * (u * 0.9 + px))
        size = 0.035 + 0.09 * u
        c.soft(x + (px - 0.5) * wide * (0.7 + 0.6 * u) + sway, y - tall * u, size, size * 1.5, colour,
            alpha * math.sin(math.pi * u))


def _slab(c: Canvas, x: float, y: float, size: float, turn: float, done: float) -> None:
    """Paint a strip of pork belly, done 0 (raw) .. 1 (seared)."""
    meat = mix(rgb("#ef9a93"), rgb("#8f4a2c"), done)
    fat = mix(rgb("#fbe0d2"), rgb("#d9a063"), done)
    strip = limb([(-1, 0.06), (-0.3, -0.06), (0.4, 0.05), (1, -0.05)], [0.3, 0.33, 0.32, 0.3], smooth=True)
    c.polys(place(strip, x, y + size * 0.08, size, angle_rad=turn), darker(meat, 0.55))
    c.polys(place(strip, x, y, size, angle_rad=turn), meat)
    for dy in (-0.13, 0.12):
        band = limb([(-0.95, dy + 0.06), (-0.3, dy - 0.06), (0.4, dy + 0.05), (0.95, dy - 0.05)],
            [0.05, 0.075, 0.05, 0.07], smooth=True)
        c.polys(place(band, x, y, size, angle_rad=turn), fat)
    if done > 0.5:
        marks = [np.array([(-0.6 + 0.4 * k, -0.25), (-0.5 + 0.4 * k, 0.25)]) for k in range(4)]
        c.lines(place(marks, x, y, size, angle_rad=turn), size * 0.07, darker(meat, 0.35))


def dish(k: Canvas, x: float, y: float, r: float, rim: Colour, food: Colour, bits: Colour,
    rng: np.random.Generator) -> None:
    """Paint a small side dish seen from above. For layers."""
    k.circle(x + 0.008, y + 0.018, r * 1.03, (10, 6, 8), alpha=0.3)
    k.circle(x, y, r, rim)
    k.circle(x, y, r * 0.82, darker(rim, 0.14))
    k.circle(x, y, r * 0.72, food)
    for _ in range(12):
        a, d, turn = rng.random() * 6.28, r * 0.6 * math.sqrt(rng.random()), rng.random() * 3.14
        px, py, dx, dy = x + d * math.cos(a), y + d * math.sin(a), 0.16 * r * math.cos(turn), 0.16 * r * math.sin(turn)
        k.line([(px - dx, py - dy), (px + dx, py + dy)], r * 0.13, mix(bits, food, rng.random() * 0.5))


BANCHAN = (("#d8452f", "#f07a3c"), ("#5c9a3c", "#8fc65a"), ("#f2e3b0", "#f7f0d2"), ("#e9b44c", "#f6d27a"),
    ("#b9d58a", "#7fae4c"), ("#c23b22", "#7fae4c"))


@family(
    name="korean_bbq", topic="food", tags=("seoul", "korea", "south korea", "korean food", "korean bbq", "food",
    "grill", "samgyeopsal", "dinner"),
    palettes=("lamplight", "clay", "ink", "cream", "indigo"), counts=(3, 6),
    cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("{n} strips of pork belly sizzling on a Korean barbecue grill in Seoul",),
    events=("a flame flares up", "a camera flash goes off"),
    titles=(
        "Korean BBQ: listen to it sizzle", "Samgyeopsal night in Seoul", "The grill at our table in Seoul",
        "Pork belly, garlic, repeat",
        Title("The grill flared and everybody leaned back", event="a flame flares up"),
        "What we ate in Seoul: barbecue",
        "Banchan first, then the meat", Title("Six strips, one grill", count=6), "Flip once, only once",
        "Korean barbecue close up",
        Title("Late dinner in Korea, lamps low", palette="lamplight", tags=("cosy",)), "Smoke, embers and side dishes",
    ),
)
def korean_bbq(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look down on a round grill over embers with side dishes around; strips turn brown, chopsticks flip one."""
    p, gx, gy, r = spec.colours, 0.5, 0.90, 0.36

    def paint(k: Canvas) -> None:
        wood = mix(rgb("#7a4a2e"), p.near, 0.45)
        k.gradient((lighter(wood, 0.12), darker(wood, 0.25)))
        k.lines([[(LEFT, y), (RIGHT, y)] for y in np.arange(TOP, BOTTOM, 0.23)], 0.006, darker(wood, 0.4), alpha=0.7)
        rim = mix(rgb("#f4efe6"), p.light, 0.3)
        ring = [(0.16, 0.36), (0.5, 0.30), (0.84, 0.37), (0.11, 1.40), (0.40, 1.47), (0.72, 1.46), (0.98, 1.24),
            (0.02, 0.62), (1.0, 0.62)]
        for n, (x, y) in enumerate(ring):
            food, bits = BANCHAN[(n + spec.seed) % 6]
            dish(k, x, y, 0.12 + 0.015 * (n % 3), rim, rgb(food), rgb(bits), rng)
        k.circle(gx + 0.01, gy + 0.03, r + 0.06, (10, 6, 8), alpha=0.4)
        k.circle(gx, gy, r + 0.05, rgb("#8d8a88"))
        k.circle(gx, gy, r + 0.03, rgb("#5c5a5c"))
        k.circle(gx, gy, r, rgb("#1d1416"))

    back = c.layer(paint)
    angle = rng.random(60) * 6.28
    ember = np.stack([gx + (reach := r * 0.93 * np.sqrt(rng.random(60))) * np.cos(angle), gy + reach * np.sin(angle)],
        axis=1)
    spread = [(x, gy + r * math.sin(math.acos(x - gx if abs(x - gx) < 1 else 0)) * 0)
        for x in np.linspace(gx - r, gx + r, 19)[1:-1]]
    bars = [[(x, gy - math.sqrt(r * r - (x - gx) ** 2)), (x, gy + math.sqrt(r * r - (x - gx) ** 2))] for x, _ in spread]
    rows = (spec.count + 1) // 2
    slabs = [(gx - 0.15 + 0.30 * (k % 2), gy + (k // 2 - (rows - 1) / 2) * 0.20, rng.uniform(-0.35, 0.35),
        rng.uniform(0.1, 0.6)) for k in range(spec.count)]
    puffs = Particles.make(rng, 12)

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        c.glow(gx, gy, r * 1.0, rgb("#ff5a1f"), 0.75 + 0.15 * wave(t_s * spec.speed, 1.7))
        for (x, y), a in zip(ember.tolist(), angle.tolist(), strict=True):
            c.circle(x, y, 0.016, mix(rgb("#7a1d0c"), rgb("#ffb347"), 0.5 + 0.5
                * math.sin(t_s * 3 * spec.speed + a * 5)))
        c.lines(bars, 0.010, rgb("#2b2627"))
        for n, (x, y, turn, done) in enumerate(slabs):
            hop = 0.0
            if n == 0:
                hop = pulse(((t_s * 0.35 * spec.speed) % 1.0) * 2.0)
            jig = 0.0016 * math.sin(t_s * 40 + n * 2)
            _slab(c, x + jig, y - 0.06 * hop, 0.145 * (1 + 0.12 * hop), turn, min(1.0, done + t_s * 0.08))
            if n == 0:
                tip = (x + 0.10, y - 0.06 * hop - 0.05 * (1 - hop))
                for off in (0.0, 0.035):
                    c.line([(tip[0], tip[1] + off), (tip[0] + 0.55, tip[1] + 0.30 + off * 1.8)], 0.017,
                        mix(rgb("#c9c5c0"), p.light, 0.3))
        if (u := spec.moment(t_s, "a flame flares up")) is not None:
            for n in range(7):
                x, tall = gx - 0.18 + 0.06 * n, (0.16 + 0.12 * math.sin(n * 2.1 + u * 9)) * pulse(u) + 0.001
                c.polys(blob((x - 0.045, gy), (x - 0.02, gy - tall), (x + 0.01, gy - tall * 2), (x + 0.03, gy - tall),
                    (x + 0.045, gy)), rgb("#ff9a2e"), 0.85)
            c.glow(gx, gy - 0.15, 0.55, rgb("#ffb347"), pulse(u))
        steam(c, puffs, t_s * spec.speed, gx, gy, wide=0.5, tall=0.6, colour=rgb("#fff4e6"), alpha=0.28)

    return draw


@family(
    name="bibimbap", topic="food", tags=("seoul", "korea", "south korea", "korean food", "bibimbap", "rice", "food",
    "bowl", "lunch"),
    palettes=("cream", "clay", "lamplight", "mint", "indigo"), cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("a spoon stirring a stone bowl of bibimbap with an egg on top in Seoul",
    "a colourful bowl of bibimbap steaming in Seoul"),
    events=("the yolk breaks", "a camera flash goes off"),
    titles=(
        "Bibimbap, every colour in its place", "Mix it until it is all one red", "A stone bowl of bibimbap in Seoul",
        Title("The moment the yolk breaks", event="the yolk breaks"), "Lunch in Korea is a colour wheel",
        "Dolsot bibimbap, still crackling",
        "How to eat bibimbap: destroy it", "Rice, greens, gochujang, egg",
        Title("Bibimbap by lamplight", palette="lamplight", tags=("cosy",)),
        "The best lunch under the palace wall, Seoul", "Seven vegetables and an egg",
        Title("Stir, stir, stir", subject="a spoon stirring a stone bowl of bibimbap with an egg on top in Seoul"),
    ),
)
def bibimbap(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look down on a stone bowl: sectors of vegetables, an egg in the middle, steam, and a spoon going round."""
    p, x0, y0, r = spec.colours, 0.5, 0.90, 0.37
    inks = [rgb(h) for h in ("#e8702a", "#4f8f3a", "#f1e6c8", "#7a4326", "#f4c542", "#c9362b", "#8fbf4f", "#e9d9b0")]
    turn0 = rng.random() * 6.28

    def paint(k: Canvas) -> None:
        k.gradient((p.sky[0], p.sky[2]))
        k.polys(ellipse(x0, y0, 0.62, 0.62), mix(p.far, p.sky[1], 0.55))
        dish(k, 0.12, 0.36, 0.13, p.light, rgb("#d8452f"), rgb("#f07a3c"), rng)
        dish(k, 0.88, 1.42, 0.14, p.light, rgb("#f2e3b0"), rgb("#7fae4c"), rng)
        dish(k, 0.1, 1.46, 0.11, p.light, rgb("#3a1c14"), rgb("#7a3a1e"), rng)
        k.soft(x0 + 0.02, y0 + 0.05, r + 0.16, r + 0.16, (8, 6, 10), 0.6)
        k.circle(x0, y0, r + 0.065, rgb("#3c3836"))
        k.circle(x0, y0, r + 0.045, rgb("#55504d"))
        k.circle(x0, y0, r + 0.01, rgb("#24201f"))

    def paint_bowl(k: Canvas) -> None:
        k.circle(0, 0, r, rgb("#f7f1e2"))
        for n, ink in enumerate(inks):
            a = n * math.pi / 4
            k.polys(sector(0, 0, r * 0.96, r * 0.96, a + 0.03, a + math.pi / 4 - 0.03), darker(ink, 0.08))
            for _ in range(34):
                b, d = a + rng.uniform(0.08, 0.7), r * rng.uniform(0.36, 0.9)
                lean = b + math.pi / 2 + rng.normal(0, 0.5)
                px, py, h = d * math.cos(b), d * math.sin(b), rng.uniform(0.02, 0.045)
                k.line([(px - h * math.cos(lean), py - h * math.sin(lean)), (px + h * math.cos(lean),
                    py + h * math.sin(lean))], 0.011,
                       mix(lighter(ink, 0.25), darker(ink, 0.25), rng.random()))
        k.polys(blob((-0.16, -0.02), (-0.09, -0.13), (0.04, -0.15), (0.15, -0.07), (0.14, 0.08), (0.02, 0.15),
            (-0.12, 0.11)), rgb("#fffdf4"))
        k.circle(0.012, 0.012, 0.082, rgb("#f6a81c"))

    back, bowl = c.layer(paint), c.sprite(paint_bowl, 2 * r + 0.05, 2 * r + 0.05)
    puffs, stirs = Particles.make(rng, 12), spec.subject.startswith("a spoon")
    seeds = np.stack([rng.normal(0, 0.13, 30) + x0, rng.normal(0, 0.13, 30) + y0], axis=1)

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        spin = t_s * (22 * spec.speed if stirs else 5 * spec.speed)
        c.stamp(bowl, x0, y0, angle_deg=math.degrees(turn0) + spin)
        c.circle(x0, y0, 0.078, rgb("#fbb731"))
        c.ellipse(x0 - 0.025, y0 - 0.03, 0.022, 0.014, rgb("#fff2c4"), angle_deg=-30)
        c.dots(seeds, 0.0055, rgb("#fff4d8"))
        if (u := spec.moment(t_s, "the yolk breaks")) is not None:
            e = ease_out(u)
            c.polys(blob((x0 - 0.06, y0), (x0 - 0.02, y0 - 0.07), (x0 + 0.07, y0 - 0.02),
                (x0 + 0.10 + 0.05 * e, y0 + 0.10 + 0.12 * e),
                         (x0 + 0.05, y0 + 0.18 + 0.14 * e), (x0 - 0.03, y0 + 0.08 + 0.1 * e)), rgb("#ff9b12"))
        if stirs:
            a = math.radians(spin * 4)
            sx, sy = x0 + 0.20 * math.cos(a), y0 + 0.20 * math.sin(a)
            c.line([(sx + 0.02, sy + 0.01), (1.05, y0 - 0.62)], 0.030, darker(rgb("#d9d4cc"), 0.35))
            c.line([(sx, sy), (1.03, y0 - 0.64)], 0.024, rgb("#e9e4dc"))
            c.ellipse(sx, sy, 0.075, 0.055, rgb("#cfc9c0"), angle_deg=-45)
            c.ellipse(sx, sy, 0.055, 0.038, rgb("#c9362b"), angle_deg=-45)
        steam(c, puffs, t_s * (0.5 + 0.5 * spec.speed), x0, y0 - 0.05, wide=0.45, tall=0.65, colour=(255, 252, 244),
            alpha=0.32)

    return draw


FOODS = ("만두", "김밥", "치킨", "국수", "시장", "명동", "라면", "한강", "서울", "커피")


def _hangul_sign(k: Canvas, x: float, y: float, size: float, word: str, ink: Colour, *, p: Palette) -> None:
    """Paint the hangul sign. For layers."""
    k.round_rect(x, y, size * 1.5, size * 2.95, size * 0.2, darker(p.ink, 0.2))
    k.glow(x + size * 0.75, y + size * 1.4, size * 2.4, ink, 0.5)
    k.line([(x + 0.008, y + 0.008), (x + size * 1.5 - 0.008, y + 0.008),
        (x + size * 1.5 - 0.008, y + size * 2.95 - 0.008),
            (x + 0.008, y + size * 2.95 - 0.008)], 0.006, ink, closed=True)
    k.lines(hangul(word, x + size * 0.25, y + size * 0.3, size, down=True), size * 0.13, lighter(ink, 0.45))


@family(
    name="myeongdong_market", topic="food", tags=(*SEOUL, "myeongdong", "night market", "street food", "korean food",
    "market", "lanterns", "lights"),
    palettes=("neon", "night", "lamplight", "dusk", "violet"), counts=(3, 7),
    subjects=("{n} people strolling past lantern-lit street food stalls in Myeongdong, Seoul",),
    events=("a burst of steam from a stall", "a camera flash goes off", "the light goes out for a moment"),
    titles=(
        "Myeongdong street food, one stall at a time", "Lanterns over the night market, Seoul",
        "Dumplings, skewers, hotteok: go",
        Title("Steam everywhere in Myeongdong", event="a burst of steam from a stall"),
        "Eating my way down one lane in Seoul",
        Title("Neon signs and fish cakes", palette="neon", tags=("neon",)), "The smell of this street in Korea",
        "Seoul after nine",
        Title("Market lane, slow walk", pace="calm"),
        Title("Saturday rush in Myeongdong", pace="lively", tags=("crowd",)),
        "Every sign says eat", "A Seoul market by lantern light", Title("Seven strangers, one skewer stall", count=7),
    ),
)
def myeongdong_market(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Recede a lane of stalls with hangul signs under strings of lanterns; people stroll, stalls steam."""
    p = spec.colours
    hot = [rgb(h) for h in ("#ff4d6d", "#29e0e8", "#ffd166", "#7cf29a", "#ff8f3f", "#c792ff")]

    def paint(k: Canvas) -> None:
        k.gradient((p.sky[0], p.sky[1], mix(p.sky[2], p.accent, 0.25)), y1=1.3)
        k.polys(place(seoul_tower(), 0.5, 0.92, 0.36), mix(p.mid, p.sky[1], 0.35))
        for side in (-1, 1):
            for depth, ink in ((0.20, mix(p.mid, p.sky[1], 0.3)), (0.33, p.mid), (0.52, p.near)):
                x = 0.5 + side * depth * 0.95
                k.poly([(x, 1.12 + depth * 0.3), (x, 0.72 - depth * 1.1), (x + side * 0.9, 0.55 - depth * 2),
                    (x + side * 0.9, 1.9)], ink)
        k.poly([(0.36, 1.12), (0.64, 1.12), (1.35, BOTTOM), (-0.35, BOTTOM)], darker(p.near, 0.3))
        k.soft(0.5, 1.2, 0.45, 0.22, p.accent, 0.55)
        words = [FOODS[i] for i in rng.permutation(len(FOODS))]
        spots = ((0.02, 0.30, 0.085), (0.20, 0.60, 0.052), (0.29, 0.79, 0.033), (0.85, 0.24, 0.085),
            (0.735, 0.56, 0.052), (0.665, 0.77, 0.033), (-0.02, 0.66, 0.07), (0.89, 0.62, 0.07))
        for n, (x, y, size) in enumerate(spots):
            _hangul_sign(k, x, y, size, words[n % len(words)], hot[(n * 2 + spec.seed) % 6], p=p)
        for x, y, w, n in ((0.25, 1.07, 0.15, 0), (0.75, 1.07, 0.15, 1), (0.10, 1.16, 0.28, 2), (0.90, 1.16, 0.28, 3)):
            _stall(k, x, y, w, hot[(n + spec.seed) % 6], p.ink, p.light)

    body, caps = lantern()

    def paint_lantern(k: Canvas) -> None:
        k.polys(body, mix(p.accent, rgb("#ff6a3d"), 0.4))
        k.ellipse(0, 0.46, 0.2, 0.29, mix(p.accent, p.light, 0.45))
        k.polys(caps, p.ink)

    back, lamp = c.layer(paint), c.sprite(paint_lantern, 0.8, 2.2, detail=0.3)
    hangs = [(x, 0.40 + 0.10 * row + 0.05 * math.cos((x - 0.5) * 5), 0.115 - 0.028 * row, rng.random())
        for row in range(3)
             for x in np.linspace(-0.1 + 0.16 * row, 1.1 - 0.16 * row, 7)]
    walkers = [(rng.random(), rng.random() < 0.5, rng.integers(0, 6), rng.uniform(0.8, 1.1)) for _ in range(spec.count)]
    puffs = Particles.make(rng, 10)

    def draw(t_s: float) -> None:
        c.depth(0.4).stamp(back)
        c.depth(0.8)
        for x, y, size, phase in hangs:
            c.glow(x, y + size * 0.46, size * 1.1, p.accent, 0.55 + 0.1 * wave(t_s, 2.5, phase))
            c.stamp(lamp, x, y, scale=size, angle_deg=4 * wave(t_s * spec.speed, 3.0, phase))
        boom = 0.0 if (u := spec.moment(t_s, "a burst of steam from a stall")) is None else pulse(u)
        steam(c, puffs, t_s * spec.speed, 0.86, 1.1, wide=0.25, tall=0.5, colour=(255, 246, 236), alpha=0.34)
        if boom:
            c.soft(0.30, 0.98, 0.42, 0.36, (255, 248, 240), 0.9 * boom)
        c.depth(1.0)
        for n, (start, left, hue, size) in enumerate(walkers):
            x = -0.2 + (start + n / len(walkers) + t_s * 0.08 * spec.speed * (-1 if left else 1)) % 1.4
            h, y = 0.34 * size + 0.05 * (n % 3), 1.36 + 0.05 * (n % 3)
            coat = mix(hot[hue], p.ink, 0.62)
            wear = Clothes(mix(rgb("#f0c9a4"), p.ink, 0.25), p.ink, coat, darker(coat, 0.5), p.ink, darker(coat, 0.5),
                coat)
            draw_person(c, person(walk_pose(t_s * 5.5 * spec.speed + n), hip=(x, y - 0.48 * h), height=h, flip=left),
                wear)

    return draw


def _stall(k: Canvas, x: float, y: float, w: float, ink: Colour, dark: Colour, light: Colour) -> None:
    """Paint a food stall with a striped awning and trays, counter top at (x, y). For layers."""
    k.rect(x - w / 2, y, w, w * 0.55, mix(ink, dark, 0.7))
    k.rect(x - w / 2, y - w * 0.42, w, w * 0.42, mix(light, ink, 0.25))
    k.soft(x, y - w * 0.2, w * 0.6, w * 0.4, light, 0.8)
    for n in range(6):
        k.rect(x - w * 0.56 + n * w * 0.187, y - w * 0.62, w * 0.187, w * 0.22, ink if n % 2 else light)
        k.circle(x - w * 0.56 + (n + 0.5) * w * 0.187, y - w * 0.40, w * 0.093, ink if n % 2 else light)
    for n in range(5):
        k.ellipse(x - w * 0.36 + n * w * 0.18, y - w * 0.03, w * 0.08, w * 0.055,
            mix(rgb("#e98a3a"), rgb("#f6d9a0"), (n * 0.37) % 1))
    k.rect(x - w * 0.54, y, w * 1.08, w * 0.07, darker(ink, 0.5))
