"""Draw sport in the open: a skate bowl, a mountain road bike ride, a climbing wall, sunrise yoga, a ski run."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas, Layer
from .families_b_football import SKINS
from .families_b_parts import Clothes, Pose, draw_person, ellipse, limb, person, place
from .families_b_places import conifer
from .families_b_seoul import sky
from .families_b_sport import KIT
from .motion import Particles, pulse, ridge, smooth, under, wave
from .palette import Colour, darker, lighter, mix, rgb
from .props import glints, mist, palm, skyline
from .spec import Draw, SceneSpec, Title, family


@family(
    name="skate_halfpipe", topic="sport", tags=("skateboarding", "skateboard", "skatepark", "sport", "ramp", "street"),
    palettes=("sunset", "golden", "day", "neon", "dusk", "tropical"), cameras=("static", "zoom_in", "sway", "zoom_out"),
    subjects=("a skateboarder rolling back and forth in a half-pipe",), events=("a kickflip", "a bird flies past"),
    titles=(
        "Back and forth until it feels easy", "Half-pipe therapy", "Four wheels and a bit of gravity", "Skatepark at the right hour", "Knees bent, eyes up",
        Title("Kickflip, first try (it was not)", event="a kickflip", tags=("trick",)), Title("Sunset session", palette="sunset"), Title("Neon ramp", palette="neon", tags=("neon",)),
        Title("Slow carves", pace="calm"), Title("Full send", pace="lively"), Title("Palm trees and plywood", palette="tropical"),
    ),
)  # fmt: skip
def skate_halfpipe(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Swing a skater through a half-pipe like a pendulum; the event spins the board under the feet."""
    p = spec.colours
    wood = mix(rgb(("#d9a56a", "#8fb0b8", "#c98f9f")[spec.seed % 3]), p.near, 0.4 if p.dark else 0.12)
    cx, cy, r = 0.5, 0.76, 0.62

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.5, y=0.62, r=0.10)
        skyline(k, rng, 1.3, mix(p.far, p.sky[2], 0.2), p, low=0.2, high=0.5, width=0.13, share=0.3)
        for x, h in ((0.16, 0.62), (0.86, 0.7), (0.95, 0.5)):
            palm(k, x, 1.36, h, p.near)
        a = np.linspace(math.pi * 0.93, math.pi * 0.07, 40)
        curve = np.stack([cx + r * np.cos(a), cy + r * np.sin(a)], axis=1)
        k.poly(np.concatenate([[(LEFT, curve[0, 1])], curve, [(RIGHT, curve[-1, 1]), (RIGHT, BOTTOM), (LEFT, BOTTOM)]]), wood)
        for n, step in enumerate((0.10, 0.20, 0.30)):
            k.line(curve + (0, step), 0.004, darker(wood, 0.15 + 0.05 * n))
        k.line(curve, 0.014, lighter(wood, 0.4))
        for x in (curve[0, 0], curve[-1, 0]):
            k.circle(x, curve[0, 1], 0.018, lighter(p.far, 0.6))
        for n in range(14):
            k.poly([(LEFT + n * 0.1, BOTTOM), (LEFT + n * 0.1 + 0.05, 1.5), (LEFT + n * 0.1 + 0.055, 1.5), (LEFT + n * 0.1 + 0.012, BOTTOM)], darker(wood, 0.2))
        for n in range(4):
            x, y, s = rng.uniform(0.1, 0.9), rng.uniform(1.5, 1.65), rng.uniform(0.04, 0.08)
            k.circle(x, y, s, rgb(KIT[(n + spec.seed) % 6]))
            k.circle(x, y, s * 0.6, wood)

    def paint_board(k: Canvas) -> None:
        for x in (-0.065, 0.065):
            k.circle(x, 0.020, 0.016, (246, 240, 228))
        k.polys(limb([(-0.115, -0.022), (-0.08, 0.0), (0.08, 0.0), (0.115, -0.022)], [0.010, 0.011, 0.011, 0.010]), rgb(KIT[(spec.seed + 1) % 6]))

    back, board = c.layer(paint), c.sprite(paint_board, 0.3, 0.14, detail=2.0)
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
        c.stamp(board, x + nx * 0.13 * pop, y + ny * 0.13 * pop, angle_deg=math.degrees(tilt), scale=(1.15, 1.15 * (flip if abs(flip) > 0.12 else 0.12)))
        bend = 0.5 + 0.5 * crouch + 0.5 * pop
        pose = Pose(lean=22 * bend, shoulders=(70 + 30 * pop, -60 - 30 * pop), elbows=(14, 14), hips=(52 * bend, -10 - 14 * bend), knees=(64 * bend, 34 * bend))
        h = 0.46
        lift = 0.034 + (0.44 - 0.11 * bend) * h + 0.21 * pop
        parts = person(pose, hip=(0, 0), height=h, flip=facing)
        hip = (x + nx * lift, y + ny * lift)
        turned = type(parts)(**{name: (place(value, *hip, angle_rad=tilt) if isinstance(value, list) else value) for name, value in vars(parts).items()})
        draw_person(c, turned, wear)

    return draw


def _bike(c: Canvas, x: float, y: float, s: float, crank: float, ink: Colour, wear: Clothes, dark: Colour) -> None:
    """Paint a road cyclist riding right, wheels touching y, wheel radius 0.105 s."""
    rear, front, hub = (x - 0.17 * s, y - 0.105 * s), (x + 0.17 * s, y - 0.105 * s), (x - 0.02 * s, y - 0.115 * s)
    seat, bars, head = (x - 0.085 * s, y - 0.29 * s), (x + 0.15 * s, y - 0.30 * s), (x + 0.125 * s, y - 0.27 * s)
    for cx, cy in (rear, front):
        c.ring(cx, cy, 0.105 * s, 0.014 * s, dark)
        spokes = np.stack([limb([(0, 0), (math.cos(a), math.sin(a))], [0.02, 0.02])[0] for a in np.arange(6) * 1.047 + crank * 1.7])
        c.polys(spokes * 0.10 * s + (cx, cy), mix(dark, (230, 230, 230), 0.45))
    feet = [(hub[0] + 0.05 * s * math.cos(crank + a), hub[1] + 0.05 * s * math.sin(crank + a)) for a in (0, math.pi)]
    hip, shoulder, hand = (seat[0] + 0.005 * s, seat[1] - 0.035 * s), (x + 0.055 * s, y - 0.46 * s), (bars[0] + 0.01 * s, bars[1] - 0.005 * s)

    def leg(foot: tuple[float, float], skin: Colour, shorts: Colour) -> None:
        dx, dy = foot[0] - hip[0], foot[1] - hip[1]
        reach = math.hypot(dx, dy)
        bend = math.sqrt(max(0.0001, (0.147 * s) ** 2 - (reach / 2) ** 2))
        knee = (hip[0] + dx / 2 + bend * -dy / reach * -1, hip[1] + dy / 2 + bend * dx / reach * -1)
        c.polys(limb([hip, knee, foot], [0.040 * s, 0.028 * s, 0.017 * s]), skin)
        c.polys(limb([hip, (hip[0] + (knee[0] - hip[0]) * 0.7, hip[1] + (knee[1] - hip[1]) * 0.7)], [0.043 * s, 0.036 * s]), shorts)
        c.polys(limb([(foot[0] - 0.012 * s, foot[1] + 0.008 * s), (foot[0] + 0.04 * s, foot[1] + 0.012 * s)], [0.014 * s, 0.010 * s]), wear.shoes)

    leg(feet[1], darker(wear.skin, 0.25), darker(wear.shorts, 0.25))
    for a, b in ((rear, hub), (hub, head), (seat, hub), (seat, head), (seat, rear), (head, front)):
        c.line([a, b], 0.014 * s, ink)
    c.line([head, bars, (bars[0] + 0.035 * s, bars[1] + 0.02 * s), (bars[0] + 0.02 * s, bars[1] + 0.05 * s)], 0.012 * s, dark)
    c.line([(seat[0] - 0.035 * s, seat[1] - 0.005 * s), (seat[0] + 0.03 * s, seat[1] - 0.005 * s)], 0.016 * s, dark)
    leg(feet[0], wear.skin, wear.shorts)
    c.polys(limb([hip, shoulder], [0.048 * s, 0.052 * s]), wear.shirt)
    c.polys(limb([shoulder, (x + 0.10 * s, y - 0.37 * s), hand], [0.028 * s, 0.02 * s, 0.016 * s]), wear.skin)
    c.polys(limb([shoulder, (x + 0.085 * s, y - 0.40 * s)], [0.034 * s, 0.028 * s]), darker(wear.shirt, 0.12))
    c.polys(limb([shoulder, (x + 0.10 * s, y - 0.515 * s)], [0.026 * s, 0.03 * s]), wear.skin)
    c.polys(ellipse(x + 0.115 * s, y - 0.535 * s, 0.046 * s, 0.044 * s), wear.skin)
    c.polys(limb([(x + 0.075 * s, y - 0.565 * s), (x + 0.135 * s, y - 0.565 * s)], [0.034 * s, 0.026 * s]), ink)


@family(
    name="mountain_cycling", topic="sport", tags=("cycling", "bicycle", "bike", "sport", "mountains", "road"),
    palettes=("morning", "golden", "day", "autumn", "dawn", "sunset"), counts=(1, 4), cameras=("static", "zoom_in", "zoom_out", "pan_right", "sway"),
    subjects=("{n} cyclist{s} riding a mountain road",), events=("a butterfly flutters past", "a bird flies past", "a red leaf blows past"),
    titles=(
        "The climb is the point", "Coffee stop in forty kilometres", "Wheels on, phone off", "One gear too few", "The road goes up, so do we",
        Title("Four friends, one slipstream", count=4, tags=("friends",)), Title("Solo ride, long shadows", count=1), Title("First light on the pass", palette="dawn"),
        Title("Descending fast", pace="lively"), Title("Easy spin", pace="calm"), Title("Autumn miles", palette="autumn", tags=("autumn",)), "Chasing the sun down the valley",
    ),
)  # fmt: skip
def mountain_cycling(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Ride right past scrolling ridges, firs and road posts; wheels and legs turn at the same pace."""
    p = spec.colours
    field = mix(mix(p.mid, rgb("#a8b85a"), 0.35), p.sky[2], 0.08)
    back = c.layer(lambda k: sky(k, rng, p, x=0.7, y=0.46, r=0.075))
    span = 2.4

    def range_layer(base: float, amp: float, ink: Colour, snow: bool) -> Layer:
        x = np.linspace(LEFT, LEFT + 2 * span, 120)
        ph = rng.random(3) * 6.28
        y = base - amp * np.abs(np.sin(x * 2 * math.pi / span * 2 + ph[0])) - amp * 0.5 * np.sin(x * 2 * math.pi / span * 3 + ph[1])

        def paint(k: Canvas) -> None:
            k.poly(np.concatenate([np.stack([x, y], axis=1), [(x[-1], BOTTOM), (x[0], BOTTOM)]]), ink)
            if snow:
                k.poly(np.concatenate([np.stack([x, y], axis=1), np.stack([x, np.maximum(y, base - amp * 0.75 + 0.02 * np.sin(x * 40))], axis=1)[::-1]]), lighter(ink, 0.6))

        return c.layer(paint, opaque=False, right=span)

    far, mid = range_layer(0.98, 0.24, mix(p.far, p.sky[2], 0.25), True), range_layer(1.12, 0.10, mix(p.far, p.mid, 0.6), False)
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
            x, y = 0.5 + (0.20 * (spec.count - 1) / 2 - 0.26 * n if spec.count > 1 else 0.0) + 0.02 * wave(t_s, 3.1, n * 0.3), 1.445 - 0.035 * (n % 2)
            shirt = rgb(KIT[(n + spec.seed) % 6])
            wear = Clothes(rgb(SKINS[(n + spec.seed) % 5]), p.ink, shirt, rgb("#23262f"), (250, 250, 250))
            c.soft(x, y + 0.003, 0.3 * s, 0.02, p.ink, 0.5)
            _bike(c, x, y, s, t_s * 6.2 * (0.5 + 0.5 * spec.speed) + ph, darker(rgb(KIT[(n + spec.seed + 2) % 6]), 0.08), wear, p.ink)
        for n in range(9):
            x = LEFT - 0.2 + (0.21 * n + 0.07 * (n % 3) - run * 1.5) % 1.9
            c.depth(1.25).lines([[(x, 1.60), (x + d, 1.60 - 0.05 - 0.02 * (n % 2))] for d in (-0.025, 0.0, 0.025)], 0.008, darker(field, 0.35))

    return draw


@family(
    name="climbing_wall", topic="sport", tags=("climbing", "bouldering", "sport", "climber", "wall", "strength"),
    palettes=("cream", "mint", "indigo", "clay", "blush", "sky"), cameras=("static", "tilt_up", "zoom_in", "sway"),
    subjects=("a climber moving up a wall of colourful holds",), events=("a foot slips", "the light goes out for a moment", "confetti bursts"),
    titles=(
        "One hold at a time", "Chalk, breathe, reach", "The blue one is further than it looks", "Problem solved, upwards", "Forearms: finished", "Trust your feet",
        Title("The slip, the save", event="a foot slips"), Title("Slow and exact", pace="calm"), Title("Speed lane", pace="lively"), Title("Night gym", palette="indigo"), "Bouldering with colours this good",
    ),
)  # fmt: skip
def climbing_wall(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Scroll a faceted wall of bright holds past a climber who reaches hand over hand."""
    p = spec.colours
    wall = mix(p.sky[1], p.sky[2], 0.4)
    inks = [rgb(h) for h in ("#ff5964", "#ffc145", "#35a7ff", "#3fbf7f", "#a06cd5", "#ff8f3f")]
    route, span = rng.integers(0, 6), 2.4
    holds = [(rng.uniform(LEFT, RIGHT), rng.uniform(0, span), rng.uniform(0.022, 0.05), inks[rng.integers(0, 6)], rng.random() * 6.28) for _ in range(58)]

    def paint(k: Canvas) -> None:
        k.fill(wall)
        for _ in range(9):
            x, y = rng.uniform(LEFT, RIGHT), rng.uniform(TOP, BOTTOM)
            k.poly([(x, y), (x + rng.uniform(0.3, 0.8), y + rng.uniform(-0.3, 0.3)), (x + rng.uniform(-0.2, 0.3), y + rng.uniform(0.4, 0.8))], darker(wall, rng.uniform(0.02, 0.07)))
        k.dots(np.stack(np.meshgrid(np.arange(LEFT, RIGHT, 0.08), np.arange(TOP, BOTTOM, 0.08)), axis=-1).reshape(-1, 2), 0.004, darker(wall, 0.25))

    back = c.layer(paint)
    wear = Clothes(rgb(SKINS[spec.seed % 5]), rgb("#2a1b18"), inks[(route + 3) % 6], darker(p.near, 0.2), p.ink, darker(p.near, 0.2))

    def hold(x: float, y: float, r: float, ink: Colour, turn: float) -> None:
        c.soft(x + r * 0.3, y + r * 0.5, r * 1.5, r * 1.3, p.ink, 0.45)
        c.ellipse(x, y, r, r * 0.72, ink, angle_deg=math.degrees(turn))
        c.ellipse(x - r * 0.2, y - r * 0.2, r * 0.4, r * 0.22, lighter(ink, 0.4), angle_deg=math.degrees(turn))

    def draw(t_s: float) -> None:
        clock = t_s * (0.35 + 0.30 * spec.speed)
        stage, share = int(clock), smooth((clock % 1.0) * 1.4)
        climbed = 0.22 * (stage + share)
        c.depth(0.6).stamp(back)
        c.depth(0.9)
        for x, y0, r, ink, turn in holds:
            y = TOP - 0.1 + (y0 + climbed) % span
            if abs(x - 0.5) > 0.16 or y > 1.6 or y < 0.3:
                hold(x, y, r, ink, turn)
        c.depth(1.0)
        slip = 0.0 if (u := spec.moment(t_s, "a foot slips")) is None else pulse(u)
        grips, steps = [], []
        for k in range(-2, 4):
            base = 0.59 - 0.22 * k + 0.22 * share
            grips.append((0.5 + (0.13 if (stage + k) % 2 else -0.13), base))
            steps.append((0.5 + (0.10 if (stage + k) % 2 else -0.10), base + 0.73))
        for x, y in grips + steps:
            hold(x, y + 0.012, 0.040, inks[route], x * 9 + 1)
        fixed, start, end = grips[2], grips[1], grips[3]
        moving = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        foot_fixed, foot_start, foot_end = steps[2], steps[1], steps[3]
        lag = smooth((clock % 1.0) * 1.4 - 0.25)
        foot = (foot_start[0] + (foot_end[0] - foot_start[0]) * lag + 0.06 * slip, foot_start[1] + (foot_end[1] - foot_start[1]) * lag + 0.12 * slip)
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
        c.polys(limb([(neck[0], neck[1] - 0.03), (neck[0] + 0.014 * wave(t_s, 1.1), neck[1] + 0.06)], [0.02, 0.006]), wear.hair)

    return draw


POSES = {
    "tree pose": Pose(lean=0, shoulders=(168, 192), elbows=(8, -8), hips=(0, 62), knees=(0, 128)),
    "warrior pose": Pose(lean=0, shoulders=(90, -90), elbows=(0, 0), hips=(78, -48), knees=(78, 0)),
    "crescent lunge": Pose(lean=-8, shoulders=(172, 166), elbows=(4, 4), hips=(80, -44), knees=(80, 10)),
}


@family(
    name="sunrise_yoga", topic="sport", tags=("yoga", "calm", "stretching", "wellness", "sport", "relaxing"),
    palettes=("dawn", "rose", "morning", "sunset", "golden", "lagoon"), counts=(1, 3), paces=("calm",), cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=tuple(f"yoga by the sea in {name}" for name in POSES),
    events=("a bird flies past", "a butterfly flutters past"),
    titles=(
        "Inhale, sea. Exhale, sea", "Five minutes before the day starts", "Yoga where the horizon does the work", "Breathe with the tide", "Find one point and stay",
        Title("Tree pose, wind permitting", subject="yoga by the sea in tree pose", tags=("balance",)), Title("Warrior by the water", subject="yoga by the sea in warrior pose"),
        Title("First light, last worry", palette="dawn", tags=("sunrise",)), Title("Pink morning stretch", palette="rose"), Title("Together, slowly", count=3, tags=("friends",)), "The calmest clip in your feed",
    ),
)  # fmt: skip
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
        k.poly(under(ridge(rng, first=0.5), 1.40, 0.015), sand)
        k.poly(under(ridge(rng, first=0.7), 1.60, 0.02), darker(sand, 0.14))
        for x, h in ((0.03, 0.75), (1.0, 0.62)):
            palm(k, x, 1.58, h, p.ink, lean=-0.12 if x > 0.5 else 0.12)

    back, deck, sparks = c.layer(paint), c.layer(paint_deck, opaque=False), Particles.make(rng, 80)
    tops = [rgb(h) for h in ("#f4efe6", "#e8746a", "#4fa89f", "#8a6fc2")]
    who = [(0.5, 0.66, 1.53)] if spec.count == 1 else [(0.5 + 0.34 * (n - (spec.count - 1) / 2), 0.48, 1.50 - 0.03 * (n % 2)) for n in range(spec.count)]

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
            pose = Pose(base.lean - 2 * breath, tuple(a + 3 * breath * (1 if a > 0 else -1) for a in base.shoulders), base.elbows, base.hips, base.knees, -4 * breath)  # type: ignore[arg-type]
            drop = max(0.245 * math.cos(math.radians(base.hips[0])) + 0.235 * math.cos(math.radians(base.hips[0] - base.knees[0])), 0.1)
            top, skin = tops[(n + spec.seed) % 4], rgb(SKINS[(n + spec.seed) % 5])
            c.poly([(x - 0.44 * h, y + 0.012), (x + 0.46 * h, y + 0.012), (x + 0.52 * h, y + 0.045), (x - 0.50 * h, y + 0.045)], mix(p.accent, p.near, 0.15))
            c.soft(x, y + 0.02, 0.3 * h, 0.016, p.ink, 0.5)
            figure = person(pose, hip=(x, y - drop * h - 0.012 * h), height=h)
            tights = darker(tops[(n + spec.seed + 1) % 4], 0.45)
            draw_person(c, figure, Clothes(skin, rgb("#2a1b18"), top, tights, skin, tights), shade=0.15)
            hx, hy = figure.head_at
            c.circle(hx - 0.03 * h, hy - 0.07 * h, 0.026 * h, rgb("#2a1b18"))

    return draw


@family(
    name="ski_run", topic="sport", tags=("skiing", "ski", "snow", "winter", "mountains", "sport", "slope"),
    palettes=("winter", "day", "dawn", "sunset", "moonlit", "rose"), counts=(1, 3),
    subjects=("{n} skier{s} carving down a snowy slope",), events=("a big jump", "a bird flies past"), paces=("steady", "lively", "calm"),
    titles=(
        "First tracks", "Powder before breakfast", "Left, right, repeat", "The mountain is awake and so are my knees", "Carving", "Last run, promise",
        Title("Big air over the lip", event="a big jump", tags=("jump",)), Title("Night skiing by moonlight", palette="moonlit", tags=("night",)), Title("Alpenglow descent", palette="rose"),
        Title("Three lines in fresh snow", count=3), Title("Bluebird day", palette="day"), Title("Easy turns", pace="calm"),
    ),
)  # fmt: skip
def ski_run(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Carve down a tilted slope with snow spray; firs and ridges rush up-left behind."""
    p, slope = spec.colours, 0.34
    white = mix((255, 255, 255), p.sky[1], 0.16 if not p.dark else 0.42)

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.74, y=0.36)
        for base, ink in ((0.86, mix(p.far, p.sky[2], 0.3)), (1.0, mix(p.far, p.mid, 0.5))):
            peaks = [(LEFT - 0.1, base)] + [(x, base - (rng.uniform(0.16, 0.36) if n % 2 else rng.uniform(0, 0.08))) for n, x in enumerate(np.linspace(LEFT, RIGHT, 8))] + [(RIGHT + 0.1, base)]
            k.poly([*peaks, (RIGHT + 0.1, BOTTOM), (LEFT - 0.1, BOTTOM)], ink)
            for (x0, y0), (x1, y1), (x2, y2) in zip(peaks, peaks[1:], peaks[2:], strict=False):
                if y1 < y0 and y1 < y2:
                    k.poly([(x1, y1), (x1 + (x2 - x1) * 0.45, y1 + (y2 - y1) * 0.45), (x1 + 0.02, y1 + 0.07), (x1 - 0.03, y1 + 0.11), (x1 + (x0 - x1) * 0.4, y1 + (y0 - y1) * 0.4)], white)

    back = c.layer(paint)
    trees = [(rng.uniform(0, 2.2), rng.uniform(0.16, 0.34), rng.random()) for _ in range(12)]
    fir, flakes = conifer(), Particles.make(rng, 60)
    spray = rng.random((26, 3))

    def ground(x: float) -> float:
        return 1.22 + slope * (x - 0.5)

    def skier(x: float, y: float, h: float, carve: float, n: int, air: float) -> None:
        suit, skin = rgb(KIT[(n + spec.seed) % 6]), rgb(SKINS[(n + spec.seed) % 5])
        wear = Clothes(skin, darker(suit, 0.3), suit, darker(rgb(KIT[(n + spec.seed + 2) % 6]), 0.35), p.ink, darker(rgb(KIT[(n + spec.seed + 2) % 6]), 0.35), suit)
        tuck = 0.75 + 0.25 * carve
        pose = Pose(lean=34 * tuck, shoulders=(46, 30), elbows=(44, 50), hips=(58 * tuck, 50 * tuck), knees=(66 * tuck, 66 * tuck), nod=-20)
        parts = person(pose, hip=(0, 0), height=h)
        tilt = math.atan(slope) + 0.10 * carve - 0.35 * air
        hip = (x, y - 0.40 * h)
        for dy in (0.0, 0.02):
            ski = place(limb([(-0.34, 0.0), (0.30, 0.0), (0.38, -0.035)], [0.010, 0.011, 0.007]), x + 0.02, y + dy - 0.008, h, angle_rad=tilt)
            c.polys(ski, darker(rgb(KIT[(n + spec.seed + 4) % 6]), 0.1 + dy * 8))
        turned = type(parts)(**{key: (place(value, *hip, angle_rad=tilt * 0.6) if isinstance(value, list) else value) for key, value in vars(parts).items()})
        draw_person(c, turned, wear)
        head = np.mean(turned.head[0], axis=0)
        c.circle(head[0] - 0.004, head[1] - 0.012 * h, 0.068 * h, darker(suit, 0.3))
        c.line([(head[0] + 0.02 * h, head[1]), (head[0] + 0.062 * h, head[1] + 0.012 * h)], 0.034 * h, p.accent2)
        for dy in (0.0, 0.03):
            c.line([(x + 0.17 * h, y - (0.44 + dy) * h), (x - 0.22 * h, y - (0.36 + dy) * h)], 0.007, p.ink)

    def draw(t_s: float) -> None:
        run = t_s * 0.55 * spec.speed
        c.depth(0.15).stamp(back)
        c.depth(0.7)
        c.poly([(LEFT, ground(LEFT) - 0.14), (RIGHT, ground(RIGHT) - 0.14), (RIGHT, BOTTOM), (LEFT, BOTTOM)], mix(white, p.far, 0.22))
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
            c.line([(x, ground(x) + 0.10 + 0.05 * n), (x + 0.28, ground(x + 0.28) + 0.10 + 0.05 * n)], 0.008, mix(white, p.far, 0.35), alpha=0.7)
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
                    c.circle(x - 0.10 - 0.32 * age, y + 0.02 - slope * 0.32 * age - (0.14 * b * age * (1.4 - age)) * (1.2 + carve), 0.005 + 0.014 * s * (1 - age), white)
            skier(x, y, 0.46 if spec.count == 1 else 0.38, carve, n, air)
        c.dots(flakes.at(t_s, fall=0.15, drift=-0.5 * spec.speed), 0.0055, (255, 255, 255))

    return draw

