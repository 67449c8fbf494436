"""Animals shared by the travel and animal families: quadrupeds in gait, birds on the wing, fish that bend.

Shapes as in `families_b_parts`: lists of outlines in the caller's units, x to the right and y down, facing right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .canvas import Canvas
from .families_b_parts import Point, Shape, blob, ellipse, limb, place, poly
from .palette import Colour, darker

# Points and titles read as pictures and lists, several to a line.
# fmt: off


@dataclass(frozen=True)
class Build:
    """Proportions of a quadruped as shares of its body length (hip to shoulder); angles in degrees above horizontal."""

    chest: float = 0.29
    loin: float = 0.25
    leg: float = 0.95
    leg_r: float = 0.075
    hoof_r: float = 0.045
    neck: float = 0.52
    neck_deg: float = 45.0
    neck_r: float = 0.16
    head: float = 0.36
    head_deg: float = -25.0
    head_r: float = 0.10
    muzzle_r: float = 0.055
    ear: float = 0.12
    ear_deg: float = 110.0
    tail: tuple[tuple[float, float], ...] = ((-0.18, 0.02), (-0.28, 0.22), (-0.27, 0.42))
    tail_r: tuple[float, ...] = (0.035, 0.025, 0.03, 0.035)
    rump: float = 0.0


HORSE = Build()
DOG = Build(
    chest=0.26, loin=0.18, leg=0.72, leg_r=0.075, hoof_r=0.045, neck=0.30, neck_deg=48, neck_r=0.13, head=0.27,
    head_deg=-12,
    head_r=0.135, muzzle_r=0.07, ear=0.20, ear_deg=215, tail=((-0.16, -0.10), (-0.30, -0.26), (-0.34, -0.44)),
    tail_r=(0.055, 0.06, 0.05, 0.025),
)
FOX = Build(
    chest=0.21, loin=0.17, leg=0.56, leg_r=0.055, hoof_r=0.035, neck=0.24, neck_deg=38, neck_r=0.13, head=0.28,
    head_deg=-18,
    head_r=0.13, muzzle_r=0.03, ear=0.20, ear_deg=100, tail=((-0.16, 0.05), (-0.42, 0.14), (-0.70, 0.06)),
    tail_r=(0.05, 0.11, 0.13, 0.02),
)
GIRAFFE = Build(
    chest=0.30, loin=0.20, leg=1.15, leg_r=0.075, hoof_r=0.045, neck=1.35, neck_deg=62, neck_r=0.10, head=0.30,
    head_deg=-22,
    head_r=0.085, muzzle_r=0.055, ear=0.13, ear_deg=150, tail=((-0.10, 0.10), (-0.14, 0.36), (-0.12, 0.56)),
    tail_r=(0.02, 0.016, 0.016, 0.035), rump=0.10,
)
CAMEL = Build(
    chest=0.27, loin=0.20, leg=0.86, leg_r=0.07, hoof_r=0.05, neck=0.62, neck_deg=52, neck_r=0.10, head=0.27,
    head_deg=-8,
    head_r=0.085, muzzle_r=0.065, ear=0.08, ear_deg=120, tail=((-0.10, 0.10), (-0.14, 0.26), (-0.13, 0.36)),
    tail_r=(0.025, 0.02, 0.02, 0.03),
)
ELEPHANT = Build(
    chest=0.43, loin=0.40, leg=0.78, leg_r=0.125, hoof_r=0.105, neck=0.30, neck_deg=18, neck_r=0.28, head=0.16,
    head_deg=-30,
    head_r=0.25, muzzle_r=0.17, ear=0.0, tail=((-0.22, 0.18), (-0.28, 0.38), (-0.27, 0.46)),
    tail_r=(0.04, 0.02, 0.018, 0.035),
)


@dataclass(frozen=True)
class Beast:
    """A quadruped in one instant of its gait; `poll` is where neck meets head, `nose` its far end, both in caller units."""

    far_legs: Shape
    legs: Shape
    tail: Shape
    body: Shape
    neck: Shape
    head: Shape
    ear: Shape
    poll: Point
    nose: Point
    withers: Point
    hip: Point


def _leg(root: Point, length: float, build: Build, swing_deg: float, lift: float, *, fore: bool) -> Shape:
    """Outline one leg: upper and lower half, folded by lift 0..1 (fore legs fold back, hind legs forward at the hock)."""
    upper = math.radians(swing_deg)
    knee = (root[0] + 0.5 * length * math.sin(upper), root[1] + 0.5 * length * math.cos(upper))
    bend = -75 * lift - 4 if fore else -80 * lift - 10
    lower = math.radians(swing_deg * (0.9 if fore else 0.8) + bend + (0 if fore else 8))
    hoof = (knee[0] + 0.5 * length * math.sin(lower), knee[1] + 0.5 * length * math.cos(lower))
    toe = (hoof[0] + build.hoof_r * 1.1, hoof[1] + build.hoof_r * 0.2)
    thick = build.leg_r * (1.5 if not fore else 1.15)
    return limb([root, knee, hoof], [thick, build.leg_r * 0.8, build.hoof_r]) + limb([hoof, toe], [build.hoof_r] * 2)


def _gait(phase_rad: float, offset: float, stride_deg: float) -> tuple[float, float]:
    """Swing (degrees) and lift (0..1) of a leg: it lifts while it swings forward."""
    at = phase_rad + offset
    return stride_deg * math.sin(at), max(0.0, math.cos(at)) ** 1.5


def quadruped(
    build: Build,
    *,
    feet: Point,
    length: float,
    phase_rad: float = 0.0,
    stride_deg: float = 0.0,
    gallop: bool = False,
    flip: bool = False,
    nod_deg: float = 0.0,
    wag: float = 0.0,
    fold: float = 1.0,
) -> Beast:
    """Build an animal whose feet stand at `feet` (the middle between them); stride 0 stands, 20 walks, 45 gallops."""
    offsets = (0.0, 0.6, 3.6, 4.2) if gallop else (0.0, math.pi, math.pi * 0.5, math.pi * 1.5)
    rise = 0.10 * math.sin(phase_rad + 0.5) * (stride_deg / 45 if gallop else 0.0)
    back_y = -build.leg - 0.02 - rise
    tilt = 0.05 * math.cos(phase_rad) * (1.0 if gallop and stride_deg else 0.0)
    hip, withers = (-0.5, back_y + tilt + build.rump), (0.5, back_y - tilt)
    parts: list[Shape] = []
    for index, root in enumerate((hip, hip, withers, withers)):
        swing, lift = _gait(phase_rad, offsets[index], stride_deg)
        side = 0.04 if index % 2 else -0.04
        lift *= fold * min(1.0, stride_deg / 30)
        parts.append(_leg((root[0] + side, root[1] + 0.04), build.leg, build, swing, lift, fore=index > 1))
    neck_rad = math.radians(build.neck_deg + nod_deg)
    base = (withers[0] + 0.06, withers[1] - build.chest * 0.25)
    poll = (base[0] + build.neck * math.cos(neck_rad), base[1] - build.neck * math.sin(neck_rad))
    head_rad = math.radians(build.head_deg + nod_deg * 0.5)
    nose = (poll[0] + build.head * math.cos(head_rad), poll[1] - build.head * math.sin(head_rad))
    ear_rad = math.radians(build.ear_deg + nod_deg * 0.5)
    ear_root = (poll[0], poll[1] - build.head_r * 0.5)
    ear_tip = (ear_root[0] + build.ear * math.cos(ear_rad), ear_root[1] - build.ear * math.sin(ear_rad))
    rear = (hip[0] - build.loin * 0.7, hip[1] - build.loin * 0.35)
    tail = [rear] + [(rear[0] + x, rear[1] + y - wag * (0.12 * k + 0.05)) for k, (x, y) in enumerate(build.tail)]
    middle = (0.0, (hip[1] + withers[1]) / 2 + 0.01)

    def at(shape: Shape) -> Shape:
        return place(shape, feet[0], feet[1], length, flip=flip)

    def point(p: Point) -> Point:
        return (feet[0] + (-p[0] if flip else p[0]) * length, feet[1] + p[1] * length)

    return Beast(
        far_legs=at(parts[1] + parts[3]),
        legs=at(parts[0] + parts[2]),
        tail=at(limb(tail, build.tail_r, smooth=True)),
        body=at(limb([hip, middle, withers], [build.loin, (build.loin + build.chest) * 0.5, build.chest], smooth=True)),
        neck=at(limb([base, poll], [build.neck_r * 1.35, build.neck_r * 0.72])),
        head=at(limb([poll, nose], [build.head_r, build.muzzle_r])),
        ear=at(limb([ear_root, ear_tip], [build.head_r * 0.42, 0.012])) if build.ear else [],
        poll=point(poll),
        nose=point(nose),
        withers=point(withers),
        hip=point(hip),
    )


def trunk(beast: Beast, *, length: float, curl: float, flip: bool = False) -> Shape:
    """Outline an elephant's trunk from its nose; curl -1 hangs inward, 0 straight down, 1 lifts forward."""
    x, y = beast.nose
    side = -1 if flip else 1
    spine, heading = [(x, y)], math.radians(75 - 10 * curl)
    for _ in range(6):
        x += 0.11 * length * math.cos(heading) * side
        y += 0.11 * length * math.sin(heading)
        heading -= math.radians(26 * curl)
        spine.append((x, y))
    return limb(spine, [length * r for r in (0.16, 0.12, 0.095, 0.08, 0.068, 0.058, 0.05)])


def flying_bird(*, x: float, y: float, size: float, flap: float, flip: bool = False) -> Shape:
    """Outline a gull-like bird seen from the side, wings beating; flap -1 (down) .. 1 (up)."""
    tip = -0.55 * flap
    far = poly((0.06, -0.02), (0.02, -0.34 * flap - 0.03), (-0.20, tip), (-0.10, 0.0))
    near = poly((0.10, 0.0), (-0.02, -0.30 * flap - 0.02), (-0.36, tip * 0.95 + 0.04), (-0.12, 0.03))
    body = limb([(-0.26, 0.02), (0.05, 0.0), (0.20, -0.02)], [0.012, 0.062, 0.035]) + poly((0.2, -0.04), (0.29, -0.01),
        (0.2, 0.01))
    return place(body + near + far, x, y, size, flip=flip)


def distant_bird(*, x: float, y: float, size: float, flap: float) -> Shape:
    """Outline a far bird as two bent wings; flap -1..1."""
    rise = 0.32 * flap
    left = limb([(0, 0), (-0.28, -0.10 - rise), (-0.60, 0.02 - rise * 0.4)], [0.05, 0.04, 0.008], smooth=True)
    right = limb([(0, 0), (0.28, -0.10 - rise), (0.60, 0.02 - rise * 0.4)], [0.05, 0.04, 0.008], smooth=True)
    return place(left + right, x, y, size)


@dataclass(frozen=True)
class Fish:
    """A fish seen from above, bending as it swims; `spine` runs from nose to tail root."""

    body: Shape
    fins: Shape
    tail: Shape
    spine: tuple[Point, ...]
    widths: tuple[float, ...]


def swimming_fish(*, x: float, y: float, length: float, heading_rad: float, wave_rad: float,
    plump: float = 0.12) -> Fish:
    """Build a fish whose middle is at (x, y); wave is the phase of its tail beat."""
    stations = [0.5, 0.36, 0.18, 0.0, -0.18, -0.34, -0.46]
    widths = [0.03, 0.09, 0.125, 0.13, 0.095, 0.05, 0.028]
    spine = [(s, 0.10 * (0.55 - s) ** 2 * math.sin(wave_rad + s * 5.0)) for s in stations]
    widths = [w * plump / 0.12 for w in widths]
    end_x, end_y = spine[-1]
    swing = 0.16 * math.sin(wave_rad - 3.0)
    tail = blob((end_x + 0.03, end_y), (end_x - 0.10, end_y - 0.10 + swing), (end_x - 0.26, end_y - 0.13 + swing * 1.7),
                (end_x - 0.16, end_y + swing * 1.2), (end_x - 0.26, end_y + 0.13 + swing * 1.7),
                (end_x - 0.10, end_y + 0.10 + swing),
                per_edge=5)
    flick = 0.04 * math.sin(wave_rad + 1.0)
    fins = blob((0.26, -0.09), (0.15, -0.26 - flick), (0.05, -0.25 - flick), (0.14, -0.08), per_edge=5)
    fins += blob((0.26, 0.09), (0.15, 0.26 - flick), (0.05, 0.25 - flick), (0.14, 0.08), per_edge=5)
    cos, sin = math.cos(heading_rad), math.sin(heading_rad)
    turned = tuple((x + length * (px * cos - py * sin), y + length * (px * sin + py * cos)) for px, py in spine)
    scaled = tuple(w * length for w in widths)
    return Fish(
        body=limb(turned, scaled, smooth=True),
        fins=place(fins, x, y, length, angle_rad=heading_rad),
        tail=place(tail, x, y, length, angle_rad=heading_rad),
        spine=turned,
        widths=scaled,
    )


def butterfly(*, x: float, y: float, size: float, open_share: float, angle_rad: float = 0.0) -> tuple[Shape, Shape,
    Shape]:
    """Outline (fore wings, hind wings, body) of a butterfly seen from above; open 0.15 (closed) .. 1."""
    w = max(0.15, open_share)
    fore, hind = [], []
    for side in (-1, 1):
        s = side * w
        fore += blob((0.02 * s, -0.06), (0.30 * s, -0.42), (0.55 * s, -0.40), (0.52 * s, -0.14), (0.24 * s, 0.02))
        hind += blob((0.02 * s, 0.02), (0.36 * s, 0.02), (0.44 * s, 0.20), (0.28 * s, 0.42), (0.10 * s, 0.26))
    body = limb([(0, -0.2), (0, 0.0), (0, 0.26)], [0.035, 0.04, 0.018]) + ellipse(0, -0.24, 0.04, 0.04)
    return tuple(place(part, x, y, size, angle_rad=angle_rad) for part in (fore, hind, body))  # type: ignore[return-value]


def paint_beast(c: Canvas, animal: Beast, fur: Colour, shade: float = 0.22) -> None:
    """Paint a quadruped in one colour, its far legs darker."""
    c.polys(animal.far_legs, darker(fur, shade))
    c.polys(animal.tail, fur)
    c.polys(animal.legs, fur)
    c.polys(animal.body, fur)
    c.polys(animal.neck, fur)
    c.polys(animal.head, fur)
