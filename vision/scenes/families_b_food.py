"""Draw savoury food and coffee: a ramen bowl, a sushi belt, a pizza slice with its cheese, latte art."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .families_b_koreafood import steam
from .families_b_parts import blob, ellipse, limb, place, poly, sector
from .families_b_places import lantern
from .motion import Particles, clamp, ease_in, ease_out, pulse, smooth, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def table(k: Canvas, p: Palette, y: float, *, wood: bool = True) -> None:
    """Paint a wall above a table edge at y. For layers."""
    k.gradient((p.sky[0], p.sky[1], p.sky[2]), TOP, y)
    top = mix(rgb("#9a6240"), p.near, 0.45) if wood else p.mid
    k.gradient((lighter(top, 0.12), darker(top, 0.3)), y, BOTTOM)
    k.rect(LEFT, y, RIGHT - LEFT, 0.012, lighter(top, 0.3))


def _ramen(k: Canvas, *, rng: np.random.Generator, broth: Colour, glaze: Colour, inner: Colour, y0: float,
    yellow: Colour) -> None:
    """Paint the ramen. For layers."""
    k.polys(blob((0.10, y0), (0.14, 1.16), (0.26, 1.32), (0.40, 1.38), (0.60, 1.38), (0.74, 1.32), (0.86, 1.16),
        (0.90, y0), per_edge=10), glaze)
    k.polys(blob((0.12, y0 + 0.06), (0.16, 1.16), (0.27, 1.31), (0.36, 1.35), (0.28, 1.24), (0.21, 1.12)),
        lighter(glaze, 0.14))
    k.rect(0.36, 1.365, 0.28, 0.04, darker(glaze, 0.3))
    for n in range(9):
        x = 0.15 + 0.0875 * n
        k.line([(x, 1.08 + 0.05 * math.sin((x - 0.1) / 0.8 * math.pi)), (x + 0.04,
            1.11 + 0.05 * math.sin((x - 0.1) / 0.8 * math.pi))], 0.010, lighter(glaze, 0.45))
    k.ellipse(0.5, y0, 0.41, 0.135, lighter(glaze, 0.3))
    k.ellipse(0.5, y0 + 0.004, 0.385, 0.118, inner)
    k.ellipse(0.5, y0 + 0.018, 0.365, 0.100, broth)
    k.ellipse(0.5, y0 + 0.026, 0.34, 0.086, lighter(broth, 0.12))
    for _ in range(26):
        x, y = 0.5 + rng.normal(0, 0.14), y0 + 0.03 + rng.normal(0, 0.028)
        k.arc(x, y, rng.uniform(0.05, 0.12), rng.uniform(0.015, 0.035), rng.uniform(0, 360), rng.uniform(360, 560),
            0.010, mix(yellow, broth, rng.uniform(0, 0.35)))
    k.poly([(0.66, y0 + 0.02), (0.70, y0 - 0.20), (0.86, y0 - 0.17), (0.82, y0 + 0.02)], rgb("#1f3a2c"))
    k.poly([(0.60, y0 + 0.03), (0.63, y0 - 0.15), (0.77, y0 - 0.13), (0.75, y0 + 0.03)], rgb("#2a4a38"))
    for x, y, s in ((0.26, y0 + 0.02, 1.0), (0.38, y0 + 0.055, 0.95)):
        k.ellipse(x, y, 0.078 * s, 0.05 * s, rgb("#fdf6ea"), angle_deg=-14)
        k.ellipse(x + 0.004, y + 0.002, 0.048 * s, 0.031 * s, rgb("#f08a1d"), angle_deg=-14)
        k.ellipse(x - 0.012, y - 0.008, 0.018 * s, 0.010 * s, rgb("#ffc56b"), angle_deg=-14)
    k.ellipse(0.63, y0 + 0.055, 0.058, 0.036, rgb("#fff4f2"))
    k.arc(0.63, y0 + 0.055, 0.026, 0.016, 20, 380, 0.009, rgb("#ef7fa0"))
    for _ in range(22):
        x, y = 0.5 + rng.normal(0, 0.10), y0 + 0.065 + rng.normal(0, 0.018)
        k.circle(x, y, 0.012, rgb("#6fb83f"))
        k.circle(x, y, 0.006, rgb("#c9ec9a"))


@family(
    name="ramen_bowl", topic="food", tags=("ramen", "noodles", "soup", "japanese food", "food", "steam", "dinner",
    "comfort food"),
    palettes=("lamplight", "ink", "indigo", "cream", "clay", "neon"), cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("chopsticks lifting noodles from a steaming bowl of ramen", "a steaming bowl of ramen with an egg"),
    events=("a splash of broth", "the light goes out for a moment"),
    titles=(
        "Ramen weather", Title("The noodle lift", subject="chopsticks lifting noodles from a steaming bowl of ramen"),
        "Egg, nori, broth, silence", "Slurp responsibly",
        "Steam on my glasses again", "A bowl that fixes things", "Twelve hours of broth in one bowl",
        Title("Lift, look, eat", subject="chopsticks lifting noodles from a steaming bowl of ramen"),
        Title("Splash!", event="a splash of broth"),
        Title("Midnight ramen under neon", palette="neon", tags=("neon", "night")),
        Title("Ramen by lamplight", palette="lamplight", tags=("cosy",)),
        Title("Slow soup", pace="calm", tags=("cosy",)),
    ),
)
def ramen_bowl(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Set a big bowl on a counter with egg, nori and spring onion; noodles rise and fall with the chopsticks."""
    p, y0 = spec.colours, 0.98
    glaze = mix(rgb(("#c23b2e", "#2f4a7a", "#25302f", "#e9dcc4")[spec.seed % 4]), p.near, 0.1)
    inner, broth, yellow = lighter(glaze, 0.75), rgb("#c9762c"), rgb("#f6d98a")

    def paint(k: Canvas) -> None:
        table(k, p, 1.28)
        body, caps = lantern()
        for x, y, s in ((0.08, 0.02, 0.42), (0.92, -0.04, 0.46)):
            k.glow(x, y + s * 0.46, 0.4, p.accent, 0.7)
            k.polys(place(body, x, y, s), mix(rgb("#e8452c"), p.near, 0.1))
            k.ellipse(x, y + s * 0.46, 0.2 * s, 0.29 * s, rgb("#ff8a5a"))
            k.polys(place(caps, x, y, s), p.ink)
        for n in range(6):
            x = -0.1 + 0.24 * n
            k.poly([(x, TOP), (x + 0.2, TOP), (x + 0.2, 0.06 + 0.02 * (n % 2)), (x, 0.06 + 0.02 * (n % 2))],
                mix(glaze, p.ink, 0.35))
        k.soft(0.5, 1.40, 0.55, 0.08, p.ink, 0.7)

    back, bowl = c.layer(paint), c.layer(lambda k: _ramen(k, rng=rng, broth=broth, glaze=glaze, inner=inner,
        y0=y0, yellow=yellow), opaque=False)
    puffs, lifts = Particles.make(rng, 14), spec.subject.startswith("chopsticks")
    strands = np.stack([rng.normal(0, 0.032, 11), rng.random(11), rng.random(11)], axis=1)
    drops = rng.random((16, 2))

    def draw(t_s: float) -> None:
        c.depth(0.4).stamp(back)
        c.depth(1.0).stamp(bowl)
        if lifts:
            up = 0.5 - 0.5 * math.cos(t_s * 1.5 * spec.speed)
            tx, ty = 0.50, y0 + 0.03 - 0.10 - 0.30 * up
            for dx, ph, z in strands.tolist():
                s = np.linspace(0, 1, 9)
                x = tx + dx * (0.7 + 1.3 * s) + 0.010 * np.sin(s * 7 + ph * 6.28 + t_s * 3) * s
                c.line(np.stack([x, ty + (y0 + 0.05 - ty) * s], axis=1), 0.0125, mix(yellow, broth, 0.35 * z))
            for off in (0.0, 0.030):
                c.line([(tx - 0.09, ty + off * 0.5 + 0.012), (1.12, ty - 0.30 + off)], 0.019,
                    mix(rgb("#7a2f22"), p.ink, 0.2))
            for dx, _, z in strands.tolist()[:6]:
                c.ellipse(tx + dx, ty, 0.02, 0.012, mix(yellow, broth, 0.3 * z))
        if (u := spec.moment(t_s, "a splash of broth")) is not None:
            for a, r in drops.tolist():
                x, y = 0.5 + (a - 0.5) * 0.7 * (0.3 + u), y0 - (0.25 + 0.35 * r) * 4 * u * (1 - u)
                c.circle(x, y, 0.008 + 0.012 * r, lighter(broth, 0.15))
        steam(c, puffs, t_s * (0.5 + 0.5 * spec.speed), 0.5, y0 - 0.02, wide=0.5, tall=0.7, colour=(255, 248, 238),
            alpha=0.34)

    return draw


def _plate(k: Canvas, kind: int, rim: Colour) -> None:
    """Paint one plate of two sushi pieces, its base at (0, 0.08). For sprites."""
    k.ellipse(0, 0.075, 0.165, 0.030, darker(rim, 0.35))
    k.ellipse(0, 0.055, 0.175, 0.038, rim)
    k.ellipse(0, 0.050, 0.150, 0.028, lighter(rim, 0.35))
    for x in (-0.062, 0.062):
        if kind in (3, 5):
            k.polys(ellipse(x, -0.005, 0.056, 0.030), rgb("#20302a"))
            k.rect(x - 0.056, -0.005, 0.112, 0.052, rgb("#20302a"))
            k.polys(ellipse(x, 0.047, 0.056, 0.022), rgb("#182420"))
            k.polys(ellipse(x, -0.006, 0.048, 0.023), rgb("#fbf8f0"))
            k.polys(ellipse(x, -0.006, 0.024, 0.012), rgb("#f2792e" if kind == 3 else "#6fae4a"))
            continue
        k.polys(limb([(x - 0.028, 0.030), (x + 0.028, 0.030)], [0.026, 0.026]), rgb("#fdfaf2"))
        top = rgb(("#ff8a5c", "#d8404a", "#f6c945", "", "#ff9f80")[kind])
        k.polys(limb([(x - 0.048, 0.012), (x, -0.008), (x + 0.048, 0.012)], [0.022, 0.026, 0.022], smooth=True), top)
        if kind in (0, 4):
            k.lines([[(x - 0.03 + 0.022 * n, -0.016), (x - 0.02 + 0.022 * n, 0.026)] for n in range(4)], 0.006,
                lighter(top, 0.5))
        if kind == 2:
            k.rect(x - 0.011, -0.028, 0.022, 0.075, rgb("#20302a"))


@family(
    name="sushi_belt", topic="food", tags=("sushi", "japanese food", "conveyor belt", "food", "salmon", "lunch"),
    palettes=("cream", "mint", "blush", "indigo", "sky", "clay"),
    cameras=("static", "zoom_in", "zoom_out", "pan_left", "pan_right"),
    subjects=("plates of sushi riding a conveyor belt",),
    events=("chopsticks snatch a piece", "the light goes out for a moment"),
    titles=(
        "Round and round goes the salmon", "I am only watching the sushi (I am not)", "Conveyor belt hypnosis",
        "Wait for the tuna", "Stack of plates, no regrets", "Two belts, one appetite",
        Title("Got it!", event="chopsticks snatch a piece", tags=("chopsticks",)),
        Title("Rush hour on the sushi belt", pace="lively"),
        Title("Slow sushi", pace="calm", tags=("relaxing", "satisfying")),
        Title("Midnight blue sushi bar", palette="indigo"), "Salmon, tuna, tamago, repeat",
    ),
)
def sushi_belt(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Carry plates along three belts at different heights, alternating in direction."""
    p = spec.colours
    rims = [rgb(h) for h in ("#e8604c", "#4fa3a0", "#f2b84b", "#5b6ee1", "#f4f1ea", "#d97fa6")]
    rows = ((0.40, 0.80, -1), (0.84, 1.0, 1), (1.34, 1.25, -1))
    metal = mix(rgb("#aab2b8"), p.mid, 0.3)

    def paint(k: Canvas) -> None:
        k.gradient(p.sky)
        for n in range(9):
            k.poly([(LEFT + n * 0.16, TOP), (LEFT + n * 0.16 + 0.08, TOP), (LEFT + n * 0.16 + 0.08, 0.10),
                (LEFT + n * 0.16 + 0.04, 0.14), (LEFT + n * 0.16, 0.10)], p.accent if n % 2 else lighter(p.accent, 0.6))
        for y, s, _ in rows:
            k.soft(0.5, y + 0.24 * s, 0.8, 0.06, p.ink, 0.4)
            k.rect(LEFT, y + 0.07 * s, RIGHT - LEFT, 0.075 * s, darker(metal, 0.15))
            k.rect(LEFT, y + 0.07 * s, RIGHT - LEFT, 0.020 * s, lighter(metal, 0.25))
            k.rect(LEFT, y + 0.145 * s, RIGHT - LEFT, 0.05 * s, darker(metal, 0.45))

    back = c.layer(paint)
    plates = [c.sprite(lambda k, n=n: _plate(k, n, rims[(n + spec.seed) % 6]), 0.4, 0.2, detail=2.0) for n in range(6)]  # type: ignore[misc]
    menu = rng.permutation(24).tolist()
    snatch_row, step = rows[1], 0.46

    def draw(t_s: float) -> None:
        run = t_s * 0.16 * spec.speed
        u = spec.moment(t_s, "chopsticks snatch a piece")
        c.depth(0.6).stamp(back)
        for r, (y, s, way) in enumerate(rows):
            c.depth(0.6 + 0.25 * r)
            gap = step * s
            num = int(1.9 / gap) + 2
            for x in np.arange(LEFT - 0.2 + (way * run * s) % 0.06, RIGHT + 0.2, 0.06):
                c.line([(x, y + 0.082 * s), (x + 0.02, y + 0.14 * s)], 0.004, darker(metal, 0.4))
            for n in range(num):
                x = LEFT - 0.25 + (n * gap + way * run * s + r * 0.2) % (num * gap)
                kind = menu[(n + 7 * r) % 24] % 6
                c.soft(x, y + 0.085 * s, 0.18 * s, 0.02, p.ink, 0.45)
                c.stamp(plates[kind], x, y, scale=s)
        if u is not None:
            c.depth(1.1)
            lift = smooth(u * 1.6 - 0.4)
            x, y = 0.5, snatch_row[0] - 0.30 * lift
            c.polys(limb([(x - 0.05, y), (x + 0.05, y)], [0.03, 0.03]), rgb("#fdfaf2"))
            c.polys(limb([(x - 0.06, y - 0.02), (x, y - 0.038), (x + 0.06, y - 0.02)], [0.026, 0.03, 0.026],
                smooth=True), rgb("#ff8a5c"))
            far = 0.35 * (1 - smooth(u * 3))
            for off in (-0.03, 0.02):
                c.line([(x + 0.04 + far, y - 0.01 + off - far), (x + 0.55 + far, y - 0.5 + off * 2.5 - far)], 0.020,
                    rgb("#7a2f22"))

    return draw


def _pizza_piece(k: Canvas, start: float, end: float, *, rng: np.random.Generator, cheese: Colour, crust: Colour,
    r: float, sauce: Colour, toppings: list[tuple[float, float, int, float]]) -> None:
    """Paint the pizza piece. For layers."""
    k.polys(sector(0, 0, r, r, start, end, num_points=60), crust)
    for a in np.arange(start + 0.06, end - 0.03, 0.14):
        k.circle(0.955 * r * math.cos(a), 0.955 * r * math.sin(a), rng.uniform(0.012, 0.026),
            mix(crust, rgb("#7a4420"), rng.uniform(0.1, 0.6)))
    k.polys(sector(0, 0, r * 0.895, r * 0.895, start, end, num_points=60), sauce)
    k.polys(sector(0, 0, r * 0.865, r * 0.865, start, end, num_points=60), cheese)
    for d, a, kind, turn in toppings:
        at = start + (a - start) % (2 * math.pi)
        if at > end - 0.10 or at < start + 0.10 or d < 0.07:
            continue
        x, y = d * math.cos(at), d * math.sin(at)
        if kind == 0:
            k.circle(x, y, 0.044, rgb("#b8322a"))
            k.circle(x, y, 0.038, rgb("#d5503f"))
            for b in (0.5, 2.4, 4.3):
                k.circle(x + 0.018 * math.cos(b + turn), y + 0.018 * math.sin(b + turn), 0.006, rgb("#f2a58f"))
        elif kind == 1:
            k.polys(blob(*[(x + 0.042 * s * math.cos(b), y + 0.036 * s * math.sin(b)) for b,
                s in zip(np.arange(6) * 1.047 + turn, (1, 0.8, 1.1, 0.9, 1.05, 0.85), strict=True)], per_edge=5),
                rgb("#fff6dc"))
        else:
            leaf = limb([(-0.036, 0), (0, 0.004), (0.036, 0)], [0.004, 0.02, 0.003], smooth=True)
            k.polys(place(leaf, x, y, 1.0, angle_rad=turn), rgb("#3f8a3a"))
            k.polys(place([np.array([(-0.03, 0.001), (0.03, 0.001), (0.03, -0.002), (-0.03, -0.002)])], x, y, 1.0,
                angle_rad=turn), rgb("#8fc76a"))


@family(
    name="pizza_slice", topic="food", tags=("pizza", "cheese", "italian food", "food", "melted cheese", "satisfying"),
    palettes=("clay", "cream", "lamplight", "mint", "ink", "blush"), cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("a slice of pizza being pulled away with stretching cheese",),
    events=("basil leaves fall", "a camera flash goes off"),
    titles=(
        "The cheese pull", "One slice (a lie)", "Margherita from above", "Stretch, stretch, snap",
        "Pizza night starts now", "Nobody touch the middle piece", "Basil, mozzarella, crust",
        Title("It's raining basil", event="basil leaves fall"),
        Title("Slow-motion mozzarella", pace="calm", tags=("relaxing",)), Title("Hungry pace", pace="lively"),
        Title("Pizza by candlelight", palette="lamplight", tags=("cosy",)),
    ),
)
def pizza_slice(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look down on a whole pizza; one slice slides out and back while cheese threads stretch."""
    p, x0, y0, r = spec.colours, 0.5, 0.88, 0.43
    crust, sauce, cheese = rgb("#d98f3f"), rgb("#d5452b"), rgb("#f9d977")
    turn0 = rng.random() * 6.28
    toppings = [(r * 0.80 * math.sqrt((n + 1.5) / 33), (turn0 + n * 2.4) % (2 * math.pi),
        n * 7 % 3 if n % 4 else int(rng.integers(0, 3)), rng.random() * 6.28) for n in range(32)]
    cut, wedge = math.pi * 0.32, math.pi / 4

    def paint(k: Canvas) -> None:
        k.gradient((p.sky[0], p.sky[2]))
        for n in range(16):
            for m in range(9):
                if (n + m) % 2:
                    k.rect(LEFT + m * 0.15, TOP + n * 0.15, 0.15, 0.15, mix(p.sky[1], p.accent, 0.16))
        k.soft(x0 + 0.02, y0 + 0.04, 0.6, 0.6, p.ink, 0.6)
        board = mix(rgb("#a8703f"), p.near, 0.25)
        k.polys(limb([(x0, y0), (x0 + 0.33, y0 + 0.76)], [0.5, 0.07]), board)
        k.circle(x0, y0, 0.5, board)
        k.circle(x0, y0, 0.485, lighter(board, 0.12))
        for n in range(5):
            k.arc(x0, y0, 0.1 + 0.09 * n, 0.1 + 0.09 * n, 40 * n, 40 * n + 200, 0.004, darker(board, 0.12))

    back = c.layer(paint)
    rest = c.sprite(lambda k: _pizza_piece(k, cut + wedge, cut + 2 * math.pi, rng=rng, cheese=cheese, crust=crust,
        r=r, sauce=sauce, toppings=toppings), 2 * r + 0.05, 2 * r + 0.05)
    slice_ = c.sprite(lambda k: _pizza_piece(k, cut, cut + wedge, rng=rng, cheese=cheese, crust=crust, r=r,
        sauce=sauce, toppings=toppings), 2 * r + 0.05, 2 * r + 0.05)
    mid = cut + wedge / 2
    threads = rng.random((8, 3)).tolist()
    leaves = Particles.make(rng, 14)

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        pull = 0.24 * (0.5 - 0.5 * math.cos(t_s * 1.25 * spec.speed)) ** 1.2
        dx, dy = pull * math.cos(mid), pull * math.sin(mid)
        c.polys(sector(x0, y0, r * 0.86, r * 0.86, cut, cut + wedge), mix(sauce, rgb("#a8703f"), 0.6))
        c.stamp(rest, x0, y0)
        for side, depth, thick in threads:
            edge = cut if side < 0.5 else cut + wedge
            d = r * (0.12 + 0.66 * depth)
            a, b = (x0 + d * math.cos(edge), y0 + d * math.sin(edge)), (x0 + dx + d
                * math.cos(edge + (0.05 if side < 0.5 else -0.05)), y0 + dy + d
                * math.sin(edge + (0.05 if side < 0.5 else -0.05)))
            m = ((a[0] + b[0]) / 2 + 0.02 * (thick - 0.5), (a[1] + b[1]) / 2 + 0.03 * pull)
            w = max(0.006, (0.014 + 0.018 * thick) * (1 - 2.2 * pull))
            c.polys(limb([a, m, b], [w * 1.7, w * 0.55, w * 1.7]), mix(cheese, (255, 240, 190), thick * 0.5))
        c.soft(x0 + dx + 0.22 * math.cos(mid), y0 + dy + 0.25 * math.sin(mid) + 0.03, 0.2, 0.2, p.ink, 0.3)
        c.stamp(slice_, x0 + dx, y0 + dy, scale=1 + 0.16 * pull)
        if (u := spec.moment(t_s, "basil leaves fall")) is not None:
            for x, y, z, ph in zip(leaves.x.tolist(), leaves.y.tolist(), leaves.z.tolist(), leaves.phase.tolist(),
                strict=True):
                size = 2.2 - 1.1 * ease_in(u)
                c.polys(place(limb([(-0.036, 0), (0, 0.004), (0.036, 0)], [0.004, 0.02, 0.003], smooth=True),
                    0.15 + 0.7 * x, 0.1 + (0.45 + 0.75 * y) * u + 0.3 * y, size, angle_rad=ph * 6 + u * 3),
                    mix(rgb("#3f8a3a"), rgb("#6fb84a"), z))

    return draw


def _latte_art_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, china: Colour, crema: Colour, r: float,
    x0: float, y0: float) -> None:
    """Paint what stands still behind the latte art. For layers."""
    k.gradient((p.sky[0], p.sky[2]))
    k.soft(0.1, 0.2, 0.8, 0.7, p.light, 0.5)
    k.soft(x0 + 0.05, y0 + 0.07, 0.62, 0.60, p.ink, 0.5)
    k.circle(x0, y0, 0.50, darker(china, 0.10))
    k.circle(x0, y0, 0.485, lighter(china, 0.12))
    k.circle(x0, y0, 0.35, darker(china, 0.06))
    k.soft(x0 + 0.04, y0 + 0.05, 0.45, 0.45, p.ink, 0.45)
    k.polys(limb([(x0 - 0.30, y0 + 0.10), (x0 - 0.44, y0 + 0.15), (x0 - 0.46, y0 + 0.06), (x0 - 0.32, y0 - 0.02)],
        [0.032, 0.03, 0.03, 0.03], smooth=True), darker(china, 0.08))
    k.circle(x0, y0, r + 0.035, china)
    k.circle(x0, y0, r + 0.012, darker(china, 0.16))
    k.circle(x0, y0, r, darker(crema, 0.25))
    k.circle(x0, y0, r - 0.012, crema)
    for _ in range(70):
        d, a = (r - 0.03) * math.sqrt(rng.random()), rng.random() * 6.28
        k.soft(x0 + d * math.cos(a), y0 + d * math.sin(a), 0.06, 0.05, lighter(crema, 0.16), 0.18)
    for x, y in ((0.1, 1.5), (0.17, 1.56), (0.06, 1.6), (0.88, 0.24), (0.94, 0.3)):
        k.ellipse(x, y, 0.034, 0.024, rgb("#4a2a1a"), angle_deg=40 * x * 9)
        k.line([(x - 0.02, y - 0.008), (x + 0.02, y + 0.008)], 0.005, rgb("#2a160e"))


def _rosetta(grow: float, *, c: Canvas, crema: Colour, milk: Colour, x0: float, y0: float) -> None:
    """Paint the rosetta."""
    num = 7
    for n in range(num):
        g = clamp(grow * (num + 1) - n)
        if g <= 0:
            continue
        y, w = y0 + 0.20 - 0.055 * n, (0.235 - 0.022 * n) * smooth(g)
        arch = [(x0 + w * s, y - 0.075 * (1 - s * s) + 0.030 * abs(s) - 0.02) for s in np.linspace(-1, 1, 15)]
        back_arch = [(x0 + w * 0.92 * s, y - 0.040 * (1 - s * s) + 0.034 * abs(s) - 0.014)
            for s in np.linspace(1, -1, 15)]
        c.poly(arch + back_arch, milk)
    g = clamp(grow * 3 - 2)
    if g > 0:
        c.polys(blob((x0, y0 - 0.25), (x0 + 0.05 * g, y0 - 0.21), (x0 + 0.02, y0 - 0.16), (x0, y0 - 0.14),
            (x0 - 0.02, y0 - 0.16), (x0 - 0.05 * g, y0 - 0.21)), milk)
        c.line([(x0, y0 - 0.2), (x0, y0 - 0.2 + 0.42 * g)], 0.011, crema)


@family(
    name="latte_art", topic="food", tags=("coffee", "latte art", "latte", "cafe", "barista", "pouring", "satisfying",
    "morning"),
    palettes=("cream", "clay", "mint", "lamplight", "sky", "blush"), cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("milk pouring a leaf pattern into a cup of coffee", "milk pouring a heart pattern into a cup of coffee"),
    events=("a drop splashes", "a sugar cube drops in"),
    titles=(
        "Pour, wiggle, done", "Latte art before eight in the morning", "The quiet skill of baristas",
        "Milk meets espresso", "Steady hand, strong coffee", "Coffee first",
        Title("A leaf in every cup", subject="milk pouring a leaf pattern into a cup of coffee"),
        Title("A heart, just for you", subject="milk pouring a heart pattern into a cup of coffee", tags=("heart",)),
        Title("One lump", event="a sugar cube drops in"), Title("Plop", event="a drop splashes"),
        Title("Slow pour", pace="calm", tags=("relaxing",)),
        Title("Coffee by lamplight", palette="lamplight", tags=("cosy",)),
    ),
)
def latte_art(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look down on a cup as a thin stream of milk draws a rosetta or a heart, layer by layer."""
    p, x0, y0, r = spec.colours, 0.5, 0.90, 0.33
    china = mix(rgb(("#fdf8ee", "#5b8f9a", "#d97f66", "#3a4054")[spec.seed % 4]), p.sky[0], 0.08)
    crema, milk = rgb("#a8683a"), rgb("#fbf0dc")
    heart = "heart" in spec.subject

    back = c.layer(lambda k: _latte_art_backdrop(k, rng=rng, p=p, china=china, crema=crema, r=r, x0=x0, y0=y0))

    def love(grow: float) -> None:
        for n, (size, ink) in enumerate(((1.0, milk), (0.76, crema), (0.58, milk), (0.34, crema), (0.2, milk))):
            s = 0.23 * size * smooth(clamp(grow * 4 - n * 0.6))
            if s > 0.004:
                a = np.linspace(0, 2 * math.pi, 40)
                c.poly(np.stack([x0 + s * np.sin(a) ** 3 * 1.02, y0 - s * (0.81 * np.cos(a) - 0.32 * np.cos(2 * a)
                    - 0.12 * np.cos(3 * a) - 0.06 * np.cos(4 * a)) - 0.02], axis=1), ink)

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        share = clamp(t_s / spec.duration_s * (0.75 + 0.35 * spec.speed))
        grow = clamp((share - 0.04) / 0.74)
        (love if heart else lambda grow: _rosetta(grow, c=c, crema=crema, milk=milk, x0=x0, y0=y0))(grow)
        pouring = 1 - smooth((grow - 0.93) * 14)
        if pouring > 0.01:
            wiggle = 0.05 * (1 - 0.6 * grow) * math.sin(t_s * 9 * (0.5 + 0.5 * spec.speed))
            tx, ty = x0 + (wiggle if not heart else wiggle * 0.3), y0 + 0.16 - 0.36 * grow * (0.4 if heart else 1.0)
            jx, jy = tx + 0.03, ty - 0.36 - 0.4 * (1 - pouring)
            c.polys(limb([(tx, ty), (tx + 0.012, ty - 0.18), (jx, jy + 0.02)], [0.011, 0.013, 0.018], smooth=True),
                milk)
            c.ring(tx, ty, 0.022 + 0.008 * wave(t_s, 0.5), 0.006, lighter(milk, 0.5))
            steel = mix(rgb("#c4ccd2"), p.sky[1], 0.25)
            c.soft(jx + 0.26, jy + 0.02, 0.3, 0.22, p.ink, 0.35)
            c.polys(poly((jx - 0.01, jy + 0.03), (jx + 0.10, jy - 0.16), (jx + 0.42, jy - 0.30), (jx + 0.62, jy - 0.02),
                (jx + 0.46, jy + 0.10), (jx + 0.12, jy + 0.09)), steel)
            c.polys(poly((jx + 0.0, jy + 0.02), (jx + 0.10, jy - 0.12), (jx + 0.30, jy - 0.20), (jx + 0.16, jy + 0.03)),
                milk)
            c.polys(poly((jx + 0.42, jy - 0.30), (jx + 0.62, jy - 0.02), (jx + 0.56, jy + 0.03),
                (jx + 0.37, jy - 0.24)), lighter(steel, 0.45))
        for event, ink in (("a drop splashes", milk), ("a sugar cube drops in", (255, 255, 255))):
            if (u := spec.moment(t_s, event)) is not None:
                fall = ease_in(clamp(u * 2))
                if u < 0.5:
                    c.round_rect(x0 - 0.10 - 0.03, y0 - 0.6 + 0.6 * fall, 0.075, 0.075,
                        0.012 if "cube" in event else 0.037, ink)
                else:
                    e = ease_out(u * 2 - 1)
                    c.ring(x0 - 0.09, y0 + 0.03, 0.03 + 0.18 * e, 0.020 * (1 - e) + 0.003, ink)
                    for a in np.arange(8) * 0.785:
                        c.circle(x0 - 0.09 + 0.22 * e * math.cos(a), y0 + 0.03 + 0.22 * e * math.sin(a) - 0.08
                            * pulse(e), 0.014, ink)

    return draw
