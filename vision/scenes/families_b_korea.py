"""Draw Seoul up close: the barbecue table, the bibimbap bowl, the street-food lane, the subway, a cafe window."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .families_b_parts import Clothes, blob, draw_person, ellipse, hangul, limb, person, place, sector, walk_pose
from .families_b_places import lantern, seoul_tower
from .families_b_seoul import SEOUL, hills, sky
from .motion import Particles, ease_out, pulse, smooth, wave
from .palette import Colour, darker, lighter, mix, rgb
from .props import rain, skyline, snow
from .spec import Draw, SceneSpec, Title, family


def steam(c: Canvas, at: Particles, t_s: float, x: float, y: float, *, wide: float, tall: float, colour: Colour, alpha: float = 0.2) -> None:
    """Let soft puffs rise from (x, y), widening and fading (8 to 16 particles)."""
    for px, z, phase in zip(at.x.tolist(), at.z.tolist(), at.phase.tolist(), strict=True):
        u = (t_s * (0.16 + 0.10 * z) + phase) % 1.0
        sway = 0.04 * math.sin(6.28 * (u * 0.9 + px))
        size = 0.035 + 0.09 * u
        c.soft(x + (px - 0.5) * wide * (0.7 + 0.6 * u) + sway, y - tall * u, size, size * 1.5, colour, alpha * math.sin(math.pi * u))


def _slab(c: Canvas, x: float, y: float, size: float, turn: float, done: float) -> None:
    """Paint a strip of pork belly, done 0 (raw) .. 1 (seared)."""
    meat = mix(rgb("#ef9a93"), rgb("#8f4a2c"), done)
    fat = mix(rgb("#fbe0d2"), rgb("#d9a063"), done)
    strip = limb([(-1, 0.06), (-0.3, -0.06), (0.4, 0.05), (1, -0.05)], [0.3, 0.33, 0.32, 0.3], smooth=True)
    c.polys(place(strip, x, y + size * 0.08, size, angle_rad=turn), darker(meat, 0.55))
    c.polys(place(strip, x, y, size, angle_rad=turn), meat)
    for dy in (-0.13, 0.12):
        band = limb([(-0.95, dy + 0.06), (-0.3, dy - 0.06), (0.4, dy + 0.05), (0.95, dy - 0.05)], [0.05, 0.075, 0.05, 0.07], smooth=True)
        c.polys(place(band, x, y, size, angle_rad=turn), fat)
    if done > 0.5:
        marks = [np.array([(-0.6 + 0.4 * k, -0.25), (-0.5 + 0.4 * k, 0.25)]) for k in range(4)]
        c.lines(place(marks, x, y, size, angle_rad=turn), size * 0.07, darker(meat, 0.35))


def dish(k: Canvas, x: float, y: float, r: float, rim: Colour, food: Colour, bits: Colour, rng: np.random.Generator) -> None:
    """Paint a small side dish seen from above. For layers."""
    k.circle(x + 0.008, y + 0.018, r * 1.03, (10, 6, 8), alpha=0.3)
    k.circle(x, y, r, rim)
    k.circle(x, y, r * 0.82, darker(rim, 0.14))
    k.circle(x, y, r * 0.72, food)
    for _ in range(12):
        a, d, turn = rng.random() * 6.28, r * 0.6 * math.sqrt(rng.random()), rng.random() * 3.14
        px, py, dx, dy = x + d * math.cos(a), y + d * math.sin(a), 0.16 * r * math.cos(turn), 0.16 * r * math.sin(turn)
        k.line([(px - dx, py - dy), (px + dx, py + dy)], r * 0.13, mix(bits, food, rng.random() * 0.5))


BANCHAN = (("#d8452f", "#f07a3c"), ("#5c9a3c", "#8fc65a"), ("#f2e3b0", "#f7f0d2"), ("#e9b44c", "#f6d27a"), ("#b9d58a", "#7fae4c"), ("#c23b22", "#7fae4c"))


@family(
    name="korean_bbq", topic="food", tags=("seoul", "korea", "south korea", "korean food", "korean bbq", "food", "grill", "samgyeopsal", "dinner"),
    palettes=("lamplight", "clay", "ink", "cream", "indigo"), counts=(3, 6), cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("{n} strips of pork belly sizzling on a Korean barbecue grill in Seoul",), events=("a flame flares up", "a camera flash goes off"),
    titles=(
        "Korean BBQ: listen to it sizzle", "Samgyeopsal night in Seoul", "The grill at our table in Seoul", "Pork belly, garlic, repeat",
        Title("The grill flared and everybody leaned back", event="a flame flares up"), "What we ate in Seoul: barbecue",
        "Banchan first, then the meat", Title("Six strips, one grill", count=6), "Flip once, only once", "Korean barbecue close up",
        Title("Late dinner in Korea, lamps low", palette="lamplight", tags=("cosy",)), "Smoke, embers and side dishes",
    ),
)  # fmt: skip
def korean_bbq(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look down on a round grill over embers with side dishes around; strips turn brown, chopsticks flip one."""
    p, gx, gy, r = spec.colours, 0.5, 0.90, 0.36

    def paint(k: Canvas) -> None:
        wood = mix(rgb("#7a4a2e"), p.near, 0.45)
        k.gradient((lighter(wood, 0.12), darker(wood, 0.25)))
        k.lines([[(LEFT, y), (RIGHT, y)] for y in np.arange(TOP, BOTTOM, 0.23)], 0.006, darker(wood, 0.4), alpha=0.7)
        rim = mix(rgb("#f4efe6"), p.light, 0.3)
        ring = [(0.16, 0.36), (0.5, 0.30), (0.84, 0.37), (0.11, 1.40), (0.40, 1.47), (0.72, 1.46), (0.98, 1.24), (0.02, 0.62), (1.0, 0.62)]
        for n, (x, y) in enumerate(ring):
            food, bits = BANCHAN[(n + spec.seed) % 6]
            dish(k, x, y, 0.12 + 0.015 * (n % 3), rim, rgb(food), rgb(bits), rng)
        k.circle(gx + 0.01, gy + 0.03, r + 0.06, (10, 6, 8), alpha=0.4)
        k.circle(gx, gy, r + 0.05, rgb("#8d8a88"))
        k.circle(gx, gy, r + 0.03, rgb("#5c5a5c"))
        k.circle(gx, gy, r, rgb("#1d1416"))

    back = c.layer(paint)
    angle = rng.random(60) * 6.28
    ember = np.stack([gx + (reach := r * 0.93 * np.sqrt(rng.random(60))) * np.cos(angle), gy + reach * np.sin(angle)], axis=1)
    spread = [(x, gy + r * math.sin(math.acos(x - gx if abs(x - gx) < 1 else 0)) * 0) for x in np.linspace(gx - r, gx + r, 19)[1:-1]]
    bars = [[(x, gy - math.sqrt(r * r - (x - gx) ** 2)), (x, gy + math.sqrt(r * r - (x - gx) ** 2))] for x, _ in spread]
    rows = (spec.count + 1) // 2
    slabs = [(gx - 0.15 + 0.30 * (k % 2), gy + (k // 2 - (rows - 1) / 2) * 0.20, rng.uniform(-0.35, 0.35), rng.uniform(0.1, 0.6)) for k in range(spec.count)]
    puffs = Particles.make(rng, 12)

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        c.glow(gx, gy, r * 1.0, rgb("#ff5a1f"), 0.75 + 0.15 * wave(t_s * spec.speed, 1.7))
        for (x, y), a in zip(ember.tolist(), angle.tolist(), strict=True):
            c.circle(x, y, 0.016, mix(rgb("#7a1d0c"), rgb("#ffb347"), 0.5 + 0.5 * math.sin(t_s * 3 * spec.speed + a * 5)))
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
                    c.line([(tip[0], tip[1] + off), (tip[0] + 0.55, tip[1] + 0.30 + off * 1.8)], 0.017, mix(rgb("#c9c5c0"), p.light, 0.3))
        if (u := spec.moment(t_s, "a flame flares up")) is not None:
            for n in range(7):
                x, tall = gx - 0.18 + 0.06 * n, (0.16 + 0.12 * math.sin(n * 2.1 + u * 9)) * pulse(u) + 0.001
                c.polys(blob((x - 0.045, gy), (x - 0.02, gy - tall), (x + 0.01, gy - tall * 2), (x + 0.03, gy - tall), (x + 0.045, gy)), rgb("#ff9a2e"), 0.85)
            c.glow(gx, gy - 0.15, 0.55, rgb("#ffb347"), pulse(u))
        steam(c, puffs, t_s * spec.speed, gx, gy, wide=0.5, tall=0.6, colour=rgb("#fff4e6"), alpha=0.28)

    return draw


@family(
    name="bibimbap", topic="food", tags=("seoul", "korea", "south korea", "korean food", "bibimbap", "rice", "food", "bowl", "lunch"),
    palettes=("cream", "clay", "lamplight", "mint", "indigo"), cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("a spoon stirring a stone bowl of bibimbap with an egg on top in Seoul", "a colourful bowl of bibimbap steaming in Seoul"),
    events=("the yolk breaks", "a camera flash goes off"),
    titles=(
        "Bibimbap, every colour in its place", "Mix it until it is all one red", "A stone bowl of bibimbap in Seoul",
        Title("The moment the yolk breaks", event="the yolk breaks"), "Lunch in Korea is a colour wheel", "Dolsot bibimbap, still crackling",
        "How to eat bibimbap: destroy it", "Rice, greens, gochujang, egg", Title("Bibimbap by lamplight", palette="lamplight", tags=("cosy",)),
        "The best lunch under the palace wall, Seoul", "Seven vegetables and an egg",
        Title("Stir, stir, stir", subject="a spoon stirring a stone bowl of bibimbap with an egg on top in Seoul"),
    ),
)  # fmt: skip
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
                k.line([(px - h * math.cos(lean), py - h * math.sin(lean)), (px + h * math.cos(lean), py + h * math.sin(lean))], 0.011,
                       mix(lighter(ink, 0.25), darker(ink, 0.25), rng.random()))
        k.polys(blob((-0.16, -0.02), (-0.09, -0.13), (0.04, -0.15), (0.15, -0.07), (0.14, 0.08), (0.02, 0.15), (-0.12, 0.11)), rgb("#fffdf4"))
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
            c.polys(blob((x0 - 0.06, y0), (x0 - 0.02, y0 - 0.07), (x0 + 0.07, y0 - 0.02), (x0 + 0.10 + 0.05 * e, y0 + 0.10 + 0.12 * e),
                         (x0 + 0.05, y0 + 0.18 + 0.14 * e), (x0 - 0.03, y0 + 0.08 + 0.1 * e)), rgb("#ff9b12"))  # fmt: skip
        if stirs:
            a = math.radians(spin * 4)
            sx, sy = x0 + 0.20 * math.cos(a), y0 + 0.20 * math.sin(a)
            c.line([(sx + 0.02, sy + 0.01), (1.05, y0 - 0.62)], 0.030, darker(rgb("#d9d4cc"), 0.35))
            c.line([(sx, sy), (1.03, y0 - 0.64)], 0.024, rgb("#e9e4dc"))
            c.ellipse(sx, sy, 0.075, 0.055, rgb("#cfc9c0"), angle_deg=-45)
            c.ellipse(sx, sy, 0.055, 0.038, rgb("#c9362b"), angle_deg=-45)
        steam(c, puffs, t_s * (0.5 + 0.5 * spec.speed), x0, y0 - 0.05, wide=0.45, tall=0.65, colour=(255, 252, 244), alpha=0.32)

    return draw


FOODS = ("만두", "김밥", "치킨", "국수", "시장", "명동", "라면", "한강", "서울", "커피")


@family(
    name="myeongdong_market", topic="food", tags=(*SEOUL, "myeongdong", "night market", "street food", "korean food", "market", "lanterns", "lights"),
    palettes=("neon", "night", "lamplight", "dusk", "violet"), counts=(3, 7),
    subjects=("{n} people strolling past lantern-lit street food stalls in Myeongdong, Seoul",),
    events=("a burst of steam from a stall", "a camera flash goes off", "the light goes out for a moment"),
    titles=(
        "Myeongdong street food, one stall at a time", "Lanterns over the night market, Seoul", "Dumplings, skewers, hotteok: go",
        Title("Steam everywhere in Myeongdong", event="a burst of steam from a stall"), "Eating my way down one lane in Seoul",
        Title("Neon signs and fish cakes", palette="neon", tags=("neon",)), "The smell of this street in Korea", "Seoul after nine",
        Title("Market lane, slow walk", pace="calm"), Title("Saturday rush in Myeongdong", pace="lively", tags=("crowd",)),
        "Every sign says eat", "A Seoul market by lantern light", Title("Seven strangers, one skewer stall", count=7),
    ),
)  # fmt: skip
def myeongdong_market(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Recede a lane of stalls with hangul signs under strings of lanterns; people stroll, stalls steam."""
    p = spec.colours
    hot = [rgb(h) for h in ("#ff4d6d", "#29e0e8", "#ffd166", "#7cf29a", "#ff8f3f", "#c792ff")]

    def sign(k: Canvas, x: float, y: float, size: float, word: str, ink: Colour) -> None:
        k.round_rect(x, y, size * 1.5, size * 2.95, size * 0.2, darker(p.ink, 0.2))
        k.glow(x + size * 0.75, y + size * 1.4, size * 2.4, ink, 0.5)
        k.line([(x + 0.008, y + 0.008), (x + size * 1.5 - 0.008, y + 0.008), (x + size * 1.5 - 0.008, y + size * 2.95 - 0.008),
                (x + 0.008, y + size * 2.95 - 0.008)], 0.006, ink, closed=True)  # fmt: skip
        k.lines(hangul(word, x + size * 0.25, y + size * 0.3, size, down=True), size * 0.13, lighter(ink, 0.45))

    def paint(k: Canvas) -> None:
        k.gradient((p.sky[0], p.sky[1], mix(p.sky[2], p.accent, 0.25)), y1=1.3)
        k.polys(place(seoul_tower(), 0.5, 0.92, 0.36), mix(p.mid, p.sky[1], 0.35))
        for side in (-1, 1):
            for depth, ink in ((0.20, mix(p.mid, p.sky[1], 0.3)), (0.33, p.mid), (0.52, p.near)):
                x = 0.5 + side * depth * 0.95
                k.poly([(x, 1.12 + depth * 0.3), (x, 0.72 - depth * 1.1), (x + side * 0.9, 0.55 - depth * 2), (x + side * 0.9, 1.9)], ink)
        k.poly([(0.36, 1.12), (0.64, 1.12), (1.35, BOTTOM), (-0.35, BOTTOM)], darker(p.near, 0.3))
        k.soft(0.5, 1.2, 0.45, 0.22, p.accent, 0.55)
        words = [FOODS[i] for i in rng.permutation(len(FOODS))]
        spots = ((0.02, 0.30, 0.085), (0.20, 0.60, 0.052), (0.29, 0.79, 0.033), (0.85, 0.24, 0.085), (0.735, 0.56, 0.052), (0.665, 0.77, 0.033), (-0.02, 0.66, 0.07), (0.89, 0.62, 0.07))
        for n, (x, y, size) in enumerate(spots):
            sign(k, x, y, size, words[n % len(words)], hot[(n * 2 + spec.seed) % 6])
        for x, y, w, n in ((0.25, 1.07, 0.15, 0), (0.75, 1.07, 0.15, 1), (0.10, 1.16, 0.28, 2), (0.90, 1.16, 0.28, 3)):
            _stall(k, x, y, w, hot[(n + spec.seed) % 6], p.ink, p.light)

    body, caps = lantern()

    def paint_lantern(k: Canvas) -> None:
        k.polys(body, mix(p.accent, rgb("#ff6a3d"), 0.4))
        k.ellipse(0, 0.46, 0.2, 0.29, mix(p.accent, p.light, 0.45))
        k.polys(caps, p.ink)

    back, lamp = c.layer(paint), c.sprite(paint_lantern, 0.8, 2.2, detail=0.3)
    hangs = [(x, 0.40 + 0.10 * row + 0.05 * math.cos((x - 0.5) * 5), 0.115 - 0.028 * row, rng.random()) for row in range(3)
             for x in np.linspace(-0.1 + 0.16 * row, 1.1 - 0.16 * row, 7)]  # fmt: skip
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
            h, y = 0.34 * size + 0.05 * (n % 3), 1.44 + 0.05 * (n % 3)
            coat = mix(hot[hue], p.ink, 0.62)
            wear = Clothes(mix(rgb("#f0c9a4"), p.ink, 0.25), p.ink, coat, darker(coat, 0.5), p.ink, darker(coat, 0.5), coat)
            draw_person(c, person(walk_pose(t_s * 5.5 * spec.speed + n), hip=(x, y - 0.48 * h), height=h, flip=left), wear)

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
        k.ellipse(x - w * 0.36 + n * w * 0.18, y - w * 0.03, w * 0.08, w * 0.055, mix(rgb("#e98a3a"), rgb("#f6d9a0"), (n * 0.37) % 1))
    k.rect(x - w * 0.54, y, w * 1.08, w * 0.07, darker(ink, 0.5))


@family(
    name="seoul_subway", topic="travel", tags=(*SEOUL, "subway", "metro", "train", "han river", "commute", "city"),
    palettes=("sunset", "dusk", "morning", "golden", "night", "winter"), counts=(1, 4), cameras=("static", "sway", "zoom_in", "zoom_out"),
    subjects=("{n} passenger{s} on a Seoul subway train crossing the Han river",), events=("a train passes the other way", "a bird flies past"),
    titles=(
        "Line 2 across the Han river", "The thirty seconds of sky on the Seoul subway", "Subway window, Seoul", "Riding home over the river",
        Title("Sunset from the Seoul subway", palette="sunset"), Title("Night train over the Han", palette="night", tags=("night",)),
        Title("Another train, for half a second", event="a train passes the other way"), "Commute with a view, Korea",
        Title("Alone in the carriage", count=1, tags=("quiet",)), "Straps swinging, city sliding by", "Everyone looks up here",
        Title("Cold light on the river", palette="winter"),
    ),
)  # fmt: skip
def seoul_subway(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look across a carriage: river and skyline slide past big windows, beams flash, straps swing, people sit."""
    p = spec.colours

    def paint_sky(k: Canvas) -> None:
        sky(k, rng, p, x=0.6, y=0.55)
        hills(k, rng, p, 0.92)

    def paint_city(k: Canvas) -> None:
        skyline(k, rng, 0.98, mix(p.mid, p.sky[2], 0.2), p, low=0.05, high=0.24, width=0.09, share=0.4, right=RIGHT + 1.4)
        k.polys(place(seoul_tower(), 0.8, 0.94, 0.34), mix(p.mid, p.sky[2], 0.2))

    metal, seat = mix(rgb("#d9dde2"), p.far, 0.45 if p.dark else 0.25), mix(rgb("#3f7f86"), p.near, 0.35)

    def paint_cabin(k: Canvas) -> None:
        k.rect(LEFT, TOP, RIGHT - LEFT, 0.42 - TOP, darker(metal, 0.1))
        k.rect(LEFT, 1.10, RIGHT - LEFT, BOTTOM - 1.10, metal)
        for x in (-0.10, 0.48, 1.06):
            k.rect(x - 0.045, 0.3, 0.13, 0.9, metal)
            k.line([(x + 0.02, 0.3), (x + 0.02, 1.5)], 0.022, lighter(metal, 0.5))
        k.round_rect(LEFT, 0.20, RIGHT - LEFT, 0.10, 0.02, lighter(metal, 0.25))
        for x, ink in ((0.1, "#33a23d"), (0.35, "#ef7c1c"), (0.6, "#00a5de"), (0.85, "#996cac")):
            k.round_rect(x, 0.222, 0.14, 0.055, 0.02, mix(rgb(ink), p.near, 0.15))
        k.round_rect(LEFT, 1.22, RIGHT - LEFT, 0.17, 0.04, seat)
        k.round_rect(LEFT, 1.36, RIGHT - LEFT, 0.09, 0.03, darker(seat, 0.2))
        k.rect(LEFT, 1.45, RIGHT - LEFT, 0.1, darker(metal, 0.45))
        k.rect(LEFT, 1.55, RIGHT - LEFT, BOTTOM - 1.55, darker(metal, 0.3))

    back, city = c.layer(paint_sky), c.layer(paint_city, opaque=False, right=1.4)
    cabin = c.layer(paint_cabin, opaque=False)
    shades = [mix(rgb(h), p.near, 0.3) for h in ("#c8553d", "#e0a458", "#4a6fa5", "#7b506f")]
    riders = [(x, shades[(n + spec.seed) % 4], rng.uniform(0.9, 1.05)) for n, x in enumerate(rng.permutation([0.16, 0.36, 0.66, 0.86])[: spec.count].tolist())]

    def draw(t_s: float) -> None:
        c.depth(0.1).stamp(back)
        run = t_s * spec.speed
        c.depth(0.3).stamp(city, -((0.09 * run) % 1.3))
        c.mirror(1.0, t_s, p.sky[1], mix=0.45)
        c.depth(0.7)
        for k in range(3):
            x = 1.5 - (0.75 * run + 0.75 * k) % 2.25
            c.poly([(x, 0.3), (x + 0.035, 0.3), (x + 0.435, 1.2), (x + 0.40, 1.2)], p.near, 0.85)
            c.poly([(x + 0.40, 0.3), (x + 0.435, 0.3), (x + 0.035, 1.2), (x, 1.2)], p.near, 0.85)
        c.rect(LEFT, 1.02, RIGHT - LEFT, 0.05, p.near)
        if (u := spec.moment(t_s, "a train passes the other way")) is not None:
            x = 1.4 - 3.6 * smooth(u)
            c.rect(x, 0.5, 1.9, 0.55, darker(metal, 0.35))
            for n in range(6):
                c.rect(x + 0.1 + 0.3 * n, 0.6, 0.2, 0.2, p.accent2)
        c.depth(1.0).stamp(cabin)
        for x, ink, size in riders:
            _rider(c, x, 1.33 + 0.004 * wave(run, 0.7, x), 0.30 * size, ink, p.ink)
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
        c.line([(x + side * 0.19 * h, y - 0.34 * h), (x + side * 0.21 * h, y - 0.06 * h), (x + side * 0.05 * h, y)], 0.10 * h, darker(ink, 0.15))
    c.circle(x, y - 0.64 * h, 0.145 * h, rgb("#eec39b"))
    c.polys(sector(x, y - 0.66 * h, 0.16 * h, 0.17 * h, math.pi, 2 * math.pi), dark)


@family(
    name="seoul_cafe", topic="food", tags=(*SEOUL, "cafe", "coffee", "window", "cosy", "calm"),
    palettes=("dusk", "overcast", "winter", "night", "storm"), paces=("calm", "steady"), cameras=("static", "zoom_in", "sway", "zoom_out"),
    subjects=("a steaming cup on a cafe windowsill with N Seoul Tower behind the rain", "a steaming cup on a cafe windowsill with N Seoul Tower behind falling snow"),
    events=("lightning strikes", "the light goes out for a moment"),
    titles=(
        "A cafe in Seoul with the right window", "Coffee first, then the rest of Seoul", "One cup, one tower, no plans", "Slow afternoon in a Seoul cafe",
        Title("Rain on a cafe window in Seoul", subject="a steaming cup on a cafe windowsill with N Seoul Tower behind the rain", tags=("rainy",)),
        Title("Snow outside, latte inside", subject="a steaming cup on a cafe windowsill with N Seoul Tower behind falling snow", tags=("snow",)),
        Title("Blue hour, one last coffee", palette="dusk"), "The quietest table in Korea", "Waiting out the weather above Seoul",
        Title("Night coffee in Seoul", palette="night", tags=("night",)), "Steam on the glass",
    ),
)  # fmt: skip
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
            k.polys(place(limb([(0, 0), (0.12, -0.6), (0.3, -1)], [0.06, 0.16, 0.02], smooth=True), x, 1.2, h, flip=x < 0.85), rgb("#3f7f5c"))
        k.poly([(0.77, 1.18), (0.97, 1.18), (0.94, 1.32), (0.80, 1.32)], rgb("#c9744f"))

    def paint_cup(k: Canvas) -> None:
        k.ellipse(0.0, 0.13, 0.22, 0.035, lighter(wood, 0.5))
        k.ring(0.155, 0.02, 0.055, 0.022, rgb("#f6efe2"))
        k.polys(blob((-0.15, -0.09), (0.15, -0.09), (0.13, 0.05), (0.06, 0.12), (-0.06, 0.12), (-0.13, 0.05)), rgb("#f6efe2"))
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
            c.dots(beads + (0, 0.01 * (t_s * spec.speed % 3)), 0.006, lighter(p.sky[2], 0.45))
        c.depth(1.0).stamp(room)
        c.glow(0.30, 0.34, 0.5, rgb("#ffcf8a"), 0.55 + 0.04 * wave(t_s, 2.7))
        c.stamp(cup, 0.40, 1.20, scale=1.25)
        steam(c, puffs, t_s * (0.6 + 0.4 * spec.speed), 0.40, 1.08, wide=0.16, tall=0.5, colour=(255, 250, 240), alpha=0.4)

    return draw


