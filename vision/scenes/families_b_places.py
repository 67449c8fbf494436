"""Landmarks and buildings as shapes: base middle at (0, 0), y up is negative, sizes in the units each docstring names.

Place them with `families_b_parts.place`. Each is a silhouette; the families add light, windows and colour.
"""

from __future__ import annotations

import math

import numpy as np

from .families_b_parts import Shape, blob, ellipse, limb, poly, rect, sector

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def seoul_tower() -> Shape:
    """Outline N Seoul Tower, 1 unit high: flared foot, slender shaft, two-storey pod, red and white mast."""
    foot = poly((-0.075, 0), (-0.05, -0.10), (0.05, -0.10), (0.075, 0))
    shaft = poly((-0.030, -0.08), (-0.019, -0.56), (0.019, -0.56), (0.030, -0.08))
    pod = poly((-0.022, -0.52), (-0.072, -0.565), (-0.072, -0.60), (-0.055, -0.61), (-0.055, -0.645), (-0.075, -0.65),
               (-0.062, -0.69), (0.062, -0.69), (0.075, -0.65), (0.055, -0.645), (0.055, -0.61), (0.072, -0.60),
               (0.072, -0.565),
               (0.022, -0.52))
    mast = poly((-0.024, -0.68), (-0.016, -0.78), (-0.009, -0.80), (-0.005, -1.0), (0.005, -1.0), (0.009, -0.80),
        (0.016, -0.78),
                (0.024, -0.68))
    return foot + shaft + pod + mast


def giwa_roof(*, rise: float = 0.34, tip: float = 0.10, ridge: float = 0.62) -> Shape:
    """Outline a Korean tiled roof 2 units wide: concave slopes, upturned eave tips, ridge with raised ends."""
    s = np.linspace(0, 1, 14)
    right_slope = [(ridge + (1 - ridge) * t, -rise + (rise - tip) * (1 - (1 - t) ** 1.9) + 0.0) for t in s]
    eave_t = np.linspace(1, -1, 25)
    eave = [(t, -tip * abs(t) ** 3.2 + 0.05 - 0.005 * abs(t)) for t in eave_t]
    left_slope = [(-x, y) for x, y in reversed(right_slope)]
    crest_t = np.linspace(-1, 1, 15)
    crest = [(ridge * t, -rise - 0.025 - 0.045 * abs(t) ** 3) for t in crest_t]
    return [np.array([*crest, *right_slope, *eave, *left_slope], dtype=float)]


def giwa_ridge(*, rise: float = 0.34, ridge: float = 0.62) -> Shape:
    """Outline the pale ridge band of `giwa_roof`."""
    t = np.linspace(-1, 1, 15)
    top = [(ridge * u * 1.02, -rise - 0.03 - 0.06 * abs(u) ** 3) for u in t]
    bottom = [(ridge * u, -rise + 0.015 - 0.03 * abs(u) ** 3) for u in reversed(t)]
    return [np.array(top + bottom, dtype=float)]


def giwa_tiles(*, rise: float = 0.34, tip: float = 0.10, ridge: float = 0.62, num: int = 15) -> list[np.ndarray]:
    """Trace the tile rows of `giwa_roof` as open lines from ridge to eave."""
    lines = []
    for k in range(1, num):
        u = -1 + 2 * k / num
        end_y = -tip * abs(u) ** 3.2 + 0.045
        t = np.linspace(0, 1, 6)
        xs = u * ridge + (u - u * ridge) * t
        ys = -rise - 0.02 + (end_y + rise + 0.02) * (1 - (1 - t) ** 1.5)
        lines.append(np.stack([xs, ys], axis=1))
    return lines


def eiffel() -> Shape:
    """Outline the Eiffel tower, 1 unit high, with its arch and the gaps between its legs left open."""
    def half_width(h: float) -> float:
        return 0.018 + 0.19 * (1 - h) ** 3.1

    levels = np.linspace(0.28, 0.93, 16)
    left = [(-half_width(h), -h) for h in levels]
    upper = np.array(left + [(-x, y) for x, y in reversed(left)], dtype=float)
    legs: Shape = []
    for side in (-1, 1):
        outer = [(side * half_width(h), -h) for h in np.linspace(0, 0.29, 8)]
        inner = [(side * max(half_width(h) - 0.075 - 0.03 * (0.3 - h), 0.0), -h) for h in np.linspace(0.29, 0, 8)]
        legs.append(np.array(outer + inner, dtype=float))
    t = np.linspace(math.pi, 2 * math.pi, 20)
    arch_out = np.stack([0.118 * np.cos(t), -0.045 + 0.118 * np.sin(t)], axis=1)
    arch_in = np.stack([0.098 * np.cos(t), -0.045 + 0.096 * np.sin(t)], axis=1)[::-1]
    decks = rect(-0.115, -0.20, 0.115, -0.175) + rect(-0.068, -0.40, 0.068, -0.375) + rect(-0.026, -0.935, 0.026,
        -0.915)
    spire = poly((-0.018, -0.93), (-0.006, -0.96), (0, -1.03), (0.006, -0.96), (0.018, -0.93))
    return [upper, *legs, np.concatenate([arch_out, arch_in]), *decks, *spire]


def torii() -> Shape:
    """Outline a torii gate, 1 unit high and 1.1 wide, with its swept lintel."""
    t = np.linspace(-1, 1, 21)
    top = [(0.60 * u, -0.985 - 0.07 * abs(u) ** 2.5) for u in t]
    under = [(0.57 * u, -0.885 - 0.05 * abs(u) ** 2.5) for u in reversed(t)]
    posts = poly((-0.43, 0), (-0.375, -0.9), (-0.305, -0.9), (-0.345, 0)) + poly((0.43, 0), (0.375, -0.9),
        (0.305, -0.9), (0.345, 0))
    return [np.array(top + under, dtype=float), *posts, *rect(-0.49, -0.74, 0.49, -0.665),
        *rect(-0.05, -0.9, 0.05, -0.7)]


def fuji(*, snow: bool) -> Shape:
    """Outline Mount Fuji 2 units wide and 0.62 high; `snow` gives only its cap."""
    t = np.linspace(0, 1, 16)
    side = [(0.11 + 0.89 * u, -0.62 + 0.62 * u**0.72) for u in t]
    if not snow:
        return [np.array([(-x, y) for x, y in reversed(side)] + side, dtype=float)]
    cap = [(x, y) for x, y in side if y < -0.36]
    edge = cap[-1][0]
    teeth = [(edge * (1 - 2 * k / 10), cap[-1][1] + (0.075 if k % 2 else -0.05) + 0.02 * math.sin(k * 2.1))
        for k in range(1, 10)]
    return [np.array([(-x, y) for x, y in reversed(cap)] + cap + teeth, dtype=float)]


def acacia() -> Shape:
    """Outline an umbrella acacia, 1 unit high and about 1.5 wide."""
    stem = limb([(0, 0), (0.02, -0.3), (-0.03, -0.55)], [0.045, 0.03, 0.025], smooth=True)
    for x, y in ((-0.45, -0.82), (-0.2, -0.85), (0.1, -0.85), (0.42, -0.80)):
        stem += limb([(-0.01, -0.45), (x * 0.5, -0.68), (x, y)], [0.024, 0.018, 0.012], smooth=True)
    crown = ellipse(-0.36, -0.85, 0.38, 0.075) + ellipse(0.3, -0.83, 0.42, 0.07) + ellipse(-0.05, -0.92, 0.5, 0.085)
    return stem + crown


def conifer() -> Shape:
    """Outline a fir, 1 unit high."""
    shape = rect(-0.025, -0.14, 0.025, 0)
    for k, (y, w) in enumerate(((-0.10, 0.25), (-0.30, 0.21), (-0.50, 0.165), (-0.68, 0.12))):
        shape += poly((-w, y + 0.02), (-w * 0.4, y - 0.10), (0, y - 0.34 + 0.01 * k), (w * 0.4, y - 0.10),
            (w, y + 0.02))
    return shape


def balloon() -> tuple[Shape, Shape, Shape]:
    """Outline (envelope, middle gore, basket with ropes) of a hot-air balloon 1 unit high."""
    envelope = blob((0, -1.0), (0.30, -0.88), (0.38, -0.64), (0.22, -0.38), (0.07, -0.25), (-0.07, -0.25),
        (-0.22, -0.38),
                    (-0.38, -0.64), (-0.30, -0.88))
    basket = poly((-0.06, -0.10), (0.06, -0.10), (0.05, 0), (-0.05, 0))
    basket += limb([(-0.06, -0.26), (-0.055, -0.1)], [0.004, 0.004]) + limb([(0.06, -0.26), (0.055, -0.1)],
        [0.004, 0.004])
    gore = blob((0, -1.0), (0.10, -0.86), (0.13, -0.64), (0.08, -0.40), (0.025, -0.25), (-0.025, -0.25), (-0.08, -0.40),
        (-0.13, -0.64),
                (-0.10, -0.86))
    return envelope, gore, basket


def dome_church() -> Shape:
    """Outline a white island chapel with a dome, 1 unit high and 1 wide; the dome is the last outline."""
    walls = rect(-0.42, -0.46, 0.42, 0) + rect(-0.30, -0.58, 0.30, -0.4)
    return walls + sector(0, -0.57, 0.27, 0.30, math.pi, 2 * math.pi)


def lantern() -> tuple[Shape, Shape]:
    """Outline (paper body, caps) of a hanging lantern 1 unit high, its hook at (0, 0), hanging down."""
    caps = rect(-0.16, 0.10, 0.16, 0.18) + rect(-0.14, 0.74, 0.14, 0.81) + rect(-0.01, 0, 0.01, 0.12) + rect(-0.012,
        0.8, 0.012, 1.0)
    return ellipse(0, 0.46, 0.34, 0.31), caps
