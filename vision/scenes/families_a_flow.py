"""Draw oddly satisfying flow: paint, bubbles, a kaleidoscope, a raked garden."""

from __future__ import annotations

import math

import cv2
import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas, H
from .motion import Particles, ridge, smooth, under
from .palette import Colour, darker, lighter, mix, rgb
from .props import soft_cloud
from .spec import Draw, SceneSpec, Title, family

_STILL = ("static", "zoom_in", "zoom_out", "sway")


@family(
    name="paint_swirl",
    topic="satisfying",
    tags=("oddly satisfying", "paint", "marbling", "art"),
    palettes=("clay", "blush", "sky", "mint", "violet", "neon", "golden"),
    cameras=_STILL,
    subjects=("Thick paint swirling into marbled patterns", "Poured paint flowing and folding"),
    titles=(
        "I could not stop stirring",
        Title("Paint pour in clay and cream", palette="clay"),
        Title("Cotton candy, but it's acrylic", palette="blush"),
        Title("Lava lamp energy", palette="neon"),
        Title("Slow pour, deep breath", pace="calm"),
        "Every swirl is a one-off",
    ),
    events=("a drop of gold falls in",),
)
def paint_swirl(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw folded bands of colour by warping a grid twice, lit as if the paint were thick."""
    p = spec.colours
    inks = [p.sky[0], p.accent, p.sky[2], p.light, p.mid, p.accent2, p.sky[1], p.near]
    table = np.array([inks[int(k)] for k in rng.permutation(8)], np.float32)
    steps = np.linspace(0, 8, 512, endpoint=False)
    at, share = steps.astype(int), np.clip((steps % 1 - 0.8) / 0.2, 0, 1)[:, None]
    lut = (table[at] * (1 - share) + table[(at + 1) % 8] * share).astype(np.uint8)
    gw, gh = 108, 192
    gx, gy = np.meshgrid(np.linspace(0, 1, gw, dtype=np.float32), np.linspace(0, H, gh, dtype=np.float32))
    off = rng.random(12).astype(np.float32) * 6.28
    back = c.layer(lambda k: k.fill(p.near))
    height, width = c.img.shape[:2]

    def draw(t_s: float) -> None:
        t = np.float32(t_s * spec.speed * 0.5 + off[0])
        x = gx * 2.4 + 0.55 * np.sin(gy * 2.9 + t + off[1]) + 0.22 * np.sin(gy * 6.3 - t * 1.4 + off[2])
        y = gy * 2.4 + 0.55 * np.sin(gx * 3.4 - t * 0.8 + off[3]) + 0.22 * np.sin(gx * 7.1 + t * 1.2 + off[4])
        u = x + 0.5 * np.sin(y * 2.2 + t * 0.7 + off[5]) + 0.18 * np.sin(y * 5.2 + x * 2 - t + off[7])
        field = 1.35 * np.sin(u * 1.6 + off[6]) + 1.1 * np.cos(y * 1.3 + u * 0.7 + t * 0.35) + t * 0.22
        c.depth(1.0).stamp(back)
        view_w, view_h = width / c.scale, height / c.scale
        x0, y0 = -c.ox / c.scale, -c.oy / c.scale
        to_grid = np.array([[gw / width * view_w, 0, x0 * gw], [0, gh / height * view_h / H, y0 * gh / H]], np.float32)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        fine = cv2.warpAffine(field, to_grid, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        c.img[:] = lut[(fine * 96).astype(np.int32) & 511]
        ridge_light = cv2.resize(np.gradient(np.sin(field * 9.6), axis=0) * 90, (width, height))
        gloss = np.clip(ridge_light, 0, 46).astype(np.uint8)
        c.img[:] = cv2.add(c.img, cv2.cvtColor(gloss, cv2.COLOR_GRAY2RGB))
        if (v := spec.moment(t_s, "a drop of gold falls in")) is not None:
            r = 0.05 + 0.22 * smooth(v)
            for k, ink in enumerate((rgb("#ffcf40"), rgb("#fff0b0"), rgb("#e0a020"))):
                c.ring(0.5, 0.88, r * (1 - 0.28 * k), 0.04 * (1 - v) + 0.008, ink, alpha=1 - 0.5 * v)
            c.circle(0.5, 0.88, 0.06 * (1 - v) + 0.01, rgb("#ffcf40"))

    return draw


@family(
    name="soap_bubbles",
    topic="satisfying",
    tags=("oddly satisfying", "soap bubbles", "summer"),
    palettes=("sky", "spring", "rose", "golden", "violet", "morning"),
    counts=(4, 12),
    subjects=("{n} soap bubbles floating upwards",),
    titles=(
        "Bubbles with the good soap",
        Title("Twelve tiny rainbows", count=12),
        Title("Golden hour bubbles", palette="golden"),
        Title("The slowest bubbles in town", pace="calm"),
        "Which one pops first? Place your bets",
        Title("Bubble machine got out of hand", pace="lively", count=11),
    ),
    events=("a bubble pops", "a butterfly flutters past"),
)
def soap_bubbles(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw clear wobbling bubbles with rainbow rims over a soft meadow."""
    p, n = spec.colours, spec.count

    def meadow(k: Canvas) -> None:
        k.gradient(p.sky, TOP, 1.4)
        k.glow(0.7, 0.4, 0.7, p.light, 0.7)
        for _ in range(5):
            soft_cloud(k, rng, float(rng.random()), float(rng.uniform(0.2, 0.9)), 0.45, (255, 255, 255), 0.2)
        k.poly(under(ridge(rng), 1.35, 0.05), mix(p.far, p.sky[2], 0.3))
        k.poly(under(ridge(rng), 1.5, 0.05), mix(p.mid, p.far, 0.3))
        k.blur(0.012)

    film = c.sprite(lambda k: _film(k, p.light), 0.5, 0.5, detail=1.2)
    back = c.layer(meadow)
    size = np.sort(rng.uniform(0.05, 0.15, n)) * (1.15 if n < 7 else 0.95)
    x0, y0, phase = (
        rng.permutation(np.linspace(0.08, 0.92, n)),
        rng.permutation(np.linspace(0, 1, n, endpoint=False)),
        rng.random(n),
    )

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.2).stamp(back)
        for k in range(n):
            c.depth(0.6 + 4 * size[k])
            y = BOTTOM - ((y0[k] + t * (0.05 + 0.25 * size[k])) % 1.0) * (BOTTOM - TOP)
            x = x0[k] + 0.05 * math.sin(t * 0.9 + phase[k] * 6.28)
            jelly = 0.05 * math.sin(t * 3.2 + phase[k] * 9)
            c.stamp(
                film,
                x,
                y,
                scale=(size[k] / 0.2 * (1 + jelly), size[k] / 0.2 * (1 - jelly)),
                angle_deg=12 * math.sin(t + k),
            )
        c.depth(1.0)
        if (u := spec.moment(t_s, "a bubble pops")) is not None:
            if u < 0.35:
                c.stamp(film, 0.5, 0.9, scale=0.95 + u * 0.4)
            a = np.linspace(0, 2 * math.pi, 16, endpoint=False)
            ray = np.stack([np.cos(a), np.sin(a)], axis=1)
            if u >= 0.35:
                v = (u - 0.35) / 0.65
                c.dots(ray * (0.18 + 0.14 * v) + (0.5, 0.9 + 0.05 * v), 0.011 * (1 - v) + 0.002, (255, 255, 255))
                c.glow(0.5, 0.9, 0.3, p.light, 0.6 * (1 - v))

    return draw


def _film(k: Canvas, light: Colour) -> None:
    """Draw a bubble of radius 0.2: faint film, rainbow rim, two highlights."""
    k.circle(0, 0, 0.2, (255, 255, 255), alpha=0.1)
    wheel = [rgb(h) for h in ("#ff9ad5", "#ffd27a", "#a8ffb0", "#8fe6ff", "#b9a5ff")]
    for j in range(40):
        ink = wheel[j // 2 % 5]
        nxt = wheel[(j // 2 + 1) % 5]
        k.arc(0, 0, 0.187, 0.187, j * 9, j * 9 + 10, 0.02, mix(ink, nxt, (j % 2) / 2), alpha=0.5)
        k.arc(0, 0, 0.168, 0.168, j * 9 + 30, j * 9 + 40, 0.014, ink, alpha=0.2)
    k.ring(0, 0, 0.197, 0.005, (255, 255, 255), alpha=0.75)
    k.arc(0, 0, 0.145, 0.145, 200, 250, 0.022, (255, 255, 255), alpha=0.85)
    k.arc(0, 0, 0.15, 0.15, 28, 55, 0.012, light, alpha=0.6)
    k.circle(-0.02, -0.148, 0.009, (255, 255, 255), alpha=0.85)


@family(
    name="kaleidoscope",
    topic="satisfying",
    tags=("oddly satisfying", "kaleidoscope", "symmetry", "pattern"),
    palettes=("violet", "neon", "mint", "clay", "indigo", "blush", "tropical"),
    counts=(6, 12),
    cameras=("static", "zoom_in", "zoom_out"),
    subjects=("A kaleidoscope flower with {n} petals opening and turning",),
    titles=(
        "Stare at the middle for ten seconds",
        Title("Twelve petals, endless loop", count=12),
        "Symmetry calms me down, is that normal",
        Title("Kaleidoscope, the neon cut", palette="neon"),
        Title("Bloom", pace="calm", palette="blush"),
        Title("Too fast? Good", pace="lively"),
    ),
    events=("the colours flash white",),
)
def kaleidoscope(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw rings of petals that breathe and turn against each other."""
    p, n = spec.colours, spec.count
    inks = [p.accent, p.accent2, p.light, p.far, p.sky[2], mix(p.accent, p.accent2, 0.5), p.mid]
    order = rng.permutation(7)
    kinds, phase = rng.integers(0, 3, 9), rng.random(9) * 6.28
    back = c.layer(lambda k: k.radial(0.5, 0.89, 1.1, darker(p.sky[1], 0.25), darker(p.sky[0], 0.55)))
    a = np.arange(n) * 2 * math.pi / n
    s = np.linspace(0, math.pi, 13)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(1.0).stamp(back)
        for ring in range(8, -1, -1):
            way = 1 if ring % 2 else -1
            turn = a + way * t * (0.16 + 0.03 * ring) + phase[ring]
            far = 0.09 + 0.105 * ring + 0.03 * math.sin(t * 1.1 + phase[ring])
            big = (0.05 + 0.03 * ring) * (1 + 0.25 * math.sin(t * 1.4 + ring))
            ink = inks[order[ring % 7]]
            base = np.stack([np.cos(turn), np.sin(turn)], axis=1)
            side = np.stack([-base[:, 1], base[:, 0]], axis=1)
            centre = base * far + (0.5, 0.89)
            if kinds[ring] == 0:
                outline = (
                    centre[:, None]
                    + base[:, None] * (big * 1.6 * np.cos(s * 2))[None, :, None]
                    + side[:, None] * (big * 0.75 * np.sin(s * 2))[None, :, None]
                )
            elif kinds[ring] == 1:
                corners = np.array([(1.5, 0), (0, 0.75), (-1.1, 0), (0, -0.75)]) * big
                outline = centre[:, None] + base[:, None] * corners[None, :, :1] + side[:, None] * corners[None, :, 1:]
            else:
                outline = centre[:, None] + big * 0.8 * np.stack([np.cos(s * 2), np.sin(s * 2)], axis=1)[None]
            c.polys(outline, ink)
            inner = centre[:, None] + (outline - centre[:, None]) * 0.58
            c.polys(inner, mix(darker(ink, 0.3), inks[order[(ring + 3) % 7]], 0.45))
            c.dots(centre, big * 0.2, lighter(ink, 0.6))
        c.circle(0.5, 0.89, 0.06 + 0.01 * math.sin(t * 2), p.light)
        c.circle(0.5, 0.89, 0.035, p.accent)
        if (u := spec.moment(t_s, "the colours flash white")) is not None:
            c.tint((255, 255, 255), 0.7 * math.sin(math.pi * u))

    return draw


@family(
    name="zen_garden",
    topic="satisfying",
    tags=("oddly satisfying", "zen garden", "sand", "calm"),
    palettes=("cream", "clay", "mint", "sky", "golden"),
    cameras=_STILL,
    paces=("calm", "calm", "steady", "lively"),
    subjects=("A rake drawing rings in a zen sand garden around stones",),
    titles=(
        "Raking my thoughts in order",
        Title("Desk zen garden, day 40", palette="cream"),
        "Round and round and nothing else to do",
        Title("Sunlight on raked sand", palette="golden"),
        "This is my whole personality now",
        Title("Meditation for impatient people", pace="lively", tags=("meditation",)),
    ),
    events=("a red leaf blows past", "a butterfly flutters past"),
)
def zen_garden(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw furrows appearing behind a small rake that circles the stones."""
    p = spec.colours
    sand = mix(lighter(p.sky[0], 0.2), (244, 232, 210), 0.4)
    cx, cy = 0.5 + float(rng.uniform(-0.04, 0.04)), 0.9 + float(rng.uniform(-0.05, 0.05))

    def bed(k: Canvas) -> None:
        k.fill(sand)
        for y in np.arange(TOP, BOTTOM, 0.032):
            x = np.linspace(LEFT, RIGHT, 30)
            line = np.stack([x, y + 0.008 * np.sin(x * 5 + y * 3)], axis=1)
            k.line(line, 0.011, darker(sand, 0.14))
            k.line(line + np.array([0, 0.009]), 0.006, lighter(sand, 0.5))
        k.soft(0.15, 0.3, 1.0, 1.0, (255, 255, 240), 0.25)

    def stones(k: Canvas) -> None:
        for dx, dy, r in ((-0.03, 0.02, 0.095), (0.09, -0.03, 0.06), (0.06, 0.09, 0.042)):
            k.soft(cx + dx + 0.03, cy + dy + 0.04, r * 1.5, r * 1.2, darker(sand, 0.7), 0.6)
            k.ellipse(cx + dx, cy + dy, r, r * 0.82, mix(p.near, (70, 76, 86), 0.55), angle_deg=-12)
            k.ellipse(
                cx + dx - 0.2 * r,
                cy + dy - 0.22 * r,
                r * 0.66,
                r * 0.46,
                mix(p.mid, (128, 134, 142), 0.6),
                angle_deg=-12,
            )
        k.ellipse(cx - 0.05, cy - 0.04, 0.035, 0.02, rgb("#6f9c5a"), angle_deg=-20)

    def rake(k: Canvas) -> None:
        wood = rgb("#b0763f")
        k.line([(0, 0), (0.38, -0.5)], 0.022, wood)
        k.line([(0.006, -0.008), (0.386, -0.508)], 0.006, lighter(wood, 0.4))
        k.line([(-0.085, 0.0), (0.085, 0.0)], 0.026, darker(wood, 0.15))
        for x in np.linspace(-0.08, 0.08, 5):
            k.line([(x, 0), (x, 0.03)], 0.012, darker(wood, 0.3))

    back, rocks, tool = c.layer(bed), c.layer(stones, opaque=False), c.sprite(rake, 1.0, 1.15)
    start = float(rng.random()) * 360
    grains = Particles.make(rng, 14)

    def draw(t_s: float) -> None:
        sweep = min(1000.0, 60 + t_s * (50 + 62 * spec.speed))
        c.depth(1.0).stamp(back)
        for lap in range(3):
            done = min(360.0, sweep - 360 * lap)
            if done <= 0:
                break
            middle = 0.2 + 0.115 * lap
            angles = np.radians(np.linspace(start, start + done, max(6, int(done / 5))))
            ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
            c.line(ring * middle + (cx, cy), 0.118, sand)
            for j in range(5):
                r = middle + (j - 2) * 0.023
                c.line(ring * r + (cx, cy), 0.01, darker(sand, 0.2))
                c.line(ring * (r + 0.008) + (cx, cy), 0.005, lighter(sand, 0.6))
        turn, rest = divmod(sweep, 360)
        middle, a = 0.2 + 0.115 * min(turn, 2), math.radians(start + rest)
        c.stamp(rocks)
        x, y = cx + middle * math.cos(a), cy + middle * math.sin(a)
        xy = np.stack(
            [x + 0.09 * (grains.x - 0.5), y + 0.05 * (grains.at(t_s * spec.speed, fall=0.3)[:, 1] % 1.0 - 0.5)], axis=1
        )
        c.soft(x + 0.06, y + 0.06, 0.16, 0.06, darker(sand, 0.7), 0.4)
        c.dots(xy, 0.003, darker(sand, 0.3))
        c.stamp(tool, x, y)

    return draw
