"""Draw music: a record, keys that light up, a stage."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas, Layer
from .motion import Particles, ease_out, wave
from .palette import Colour, darker, lighter, mix, rgb
from .props import crowd, person
from .spec import Draw, SceneSpec, Title, family

_CLOSE = ("static", "zoom_in", "zoom_out", "sway", "tilt_up", "tilt_down")


@family(
    name="vinyl_record",
    topic="music",
    tags=("vinyl", "record player", "music"),
    palettes=("clay", "lamplight", "cream", "mint", "blush", "neon"),
    cameras=_CLOSE,
    subjects=("A vinyl record spinning on a turntable",),
    titles=(
        "Side B is always better",
        Title("Sunday, rain, records", palette="lamplight", tags=("cosy",)),
        "Found this for two euros at the flea market",
        Title("33 revolutions of peace", pace="calm"),
        Title("Played at 45 by accident, loved it", pace="lively"),
        Title("Pink turntable appreciation post", palette="blush"),
    ),
    events=("the light goes out for a moment", "the needle skips"),
)
def vinyl_record(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a black disc with a coloured label turning under a still sheen, and a tone arm that rides it."""
    p, x, y, r = spec.colours, 0.46, 0.86, 0.4
    deck = mix(p.sky[1], p.light, 0.25) if not p.dark else darker(p.sky[2], 0.25)

    def plinth(k: Canvas) -> None:
        k.gradient((darker(p.mid, 0.1), p.mid, darker(p.mid, 0.25)), TOP, BOTTOM)
        for yy in np.arange(TOP, BOTTOM, 0.05):
            k.line([(LEFT, yy), (RIGHT, yy + 0.02)], 0.004, darker(p.mid, 0.25), alpha=0.35)
        k.round_rect(-0.06, 0.33, 1.12, 1.16, 0.05, darker(p.near, 0.35), 0.5)
        k.round_rect(-0.06, 0.3, 1.12, 1.15, 0.05, deck)
        k.soft(0.3, 0.4, 0.8, 0.5, lighter(deck, 0.5), 0.4)
        k.circle(x + 0.012, y + 0.02, r + 0.025, darker(deck, 0.5))
        k.circle(x, y, r + 0.02, darker(deck, 0.25))
        for j in range(3):
            k.circle(0.1 + 0.1 * j, 1.37, 0.027, darker(deck, 0.35))
            k.circle(0.097 + 0.1 * j, 1.364, 0.022, (p.accent, p.accent2, lighter(deck, 0.3))[j])
        k.round_rect(0.9, 1.05, 0.035, 0.3, 0.015, darker(deck, 0.4))
        k.round_rect(0.885, 1.16, 0.065, 0.035, 0.01, lighter(deck, 0.4))

    def disc(k: Canvas) -> None:
        k.circle(0, 0, r, rgb("#16151b"))
        for d in np.linspace(0.17, 0.385, 20):
            k.ring(0, 0, float(d), 0.0025, rgb("#2b2a33") if rng.random() < 0.8 else rgb("#3b3a46"))
        k.arc(0, 0, 0.3, 0.3, 20, 60, 0.004, rgb("#55535f"))
        k.arc(0, 0, 0.235, 0.235, 190, 250, 0.004, rgb("#4a4854"))
        k.circle(0, 0, 0.14, p.accent)
        k.circle(0, 0, 0.095, lighter(p.accent, 0.25))
        k.poly([(0, 0), (0.13, -0.05), (0.135, 0.04)], p.accent2)
        for j in range(3):
            k.rect(-0.1, -0.03 + 0.026 * j, 0.07 - 0.015 * j, 0.01, darker(p.accent, 0.5))
        k.circle(0, 0, 0.012, (240, 240, 240))

    back, record = c.layer(plinth), c.sprite(disc, 0.84, 0.84)
    lean = float(rng.uniform(0, 360))
    dust = Particles.make(rng, 22)

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        u = spec.moment(t_s, "the needle skips")
        jump = 0.0 if u is None else math.sin(math.pi * u)
        c.stamp(
            record,
            x,
            y + 0.0015 * wave(t_s, 0.9),
            angle_deg=lean + t_s * 200 * (0.4 + 0.6 * spec.speed),
        )
        for a, spread, alpha in ((-62, 15, 0.2), (118, 15, 0.16), (-30, 7, 0.12)):
            turn = a + 3 * wave(t_s * spec.speed, 1.3)
            wedge = [(x, y)] + [
                (x + r * math.cos(math.radians(turn + d)), y + r * math.sin(math.radians(turn + d)))
                for d in np.linspace(-spread, spread, 6)
            ]
            c.poly(wedge, lighter(p.light, 0.2), alpha)
        tip_a = math.radians(42 - 1.1 * t_s * spec.speed - 14 * jump + 0.3 * wave(t_s, 0.5))
        tip = (x + 0.31 * math.cos(tip_a), y + 0.31 * math.sin(tip_a) - 0.05 * jump)
        base, metal = (0.88, 0.5), rgb("#d8d8de")
        elbow = (0.885, 0.95)
        for dx, ink, w in ((0.016, darker(deck, 0.6), 0.02), (0.0, metal, 0.02), (-0.004, (255, 255, 255), 0.006)):
            c.line(
                [(base[0] + dx, base[1] + dx), (elbow[0] + dx, elbow[1] + dx), (tip[0] + dx, tip[1] + dx)],
                w,
                ink,
                alpha=0.4 if dx > 0 else 1.0,
            )
        c.circle(*base, 0.062, darker(deck, 0.45))
        c.circle(base[0] - 0.005, base[1] - 0.006, 0.045, metal)
        c.round_rect(tip[0] - 0.024, tip[1] - 0.03, 0.05, 0.065, 0.01, p.ink)
        c.round_rect(base[0] - 0.03, base[1] - 0.15, 0.06, 0.08, 0.015, p.ink)
        if p.dark:
            c.glow(0.2, 0.4, 0.7, p.light, 0.3 + 0.04 * wave(t_s, 1.9))
        c.dots(dust.at(t_s, fall=-0.02, drift=0.02), 0.0025, lighter(p.light, 0.4))

    return draw


@family(
    name="piano_keys",
    topic="music",
    tags=("piano", "music", "keyboard"),
    palettes=("indigo", "ink", "violet", "lamplight", "neon", "blush"),
    cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("Glowing notes falling onto piano keys",),
    titles=(
        "The part everybody hums",
        Title("Nocturne for one screen", palette="indigo", pace="calm", tags=("classical",)),
        Title("Hardest piece I've attempted so far", pace="lively"),
        Title("Neon piano, late practice", palette="neon"),
        "Left hand carries the whole song",
        Title("Learning this by ear, day 3", tags=("learning",)),
    ),
    events=("a grand chord strikes",),
)
def piano_keys(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw bars of light that reach the keyboard and press the keys they touch."""
    p, top, num = spec.colours, 1.16, 12
    wide = (RIGHT - LEFT) / (num + 3)
    inks = [p.accent, p.accent2, mix(p.accent, p.accent2, 0.5)]
    dim = p.dark
    back = c.layer(lambda k: k.gradient((darker(p.sky[0], 0.3 if dim else 0), p.sky[1], p.sky[2]), TOP, 1.3))
    tune = 6.5 + 3.6 * np.sin(np.arange(100) * float(rng.uniform(0.5, 0.9))) + rng.normal(0, 1.2, 100)
    melody = np.clip(np.rint(tune), 3, 11).astype(int).tolist()
    length = rng.choice([0.5, 0.5, 1.0, 1.0, 1.5], 100)
    begin = np.concatenate([[0], np.cumsum(length)[:-1]])
    black = [j % 7 in (0, 1, 3, 4, 5) for j in range(num + 3)]

    def draw(t_s: float) -> None:
        t = 2.0 + t_s * (1.1 + 1.7 * spec.speed)
        c.depth(0.3).stamp(back)
        c.depth(1.0)
        for j in range(num + 4):
            c.line([(LEFT + wide * j, TOP), (LEFT + wide * j, top)], 0.002, lighter(p.sky[1], 0.5), alpha=0.12)
        pressed: dict[int, Colour] = {}
        u = spec.moment(t_s, "a grand chord strikes")
        for k, note in enumerate(melody):
            for low in (0, 1):
                if low and k % 2:
                    continue
                j = note + 1 if not low else 2 + (note * 5 + k) % 4
                x = LEFT + wide * j
                tail, tip = (t - begin[k]) * 0.2 + top - 0.2 * length[k] * 0.9, (t - begin[k]) * 0.2 + top
                if tip < -0.2 or tail > top:
                    continue
                ink = inks[low + (k % 2) * (1 - low)]
                if tip > top:
                    pressed[j] = ink
                c.round_rect(
                    x + wide * 0.14,
                    max(tail, -0.3),
                    wide * 0.72,
                    max(0.03, min(tip, top) - max(tail, -0.3)),
                    0.022,
                    ink,
                )
                c.round_rect(
                    x + wide * 0.24,
                    max(tail, -0.3) + 0.012,
                    wide * 0.16,
                    max(0.02, min(tip, top) - max(tail, -0.3) - 0.03),
                    0.012,
                    lighter(ink, 0.55),
                )
        if u is not None:
            pressed = {j: inks[j % 3] for j in range(1, num + 2, 2)}
            c.tint(p.light, 0.3 * math.sin(math.pi * u))
        c.rect(LEFT, top - 0.012, RIGHT - LEFT, 0.02, p.accent)
        for j in range(num + 3):
            x, lit = LEFT + wide * j, pressed.get(j)
            down = 0.018 if lit else 0.0
            c.rect(x, top, wide, 0.6, rgb("#8d8a94"))
            c.round_rect(
                x + 0.002,
                top + down - 0.02,
                wide - 0.004,
                0.36,
                0.012,
                mix((250, 247, 240), lit, 0.55) if lit else (250, 247, 240),
            )
            c.rect(x + 0.002, top + 0.33 + down, wide - 0.004, 0.03 - down, rgb("#c9c4bd"))
        for j in range(num + 3):
            if black[j]:
                c.round_rect(LEFT + wide * (j + 1) - wide * 0.29, top - 0.02, wide * 0.58, 0.22, 0.01, rgb("#191820"))
                c.round_rect(LEFT + wide * (j + 1) - wide * 0.19, top - 0.02, wide * 0.38, 0.19, 0.01, rgb("#35343f"))
        for j, ink in pressed.items():
            c.glow(LEFT + wide * (j + 0.5), top, 0.2, ink, 0.85)
            for m in range(3):
                v = (t * 0.9 + m / 3 + j * 0.37) % 1.0
                c.circle(
                    LEFT + wide * (j + 0.5) + 0.05 * math.sin(m * 5 + j + v * 4),
                    top - 0.2 * ease_out(v),
                    0.006 * (1 - v) + 0.001,
                    lighter(ink, 0.6),
                )
        c.rect(LEFT, top + 0.36, RIGHT - LEFT, BOTTOM, darker(p.near, 0.3))

    return draw


@family(
    name="concert",
    topic="music",
    tags=("concert", "live music", "crowd", "stage lights"),
    palettes=("neon", "violet", "indigo", "sunset", "lamplight"),
    paces=("steady", "lively", "lively", "calm"),
    subjects=("A concert crowd dancing under sweeping stage lights",),
    titles=(
        "When the beat finally drops",
        Title("Front row, no voice left", pace="lively"),
        Title("The slow one where everyone sways", pace="calm"),
        Title("Festival night two", palette="sunset", tags=("festival",)),
        "Save this for when you miss live music",
        Title("Purple lights, loud bass", palette="violet"),
    ),
    events=("confetti bursts", "the strobes fire"),
)
def concert(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw beams in haze, a band on a platform and bouncing heads with raised arms."""
    p = spec.colours
    inks = [p.accent, p.accent2, mix(p.accent, p.light, 0.4), mix(p.accent2, p.light, 0.3)]

    def hall(k: Canvas) -> None:
        k.gradient((darker(p.sky[0], 0.5), darker(p.sky[1], 0.25), mix(p.sky[2], p.sky[1], 0.5)), TOP, 1.15)
        k.line([(LEFT, 0.2), (RIGHT, 0.2)], 0.012, p.ink)
        k.line([(LEFT, 0.26), (RIGHT, 0.26)], 0.012, p.ink)
        k.lines([[(x, 0.2), (x + 0.06, 0.26)] for x in np.arange(LEFT, RIGHT, 0.06)], 0.006, p.ink)
        k.glow(0.5, 0.95, 0.7, p.accent, 0.55)
        k.rect(LEFT, 1.06, RIGHT - LEFT, 0.3, darker(p.near, 0.35))
        for x in (0.04, 0.86):
            k.rect(x, 0.82, 0.11, 0.26, p.ink)
            for y in (0.88, 1.0):
                k.circle(x + 0.055, y, 0.04, darker(p.mid, 0.4))
                k.circle(x + 0.055, y, 0.018, p.ink)

    back = c.layer(hall)

    def row(y: float, h: float, count: int, share: float) -> Layer:
        return c.layer(lambda k: crowd(k, rng, y, h, mix(p.ink, p.near, share), count=count), opaque=False)

    rows = [row(1.24, 0.12, 18, 0.5), row(1.36, 0.16, 13, 0.25), row(1.52, 0.22, 10, 0.0)]
    arms = [
        (float(x), float(rng.uniform(1.2, 1.42)), float(rng.random()), float(rng.choice([-1, 1])))
        for x in np.linspace(0.02, 0.98, 11)
    ]
    offsets = rng.random(6) * 6.28

    def draw(t_s: float) -> None:
        t = t_s * (0.35 + 0.65 * spec.speed)
        beat = abs(math.sin(t * math.pi * 1.05))
        c.depth(0.4).stamp(back)
        for k in range(6):
            x0 = 0.04 + 0.184 * k
            a = math.pi / 2 + 0.55 * math.sin(t * 0.9 + offsets[k]) + 0.25 * math.sin(t * 1.7 + k)
            for spread, alpha in ((0.11, 0.15), (0.05, 0.2)):
                ends = [(x0 + 1.3 * math.cos(a + d), 0.26 + 1.3 * math.sin(a + d)) for d in (-spread, spread)]
                c.poly([(x0, 0.26), *ends], inks[k % 4], alpha * (0.7 + 0.5 * beat))
            c.glow(x0, 0.27, 0.1, inks[k % 4], 1.0)
            c.circle(x0, 0.27, 0.016, (255, 255, 255))
        c.depth(0.6)
        for k, x in enumerate((0.3, 0.5, 0.7)):
            person(
                c,
                x,
                1.08 - 0.012 * beat * (k == 1),
                0.27 + 0.03 * (k == 1),
                p.ink,
                step=0.3,
                arm=0.5 + 0.5 * wave(t, 2.1, k / 3) if k == 1 else 0.25,
            )
            if k != 1:
                c.line([(x - 0.1, 0.97 + 0.01 * beat), (x + 0.12, 0.91)], 0.016, p.accent)
                c.ellipse(x - 0.05, 0.96, 0.045, 0.032, p.accent2, angle_deg=-20)
        c.line([(0.55, 0.87), (0.55, 1.08)], 0.006, p.ink)
        if (u := spec.moment(t_s, "the strobes fire")) is not None:
            c.tint((255, 255, 255), 0.75 * abs(math.sin(u * math.pi * 3)))
        c.glow(0.5, 1.15, 0.6, p.accent, 0.25 + 0.3 * beat)
        for k, layer in enumerate(rows):
            c.depth(0.8 + 0.2 * k).stamp(
                layer, 0.008 * math.sin(t * 2 + k), -0.016 * (k + 1) * abs(math.sin(t * math.pi * 1.05 + k * 0.35))
            )
            if k == 1:
                for x, y, ph, side in arms:
                    hop = 0.03 * abs(math.sin(t * math.pi * 1.05 + ph * 2))
                    wrist = (x + side * 0.05 + 0.03 * math.sin(t * 2.2 + ph * 6), y - 0.2 - hop)
                    c.line(
                        [(x, y + 0.1 - hop), (x + side * 0.035, y - 0.07 - hop), wrist], 0.03, mix(p.ink, p.near, 0.15)
                    )
                    c.circle(*wrist, 0.021, mix(p.ink, p.near, 0.15))

    return draw
