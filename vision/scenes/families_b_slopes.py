"""Draw sport on the mountain: a road bike ride, a ski run."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas, Layer
from .families_b_football import SKINS
from .families_b_parts import Clothes, Pose, draw_person, ellipse, limb, person, place, turned_person
from .families_b_places import conifer
from .families_b_seoul import sky
from .families_b_sport import KIT
from .motion import Particles, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def _bike(c: Canvas, x: float, y: float, s: float, crank: float, ink: Colour, wear: Clothes, dark: Colour) -> None:
    """Paint a road cyclist riding right, wheels touching y, wheel radius 0.105 s."""
    rear, front, hub = (x - 0.17 * s, y - 0.105 * s), (x + 0.17 * s, y - 0.105 * s), (x - 0.02 * s, y - 0.115 * s)
    seat, bars, head = (x - 0.085 * s, y - 0.29 * s), (x + 0.15 * s, y - 0.30 * s), (x + 0.125 * s, y - 0.27 * s)
    for cx, cy in (rear, front):
        c.ring(cx, cy, 0.105 * s, 0.014 * s, dark)
        spokes = np.stack([limb([(0, 0), (math.cos(a), math.sin(a))], [0.02, 0.02])[0]
            for a in np.arange(6) * 1.047 + crank * 1.7])
        c.polys(spokes * 0.10 * s + (cx, cy), mix(dark, (230, 230, 230), 0.45))
    feet = [(hub[0] + 0.05 * s * math.cos(crank + a), hub[1] + 0.05 * s * math.sin(crank + a)) for a in (0, math.pi)]
    hip, shoulder, hand = (seat[0] + 0.005 * s, seat[1] - 0.035 * s), (x + 0.055 * s,
        y - 0.46 * s), (bars[0] + 0.01 * s, bars[1] - 0.005 * s)

    def leg(foot: tuple[float, float], skin: Colour, shorts: Colour) -> None:
        dx, dy = foot[0] - hip[0], foot[1] - hip[1]
        reach = math.hypot(dx, dy)
        bend = math.sqrt(max(0.0001, (0.147 * s) ** 2 - (reach / 2) ** 2))
        knee = (hip[0] + dx / 2 + bend * -dy / reach * -1, hip[1] + dy / 2 + bend * dx / reach * -1)
        c.polys(limb([hip, knee, foot], [0.040 * s, 0.028 * s, 0.017 * s]), skin)
        c.polys(limb([hip, (hip[0] + (knee[0] - hip[0]) * 0.7, hip[1] + (knee[1] - hip[1]) * 0.7)],
            [0.043 * s, 0.036 * s]), shorts)
        c.polys(limb([(foot[0] - 0.012 * s, foot[1] + 0.008 * s), (foot[0] + 0.04 * s, foot[1] + 0.012 * s)],
            [0.014 * s, 0.010 * s]), wear.shoes)

    leg(feet[1], darker(wear.skin, 0.25), darker(wear.shorts, 0.25))
    for a, b in ((rear, hub), (hub, head), (seat, hub), (seat, head), (seat, rear), (head, front)):
        c.line([a, b], 0.014 * s, ink)
    c.line([head, bars, (bars[0] + 0.035 * s, bars[1] + 0.02 * s), (bars[0] + 0.02 * s, bars[1] + 0.05 * s)], 0.012 * s,
        dark)
    c.line([(seat[0] - 0.035 * s, seat[1] - 0.005 * s), (seat[0] + 0.03 * s, seat[1] - 0.005 * s)], 0.016 * s, dark)
    leg(feet[0], wear.skin, wear.shorts)
    c.polys(limb([hip, shoulder], [0.048 * s, 0.052 * s]), wear.shirt)
    c.polys(limb([shoulder, (x + 0.10 * s, y - 0.37 * s), hand], [0.028 * s, 0.02 * s, 0.016 * s]), wear.skin)
    c.polys(limb([shoulder, (x + 0.085 * s, y - 0.40 * s)], [0.034 * s, 0.028 * s]), darker(wear.shirt, 0.12))
    c.polys(limb([shoulder, (x + 0.10 * s, y - 0.515 * s)], [0.026 * s, 0.03 * s]), wear.skin)
    c.polys(ellipse(x + 0.115 * s, y - 0.535 * s, 0.046 * s, 0.044 * s), wear.skin)
    c.polys(limb([(x + 0.075 * s, y - 0.565 * s), (x + 0.135 * s, y - 0.565 * s)], [0.034 * s, 0.026 * s]), ink)


def _mountain_range(base: float, amp: float, ink: Colour, snow: bool, *, rng: np.random.Generator,
    c: Canvas, span: float) -> Layer:
    """Paint the mountain range."""
    x = np.linspace(LEFT, LEFT + 2 * span, 120)
    ph = rng.random(3) * 6.28
    y = base - amp * np.abs(np.sin(x * 2 * math.pi / span * 2 + ph[0])) - amp * 0.5 * np.sin(x * 2 * math.pi / span
        * 3 + ph[1])

    def paint(k: Canvas) -> None:
        k.poly(np.concatenate([np.stack([x, y], axis=1), [(x[-1], BOTTOM), (x[0], BOTTOM)]]), ink)
        if snow:
            k.poly(np.concatenate([np.stack([x, y], axis=1), np.stack([x,
                np.maximum(y, base - amp * 0.75 + 0.02 * np.sin(x * 40))], axis=1)[::-1]]), lighter(ink, 0.6))

    return c.layer(paint, opaque=False, right=span)


@family(
    name="mountain_cycling", topic="sport", tags=("cycling", "bicycle", "bike", "sport", "mountains", "road"),
    palettes=("morning", "golden", "day", "autumn", "dawn", "sunset"), counts=(1, 4),
    cameras=("static", "zoom_in", "zoom_out", "pan_right", "sway"),
    subjects=("{n} cyclist{s} riding a mountain road",),
    events=("a butterfly flutters past", "a bird flies past", "a red leaf blows past"),
    titles=(
        "The climb is the point", "Coffee stop in forty kilometres", "Wheels on, phone off", "One gear too few",
        "The road goes up, so do we",
        Title("Four friends, one slipstream", count=4, tags=("friends",)), Title("Solo ride, long shadows", count=1),
        Title("First light on the pass", palette="dawn"),
        Title("Descending fast", pace="lively"), Title("Easy spin", pace="calm"),
        Title("Autumn miles", palette="autumn", tags=("autumn",)), "Chasing the sun down the valley",
    ),
)
def mountain_cycling(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Ride right past scrolling ridges, firs and road posts; wheels and legs turn at the same pace."""
    p = spec.colours
    field = mix(mix(p.mid, rgb("#a8b85a"), 0.35), p.sky[2], 0.08)
    back = c.layer(lambda k: sky(k, rng, p, x=0.7, y=0.46, r=0.075))
    span = 2.4

    far, mid = _mountain_range(0.98, 0.24, mix(p.far, p.sky[2], 0.25), True, rng=rng, c=c,
        span=span), _mountain_range(1.12, 0.10,
        mix(p.far, p.mid, 0.6), False, rng=rng, c=c, span=span)
    trees = [(rng.uniform(0, span), rng.uniform(0.14, 0.30), rng.uniform(0, 0.05)) for _ in range(16)]
    fir = conifer()
    riders = [(n, rng.random() * 6.28) for n in range(spec.count)]

    def draw(t_s: float) -> None:
        run = t_s * 0.42 * spec.speed
        c.depth(0.1).stamp(back)
        c.depth(0.3).stamp(far, -((run * 0.08) % span))
        c.depth(0.5).stamp(mid, -((run * 0.25) % span))
        c.depth(0.8)
        for x0, h, dy in trees:
            x = LEFT - 0.3 + (x0 - run * 0.6) % span
            if x < RIGHT + 0.2:
                c.polys(place(fir, x, 1.20 + dy, h), mix(p.near, p.mid, dy * 8))
        c.rect(LEFT, 1.20, RIGHT - LEFT, BOTTOM - 1.20, field)
        c.rect(LEFT, 1.29, RIGHT - LEFT, 0.20, mix(rgb("#5f6068"), p.near, 0.35))
        c.line([(LEFT, 1.30), (RIGHT, 1.30)], 0.006, (245, 243, 236))
        c.line([(LEFT, 1.475), (RIGHT, 1.475)], 0.008, (245, 243, 236))
        dash = [[(x := LEFT - 0.3 + (0.3 * n - run) % 1.8, 1.385), (x + 0.12, 1.385)] for n in range(6)]
        c.lines(dash, 0.006, (245, 243, 236))
        for n in range(4):
            x = LEFT - 0.2 + (0.45 * n - run) % 1.8
            c.rect(x, 1.21, 0.022, 0.09, (245, 243, 236))
            c.rect(x, 1.225, 0.022, 0.022, rgb("#d8432b"))
        c.depth(1.0)
        for n, ph in reversed(riders):
            s = 1.15 - 0.06 * n if spec.count > 1 else 1.35
            x, y = 0.5 + (0.20 * (spec.count - 1) / 2 - 0.26 * n if spec.count > 1 else 0.0) + 0.02 * wave(t_s, 3.1,
                n * 0.3), 1.445 - 0.035 * (n % 2)
            shirt = rgb(KIT[(n + spec.seed) % 6])
            wear = Clothes(rgb(SKINS[(n + spec.seed) % 5]), p.ink, shirt, rgb("#23262f"), (250, 250, 250))
            c.soft(x, y + 0.003, 0.3 * s, 0.02, p.ink, 0.5)
            _bike(c, x, y, s, t_s * 6.2 * (0.5 + 0.5 * spec.speed) + ph, darker(rgb(KIT[(n + spec.seed + 2) % 6]),
                0.08), wear, p.ink)
        for n in range(9):
            x = LEFT - 0.2 + (0.21 * n + 0.07 * (n % 3) - run * 1.5) % 1.9
            c.depth(1.25).lines([[(x, 1.60), (x + d, 1.60 - 0.05 - 0.02 * (n % 2))] for d in (-0.025, 0.0, 0.025)],
                0.008, darker(field, 0.35))

    return draw


def _skier(x: float, y: float, h: float, carve: float, n: int, air: float, *, p: Palette, spec: SceneSpec,
    c: Canvas, slope: float) -> None:
    """Paint the skier."""
    suit, skin = rgb(KIT[(n + spec.seed) % 6]), rgb(SKINS[(n + spec.seed) % 5])
    wear = Clothes(skin, darker(suit, 0.3), suit, darker(rgb(KIT[(n + spec.seed + 2) % 6]), 0.35), p.ink,
        darker(rgb(KIT[(n + spec.seed + 2) % 6]), 0.35), suit)
    tuck = 0.75 + 0.25 * carve
    pose = Pose(lean=34 * tuck, shoulders=(46, 30), elbows=(44, 50), hips=(58 * tuck, 50 * tuck),
        knees=(66 * tuck, 66 * tuck), nod=-20)
    parts = person(pose, hip=(0, 0), height=h)
    tilt = math.atan(slope) + 0.10 * carve - 0.35 * air
    hip = (x, y - 0.40 * h)
    for dy in (0.0, 0.02):
        ski = place(limb([(-0.34, 0.0), (0.30, 0.0), (0.38, -0.035)], [0.010, 0.011, 0.007]), x + 0.02,
            y + dy - 0.008, h, angle_rad=tilt)
        c.polys(ski, darker(rgb(KIT[(n + spec.seed + 4) % 6]), 0.1 + dy * 8))
    turned = turned_person(parts, *hip, angle_rad=tilt * 0.6)
    draw_person(c, turned, wear)
    head = np.mean(turned.head[0], axis=0)
    c.circle(head[0] - 0.004, head[1] - 0.012 * h, 0.068 * h, darker(suit, 0.3))
    c.line([(head[0] + 0.02 * h, head[1]), (head[0] + 0.062 * h, head[1] + 0.012 * h)], 0.034 * h, p.accent2)
    for dy in (0.0, 0.03):
        c.line([(x + 0.17 * h, y - (0.44 + dy) * h), (x - 0.22 * h, y - (0.36 + dy) * h)], 0.007, p.ink)


@family(
    name="ski_run", topic="sport", tags=("skiing", "ski", "snow", "winter", "mountains", "sport", "slope"),
    palettes=("winter", "day", "dawn", "sunset", "moonlit", "rose"), counts=(1, 3),
    subjects=("{n} skier{s} carving down a snowy slope",), events=("a big jump", "a bird flies past"),
    paces=("steady", "lively", "calm"),
    titles=(
        "First tracks", "Powder day", "Left, right, repeat", "The mountain is awake and so are my knees",
        "Carving", "Last run, promise",
        Title("Big air over the lip", event="a big jump", tags=("jump",)),
        Title("Night skiing by moonlight", palette="moonlit", tags=("night",)),
        Title("Alpenglow descent", palette="rose"),
        Title("Three lines in fresh snow", count=3), Title("Bluebird day", palette="day"),
        Title("Easy turns", pace="calm"),
    ),
)
def ski_run(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Carve down a tilted slope with snow spray; firs and ridges rush up-left behind."""
    p, slope = spec.colours, 0.34
    white = mix((255, 255, 255), p.sky[1], 0.16 if not p.dark else 0.42)

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.74, y=0.36)
        for base, ink in ((0.86, mix(p.far, p.sky[2], 0.3)), (1.0, mix(p.far, p.mid, 0.5))):
            peaks = [(LEFT - 0.1, base)] + [(x, base - (rng.uniform(0.16, 0.36) if n % 2 else rng.uniform(0, 0.08)))
                for n, x in enumerate(np.linspace(LEFT, RIGHT, 8))] + [(RIGHT + 0.1, base)]
            k.poly([*peaks, (RIGHT + 0.1, BOTTOM), (LEFT - 0.1, BOTTOM)], ink)
            for (x0, y0), (x1, y1), (x2, y2) in zip(peaks, peaks[1:], peaks[2:], strict=False):
                if y1 < y0 and y1 < y2:
                    k.poly([(x1, y1), (x1 + (x2 - x1) * 0.45, y1 + (y2 - y1) * 0.45), (x1 + 0.02, y1 + 0.07),
                        (x1 - 0.03, y1 + 0.11), (x1 + (x0 - x1) * 0.4, y1 + (y0 - y1) * 0.4)], white)

    back = c.layer(paint)
    trees = [(rng.uniform(0, 2.2), rng.uniform(0.16, 0.34), rng.random()) for _ in range(12)]
    fir, flakes = conifer(), Particles.make(rng, 60)
    spray = rng.random((26, 3))

    def ground(x: float) -> float:
        return 1.22 + slope * (x - 0.5)

    def draw(t_s: float) -> None:
        run = t_s * 0.55 * spec.speed
        c.depth(0.15).stamp(back)
        c.depth(0.7)
        c.poly([(LEFT, ground(LEFT) - 0.14), (RIGHT, ground(RIGHT) - 0.14), (RIGHT, BOTTOM), (LEFT, BOTTOM)],
            mix(white, p.far, 0.22))
        for x0, h, z in trees:
            x = LEFT - 0.3 + (x0 - run * (0.6 + 0.25 * z)) % 2.2
            if x < RIGHT + 0.2:
                y = ground(x) - 0.12 + 0.10 * z
                c.polys(place(fir, x, y, h), mix(p.near, p.mid, 0.3 * (1 - z)))
                c.polys(place([fir[-1] * (0.6, 0.6) + (0, -0.36)], x, y, h), white)
        c.depth(1.0)
        c.poly([(LEFT, ground(LEFT)), (RIGHT, ground(RIGHT)), (RIGHT, BOTTOM), (LEFT, BOTTOM)], white)
        for n in range(6):
            x = LEFT - 0.2 + (0.31 * n - run) % 1.86
            c.line([(x, ground(x) + 0.10 + 0.05 * n), (x + 0.28, ground(x + 0.28) + 0.10 + 0.05 * n)], 0.008,
                mix(white, p.far, 0.35), alpha=0.7)
        jump = 0.0 if (u := spec.moment(t_s, "a big jump")) is None else 4 * u * (1 - u)
        for n in range(spec.count - 1, -1, -1):
            x = 0.46 - 0.30 * n + 0.12 * (spec.count - 1) + 0.03 * wave(t_s, 2.6, n * 0.3)
            carve = wave(t_s * spec.speed, 1.9, n * 0.35)
            air = jump if n == 0 else 0.0
            y = ground(x) + 0.05 + 0.03 * carve - 0.24 * air
            c.soft(x, ground(x) + 0.075, 0.17, 0.02, mix(p.near, p.far, 0.3), 0.6)
            for a, b, s in spray:
                age = (t_s * 1.9 * spec.speed + a) % 1.0
                if air < 0.1:
                    c.circle(x - 0.10 - 0.32 * age, y + 0.02 - slope * 0.32 * age - (0.14 * b * age * (1.4 - age))
                        * (1.2 + carve), 0.005 + 0.014 * s * (1 - age), white)
            _skier(x, y, 0.46 if spec.count == 1 else 0.38, carve, n, air, p=p, spec=spec, c=c, slope=slope)
        c.dots(flakes.at(t_s, fall=0.15, drift=-0.5 * spec.speed), 0.0055, (255, 255, 255))

    return draw
