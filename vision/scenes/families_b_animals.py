"""Draw pets and the owl outside: a cat at the window, a dog off the lead, an owl before the moon."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .families_b_beasts import DOG, paint_beast, quadruped
from .families_b_parts import blob, ellipse, limb, place, poly
from .families_b_places import conifer
from .families_b_seoul import sky
from .motion import Particles, clamp, pulse, ridge, smooth, under, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .props import butterfly, moon, rain, round_tree, skyline, snow, stars, twinkle
from .spec import Draw, SceneSpec, Title, family

# Points and titles read as pictures and lists, several to a line.
# fmt: off

CATS = (("#e8924a", "#fbe3c4"), ("#4a4a54", "#e9e4de"), ("#2a2428", "#3d3438"), ("#efe6da", "#ffffff"),
    ("#a8744a", "#f0dcc0"))


def _cat(c: Canvas, x: float, y: float, s: float, t_s: float, fur: Colour, belly: Colour, speed: float, *,
    look: float) -> None:
    """Paint a cat sitting with its back half turned, paws at (x, y); its tail sways, ears flick, eyes blink."""
    swing = wave(t_s * speed, 2.6)
    tail = [(x + 0.15 * s, y - 0.03 * s), (x + 0.30 * s, y + 0.05 * s), (x + (0.38 + 0.03 * swing) * s, y + (0.22) * s),
        (x + (0.33 + 0.10 * swing) * s, y + 0.38 * s)]
    c.polys(limb(tail, [0.045 * s, 0.045 * s, 0.04 * s, 0.03 * s], smooth=True), darker(fur, 0.08))
    c.polys(blob((x - 0.16 * s, y), (x - 0.19 * s, y - 0.18 * s), (x - 0.13 * s, y - 0.42 * s), (x, y - 0.52 * s),
        (x + 0.12 * s, y - 0.42 * s), (x + 0.21 * s, y - 0.16 * s), (x + 0.19 * s, y)), fur)
    c.polys(blob((x - 0.10 * s, y), (x - 0.11 * s, y - 0.2 * s), (x - 0.05 * s, y - 0.36 * s),
        (x + 0.03 * s, y - 0.2 * s), (x + 0.03 * s, y)), belly)
    for dx in (-0.10, 0.02):
        c.polys(limb([(x + dx * s, y - 0.16 * s), (x + dx * s, y - 0.02 * s)], [0.042 * s, 0.045 * s]),
            lighter(fur, 0.04))
        c.polys(ellipse(x + dx * s - 0.01 * s, y - 0.012 * s, 0.055 * s, 0.03 * s), belly)
    hx, hy = x - 0.02 * s + 0.035 * look * s, y - 0.58 * s
    flick = 0.03 * max(0.0, wave(t_s, 1.9) - 0.9) * 10
    for side in (-1, 1):
        c.polys(poly((hx + side * 0.16 * s, hy - 0.02 * s), (hx + side * (0.15 + flick) * s, hy - 0.24 * s),
            (hx + side * 0.03 * s, hy - 0.12 * s)), fur)
        c.polys(poly((hx + side * 0.135 * s, hy - 0.06 * s), (hx + side * (0.135 + flick) * s, hy - 0.19 * s),
            (hx + side * 0.06 * s, hy - 0.11 * s)), rgb("#f0a8a0"))
    c.polys(ellipse(hx, hy, 0.175 * s, 0.145 * s), fur)
    for dx in (-0.05, 0.0, 0.05):
        c.line([(hx + dx * s, hy - 0.135 * s), (hx + dx * 0.8 * s, hy - 0.085 * s)], 0.016 * s, darker(fur, 0.28))
    c.polys(ellipse(hx + 0.03 * look * s, hy + 0.06 * s, 0.085 * s, 0.06 * s), belly)
    shut = clamp(1 - 12 * abs((t_s * 0.37) % 1.0 - 0.5))
    for side in (-1, 1):
        ex, ey = hx + side * 0.075 * s + 0.03 * look * s, hy - 0.012 * s
        c.polys(ellipse(ex, ey, 0.036 * s, 0.038 * s * (1 - 0.9 * shut) + 0.003), rgb("#d8e05a"))
        c.polys(ellipse(ex + 0.012 * look * s, ey, 0.013 * s, 0.031 * s * (1 - 0.9 * shut) + 0.002), (18, 16, 20))
        whisk = [[(hx + side * 0.05 * s, hy + (0.055 + d) * s), (hx + side * 0.22 * s, hy + (0.035 + 2.4 * d) * s)]
            for d in (0.0, 0.02)]
        c.polys([limb(w, [0.004 * s, 0.002 * s])[0] for w in whisk], (250, 250, 250))
    c.polys(poly((hx - 0.018 * s + 0.03 * look * s, hy + 0.035 * s), (hx + 0.018 * s + 0.03 * look * s, hy + 0.035 * s),
        (hx + 0.03 * look * s, hy + 0.055 * s)), rgb("#e8807a"))


@family(
    name="window_cat", topic="animals", tags=("cat", "pets", "window", "cosy", "animals", "cute"),
    palettes=("dusk", "morning", "winter", "night", "storm", "golden"), paces=("calm", "steady"),
    cameras=("static", "zoom_in", "zoom_out", "sway"),
    subjects=("a cat sitting on a windowsill watching the weather",
    "a cat on a windowsill following a fluttering moth"),
    events=("the cat swats", "lightning strikes", "the light goes out for a moment"),
    titles=(
        "Window television, cat edition", "Head of security", "He has been there for three hours", "Cat, sill, weather",
        "Nine lives, one window", "Do not disturb the watcher",
        Title("The moth made a mistake", event="the cat swats", tags=("playing",)),
        Title("Cat and moth, a story", subject="a cat on a windowsill following a fluttering moth"),
        Title("Snow day for cats", palette="winter", tags=("snow",)),
        Title("Evening patrol from the sill", palette="dusk"), Title("Storm watcher", palette="storm", tags=("rain",)),
        Title("Sunbeam acquired", palette="golden"),
    ),
)
def window_cat(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Seat a cat on a sill before a window with rain, snow or a view; tail sways, head follows a moth."""
    p = spec.colours
    fur, belly = (rgb(h) for h in CATS[spec.seed % 5])
    wall, frame = mix(p.near, p.ink, 0.25), mix(rgb("#f2eadc"), p.near, 0.25 if not p.dark else 0.45)
    moth = "moth" in spec.subject

    def paint(k: Canvas) -> None:
        sky(k, rng, p, x=0.34, y=0.42, r=0.06)
        skyline(k, rng, 1.2, mix(p.far, p.sky[2], 0.15), p, low=0.1, high=0.4, width=0.15, share=0.4)
        for x, h in ((0.12, 0.4), (0.9, 0.5)):
            round_tree(k, x, 1.25, h, p.mid, p.ink)

    def paint_room(k: Canvas) -> None:
        k.rect(LEFT, TOP, 0.10 - LEFT, BOTTOM - TOP, wall)
        k.rect(0.90, TOP, RIGHT - 0.9, BOTTOM - TOP, wall)
        k.rect(LEFT, TOP, RIGHT - LEFT, 0.16 - TOP, wall)
        k.rect(LEFT, 1.30, RIGHT - LEFT, BOTTOM - 1.30, darker(wall, 0.2))
        for box in ((0.07, 0.13, 0.86, 0.035), (0.07, 0.13, 0.035, 1.2), (0.895, 0.13, 0.035, 1.2),
            (0.485, 0.13, 0.03, 1.2), (0.07, 0.62, 0.86, 0.025)):
            k.rect(*box, frame)
        k.round_rect(0.02, 1.29, 0.96, 0.06, 0.012, lighter(frame, 0.2))
        k.rect(0.04, 1.345, 0.92, 0.02, darker(frame, 0.3))
        curtain = mix(p.accent, p.near, 0.35)
        for side in (-1, 1):
            for n in range(4):
                x = 0.5 + side * (0.40 + 0.06 * n)
                k.polys(limb([(x, TOP), (x + side * 0.03, 0.7), (x + side * 0.05, 1.75)], [0.045, 0.04, 0.05],
                    smooth=True), darker(curtain, 0.10 * (n % 2)))
        k.poly([(0.12, 1.20), (0.25, 1.20), (0.235, 1.30), (0.135, 1.30)], rgb("#c9744f"))
        for dx, h in ((0.0, 0.2), (-0.05, 0.14), (0.05, 0.15)):
            k.polys(limb([(0.185, 1.2), (0.185 + dx, 1.2 - h)], [0.012, 0.022]), rgb("#4f8f5f"))

    back, room = c.layer(paint), c.layer(paint_room, opaque=False)
    drops = Particles.make(rng, 90)

    def draw(t_s: float) -> None:
        c.depth(0.3).stamp(back)
        if spec.palette == "winter":
            snow(c, drops, t_s, (255, 255, 255))
        elif spec.palette in ("storm", "night"):
            rain(c, drops, t_s, lighter(p.sky[2], 0.4), speed=1.6, alpha=0.45)
        c.depth(1.0).stamp(room)
        mx, my = 0.42 + 0.22 * wave(t_s * spec.speed, 3.7), 0.62 + 0.10 * wave(t_s * spec.speed, 2.3, 0.3)
        look = clamp((mx - 0.54) * 5, -1, 1) if moth else 0.7 * wave(t_s * spec.speed, 6.5)
        c.soft(0.58, 1.31, 0.24, 0.03, p.ink, 0.5)
        _cat(c, 0.56, 1.305, 0.86, t_s, fur, belly, spec.speed, look=look)
        if moth:
            butterfly(c, mx, my, 0.045, abs(math.sin(t_s * 16)), lighter(p.light, 0.3), p.ink)
        if (u := spec.moment(t_s, "the cat swats")) is not None:
            e = pulse(u)
            c.polys(limb([(0.50, 1.10), (0.44, 1.0 - 0.12 * e), (0.40 - 0.10 * e, 0.98 - 0.30 * e)],
                [0.045, 0.042, 0.046]), fur)
            c.circle(0.40 - 0.10 * e, 0.98 - 0.30 * e, 0.046, belly)
        if p.dark:
            c.glow(0.9, 0.4, 0.6, rgb("#ffb866"), 0.4)

    return draw


DOGS = (("#c98a4a", "#8a5a2e"), ("#f1e4cf", "#c9a878"), ("#3a3438", "#221e22"), ("#a8623a", "#6e3c22"),
    ("#d9d4cc", "#8f8a86"))


def _dog(x: float, y: float, s: float, phase: float, inks: tuple[str, str], leap: float, *, p: Palette,
    c: Canvas) -> None:
    """Paint the dog."""
    fur, dark = rgb(inks[0]), rgb(inks[1])
    body = quadruped(DOG, feet=(x, y - 0.26 * leap), length=s, phase_rad=phase, stride_deg=42, gallop=True,
        wag=math.sin(phase * 0.9), nod_deg=22 * leap)
    paint_beast(c, body, fur)
    nx, ny = body.nose
    px, py = body.poll
    flap = 0.35 * math.sin(phase)
    c.polys(limb([(px - 0.02 * s, py - 0.06 * s), (px - 0.16 * s, py - (0.02 + 0.10 * flap) * s),
        (px - 0.24 * s, py + (0.06 - 0.16 * flap) * s)], [0.05 * s, 0.065 * s, 0.035 * s], smooth=True), dark)
    c.circle(nx + 0.045 * s, ny - 0.03 * s, 0.038 * s, (24, 20, 22))
    c.circle(px + 0.07 * s, py - 0.06 * s, 0.022 * s, (24, 20, 22))
    c.polys(limb([(nx - 0.02 * s, ny + 0.05 * s), (nx - 0.06 * s, ny + (0.14 + 0.03 * flap) * s)],
        [0.030 * s, 0.035 * s]), rgb("#f2788a"))
    wx, wy = body.withers
    c.polys(limb([(wx + 0.05 * s, wy - 0.18 * s), (wx + 0.17 * s, wy + 0.06 * s)], [0.028 * s, 0.028 * s]),
        p.accent)


def _running_dog_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette, beach: bool) -> None:
    """Paint what stands still behind the running dog. For layers."""
    sky(k, rng, p, x=0.3, y=0.45, r=0.075)
    if beach:
        k.gradient((mix(p.sky[2], p.far, 0.4), mix(rgb("#2f8fb5"), p.mid, 0.4)), 0.86, 1.14)
    else:
        k.poly(under(ridge(rng, first=0.9), 0.96, 0.06), mix(p.far, p.sky[2], 0.3))
        k.poly(under(ridge(rng, first=1.3), 1.05, 0.04), mix(p.far, p.mid, 0.6))


@family(
    name="running_dog", topic="animals", tags=("dog", "pets", "running", "happy", "animals", "outdoors"),
    palettes=("golden", "day", "autumn", "spring", "sunset", "winter"), counts=(1, 3),
    paces=("steady", "lively", "calm"),
    subjects=("{n} happy dog{s} running across a meadow", "{n} dog{s} running along a beach"),
    events=("a dog catches a frisbee", "a butterfly flutters past", "a red leaf blows past"),
    titles=(
        "Zoomies, full volume", "Off the lead", "Ears have left the building", "Fetch is a lifestyle",
        "The good boy express", "Four paws off the ground",
        Title("What a catch", event="a dog catches a frisbee", tags=("frisbee", "playing")),
        Title("Three dogs, zero plans", count=3), Title("Beach dog", subject="{n} dog{s} running along a beach",
        tags=("beach",)),
        Title("Leaf pile ahead", palette="autumn", tags=("autumn",)),
        Title("First snow, first sprint", palette="winter", tags=("snow",)),
        Title("Slow-motion happiness", pace="calm"),
    ),
)
def running_dog(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Gallop dogs across a scrolling meadow or along a beach; tongues out, tails up."""
    p, beach = spec.colours, "beach" in spec.subject
    field = lighter(p.far, 0.65) if spec.palette == "winter" else mix(rgb("#e9cf9f" if beach else "#8fbf4f"), p.mid,
        0.3)
    span = 2.2

    back = c.layer(lambda k: _running_dog_backdrop(k, rng=rng, p=p, beach=beach))
    things = [(rng.uniform(0, span), rng.uniform(0.18, 0.4), rng.random()) for _ in range(9)]
    tufts = [(rng.uniform(0, span), rng.random(), rng.integers(0, 4)) for _ in range(40)]
    flowers = [rgb("#ffffff"), rgb("#ffd23f"), rgb("#ff8fa8"), p.accent]
    pack = [(n, rng.random() * 6.28, DOGS[(n + spec.seed) % 5]) for n in range(spec.count)]

    def draw(t_s: float) -> None:
        run = t_s * 0.5 * spec.speed
        c.depth(0.15).stamp(back)
        c.depth(0.6)
        for x0, h, z in things:
            x = LEFT - 0.3 + (x0 - run * 0.35) % span
            if not beach:
                round_tree(c, x, 1.09 + 0.04 * z, h, mix(p.mid, p.accent if spec.palette == "autumn" else p.near,
                    0.4 * z), p.ink)
        c.depth(0.9).rect(LEFT, 1.08, RIGHT - LEFT, BOTTOM - 1.08, field)
        if beach:
            foam = np.stack([np.linspace(LEFT, RIGHT, 30), 1.10 + 0.012 * np.sin(np.linspace(0, 16, 30) + t_s * 2)],
                axis=1)
            c.line(foam, 0.022, (255, 255, 255))
        c.depth(1.0)
        for x0, z, kind in tufts:
            x, y = LEFT - 0.3 + (x0 - run * (0.6 + 0.8 * z)) % span, 1.14 + 0.5 * z
            if beach or spec.palette == "winter":
                c.ellipse(x, y, 0.016 + 0.01 * z, 0.006, darker(field, 0.12))
            else:
                c.polys([limb([(x, y), (x + d, y - 0.03 - 0.03 * z)], [0.006, 0.002])[0] for d in (-0.014, 0.0, 0.014)],
                    darker(field, 0.25))
                if kind < 3:
                    c.circle(x, y - 0.045 - 0.03 * z, 0.008 + 0.006 * z, flowers[kind])
        catch = spec.moment(t_s, "a dog catches a frisbee")
        for n, phase, inks in reversed(pack):
            s = 0.29 if spec.count == 1 else 0.22
            x, y = 0.5 + 0.24 * (n - (spec.count - 1) / 2) + 0.02 * wave(t_s, 2.9,
                phase), 1.32 + (0.08 * (n - (spec.count - 1) / 2) if spec.count > 1 else 0)
            leap = 4 * catch * (1 - catch) if catch is not None and n == 0 else 0.0
            c.soft(x, y + 0.005, 0.75 * s, 0.022, p.ink, 0.5 * (1 - 0.5 * leap))
            _dog(x, y, s, t_s * 9 * (0.5 + 0.5 * spec.speed) + phase, inks, leap, p=p, c=c)
            if catch is not None and n == 0:
                fx = x + 0.29 + 0.35 * (1 - smooth(catch * 2))
                c.ellipse(fx, 0.82 + 0.1 * (1 - leap) - 0.12 * (1 - smooth(catch * 2)), 0.075, 0.020, rgb("#ff4d6d"),
                    angle_deg=-10)
        if spec.palette == "winter":
            c.dots(Particles(*(np.array([t[i % 3] % 1.0 for t in tufts]) for i in range(4))).at(t_s, fall=0.2,
                drift=-0.3), 0.006, (255, 255, 255))

    return draw


def _owl_branch(k: Canvas, *, p: Palette) -> None:
    """Paint the owl branch. For layers."""
    bark = p.ink
    k.polys(limb([(1.2, 1.02), (0.9, 1.12), (0.6, 1.20), (0.28, 1.19), (0.02, 1.26)],
        [0.08, 0.05, 0.036, 0.026, 0.008], smooth=True), bark)
    k.polys(limb([(0.30, 1.19), (0.20, 1.10), (0.06, 1.06)], [0.018, 0.012, 0.005], smooth=True), bark)
    k.polys(limb([(0.85, 1.13), (0.80, 0.98), (0.88, 0.80)], [0.026, 0.018, 0.006], smooth=True), bark)
    for x, y, a in ((0.08, 1.05, 0.4), (0.05, 1.25, -0.3), (0.87, 0.82, 1.0), (0.81, 0.94, 2.4), (0.18, 1.22, 1.2),
        (0.14, 1.08, -0.8)):
        k.polys(place(limb([(0, 0), (0.05, 0.0), (0.10, 0.0)], [0.006, 0.024, 0.003], smooth=True), x, y,
            angle_rad=a), mix(p.near, p.accent2, 0.2))


def _night_owl_backdrop(k: Canvas, *, rng: np.random.Generator, p: Palette) -> None:
    """Paint what stands still behind the night owl. For layers."""
    k.gradient(p.sky, y1=1.5)
    stars(k, rng, 90, p.light, bottom=1.4)
    moon(k, 0.5, 0.80, 0.37, lighter(p.light, 0.2))
    k.poly(under(ridge(rng, first=1.0), 1.42, 0.04), p.mid)
    for x in rng.uniform(LEFT, RIGHT, 26).tolist():
        k.polys(place(conifer(), x, 1.52, rng.uniform(0.15, 0.36)), mix(p.near, p.mid, rng.uniform(0, 0.7)))
    k.poly(under(ridge(rng, first=1.0), 1.56, 0.03), p.near)


@family(
    name="night_owl", topic="animals", tags=("owl", "bird", "night", "forest", "wildlife", "animals", "moon"),
    palettes=("night", "moonlit", "dusk", "violet", "indigo"), paces=("calm", "steady"),
    cameras=("static", "zoom_in", "zoom_out", "tilt_up", "sway"),
    subjects=("an owl on a branch in front of a big moon turning its head",),
    events=("the owl winks", "a shooting star crosses", "lightning strikes"),
    titles=(
        "Night shift", "Who is looking at whom", "Owl, moon, silence", "Two hundred and seventy degrees of judgement",
        "The branch by the barn", "Awake since sunset",
        Title("It winked at me", event="the owl winks", tags=("funny",)), Title("Moonlit watch", palette="moonlit"),
        Title("Violet hour owl", palette="violet"),
        Title("A star fell behind the owl", event="a shooting star crosses"), "Nobody sneaks past this branch",
    ),
)
def night_owl(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Perch an owl before a huge moon; it turns its head, blinks its lamp eyes and ruffles its wings."""
    p = spec.colours
    coat = mix(rgb(("#8a6a4a", "#b8a48c", "#6a5a5f", "#c9b9a4")[spec.seed % 4]), p.near, 0.2)
    pale, eye = lighter(coat, 0.5), rgb("#ffc233")
    ox, oy = 0.5, 1.16

    back, branch, blink = c.layer(lambda k: _night_owl_backdrop(k, rng=rng,
        p=p)), c.layer(lambda k: _owl_branch(k, p=p), opaque=False), Particles.make(rng, 14)
    flecks = [(rng.uniform(-0.10, 0.10), rng.uniform(-0.26, -0.06)) for _ in range(22)]

    def draw(t_s: float) -> None:
        c.depth(0.2).stamp(back)
        twinkle(c, blink, t_s, p.light, bottom=0.6)
        c.depth(0.9).stamp(branch)
        c.depth(1.0)
        puff = 1 + 0.025 * wave(t_s * spec.speed, 2.8)
        c.polys(blob((ox - 0.03, oy + 0.02), (ox - 0.05, oy + 0.17), (ox, oy + 0.20), (ox + 0.05, oy + 0.17),
            (ox + 0.03, oy + 0.02)), darker(coat, 0.4))
        c.polys(blob((ox - 0.13 * puff, oy - 0.02), (ox - 0.175 * puff, oy - 0.20), (ox - 0.13, oy - 0.40),
            (ox + 0.13, oy - 0.40), (ox + 0.175 * puff, oy - 0.20), (ox + 0.13 * puff, oy - 0.02), (ox, oy + 0.045)),
            coat)
        c.polys(blob((ox - 0.09, oy - 0.04), (ox - 0.105, oy - 0.2), (ox, oy - 0.34), (ox + 0.105, oy - 0.2),
            (ox + 0.09, oy - 0.04), (ox, oy + 0.02)), pale)
        for dx, dy in flecks:
            if abs(dx) < 0.075:
                c.polys(poly((ox + dx - 0.014, oy + dy), (ox + dx, oy + dy + 0.022), (ox + dx + 0.014, oy + dy)),
                    darker(coat, 0.15))
        for side in (-1, 1):
            lift = 0.02 * max(0.0, wave(t_s * spec.speed, 4.3, 0.2) - 0.6) * 4
            c.polys(blob((ox + side * 0.13, oy - 0.36), (ox + side * (0.20 + lift), oy - 0.2),
                (ox + side * (0.15 + lift), oy + 0.02), (ox + side * 0.09, oy + 0.05), (ox + side * 0.115, oy - 0.15)),
                darker(coat, 0.28))
            for k in range(3):
                c.polys(limb([(ox + side * (0.035 + 0.022 * k), oy + 0.03), (ox + side * (0.035 + 0.022 * k),
                    oy + 0.062)], [0.011, 0.008]), rgb("#e8a83a"))
        turn = math.sin(t_s * 0.9 * spec.speed)
        turn = math.copysign(abs(turn) ** 0.5, turn)
        hx, hy = ox + 0.02 * turn, oy - 0.44
        for side in (-1, 1):
            c.polys(poly((hx + side * 0.15, hy - 0.04), (hx + side * 0.17 + 0.02 * turn, hy - 0.20),
                (hx + side * 0.045, hy - 0.12)), darker(coat, 0.12))
        c.polys(ellipse(hx, hy, 0.175, 0.145), coat)
        wink = 0.0 if (u := spec.moment(t_s, "the owl winks")) is None else pulse(u)
        shut = clamp(1 - 14 * abs((t_s * 0.31) % 1.0 - 0.5))
        for side in (-1, 1):
            ex, ey = hx + side * 0.072 + 0.055 * turn, hy + 0.005
            c.circle(ex, ey, 0.082, pale)
            close = max(shut, wink if side > 0 else 0.0)
            c.glow(ex, ey, 0.11, eye, 0.45 * (1 - close))
            c.polys(ellipse(ex, ey, 0.056, 0.056 * (1 - 0.93 * close)), eye)
            c.polys(ellipse(ex + 0.008 * turn, ey, 0.033, 0.033 * (1 - 0.93 * close)), (16, 12, 20))
            c.circle(ex + 0.012, ey - 0.016, 0.010 * (1 - close), (255, 255, 255))
        bx = hx + 0.065 * turn
        c.polys(poly((bx - 0.022, hy + 0.035), (bx + 0.022, hy + 0.035), (bx, hy + 0.095)), rgb("#e8a83a"))

    return draw
