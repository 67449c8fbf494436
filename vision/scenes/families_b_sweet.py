"""Draw sweet and baked things: pancakes under syrup, bread rising in the oven, stacked ice cream, whisked matcha."""

from __future__ import annotations

import math

import numpy as np

from .canvas import LEFT, TOP, Canvas
from .families_b_food import table
from .families_b_koreafood import steam
from .families_b_parts import blob, ellipse, limb, place, poly, sector
from .motion import Particles, bounce, clamp, ease_in, ease_out, pulse, smooth, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def _pancake_stack_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, base_y: float,
    sizes: list[tuple[float, float]], thick: float, top_y: float) -> None:
    """Paint what stands still behind the pancake stack. For layers."""
    table(k, p, 1.24, wood=p.dark)
    for _ in range(7):
        k.circle(rng.uniform(0, 1), rng.uniform(0.1, 0.9), rng.uniform(0.03, 0.10), lighter(p.sky[1], 0.3),
            alpha=0.35)
    k.soft(0.5, 1.40, 0.55, 0.07, p.ink, 0.55)
    plate = mix(rgb("#fbf7ef"), p.accent2, 0.12)
    k.ellipse(0.5, 1.345, 0.44, 0.075, darker(plate, 0.2))
    k.ellipse(0.5, 1.325, 0.44, 0.075, plate)
    k.ellipse(0.5, 1.318, 0.34, 0.05, darker(plate, 0.07))
    for n, (w, dx) in enumerate(sizes):
        y = base_y - thick * (n + 0.5)
        k.polys(limb([(0.5 + dx - w + 0.03, y), (0.5 + dx + w - 0.03, y)], [0.037, 0.037]), rgb("#f3cd88"))
        k.polys(limb([(0.5 + dx - w + 0.035, y - 0.017), (0.5 + dx + w - 0.035, y - 0.017)], [0.022, 0.022]),
            rgb("#c8833c"))
        k.polys(limb([(0.5 + dx - w + 0.05, y + 0.026), (0.5 + dx + w - 0.05, y + 0.026)], [0.011, 0.011]),
            rgb("#b06f30"))
    w, dx = sizes[-1]
    k.ellipse(0.5 + dx, top_y + 0.016, w * 0.97, 0.062, rgb("#c8833c"))
    k.ellipse(0.5 + dx, top_y + 0.012, w * 0.9, 0.052, rgb("#d99a50"))
    for x, y, ink in ((0.16, 1.335, "#c8304a"), (0.22, 1.36, "#3d4a9a"), (0.80, 1.35, "#c8304a"),
        (0.85, 1.325, "#3d4a9a"), (0.74, 1.37, "#3d4a9a")):
        k.circle(x, y, 0.034, rgb(ink))
        k.circle(x - 0.01, y - 0.012, 0.009, lighter(rgb(ink), 0.55))


@family(
    name="pancake_stack", topic="food", tags=("pancakes", "syrup", "breakfast", "brunch", "sweet", "dessert", "food",
    "satisfying"),
    palettes=("cream", "blush", "mint", "sky", "lamplight", "clay"), counts=(3, 7),
    cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("syrup pouring over a stack of {n} pancakes",),
    events=("a berry bounces off the top", "the light goes out for a moment"),
    titles=(
        "Sunday, in a stack", "Syrup has no deadline", "Breakfast with gravity", "The drip down the side",
        "More butter, always", "Brunch is a personality",
        Title("Seven high", count=7), Title("A modest three", count=3),
        Title("The berry that would not stay", event="a berry bounces off the top", tags=("berries",)),
        Title("Slow syrup", pace="calm", tags=("relaxing",)),
        Title("Pink kitchen pancakes", palette="blush"),
        Title("Late-night pancakes", palette="lamplight", tags=("cosy",)),
    ),
)
def pancake_stack(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Stack pancakes on a plate; syrup pours, spreads and runs down in slow drips, butter softens on top."""
    p, n_cakes, thick = spec.colours, spec.count, 0.075
    base_y = 1.30
    top_y = base_y - thick * n_cakes
    syrup, light = rgb("#a4511a"), rgb("#d98430")
    sizes = [(0.30 + rng.uniform(-0.015, 0.02), rng.uniform(-0.018, 0.018)) for _ in range(n_cakes)]

    back, puffs = c.layer(lambda k: _pancake_stack_backdrop(k, rng=rng, p=p, base_y=base_y, sizes=sizes, thick=thick,
        top_y=top_y)), Particles.make(rng, 7)
    drips = [(x, rng.uniform(0.25, 0.95), rng.uniform(0.018, 0.03), rng.random()) for x in np.linspace(-0.25, 0.25, 9)]

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        share = clamp(t_s / spec.duration_s * (0.7 + 0.45 * spec.speed))
        spread = ease_out(share * 1.6)
        for x, reach, w, ph in drips:
            run = thick * n_cakes * reach * smooth(clamp(share * 1.7 - 0.22 - 0.3 * ph))
            if run > 0.004 and abs(x) < 0.27 * spread + 0.02:
                y = top_y + 0.045 * math.sqrt(max(0.0, 1 - (x / 0.3) ** 2)) + 0.012
                c.polys(limb([(0.5 + x, y - 0.02), (0.5 + x, y + run * 0.7), (0.5 + x, y + run)],
                    [w * 0.8, w * 0.62, w]), syrup)
                c.line([(0.5 + x - w * 0.3, y), (0.5 + x - w * 0.3, y + run * 0.8)], 0.006, light)
        c.ellipse(0.5, top_y + 0.014, 0.27 * spread + 0.01, 0.050 * spread + 0.004, syrup)
        c.ellipse(0.47, top_y + 0.006, 0.17 * spread, 0.022 * spread, light)
        melt = 0.03 * share
        butter = rgb("#fbe27a")
        c.poly([(0.44 - melt, top_y - 0.005), (0.50, top_y - 0.028), (0.575 + melt, top_y - 0.008),
            (0.512, top_y + 0.022)], butter)
        c.poly([(0.44 - melt, top_y - 0.005), (0.512, top_y + 0.022), (0.512, top_y + 0.045),
            (0.44 - melt, top_y + 0.018)], darker(butter, 0.12))
        c.poly([(0.512, top_y + 0.022), (0.575 + melt, top_y - 0.008), (0.575 + melt, top_y + 0.014),
            (0.512, top_y + 0.045)], darker(butter, 0.2))
        end = 1 - smooth((share - 0.86) * 10)
        if end > 0.01:
            tip = (0.46, 0.40 - 0.5 * (1 - end))
            wob = 0.006 * wave(t_s, 0.8)
            s = np.linspace(0, 1, 7)
            c.polys(limb(np.stack([tip[0] + 0.0 * s + wob * s, tip[1] + (top_y - 0.02 - tip[1]) * s], axis=1).tolist(),
                (0.020 - 0.009 * s).tolist()), syrup)
            c.line([(tip[0] - 0.004, tip[1]), (tip[0] - 0.003 + wob, top_y - 0.03)], 0.005, light)
            c.ring(0.46, top_y + 0.0, 0.02 + 0.012 * bounce(t_s), 0.006, light)
            jug = mix(rgb("#f4efe6"), p.accent, 0.1)
            x, y = tip
            c.polys(blob((x - 0.03, y + 0.0), (x + 0.05, y - 0.10), (x + 0.20, y - 0.30), (x + 0.44, y - 0.22),
                (x + 0.40, y - 0.04), (x + 0.22, y + 0.03), (x + 0.08, y + 0.0)), jug)
            c.polys(blob((x - 0.01, y - 0.005), (x + 0.06, y - 0.085), (x + 0.13, y - 0.18), (x + 0.16, y - 0.12),
                (x + 0.09, y - 0.03)), syrup)
        if (u := spec.moment(t_s, "a berry bounces off the top")) is not None:
            hop = 1 - ease_in(u * 2) if u < 0.5 else 0.45 * bounce(u - 0.5) * 2
            x, y = 0.53 + 1.0 * max(0.0, u - 0.5), top_y - 0.045 - 0.8 * hop + 2.4 * max(0.0, u - 0.75) ** 1.5
            c.circle(x, y, 0.046, rgb("#d2304c"))
            c.circle(x - 0.015, y - 0.016, 0.012, rgb("#f79aa8"))
            c.polys(limb([(x, y - 0.04), (x + 0.03, y - 0.07)], [0.012, 0.004]), rgb("#4f9a3f"))
        steam(c, puffs, t_s * 0.7, 0.5, top_y - 0.05, wide=0.35, tall=0.4, colour=(255, 252, 246), alpha=0.22)

    return draw


def _bread_oven_backdrop(k: Canvas, *, p: Palette, front: Colour) -> None:
    """Paint what stands still behind the bread oven. For layers."""
    k.gradient(p.sky)
    for n in range(12):
        for m in range(8):
            k.round_rect(LEFT + 0.17 * m + 0.005, TOP + 0.1 * n + 0.004, 0.16, 0.09, 0.006,
                mix(p.sky[1], p.light if (n * 5 + m * 3) % 7 == 0 else p.sky[2], 0.12))
    k.round_rect(-0.04, 0.28, 1.08, 1.5, 0.05, darker(front, 0.25))
    k.round_rect(-0.02, 0.30, 1.04, 1.5, 0.045, front)
    for n in range(5):
        k.circle(0.12 + 0.19 * n, 0.38, 0.036, darker(front, 0.4))
        k.circle(0.12 + 0.19 * n, 0.378, 0.028, lighter(front, 0.35))
        k.line([(0.12 + 0.19 * n, 0.378), (0.12 + 0.19 * n + 0.02 * math.cos(n * 2.1), 0.378 - 0.02)], 0.007,
            darker(front, 0.5))
    k.round_rect(0.06, 0.475, 0.88, 0.03, 0.015, lighter(front, 0.5))
    k.round_rect(0.06, 0.55, 0.88, 0.86, 0.05, darker(front, 0.6))
    k.round_rect(0.095, 0.585, 0.81, 0.79, 0.035, rgb("#2a0f08"))
    k.soft(0.5, 0.95, 0.5, 0.5, rgb("#ff7a22"), 0.85)
    k.rect(0.095, 1.20, 0.81, 0.010, rgb("#ffb066"))
    for x in np.linspace(0.12, 0.88, 14):
        k.line([(x, 1.20), (0.5 + (x - 0.5) * 1.06, 1.26)], 0.006, rgb("#d88a4a"))
    k.rect(0.095, 1.26, 0.81, 0.010, rgb("#e89a5a"))


@family(
    name="bread_oven", topic="food", tags=("bread", "baking", "sourdough", "oven", "bakery", "cosy", "food",
    "homemade"),
    palettes=("lamplight", "clay", "ink", "cream", "indigo"), counts=(1, 3),
    cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("{n} crusty bread roll{s} rising in a warm oven",),
    events=("the crust cracks open", "the light goes out for a moment"),
    titles=(
        "Watch it rise", "Sourdough, second attempt", "The oven is the best television", "Warm light, warm bread",
        "Baking day", "Flour on everything", "The smell you cannot film",
        Title("The crack!", event="the crust cracks open", tags=("crackle",)),
        Title("Bread, slowly", pace="calm", tags=("relaxing",)),
        Title("Fast-forward to golden", pace="lively", tags=("time lapse",)),
        Title("Midnight baker", palette="indigo", tags=("night",)),
    ),
)
def bread_oven(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Watch scored loaves swell and brown behind the oven's glowing window."""
    p, loaves = spec.colours, spec.count
    front = mix(rgb(("#3a3f48", "#7a2f2a", "#2f5a5a")[spec.seed % 3]), p.near, 0.3)

    back, haze = c.layer(lambda k: _bread_oven_backdrop(k, p=p, front=front)), Particles.make(rng, 8)
    if loaves == 1:
        spots = [(0.5, 0.34)]
    else:
        spots = [(0.5 + 0.74 / loaves * (n - (loaves - 1) / 2), 0.33 / loaves * 1.02) for n in range(loaves)]

    def loaf(x: float, half: float, grow: float, done: float, crack: float) -> None:
        tall = half * (0.50 + 0.62 * grow)
        ink = mix(rgb("#f0d9ae"), rgb("#b9692a"), done)
        y = 1.205
        dome = [(x + half * math.cos(a), y - tall * abs(math.sin(a)) ** 0.8 * 1.0) for a in np.linspace(math.pi, 0, 26)]
        c.poly([*dome, (x + half * 0.96, y), (x - half * 0.96, y)], darker(ink, 0.18))
        inner = [(x - 0.02 * half + half * 0.9 * math.cos(a), y - 0.02 - tall * 0.93 * abs(math.sin(a)) ** 0.8)
            for a in np.linspace(math.pi, 0, 26)]
        c.poly([*inner, (x + half * 0.85, y - 0.02), (x - half * 0.85, y - 0.02)], ink)
        open_ = 0.25 + 0.75 * grow + 0.8 * crack
        for s in (-0.45, 0.0, 0.45):
            cx, cy = x + s * half, y - tall * (0.72 - 0.35 * s * s)
            cutp = limb([(-0.10, 0.20), (0.0, 0.0), (0.12, -0.22)], [0.012, 0.055 * open_, 0.010], smooth=True)
            c.polys(place(cutp, cx, cy, half * 1.15), lighter(mix(rgb("#f8e8c4"), rgb("#e0a860"), done * 0.7), 0.1))
        c.polys(ellipse(x - half * 0.35, y - tall * 0.80, half * 0.2, tall * 0.05, -0.4), lighter(ink, 0.35), 0.6)

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        share = clamp(t_s / spec.duration_s * (0.6 + 0.45 * spec.speed))
        u = spec.moment(t_s, "the crust cracks open")
        for n, (x, half) in enumerate(spots):
            grow = smooth(clamp(share * 1.2 - 0.04 * n)) + 0.012 * wave(t_s * spec.speed, 2.3, n * 0.3)
            crack = 1.6 * pulse(u) if u is not None and n == 0 else 0.0
            loaf(x, half, grow, smooth(share), crack)
            if u is not None and n == 0:
                c.glow(x, 1.0, 0.4, rgb("#fff0c0"), pulse(u))
        c.glow(0.5, 0.60, 0.5, rgb("#ffb45a"), 0.5 + 0.07 * wave(t_s * spec.speed, 1.9))
        c.glow(0.5, 1.32, 0.42, rgb("#ff6a1f"), 0.55 + 0.10 * wave(t_s * spec.speed, 1.3, 0.3))
        steam(c, haze, t_s * (0.5 + 0.4 * spec.speed), 0.5, 1.0, wide=0.6, tall=0.36, colour=rgb("#ffe2b8"), alpha=0.16)
        c.polys(poly((0.13, 0.61), (0.30, 0.61), (0.13, 0.98)), (255, 255, 255), 0.09)

    return draw


FLAVOURS = ("#f7b7c8", "#fdf1d2", "#8a5a3c", "#a8dcc0", "#f9d65c", "#b79be0", "#f58f6a")


def _waffle_cone(k: Canvas) -> None:
    """Paint the waffle cone. For layers."""
    k.polys(poly((-0.165, 0.0), (0.165, 0.0), (0.0, 0.56)), rgb("#d9944a"))
    inside = []
    for s in np.linspace(-0.12, 0.62, 9):
        for d in (-1, 1):
            a, b = np.array([d * 0.2, s]), np.array([-d * 0.2, s + 0.24])
            pts = [a + (b - a) * t for t in np.linspace(0, 1, 25)]
            keep = [q for q in pts if q[1] > 0.0 and abs(q[0]) < 0.165 * (1 - q[1] / 0.56)]
            if len(keep) > 1:
                inside.append(np.array([keep[0], keep[-1]]))
    k.lines(inside, 0.009, rgb("#b06f2c"))
    k.round_rect(-0.178, -0.03, 0.356, 0.06, 0.022, rgb("#e8ab62"))


def _ice_cream_backdrop(k: Canvas, *, p: Palette) -> None:
    """Paint what stands still behind the ice cream. For layers."""
    k.gradient(p.sky)
    for n in range(16):
        a = n * math.pi / 8
        k.poly([(0.5, 0.85), (0.5 + 2 * math.cos(a), 0.85 + 2 * math.sin(a)),
            (0.5 + 2 * math.cos(a + 0.2), 0.85 + 2 * math.sin(a + 0.2))], lighter(p.sky[1], 0.3), 0.32)
    k.soft(0.5, 0.8, 0.6, 0.6, p.light, 0.55)


def _scoop(k: Canvas, ink: Colour, x: float, y: float, size: float) -> None:
    """Paint the scoop. For layers."""
    k.circle(x, y, size, ink)
    for a in np.linspace(0.2, math.pi - 0.2, 7):
        k.circle(x + size * 0.92 * math.cos(a), y + size * 0.34 + size * 0.30 * math.sin(a), size * 0.25, ink)
    k.polys(sector(x, y, size * 0.98, size * 0.98, -0.3, 1.2), darker(ink, 0.07))
    k.ellipse(x - size * 0.36, y - size * 0.42, size * 0.26, size * 0.16, lighter(ink, 0.55), angle_deg=-38)


def _sprinkled_scoop(k: Canvas, n: int, *, rng: np.random.Generator, r: float, tints: list[Colour]) -> None:
    """Paint the sprinkled scoop. For layers."""
    _scoop(k, tints[n], 0, 0, r)
    for _ in range(16):
        a, d, turn = rng.random() * 6.28, r * 0.8 * math.sqrt(rng.random()), rng.random() * 3.14
        x, y = d * math.cos(a), d * math.sin(a) - r * 0.1
        k.line([(x - 0.010 * math.cos(turn), y - 0.010 * math.sin(turn)),
            (x + 0.010 * math.cos(turn), y + 0.010 * math.sin(turn))], 0.009,
            rgb(("#ff5d7a", "#4fb6f0", "#ffe066", "#7a4a2a", "#8fe08f")[rng.integers(0, 5)]))


@family(
    name="ice_cream", topic="food", tags=("ice cream", "gelato", "dessert", "sweet", "summer", "sprinkles", "food"),
    palettes=("blush", "sky", "mint", "tropical", "cream", "rose"), counts=(1, 4),
    subjects=("an ice cream cone with {n} scoop{s}",),
    events=("a cherry bounces off the top", "sprinkles rain down", "confetti bursts"),
    titles=(
        "Eat it before it eats your shoes", "Summer in a cone", "It is melting, hurry", "Gelato o'clock",
        "Sprinkles are a food group", "Two hands, one cone",
        Title("The cherry had other plans", event="a cherry bounces off the top"),
        Title("Four scoops of confidence", count=4), Title("One scoop, done properly", count=1),
        Title("Sprinkle storm", event="sprinkles rain down"),
        Title("Beach cone", palette="tropical", tags=("beach",)), Title("Minty", palette="mint"),
    ),
)
def ice_cream(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Stack scoops on a waffle cone that tips gently from side to side; drips run, sprinkles float down."""
    p, num, cone_y = spec.colours, spec.count, 1.06
    r = 0.185 if num < 3 else 0.155
    tints = [rgb(FLAVOURS[(spec.seed + 2 * n) % 7]) for n in range(num + 1)]

    back, cone = c.layer(lambda k: _ice_cream_backdrop(k, p=p)), c.sprite(_waffle_cone, 0.45, 1.2)
    balls = [c.sprite(lambda k, n=n: _sprinkled_scoop(k, n, rng=rng, r=r, tints=tints), 2.8 * r, 2.8 * r)  # type: ignore[misc]
        for n in range(num)]
    bits, drips = Particles.make(rng, 40), rng.random((4, 2)).tolist()
    party = [rgb(h) for h in ("#ff5d7a", "#4fb6f0", "#ffe066", "#8fe08f", "#c79bff")]
    shift = 0.075 * (num - 1)

    def draw(t_s: float) -> None:
        c.depth(0.4).stamp(back)
        c.depth(0.7)
        xy = bits.at(t_s * spec.speed, fall=0.10, sway=0.03)
        for n, (x, y) in enumerate(xy.tolist()[:22]):
            a = bits.phase[n] * 6 + t_s
            c.line([(x - 0.012 * math.cos(a), y - 0.012 * math.sin(a)), (x + 0.012 * math.cos(a),
                y + 0.012 * math.sin(a))], 0.010, party[n % 5])
        c.depth(1.0)
        tilt = 5.5 * wave(t_s * spec.speed, 3.4)
        rad = math.radians(tilt)
        ox, oy = 0.5, cone_y + shift + 0.30
        u = spec.moment(t_s, "a cherry bounces off the top")
        squash = 0.10 * pulse(clamp((u or 0) * 2 - 1)) if u is not None else 0.0

        def at(dx: float, dy: float) -> tuple[float, float]:
            return ox + dx * math.cos(rad) - dy * math.sin(rad), oy + dx * math.sin(rad) + dy * math.cos(rad)

        c.stamp(cone, *at(0, -0.30), angle_deg=tilt)
        for n in range(num):
            x, y = at(0, -0.30 - r * 0.62 - n * r * 1.34 * (1 - squash))
            c.stamp(balls[n], x, y, angle_deg=tilt, scale=(1 + squash, 1 - squash))
        if u is not None:
            hop = 0.9 * (1 - ease_in(u * 2)) if u < 0.5 else 0.5 * bounce(u - 0.5)
            x, y = at(1.3 * max(0.0, u - 0.5), -0.30 - r * 0.5 - num * r * 1.34 - hop + 3.0 * max(0.0, u - 0.75) ** 1.5)
            c.polys(limb([(x, y - 0.03), (x + 0.03, y - 0.12)], [0.007, 0.005]), rgb("#4f8a3f"))
            c.circle(x, y, 0.052, rgb("#d21f3c"))
            c.circle(x - 0.016, y - 0.018, 0.013, rgb("#ff9aa8"))
        for a, b in drips:
            run = (t_s * 0.10 * (0.4 + 0.6 * spec.speed) + a) % 1.0
            x, y = at(-0.13 + 0.26 * b, -0.30 + 0.01)
            length = 0.16 * smooth(run) * (1 - smooth(run * 3 - 2) * 0.4)
            c.polys(limb([(x, y - 0.03), (x, y + length)], [0.015, 0.019]), tints[0])
        if (v := spec.moment(t_s, "sprinkles rain down")) is not None:
            for n, (x, y, ph) in enumerate(zip(bits.x.tolist(), bits.y.tolist(), bits.phase.tolist(), strict=True)):
                sx, sy, a = 0.15 + 0.7 * x, -0.3 + 1.7 * v + 0.5 * y, ph * 6 + v * 4
                c.line([(sx - 0.02 * math.cos(a), sy - 0.02 * math.sin(a)), (sx + 0.02 * math.cos(a),
                    sy + 0.02 * math.sin(a))], 0.016, party[n % 5])

    return draw


def _matcha_whisk_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, clay: Colour, r: float, tea: Colour,
    x0: float, y0: float) -> None:
    """Paint what stands still behind the matcha whisk. For layers."""
    k.gradient((p.sky[0], p.sky[2]))
    mat = mix(rgb("#d9c48f"), p.sky[1], 0.35)
    k.poly([(0.0, 0.30), (1.02, 0.24), (1.06, 1.52), (-0.04, 1.46)], mat)
    k.lines([[(0.0, y), (1.03, y - 0.04)] for y in np.arange(0.34, 1.48, 0.028)], 0.004, darker(mat, 0.14))
    k.soft(x0 + 0.05, y0 + 0.08, 0.5, 0.48, p.ink, 0.55)
    k.circle(x0, y0, r + 0.055, clay)
    k.circle(x0 - 0.004, y0 - 0.006, r + 0.045, lighter(clay, 0.16))
    k.circle(x0, y0, r + 0.018, darker(clay, 0.3))
    k.circle(x0, y0, r, darker(tea, 0.28))
    k.circle(x0 + 0.006, y0 + 0.01, r - 0.015, tea)
    k.polys(limb([(0.70, 1.34), (0.86, 1.50), (1.0, 1.62)], [0.012, 0.012, 0.012]), rgb("#b98a4a"))
    k.ellipse(0.68, 1.32, 0.055, 0.036, rgb("#b98a4a"), angle_deg=45)
    k.ellipse(0.68, 1.315, 0.042, 0.024, rgb("#8fc23f"), angle_deg=45)
    for _ in range(40):
        k.circle(0.62 + rng.normal(0, 0.05), 1.40 + rng.normal(0, 0.03), rng.uniform(0.002, 0.007), rgb("#8fc23f"))
    k.circle(0.14, 1.44, 0.09, darker(clay, 0.2))
    k.circle(0.14, 1.44, 0.078, rgb("#f6e9d2"))
    for x, y, ink in ((0.11, 1.42, "#f2a7bd"), (0.17, 1.44, "#f7d97a"), (0.135, 1.475, "#a8cf8a")):
        k.circle(x, y, 0.030, rgb(ink))


@family(
    name="matcha_whisk", topic="food", tags=("matcha", "tea", "green tea", "japanese food", "whisk", "calm",
    "satisfying", "drink"),
    palettes=("mint", "cream", "forest", "clay", "ink", "spring"), paces=("calm", "steady", "lively"),
    cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("a bamboo whisk stirring bright green matcha in a bowl",),
    events=("a drop splashes", "a butterfly flutters past"),
    titles=(
        "Whisk until it foams", "Green, greener, matcha", "The sound of bamboo in a bowl", "A quiet bowl of tea",
        "Matcha, from above", "Tea takes the time it takes", "Froth study in green",
        Title("Slow hands, soft foam", pace="calm", tags=("relaxing", "mindful")), Title("Fast wrist", pace="lively"),
        Title("Plip", event="a drop splashes"), Title("In the forest shade", palette="forest"),
    ),
)
def matcha_whisk(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look down on a tea bowl while a bamboo whisk draws loops and rings of foam follow it round."""
    p, x0, y0, r = spec.colours, 0.48, 0.88, 0.34
    clay = mix(rgb(("#3d4448", "#8a5a44", "#e9e0d0", "#4f6f78")[spec.seed % 4]), p.near, 0.12)
    tea, foam = rgb("#7fae3a"), rgb("#cfe08a")

    back = c.layer(lambda k: _matcha_whisk_backdrop(k, rng=rng, p=p, clay=clay, r=r, tea=tea, x0=x0, y0=y0))
    bubbles = [(math.sqrt(rng.random()) * (r - 0.04), rng.random() * 6.28, rng.uniform(0.006, 0.018), rng.random())
        for _ in range(70)]

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        clock = t_s * (0.55 + 0.5 * spec.speed)
        share = clamp(t_s / spec.duration_s * (0.7 + 0.4 * spec.speed))
        froth = 0.25 + 0.75 * smooth(share)
        a = clock * 3.6
        wx, wy = x0 + 0.17 * math.sin(a) * math.cos(clock * 0.5), y0 + 0.14 * math.sin(a * 2 + 0.6)
        for n in range(4):
            rr = (r - 0.05) * (0.28 + 0.22 * n)
            c.arc(x0, y0, rr, rr * 0.97, math.degrees(clock * (1.2 - 0.2 * n)) + 70 * n,
                math.degrees(clock * (1.2 - 0.2 * n)) + 70 * n + 190 * froth, 0.030 * froth,
                mix(tea, foam, 0.25 + 0.4 * froth))
        for d, b, size, ph in bubbles:
            if ph < froth:
                at = b + clock * (0.9 - 1.2 * d)
                c.circle(x0 + d * math.cos(at), y0 + d * math.sin(at), size, mix(foam, (255, 255, 240), ph * 0.6))
        c.soft(wx + 0.02, wy + 0.03, 0.12, 0.10, darker(tea, 0.5), 0.55)
        bamboo = rgb("#e3c27e")
        tines = []
        for n in range(16):
            b = n * 0.3927
            tines.append([(wx + 0.034 * math.cos(b) + 0.06, wy + 0.03 * math.sin(b) - 0.10),
                (wx + 0.082 * math.cos(b), wy + 0.068 * math.sin(b))])
        c.polys([limb(t, [0.008, 0.005])[0] for t in tines], bamboo)
        c.circle(wx, wy, 0.030, darker(bamboo, 0.12))
        c.polys(limb([(wx + 0.05, wy - 0.085), (wx + 0.24, wy - 0.40)], [0.050, 0.052]), darker(bamboo, 0.1))
        c.polys(limb([(wx + 0.045, wy - 0.09), (wx + 0.225, wy - 0.40)], [0.036, 0.038]), bamboo)
        c.line([(wx + 0.005, wy - 0.115), (wx + 0.10, wy - 0.055)], 0.010, rgb("#4a3a22"))
        if (u := spec.moment(t_s, "a drop splashes")) is not None:
            e = ease_out(u)
            for k in (1.0, 0.6):
                c.ring(x0 - 0.12, y0 + 0.12, 0.02 + 0.17 * e * k, 0.018 * (1 - e) + 0.003, lighter(foam, 0.4))
            for b in np.arange(9) * 0.698:
                c.circle(x0 - 0.12 + 0.26 * e * math.cos(b), y0 + 0.12 + 0.26 * e * math.sin(b) - 0.12 * pulse(e),
                    0.016, tea)

    return draw
