"""Draw sport on court, track and water: basketball, tennis, swimming lanes, a sprint."""

from __future__ import annotations

import itertools
import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .families_b_football import SKINS, floodlights, stand
from .families_b_parts import Clothes, Pose, draw_person, limb, person, run_pose
from .families_b_seoul import sky
from .motion import Particles, bounce, clamp, pulse, smooth, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import palm, round_tree, skyline
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

KIT = ("#e8503a", "#2f6fe0", "#f2b632", "#27a37a", "#8a4fc2", "#f27ba5")


def athlete(index: int, shirt: Colour, shorts: Colour) -> Clothes:
    """Dress an athlete."""
    return Clothes(rgb(SKINS[index % 5]), rgb(("#20161a", "#4a2e1f", "#141216")[index % 3]), shirt, shorts,
        rgb("#f3efe8"))


def _basketball(k: Canvas) -> None:
    """Paint a basketball of radius 1. For sprites."""
    k.circle(0, 0, 1, rgb("#3a1a10"))
    k.circle(0, 0, 0.93, rgb("#e8742c"))
    k.circle(-0.25, -0.25, 0.5, rgb("#f08a42"))
    for points in ([(-0.93, 0), (0.93, 0)], [(0, -0.93), (0, 0.93)]):
        k.line(points, 0.08, rgb("#3a1a10"))
    k.arc(-1.15, 0, 0.75, 0.85, -62, 62, 0.08, rgb("#3a1a10"))
    k.arc(1.15, 0, 0.75, 0.85, 118, 242, 0.08, rgb("#3a1a10"))


def _basketball_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, spec: SceneSpec, court: Colour) -> None:
    """Paint what stands still behind the basketball. For layers."""
    sky(k, rng, p, x=0.26, y=0.4, r=0.07)
    skyline(k, rng, 1.14, mix(p.far, p.sky[2], 0.2), p, low=0.12, high=0.42, width=0.14, share=0.3)
    for x, h in ((0.03, 0.62), (0.16, 0.44), (1.02, 0.55)):
        palm(k, x, 1.2, h, p.near) if spec.palette in ("tropical", "sunset", "rose") else round_tree(k, x, 1.2,
            h * 0.7, p.mid, p.ink)
    fence = mix(p.near, p.far, 0.3)
    k.lines([[(x, 0.86), (x + 0.3, 1.18)] for x in np.arange(LEFT - 0.3, RIGHT, 0.045)], 0.0025, fence, alpha=0.5)
    k.lines([[(x, 0.86), (x - 0.3, 1.18)] for x in np.arange(LEFT, RIGHT + 0.3, 0.045)], 0.0025, fence, alpha=0.5)
    k.line([(LEFT, 0.86), (RIGHT, 0.86)], 0.008, fence)
    k.rect(LEFT, 1.17, RIGHT - LEFT, BOTTOM - 1.17, court)
    k.poly([(0.52, 1.17), (1.0, 1.17), (1.16, BOTTOM), (0.30, BOTTOM)], darker(court, 0.18))
    k.line([(0.52, 1.17), (0.30, BOTTOM)], 0.010, (250, 246, 238))
    k.line([(LEFT, 1.19), (RIGHT, 1.19)], 0.010, (250, 246, 238))
    k.line([(0.93, 1.22), (0.93, 0.62), (0.86, 0.54)], 0.022, darker(p.near, 0.4))


@family(
    name="basketball", topic="sport", tags=("basketball", "sport", "hoop", "court", "jump", "city"),
    palettes=("sunset", "day", "dusk", "tropical", "night", "rose"), cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("a basketball player dribbling under a hoop on an outdoor court",
    "a basketball player taking jump shots on an outdoor court"), events=("a swish", "a bird flies past"),
    titles=(
        "Court by the water, ball in hand", "Basketball until the light goes", "Bounce, bounce, breathe",
        "The hoop at the end of the block",
        Title("Nothing but net", event="a swish"), Title("Sunset hoops", palette="sunset"),
        Title("Night run, one good lamp", palette="night", tags=("night",)),
        Title("Jump shot, again and again", subject="a basketball player taking jump shots on an outdoor court"),
        Title("Palm trees and a chain net", palette="tropical"),
        Title("Handles only", subject="a basketball player dribbling under a hoop on an outdoor court"),
        "Pick-up game, player one",
    ),
)
def basketball(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Dribble or shoot on a painted outdoor court; the event drops a ball through the net."""
    p, team = spec.colours, spec.seed
    court = mix(rgb(("#c8643c", "#3f7fa8", "#5f8f5a", "#7a5fa8")[team % 4]), p.near, 0.45 if p.dark else 0.15)

    def paint_board(k: Canvas) -> None:
        k.poly([(0.80, 0.30), (0.86, 0.28), (0.86, 0.62), (0.80, 0.60)], (248, 248, 250))
        k.line([(0.80, 0.30), (0.86, 0.28), (0.86, 0.62), (0.80, 0.60)], 0.008, rgb(KIT[team % 6]), closed=True)
        k.line([(0.812, 0.42), (0.842, 0.415), (0.842, 0.53), (0.812, 0.525)], 0.006, rgb(KIT[team % 6]), closed=True)

    back, board = c.layer(lambda k: _basketball_backdrop(k, rng=rng, p=p, spec=spec, court=court)), c.layer(paint_board,
        opaque=False)
    ball, shoots = c.sprite(_basketball, 2.1, 2.1, detail=0.08), "jump shots" in spec.subject
    wear = athlete(team, rgb(KIT[team % 6]), darker(rgb(KIT[team % 6]), 0.4))

    def net(sway: float) -> None:
        top, low = np.linspace(0.665, 0.795, 6), np.linspace(0.70, 0.76, 6) + sway
        c.lines([[(a, 0.555), (b, 0.70 + abs(sway))] for a, b in zip(top, low[::-1], strict=True)], 0.004,
            (245, 245, 245))
        c.lines([[(a, 0.555), (b, 0.70 + abs(sway))] for a, b in zip(top, low, strict=True)], 0.004, (245, 245, 245))

    def draw(t_s: float) -> None:
        c.depth(0.4).stamp(back)
        if p.dark:
            c.glow(0.6, 0.5, 0.7, p.light, 0.5)
        c.depth(1.0).stamp(board)
        clock = t_s * (0.6 + 0.4 * spec.speed)
        u = spec.moment(t_s, "a swish")
        cycle = (clock % 2.6) / 2.6 if shoots else 0.0
        jump, x, ground = (pulse(clamp((cycle - 0.25) * 2.0)) if shoots else 0.0), 0.36, 1.42
        arms = smooth((cycle - 0.1) * 5) * (1 - smooth((cycle - 0.75) * 5)) if shoots else 0.0
        idle = Pose(lean=14, shoulders=(34 - 20 * bounce(clock * 1.6), -14), elbows=(40 + 20 * bounce(clock * 1.6), 30),
            hips=(34, -4), knees=(44, 26))
        up = Pose(lean=-2, shoulders=(150, 146), elbows=(24, 24), hips=(8, -8), knees=(10 + 20 * (1 - jump), 14))
        who = person(idle.mixed(up, arms), hip=(x, ground - 0.30 + 0.03 * (1 - arms) - 0.14 * jump), height=0.62)
        c.soft(x, ground + 0.005, 0.14 - 0.03 * jump, 0.022, p.ink, 0.6)
        net(0.02 * wave(t_s, 0.18) * pulse(u) if u is not None else 0.0)
        hx, hy = who.hands[0]
        fly = smooth((cycle - 0.5) * 2.4) if shoots else 0.0
        bx, by = (hx + 0.02, hy - 0.05) if shoots else (hx + 0.03, hy + 0.05 + (ground - 0.03 - hy - 0.05)
            * (1 - bounce(clock * 1.6 + 0.5)) * 0.98)
        if shoots and cycle > 0.5:
            bx, by = hx + (0.62 - hx) * fly, 0.86 + (0.50 - 0.86) * fly - 0.30 * math.sin(math.pi
                * fly) + 0.9 * max(0.0, cycle - 0.86) ** 2 * 20
        if u is not None:
            bx, by = 0.50 + 0.23 * smooth(u * 1.8), 0.32 + 0.62 * u * u + 0.02
        c.soft(bx, ground + 0.01, 0.05, 0.010, p.ink, 0.5)
        draw_person(c, who, wear)
        c.stamp(ball, bx, by, scale=0.050, angle_deg=200 * clock)
        c.ellipse(0.73, 0.556, 0.068, 0.012, rgb("#e8452c"))
        c.ellipse(0.73, 0.556, 0.054, 0.006, darker(rgb("#e8452c"), 0.5))

    return draw


def _tennis_backdrop(k: Canvas, *, p: Palette, floor: Colour, line: Colour, rim: Colour) -> None:
    """Paint what stands still behind the tennis. For layers."""
    k.fill(rim)
    k.rect(0.16, 0.46, 0.68, 0.86, floor)
    for points in ([(0.16, 0.46), (0.84, 0.46), (0.84, 1.32), (0.16, 1.32), (0.16, 0.46)],
        [(0.25, 0.46), (0.25, 1.32)], [(0.75, 0.46), (0.75, 1.32)],
                   [(0.25, 0.66), (0.75, 0.66)], [(0.25, 1.12), (0.75, 1.12)], [(0.5, 0.66), (0.5, 1.12)],
                   [(0.5, 0.46), (0.5, 0.485)], [(0.5, 1.32), (0.5, 1.295)]):
        k.line(points, 0.010, line)
    k.poly([(0.10, 0.885), (0.92, 0.885), (0.96, 0.93), (0.14, 0.93)], (8, 12, 20), 0.3)
    for y in (0.868, 0.876, 0.884, 0.892):
        k.line([(0.10, y), (0.90, y)], 0.003, (235, 238, 240))
    k.line([(0.10, 0.864), (0.90, 0.864)], 0.010, line)
    for x in (0.10, 0.90):
        k.circle(x, 0.88, 0.016, p.ink)
    for x in (0.0, 1.0):
        for y in np.arange(0.2, 1.7, 0.24):
            k.round_rect(x - 0.07, y, 0.14, 0.05, 0.012, mix(p.accent2, rim, 0.35))


@family(
    name="tennis", topic="sport", tags=("tennis", "sport", "rally", "court", "racket"),
    palettes=("day", "clay", "golden", "night", "mint", "violet"), cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("two tennis players in a rally seen from above the court",),
    events=("an ace", "a bird flies past", "a butterfly flutters past"),
    titles=(
        "The rally that would not end", "Tennis from the cheap seats is the best tennis",
        "Forehand, backhand, forehand", "Deuce again", "Just the sound of the ball",
        Title("Ace, straight down the line", event="an ace"),
        Title("Clay court afternoon", palette="clay", tags=("clay court",)),
        Title("Night session", palette="night", tags=("night",)),
        Title("Slow Sunday rally", pace="calm", tags=("relaxing",)),
        Title("Long shadows, long rally", palette="golden"), "Love all",
    ),
)
def tennis(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look down on a court: two players shuttle along their baselines and a ball with its shadow flies between."""
    p = spec.colours
    floor = mix(rgb({"day": "#3f7fc0", "clay": "#c4643c", "golden": "#c4703c", "night": "#2f5fb0", "mint": "#4fa88f",
        "violet": "#6a4fb5"}[spec.palette]), p.near, 0.12)
    rim = mix(darker(floor, 0.2), rgb("#2f7f5f"), 0.45 if spec.palette in ("day", "night", "mint") else 0.0)
    line = (250, 250, 246)

    back = c.layer(lambda k: _tennis_backdrop(k, p=p, floor=floor, line=line, rim=rim))
    xs = rng.uniform(0.26, 0.74, 40).tolist()
    tops, skins = (rgb(KIT[spec.seed % 6]), rgb(KIT[(spec.seed + 2) % 6])), (rgb(SKINS[spec.seed % 5]),
        rgb(SKINS[(spec.seed + 2) % 5]))

    def player(x: float, y: float, up: int, swing: float, n: int) -> None:
        c.poly([(x, y + 0.02), (x + 0.12, y + 0.09), (x + 0.14, y + 0.06), (x + 0.03, y - 0.02)], (8, 12, 20), 0.32)
        for s in (-1, 1):
            c.ellipse(x + s * 0.024, y + 0.012 * up, 0.014, 0.022, line)
        a = -0.6 + 1.9 * swing
        hx, hy = x + 0.085 * math.cos(a), y - up * 0.085 * math.sin(a)
        c.line([(x, y), (hx, hy)], 0.018, skins[n])
        rx, ry = x + 0.15 * math.cos(a), y - up * 0.15 * math.sin(a)
        c.line([(hx, hy), (rx, ry)], 0.008, p.ink)
        c.ellipse(rx, ry, 0.038, 0.028, (250, 250, 250), angle_deg=-up * math.degrees(a), alpha=0.55)
        c.arc(rx, ry, 0.036, 0.030, 0, 360, 0.006, p.ink)
        c.ellipse(x, y, 0.052, 0.030, tops[n])
        c.circle(x, y - 0.004 * up, 0.026, darker(skins[n], 0.55))
        c.ellipse(x, y - 0.018 * up, 0.022, 0.014, line)

    def draw(t_s: float) -> None:
        c.depth(0.8).stamp(back)
        if p.dark:
            for x in (0.0, 1.0):
                c.glow(x, 0.3, 0.6, (255, 250, 225), 0.45)
        c.depth(1.0)
        clock = t_s * (0.25 + 0.65 * spec.speed)
        leg, share = int(clock), clock % 1.0
        a, b = xs[leg % 40], xs[(leg + 1) % 40]
        down = leg % 2 == 0
        y0, y1 = (0.52, 1.26) if down else (1.26, 0.52)
        far_hit, near_hit = (a, b) if down else (b, a)
        follow = smooth(share)
        before, after = xs[(leg - 1) % 40], xs[(leg + 2) % 40]
        fx = far_hit + ((after if down else before) - far_hit) * ((follow if down
            else 1 - follow) * 0.9) if down else before + (far_hit - before) * follow
        nx = before + (near_hit - before) * follow if down else near_hit + (after - near_hit) * follow * 0.9
        player(fx - 0.10, 0.49, -1, clamp(1.3 - share * 4) if down else smooth((share - 0.8) * 6), 0)
        player(nx - 0.10, 1.29, 1, clamp(1.3 - share * 4) if not down else smooth((share - 0.8) * 6), 1)
        x, y, high = a + (b - a) * share, y0 + (y1 - y0) * share, 0.12 * bounce(share * 1.25 if share < 0.8
            else 0.0 + (share - 0.8) * 2.5)
        if (u := spec.moment(t_s, "an ace")) is not None:
            x, y, high = 0.4 + 0.3 * u, 1.28 - 1.0 * u, 0.06 * (1 - u)
            c.line([(x - 0.05, y + 0.22), (x, y)], 0.014, rgb("#eaff5a"), alpha=0.6)
        c.soft(x + 0.02 + high * 0.5, y + 0.012 + high * 0.4, 0.026, 0.018, (8, 12, 20), 0.55)
        c.circle(x, y - high, 0.0185 + 0.05 * high, rgb("#e4f23c"))
        c.glow(x, y - high, 0.05, rgb("#f2ff8a"), 0.5)

    return draw


def _swimmer(x: float, y: float, stroke: float, up: int, n: int, *, spec: SceneSpec, c: Canvas,
    water: Colour) -> None:
    """Paint the swimmer."""
    skin, cap, suit = rgb(SKINS[(n + spec.seed) % 5]), rgb(KIT[(n + spec.seed) % 6]), rgb(KIT[(n + spec.seed
        + 3) % 6])
    foam = (252, 255, 255)
    for s in np.linspace(0.1, 1, 6):
        c.soft(x + 0.02 * math.sin(stroke * 2 + 9 * s), y + up * (0.20 + 0.16 * s), 0.05 + 0.03 * s, 0.05, foam,
            0.55 * (1.15 - s))
    for s in (-1, 1):
        kick = 0.012 * math.sin(stroke * 3 + (0 if s > 0 else math.pi))
        c.polys(limb([(x + s * 0.016, y + up * 0.10), (x + s * 0.022, y + up * (0.17 + kick)),
            (x + s * 0.02, y + up * (0.235 + 2 * kick))], [0.017, 0.013, 0.008]), skin)
    c.polys(limb([(x, y - up * 0.02), (x, y + up * 0.10)], [0.042, 0.028]), skin)
    c.polys(limb([(x, y + up * 0.035), (x, y + up * 0.10)], [0.030, 0.027]), suit)
    for s in (-1, 1):
        ph = stroke + (0 if s > 0 else math.pi)
        reach, out = math.cos(ph), 0.5 + 0.5 * math.sin(ph)
        elbow = (x + s * (0.045 + 0.035 * out), y - up * (0.03 + 0.045 * reach))
        hand = (x + s * (0.03 + 0.03 * out), y - up * (0.03 + 0.135 * reach))
        under = math.sin(ph) < 0
        c.polys(limb([(x + s * 0.036, y - up * 0.015), elbow, hand], [0.015, 0.012, 0.010]),
            mix(skin, water, 0.5) if under else skin)
        if reach > 0.8:
            c.soft(hand[0], hand[1], 0.035, 0.03, foam, 0.8)
    turn = 0.008 * math.sin(stroke)
    c.circle(x + turn, y - up * 0.062, 0.029, cap)
    c.circle(x + turn - 0.008, y - up * 0.068, 0.010, lighter(cap, 0.5))


@family(
    name="swimming_lanes", topic="sport", tags=("swimming", "sport", "pool", "water", "lanes", "training"),
    palettes=("lagoon", "deep", "mint", "sky", "tropical", "indigo"), counts=(1, 4),
    cameras=("static", "zoom_in", "zoom_out", "sway", "pan_left"),
    subjects=("{n} swimmer{s} doing front crawl in pool lanes seen from above",),
    events=("a dive splashes in", "the light goes out for a moment"),
    titles=(
        "Lane discipline", "Early swim, everyone faster than me", "Front crawl, from the ceiling",
        "Chlorine and breathing", "Down the black line",
        Title("Four lanes, four races", count=4), Title("The whole pool to yourself", count=1, tags=("quiet",)),
        Title("Splash, somebody dives in", event="a dive splashes in"),
        Title("Slow lengths", pace="calm", tags=("relaxing",)), Title("Sprint set", pace="lively"),
        "Water, tiles, rhythm",
    ),
)
def swimming_lanes(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Look straight down on lanes with bobbing ropes; swimmers pull along their black lines, light nets shimmer."""
    p = spec.colours
    water = mix(rgb("#3fbfe0"), p.sky[1], 0.45)
    lanes = (0.02, 0.26, 0.50, 0.74, 0.98)

    def paint(k: Canvas) -> None:
        k.gradient((lighter(water, 0.25), water, darker(water, 0.22)))
        k.lines([[(LEFT, y), (RIGHT, y)] for y in np.arange(TOP, BOTTOM, 0.06)], 0.002, lighter(water, 0.35), alpha=0.4)
        k.lines([[(x, TOP), (x, BOTTOM)] for x in np.arange(LEFT, RIGHT, 0.06)], 0.002, lighter(water, 0.35), alpha=0.4)
        for a, b in itertools.pairwise(lanes):
            k.rect((a + b) / 2 - 0.018, TOP, 0.036, BOTTOM - TOP, darker(water, 0.55))

    back = c.layer(paint)
    floats = np.arange(TOP, BOTTOM, 0.042)
    caustic = Particles.make(rng, 26)
    order = rng.permutation([1, 2]).tolist() + rng.permutation([0, 3]).tolist()
    swimmers = [(order[n], rng.random(), rng.uniform(0.9, 1.1), n) for n in range(spec.count)]
    inks = (rgb("#e8453a"), rgb("#f7f7f2"))

    def draw(t_s: float) -> None:
        c.depth(0.7).stamp(back)
        for x, y, z, ph in zip(caustic.x.tolist(), caustic.y.tolist(), caustic.z.tolist(), caustic.phase.tolist(),
            strict=True):
            px, py = LEFT + 1.3 * x + 0.03 * wave(t_s, 4, ph), TOP + 2.1 * y + 0.03 * wave(t_s, 5, ph + 0.3)
            c.arc(px, py, 0.05 + 0.04 * z, 0.035 + 0.03 * z, 200 * ph, 200 * ph + 150, 0.005, lighter(water, 0.6),
                alpha=0.5)
        c.depth(1.0)
        for x in lanes:
            wob = x + 0.004 * np.sin(t_s * 2 + floats * 9)
            c.line([(x, TOP), (x, BOTTOM)], 0.004, (240, 244, 246))
            for k, ink in enumerate(inks):
                c.dots(np.stack([wob, floats], axis=1)[k::2], 0.0145, ink)
        for lane, start, pace, n in swimmers:
            x, up = (lanes[lane] + lanes[lane + 1]) / 2, 1 if n % 2 == 0 else -1
            s = (start + t_s * 0.09 * spec.speed * pace) % 1.0
            y = 2.1 - 2.4 * s if up > 0 else -0.3 + 2.4 * s
            mid = 0.89 + (y - 0.89) * (0.5 if spec.count < 3 else 0.9)
            _swimmer(x, mid, t_s * 5.2 * (0.5 + 0.5 * spec.speed) * pace + n, up, n, spec=spec, c=c,
                water=water)
        if (u := spec.moment(t_s, "a dive splashes in")) is not None:
            for r, a in ((0.10 + 0.45 * u, 0.8), (0.05 + 0.28 * u, 0.9)):
                c.ring(0.5, 0.9, r, 0.03 * (1 - u) + 0.004, (250, 255, 255), a * (1 - u))
            c.soft(0.5, 0.9, 0.25, 0.25, (255, 255, 255), 0.95 * pulse(u))

    return draw


@family(
    name="sprint_track", topic="sport", tags=("running", "sprint", "track", "athletics", "sport", "race", "stadium"),
    palettes=("golden", "day", "dusk", "morning", "night", "rose"), counts=(2, 5), paces=("steady", "lively"),
    cameras=("static", "zoom_in", "zoom_out", "pan_right", "sway"),
    subjects=("{n} runners sprinting on a red track in a stadium",),
    events=("the finish tape breaks", "a camera flash goes off", "confetti bursts"),
    titles=(
        "A hundred metres, no time to think", "Lane four looks angry", "Every arm, every knee",
        "The bend before the straight", "Spikes on red rubber",
        Title("Through the tape!", event="the finish tape breaks", tags=("finish",)),
        Title("Five lanes, one tape", count=5), Title("Just the two of them", count=2),
        Title("Morning intervals", palette="morning"),
        Title("Final under the lights", palette="night", tags=("floodlights", "night")),
        Title("All out", pace="lively"), "Track day",
    ),
)
def sprint_track(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Run alongside sprinters in their lanes; stand and lane marks rush by."""
    p = spec.colours
    red = mix(rgb("#c9523a"), p.near, 0.35 if p.dark else 0.12)

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.6, y=0.24, r=0.06)
        stand(k, rng, p, 0.50, 0.90, (rgb(KIT[spec.seed % 6]), rgb(KIT[(spec.seed + 1) % 6])))
        k.rect(LEFT, 0.90, RIGHT - LEFT, 0.09, mix(rgb("#5aa64a"), p.mid, 0.35))
        k.rect(LEFT, 0.99, RIGHT - LEFT, BOTTOM - 0.99, red)
        for n in range(7):
            y = 0.99 + 0.04 * n + 0.013 * n * n
            k.line([(LEFT, y), (RIGHT, y)], 0.004 + 0.0015 * n, (250, 246, 240))

    back = c.layer(paint)
    runners = [(n, rng.random() * 6.28, rng.uniform(-0.05, 0.05)) for n in range(spec.count)]

    def draw(t_s: float) -> None:
        c.depth(0.4).stamp(back)
        floodlights(c, p, 0.44) if p.dark else None
        run = t_s * 0.9 * spec.speed
        c.depth(0.9)
        for n in range(5):
            x = -0.4 + (n * 0.45 - run) % 2.25
            c.poly([(0.5 + (x - 0.5) * 0.8, 0.99), (0.5 + (x - 0.488) * 0.8, 0.99), (0.5 + (x - 0.48) * 1.5, BOTTOM),
                (0.5 + (x - 0.5) * 1.5, BOTTOM)], lighter(red, 0.3), 0.5)
        c.depth(1.0)
        u = spec.moment(t_s, "the finish tape breaks")
        beat = t_s * 9.5 * (0.55 + 0.45 * spec.speed)
        for n, phase, ahead in runners:
            share = n / max(1, spec.count - 1) if spec.count > 1 else 0.5
            y, h = 1.10 + 0.42 * share, 0.40 + 0.16 * share
            x = 0.5 + ahead + 0.26 * (0.5 - share) * (1 if spec.seed % 2 else -1) + 0.03 * wave(t_s, 2.7, phase)
            c.soft(x, y, 0.26 * h, 0.03 * h, p.ink, 0.55)
            top = rgb(KIT[(n + spec.seed) % 6])
            who = person(run_pose(beat + phase, effort=1.25), hip=(x, y - 0.50 * h - 0.02 * h
                * abs(math.sin(beat + phase))), height=h)
            draw_person(c, who, athlete(n + spec.seed, top, darker(top, 0.5)))
            for k in range(3):
                sx = x - 0.2 * h - 0.12 * ((run * 1.7 + 0.33 * k + n * 0.2) % 1.0)
                c.line([(sx, y - (0.3 + 0.2 * k) * h), (sx - 0.09, y - (0.3 + 0.2 * k) * h)], 0.004, lighter(red, 0.5),
                    alpha=0.5)
        if u is not None:
            x = 0.9 - 0.3 * u
            s = np.linspace(0, 1, 14)
            flap = np.stack([x + 0.10 * np.sin(s * 3.1) * (1 + u) + 0.03 * np.sin(s * 14 + u * 20),
                1.0 + 0.5 * s + 0.03 * np.cos(s * 11 + u * 16)], axis=1)
            c.line(flap, 0.026, rgb("#fff4d0"))
            c.line(flap, 0.006, rgb("#e8453a"))
            c.glow(x, 1.2, 0.5, (255, 255, 240), pulse(u) * 0.8)

    return draw
