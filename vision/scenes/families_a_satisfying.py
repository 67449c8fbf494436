"""Draw oddly satisfying motion: pendulums, marbles, dominoes."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas, Layer
from .motion import bounce, ease_in, smooth, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family

_STILL = ("static", "zoom_in", "zoom_out", "sway", "tilt_up")


def ball(c: Canvas, x: float, y: float, r: float, ink: Colour, *, shadow: Colour | None = None) -> None:
    """Draw a glossy ball."""
    if shadow is not None:
        c.soft(x + r * 0.3, y + r * 0.95, r * 1.2, r * 0.5, shadow, 0.5)
    c.circle(x, y, r, darker(ink, 0.28))
    c.circle(x - 0.1 * r, y - 0.12 * r, 0.84 * r, ink)
    c.circle(x - 0.36 * r, y - 0.4 * r, 0.26 * r, lighter(ink, 0.65))


def studio(c: Canvas, p: Palette) -> Layer:
    """Paint a soft studio backdrop with a lit middle."""
    return c.layer(lambda k: k.radial(0.45, 0.75, 1.2, lighter(p.sky[0], 0.12), p.sky[2]))


@family(
    name="sand_pendulum",
    topic="satisfying",
    tags=("oddly satisfying", "pendulum", "sand", "pattern"),
    palettes=("clay", "cream", "indigo", "mint", "sky", "ink"),
    cameras=_STILL,
    subjects=("A pendulum drawing a spiral pattern in coloured sand",),
    titles=(
        "Watch until the pattern closes",
        "Gravity can draw better than me",
        Title("Sand pendulum, slow version", pace="calm"),
        Title("Turned the lights down for this one", palette="indigo"),
        "One push, no edits",
        Title("Speed drawing, physics edition", pace="lively"),
    ),
    events=("the pendulum drops a splash of gold",),
)
def sand_pendulum(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a trail of sand on a round tray, growing under a swinging cone."""
    p = spec.colours
    tray = lighter(p.sky[0], 0.15) if not p.dark else darker(p.sky[0], 0.35)
    sand = p.accent2 if p.dark else p.accent

    def table(k: Canvas) -> None:
        k.radial(0.5, 0.9, 1.1, p.sky[1], darker(p.sky[2], 0.15))
        k.soft(0.53, 0.99, 0.58, 0.54, p.ink, 0.5)
        k.circle(0.5, 0.92, 0.47, mix(p.mid, p.near, 0.4))
        k.circle(0.5, 0.92, 0.445, darker(p.near, 0.1))
        k.circle(0.5, 0.93, 0.44, tray)
        for _ in range(700):
            a, d = float(rng.random()) * 6.28, float(rng.random()) ** 0.5 * 0.43
            k.circle(
                0.5 + d * math.cos(a), 0.93 + d * math.sin(a), 0.0022, mix(tray, p.mid, float(rng.uniform(0.1, 0.5)))
            )

    back = c.layer(table)
    petals = (float(rng.integers(3, 8)) + float(rng.choice([0.0, 0.5]))) / float(rng.integers(2, 4)) + 0.03
    squeeze, twist = float(rng.uniform(0.35, 0.9)), float(rng.uniform(0.25, 0.55)) * (1 if rng.random() < 0.5 else -1)

    def spot(s: np.ndarray) -> np.ndarray:
        reach = 0.4 * np.exp(-s * 0.018)
        x, y = reach * np.cos(s), reach * squeeze * np.sin(s * (1 + 0.02 * petals))
        a = s * twist * 0.35
        return np.stack([0.5 + x * np.cos(a) - y * np.sin(a), 0.93 + x * np.sin(a) + y * np.cos(a)], axis=1)

    def draw(t_s: float) -> None:
        now = 14 + t_s * (1.6 + 2.2 * spec.speed)
        c.depth(1.0).stamp(back)
        trail = spot(np.linspace(0, now, int(now * 11)))
        c.line(trail + np.array([0.004, 0.006]), 0.013, darker(tray, 0.4), alpha=0.5)
        c.line(trail, 0.011, sand)
        c.line(trail - np.array([0.002, 0.003]), 0.004, lighter(sand, 0.45), alpha=0.8)
        x, y = trail[-1].tolist()
        if (u := spec.moment(t_s, "the pendulum drops a splash of gold")) is not None:
            for k in range(14):
                a = k * 2.4
                c.circle(
                    x + 0.2 * smooth(u) * math.cos(a),
                    y + 0.2 * smooth(u) * math.sin(a),
                    0.014 * (1.2 - u),
                    rgb("#ffcf40"),
                )
        c.soft(x + 0.05, y + 0.07, 0.1, 0.06, p.ink, 0.4)
        hang = (0.5 + (x - 0.5) * 0.2, TOP)
        c.line([hang, (x, y - 0.2)], 0.005, p.ink if not p.dark else p.light)
        brass = rgb("#d9a441")
        c.poly([(x - 0.055, y - 0.2), (x + 0.055, y - 0.2), (x + 0.006, y - 0.02), (x - 0.006, y - 0.02)], brass)
        c.poly([(x + 0.01, y - 0.2), (x + 0.055, y - 0.2), (x + 0.006, y - 0.02)], darker(brass, 0.3))
        c.ellipse(x, y - 0.2, 0.055, 0.016, lighter(brass, 0.35))
        c.line([(x, y - 0.02), (x, y)], 0.005, sand)

    return draw


@family(
    name="pendulum_wave",
    topic="satisfying",
    tags=("oddly satisfying", "pendulum", "physics", "loop"),
    palettes=("indigo", "blush", "cream", "neon", "mint", "ink"),
    counts=(9, 15),
    cameras=_STILL,
    subjects=("{n} balls swinging in a pendulum wave",),
    titles=(
        "They fall out of sync and find each other again",
        Title("Fifteen pendulums, one song", count=15),
        Title("Physics homework, but pretty", palette="blush", tags=("science",)),
        Title("Hypnosis in neon", palette="neon"),
        "Wait for the snake",
        Title("Pendulum wave to slow your brain down", pace="calm"),
    ),
    events=("the lights pulse",),
)
def pendulum_wave(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a rack of balls, each a little faster than its neighbour, seen from the front."""
    p, n = spec.colours, spec.count
    back = studio(c, p)
    inks = [mix(mix(p.accent, p.accent2, k / (n - 1)), p.light, 0.08) for k in range(n)]
    start = float(rng.uniform(0.0, 9.0))
    rod = p.light if p.dark else p.near

    def draw(t_s: float) -> None:
        t = start + t_s * (0.35 + 0.65 * spec.speed)
        c.depth(0.3).stamp(back)
        c.depth(1.0)
        u = spec.moment(t_s, "the lights pulse")
        shine = 0.0 if u is None else math.sin(math.pi * u)
        for k in range(n):
            y = 0.34 + 1.12 * k / (n - 1)
            r = 0.036 + 0.016 * k / (n - 1)
            swing = 0.36 * math.sin(2 * math.pi * t * (0.32 + 0.021 * (n - 1 - k)))
            x = 0.5 + swing
            c.line([(0.06, y), (0.94, y)], 0.0025, rod, alpha=0.16)
            for j in range(1, 6):
                past = 0.5 + 0.36 * math.sin(2 * math.pi * (t - 0.03 * j) * (0.32 + 0.021 * (n - 1 - k)))
                c.circle(past, y, r * (1 - 0.09 * j), inks[k], alpha=0.26 - 0.045 * j)
            if p.dark or shine:
                c.glow(x, y, r * (3.2 + 3 * shine), inks[k], 0.5 + 0.5 * shine)
            ball(c, x, y, r, inks[k], shadow=None if p.dark else p.near)

    return draw


@family(
    name="marble_run",
    topic="satisfying",
    tags=("oddly satisfying", "marble run", "marbles"),
    palettes=("cream", "mint", "sky", "blush", "clay"),
    counts=(1, 7),
    cameras=_STILL,
    subjects=("{n} marble{s} rolling down a zigzag marble run",),
    titles=(
        Title("One marble, perfect run", count=1),
        Title("Seven marbles, no collisions (promise)", count=7),
        "Built it on Sunday, watched it all week",
        "The sound this makes in my head",
        Title("Marble run but it's bedtime", pace="calm"),
        Title("New speed record on the big ramp", pace="lively"),
    ),
    events=("a golden marble races through",),
)
def marble_run(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw wooden ramps on a wall, turning wheels, and marbles that roll, drop and come round again."""
    p, n = spec.colours, spec.count
    wood = mix(rgb("#c98d57"), p.mid, 0.25)
    ramps = [((0.1, 0.86)[k % 2], (0.74, 0.26)[k % 2], 0.26 + 0.235 * k) for k in range(6)]
    drop, r = float(rng.uniform(0.055, 0.085)), 0.034
    begin, spin0 = float(rng.uniform(0, 3)), float(rng.uniform(0, 360))
    order = rng.permutation(7)
    inks = [p.accent, p.accent2, rgb("#5b7be8"), rgb("#f2c14e"), rgb("#8ac26b"), rgb("#c86bd0"), p.near]
    path = np.concatenate(
        [[(x0, y), (x1, y + drop), (x1 + (0.05 if x1 > x0 else -0.05), y + drop + 0.05)] for x0, x1, y in ramps]
    )
    path = np.concatenate([[(0.1, -0.2)], path, [(0.1, BOTTOM + 0.1)]])
    length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])

    def wall(k: Canvas) -> None:
        k.radial(0.4, 0.7, 1.2, lighter(p.sky[0], 0.1), p.sky[2])
        for x0, x1, y in ramps:
            edge = np.array([(x0, y + r + 0.012), (x1, y + r + 0.012 + drop)])
            k.line(edge + np.array([0, 0.045]), 0.02, mix(p.sky[2], p.near, 0.35), alpha=0.35)
            k.line(edge, 0.03, wood)
            k.line([(x0, y + r + 0.005), (x1, y + r + 0.005 + drop)], 0.007, lighter(wood, 0.35))
            for share in (0.2, 0.8):
                k.circle(x0 + (x1 - x0) * share, y + r + 0.014 + drop * share, 0.009, darker(wood, 0.45))

    def wheel(k: Canvas) -> None:
        for j in range(8):
            a = j * math.pi / 4
            k.line([(0, 0), (0.088 * math.cos(a), 0.088 * math.sin(a))], 0.02, p.accent2)
            k.circle(0.088 * math.cos(a), 0.088 * math.sin(a), 0.017, p.accent)
        k.circle(0, 0, 0.036, darker(p.accent2, 0.25))
        k.circle(0, 0, 0.014, lighter(p.accent2, 0.5))

    back, gear = c.layer(wall), c.sprite(wheel, 0.24, 0.24)

    def draw(t_s: float) -> None:
        speed = 0.28 + 0.36 * spec.speed
        c.depth(1.0).stamp(back)
        for k, (x, y) in enumerate(((0.9, 0.45), (0.1, 0.69), (0.9, 0.92), (0.1, 1.16), (0.9, 1.39))):
            c.stamp(gear, x, y, angle_deg=spin0 + (1 if k % 2 else -1) * t_s * 90 * spec.speed)
        runs = [(k / n * length[-1] + begin + t_s * speed, r, inks[order[k % 7]]) for k in range(n)]
        if (u := spec.moment(t_s, "a golden marble races through")) is not None:
            runs.append((length[-1] * (0.1 + 0.8 * u), r * 1.25, rgb("#ffc928")))
        for at, size, ink in runs:
            s = at % length[-1]
            x, y = float(np.interp(s, length, path[:, 0])), float(np.interp(s, length, path[:, 1]))
            ball(c, x, y, size, ink, shadow=p.near)
            spoke = np.array([math.cos(s / size), math.sin(s / size)]) * 0.5 * size
            c.line(
                [(x - spoke[0], y - spoke[1]), (x + spoke[0], y + spoke[1])], size * 0.22, lighter(ink, 0.5), alpha=0.75
            )

    return draw


@family(
    name="dominoes",
    topic="satisfying",
    tags=("oddly satisfying", "dominoes", "chain reaction"),
    palettes=("cream", "sky", "mint", "indigo", "clay", "blush"),
    cameras=_STILL,
    subjects=("Rows of dominoes toppling one after another",),
    titles=(
        "Three hours to set up, eight seconds of joy",
        "Do not sneeze",
        Title("Dominoes in slow motion", pace="calm", tags=("slow motion",)),
        Title("Fastest chain I've built so far", pace="lively"),
        "The sound of a good decision",
        Title("Rainbow row goes down", palette="cream"),
    ),
    events=("confetti bursts",),
)
def dominoes(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw four shelves of dominoes; the fall runs along each and drops to the next."""
    p, per_row, tall, thin = spec.colours, 14, float(rng.uniform(0.165, 0.2)), float(rng.uniform(0.022, 0.029))
    rows = (0.56, 0.86, 1.16, 1.46)
    wheel = [rgb(h) for h in ("#e8505b", "#f4964a", "#f7cf52", "#7cc576", "#43aab8", "#5a7ddb", "#9a6bd1")]
    first = int(rng.integers(7))
    inks = [mix(wheel[(k + first) % 7], p.light, 0.05) for k in range(4 * per_row)]
    if rng.random() < 0.4:
        inks = [mix(p.accent, p.accent2, 0.5 + 0.5 * math.sin(k * 0.45 + first)) for k in range(4 * per_row)]

    def wall(k: Canvas) -> None:
        k.radial(0.5, 0.8, 1.2, lighter(p.sky[0], 0.1), p.sky[2])
        for y in rows:
            k.rect(LEFT, y + 0.028, RIGHT - LEFT, 0.05, mix(p.sky[2], p.near, 0.4), 0.4)
            k.rect(LEFT, y, RIGHT - LEFT, 0.032, mix(p.mid, p.light, 0.15))
            k.rect(LEFT, y, RIGHT - LEFT, 0.008, lighter(p.mid, 0.45))

    back = c.layer(wall)
    step = 0.92 / per_row
    total = 4 * per_row
    rest = math.radians(64)

    def draw(t_s: float) -> None:
        head = t_s / spec.duration_s * (total + 4) * (0.55 + 0.3 * spec.speed)
        c.depth(1.0).stamp(back)
        for k in range(total):
            row, i = divmod(k, per_row)
            way = 1 if row % 2 == 0 else -1
            x = 0.05 + step * i if way > 0 else 0.95 - step * i
            fallen = ease_in(max(0.0, min(1.0, (head - k) / 3.2)))
            a = way * rest * fallen
            foot = x + way * thin / 2
            box = np.array([(-thin / 2, -tall), (thin / 2, -tall), (thin / 2, 0), (-thin / 2, 0)]) - (way * thin / 2, 0)
            turn = np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
            placed = box @ turn + (foot, rows[row])
            c.poly(placed, inks[k])
            edge = placed[[0, 3]] if way > 0 else placed[[1, 2]]
            c.line(edge, 0.007, lighter(inks[k], 0.4))
            mid = placed.mean(axis=0)
            c.circle(mid[0], mid[1], 0.006, darker(inks[k], 0.5))
        row = min(3, int(head // per_row))
        if head < total:
            along = 0.05 + step * (head % per_row)
            x = along if row % 2 == 0 else 1 - along
            c.glow(x, rows[row] - tall * 0.6, 0.2, p.light, 0.35)

    return draw


@family(
    name="bouncing_balls",
    topic="satisfying",
    tags=("oddly satisfying", "bouncing balls", "loop", "rhythm"),
    palettes=("blush", "sky", "mint", "indigo", "cream", "clay"),
    counts=(3, 9),
    cameras=_STILL,
    subjects=("{n} balls bouncing in a rhythm on coloured blocks",),
    titles=(
        "Perfect loop or very close",
        Title("Three balls, three beats", count=3),
        Title("Nine-part harmony, no instruments", count=9),
        "You can hear this, can't you",
        Title("Bounce therapy", pace="calm"),
        Title("Hyperactive but organised", pace="lively"),
    ),
    events=("confetti bursts", "a camera flash goes off"),
)
def bouncing_balls(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw balls that squash on landing; each column keeps its own time and its block lights up."""
    p, n = spec.colours, spec.count
    back = studio(c, p)
    inks = [mix(p.accent, p.accent2, k / max(1, n - 1)) for k in range(n)]
    wide = 0.86 / n
    beats = 0.55 + 0.07 * np.arange(n)[:: 1 if rng.random() < 0.5 else -1]
    floor = 1.22 + (0.06 * np.sin(np.arange(n) * 0.9 + float(rng.random()) * 6) if n > 3 else np.zeros(n))
    r = min(0.075, wide * 0.4)

    def draw(t_s: float) -> None:
        t = t_s * (0.45 + 0.55 * spec.speed)
        c.depth(0.3).stamp(back)
        c.depth(1.0)
        for k in range(n):
            u = (t * beats[k] + 0.13 * k) % 1.0
            up = bounce(u)
            x, hit = 0.07 + wide * (k + 0.5), max(0.0, 1 - min(u, 1 - u) * 9)
            y = floor[k] + 0.02 * hit
            c.soft(x, y + 0.02, wide * 0.6, 0.05, p.near, 0.35)
            block = mix(mix(inks[k], p.sky[2], 0.3), lighter(inks[k], 0.2), hit)
            c.round_rect(x - wide * 0.42, y, wide * 0.84, BOTTOM - y, 0.025, darker(block, 0.22))
            c.round_rect(x - wide * 0.42, y, wide * 0.84, 0.06, 0.025, lighter(block, 0.15 + 0.25 * hit))
            if hit > 0.05:
                c.glow(x, y, wide * 1.3, inks[k], 0.55 * hit)
                c.arc(x, y + 0.01, wide * (0.9 - 0.4 * hit), 0.025, 180, 360, 0.005, p.light, alpha=hit * 0.8)
            squash = 0.3 * max(0.0, 1 - up * 14)
            by = y - r * (1 - squash) - 0.8 * up * (0.62 + 0.38 * math.sin(k * 1.3) ** 2)
            for j in range(1, 4):
                ghost = y - r - 0.8 * bounce(u - 0.018 * j) * (0.62 + 0.38 * math.sin(k * 1.3) ** 2)
                c.circle(x, ghost, r * (1 - 0.14 * j), inks[k], alpha=0.25 - 0.06 * j)
            c.ellipse(x, by, r * (1 + squash * 0.8), r * (1 - squash), inks[k])
            c.ellipse(x - 0.32 * r, by - 0.35 * r, 0.28 * r, 0.2 * r, lighter(inks[k], 0.6), angle_deg=-30)
        c.line([(LEFT, 1.72), (RIGHT, 1.72)], 0.002, p.light, alpha=0.1 + 0.1 * wave(t, 2))

    return draw
