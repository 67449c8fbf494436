"""Draw weather: thunder over hills, snow on a cabin, fog lifting off a lake."""

from __future__ import annotations

import math

import numpy as np

from .canvas import LEFT, RIGHT, TOP, Canvas
from .motion import Particles, height_at, pulse, ridge, under, wave
from .palette import Colour, darker, lighter, mix, rgb
from .props import mist, pine, rain, snow, soft_cloud, stars, sun
from .spec import Draw, SceneSpec, Title, family


@family(
    name="thunderstorm",
    topic="weather",
    tags=("thunderstorm", "lightning", "rain", "storm"),
    palettes=("storm", "night", "dusk", "moonlit"),
    paces=("steady", "lively", "lively"),
    subjects=("A thunderstorm over dark hills with a lone tree in the rain",),
    titles=(
        "Count the seconds after the flash",
        Title("The storm finally reached our valley", palette="storm"),
        Title("Thunder at midnight", palette="night"),
        "Power's out, so we watched this instead",
        Title("That one tree has seen everything", pace="steady"),
        Title("Nature's own light show", pace="lively"),
    ),
)
def thunderstorm(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw heavy clouds, slanting rain, and flashes every second or two."""
    p = spec.colours

    def sky(k: Canvas) -> None:
        k.gradient((darker(p.sky[0], 0.3), p.sky[1], mix(p.sky[2], p.sky[1], 0.3)), TOP, 1.15)
        k.poly(under(ridge(rng), 1.0, 0.07), mix(p.far, p.sky[2], 0.25))
        k.poly(under(ridge(rng), 1.1, 0.06), p.mid)

    def heap(k: Canvas) -> None:
        for _ in range(26):
            y = float(rng.uniform(0.0, 0.52))
            soft_cloud(
                k,
                rng,
                float(rng.uniform(LEFT, RIGHT)),
                y,
                float(rng.uniform(0.4, 0.7)),
                mix(p.near, p.sky[2], 0.15 + 0.5 * y),
                0.5,
            )

    def ground(k: Canvas) -> None:
        k.poly(under(hill, 1.26, 0.06), p.near)
        k.poly(under(ridge(rng), 1.48, 0.05), p.ink)

    hill = ridge(rng, first=0.6)
    back, clouds, front = c.layer(sky), c.layer(heap, opaque=False), c.layer(ground, opaque=False)
    drops = Particles.make(rng, 170)
    tree_x = float(rng.uniform(0.3, 0.7))
    foot = height_at(hill, tree_x, 1.26, 0.06)
    gap = 1.5 if spec.pace == "lively" else 2.2
    bolts = [_bolt(rng) for _ in range(10)]
    boughs = _boughs(rng)

    def draw(t_s: float) -> None:
        number, into = divmod(t_s + 0.8, gap)
        flash = max(pulse(into / 0.16), 0.75 * pulse((into - 0.2) / 0.34)) if number >= 0 else 0.0
        c.depth(0.1).stamp(back)
        bolt = bolts[int(number) % 10]
        if flash > 0.02:
            c.tint(lighter(p.sky[2], 0.5), 0.4 * flash)
            c.glow(bolt[0][3, 0], 0.4, 0.6, (215, 225, 255), flash)
            for k, path in enumerate(bolt):
                c.line(path, 0.03 if k == 0 else 0.016, (180, 200, 255), alpha=0.4 * flash)
                c.line(path, 0.013 if k == 0 else 0.006, (255, 255, 250), alpha=min(1, 1.3 * flash))
        c.depth(0.3).stamp(clouds, 0.05 * math.sin(t_s * 0.3 * spec.speed), 0)
        c.depth(0.7).stamp(front)
        c.depth(1.0)
        bend = 0.04 + 0.03 * wave(t_s * spec.speed, 1.7)
        c.lines(
            [
                seg * (1, 1) + np.stack([bend * seg[:, 1] ** 2 * 3, 0 * seg[:, 1]], 1) + (tree_x, foot + 0.02)
                for seg in boughs
            ],
            0.011,
            p.ink,
        )
        rain(c, drops, t_s, mix(p.light, p.sky[2], 0.2), speed=1.6 + 0.7 * spec.speed, slant=0.2, alpha=0.45)

    return draw


def _bolt(rng: np.random.Generator) -> list[np.ndarray]:
    """Return a main stroke and two branches."""
    y = np.linspace(0.1, 1.06, 12)
    main = np.stack([float(rng.uniform(0.2, 0.8)) + np.cumsum(rng.normal(0, 0.035, 12)), y], axis=1)
    out = [main]
    for start, side in ((4, 1), (7, -1)):
        s = np.arange(5)
        out.append(
            np.stack([main[start, 0] + side * 0.05 * s + rng.normal(0, 0.012, 5), main[start, 1] + 0.055 * s], axis=1)
        )
        out[-1][0] = main[start]
    return out


def _boughs(rng: np.random.Generator) -> list[np.ndarray]:
    """Grow a bare tree about (0, 0), up is negative; returns line pieces [2, 2]."""
    out: list[np.ndarray] = []
    stack = [(0.0, 0.0, -math.pi / 2, 0.13, 0)]
    while stack:
        x, y, a, reach, depth = stack.pop()
        end = (x + reach * math.cos(a), y + reach * math.sin(a))
        out.append(np.array([(x, y), end]))
        if depth == 0:
            out += [np.array([(x + d, y), (end[0] + d * 0.4, end[1])]) for d in (-0.012, 0.012)]
        if depth < 5:
            for side in (-1, 1):
                stack.append(
                    (*end, a + side * float(rng.uniform(0.25, 0.6)), reach * float(rng.uniform(0.68, 0.8)), depth + 1)
                )
    return out


@family(
    name="snow_cabin",
    topic="weather",
    tags=("snow", "cabin", "winter", "cosy"),
    palettes=("winter", "dusk", "night", "moonlit", "rose"),
    subjects=("Snow falling on a cabin with lit windows", "A wooden cabin in falling snow"),
    titles=(
        Title("Snowed in, kettle on", palette="dusk"),
        Title("The quietest night of the year", palette="night", pace="calm"),
        "Cabin, snow, repeat",
        Title("It would not stop snowing", pace="lively"),
        Title("Weather forecast: stay inside", palette="winter"),
        "Somebody left a light on for you",
    ),
    events=("a shooting star crosses", "the windows go dark for a moment"),
)
def snow_cabin(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a log cabin among white pines, smoke from the chimney, lamplight on the snow."""
    p = spec.colours
    white = mix((250, 250, 255), p.sky[1], 0.25 if not p.dark else 0.5)
    lamp = rgb("#ffc96b")

    def distance(k: Canvas) -> None:
        k.gradient(p.sky, TOP, 1.15)
        if p.dark:
            stars(k, rng, 90, p.light, bottom=0.8)
        k.poly(under(ridge(rng, waves=7), 0.86, 0.16), mix(p.far, p.sky[2], 0.3))
        k.poly(under(ridge(rng, waves=7), 0.98, 0.1), mix(p.mid, p.far, 0.4))
        for x in np.linspace(LEFT, RIGHT, 16):
            h = float(rng.uniform(0.26, 0.44))
            px, y = float(x + rng.normal(0, 0.02)), 1.18 + float(rng.uniform(-0.02, 0.03))
            pine(k, px, y, h, mix(p.near, p.mid, 0.3), tiers=5)
            pine(k, px, y - h * 0.36, h * 0.64, mix(white, p.mid, 0.35), tiers=3)
        k.poly(under(ridge(rng, rough=0.3), 1.17, 0.02), white)

    def cabin(k: Canvas) -> None:
        wood = mix(rgb("#7a4a2e"), p.ink, 0.45 if p.dark else 0.15)
        k.rect(0.66, 0.73, 0.07, 0.2, mix(p.near, p.ink, 0.4))
        k.rect(0.655, 0.72, 0.08, 0.025, white)
        k.rect(0.25, 0.98, 0.5, 0.29, wood)
        for y in np.arange(1.0, 1.27, 0.032):
            k.line([(0.25, y), (0.75, y)], 0.005, darker(wood, 0.35))
        k.poly([(0.27, 0.98), (0.5, 0.76), (0.73, 0.98)], darker(wood, 0.15))
        k.poly([(0.16, 1.02), (0.5, 0.68), (0.84, 1.02), (0.8, 1.05), (0.5, 0.76), (0.2, 1.05)], white)
        k.rect(0.46, 1.08, 0.09, 0.19, darker(wood, 0.45))
        for x, y in ((0.3, 1.06), (0.61, 1.06), (0.455, 0.86)):
            w = 0.1 if y > 1 else 0.09
            k.rect(x - 0.01, y - 0.01, w + 0.02, 0.1 if y > 1 else 0.09, darker(wood, 0.5))
            k.rect(x, y, w, 0.08 if y > 1 else 0.07, lamp)
            k.line([(x + w / 2, y), (x + w / 2, y + 0.08)], 0.006, darker(wood, 0.5))

    def bank(k: Canvas) -> None:
        k.poly(under(ridge(rng, rough=0.25), 1.3, 0.025), white)
        k.poly(under(ridge(rng, rough=0.25), 1.5, 0.035), lighter(white, 0.3))
        for x, h in ((-0.02, 0.62), (0.98, 0.75)):
            pine(k, x, 1.52, h, p.near, tiers=6)
            pine(k, x - 0.008, 1.52 - h * 0.4, h * 0.6, white, tiers=4)

    back, house, front = c.layer(distance), c.layer(cabin, opaque=False), c.layer(bank, opaque=False)
    far, near = Particles.make(rng, 110), Particles.make(rng, 34)

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.15).stamp(back)
        c.depth(1.0).stamp(house)
        u = spec.moment(t_s, "the windows go dark for a moment")
        if u is None:
            for x, y in ((0.35, 1.1), (0.66, 1.1), (0.5, 0.9)):
                c.glow(x, y, 0.2, lamp, 0.5 + 0.06 * wave(t_s, 0.9, x))
        else:
            for x, y, h in ((0.3, 1.06, 0.08), (0.61, 1.06, 0.08), (0.455, 0.86, 0.07)):
                c.rect(x, y, 0.1 if y > 1 else 0.09, h, p.ink)
        for k in range(7):
            s = (k / 7 + t * 0.11) % 1.0
            c.soft(
                0.695 + 0.12 * s + 0.02 * math.sin(t + k),
                0.71 - 0.42 * s,
                0.05 + 0.11 * s,
                0.045 + 0.08 * s,
                lighter(p.sky[1], 0.45),
                0.55 * (1 - s),
            )
        c.depth(1.15).stamp(front)
        if u is None:
            c.soft(0.5, 1.36, 0.42, 0.09, lamp, 0.3)
        windy = 0.05 + 0.25 * (spec.pace == "lively")
        c.depth(0.7)
        snow(c, far, t, (255, 255, 255), speed=0.17, drift=windy)
        c.depth(1.4)
        c.dots(near.at(t, fall=0.32, drift=windy * 1.6, sway=0.03), 0.007 + 0.008 * near.z, (255, 255, 255))

    return draw


@family(
    name="foggy_lake",
    topic="weather",
    tags=("lake", "fog", "mountains", "reflection"),
    palettes=("dawn", "morning", "rose", "winter", "autumn", "moonlit"),
    paces=("calm", "calm", "steady", "lively"),
    subjects=("Fog drifting over a mountain lake that mirrors the peaks",),
    titles=(
        Title("The lake was a mirror until six a.m.", palette="dawn"),
        "Rowed out just to sit there",
        Title("Cold lake, warm tea", palette="winter"),
        Title("Autumn, twice", palette="autumn"),
        "Fog lifting, one breath at a time",
        Title("Slow morning on the water", pace="calm"),
    ),
    events=("a bird flies past", "a fish jumps"),
)
def foggy_lake(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw peaks and a shore, their rippling image, drifting fog and a rowing boat."""
    p, shore = spec.colours, 0.98

    def land(k: Canvas) -> None:
        k.gradient(p.sky, TOP, shore)
        sun(k, float(rng.uniform(0.25, 0.75)), 0.5, 0.065, p.light, halo=5)
        for y, amp, ink in ((0.72, 0.26, mix(p.far, p.sky[2], 0.45)), (0.84, 0.16, mix(p.far, p.mid, 0.4))):
            line = ridge(rng, waves=8, rough=0.55)
            k.poly(under(line, y, amp, shore), ink)
            if amp > 0.2:
                peak = line * (1, amp) + (0, y)
                snow_y = np.maximum(peak[:, 1], y - 0.06 + 0.02 * np.sin(peak[:, 0] * 60))
                cap = np.concatenate([peak, np.stack([peak[:, 0], snow_y], axis=1)[::-1]])
                k.poly(cap, mix((255, 255, 255), p.sky[2], 0.35))
        for x in np.linspace(LEFT, RIGHT, 34):
            pine(
                k,
                float(x + rng.normal(0, 0.015)),
                shore + 0.01,
                float(rng.uniform(0.06, 0.17)),
                mix(p.mid, p.near, float(rng.random())),
            )
        k.rect(LEFT, shore - 0.006, RIGHT - LEFT, 0.012, p.near)

    back = c.layer(land)
    haze, drift = mix(p.sky[2], (255, 255, 255), 0.35), float(rng.random()) * 20
    tint = mix(p.sky[1], p.near, 0.35)
    boat_x = float(rng.uniform(0.35, 0.6))

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        c.depth(0.35).stamp(back)
        mist(c, shore - 0.08, 0.07, haze, t + drift, alpha=0.55, speed=0.06)
        c.mirror(shore, t * 1.3, tint, mix=0.3, ripple=0.006)
        for k in range(6):
            y = shore + 0.05 + 0.12 * k
            x = 0.5 + 0.5 * math.sin(k * 2.2 + t * 0.15)
            c.line([(x - 0.2 - 0.05 * k, y), (x + 0.2 + 0.05 * k, y)], 0.004, lighter(tint, 0.45), alpha=0.4)
        c.depth(1.0)
        _rowing(c, boat_x + 0.03 * t, 1.26 + 0.004 * wave(t, 2.4), 0.3, t, p.ink, p.accent)
        if (u := spec.moment(t_s, "a fish jumps")) is not None:
            c.ellipse(
                0.2 + 0.14 * u,
                1.22 - 0.14 * math.sin(math.pi * u),
                0.05,
                0.018,
                lighter(tint, 0.7),
                angle_deg=-50 + 100 * u,
            )
            c.arc(0.2, 1.23, 0.04 + 0.1 * u, 0.012 + 0.03 * u, 0, 360, 0.006, lighter(tint, 0.6), alpha=1 - u)
        for k in range(3):
            mist(c, 1.06 + 0.16 * k, 0.08 + 0.03 * k, haze, t + drift + 5 * k, alpha=0.34, speed=0.09)

    return draw


def _rowing(c: Canvas, x: float, y: float, s: float, t: float, ink: Colour, coat: Colour) -> None:
    """Draw a rowing boat with one person, moving right, and a wake."""
    pull = math.sin(t * 2.4)
    for k in range(3):
        c.line(
            [(x - s * (0.6 + 0.5 * k), y + 0.03), (x - s * (0.75 + 0.6 * k), y + 0.032)],
            0.005,
            (255, 255, 255),
            alpha=0.4,
        )
    c.poly(
        [
            (x - s * 0.55, y - 0.05 * s),
            (x + s * 0.6, y - 0.1 * s),
            (x + s * 0.42, y + 0.13 * s),
            (x - s * 0.42, y + 0.13 * s),
        ],
        ink,
    )
    lean = -0.1 * pull * s
    c.line([(x - 0.05 * s, y - 0.06 * s), (x - 0.05 * s + lean, y - 0.36 * s)], 0.13 * s, coat)
    c.circle(x - 0.05 * s + lean * 1.3, y - 0.52 * s, 0.085 * s, darker(ink, 0.2))
    c.line([(x + lean * 0.5, y - 0.25 * s), (x + 0.1 * s - 0.3 * s * pull, y + 0.2 * s)], 0.03 * s, darker(ink, 0.3))
