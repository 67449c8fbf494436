"""Draw instruments close up: a guitar, a drum kit, a cello."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .motion import Particles, ease_out, smooth
from .palette import darker, lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family

_CLOSE = ("static", "zoom_in", "zoom_out", "sway", "tilt_up", "tilt_down")


@family(
    name="guitar_strings",
    topic="music",
    tags=("guitar", "acoustic guitar", "music"),
    palettes=("lamplight", "golden", "cream", "forest", "clay", "mint"),
    cameras=_CLOSE,
    subjects=("Guitar strings vibrating over the sound hole", "An acoustic guitar's strings being plucked"),
    titles=(
        "Four chords and a quiet kitchen",
        Title("First song I ever learned, ten years later", tags=("learning",)),
        Title("Strings in slow motion are unreal", pace="calm", tags=("slow motion",)),
        Title("Campfire set, track one", palette="lamplight"),
        Title("Fingerpicking until my tea got cold", palette="cream"),
        Title("Fast hands, old guitar", pace="lively"),
    ),
    events=("all strings ring at once",),
)
def guitar_strings(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw the body close up; plucked strings blur, hum and settle, one after another."""
    p = spec.colours
    wood = mix(rgb("#d9913f"), p.mid, 0.22)
    strings = np.linspace(0.355, 0.645, 6)

    def body(k: Canvas) -> None:
        k.gradient((p.sky[0], p.sky[1], p.sky[2]), TOP, BOTTOM)
        y = np.linspace(0.28, 2.1, 60)
        half = 0.5 + 0.1 * np.cos((y - 0.62) * 4.6) * np.exp(-((y - 0.9) ** 2)) - 0.5 * np.clip(0.42 - y, 0, 1) ** 0.7
        side = np.stack([0.5 + half, y], axis=1)
        for grow, ink in ((0.05, darker(wood, 0.6)), (0.022, lighter(wood, 0.5)), (0.0, wood)):
            edge = side + np.array([grow, 0])
            k.poly(np.concatenate([edge, (edge * (-1, 1) + np.array([1.0, 0]))[::-1]]) - np.array([0, grow]), ink)
        for x in np.linspace(0.06, 0.94, 34):
            k.line(
                [(x + rng.normal(0, 0.006), 0.4), (x + rng.normal(0, 0.006), BOTTOM)],
                0.004,
                darker(wood, 0.25),
                alpha=0.2,
            )
        k.soft(0.3, 0.8, 0.5, 0.7, lighter(wood, 0.6), 0.28)
        for r, ink in (
            (0.272, darker(wood, 0.5)),
            (0.262, lighter(wood, 0.55)),
            (0.25, p.accent),
            (0.238, lighter(wood, 0.55)),
            (0.228, darker(wood, 0.55)),
        ):
            k.circle(0.5, 0.98, r, ink)
        k.circle(0.5, 0.98, 0.212, rgb("#1d120d"))
        k.soft(0.5, 1.06, 0.2, 0.14, rgb("#5a341c"), 0.5)
        k.poly([(0.72, 1.02), (0.9, 1.1), (0.92, 1.36), (0.74, 1.42), (0.66, 1.2)], darker(wood, 0.62), 0.8)
        k.rect(0.315, TOP, 0.37, 0.9, darker(rgb("#4a2c1c"), 0.2))
        for fy in (-0.05, 0.1, 0.24, 0.37, 0.49, 0.6, 0.7):
            k.rect(0.315, fy, 0.37, 0.011, rgb("#cfcac0"))
        for fy in (0.17, 0.43):
            k.circle(0.5, fy, 0.016, rgb("#efe6d2"))
        k.round_rect(0.25, 1.53, 0.5, 0.09, 0.03, darker(wood, 0.65))
        k.rect(0.31, 1.545, 0.38, 0.012, rgb("#f4ecd8"))

    back = c.layer(body)
    s = np.linspace(0, 1, 26)
    order = rng.permutation(6)
    gap = 0.34 / (0.4 + 0.6 * spec.speed)
    bright, dust = rgb("#f6e7c4"), Particles.make(rng, 16)

    def draw(t_s: float) -> None:
        c.depth(1.0).stamp(back)
        u = spec.moment(t_s, "all strings ring at once")
        for k in range(6):
            since = (t_s - gap * float(order[k])) % (gap * 6)
            loud = math.exp(-since * 1.5) * (0.6 + 0.4 * spec.speed / 2)
            if u is not None:
                loud = max(loud, 1.5 * math.sin(math.pi * u))
            amp, x = 0.021 * loud, strings[k]
            shape = np.sin(math.pi * s) + 0.3 * np.sin(3 * math.pi * s)
            y = TOP + s * (1.55 - TOP)
            thick = 0.011 - 0.0013 * k
            if loud > 0.12:
                left = np.stack([x - amp * shape, y], axis=1)
                right = np.stack([x + amp * shape, y], axis=1)
                c.poly(np.concatenate([left, right[::-1]]), bright, 0.35)
            now = amp * shape * math.sin(t_s * (34 + 5 * k))
            line = np.stack([x + now, y], axis=1)
            c.line(line + np.array([0.012, 0.01]), thick, rgb("#2a1710"), alpha=0.4)
            c.line(line, thick, mix(rgb("#b08d57"), bright, min(1.0, 0.35 + loud)))
            if loud > 0.5:
                c.glow(x, 1.2, 0.13, p.light, 0.75 * (loud - 0.4))
                c.circle(x + 0.02, 1.2 + 0.05 * (1 - loud), 0.03, darker(p.accent2, 0.1), alpha=(loud - 0.5) * 1.5)
        c.depth(1.3).dots(dust.at(t_s, fall=-0.03, drift=0.02), 0.003, p.light)

    return draw


@family(
    name="drum_kit",
    topic="music",
    tags=("drums", "drummer", "music"),
    palettes=("lamplight", "neon", "clay", "indigo", "mint"),
    paces=("steady", "lively", "lively"),
    cameras=_CLOSE,
    subjects=("A drum kit being played with two sticks",),
    titles=(
        "Sorry, neighbours",
        Title("Groove of the week, nice and easy", pace="steady"),
        Title("Fill practice at full speed", pace="lively"),
        Title("Neon kit, new heads", palette="neon"),
        "My left foot has a life of its own",
        Title("Garage rehearsal, second song", palette="lamplight"),
    ),
    events=("the cymbals crash",),
)
def drum_kit(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw the kit from the front; hits bend heads, rock cymbals and send rings out."""
    p = spec.colours
    shell = mix(p.accent, p.accent2, float(rng.choice([0.0, 0.35, 1.0])))
    metal, gold, begin = rgb("#d9dae0"), rgb("#e8b84a"), float(rng.uniform(0, 4))

    def room(k: Canvas) -> None:
        k.gradient(p.sky, TOP, 1.35)
        k.glow(0.5, 0.7, 0.85, p.light, 0.35)
        k.rect(LEFT, 1.35, RIGHT - LEFT, BOTTOM - 1.35, p.near)
        k.ellipse(0.5, 1.46, 0.62, 0.12, mix(p.accent2, p.near, 0.45))
        k.ellipse(0.5, 1.46, 0.54, 0.095, mix(p.accent2, p.near, 0.25))
        for x0, x1, y in ((0.14, 0.2, 0.62), (0.86, 0.8, 0.6), (0.08, 0.1, 0.98)):
            k.line([(x0, y), (x1, 1.46)], 0.012, mix(metal, p.near, 0.4))

    back = c.layer(room)
    tempo = 1.1 + 0.75 * spec.speed

    def hit(t: float, pattern: str) -> float:
        """Return how fresh the last hit of a pattern of eighths is: 1 at the hit, then decaying."""
        step = t * 4
        for past in range(8):
            k = int(step) - past
            if k >= 0 and pattern[k % 8] == "x":
                return math.exp(-(step - k) * 1.1)
        return 0.0

    fill = rng.permutation(["x...x...", "..x...x.", "x..x..x.", "x.x.x.x.", "......xx"]).tolist()

    def drum(x: float, y: float, rx: float, ry: float, h: float, level: float) -> None:
        y += 0.008 * level
        c.poly([(x - rx, y), (x + rx, y), (x + rx * 0.95, y + h), (x - rx * 0.95, y + h)], shell)
        c.poly([(x - rx, y), (x - rx * 0.55, y), (x - rx * 0.5, y + h), (x - rx * 0.95, y + h)], lighter(shell, 0.22))
        c.ellipse(x, y + h, rx * 0.95, ry * 0.9, darker(shell, 0.3))
        c.ellipse(x, y, rx * 1.04, ry * 1.08, metal)
        c.ellipse(x, y, rx * 0.96, ry * 0.95, mix((246, 242, 232), p.light, level))
        c.ring(x, y, 0.001, 0.001, metal)
        if level > 0.25:
            c.arc(x, y - 0.02, rx * (1.2 - 0.3 * level), ry * (1.5 - 0.3 * level), 0, 360, 0.006, p.light, alpha=level)

    def cymbal(x: float, y: float, r: float, level: float, t: float) -> None:
        tilt = -6 + 13 * level * math.sin(t * 19)
        if level > 0.2:
            c.glow(x, y, r * 1.6, gold, 0.6 * level)
        c.ellipse(x, y, r, r * 0.2, darker(gold, 0.25), angle_deg=tilt)
        c.ellipse(x, y - 0.006, r * 0.96, r * 0.16, gold, angle_deg=tilt)
        c.ellipse(x - r * 0.2, y - 0.012, r * 0.5, r * 0.05, lighter(gold, 0.55), angle_deg=tilt)
        c.ellipse(x, y - 0.016, r * 0.2, r * 0.09, lighter(gold, 0.2), angle_deg=tilt)

    def stick(x: float, y: float, level: float, side: int) -> None:
        up = 0.2 * (1 - level)
        tip = (x, y - 0.012 - up)
        end = (x + side * 0.24, y - 0.2 - up * 1.3)
        c.line([tip, end], 0.02, rgb("#e7c48f"))
        c.circle(*tip, 0.016, rgb("#f2dcb4"))
        c.circle(*end, 0.036, rgb("#8a5a3c"))

    def draw(t_s: float) -> None:
        t = begin + t_s * tempo
        c.depth(0.5).stamp(back)
        c.depth(1.0)
        kick, snare, hat = hit(t, "x...x.x."), hit(t, "..x...x."), hit(t, "x.x.x.x.")
        toms, crash = hit(t, fill[0]), hit(t, "x.......") * 0.8
        if (u := spec.moment(t_s, "the cymbals crash")) is not None:
            crash = hat = 1.4 * math.sin(math.pi * u)
        r = 0.265 + 0.008 * kick
        c.circle(0.5, 1.2, r + 0.022, darker(metal, 0.15))
        c.circle(0.5, 1.2, r + 0.008, darker(shell, 0.15))
        c.circle(0.5, 1.2, r - 0.012, mix((245, 240, 230), p.light, kick))
        c.circle(0.5, 1.2, 0.14 + 0.012 * kick, p.accent2)
        c.circle(0.5, 1.2, 0.09, (245, 240, 230))
        if kick > 0.15:
            c.ring(0.5, 1.2, r + 0.16 * (1 - kick) + 0.03, 0.008, p.light, alpha=kick)
        drum(0.17, 1.12, 0.14, 0.045, 0.13, snare)
        drum(0.83, 1.1, 0.15, 0.05, 0.24, hit(t, fill[1]))
        drum(0.345, 0.83, 0.125, 0.045, 0.14, toms)
        drum(0.655, 0.83, 0.135, 0.048, 0.15, hit(t, fill[2]))
        cymbal(0.14, 0.62, 0.18, crash, t)
        cymbal(0.86, 0.6, 0.19, hit(t, "....x..."), t)
        cymbal(0.08, 0.98, 0.13, hat * 0.5, t)
        stick(0.2, 1.11, max(snare, hit(t, "....x...") * 0.3), -1)
        stick(0.655, 0.82, max(hit(t, fill[2]), 0.0), 1)

    return draw


@family(
    name="cello",
    topic="music",
    tags=("cello", "classical music", "music"),
    palettes=("lamplight", "clay", "forest", "indigo", "cream", "rose"),
    cameras=_CLOSE,
    subjects=("A bow drawn slowly across the strings of a cello",),
    titles=(
        "The saddest note is the best one",
        Title("Prelude by lamplight", palette="lamplight", tags=("classical",)),
        Title("Long bows before breakfast", pace="calm"),
        "Hundred-year-old cello, new strings",
        Title("That fast passage everyone dreads", pace="lively"),
        Title("Stairwell acoustics are cheating", palette="indigo"),
    ),
    events=("rosin dust flies up",),
)
def cello(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw the whole body with f-holes, four humming strings and a bow that changes direction."""
    p = spec.colours
    wood = mix(mix(rgb("#b5522a"), rgb("#7a3a1c"), float(rng.random())), p.mid, 0.15)
    begin = float(rng.uniform(0, 9))

    def body(k: Canvas) -> None:
        k.radial(
            0.45, 0.85, 1.1, p.sky[0] if not p.dark else p.sky[2], p.sky[2] if not p.dark else darker(p.sky[0], 0.2)
        )
        y = np.array([0.6, 0.62, 0.68, 0.78, 0.88, 0.94, 1.0, 1.06, 1.12, 1.2, 1.32, 1.45, 1.56, 1.63, 1.66])
        half = np.array([0.02, 0.14, 0.235, 0.27, 0.235, 0.185, 0.17, 0.185, 0.24, 0.315, 0.355, 0.34, 0.25, 0.12, 0.0])
        fine = np.linspace(0.6, 1.66, 60)
        side = np.stack([np.interp(fine, y, half), fine], axis=1)
        side[:, 0] = np.convolve(np.pad(side[:, 0], 2, mode="edge"), np.ones(5) / 5, mode="valid")
        k.soft(0.56, 1.2, 0.5, 0.65, p.ink, 0.45)
        for grow, ink in ((0.02, darker(wood, 0.6)), (0.008, lighter(wood, 0.2)), (0.0, wood)):
            edge = side + np.array([grow, 0])
            k.poly(np.concatenate([edge + np.array([0.5, 0]), (edge * (-1, 1) + np.array([0.5, 0]))[::-1]]), ink)
        k.soft(0.4, 0.85, 0.2, 0.25, lighter(wood, 0.5), 0.4)
        k.soft(0.38, 1.35, 0.24, 0.3, lighter(wood, 0.45), 0.4)
        for x in np.linspace(0.22, 0.78, 24):
            k.line([(x, 1.2), (x + rng.normal(0, 0.01), 1.5)], 0.003, darker(wood, 0.3), alpha=0.25)
        for sign in (-1, 1):
            s = np.linspace(0, 1, 14)
            f = np.stack([0.5 + sign * (0.15 - 0.035 * np.cos(s * math.pi) * 1.0), 0.98 + 0.24 * s], axis=1)
            k.line(f, 0.014, rgb("#1d0f0a"))
            k.circle(f[0, 0], f[0, 1], 0.016, rgb("#1d0f0a"))
            k.circle(f[-1, 0], f[-1, 1], 0.019, rgb("#1d0f0a"))
        black = rgb("#1b1412")
        k.poly([(0.465, 0.0), (0.535, 0.0), (0.552, 0.98), (0.448, 0.98)], black)
        k.poly([(0.455, TOP), (0.545, TOP), (0.54, 0.08), (0.46, 0.08)], darker(wood, 0.3))
        k.poly([(0.47, 1.36), (0.53, 1.36), (0.556, 1.58), (0.444, 1.58)], black)
        k.poly([(0.42, 1.16), (0.58, 1.16), (0.57, 1.12), (0.43, 1.12)], rgb("#e2b277"))
        k.line([(0.5, 1.66), (0.5, BOTTOM)], 0.014, rgb("#b9bcc6"))

    back = c.layer(body)
    cords, s = np.linspace(0.455, 0.545, 4), np.linspace(0, 1, 14)
    dust = Particles.make(rng, 18)

    def draw(t_s: float) -> None:
        t = begin + t_s * (0.3 + 0.7 * spec.speed)
        c.depth(1.0).stamp(back)
        stroke = math.sin(t * 1.35)
        playing = int(t * 0.45) % 4
        for k in range(4):
            loud = abs(math.cos(t * 1.35)) if k == playing else 0.12
            bow_shape = np.sin(math.pi * s) * 0.009 * loud * math.sin(t_s * 45 + k)
            bottom = 0.47 + 0.06 * k / 3
            x = 0.478 + 0.044 * k / 3 + (cords[k] - (0.478 + 0.044 * k / 3)) * np.minimum(1, s * 1.1)
            x = np.where(s > 0.86, cords[k] + (bottom - cords[k]) * (s - 0.86) / 0.14, x) + bow_shape
            line = np.stack([x, 0.02 + 1.36 * s], axis=1)
            c.line(line, 0.0065 - 0.0008 * k, lighter(rgb("#cfc6b4"), 0.5 * loud))
            if loud > 0.5:
                c.glow(cords[k], 1.05, 0.16, p.light, 0.4 * loud)
        x, y = 0.5 + 0.33 * stroke, 1.04 + 0.012 * math.sin(t * 2.7)
        a = math.radians(-7 + 5 * math.sin(t * 0.6))
        along, up = np.array([math.cos(a), math.sin(a)]), np.array([math.sin(a), -math.cos(a)])
        tip, frog = np.array([x, y]) - along * 0.62, np.array([x, y]) + along * 0.62
        c.line(np.add([tip, frog], (0.01, 0.03)), 0.016, p.ink, alpha=0.3)
        c.line([tip, frog], 0.011, rgb("#f4eee0"))
        bend = np.linspace(0, 1, 9)[:, None]
        c.line(tip + (frog - tip) * bend + up * (0.046 - 0.03 * np.sin(bend * math.pi)), 0.016, rgb("#5b2d1a"))
        c.line([frog - along * 0.06, frog - along * 0.06 + up * 0.046], 0.034, rgb("#1b1412"))
        c.line([tip, tip + up * 0.046], 0.016, rgb("#5b2d1a"))
        if (u := spec.moment(t_s, "rosin dust flies up")) is not None:
            for k in range(16):
                q = 0.5 + 0.18 * math.sin(k * 2.4) * ease_out(u), 1.02 - (0.1 + 0.016 * k) * ease_out(u)
                c.circle(*q, 0.008, (255, 250, 235), alpha=0.8 * (1 - u))
            c.soft(0.5, 0.98 - 0.1 * u, 0.2, 0.16, (255, 250, 235), 0.4 * (1 - smooth(u)))
        c.depth(1.3).dots(dust.at(t, fall=-0.02, drift=0.015), 0.0025, p.light)

    return draw
