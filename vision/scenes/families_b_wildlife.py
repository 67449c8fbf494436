"""Draw wild animals on land: a fox in the snow, horses on the plain."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, Canvas
from .families_b_beasts import FOX, HORSE, paint_beast, quadruped
from .families_b_parts import Shape, limb, place
from .families_b_places import conifer
from .families_b_seoul import sky
from .motion import Particles, pulse, ridge, under, wave
from .palette import Colour, darker, lighter, mix, rgb
from .props import snow
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def _fox(x: float, y: float, s: float, phase: float, leap: float, *, c: Canvas, red: Colour) -> None:
    """Paint the fox."""
    body = quadruped(FOX, feet=(x, y - 0.24 * leap), length=s, phase_rad=phase, stride_deg=24,
        nod_deg=-34 * leap - 4, wag=0.4 * math.sin(phase * 0.5) + leap)
    sock = rgb("#2a1c1c")
    paint_beast(c, body, red, 0.3)
    c.polys([leg for n, leg in enumerate(body.legs) if n % 3 != 0], sock)
    tip = body.tail[-4:]
    c.polys(tip, (252, 250, 246))
    nx, ny = body.nose
    px, py = body.poll
    c.polys(limb([(px - 0.02 * s, py + 0.07 * s), (nx - 0.01 * s, ny + 0.025 * s)], [0.07 * s, 0.022 * s]),
        (252, 248, 240))
    c.polys(body.ear, red)
    c.polys(limb([(px - 0.01 * s, py - 0.12 * s), (px - 0.035 * s, py - 0.24 * s)], [0.03 * s, 0.010 * s]), sock)
    c.circle(nx + 0.01 * s, ny - 0.01 * s, 0.028 * s, sock)
    c.circle(px + 0.06 * s, py - 0.03 * s, 0.019 * s, sock)
    wx, wy = body.withers
    c.polys(limb([(wx + 0.16 * s, wy + 0.02 * s), (wx + 0.02 * s, wy + 0.17 * s)], [0.06 * s, 0.05 * s]),
        (252, 248, 240))


@family(
    name="snow_fox", topic="animals", tags=("fox", "snow", "winter", "wildlife", "animals", "forest", "nature"),
    palettes=("winter", "dawn", "moonlit", "dusk", "night", "rose"), paces=("calm", "steady", "lively"),
    subjects=("a red fox trotting through falling snow at the edge of a forest",
    "two red foxes trotting through falling snow at the edge of a forest"),
    events=("the fox pounces", "a shooting star crosses", "a bird flies past"),
    titles=(
        "A fox, and then nothing but snow", "Red coat, white morning", "Quiet feet", "The forest had a visitor",
        "Fox crossing", "Only the tail gives it away",
        Title("Pounce!", event="the fox pounces", tags=("hunting",)),
        Title("Moonlight errand", palette="moonlit", tags=("moon",)),
        Title("Two foxes on one track", subject="two red foxes trotting through falling snow at the edge of a forest"),
        Title("First light, first tracks", palette="dawn"),
        Title("Trotting home before the storm", pace="lively"),
        Title("Soft snow, soft steps", pace="calm", tags=("calm",)),
    ),
)
def snow_fox(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Trot a fox along a snowy rise before dark firs; its brush floats behind, snow falls through."""
    p, span, pack = spec.colours, 2.4, 2 if spec.subject.startswith("two") else 1
    white = mix((255, 255, 255), p.sky[1], 0.15 if not p.dark else 0.38)
    red = mix(rgb("#e2672a"), p.near, 0.06 if not p.dark else 0.14)

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.68, y=0.46, r=0.07)
        k.poly(under(ridge(rng, first=0.8), 0.98, 0.06), mix(white, p.far, 0.55))
        for x in rng.uniform(LEFT, RIGHT, 40).tolist():
            k.polys(place(conifer(), x, 1.12, rng.uniform(0.14, 0.34)), mix(p.mid, p.far, rng.uniform(0.1, 0.6)))
        k.poly(under(ridge(rng, first=0.9), 1.12, 0.02), mix(white, p.far, 0.25))

    back = c.layer(paint)
    firs = [(rng.uniform(0, span), rng.uniform(0.28, 0.42)) for _ in range(5)]
    flakes, fir = Particles.make(rng, 130), conifer()

    def draw(t_s: float) -> None:
        run = t_s * 0.16 * spec.speed
        c.depth(0.2).stamp(back)
        c.depth(0.8)
        c.poly(np.array([(x, 1.21 + 0.03 * math.sin(2 * x + run * 2)) for x in np.linspace(LEFT, RIGHT, 16)] + [(RIGHT,
            BOTTOM), (LEFT, BOTTOM)]), mix(white, p.far, 0.1))
        leap = 0.0 if (u := spec.moment(t_s, "the fox pounces")) is None else 4 * u * (1 - u)
        c.depth(1.0)
        for n in range(pack - 1, -1, -1):
            x, y = (0.50 if pack == 1 else 0.70 - 0.44 * n) + 0.03 * wave(t_s, 4, n * 0.4), 1.30 + 0.02 * n
            c.soft(x, y + 0.01, 0.24, 0.022, mix(p.near, p.far, 0.4), 0.65)
            _fox(x, y, 0.29 if pack == 1 else 0.20, t_s * 7.0 * (0.5 + 0.5 * spec.speed) + n,
                leap if n == 0 else 0.0, c=c, red=red)
        c.poly(np.array([(x, 1.335 + 0.02 * math.sin(3 * x - run * 3)) for x in np.linspace(LEFT, RIGHT, 16)] + [(RIGHT,
            BOTTOM), (LEFT, BOTTOM)]), white)
        for n in range(9):
            x = LEFT - 0.2 + (0.2 * n - run * 1.2) % 1.8
            c.ellipse(x, 1.37 + 0.012 * (n % 2), 0.016, 0.007, mix(white, p.far, 0.45))
        c.depth(1.3)
        for x0, h in firs:
            x = LEFT - 0.5 + (x0 - run * 1.6) % span
            c.polys(place(fir, x, 1.82, h), p.ink)
        c.depth(1.0)
        snow(c, flakes, t_s, (255, 255, 255), speed=0.12 + 0.08 * spec.speed, drift=-0.05 * spec.speed)

    return draw


HORSES = ("#6b3d24", "#2a2226", "#a8693a", "#e6dccb", "#8a4f2c")


def _horse(x: float, y: float, s: float, phase: float, coat: Colour, rear: float, *,
    c: Canvas) -> None:
    """Paint the horse."""
    body = quadruped(HORSE, feet=(0, 0), length=s, phase_rad=phase, stride_deg=42, gallop=True,
        nod_deg=5 * math.sin(phase))

    def put(shape: Shape) -> Shape:
        return place(shape, x, y, angle_rad=-0.75 * rear)

    hair = darker(coat, 0.5)
    c.polys(put(body.far_legs), darker(coat, 0.3))
    hx, hy = body.hip
    tail = [(hx - 0.22 * s, hy - 0.08 * s)] + [(hx - (0.30 + 0.13 * k) * s,
        hy + (-0.06 + 0.08 * k + 0.05 * math.sin(phase - k)) * s) for k in range(4)]
    c.polys(put(limb(tail, [0.05 * s, 0.08 * s, 0.085 * s, 0.06 * s, 0.015 * s], smooth=True)), hair)
    for part in (body.legs, body.body, body.neck, body.ear, body.head):
        c.polys(put(part), coat)
    px, py = body.poll
    wx, wy = body.withers
    for k in range(7):
        sh = k / 6
        rx, ry = px + (wx - px) * sh - 0.04 * s * (1 - sh), py + (wy - 0.22 * s - py) * sh - 0.06 * s * (1 - sh)
        flow = 0.04 * s * math.sin(phase * 1.2 - k * 0.8)
        c.polys(put(limb([(rx, ry), (rx - 0.14 * s, ry - 0.03 * s + flow),
            (rx - 0.27 * s, ry + 0.03 * s + flow * 1.7)], [0.05 * s, 0.045 * s, 0.012 * s])), hair)
    eye = put([np.array([(px + 0.06 * s, py - 0.01 * s)])])[0][0]
    c.circle(eye[0], eye[1], 0.018 * s, (14, 12, 14))


@family(
    name="galloping_horses", topic="animals", tags=("horse", "horses", "galloping", "wild", "animals", "nature",
    "freedom"),
    palettes=("sunset", "golden", "dawn", "storm", "autumn", "moonlit"), counts=(1, 4),
    paces=("steady", "lively", "calm"),
    subjects=("{n} wild horse{s} galloping across a plain",),
    events=("a horse rears up", "lightning strikes", "a bird flies past"),
    titles=(
        "Hooves on the plain", "Wild horses, actually wild", "Mane, dust, speed", "You hear them first",
        "Nothing but plain and horses", "They were not running from anything",
        Title("Just the one, going home", count=1), Title("Four horses, one line of dust", count=4),
        Title("Ahead of the storm", palette="storm", tags=("storm",)), Title("Sunset gallop", palette="sunset"),
        Title("Up on its hind legs", event="a horse rears up"), Title("Slow-motion gallop", pace="calm"),
    ),
)
def galloping_horses(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Gallop horses over a dusty plain, manes and tails streaming, mesas sliding by behind."""
    p = spec.colours
    plain = mix(mix(rgb("#c9a45f"), p.mid, 0.45), p.near, 0.15 if not p.dark else 0.4)

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.6, y=0.86, r=0.13)
        haze = p.sky[2]
        k.poly(under(ridge(rng, first=0.7), 1.06, 0.05), mix(p.far, haze, 0.45))
        for x, w, h in ((0.08, 0.16, 0.16), (0.92, 0.22, 0.22), (0.5, 0.1, 0.09)):
            k.poly([(x - w * 0.7, 1.12), (x - w * 0.5, 1.1 - h * 0.4), (x - w * 0.42, 1.1 - h), (x + w * 0.4, 1.1 - h),
                (x + w * 0.5, 1.1 - h * 0.4), (x + w * 0.75, 1.12)], mix(p.far, p.mid, 0.4))
        k.gradient((lighter(plain, 0.15), plain, darker(plain, 0.3)), 1.09, BOTTOM)

    back = c.layer(paint)
    herd = [(n, rng.random() * 6.28, rng.uniform(0.92, 1.06)) for n in range(spec.count)]
    tufts = [(rng.uniform(0, 2.2), rng.random()) for _ in range(26)]
    dust = rng.random((8, 3)).tolist()

    def draw(t_s: float) -> None:
        run = t_s * 0.65 * spec.speed
        c.depth(0.15).stamp(back)
        c.depth(1.0)
        for x0, z in tufts:
            x, y = LEFT - 0.3 + (x0 - run * (0.35 + 0.9 * z)) % 2.2, 1.14 + 0.55 * z
            c.polys([limb([(x, y), (x + d, y - 0.02 - 0.035 * z)], [0.006, 0.002])[0] for d in (-0.016, 0.0, 0.016)],
                darker(plain, 0.35))
        rear = 0.0 if (u := spec.moment(t_s, "a horse rears up")) is None else pulse(u)
        beat = t_s * 8.5 * (0.5 + 0.5 * spec.speed)
        for n, phase, size in herd[::-1]:
            share = 1 - n / max(1, spec.count)
            s = (0.29 if spec.count == 1 else 0.16 + 0.07 * share) * size
            x = 0.5 + 0.21 * (n - (spec.count - 1) / 2) + 0.03 * wave(t_s, 3.1, phase)
            y = 1.35 if spec.count == 1 else 1.20 + 0.20 * share
            for a, b, z in dust:
                age = (t_s * 1.3 * (0.5 + 0.5 * spec.speed) + a) % 1.0
                c.soft(x - 0.15 - 0.45 * age, y - 0.02 - 0.13 * b * age, 0.05 + 0.09 * age * z, 0.035 + 0.05 * age,
                    lighter(plain, 0.35), 0.30 * (1 - age))
            c.soft(x, y + 0.01, 0.8 * s, 0.025, p.ink, 0.5)
            _horse(x, y, s, beat + phase, mix(rgb(HORSES[(n + spec.seed) % 5]), p.near,
                0.08 if not p.dark else 0.25),
                rear if n == 0 else 0.0, c=c)

    return draw
