"""Draw football: a dribble down the wing, a penalty, a street kickabout, a five-a-side seen from a drone."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas, Layer
from .families_b_parts import Clothes, Pose, draw_person, person, run_pose
from .families_b_seoul import sky
from .motion import Particles, bounce, clamp, ease_out, pulse, smooth, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import skyline
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

FOOTBALL = ("football", "soccer", "sport", "ball")
KITS = (("#e23b3b", "#ffffff"), ("#2f6fe0", "#ffffff"), ("#f7c52e", "#1f4fa0"), ("#ffffff", "#1d2238"),
    ("#7b2fb5", "#f4f0ff"), ("#ff7a2e", "#20242e"))
SKINS = ("#f0c8a0", "#c98e62", "#8a5a3c", "#e0ac7c", "#6b4430")


def ball_sprite(c: Canvas) -> Layer:
    """Draw a football of radius 1, to stamp at the scale of its radius."""

    def paint(k: Canvas) -> None:
        k.circle(0, 0, 1.0, (38, 40, 48))
        k.circle(0, 0, 0.94, (250, 250, 250))
        for n in range(6):
            r, a = (0.0, 0.0) if n == 0 else (0.80, n * 1.2566)
            x, y, size = r * math.cos(a), r * math.sin(a), 0.34 if n == 0 else 0.26
            k.poly([(x + size * math.cos(b + a), y + size * math.sin(b + a)) for b in np.arange(5) * 1.2566],
                (38, 40, 48))
            if n:
                k.line([(0.3 * math.cos(a), 0.3 * math.sin(a)), (0.6 * math.cos(a), 0.6 * math.sin(a))], 0.07,
                    (38, 40, 48))

    return c.sprite(paint, 2.1, 2.1, detail=0.06)


def kit(index: int, *, number: int = 0) -> Clothes:
    """Dress player `number` in a team's colours, lit a little warm."""
    shirt, shorts = KITS[index % 6]
    skin = rgb(SKINS[(index * 2 + number) % 5])
    return Clothes(skin, rgb(("#20161a", "#3a241c", "#141216")[number % 3]), rgb(shirt), rgb(shorts), rgb("#22252e"))


def stand(k: Canvas, rng: np.random.Generator, p: Palette, top: float, bottom: float,
    inks: tuple[Colour, Colour]) -> None:
    """Fill a stadium stand with a crowd in two teams' colours and a roof. For layers."""
    k.gradient((darker(p.near, 0.55), darker(p.mid, 0.3)), top, bottom)
    rows = int((bottom - top) / 0.022)
    for row in range(rows):
        y = top + 0.03 + row * 0.022
        xs = np.arange(LEFT, RIGHT, 0.021) + (row % 2) * 0.01 + rng.normal(0, 0.002, len(np.arange(LEFT, RIGHT, 0.021)))
        hue = rng.random(len(xs))
        for low, high, ink in ((0, 0.3, inks[0]), (0.3, 0.45, inks[1]), (0.45, 0.62, (236, 226, 214)),
            (0.62, 0.8, darker(p.far, 0.1))):
            at = xs[(hue >= low) & (hue < high)]
            if len(at):
                k.dots(np.stack([at, np.full(len(at), y)], axis=1), 0.0082, mix(ink, p.near, 0.35))
    k.rect(LEFT, top - 0.05, RIGHT - LEFT, 0.06, darker(p.near, 0.5))
    k.rect(LEFT, bottom - 0.05, RIGHT - LEFT, 0.05, darker(inks[0], 0.45))
    k.rect(LEFT, bottom - 0.052, RIGHT - LEFT, 0.008, lighter(inks[1], 0.2))


def floodlights(c: Canvas, p: Palette, y: float) -> None:
    """Light two lamp clusters."""
    for x in (0.08, 0.92):
        c.line([(x, y + 0.25), (x, y)], 0.012, darker(p.near, 0.5))
        c.round_rect(x - 0.065, y - 0.045, 0.13, 0.07, 0.01, darker(p.near, 0.5))
        for n in range(8):
            c.circle(x - 0.045 + 0.03 * (n % 4), y - 0.027 + 0.033 * (n // 4), 0.012, (255, 255, 245))
        c.glow(x, y, 0.36, (255, 250, 225), 0.75)


def grass(p: Palette) -> tuple[Colour, Colour]:
    """Return the two greens of a mown pitch in this light."""
    base = mix(rgb("#4fa64a"), p.mid, 0.28 if not p.dark else 0.38)
    return base, darker(base, 0.12)


@family(
    name="football_dribble", topic="sport", tags=(*FOOTBALL, "stadium", "dribbling", "running"),
    palettes=("night", "day", "sunset", "golden", "dusk", "storm"), counts=(1, 3), paces=("steady", "lively"),
    cameras=("static", "zoom_in", "zoom_out", "sway", "pan_right"),
    subjects=("{n} football player{s} dribbling down the wing in a full stadium",),
    events=("a camera flash goes off", "confetti bursts", "the ball is flicked up"),
    titles=(
        "Down the wing and gone", "Full stadium, one dribble", "Football is a running sport with a ball attached",
        "He never looks at the ball",
        Title("Floodlights on, boots on", palette="night", tags=("floodlights", "night")),
        Title("Rainbow flick at full speed", event="the ball is flicked up"),
        Title("Two defenders, no chance", count=3), Title("Just a winger and the whole touchline", count=1),
        Title("Sunset kick-off", palette="sunset"),
        "Soccer Saturday", Title("Confetti on the pitch before the whistle", event="confetti bursts"),
        "The counter-attack starts here",
    ),
)
def football_dribble(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Run beside a dribbling player; the stand slides by slowly, the mown stripes fast; defenders chase."""
    p, team = spec.colours, spec.seed % 6
    inks = (rgb(KITS[team][0]), rgb(KITS[(team + 1) % 6][0]))
    light, dark = grass(p)

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.5, y=0.22, r=0.045)
        stand(k, rng, p, 0.46, 0.98, inks)

    back, ball = c.layer(paint), ball_sprite(c)
    flashes = Particles.make(rng, 10)

    def draw(t_s: float) -> None:
        run = t_s * 0.55 * spec.speed
        c.depth(0.2).stamp(back)
        for x, y, ph in zip(flashes.x.tolist(), flashes.y.tolist(), flashes.phase.tolist(), strict=True):
            on = max(0.0, wave(t_s, 1.7, ph) - 0.85) * 6
            c.glow(x, 0.52 + 0.38 * y, 0.05, (255, 255, 255), on)
        floodlights(c, p, 0.42)
        c.depth(0.8).rect(LEFT, 0.98, RIGHT - LEFT, BOTTOM - 0.98, light)
        for n in range(7):
            x = -0.6 + (n * 0.36 - run) % 2.52
            c.poly([(0.5 + (x - 0.5) * 0.8, 0.98), (0.5 + (x - 0.32) * 0.8, 0.98), (0.5 + (x - 0.32) * 1.6, BOTTOM),
                (0.5 + (x - 0.5) * 1.6, BOTTOM)], dark)
        c.line([(LEFT, 1.07), (RIGHT, 1.07)], 0.007, (245, 250, 245))
        c.line([(LEFT, 1.56), (RIGHT, 1.56)], 0.016, (245, 250, 245))
        c.depth(1.0)
        beat = t_s * 7.5 * (0.6 + 0.4 * spec.speed)
        for n in range(spec.count - 1, 0, -1):
            x, y = 0.56 - 0.34 * n + 0.03 * wave(t_s, 2.3, n * 0.3), 1.27 - 0.04 * n
            c.soft(x, y + 0.005, 0.10, 0.018, (10, 30, 14), 0.6)
            draw_person(c, person(run_pose(beat + n * 1.9), hip=(x, y - 0.225), height=0.46), kit(team + 1, number=n))
        x = 0.50 + 0.03 * wave(t_s, 3)
        c.soft(x, 1.355, 0.13, 0.022, (10, 30, 14), 0.65)
        touch = bounce(beat / 6.283)
        bx, by = x + 0.17 + 0.08 * touch, 1.325
        if (u := spec.moment(t_s, "the ball is flicked up")) is not None:
            by -= 0.62 * 4 * u * (1 - u)
            bx -= 0.25 * math.sin(math.pi * u)
        c.soft(bx, 1.36, 0.05, 0.010, (10, 30, 14), 0.6)
        draw_person(c, person(run_pose(beat), hip=(x, 1.08 - 0.01 * abs(math.sin(beat))), height=0.56), kit(team))
        c.stamp(ball, bx, by, scale=0.038, angle_deg=math.degrees(run * 6))
        for n in range(5):
            tx = x - 0.1 - 0.09 * ((beat * 0.16 + n * 0.2) % 1.0)
            c.circle(tx, 1.345 - 0.05 * ((beat * 0.16 + n * 0.2) % 1.0), 0.006, dark)

    return draw


def _goal_net(k: Canvas, bulge: tuple[float, float, float]) -> None:
    """Draw goal posts and a net pushed back at (x, y) by a share."""
    bx, by, push = bulge
    for horizontal in (True, False):
        for s in np.linspace(0, 1, 9 if horizontal else 17):
            t = np.linspace(0, 1, 14)
            x = 0.14 + 0.72 * (t if horizontal else np.full(14, s))
            y = 0.64 + 0.44 * (np.full(14, s) if horizontal else t)
            near = np.exp(-(((x - bx) / 0.12) ** 2 + ((y - by) / 0.12) ** 2)) * push
            k.line(np.stack([x + (x - bx) * near * 0.55, y + (y - by) * near * 0.55 - 0.03 * near], axis=1), 0.0036,
                (236, 240, 244), alpha=0.75)
    for points in ([(0.14, 1.085), (0.14, 0.635), (0.86, 0.635), (0.86, 1.085)],):
        k.line(points, 0.020, (250, 250, 252))


@family(
    name="football_penalty", topic="sport", tags=(*FOOTBALL, "penalty", "goal", "goalkeeper", "stadium"),
    palettes=("night", "day", "dusk", "golden", "winter", "violet"), cameras=("static", "zoom_in", "sway", "zoom_out"),
    subjects=("a football player facing a goalkeeper before a penalty kick",),
    events=("a goal", "a save", "a camera flash goes off"),
    titles=(
        "Twelve yards, one goalkeeper", "Penalty. Nobody breathes", "The goalkeeper never blinks",
        "Football's loneliest walk", "Before the whistle",
        Title("Top corner!", event="a goal", tags=("scoring",)),
        Title("Goal! Straight into the net", event="a goal", tags=("scoring",)), Title("Saved!", event="a save"),
        Title("Under the lights, from the spot", palette="night", tags=("floodlights",)),
        Title("Frozen pitch, warm gloves", palette="winter"),
        Title("Guess which way he dives", event="a save"), "Soccer drama in four seconds",
    ),
)
def football_penalty(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Wait on the penalty spot before goal, net and crowd; the event is the kick: scored or saved."""
    p, team = spec.colours, spec.seed % 6
    inks, side = (rgb(KITS[team][0]), rgb(KITS[(team + 1) % 6][0])), 1 if rng.random() < 0.5 else -1
    light, dark = grass(p)
    if spec.palette == "winter":
        light, dark = lighter(light, 0.35), lighter(dark, 0.3)

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.5, y=0.1, r=0.04)
        stand(k, rng, p, 0.28, 0.86, inks)
        edges = (0.86, 0.94, 1.04, 1.17, 1.34, 1.55, BOTTOM)
        for n in range(6):
            k.rect(LEFT, edges[n], RIGHT - LEFT, edges[n + 1] - edges[n], light if n % 2 else dark)
        k.line([(0.02, 1.085), (0.98, 1.085)], 0.008, (245, 250, 245))
        k.line([(0.02, 1.085), (-0.06, 1.22), (1.06, 1.22), (0.98, 1.085)], 0.010, (245, 250, 245))
        k.ellipse(0.5, 1.32, 0.022, 0.009, (245, 250, 245))

    back, ball = c.layer(paint), ball_sprite(c)
    keeper_wear = Clothes(rgb(SKINS[spec.seed % 5]), rgb("#20161a"), p.accent2, darker(p.accent2, 0.5), rgb("#22252e"),
        darker(p.accent2, 0.5), p.accent2)

    def draw(t_s: float) -> None:
        decided = spec.event in ("a goal", "a save")
        u = clamp((t_s - spec.event_at_s) / 0.5, 0, 1) if decided else 0.0
        scored, fly = spec.event == "a goal", ease_out(u)
        goal_x, goal_y = 0.5 + side * 0.26, 0.76
        c.depth(0.3).stamp(back)
        floodlights(c, p, 0.20)
        c.depth(0.7)
        settle = clamp((t_s - spec.event_at_s - 0.5) / 0.6) if decided else 0.0
        push = (smooth((u - 0.55) * 2.5) * (1 - 0.8 * settle)) if scored else 0.0
        _goal_net(c, (goal_x, goal_y, push))
        dive = smooth(u * 1.15) * (-side if scored else side)
        kx, ky = 0.5 + 0.015 * wave(t_s * spec.speed, 1.3) + 0.19 * dive, 0.965 - 0.05 * abs(dive)
        reach = Pose(lean=78 * abs(dive), shoulders=(60 + 110 * abs(dive), 50 + 115 * abs(dive)),
            elbows=(30 - 25 * abs(dive),) * 2, hips=(16 - 50 * abs(dive), -14 - 30 * abs(dive)), knees=(14, 30))
        c.soft(0.5 + 0.19 * dive, 1.09, 0.1, 0.014, (10, 30, 14), 0.6)
        draw_person(c, person(reach, hip=(kx, ky), height=0.27, flip=dive < 0), keeper_wear)
        c.depth(1.0)
        hop = 0.008 * abs(wave(t_s * spec.speed, 0.9)) * (1 - u)
        kick = pulse(u * 0.9 + 0.1) if 0 < u < 1 else 0.0
        stance = Pose(lean=6, shoulders=(18, -16), elbows=(30, 30), hips=(10, -12), knees=(8, 8)).mixed(
            Pose(lean=-14, shoulders=(-50, 60), elbows=(20, 20), hips=(70, -14), knees=(6, 12)), kick
        )
        sx, sy = 0.40 + 0.05 * smooth(u * 3) - 0.10 * (1 - smooth(u * 3)), 1.20 - hop
        c.soft(sx, 1.465, 0.14, 0.022, (10, 30, 14), 0.65)
        bx, by, size = 0.5 + (goal_x - 0.5) * fly, 1.30 + (goal_y - 1.30) * fly - 0.10 * math.sin(math.pi
            * fly), 0.036 - 0.016 * fly
        if not scored and decided:
            bx, by = bx - side * 0.02 * fly, by + 0.05 * fly
        by += 0.30 * settle * settle if scored else 0.0
        c.soft(0.5 + (goal_x - 0.5) * fly, 1.33 - 0.24 * fly, 0.045, 0.010, (10, 30, 14), 0.6 * (1 - fly))
        c.stamp(ball, bx, by, scale=size, angle_deg=900 * fly)
        draw_person(c, person(stance, hip=(sx, sy), height=0.50), kit(team))
        if scored and u > 0.55:
            c.glow(0.5, 0.6, 0.9, p.light, 0.5 * (1 - settle))

    return draw


def _street_football_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, road: Colour, wall: Colour) -> None:
    """Paint what stands still behind the street football. For layers."""
    sky(k, rng, p, x=0.75, y=0.22, r=0.05)
    skyline(k, rng, 0.7, mix(p.far, p.sky[2], 0.2), p, low=0.1, high=0.34, width=0.16, share=0.3)
    k.rect(LEFT, 0.52, RIGHT - LEFT, 0.64, wall)
    k.rect(LEFT, 0.50, RIGHT - LEFT, 0.035, lighter(wall, 0.25))
    for row in range(11):
        for x in np.arange(LEFT + (row % 2) * 0.06, RIGHT, 0.12):
            if rng.random() < 0.16:
                k.round_rect(x, 0.56 + row * 0.05, 0.108, 0.042, 0.004, darker(wall, 0.1))
    k.rect(LEFT, 1.14, RIGHT - LEFT, BOTTOM - 1.14, road)
    k.rect(LEFT, 1.135, RIGHT - LEFT, 0.014, darker(wall, 0.35))
    chalk = lighter(wall, 0.75)
    k.line([(0.20, 1.13), (0.205, 0.66), (0.80, 0.655), (0.805, 1.13)], 0.016, chalk)
    for s in np.linspace(0.1, 0.9, 6):
        k.line([(0.2 + 0.6 * s, 0.67), (0.2 + 0.6 * s + 0.01, 1.12)], 0.003, chalk, alpha=0.45)
    for y in (0.78, 0.90, 1.02):
        k.line([(0.21, y), (0.80, y + 0.005)], 0.003, chalk, alpha=0.45)
    for x, y, s in ((0.06, 0.70, 0.05), (0.93, 0.9, 0.06)):
        k.rect(x - s, y, 2 * s, s * 2.4, p.light if p.dark else darker(wall, 0.45))
        k.line([(x - s, y), (x + s, y), (x + s, y + s * 2.4), (x - s, y + s * 2.4)], 0.010, lighter(wall, 0.4),
            closed=True)


@family(
    name="street_football", topic="sport", tags=(*FOOTBALL, "street football", "kids", "juggling", "city", "playing"),
    palettes=("golden", "day", "clay", "sunset", "dusk", "spring"), counts=(1, 3),
    subjects=("{n} kid{s} playing with a football in a street with a chalk goal on the wall",),
    events=("a bird flies past", "the ball goes sky high", "a paper plane glides past"),
    titles=(
        "Chalk goal, real rules", "Street football until the lamps come on", "First to fifty touches wins",
        "The wall keeps score", "Every street is a stadium",
        Title("He kicked it to the moon", event="the ball goes sky high"),
        Title("Golden hour kickabout", palette="golden"), Title("Three friends, one ball", count=3, tags=("friends",)),
        Title("Just one kid and the wall", count=1), Title("Dusk, one more game", palette="dusk"),
        "Soccer in flip-flops", "Keepie-uppie champion of this street",
    ),
)
def street_football(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Juggle a ball foot to knee before a painted wall; friends bounce along; laundry and wires above."""
    p = spec.colours
    wall = mix(rgb(("#d98a5f", "#7fb0b5", "#e3b45f", "#b8707a")[spec.seed % 4]), p.near, 0.4 if p.dark else 0.12)
    road = mix(rgb("#b9aa98"), p.near, 0.45 if p.dark else 0.2)

    back, ball = c.layer(lambda k: _street_football_backdrop(k, rng=rng, p=p, road=road, wall=wall)), ball_sprite(c)
    beat_s = 0.72

    def draw(t_s: float) -> None:
        c.depth(0.7).stamp(back)
        if p.dark:
            c.glow(0.12, 0.62, 0.6, p.accent, 0.5)
        c.depth(1.0)
        clock = t_s * (0.7 + 0.3 * spec.speed) / beat_s
        up = bounce(clock)
        for n in range(1, spec.count):
            x, hop = (0.17, 0.83)[n - 1], abs(math.sin(t_s * 4.4 * spec.speed + n))
            cheer = Pose(lean=2, shoulders=(150 * hop + 10, 140 * hop + 5), elbows=(20, 20), hips=(8, -8),
                knees=(8 + 12 * (1 - hop),) * 2)
            c.soft(x, 1.315, 0.09, 0.016, p.ink, 0.5)
            draw_person(c, person(cheer, hip=(x, 1.095 - 0.04 * hop), height=0.44, flip=x > 0.5),
                kit(spec.seed + n, number=n))
        kick = 1 - up
        left = int(clock) % 2 == 0
        raised, planted = 18 + 44 * kick**3, -3
        pose = Pose(lean=-5, shoulders=(50 - 25 * up, -50 + 25 * up), elbows=(30, 25),
            hips=(raised, planted) if left else (planted, raised), knees=(30, 5) if left else (5, 30), nod=14)
        c.soft(0.48, 1.415, 0.14, 0.022, p.ink, 0.55)
        who = person(pose, hip=(0.46, 1.14), height=0.56)
        draw_person(c, who, kit(spec.seed))
        foot_y, high = 1.28, 0.40
        if (u := spec.moment(t_s, "the ball goes sky high")) is not None:
            by = foot_y - 1.15 * 4 * u * (1 - u)
        else:
            by = foot_y - high * up
        c.soft(0.64, 1.42, 0.05, 0.010, p.ink, 0.5)
        c.stamp(ball, 0.645 + 0.012 * wave(t_s, 2.9), by, scale=0.044, angle_deg=t_s * 220 * spec.speed)

    return draw


def _football_from_above_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, spec: SceneSpec, dark: Colour,
    light: Colour, white: Colour, x0: float, x1: float, y0: float, y1: float) -> None:
    """Paint what stands still behind the football from above. For layers."""
    k.fill(mix(dark, p.near, 0.45))
    for _ in range(60):
        k.circle(rng.choice([rng.uniform(LEFT, 0.0), rng.uniform(1.0, RIGHT)]), rng.uniform(TOP, BOTTOM),
            rng.uniform(0.03, 0.06), mix(mix(p.mid, p.near, 0.5), p.accent if spec.palette == "autumn" else p.mid,
            0.5))
    for n in range(10):
        k.rect(x0 - 0.03, y0 - 0.03 + n * (y1 - y0 + 0.06) / 10, x1 - x0 + 0.06, (y1 - y0 + 0.06) / 10 + 0.002,
            light if n % 2 else dark)
    k.line([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], 0.009, white, closed=True)
    k.line([(x0, 0.89), (x1, 0.89)], 0.009, white)
    k.ring(0.5, 0.89, 0.15, 0.009, white)
    k.circle(0.5, 0.89, 0.012, white)
    for y, s in ((y0, 1), (y1, -1)):
        k.line([(0.26, y), (0.26, y + s * 0.21), (0.74, y + s * 0.21), (0.74, y)], 0.009, white)
        k.line([(0.37, y), (0.37, y + s * 0.09), (0.63, y + s * 0.09), (0.63, y)], 0.009, white)
        for t in np.linspace(0.42, 0.58, 9):
            k.line([(t, y - s * 0.05), (t, y)], 0.003, white, alpha=0.7)
        k.line([(0.42, y), (0.42, y - s * 0.05), (0.58, y - s * 0.05), (0.58, y)], 0.008, white)


@family(
    name="football_from_above", topic="sport", tags=(*FOOTBALL, "aerial", "drone", "team", "pitch"),
    palettes=("day", "night", "golden", "autumn", "spring", "dusk"), counts=(6, 10),
    cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("{n} football players passing a ball on a pitch seen from above",),
    events=("a goal", "a bird flies past"),
    titles=(
        Title("Five-a-side from the drone", count=10, tags=("five-a-side",)), "Football, but make it geometry",
        "Pass, move, pass, move",
        "The whole pitch in one look", "Tiki-taka from above",
        Title("And it's in! From above", event="a goal", tags=("scoring",)),
        Title("Evening league under floodlights", palette="night", tags=("floodlights",)),
        Title("Sunday morning league, long shadows", palette="golden"),
        Title("Quick feet, quicker passes", pace="lively"), Title("Ten players, one triangle", count=10),
        "Soccer looks different from up here", Title("Leaves on the touchline", palette="autumn", tags=("autumn",)),
    ),
)
def football_from_above(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Watch small players with long shadows pass the ball around a marked pitch, straight from above."""
    p, team = spec.colours, spec.seed % 6
    light, dark = grass(p)
    x0, x1, y0, y1 = 0.06, 0.94, 0.16, 1.62
    white = (246, 250, 246)

    back, ball = c.layer(lambda k: _football_from_above_backdrop(k, rng=rng, p=p, spec=spec, dark=dark, light=light,
        white=white, x0=x0, x1=x1, y0=y0, y1=y1)), ball_sprite(c)
    spots = [(0.5, 0.62), (0.26, 0.80), (0.74, 0.84), (0.38, 1.08), (0.66, 1.12), (0.5, 1.32), (0.22, 0.50),
        (0.78, 0.52), (0.5, 0.90), (0.30, 1.30)]
    homes = [(x + rng.uniform(-0.04, 0.04), y + rng.uniform(-0.05, 0.05), rng.random()) for x, y in spots[: spec.count]]
    pass_s, order = 1.0, rng.permutation(len(homes)).tolist()

    def at(n: int, t_s: float) -> tuple[float, float]:
        x, y, ph = homes[n]
        clock = t_s * (0.5 + 0.5 * spec.speed)
        return x + 0.07 * wave(clock, 4.1, ph), y + 0.08 * wave(clock, 5.3, ph * 1.7)

    def draw(t_s: float) -> None:
        c.depth(0.8).stamp(back)
        if p.dark:
            for x in (0.02, 0.98):
                for y in (0.3, 1.5):
                    c.glow(x, y, 0.55, (255, 250, 225), 0.5)
        c.depth(1.0)
        for n in range(len(homes)):
            x, y = at(n, t_s)
            ahead = at(n, t_s + 0.1)
            heading = math.atan2(ahead[1] - y, ahead[0] - x)
            wear = kit(team + (n % 2), number=n)
            c.poly([(x, y), (x + 0.13, y + 0.10), (x + 0.15, y + 0.065), (x + 0.02, y - 0.025)], (8, 24, 12), 0.35)
            step = 0.026 * math.sin(t_s * 9 * spec.speed + n)
            fx, fy = math.cos(heading), math.sin(heading)
            for s in (-1, 1):
                c.circle(x - fy * 0.022 * s + fx * step * s, y + fx * 0.022 * s + fy * step * s, 0.016, wear.shorts)
            c.ellipse(x, y, 0.028, 0.052, wear.shirt, angle_deg=math.degrees(heading))
            c.circle(x + fx * 0.004, y + fy * 0.004, 0.023, wear.hair)
        clock = t_s * (0.6 + 0.4 * spec.speed) / pass_s
        leg, share = int(clock), smooth((clock % 1.0) * 1.25)
        (ax, ay), (bx, by) = at(order[leg % len(order)], t_s), at(order[(leg + 1) % len(order)], t_s)
        x, y = ax + (bx - ax) * share + 0.03, ay + (by - ay) * share
        if (u := spec.moment(t_s, "a goal")) is not None:
            e = ease_out(u)
            x, y = x + (0.5 - x) * e, y + (y0 - 0.02 - y) * e
            c.glow(0.5, y0, 0.5, (255, 255, 255), pulse(clamp(u * 1.4 - 0.4)))
        c.soft(x + 0.014, y + 0.012, 0.028, 0.022, (8, 24, 12), 0.6)
        c.stamp(ball, x, y, scale=0.025, angle_deg=t_s * 400)

    return draw
