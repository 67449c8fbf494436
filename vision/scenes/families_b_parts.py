"""Shapes shared by the city, travel, food, animal and sport families: people, quadrupeds, birds, buildings.

A shape is a list of closed outlines, each float64 [N, 2] in the caller's units, x to the right and y down; the canvas
fills their union with one colour (`Canvas.polys`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .canvas import Canvas
from .palette import Colour, darker

# Points and titles read as pictures and lists, several to a line.
# fmt: off

Point = tuple[float, float]
Shape = list[np.ndarray]
_ARC = np.linspace(-1, 1, 8)


def place(shape: Shape, x: float, y: float, size: float = 1.0, *, flip: bool = False, angle_rad: float = 0.0) -> Shape:
    """Scale, mirror, turn and then move a shape whose own origin is (0, 0)."""
    cos, sin = math.cos(angle_rad), math.sin(angle_rad)
    turn = np.array([[cos, sin], [-sin, cos]])
    mirror = np.array([-size if flip else size, size])
    return [(outline * mirror) @ turn + (x, y) for outline in shape]


def ellipse(x: float, y: float, rx: float, ry: float, angle_rad: float = 0.0, *, num_points: int = 28) -> Shape:
    """Outline an ellipse around (x, y)."""
    t = np.linspace(0, 2 * math.pi, num_points, endpoint=False)
    outline = np.stack([rx * np.cos(t), ry * np.sin(t)], axis=1)
    return place([outline], x, y, angle_rad=angle_rad)


def sector(x: float, y: float, rx: float, ry: float, start_rad: float, end_rad: float, *,
    num_points: int = 20) -> Shape:
    """Outline the pie slice of an ellipse between two angles (0 = right, growing clockwise on screen)."""
    t = np.linspace(start_rad, end_rad, num_points)
    arc = np.stack([x + rx * np.cos(t), y + ry * np.sin(t)], axis=1)
    return [np.concatenate([arc, [[x, y]]])]


def rect(x0: float, y0: float, x1: float, y1: float) -> Shape:
    """Outline an axis-parallel rectangle."""
    return [np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=float)]


def poly(*points: Point) -> Shape:
    """Outline a polygon through the points in order."""
    return [np.array(points, dtype=float)]


def blob(*points: Point, per_edge: int = 8) -> Shape:
    """Outline a closed smooth curve (Catmull-Rom) through the points in order."""
    return [_catmull_rom(np.array(points, dtype=float), closed=True, per_edge=per_edge)]


def limb(points: Sequence[Point], radii: Sequence[float], *, smooth: bool = False) -> Shape:
    """Outline a tapering limb: discs of the given radii at the points, hulled pair by pair; `smooth` bends it first."""
    spine, width = np.array(points, dtype=float), np.array(radii, dtype=float)
    if smooth and len(spine) > 2:
        stations = np.arange(len(spine))
        spine = _catmull_rom(spine, closed=False, per_edge=5)
        width = np.interp(np.linspace(0, len(stations) - 1, len(spine)), stations, width)
    return list(_hulls_of_discs(spine[:-1], spine[1:], width[:-1], width[1:]))


def _hulls_of_discs(a: np.ndarray, b: np.ndarray, ra: np.ndarray, rb: np.ndarray) -> np.ndarray:
    """Outline the convex hulls [N, 16, 2] of disc pairs at a and b [N, 2]; a disc inside the other is the other alone."""
    step = b - a
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
    heading = np.arctan2(step[:, 1], step[:, 0])[:, None]
    spread = np.arccos(np.clip((ra - rb) / length, -1.0, 1.0))[:, None]
    angles = np.concatenate([heading + spread * _ARC, heading + math.pi + (math.pi - spread) * _ARC], axis=1)
    outline = np.stack([np.cos(angles), np.sin(angles)], axis=2)
    num = len(_ARC)
    outline[:, :num] = outline[:, :num] * rb[:, None, None] + b[:, None, :]
    outline[:, num:] = outline[:, num:] * ra[:, None, None] + a[:, None, :]
    return outline


def _catmull_rom(points: np.ndarray, *, closed: bool, per_edge: int) -> np.ndarray:
    """Interpolate a Catmull-Rom curve through points [N, 2]."""
    padded = np.concatenate([points[-1:], points, points[:2]]) if closed else None
    if padded is None:
        padded = np.concatenate([points[:1], points, points[-1:]])
    p0, p1, p2, p3 = (padded[i : len(padded) - 3 + i, None, :] for i in range(4))
    t = np.linspace(0, 1, per_edge, endpoint=False)[None, :, None]
    curve = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    flat = curve.reshape(-1, 2)
    return flat if closed else np.concatenate([flat, points[-1:]])


@dataclass(frozen=True)
class Pose:
    """Joint angles of a person who faces right, in degrees from hanging straight down, positive forward (to the right).

    `lean` is the torso's tilt from upright, positive forward. Pairs are (near side, far side). Elbows add to the
    shoulder's angle; knees are subtracted from the hip's, so a bent knee is positive.
    """

    lean: float = 0.0
    shoulders: tuple[float, float] = (10.0, -10.0)
    elbows: tuple[float, float] = (15.0, 15.0)
    hips: tuple[float, float] = (6.0, -6.0)
    knees: tuple[float, float] = (5.0, 5.0)
    nod: float = 0.0

    def mixed(self, other: Pose, share: float) -> Pose:
        """Blend into another pose, share 0..1."""

        def mix(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
            return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)

        return Pose(
            lean=self.lean + (other.lean - self.lean) * share,
            shoulders=mix(self.shoulders, other.shoulders),
            elbows=mix(self.elbows, other.elbows),
            hips=mix(self.hips, other.hips),
            knees=mix(self.knees, other.knees),
            nod=self.nod + (other.nod - self.nod) * share,
        )


@dataclass(frozen=True)
class Person:
    """A posed person, part by part, far limbs first in drawing order; `hands` and `feet` are (near, far) points."""

    far_arm: Shape
    far_leg: Shape
    far_foot: Shape
    leg: Shape
    shorts: Shape
    foot: Shape
    torso: Shape
    neck: Shape
    head: Shape
    hair: Shape
    arm: Shape
    sleeve: Shape
    hands: tuple[Point, Point]
    feet: tuple[Point, Point]
    head_at: Point


def run_pose(phase_rad: float, *, effort: float = 1.0) -> Pose:
    """Pose one instant of a running stride; effort 0.5 jogs, 1 runs, 1.3 sprints."""
    swing, s2 = math.sin(phase_rad), math.sin(phase_rad + math.pi)
    lift = 0.5 + 0.5 * math.cos(phase_rad)
    lift2 = 0.5 + 0.5 * math.cos(phase_rad + math.pi)
    return Pose(
        lean=9 * effort,
        shoulders=(-42 * effort * swing, -42 * effort * s2),
        elbows=(78, 78),
        hips=(12 + 42 * effort * swing, 12 + 42 * effort * s2),
        knees=(18 + 88 * effort * lift * (1 - 0.3 * max(swing, 0)), 18 + 88 * effort * lift2 * (1 - 0.3 * max(s2, 0))),
    )


def walk_pose(phase_rad: float) -> Pose:
    """Pose one instant of a walking stride."""
    swing = math.sin(phase_rad)
    lift, lift2 = max(math.cos(phase_rad), 0), max(-math.cos(phase_rad), 0)
    return Pose(
        lean=3,
        shoulders=(-22 * swing, 22 * swing),
        elbows=(18, 18),
        hips=(22 * swing, -22 * swing),
        knees=(6 + 38 * lift, 6 + 38 * lift2),
    )


def _reach(start: Point, length: float, angle_deg: float) -> Point:
    """Step from a joint along a direction measured from straight down, positive to the right."""
    angle = math.radians(angle_deg)
    return (start[0] + length * math.sin(angle), start[1] + length * math.cos(angle))


def person(pose: Pose, *, hip: Point, height: float, flip: bool = False, skirt: bool = False) -> Person:
    """Build a person of `height` whose hip joint is at `hip`; `flip` faces left."""
    h = height
    neck_at = _reach((0, 0), 0.30 * h, 180 - pose.lean)
    shoulder = _reach((0, 0), 0.265 * h, 180 - pose.lean)
    head_at = _reach(neck_at, 0.095 * h, 180 - pose.lean - pose.nod)
    legs, arms = [], []
    for side in (0, 1):
        knee = _reach((0, 0), 0.245 * h, pose.hips[side])
        ankle = _reach(knee, 0.235 * h, pose.hips[side] - pose.knees[side])
        toe = _reach(ankle, 0.075 * h, pose.hips[side] - pose.knees[side] + 78)
        legs.append((knee, ankle, toe))
        elbow = _reach(shoulder, 0.15 * h, pose.shoulders[side])
        hand = _reach(elbow, 0.15 * h, pose.shoulders[side] + pose.elbows[side])
        arms.append((elbow, hand))
    thigh, shin, arm_r = 0.052 * h, 0.03 * h, 0.024 * h

    def at(shape: Shape) -> Shape:
        return place(shape, hip[0], hip[1], flip=flip)

    def point(p: Point) -> Point:
        return (hip[0] + (-p[0] if flip else p[0]), hip[1] + p[1])

    def leg_shape(side: int) -> Shape:
        knee, ankle, _ = legs[side]
        return limb([(0, 0), knee, ankle], [thigh, 0.038 * h, shin * 0.8])

    def half(a: Point, b: Point, t: float) -> Point:
        return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)

    knees = [half((0, 0), legs[side][0], 0.62) for side in (0, 1)]
    cover = limb([(0, 0), knees[0]], [thigh * 1.12, thigh * 1.02]) + limb([(0, 0), knees[1]],
        [thigh * 1.12, thigh * 1.02])
    if skirt:
        cover += [np.array([(-0.04 * h, -0.03 * h), (0.05 * h, -0.03 * h), knees[0], knees[1]], dtype=float)]
    sleeve_end = half(shoulder, arms[0][0], 0.6)
    return Person(
        far_arm=at(limb([shoulder, *arms[1]], [arm_r * 1.15, arm_r, arm_r * 0.85])),
        far_leg=at(leg_shape(1)),
        far_foot=at(limb([legs[1][1], legs[1][2]], [shin * 0.85, shin * 0.6])),
        leg=at(leg_shape(0)),
        shorts=at(cover),
        foot=at(limb([legs[0][1], legs[0][2]], [shin * 0.85, shin * 0.6])),
        torso=at(limb([(0, 0), half((0, 0), shoulder, 0.55), shoulder], [0.058 * h, 0.058 * h, 0.062 * h])),
        neck=at(limb([shoulder, head_at], [0.03 * h, 0.028 * h])),
        head=at(ellipse(*head_at, 0.056 * h, 0.066 * h)),
        hair=at(sector(head_at[0] - 0.006 * h, head_at[1] - 0.01 * h, 0.06 * h, 0.066 * h, math.pi * 0.75,
        math.pi * 1.92)),
        arm=at(limb([shoulder, *arms[0]], [arm_r * 1.15, arm_r, arm_r * 0.85])),
        sleeve=at(limb([shoulder, sleeve_end], [arm_r * 1.5, arm_r * 1.4])),
        hands=(point(arms[0][1]), point(arms[1][1])),
        feet=(point(legs[0][1]), point(legs[1][1])),
        head_at=point(head_at),
    )


def turned_person(who: Person, x: float, y: float, *, angle_rad: float) -> Person:
    """Turn a person built around (0, 0) clockwise and move it to (x, y); its points (hands, feet, head) stay behind."""
    moved = {key: place(part, x, y, angle_rad=angle_rad) for key, part in vars(who).items() if isinstance(part, list)}
    return replace(who, **moved)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Clothes:
    """Colour a person part by part; `skirt` false shows the legs' skin below the shorts."""

    skin: Colour
    hair: Colour
    shirt: Colour
    shorts: Colour
    shoes: Colour
    legs: Colour | None = None
    sleeves: Colour | None = None


def draw_person(c: Canvas, who: Person, wear: Clothes, *, shade: float = 0.22) -> None:
    """Paint a person, far limbs first and darker."""
    legs, arms = wear.legs or wear.skin, wear.sleeves or wear.skin
    c.polys(who.far_arm, darker(arms, shade))
    c.polys(who.far_leg, darker(legs, shade))
    c.polys(who.far_foot, darker(wear.shoes, shade))
    c.polys(who.leg, legs)
    c.polys(who.foot, wear.shoes)
    c.polys(who.shorts, wear.shorts)
    c.polys(who.neck, darker(wear.skin, 0.1))
    c.polys(who.torso, wear.shirt)
    c.polys(who.head, wear.skin)
    c.polys(who.hair, wear.hair)
    c.polys(who.arm, arms)
    c.polys(who.sleeve, darker(wear.shirt, 0.12))


_JAMO: dict[str, list[list[Point]]] = {
    "ㄱ": [[(0, 0), (1, 0), (0.9, 1)]],
    "ㄴ": [[(0, 0), (0, 1), (1, 1)]],
    "ㄷ": [[(1, 0), (0, 0), (0, 1), (1, 1)]],
    "ㄹ": [[(0, 0), (1, 0), (1, 0.5), (0, 0.5), (0, 1), (1, 1)]],
    "ㅁ": [[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]],
    "ㅂ": [[(0, 0), (0, 1), (1, 1), (1, 0)], [(0, 0.5), (1, 0.5)]],
    "ㅅ": [[(0.5, 0), (0.4, 0.5), (0, 1)], [(0.45, 0.4), (1, 1)]],
    "ㅇ": [[(0.5 + 0.5 * math.cos(a * 0.5236), 0.5 + 0.5 * math.sin(a * 0.5236)) for a in range(13)]],
    "ㅈ": [[(0, 0), (1, 0)], [(0.5, 0), (0.4, 0.5), (0, 1)], [(0.45, 0.4), (1, 1)]],
    "ㅊ": [[(0.5, -0.2), (0.5, 0)], [(0, 0.1), (1, 0.1)], [(0.5, 0.1), (0.4, 0.5), (0, 1)], [(0.45, 0.45), (1, 1)]],
    "ㅋ": [[(0, 0), (1, 0), (0.9, 1)], [(0, 0.5), (0.9, 0.5)]],
    "ㅍ": [[(0, 0), (1, 0)], [(0.3, 0), (0.3, 1)], [(0.7, 0), (0.7, 1)], [(0, 1), (1, 1)]],
    "ㅎ": [[(0.5, -0.15), (0.5, 0.05)], [(0, 0.15), (1, 0.15)],
          [(0.5 + 0.4 * math.cos(a * 0.7854), 0.65 + 0.35 * math.sin(a * 0.7854)) for a in range(9)]],
    "ㅏ": [[(0, 0), (0, 1)], [(0, 0.5), (1, 0.5)]],
    "ㅓ": [[(1, 0), (1, 1)], [(0, 0.5), (1, 0.5)]],
    "ㅕ": [[(1, 0), (1, 1)], [(0, 0.35), (1, 0.35)], [(0, 0.65), (1, 0.65)]],
    "ㅗ": [[(0, 1), (1, 1)], [(0.5, 0), (0.5, 1)]],
    "ㅜ": [[(0, 0), (1, 0)], [(0.5, 0), (0.5, 1)]],
    "ㅣ": [[(0.5, 0), (0.5, 1)]],
}
_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"


def hangul(text: str, x: float, y: float, size: float, *, down: bool = False) -> list[np.ndarray]:
    """Trace Korean syllables as open lines, the first one's top left at (x, y); only the letters of our signs are known."""
    lines = []
    for index, syllable in enumerate(text):
        code = ord(syllable) - 0xAC00
        lead, vowel, tail = _LEADS[code // 588], _VOWELS[code % 588 // 28], _TAILS[code % 28]
        ox, oy = (x, y + index * size * 1.2) if down else (x + index * size * 1.15, y)
        high = 0.58 if tail != " " else 1.0
        if vowel in "ㅗㅜ":
            boxes = [(lead, 0.2, 0.0, 0.6, high * 0.5), (vowel, 0.0, high * 0.62, 1.0, high * 0.36)]
        else:
            boxes = [(lead, 0.0, 0.05, 0.52, high * 0.9 - 0.05), (vowel, 0.68, 0.0, 0.26, high)]
        if tail != " ":
            boxes.append((tail, 0.2, 0.72, 0.62, 0.28))
        for jamo, bx, by, bw, bh in boxes:
            lines += [np.array(stroke) * (bw * size, bh * size) + (ox + bx * size, oy + by * size)
                for stroke in _JAMO[jamo]]
    return lines
