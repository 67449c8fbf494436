"""Draw the city anywhere: neon in the rain, rush hour in time lapse, a rooftop at dusk, a metro platform."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .families_b_japan import umbrella
from .families_b_parts import Clothes, Pose, draw_person, limb, person, sector, walk_pose
from .families_b_seoul import sky
from .motion import Particles, clamp, pulse, smooth, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import bunting, rain, skyline, twinkle, windows
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

GLOW = [rgb(h) for h in ("#ff3d9a", "#29e0e8", "#ffd23f", "#7cf29a", "#ff7a3d", "#a78bff")]


def _icon(k: Canvas, kind: int, x: float, y: float, s: float, ink: tuple[float, float, float]) -> None:
    """Draw one neon tube sign: bar glass, note, arrow, heart, cup or star. For layers."""
    w = s * 0.10
    if kind == 0:
        k.line([(x - 0.5 * s, y - 0.5 * s), (x + 0.5 * s, y - 0.5 * s), (x, y), (x - 0.5 * s, y - 0.5 * s)], w, ink)
        k.line([(x, y), (x, y + 0.5 * s)], w, ink)
        k.line([(x - 0.28 * s, y + 0.5 * s), (x + 0.28 * s, y + 0.5 * s)], w, ink)
    elif kind == 1:
        k.line([(x - 0.2 * s, y + 0.35 * s), (x - 0.2 * s, y - 0.45 * s), (x + 0.4 * s, y - 0.55 * s),
            (x + 0.4 * s, y + 0.25 * s)], w, ink)
        for dx, dy in ((-0.32, 0.4), (0.28, 0.3)):
            k.ring(x + dx * s, y + dy * s, 0.13 * s, w, ink)
    elif kind == 2:
        k.line([(x - 0.5 * s, y), (x + 0.45 * s, y)], w, ink)
        k.line([(x + 0.1 * s, y - 0.35 * s), (x + 0.48 * s, y), (x + 0.1 * s, y + 0.35 * s)], w, ink)
    elif kind == 3:
        a = np.linspace(0, 2 * math.pi, 40)
        k.line(np.stack([x + 0.5 * s * np.sin(a) ** 3, y - s * (0.40 * np.cos(a) - 0.16 * np.cos(2 * a) - 0.06
            * np.cos(3 * a))], axis=1), w, ink)
    elif kind == 4:
        k.line([(x - 0.4 * s, y - 0.15 * s), (x - 0.3 * s, y + 0.45 * s), (x + 0.3 * s, y + 0.45 * s),
            (x + 0.4 * s, y - 0.15 * s), (x - 0.4 * s, y - 0.15 * s)], w, ink)
        for dx in (-0.15, 0.1):
            k.line([(x + dx * s, y - 0.28 * s), (x + (dx + 0.08) * s, y - 0.42 * s), (x + dx * s, y - 0.56 * s)],
                w * 0.8, ink)
    else:
        pts = [(x + (0.52 if n % 2 == 0 else 0.22) * s * math.sin(n * math.pi / 5),
            y - (0.52 if n % 2 == 0 else 0.22) * s * math.cos(n * math.pi / 5)) for n in range(11)]
        k.line(pts, w, ink)


def _neon_rain_street_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, hues: list[int], kinds: list[int],
    road: float, spots: tuple[Colour, Colour, Colour, Colour, Colour, Colour]) -> None:
    """Paint what stands still behind the neon rain street. For layers."""
    k.gradient((p.sky[0], p.sky[1], mix(p.sky[2], p.accent, 0.3)), y1=1.2)
    k.glow(0.5, 0.98, 0.4, p.accent2, 0.5)
    for side in (-1, 1):
        for near, far, top, ink in ((0.20, 0.10, 0.62, mix(p.mid, p.sky[2], 0.35)), (0.34, 0.19, 0.40, p.mid),
            (0.70, 0.32, 0.08, p.near)):
            a, b = 0.5 + side * far, 0.5 + side * near
            k.poly([(a, top + 0.12), (b, top - 0.08), (b, road + 0.02), (a, road)], ink)
            x0 = min(a, b)
            windows(k, rng, x0 + 0.015, top + 0.14, abs(b - a) - 0.03, 0.86 - top, mix(p.light, p.accent, 0.2),
                mix(ink, p.light, 0.07), cols=max(2, int(abs(b - a) / 0.045)), rows=int((0.86 - top) / 0.06),
                share=0.3)
            k.rect(x0, road - 0.15, abs(b - a), 0.13, mix(p.light, p.accent, 0.25))
            k.rect(x0, road - 0.175, abs(b - a), 0.03, GLOW[hues[(int(near * 10) + side) % 6]])
    for n, (x, y, s) in enumerate(spots):
        ink = GLOW[hues[n]]
        k.round_rect(x - 0.68 * s, y - 0.78 * s, 1.36 * s, 1.5 * s, 0.12 * s, darker(p.ink, 0.2))
        k.glow(x, y, s * 2.0, ink, 0.7)
        _icon(k, kinds[n], x, y, s * 0.85, lighter(ink, 0.45))
    for n in range(3):
        k.line([(LEFT, 0.25 + 0.12 * n), (0.5, 0.42 + 0.10 * n), (RIGHT, 0.22 + 0.13 * n)], 0.003, p.ink)


@family(
    name="neon_rain_street", topic="city", tags=("city", "rain", "neon", "street", "night", "umbrella", "moody"),
    palettes=("neon", "night", "violet", "indigo", "storm"), counts=(1, 4),
    subjects=("{n} walker{s} with bright umbrellas on a wet neon street", "a wet neon street with {n} umbrella{s}"),
    events=("lightning strikes", "a taxi rushes by", "the light goes out for a moment"),
    titles=(
        "Rain makes the city twice as big", "Wet asphalt, pink light", "Walking home the long way",
        "The puddles have better colours", "Umbrella weather", "City rain for people who miss city rain",
        Title("A taxi, too close to the puddle", event="a taxi rushes by", tags=("taxi",)),
        Title("Thunder over the side street", event="lightning strikes", tags=("storm",)),
        Title("Lo-fi rain", pace="calm", tags=("relaxing",)),
        Title("Violet street, quiet steps", palette="violet"), Title("Late, wet, happy", pace="lively"),
    ),
)
def neon_rain_street(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Walk umbrellas away down a narrow street of neon tubes, all of it doubled in the wet road."""
    p, road = spec.colours, 1.18
    kinds, hues = rng.permutation(6).tolist(), rng.permutation(6).tolist()
    spots = ((0.10, 0.44, 0.17), (0.25, 0.70, 0.10), (0.33, 0.86, 0.06), (0.90, 0.40, 0.17), (0.765, 0.66, 0.10),
        (0.68, 0.84, 0.06))

    back, drops = c.layer(lambda k: _neon_rain_street_backdrop(k, rng=rng, p=p, hues=hues, kinds=kinds, road=road,
        spots=spots)), Particles.make(rng, 130)
    walkers = [(n, rng.random(), GLOW[(n + spec.seed) % 6], rng.uniform(0.9, 1.05)) for n in range(spec.count)]
    rings = rng.random((9, 3)).tolist()

    def draw(t_s: float) -> None:
        c.depth(0.4).stamp(back)
        x, y, s = spots[int(spec.seed) % 6]
        if wave(t_s, 0.31) * wave(t_s, 1.9) > 0.35:
            c.glow(x, y, s * 2.2, (255, 255, 255), 0.5)
        u = spec.moment(t_s, "a taxi rushes by")
        c.mirror(road, t_s * 0.6, p.near, mix=0.30, ripple=0.009)
        c.depth(0.9)
        for a, b, ph in rings:
            v = (t_s * 0.9 + ph) % 1.0
            c.arc(a, road + 0.08 + 0.5 * b, 0.06 * v * (0.5 + b), 0.018 * v * (0.5 + b), 0, 360, 0.004,
                lighter(p.accent2, 0.4), alpha=0.8 * (1 - v))
        c.depth(1.0)
        for n, start, ink, size in walkers:
            far = (start + n / len(walkers) + 0.035 * t_s * spec.speed) % 1.0
            h = (0.66 - 0.44 * far) * size
            x, y = 0.5 + (0.22 * (-1) ** n + 0.05 * n) * (1 - 0.75 * far), 1.66 - 0.42 * far
            coat = mix(p.ink, ink, 0.12)
            c.soft(x, y, 0.2 * h, 0.02 * h, p.ink, 0.6)
            draw_person(c, person(walk_pose(t_s * 5 * (0.5 + 0.5 * spec.speed) + n), hip=(x, y - 0.48 * h), height=h),
                Clothes(coat, coat, coat, coat, p.ink, coat, coat))
            umbrella(c, x + 0.03 * h, y - 0.60 * h, 0.33 * h, ink, 0.05 * wave(t_s * spec.speed, 1.4, n * 0.3))
        if u is not None:
            x = -0.5 + 2.1 * smooth(u)
            c.round_rect(x - 0.34, 1.30, 0.68, 0.15, 0.05, rgb("#f7c52e"))
            c.poly([(x - 0.20, 1.31), (x - 0.13, 1.20), (x + 0.12, 1.20), (x + 0.21, 1.31)],
                darker(rgb("#f7c52e"), 0.15))
            c.poly([(x - 0.16, 1.305), (x - 0.11, 1.22), (x + 0.10, 1.22), (x + 0.16, 1.305)], p.ink)
            for dx in (-0.2, 0.2):
                c.circle(x + dx, 1.45, 0.055, p.ink)
            c.glow(x + 0.36, 1.37, 0.28, (255, 246, 210), 0.9)
            c.soft(x - 0.3, 1.46, 0.3, 0.10, (230, 240, 255), 0.8)
        rain(c, drops, t_s, lighter(p.accent2, 0.55), speed=0.7 + 1.5 * spec.speed, alpha=0.45)

    return draw


def _light_trail(lane: float, head: float, length: float, ink: tuple[float, float, float], *, c: Canvas,
    paths: dict[float, np.ndarray], white: Colour) -> None:
    """Paint the light trail."""
    path = paths.get(lane, paths[0.08])
    a, b = clamp(head - length), clamp(head)
    if b - a < 0.01:
        return
    at = np.linspace(a, b, 9) * 47
    x, y = np.interp(at, np.arange(48), path[:, 0]), np.interp(at, np.arange(48), path[:, 1])
    w = 0.0016 + 0.013 * np.linspace(a, b, 9) ** 1.7
    c.polys(limb(np.stack([x, y], axis=1)[::2].tolist(), w[::2].tolist()), ink)
    tip = (x[-1], y[-1]) if ink is white else (x[0], y[0])
    c.glow(tip[0], tip[1], 0.015 + 0.11 * (b if ink is white else a) ** 1.7, ink, 0.75)


@family(
    name="rush_hour_lapse", topic="city", tags=("city", "traffic", "time lapse", "rush hour", "cars", "highway",
    "lights"),
    palettes=("dusk", "night", "sunset", "violet", "golden", "indigo"),
    cameras=("static", "zoom_in", "zoom_out", "sway", "tilt_up"),
    subjects=("a time lapse of car light trails on a city highway at rush hour",),
    events=("lightning strikes", "an ambulance cuts through", "a shooting star crosses"),
    titles=(
        "Rush hour, from far enough away", "Red out, white in", "Everyone going home at once",
        "Traffic is prettier than it feels", "Eight lanes of somebody's evening", "The city's pulse",
        Title("Blue lights through the gap", event="an ambulance cuts through", tags=("ambulance",)),
        Title("Night traffic hypnosis", palette="night", tags=("night",)),
        Title("Time lapse at double speed", pace="lively"),
        Title("Slow river of headlights", pace="calm", tags=("relaxing",)),
        Title("Sunset gridlock, but moving", palette="sunset"),
    ),
)
def rush_hour_lapse(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Stream light trails along a curving highway towards a lit skyline."""
    p = spec.colours

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.3, y=0.36, r=0.05)
        skyline(k, rng, 1.0, mix(p.far, p.sky[2], 0.25), p, low=0.12, high=0.46, width=0.10, share=0.5)
        skyline(k, rng, 1.06, p.mid, p, low=0.08, high=0.28, width=0.13, share=0.5)
        k.rect(LEFT, 0.94, RIGHT - LEFT, BOTTOM - 0.94, mix(p.near, p.ink, 0.2))
        for lane, width, ink in ((0.0, 1.0, darker(p.near, 0.45)),):
            k.poly(np.concatenate([road(lane - 0.5 * width), road(lane + 0.5 * width)[::-1]]), ink)
        for lane in (-0.5, 0.0, 0.5):
            k.line(road(lane), 0.005 if lane else 0.010, mix(p.light, p.near, 0.5))
        for side in (-1, 1):
            for u in np.linspace(0.12, 0.98, 8):
                x, y = road(side * 0.58)[int(u * 47)]
                h = 0.03 + 0.34 * u * u
                k.line([(x, y), (x, y - h), (x - side * h * 0.35, y - h * 1.08)], 0.004 + 0.008 * u, p.ink)
                k.glow(x - side * h * 0.35, y - h * 1.05, 0.03 + 0.10 * u, p.light, 0.9)

    bend = rng.choice([-1.0, 1.0])

    def road(lane: float) -> np.ndarray:
        u = np.linspace(0, 1, 48)
        y = 0.96 + 0.90 * u**1.7
        x = 0.5 + bend * 0.17 * np.sin((1 - u) * 2.6) * (1 - u * 0.4) + lane * (0.05 + 1.5 * u**1.7)
        return np.stack([x, y], axis=1)

    back = c.layer(paint)
    lanes = [(lane, rng.random(), rng.uniform(0.10, 0.34), rng.uniform(0.8, 1.2))
        for lane in (-0.42, -0.33, -0.24, -0.15, -0.08, 0.08, 0.15, 0.24, 0.33, 0.42) for _ in range(3)]
    paths = {lane: road(lane) for lane in {row[0] for row in lanes}}
    red, white = rgb("#ff3b30"), rgb("#fff0cf")

    def draw(t_s: float) -> None:
        c.depth(0.5).stamp(back)
        for lane, start, length, pace in lanes:
            u = (start + t_s * 0.32 * spec.speed * pace) % 1.0 * 1.35
            if lane < 0:
                _light_trail(lane, u, length, white, c=c, paths=paths, white=white)
            else:
                _light_trail(lane, 1.35 - u, length, red, c=c, paths=paths, white=white)
        if (rush := spec.moment(t_s, "an ambulance cuts through")) is not None:
            u = rush
            path = paths[-0.08]
            x, y = path[int(clamp(u) * 47)]
            s = 0.02 + 0.16 * u**1.7
            c.round_rect(x - s / 2, y - s, s, s, 0.1 * s, (248, 248, 250))
            ink = rgb("#3f8fff") if math.sin(u * 40) > 0 else rgb("#ff4a4a")
            c.glow(x, y - s, 0.10 + 0.5 * u, ink, 0.95)
        c.tint(p.accent, 0.03 + 0.02 * wave(t_s * spec.speed, 1.3))

    return draw


def _roof_terrace(k: Canvas, *, p: Palette) -> None:
    """Paint the roof terrace. For layers."""
    floor = mix(p.near, p.ink, 0.4)
    k.rect(LEFT, 1.42, RIGHT - LEFT, BOTTOM - 1.42, floor)
    k.rect(LEFT, 1.30, RIGHT - LEFT, 0.13, mix(p.near, p.mid, 0.3))
    k.rect(LEFT, 1.29, RIGHT - LEFT, 0.025, mix(p.mid, p.far, 0.4))
    for x in np.arange(LEFT, RIGHT, 0.16):
        k.line([(x, 1.32), (x, 1.42)], 0.004, floor)
    k.round_rect(0.86, 1.02, 0.20, 0.24, 0.01, p.ink)
    k.poly([(0.84, 1.03), (0.96, 0.93), (1.08, 1.03)], p.ink)
    for x in (0.88, 1.03):
        k.line([(x, 1.25), (x, 1.45)], 0.014, p.ink)
    for x in (0.04, 0.96):
        k.line([(x, 1.45), (x, 0.52)], 0.012, p.ink)
    for x, w in ((0.12, 0.10), (0.22, 0.08)):
        k.poly([(x - w / 2, 1.46), (x + w / 2, 1.46), (x + w * 0.38, 1.57), (x - w * 0.38, 1.57)],
            mix(rgb("#b8653f"), p.ink, 0.4))
        for a in np.linspace(-2.6, -0.5, 6):
            k.polys(limb([(x, 1.46), (x + w * 0.9 * math.cos(a), 1.46 + w * 1.1 * math.sin(a))], [0.008, 0.012]),
                mix(rgb("#4f8f5f"), p.ink, 0.4))


@family(
    name="rooftop_dusk", topic="city", tags=("city", "rooftop", "skyline", "evening", "string lights", "friends",
    "view"),
    palettes=("dusk", "sunset", "violet", "night", "rose", "indigo"), counts=(1, 4),
    subjects=("{n} figure{s} on a rooftop under string lights looking over the city",),
    events=("a firework bursts", "a shooting star crosses", "a red balloon rises past"),
    titles=(
        "Rooftop hours", "The city hums, we do not", "String lights and a skyline", "Someone brought a blanket",
        "Above the noise", "Last warm evening of the year",
        Title("Fireworks from our roof", event="a firework bursts", tags=("fireworks",)),
        Title("Just me and the skyline", count=1, tags=("alone", "calm")), Title("All four of us, finally", count=4),
        Title("Sunset from the tenth floor", palette="sunset"),
        Title("Night air, warm bulbs", palette="night"), Title("Nobody checked the time", pace="calm"),
    ),
)
def rooftop_dusk(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Seat and stand friends on a parapet under swinging bulbs before a twinkling skyline."""
    p = spec.colours

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.7, y=0.52, r=0.08)
        skyline(k, rng, 1.20, mix(p.far, p.sky[2], 0.25), p, low=0.16, high=0.52, width=0.11, share=0.45)
        skyline(k, rng, 1.36, mix(p.mid, p.far, 0.2), p, low=0.10, high=0.36, width=0.14, share=0.45)

    back, roof_layer = c.layer(paint), c.layer(lambda k: _roof_terrace(k, p=p), opaque=False)
    blink = Particles.make(rng, 18)
    lit = Particles.make(rng, 26)
    bulbs = [rgb("#ffd27a"), rgb("#ffc061"), rgb("#ffe2a8")]
    sits = Pose(lean=4, shoulders=(34, 24), elbows=(24, 34), hips=(80, 76), knees=(80, 76))
    stands = Pose(lean=2, shoulders=(16, -10), elbows=(60, 20), hips=(4, -5), knees=(2, 4))
    crowd = [(n, rng.random(), n % 2 == 0) for n in range(spec.count)]
    coats = [mix(rgb(h), p.ink, 0.35) for h in ("#e0694f", "#4fa3a8", "#e8b84a", "#9a6fc2")]

    def draw(t_s: float) -> None:
        c.depth(0.25).stamp(back)
        if p.dark:
            twinkle(c, blink, t_s, p.light, bottom=0.6)
        for x, y, ph in zip(lit.x.tolist(), lit.y.tolist(), lit.phase.tolist(), strict=True):
            if wave(t_s, 3.4, ph) > 0.6:
                c.glow(x, 0.95 + 0.3 * y, 0.022, p.light, 0.8)
        c.depth(0.9).stamp(roof_layer)
        c.depth(1.0)
        for n, ph, seated in crowd:
            x = 0.5 + 0.19 * (n - (spec.count - 1) / 2)
            breath = wave(t_s * spec.speed, 3.2, ph)
            ink = coats[(n + spec.seed) % 4]
            wear = Clothes(mix(rgb(("#f0c8a0", "#c98e62", "#8a5a3c")[n % 3]), p.ink, 0.3), p.ink, ink,
                darker(ink, 0.55), p.ink, darker(ink, 0.55), ink)
            if seated:
                pose, hip = sits.mixed(Pose(lean=8, shoulders=(60, 24), elbows=(70, 34), hips=(80, 76), knees=(70, 82)),
                    0.5 + 0.5 * breath), (x, 1.265)
            else:
                pose, hip = stands.mixed(Pose(lean=-1, shoulders=(70, -10), elbows=(80, 20), hips=(4, -5),
                    knees=(2, 4)), 0.5 + 0.5 * breath), (x, 1.30)
            draw_person(c, person(pose, hip=hip, height=0.44, flip=n % 3 == 1), wear)
        for row in range(2):
            s = np.linspace(0, 1, 11)
            sag = 0.10 + 0.012 * wave(t_s * spec.speed, 3.6, row * 0.3)
            line = np.stack([0.04 + 0.92 * s, 0.53 + 0.10 * row + sag * 4 * s * (1 - s)], axis=1)
            bunting(c, line, bulbs, t_s * spec.speed, lit=True)
        c.glow(0.5, 0.9, 0.6, p.accent, 0.10 + 0.02 * wave(t_s, 2.7))

    return draw


def _metro_platform_backdrop(k: Canvas, *, p: Palette, livery: Colour, tile: Colour) -> None:
    """Paint what stands still behind the metro platform. For layers."""
    k.fill(tile)
    k.lines([[(LEFT, y), (RIGHT, y)] for y in np.arange(TOP, 1.3, 0.055)], 0.003, darker(tile, 0.14))
    for n, y in enumerate(np.arange(TOP, 1.3, 0.055)):
        k.lines([[(x, y), (x, y + 0.055)] for x in np.arange(LEFT + (n % 2) * 0.055, RIGHT, 0.11)], 0.003,
            darker(tile, 0.14))
    t = np.linspace(math.pi, 2 * math.pi, 40)
    arch = np.stack([0.5 + 0.86 * np.cos(t), 0.78 + 0.66 * np.sin(t)], axis=1)
    k.poly(np.concatenate([[(LEFT, TOP)], [(LEFT, 0.78)], arch, [(RIGHT, 0.78), (RIGHT, TOP)]]),
        mix(p.near, tile, 0.35))
    k.line(arch, 0.014, p.accent)
    k.round_rect(0.26, 0.40, 0.48, 0.085, 0.012, mix(p.near, p.ink, 0.3))
    k.round_rect(0.275, 0.415, 0.08, 0.055, 0.02, livery)
    for n in range(7):
        k.round_rect(0.385 + 0.045 * n, 0.428, 0.030, 0.028, 0.005, mix(p.light, tile, 0.1 + 0.1 * (n % 3)))
    k.rect(LEFT, 0.60, RIGHT - LEFT, 0.70, mix(p.ink, p.near, 0.4))
    for x in np.arange(LEFT, RIGHT, 0.3):
        k.round_rect(x + 0.04, 0.22, 0.22, 0.020, 0.01, lighter(p.light, 0.3))
        k.soft(x + 0.15, 0.26, 0.16, 0.09, p.light, 0.5)


def _metro_car(k: Canvas, *, p: Palette, livery: Colour, tile: Colour) -> None:
    """Paint the metro car. For layers."""
    k.round_rect(-0.79, -0.32, 1.58, 0.60, 0.05, mix((244, 244, 246), tile, 0.2))
    k.rect(-0.79, 0.10, 1.58, 0.06, livery)
    k.rect(-0.79, -0.31, 1.58, 0.05, darker(livery, 0.2))
    for x in (-0.66, -0.24, 0.18, 0.60):
        k.round_rect(x - 0.085, -0.22, 0.17, 0.46, 0.014, mix((225, 228, 232), tile, 0.25))
        for dx in (-0.072, 0.008):
            k.round_rect(x + dx, -0.19, 0.064, 0.24, 0.012, mix(p.light, p.accent2, 0.15))
        k.line([(x, -0.22), (x, 0.24)], 0.004, p.ink)
    for x in (-0.45, -0.03, 0.39):
        k.round_rect(x - 0.10, -0.20, 0.20, 0.24, 0.02, mix(p.light, p.accent2, 0.15))
        k.circle(x - 0.03, 0.0, 0.034, mix(p.near, p.ink, 0.3))
        k.polys(sector(x - 0.03, 0.045, 0.055, 0.05, math.pi, 2 * math.pi), mix(p.near, p.ink, 0.3))


@family(
    name="metro_platform", topic="city", tags=("city", "metro", "subway", "train", "platform", "commute",
    "underground"),
    palettes=("mint", "indigo", "cream", "sky", "lamplight", "overcast"), counts=(1, 5),
    cameras=("static", "zoom_in", "zoom_out", "sway", "pan_left"),
    subjects=("{n} commuter{s} on a metro platform as a train pulls through",),
    events=("the doors flash open", "the light goes out for a moment", "a paper plane glides past"),
    titles=(
        "Stand clear of the closing doors", "Two minutes until the next one", "The wind before the train",
        "Underground weather", "Commuter statues", "Platform nine, nothing magical",
        Title("Doors!", event="the doors flash open"), Title("Nobody else on the platform", count=1, tags=("quiet",)),
        Title("Morning crowd", count=5, tags=("crowd",)), Title("Express, not stopping", pace="lively"),
        Title("Last metro home", palette="indigo", tags=("night",)),
        Title("Tiled like an old swimming pool", palette="mint"),
    ),
)
def metro_platform(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Rush a lit train through a tiled station behind waiting people; scarves and lights follow."""
    p = spec.colours
    tile = mix(p.sky[1], p.sky[2], 0.4)
    livery = rgb(("#e8503a", "#2f7fd0", "#f2b632", "#27a37a")[spec.seed % 4])

    def paint_front(k: Canvas) -> None:
        floor = mix(p.mid, tile, 0.45)
        k.gradient((floor, darker(floor, 0.35)), 1.28, BOTTOM)
        k.rect(LEFT, 1.28, RIGHT - LEFT, 0.016, darker(floor, 0.5))
        k.rect(LEFT, 1.305, RIGHT - LEFT, 0.030, rgb("#f2c230"))
        k.dots(np.array([(x, 1.32) for x in np.arange(LEFT, RIGHT, 0.028)]), 0.006, darker(rgb("#f2c230"), 0.25))

    back, front, car = c.layer(lambda k: _metro_platform_backdrop(k, p=p, livery=livery,
        tile=tile)), c.layer(paint_front, opaque=False), c.sprite(lambda k: _metro_car(k, p=p, livery=livery,
        tile=tile), 1.62, 0.68, detail=1.0)
    coats = [mix(rgb(h), p.near, 0.2) for h in ("#c8553d", "#3f6fa8", "#e0a445", "#5f8f5a", "#7a5fa8")]
    people = [(n, rng.random(), rng.uniform(0.92, 1.05), rng.random() < 0.5) for n in range(spec.count)]
    first = rng.random()

    def draw(t_s: float) -> None:
        c.depth(0.6).stamp(back)
        c.depth(0.8)
        run = t_s * 0.75 * spec.speed + first
        gap = (run % 4.8) / 4.8
        for n in range(-1, 3):
            x = 1.62 * n + 0.4 - (run * 1.62) % 1.62
            if gap < 0.82:
                c.stamp(car, x, 0.96)
        if (u := spec.moment(t_s, "the doors flash open")) is not None:
            for x in (0.2, 0.62):
                c.rect(x - 0.085 * pulse(u), 0.76, 0.17 * pulse(u), 0.45, lighter(p.light, 0.4))
                c.glow(x, 0.98, 0.4, p.light, pulse(u))
        c.stamp(front)
        c.depth(1.0)
        blow = 0.5 + 0.5 * wave(t_s * spec.speed, 1.1)
        for n, ph, size, flip in people:
            h = 0.54 * size * (1.0 if spec.count < 4 else 0.86)
            x, y = 0.5 + (0.21 if spec.count < 4 else 0.185) * (n - (spec.count - 1) / 2), 1.47 + 0.04 * (n % 2)
            ink = coats[(n + spec.seed) % 5]
            c.soft(x, y, 0.16 * h, 0.03 * h, p.ink, 0.5)
            sway = wave(t_s * spec.speed, 2.8, ph)
            pose = Pose(lean=1.5 * sway, shoulders=(18 + 3 * sway, -6), elbows=(78, 12), hips=(4, -4), knees=(2, 3),
                nod=12)
            who = person(pose, hip=(x, y - 0.485 * h), height=h, flip=flip)
            draw_person(c, who, Clothes(rgb(("#f0c8a0", "#c98e62", "#8a5a3c")[n % 3]), p.ink, ink, darker(ink, 0.5),
                p.ink, darker(ink, 0.5), ink))
            hx, hy = who.hands[0]
            c.round_rect(hx - 0.012, hy - 0.03, 0.026, 0.042, 0.006, (225, 242, 255))
            nx, ny = who.head_at
            scarf = coats[(n + spec.seed + 2) % 5]
            side = 1 if flip else -1
            c.polys(limb([(nx - 0.03 * h, ny + 0.075 * h), (nx + 0.03 * h, ny + 0.075 * h)], [0.024 * h, 0.024 * h]),
                scarf)
            c.polys(limb([(nx + side * 0.02 * h, ny + 0.08 * h), (nx + side * 0.12 * h, ny + (0.12 - 0.05 * blow) * h),
                (nx + side * (0.14 + 0.07 * blow) * h, ny + (0.15 - 0.10 * blow) * h)],
                [0.02 * h, 0.018 * h, 0.014 * h]), scarf)
        c.tint(p.light, 0.05 * (1.0 if gap < 0.82 else 0.0) * (0.6 + 0.4 * wave(t_s * spec.speed, 0.4)))

    return draw
