"""Draw the things that many scenes share: trees, clouds, birds, people, houses, windows, stars, water."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas, H
from .motion import Particles
from .palette import Colour, Palette, darker, lighter, mix


def sun(c: Canvas, x: float, y: float, r: float, colour: Colour, *, halo: float = 4.0, strength: float = 0.8) -> None:
    """Draw a disc with a wide and a narrow glow."""
    c.glow(x, y, r * halo, colour, strength * 0.6)
    c.glow(x, y, r * 2.0, colour, strength)
    c.circle(x, y, r, lighter(colour, 0.35))


def moon(c: Canvas, x: float, y: float, r: float, colour: Colour, *, shade: float = 0.06) -> None:
    """Draw a full moon with faint seas and a halo."""
    c.glow(x, y, r * 4.0, colour, 0.5)
    c.circle(x, y, r, colour)
    for dx, dy, s in ((-0.3, -0.2, 0.28), (0.25, 0.15, 0.22), (-0.1, 0.4, 0.16), (0.35, -0.35, 0.12)):
        c.circle(x + dx * r, y + dy * r, s * r, darker(colour, shade * 2))


def crescent(c: Canvas, x: float, y: float, r: float, colour: Colour, sky: Colour) -> None:
    """Draw a crescent by covering a disc with the sky's colour (so: before what stands in front)."""
    c.glow(x, y, r * 3.2, colour, 0.4)
    c.circle(x, y, r, colour)
    c.circle(x + r * 0.42, y - r * 0.18, r * 0.86, sky)


def stars(c: Canvas, rng: np.random.Generator, count: int, colour: Colour, *, bottom: float = 1.2) -> None:
    """Scatter stars of several sizes from the top to `bottom`, fainter towards it. For layers."""
    xs, ys = rng.uniform(LEFT, RIGHT, count), TOP + rng.random(count) ** 1.3 * (bottom - TOP)
    size = rng.random(count) ** 4
    alpha = (0.35 + 0.6 * size) * (1 - 0.6 * (ys - TOP) / (bottom - TOP))
    c.specks(np.stack([xs, ys], axis=1), 0.0018 + 0.0042 * size, colour, alpha)


def twinkle(c: Canvas, stars_at: Particles, t_s: float, colour: Colour, *, bottom: float = 1.0) -> None:
    """Let some stars breathe (call with 10 to 25 particles)."""
    xy = np.stack([stars_at.x, stars_at.y * bottom], axis=1)
    bright = 0.5 + 0.5 * np.sin(2 * math.pi * (t_s * (0.4 + 0.5 * stars_at.z) + stars_at.phase))
    for (x, y), b in zip(xy.tolist(), bright.tolist(), strict=True):
        c.glow(x, y, 0.012 + 0.012 * b, colour, 0.35 + 0.65 * b)


def cloud(c: Canvas, x: float, y: float, w: float, colour: Colour, shadow: Colour | None = None) -> None:
    """Draw a flat-bottomed heap cloud of width w; with a shadow colour, a shaded belly."""
    puffs = ((-0.32, -0.05, 0.13), (-0.14, -0.13, 0.19), (0.08, -0.17, 0.22), (0.28, -0.07, 0.15))
    for layer_colour, dy, scale in ((shadow, 0.025, 1.0), (colour, 0.0, 0.97)):
        if layer_colour is None:
            continue
        for px, py, r in puffs:
            c.circle(x + px * w * scale, y + (py + dy) * w, r * w * scale, layer_colour)
        c.round_rect(x - 0.47 * w * scale, y - 0.13 * w + dy * w, 0.94 * w * scale, 0.15 * w, 0.075 * w, layer_colour)


def soft_cloud(c: Canvas, rng: np.random.Generator, x: float, y: float, w: float, colour: Colour, alpha: float) -> None:
    """Draw a painterly cloud from soft blobs. For layers."""
    for _ in range(9):
        dx, dy = rng.normal(0, 0.26) * w, rng.normal(0, 0.06) * w
        c.soft(x + dx, y + dy, w * rng.uniform(0.2, 0.42), w * rng.uniform(0.07, 0.15), colour, alpha)


def bird(c: Canvas, x: float, y: float, span: float, flap: float, colour: Colour) -> None:
    """Draw a bird in flight; flap in -1 (down) .. 1 (up)."""
    s, lift = span / 2, -flap * 0.32 * span
    wing = (
        (-s, lift),
        (-s * 0.45, -0.16 * span + lift * 0.4),
        (0, 0),
        (s * 0.45, -0.16 * span + lift * 0.4),
        (s, lift),
    )
    back = ((s * 0.4, -0.04 * span + lift * 0.3), (0, 0.07 * span), (-s * 0.4, -0.04 * span + lift * 0.3))
    c.poly([(x + px, y + py) for px, py in wing + back], colour)


def butterfly(c: Canvas, x: float, y: float, size: float, opening: float, colour: Colour, body: Colour) -> None:
    """Draw a butterfly; opening 0 (wings shut) .. 1."""
    w = size * (0.15 + 0.85 * opening)
    for side in (-1, 1):
        c.ellipse(x + side * w * 0.45, y - size * 0.22, w * 0.46, size * 0.36, colour, angle_deg=-side * 28)
        c.ellipse(
            x + side * w * 0.36, y + size * 0.28, w * 0.34, size * 0.26, lighter(colour, 0.25), angle_deg=side * 25
        )
    c.line([(x, y - size * 0.35), (x, y + size * 0.4)], size * 0.09, body)


def pine(c: Canvas, x: float, y: float, h: float, colour: Colour, *, tiers: int = 5) -> None:
    """Draw a conifer standing at (x, y)."""
    points: list[tuple[float, float]] = [(x, y - h)]
    left: list[tuple[float, float]] = []
    for k in range(1, tiers + 1):
        wide, level = h * 0.23 * (k / tiers) ** 0.85, y - h + h * 0.92 * k / tiers
        points += [(x + wide, level), (x + wide * 0.5, level - h * 0.02)]
        left += [(x - wide, level), (x - wide * 0.5, level - h * 0.02)]
    c.poly(points + left[::-1], colour)
    c.rect(x - h * 0.022, y - h * 0.1, h * 0.044, h * 0.12, colour)


def round_tree(c: Canvas, x: float, y: float, h: float, leaf: Colour, trunk: Colour) -> None:
    """Draw a broad-leaved tree with a lit side, standing at (x, y)."""
    c.poly([(x - h * 0.035, y), (x - h * 0.02, y - h * 0.5), (x + h * 0.02, y - h * 0.5), (x + h * 0.035, y)], trunk)
    for dx, dy, r in ((-0.18, 0.52, 0.2), (0.18, 0.54, 0.2), (0.0, 0.7, 0.27), (-0.1, 0.62, 0.2)):
        c.circle(x + dx * h, y - dy * h, r * h, leaf)
    for dx, dy, r in ((-0.1, 0.76, 0.12), (-0.22, 0.58, 0.1)):
        c.circle(x + dx * h, y - dy * h, r * h, lighter(leaf, 0.16))


def palm(c: Canvas, x: float, y: float, h: float, colour: Colour, *, lean: float = 0.12, sway: float = 0.0) -> None:
    """Draw a palm standing at (x, y); sway -1..1 moves the crown."""
    s = np.linspace(0, 1, 8)
    tip = lean * h + sway * 0.03 * h
    trunk = np.stack([x + tip * s**1.7, y - h * s], axis=1)
    c.line(trunk, h * 0.04, colour)
    cx, cy = trunk[-1]
    for k, a in enumerate(np.linspace(-2.9, -0.25, 7)):
        reach = h * (0.42 if k % 2 else 0.36)
        ex, ey = cx + reach * math.cos(a + sway * 0.08), cy + reach * math.sin(a) * 0.55 + h * 0.12
        mx, my = (cx + ex) / 2, min(cy, ey) - h * 0.1
        low = (mx, my + h * 0.075)
        c.poly([(cx, cy - h * 0.02), (mx, my), (ex, ey), low, (cx, cy + h * 0.02)], colour)


def person(
    c: Canvas,
    x: float,
    y: float,
    h: float,
    colour: Colour,
    *,
    step: float = 0.0,
    arm: float = 0.0,
    skin: Colour | None = None,
) -> None:
    """Draw a standing or walking figure, feet at (x, y); step -1..1 swings the legs, arm 0..1 raises an arm."""
    hip, neck = y - 0.46 * h, y - 0.82 * h
    for side in (-1, 1):
        c.line([(x + side * 0.035 * h, hip), (x + side * (0.05 + 0.13 * step) * h, y)], 0.075 * h, colour)
    c.round_rect(x - 0.11 * h, neck, 0.22 * h, 0.42 * h, 0.08 * h, colour)
    up = -math.pi / 2 + math.pi * (1 - arm)
    for side, a in ((1, up), (-1, math.pi / 2 + 0.25 * step)):
        lift = (math.cos(a) * 0.1 + 0.06, math.sin(a))
        c.line(
            [
                (x + side * 0.1 * h, neck + 0.05 * h),
                (x + side * (0.11 + lift[0]) * h, neck + 0.05 * h + 0.32 * h * lift[1]),
            ],
            0.055 * h,
            colour,
        )
    c.circle(x, y - 0.91 * h, 0.085 * h, skin or colour)


def crowd(c: Canvas, rng: np.random.Generator, y: float, h: float, colour: Colour, *, count: int = 16) -> None:
    """Draw a row of heads and shoulders across the frame, shoulders at y. For layers."""
    for x in np.linspace(LEFT, RIGHT, count):
        px, size = x + rng.normal(0, 0.015), h * rng.uniform(0.85, 1.15)
        c.circle(px, y - size * 0.55, size * 0.24, colour)
        c.round_rect(px - size * 0.42, y - size * 0.3, size * 0.84, size * 2, size * 0.3, colour)


def windows(
    c: Canvas,
    rng: np.random.Generator,
    x: float,
    y: float,
    w: float,
    h: float,
    lit: Colour,
    dim: Colour,
    *,
    cols: int = 4,
    rows: int = 8,
    share: float = 0.5,
    gap: float = 0.35,
) -> None:
    """Fill a rectangle with a grid of windows, a share of them lit. For layers."""
    cw, ch = w / cols, h / rows
    on = rng.random((rows, cols)) < share
    corner = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * (cw * (1 - gap), ch * (1 - gap)) + (
        cw * gap / 2,
        ch * gap / 2,
    )
    for flag, ink in ((True, lit), (False, dim)):
        rr, cc = np.nonzero(on == flag)
        if len(rr):
            start = np.stack([x + cc * cw, y + rr * ch], axis=1)
            c.polys(start[:, None, :] + corner[None], ink)


def skyline(
    c: Canvas,
    rng: np.random.Generator,
    base_y: float,
    colour: Colour,
    p: Palette,
    *,
    low: float = 0.15,
    high: float = 0.5,
    width: float = 0.11,
    share: float = 0.35,
    right: float = RIGHT,
) -> None:
    """Draw a row of plain buildings with windows from LEFT to `right`, standing at base_y. For layers."""
    x = LEFT
    lit = mix(p.light, p.accent2, 0.25) if p.dark else lighter(colour, 0.18)
    while x < right:
        w, h = width * rng.uniform(0.6, 1.4), rng.uniform(low, high)
        c.rect(x, base_y - h, w * 0.96, BOTTOM - base_y + h, colour)
        if rng.random() < 0.3:
            c.line([(x + w * 0.5, base_y - h), (x + w * 0.5, base_y - h - 0.06)], 0.006, colour)
        cols, rows = max(2, int(w / 0.03)), max(3, int(h / 0.04))
        windows(
            c,
            rng,
            x + w * 0.06,
            base_y - h + 0.015,
            w * 0.84,
            h,
            lit,
            mix(colour, lit, 0.12),
            cols=cols,
            rows=rows,
            share=share,
        )
        x += w


def house(
    c: Canvas, x: float, y: float, w: float, wall: Colour, roof: Colour, lit: Colour, *, ratio: float = 0.75
) -> None:
    """Draw a gabled house standing at (x, y) with two windows and a door."""
    h = w * ratio
    c.rect(x - w / 2, y - h, w, h, wall)
    c.poly([(x - w * 0.6, y - h), (x, y - h - w * 0.42), (x + w * 0.6, y - h)], roof)
    for dx in (-0.27, 0.27):
        c.rect(x + dx * w - w * 0.1, y - h * 0.75, w * 0.2, h * 0.32, lit)
    c.rect(x - w * 0.075, y - h * 0.45, w * 0.15, h * 0.45, darker(wall, 0.45))


def sailboat(c: Canvas, x: float, y: float, size: float, hull: Colour, sail: Colour, *, tilt_deg: float = 0.0) -> None:
    """Draw a small sailing boat floating at (x, y)."""
    a = math.radians(tilt_deg)
    turn = np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])

    def put(points: list[tuple[float, float]], ink: Colour) -> None:
        c.poly(np.array(points) * size @ turn + (x, y), ink)

    put([(-0.5, -0.1), (0.55, -0.1), (0.38, 0.1), (-0.36, 0.1)], hull)
    put([(-0.02, -1.15), (-0.02, -0.16), (-0.46, -0.16)], sail)
    put([(0.03, -1.05), (0.5, -0.16), (0.03, -0.16)], mix(sail, hull, 0.18))


def rain(
    c: Canvas,
    drops: Particles,
    t_s: float,
    colour: Colour,
    *,
    speed: float = 2.4,
    slant: float = 0.12,
    alpha: float = 0.5,
) -> None:
    """Draw falling rain (80 to 200 particles)."""
    xy = drops.at(t_s, fall=speed, drift=speed * slant)
    length = (0.035 + 0.05 * drops.z)[:, None] * np.array([[slant, 1.0]])
    c.lines(np.stack([xy, xy - length], axis=1), 0.0032, colour, alpha=alpha)


def snow(c: Canvas, flakes: Particles, t_s: float, colour: Colour, *, speed: float = 0.16, drift: float = 0.03) -> None:
    """Draw falling snow (60 to 160 particles)."""
    xy = flakes.at(t_s, fall=speed, drift=drift, sway=0.02, sway_hz=0.35)
    c.dots(xy, 0.0025 + 0.0075 * flakes.z**2, colour)


def mist(
    c: Canvas, y: float, thick: float, colour: Colour, t_s: float, *, alpha: float = 0.5, speed: float = 0.02
) -> None:
    """Draw three slow soft banks of mist about y."""
    for k, (phase, wide) in enumerate(((0.1, 0.8), (0.55, 0.95), (0.85, 0.7))):
        x = LEFT - 0.3 + ((phase + t_s * speed * (1 + 0.3 * k)) % 1.0) * (RIGHT - LEFT + 0.6)
        c.soft(x, y + (k - 1) * thick * 0.4, wide, thick, colour, alpha)


def glints(
    c: Canvas,
    at: Particles,
    t_s: float,
    colour: Colour,
    *,
    top: float,
    bottom: float = H,
    x: float = 0.5,
    spread: float = 0.5,
    alpha: float = 0.8,
) -> None:
    """Draw short horizontal flashes of light on water between top and bottom, near x, wider towards the viewer."""
    depth = at.y
    y = top + depth**1.6 * (bottom - top)
    px = x + (at.x - 0.5) * 2 * spread * (0.3 + depth)
    on = np.clip(np.sin(2 * math.pi * (t_s * (0.5 + at.z * 0.6) + at.phase)), 0, 1)
    half = (0.006 + 0.03 * depth) * on
    keep = on > 0.12
    seg = np.stack([np.stack([px - half, y], axis=1), np.stack([px + half, y], axis=1)], axis=1)[keep]
    c.lines(seg, 0.0045, colour, alpha=alpha)


def bunting(c: Canvas, points: npt.NDArray[np.floating], inks: list[Colour], t_s: float, *, lit: bool = False) -> None:
    """Hang lamps (lit) or small flags along a polyline [N, 2]."""
    c.line(points, 0.004, darker(inks[0], 0.7))
    for k, (x, y) in enumerate(np.asarray(points).tolist()):
        ink = inks[k % len(inks)]
        if lit:
            c.glow(x, y + 0.012, 0.05, ink, 0.65 + 0.3 * math.sin(t_s * 2 + k))
            c.circle(x, y + 0.012, 0.011, lighter(ink, 0.5))
        else:
            s = 0.004 * math.sin(t_s * 4 + k)
            c.poly([(x - 0.02, y), (x + 0.02, y), (x + s, y + 0.045)], ink)
