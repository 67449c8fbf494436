"""Draw sport in the open: a skate bowl, a climbing wall, sunrise yoga."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .families_b_football import SKINS
from .families_b_parts import Clothes, Pose, draw_person, limb, person, turned_person
from .families_b_seoul import sky
from .families_b_sport import KIT
from .motion import Particles, pulse, ridge, smooth, under, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import glints, mist, palm, skyline
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off


def _skate_halfpipe_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, spec: SceneSpec, cx: float, cy: float,
    r: float, wood: Colour) -> None:
    """Paint what stands still behind the skate halfpipe. For layers."""
    sky(k, rng, p, x=0.5, y=0.62, r=0.10)
    skyline(k, rng, 1.3, mix(p.far, p.sky[2], 0.2), p, low=0.2, high=0.5, width=0.13, share=0.3)
    for x, h in ((0.16, 0.62), (0.86, 0.7), (0.95, 0.5)):
        palm(k, x, 1.36, h, p.near)
    a = np.linspace(math.pi * 0.93, math.pi * 0.07, 40)
    curve = np.stack([cx + r * np.cos(a), cy + r * np.sin(a)], axis=1)
    k.poly(np.concatenate([[(LEFT, curve[0, 1])], curve, [(RIGHT, curve[-1, 1]), (RIGHT, BOTTOM), (LEFT, BOTTOM)]]),
        wood)
    for n, step in enumerate((0.10, 0.20, 0.30)):
        k.line(np.add(curve, (0, step)), 0.004, darker(wood, 0.15 + 0.05 * n))
    k.line(curve, 0.014, lighter(wood, 0.4))
    for x in (curve[0, 0], curve[-1, 0]):
        k.circle(x, curve[0, 1], 0.018, lighter(p.far, 0.6))
    for n in range(14):
        k.poly([(LEFT + n * 0.1, BOTTOM), (LEFT + n * 0.1 + 0.05, 1.5), (LEFT + n * 0.1 + 0.055, 1.5),
            (LEFT + n * 0.1 + 0.012, BOTTOM)], darker(wood, 0.2))
    for n in range(4):
        x, y, s = rng.uniform(0.1, 0.9), rng.uniform(1.5, 1.65), rng.uniform(0.04, 0.08)
        k.circle(x, y, s, rgb(KIT[(n + spec.seed) % 6]))
        k.circle(x, y, s * 0.6, wood)


@family(
    name="skate_halfpipe", topic="sport", tags=("skateboarding", "skateboard", "skatepark", "sport", "ramp", "street"),
    palettes=("sunset", "golden", "day", "neon", "dusk", "tropical"), cameras=("static", "zoom_in", "sway", "zoom_out"),
    subjects=("a skateboarder rolling back and forth in a half-pipe",), events=("a kickflip", "a bird flies past"),
    titles=(
        "Back and forth until it feels easy", "Half-pipe therapy", "Four wheels and a bit of gravity",
        "Skatepark at the right hour", "Knees bent, eyes up",
        Title("Kickflip, first try (it was not)", event="a kickflip", tags=("trick",)),
        Title("Sunset session", palette="sunset"), Title("Neon ramp", palette="neon", tags=("neon",)),
        Title("Slow carves", pace="calm"), Title("Full send", pace="lively"),
        Title("Palm trees and plywood", palette="tropical"),
    ),
)
def skate_halfpipe(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Swing a skater through a half-pipe like a pendulum; the event spins the board under the feet."""
    p = spec.colours
    wood = mix(rgb(("#d9a56a", "#8fb0b8", "#c98f9f")[spec.seed % 3]), p.near, 0.4 if p.dark else 0.12)
    cx, cy, r = 0.5, 0.76, 0.62

    def paint_board(k: Canvas) -> None:
        for x in (-0.065, 0.065):
            k.circle(x, 0.020, 0.016, (246, 240, 228))
        k.polys(limb([(-0.115, -0.022), (-0.08, 0.0), (0.08, 0.0), (0.115, -0.022)], [0.010, 0.011, 0.011, 0.010]),
            rgb(KIT[(spec.seed + 1) % 6]))

    back, board = c.layer(lambda k: _skate_halfpipe_backdrop(k, rng=rng, p=p, spec=spec, cx=cx, cy=cy, r=r,
        wood=wood)), c.sprite(paint_board, 0.3, 0.14, detail=2.0)
    shirt = rgb(KIT[spec.seed % 6])
    wear = Clothes(rgb(SKINS[spec.seed % 5]), rgb("#20161a"), shirt, rgb("#2a3350"), rgb("#f3efe8"), rgb("#2a3350"))

    def draw(t_s: float) -> None:
        c.depth(0.7).stamp(back)
        c.depth(1.0)
        clock = t_s * (0.55 + 0.45 * spec.speed)
        swing = 0.84 * math.cos(clock * 2.0)
        facing = math.sin(clock * 2.0) > 0
        x, y = cx + (r - 0.035) * math.sin(swing), cy + (r - 0.035) * math.cos(swing)
        tilt = -swing
        crouch = abs(math.sin(clock * 2.0))
        pop = 0.0 if (u := spec.moment(t_s, "a kickflip")) is None else 4 * u * (1 - u)
        nx, ny = -math.sin(swing), -math.cos(swing)
        c.soft(x, y + 0.02, 0.12, 0.02, p.ink, 0.5)
        flip = 1.0 if u is None else math.cos(u * 4 * math.pi)
        c.stamp(board, x + nx * 0.13 * pop, y + ny * 0.13 * pop, angle_deg=math.degrees(tilt),
            scale=(1.15, 1.15 * (flip if abs(flip) > 0.12 else 0.12)))
        bend = 0.5 + 0.5 * crouch + 0.5 * pop
        pose = Pose(lean=22 * bend, shoulders=(70 + 30 * pop, -60 - 30 * pop), elbows=(14, 14),
            hips=(52 * bend, -10 - 14 * bend), knees=(64 * bend, 34 * bend))
        h = 0.46
        lift = 0.034 + (0.44 - 0.11 * bend) * h + 0.21 * pop
        parts = person(pose, hip=(0, 0), height=h, flip=facing)
        hip = (x + nx * lift, y + ny * lift)
        draw_person(c, turned_person(parts, *hip, angle_rad=tilt), wear)

    return draw


def _climbing_wall_backdrop(k: Canvas, *, rng: np.random.Generator, wall: Colour) -> None:
    """Paint what stands still behind the climbing wall. For layers."""
    k.fill(wall)
    for _ in range(9):
        x, y = rng.uniform(LEFT, RIGHT), rng.uniform(TOP, BOTTOM)
        k.poly([(x, y), (x + rng.uniform(0.3, 0.8), y + rng.uniform(-0.3, 0.3)),
            (x + rng.uniform(-0.2, 0.3), y + rng.uniform(0.4, 0.8))], darker(wall, rng.uniform(0.02, 0.07)))
    k.dots(np.stack(np.meshgrid(np.arange(LEFT, RIGHT, 0.08), np.arange(TOP, BOTTOM, 0.08)), axis=-1).reshape(-1,
        2), 0.004, darker(wall, 0.25))


def _hold(x: float, y: float, r: float, ink: Colour, turn: float, *, p: Palette, c: Canvas) -> None:
    """Paint the hold."""
    c.soft(x + r * 0.3, y + r * 0.5, r * 1.5, r * 1.3, p.ink, 0.45)
    c.ellipse(x, y, r, r * 0.72, ink, angle_deg=math.degrees(turn))
    c.ellipse(x - r * 0.2, y - r * 0.2, r * 0.4, r * 0.22, lighter(ink, 0.4), angle_deg=math.degrees(turn))


@family(
    name="climbing_wall", topic="sport", tags=("climbing", "bouldering", "sport", "climber", "wall", "strength"),
    palettes=("cream", "mint", "indigo", "clay", "blush", "sky"), cameras=("static", "tilt_up", "zoom_in", "sway"),
    subjects=("a climber moving up a wall of colourful holds",),
    events=("a foot slips", "the light goes out for a moment", "confetti bursts"),
    titles=(
        "One hold at a time", "Chalk, breathe, reach", "The blue one is further than it looks",
        "Problem solved, upwards", "Forearms: finished", "Trust your feet",
        Title("The slip, the save", event="a foot slips"), Title("Slow and exact", pace="calm"),
        Title("Speed lane", pace="lively"), Title("Night gym", palette="indigo"), "Bouldering with colours this good",
    ),
)
def climbing_wall(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Scroll a faceted wall of bright holds past a climber who reaches hand over hand."""
    p = spec.colours
    wall = mix(p.sky[1], p.sky[2], 0.4)
    inks = [rgb(h) for h in ("#ff5964", "#ffc145", "#35a7ff", "#3fbf7f", "#a06cd5", "#ff8f3f")]
    route, span = rng.integers(0, 6), 2.4
    holds = [(rng.uniform(LEFT, RIGHT), rng.uniform(0, span), rng.uniform(0.022, 0.05), inks[rng.integers(0, 6)],
        rng.random() * 6.28) for _ in range(58)]

    back = c.layer(lambda k: _climbing_wall_backdrop(k, rng=rng, wall=wall))
    wear = Clothes(rgb(SKINS[spec.seed % 5]), rgb("#2a1b18"), inks[(route + 3) % 6], darker(p.near, 0.2), p.ink,
        darker(p.near, 0.2))

    def draw(t_s: float) -> None:
        clock = t_s * (0.35 + 0.30 * spec.speed)
        stage, share = int(clock), smooth((clock % 1.0) * 1.4)
        climbed = 0.22 * (stage + share)
        c.depth(0.6).stamp(back)
        c.depth(0.9)
        for x, y0, r, ink, turn in holds:
            y = TOP - 0.1 + (y0 + climbed) % span
            if abs(x - 0.5) > 0.16 or y > 1.6 or y < 0.3:
                _hold(x, y, r, ink, turn, p=p, c=c)
        c.depth(1.0)
        slip = 0.0 if (u := spec.moment(t_s, "a foot slips")) is None else pulse(u)
        grips, steps = [], []
        for k in range(-2, 4):
            base = 0.59 - 0.22 * k + 0.22 * share
            grips.append((0.5 + (0.13 if (stage + k) % 2 else -0.13), base))
            steps.append((0.5 + (0.10 if (stage + k) % 2 else -0.10), base + 0.73))
        for x, y in grips + steps:
            _hold(x, y + 0.012, 0.040, inks[route], x * 9 + 1, p=p, c=c)
        fixed, start, end = grips[2], grips[1], grips[3]
        moving = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        foot_fixed, foot_start, foot_end = steps[2], steps[1], steps[3]
        lag = smooth((clock % 1.0) * 1.4 - 0.25)
        foot = (foot_start[0] + (foot_end[0] - foot_start[0]) * lag + 0.06 * slip,
            foot_start[1] + (foot_end[1] - foot_start[1]) * lag + 0.12 * slip)
        hip = (0.5 + 0.03 * (1 if stage % 2 else -1) * (2 * share - 1), 1.02 + 0.04 * slip + 0.05 * (1 - share))
        neck = (0.5 + 0.3 * (hip[0] - 0.5), hip[1] - 0.20)
        for hand in (fixed, moving):
            s = 1 if hand[0] > 0.5 else -1
            elbow = ((neck[0] + hand[0]) / 2 + s * 0.06, (neck[1] + hand[1]) / 2 + 0.03)
            c.polys(limb([(neck[0] + s * 0.05, neck[1]), elbow, hand], [0.026, 0.020, 0.016]), wear.skin)
            c.circle(*hand, 0.019, wear.skin)
        for foothold in (foot_fixed, foot):
            s = 1 if foothold[0] > 0.5 else -1
            knee = ((hip[0] + foothold[0]) / 2 + s * 0.10, (hip[1] + foothold[1]) / 2 - 0.03)
            c.polys(limb([(hip[0] + s * 0.025, hip[1]), knee, foothold], [0.042, 0.032, 0.022]), wear.shorts)
            c.polys(limb([foothold, (foothold[0] + s * 0.02, foothold[1] + 0.012)], [0.022, 0.016]), wear.shoes)
        c.polys(limb([hip, neck], [0.052, 0.062]), wear.shirt)
        c.circle(hip[0], hip[1] + 0.02, 0.028, rgb("#f4efe6"))
        c.circle(neck[0], neck[1] - 0.075, 0.044, wear.hair)
        c.polys(limb([(neck[0], neck[1] - 0.03), (neck[0] + 0.014 * wave(t_s, 1.1), neck[1] + 0.06)], [0.02, 0.006]),
            wear.hair)

    return draw


POSES = {
    "tree pose": Pose(lean=0, shoulders=(168, 192), elbows=(8, -8), hips=(0, 62), knees=(0, 128)),
    "warrior pose": Pose(lean=0, shoulders=(90, -90), elbows=(0, 0), hips=(78, -48), knees=(78, 0)),
    "crescent lunge": Pose(lean=-8, shoulders=(172, 166), elbows=(4, 4), hips=(80, -44), knees=(80, 10)),
}


@family(
    name="sunrise_yoga", topic="sport", tags=("yoga", "calm", "stretching", "wellness", "sport", "relaxing"),
    palettes=("dawn", "rose", "morning", "sunset", "golden", "lagoon"), counts=(1, 3), paces=("calm",),
    cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=tuple(f"yoga by the sea in {name}" for name in POSES),
    events=("a bird flies past", "a butterfly flutters past"),
    titles=(
        "Inhale, sea. Exhale, sea", "Five minutes for nobody else", "Yoga where the horizon does the work",
        "Breathe with the tide", "Find one point and stay",
        Title("Tree pose, wind permitting", subject="yoga by the sea in tree pose", tags=("balance",)),
        Title("Warrior by the water", subject="yoga by the sea in warrior pose"),
        Title("First light, last worry", palette="dawn", tags=("sunrise",)),
        Title("Pink morning stretch", palette="rose"), Title("Together, slowly", count=3, tags=("friends",)),
        "The calmest clip in your feed",
    ),
)
def sunrise_yoga(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Hold a pose on a mat before a low sun over the sea, breathing slowly; gulls, glints, drifting mist."""
    p = spec.colours
    name = next(key for key in POSES if key in spec.subject)

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.5, y=0.88, r=0.17)
        k.gradient((mix(p.sky[2], p.far, 0.35), mix(p.far, p.mid, 0.5)), 1.02, BOTTOM)
        k.poly([(LEFT, 1.03), (LEFT, 0.96), (0.0, 0.94), (0.14, 0.985), (0.24, 1.03)], mix(p.far, p.sky[2], 0.35))

    def paint_deck(k: Canvas) -> None:
        sand = mix(rgb("#e8cfa5"), p.near, 0.35)
        k.poly(under(ridge(rng, first=0.5), 1.30, 0.015), sand)
        k.poly(under(ridge(rng, first=0.7), 1.50, 0.02), darker(sand, 0.14))
        for x, h in ((0.03, 0.75), (1.0, 0.62)):
            palm(k, x, 1.48, h, p.ink, lean=-0.12 if x > 0.5 else 0.12)

    back, deck, sparks = c.layer(paint), c.layer(paint_deck, opaque=False), Particles.make(rng, 80)
    tops = [rgb(h) for h in ("#f4efe6", "#e8746a", "#4fa89f", "#8a6fc2")]
    who = [(0.5, 0.62, 1.40)] if spec.count == 1 else [(0.5 + 0.34 * (n - (spec.count - 1) / 2), 0.48,
        1.38 - 0.03 * (n % 2)) for n in range(spec.count)]

    def draw(t_s: float) -> None:
        c.depth(0.1).stamp(back)
        c.glow(0.5, 0.88, 0.6, p.light, 0.5 + 0.06 * wave(t_s, 5))
        c.depth(0.4)
        glints(c, sparks, t_s * 0.7, p.light, top=1.03, bottom=1.5, spread=0.3, alpha=0.8)
        mist(c, 1.02, 0.025, p.sky[2], t_s, alpha=0.35)
        c.depth(0.9).stamp(deck)
        c.depth(1.0)
        for n, (x, h, y) in enumerate(who):
            breath = 0.5 + 0.5 * wave(t_s, 4.5, n * 0.05)
            base = POSES[name]
            pose = Pose(base.lean - 2 * breath, tuple(a + 3 * breath * (1 if a > 0 else -1) for a in base.shoulders),  # type: ignore[arg-type]
                base.elbows, base.hips, base.knees, -4 * breath)
            drop = max(0.245 * math.cos(math.radians(base.hips[0])) + 0.235 * math.cos(math.radians(base.hips[0]
                - base.knees[0])), 0.1)
            top, skin = tops[(n + spec.seed) % 4], rgb(SKINS[(n + spec.seed) % 5])
            c.poly([(x - 0.44 * h, y + 0.012), (x + 0.46 * h, y + 0.012), (x + 0.52 * h, y + 0.045),
                (x - 0.50 * h, y + 0.045)], mix(p.accent, p.near, 0.15))
            c.soft(x, y + 0.02, 0.3 * h, 0.016, p.ink, 0.5)
            figure = person(pose, hip=(x, y - drop * h - 0.012 * h), height=h)
            tights = darker(tops[(n + spec.seed + 1) % 4], 0.45)
            draw_person(c, figure, Clothes(skin, rgb("#2a1b18"), top, tights, skin, tights), shade=0.15)
            hx, hy = figure.head_at
            c.circle(hx - 0.03 * h, hy - 0.07 * h, 0.026 * h, rgb("#2a1b18"))

    return draw
