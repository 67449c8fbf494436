"""Draw crafts on a bench: a potter's wheel, knitting, planed wood."""

from __future__ import annotations

import math

import numpy as np

from .canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from .motion import Particles, ease_out, smooth, wave
from .palette import Colour, Palette, darker, lighter, mix, rgb
from .spec import Draw, SceneSpec, Title, family

_CLOSE = ("static", "zoom_in", "zoom_out", "sway", "tilt_up")


def bench(k: Canvas, p: Palette, y: float, *, wood: Colour | None = None) -> None:
    """Paint a wall with light from one side and a table top from y down."""
    k.gradient(p.sky, TOP, y)
    k.glow(0.15, 0.25, 1.0, p.light, 0.35)
    top = wood or mix(p.mid, rgb("#a9744a"), 0.35)
    k.rect(LEFT, y, RIGHT - LEFT, BOTTOM - y, top)
    k.rect(LEFT, y, RIGHT - LEFT, 0.014, lighter(top, 0.3))
    for j, x in enumerate(np.linspace(LEFT, RIGHT, 9)):
        k.line(
            [(0.5 + (x - 0.5) * 0.75, y + 0.014), (0.5 + (x - 0.5) * 1.5, BOTTOM)],
            0.005,
            darker(top, 0.25),
            alpha=0.5 if j % 2 else 0.25,
        )


def hand(
    c: Canvas, x: float, y: float, size: float, side: int, skin: Colour, sleeve: Colour, *, lift: float = 0.0
) -> None:
    """Draw a cupped hand whose palm is at (x, y), its arm leaving to the given side (-1 left, 1 right)."""
    out, low = (
        (x + side * size * 2.6, y + size * (1.3 - lift)),
        (x + side * size * 1.15, y + size * (0.45 - lift * 0.4)),
    )
    c.line([low, out], size * 0.85, skin)
    cuff = (low[0] + (out[0] - low[0]) * 0.7, low[1] + (out[1] - low[1]) * 0.7)
    far = (low[0] + (out[0] - low[0]) * 5, low[1] + (out[1] - low[1]) * 5)
    c.line([cuff, far], size * 1.15, sleeve)
    c.ellipse(x + side * size * 0.55, y + size * 0.15, size * 0.75, size * 0.48, skin, angle_deg=side * 20)
    for k in range(4):
        root = (x + side * size * (0.35 - 0.03 * k), y + size * (-0.22 + 0.2 * k))
        c.line([root, (x - side * size * 0.08, root[1] - size * 0.05)], size * 0.21, lighter(skin, 0.06 * (k % 2)))
    c.line(
        [(x + side * size * 0.6, y - size * 0.15), (x + side * size * 0.1, y - size * 0.55)],
        size * 0.23,
        lighter(skin, 0.08),
    )


def skin_of(rng: np.random.Generator, p: Palette) -> Colour:
    """Pick a skin colour, warmed or cooled by the light."""
    tones = [rgb(h) for h in ("#f0c3a0", "#d99a6c", "#b5764a", "#8a5233", "#5f3823")]
    return mix(tones[int(rng.integers(5))], p.light, 0.08)


@family(
    name="pottery",
    topic="craft",
    tags=("pottery", "ceramics", "clay", "handmade"),
    palettes=("clay", "cream", "lamplight", "mint", "golden", "sky"),
    cameras=_CLOSE,
    subjects=("Hands shaping a clay pot on a spinning pottery wheel",),
    titles=(
        "From lump to vase, no talking",
        Title("Beginner's pottery: centring finally clicked", tags=("learning",)),
        Title("Throwing a pot after work", palette="lamplight"),
        Title("Clay ASMR", pace="calm", tags=("asmr",)),
        Title("How fast can you throw a vase?", pace="lively"),
        "It wobbled once and my heart stopped",
    ),
    events=("the pot wobbles",),
)
def pottery(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a pot whose profile grows and narrows while it turns between two hands."""
    p, table = spec.colours, 1.3
    clay = mix(rgb("#c27a52"), p.light, float(rng.uniform(0.0, 0.2)))
    skin, sleeve = skin_of(rng, p), mix(p.accent2, p.near, 0.2)

    def room(k: Canvas) -> None:
        bench(k, p, 1.42)
        shelf = mix(p.near, p.mid, 0.5)
        for y in (0.28, 0.56):
            k.rect(0.02, y, 0.96, 0.022, shelf)
            for x in np.arange(0.08, 0.95, 0.125):
                h, w = float(rng.uniform(0.07, 0.16)), float(rng.uniform(0.028, 0.05))
                ink = mix((p.accent, p.accent2, p.light, clay, p.far)[int(rng.integers(5))], p.sky[1], 0.35)
                k.ellipse(x, y - h * 0.42, w, h * 0.42, ink)
                k.rect(x - w * 0.45, y - h, w * 0.9, h * 0.4, ink)
                k.ellipse(x, y - h, w * 0.6, 0.008, darker(ink, 0.3))

    back = c.layer(room)
    goal = rng.uniform(0.75, 1.2, 5)
    s = np.linspace(0, 1, 24)
    drops = Particles.make(rng, 16)

    def profile(u: float) -> tuple[np.ndarray, float]:
        """Return the half width at 24 heights, and the height: a lump at u = 0, a vase at u = 1."""
        lump = 0.2 * np.sqrt(np.clip(1.02 - s**2.6, 0, 1)) + 0.01
        vase = 0.165 * np.interp(
            s, [0, 0.22, 0.5, 0.8, 1.0], [0.72, 1.1 * goal[0], 1.05 * goal[1], 0.55 * goal[2], 0.8 * goal[3]]
        )
        vase = np.convolve(np.pad(vase, 3, mode="edge"), np.ones(7) / 7, mode="valid")
        return lump + (vase - lump) * u, 0.2 + 0.34 * u

    def draw(t_s: float) -> None:
        t = t_s * spec.speed
        u = smooth(
            0.08
            + 0.84
            * (0.5 - 0.5 * math.cos(math.pi * min(1.0, t_s / spec.duration_s)))
            * min(1.0, 0.7 + 0.3 * spec.speed)
        )
        c.depth(0.5).stamp(back)
        c.depth(1.0)
        c.soft(0.5, 1.5, 0.5, 0.12, p.ink, 0.5)
        c.rect(0.44, table + 0.03, 0.12, 0.3, darker(p.near, 0.2))
        for dy, w, ink in (
            (0.03, 0.37, darker(p.near, 0.3)),
            (0.0, 0.37, mix(p.far, (190, 190, 195), 0.5)),
            (-0.004, 0.34, mix(p.light, (170, 160, 155), 0.5)),
        ):
            c.ellipse(0.5, table + dy, w, w * 0.2, ink)
        spin = t * 7
        for k in range(3):
            a = spin + k * 2.1
            c.ellipse(0.5 + 0.29 * math.cos(a), table - 0.004 + 0.055 * math.sin(a), 0.018, 0.006, clay)
        half, tall = profile(u)
        wob = 0.002 * math.sin(spin * 2)
        if (v := spec.moment(t_s, "the pot wobbles")) is not None:
            wob += 0.035 * math.sin(v * 25) * math.sin(math.pi * v)
        y = table - tall * s
        shift = wob * s**1.5
        right, left = np.stack([0.5 + shift + half, y], axis=1), np.stack([0.5 + shift - half, y], axis=1)
        base = np.stack(
            [
                0.5 + half[0] * np.cos(np.linspace(0, math.pi, 10)),
                table + half[0] * 0.2 * np.sin(np.linspace(0, math.pi, 10)),
            ],
            axis=1,
        )
        c.poly(np.concatenate([base, left, right[::-1]]), clay)
        c.poly(np.concatenate([right, np.stack([0.5 + shift + half * 0.45, y], axis=1)[::-1]]), darker(clay, 0.22))
        c.poly(
            np.concatenate(
                [
                    np.stack([0.5 + shift - half * 0.78, y], axis=1),
                    np.stack([0.5 + shift - half * 0.42, y], axis=1)[::-1],
                ]
            ),
            lighter(clay, 0.25),
        )
        for k in range(7):
            at = (k / 7 + t * 0.06) % 1.0
            w, yy = float(np.interp(at, s, half)), table - tall * at
            c.arc(
                0.5 + wob * at,
                yy,
                w * 0.97,
                w * 0.16,
                12 + 6 * math.sin(spin + k),
                168,
                0.005,
                darker(clay, 0.3),
                alpha=0.7,
            )
        rim, lip = float(half[-1]), table - tall
        c.ellipse(0.5 + wob, lip, rim, rim * 0.22, lighter(clay, 0.2))
        c.ellipse(0.5 + wob, lip + 0.004, rim * 0.8, rim * 0.15, darker(clay, 0.6))
        at = 0.45 + 0.4 * wave(t, 5.5)
        w, yy = float(np.interp(at, s, half)), table - tall * at
        for side in (-1, 1):
            hand(c, 0.5 + wob + side * (w - 0.012), yy + 0.012 * side, 0.105, side, skin, sleeve)
        xy = drops.at(t, fall=0.5, sway=0.02, top=1.15, bottom=1.45)
        c.dots(np.stack([0.5 + (xy[:, 0] - 0.5) * 0.55, xy[:, 1]], axis=1), 0.004, clay)

    return draw


@family(
    name="knitting",
    topic="craft",
    tags=("knitting", "yarn", "wool", "handmade"),
    palettes=("blush", "cream", "mint", "lamplight", "sky", "autumn"),
    cameras=_CLOSE,
    subjects=("Knitting needles clicking as a scarf grows row by row",),
    titles=(
        "One more row, I said, four hours ago",
        Title("Scarf season starts on the sofa", palette="autumn"),
        Title("Learning the basic stitch, slowly", pace="calm", tags=("learning",)),
        Title("Knitting by the lamp", palette="lamplight", tags=("cosy",)),
        "The yarn chose the colours, not me",
        Title("Speed knitter checks in", pace="lively"),
    ),
    events=("the yarn ball rolls away",),
)
def knitting(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw rows of V stitches, two needles that cross and part, and a ball that turns as it unwinds."""
    p = spec.colours
    wool = [p.accent, p.accent2, mix(p.accent, p.light, 0.6), mix(p.accent2, p.near, 0.4)]
    order = rng.integers(0, 4, 40)
    order = np.where(rng.random(40) < 0.6, order[np.arange(40) // 4 * 4], order)
    cols, sw, sh = 13, 0.05, 0.044
    back = c.layer(lambda k: bench(k, p, 0.3))

    def fabric(k: Canvas, ink: Colour) -> None:
        k.rect(-cols * sw / 2 - 0.008, 0, cols * sw + 0.016, sh, darker(ink, 0.5))
        for col in range(cols):
            x = (col + 0.5 - cols / 2) * sw
            for side in (-1, 1):
                tone = darker(ink, 0.12 if side > 0 else 0.0)
                k.ellipse(x + side * sw * 0.24, sh * 0.5, sw * 0.19, sh * 0.66, tone, angle_deg=side * 24)
                k.line([(x + side * sw * 0.3, sh * 0.15), (x + side * sw * 0.16, sh * 0.8)], 0.004, lighter(ink, 0.35))

    def yarn(k: Canvas) -> None:
        k.circle(0, 0, 0.13, darker(wool[0], 0.25))
        for j in range(16):
            a = j * 23
            k.arc(
                0.0,
                0.0,
                0.125,
                0.03 + 0.1 * ((j * 7) % 5) / 5,
                a % 180,
                a % 180 + 180,
                0.013,
                lighter(wool[0], 0.1 + 0.22 * (j % 3) / 2),
            )

    rows = [c.sprite(lambda k, ink=ink: fabric(k, ink), cols * sw + 0.06, sh * 4, detail=1.0) for ink in wool]  # type: ignore[misc]
    wound = c.sprite(yarn, 0.3, 0.3)
    wood = rgb("#d8b07a")

    def draw(t_s: float) -> None:
        t = t_s * (0.5 + 0.9 * spec.speed)
        c.depth(0.6).stamp(back)
        c.depth(1.0)
        row_time = t / 2.2
        stitch = (row_time * cols) % cols
        top = 0.82
        c.soft(0.54, top + 0.5, 0.48, 0.75, p.ink, 0.3)
        for r in range(24, -1, -1):
            c.stamp(rows[order[(int(row_time) - 1 - r) % 40]], 0.5, top + (r + row_time % 1 - 0.5) * sh)
        u = spec.moment(t_s, "the yarn ball rolls away")
        roll = 0.0 if u is None else 0.34 * ease_out(u) * (1 - smooth((u - 0.7) * 3.3))
        bx, by = 0.83 + roll, 0.56 + 0.01 * wave(t, 1.7)
        x0 = 0.5 - cols * sw / 2
        hook = x0 + (cols - stitch) * sw if int(row_time) % 2 else x0 + stitch * sw
        s = np.linspace(0, 1, 14)
        strand = np.stack(
            [
                hook + (bx - 0.08 - hook) * s,
                top - 0.02 + (by + 0.1 - top) * s - 0.16 * np.sin(s * math.pi) + 0.012 * np.sin(s * 12 + t * 5),
            ],
            axis=1,
        )
        c.line(strand, 0.014, wool[order[int(row_time) % 40]])
        c.soft(bx + 0.02, by + 0.12, 0.15, 0.04, p.ink, 0.4)
        c.stamp(wound, bx, by, angle_deg=t * 55 + roll * 900)
        for col in range(cols):
            x = x0 + (col + 0.5) * sw
            ink = (
                wool[order[int(row_time) % 40]]
                if (x > hook) == bool(int(row_time) % 2)
                else wool[order[(int(row_time) - 1) % 40]]
            )
            c.ellipse(x, top - 0.012, sw * 0.36, 0.03, darker(ink, 0.2))
            c.ellipse(x, top - 0.016, sw * 0.2, 0.022, lighter(ink, 0.18))
        click = math.sin(row_time * cols * math.pi * 2)
        for side, grip in ((-1, 0.02), (1, -0.02)):
            tip = (hook - side * 0.05, top - 0.03 - 0.018 * click * side)
            end = (0.5 + side * 0.62, top - 0.12 - 0.13 * (side > 0) + 0.03 * click * side + grip)
            c.line([(tip[0], tip[1] + 0.016), (end[0], end[1] + 0.016)], 0.024, p.ink, alpha=0.2)
            c.line([tip, end], 0.024, wood)
            c.line([(tip[0], tip[1] - 0.004), (end[0], end[1] - 0.004)], 0.007, lighter(wood, 0.5))
            c.circle(*end, 0.028, p.accent2)

    return draw


@family(
    name="woodworking",
    topic="craft",
    tags=("woodworking", "carpentry", "wood shavings", "handmade"),
    palettes=("golden", "cream", "clay", "lamplight", "forest"),
    cameras=_CLOSE,
    subjects=("A hand plane curling long shavings off a board",),
    titles=(
        "Thinnest shaving of my life",
        Title("Sharp plane, quiet shop", pace="calm"),
        "You can smell this video",
        Title("Late night in the workshop", palette="lamplight"),
        Title("Flattening an old oak board", tags=("restoration",)),
        Title("Full send with the number five plane", pace="lively"),
    ),
    events=("a shaving flies off",),
)
def woodworking(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw a plane pushed along a board; a ribbon curls out of it and old curls lie about."""
    p, top = spec.colours, 1.13
    board = mix(rgb("#e0b074"), p.light, 0.12)
    ribbon = lighter(board, 0.35)
    skin, sleeve = skin_of(rng, p), mix(p.accent, p.ink, 0.25)

    def curl(k: Canvas, x: float, y: float, r: float, turns: float, ink: Colour) -> None:
        a = np.linspace(0, turns * 2 * math.pi, int(14 * turns) + 4)
        d = r * (1 - 0.75 * a / a[-1])
        k.line(np.stack([x + d * np.cos(a), y - d * np.sin(a)], axis=1), 0.011, ink)
        k.line(np.stack([x + d * np.cos(a), y - d * np.sin(a)], axis=1)[:7], 0.005, lighter(ink, 0.6))

    def shop(k: Canvas) -> None:
        bench(k, p, 1.36, wood=mix(rgb("#8a5a36"), p.near, 0.3))
        k.rect(0.04, 0.32, 0.92, 0.46, mix(p.far, p.sky[1], 0.45))
        for j, x in enumerate(np.linspace(0.12, 0.88, 6)):
            ink = mix(p.near, p.far, 0.25)
            k.line([(x, 0.38), (x, 0.56 + 0.08 * (j % 2))], 0.02, mix(rgb("#a06a3c"), ink, 0.3))
            if j % 3 == 0:
                k.poly([(x - 0.045, 0.55), (x + 0.045, 0.55), (x + 0.02, 0.72), (x - 0.02, 0.72)], ink)
            elif j % 3 == 1:
                k.rect(x - 0.05, 0.36, 0.1, 0.05, ink)
            else:
                k.poly([(x - 0.015, 0.56), (x + 0.015, 0.56), (x + 0.025, 0.72), (x - 0.025, 0.68)], ink)
        k.rect(LEFT, top + 0.09, RIGHT - LEFT, 0.17, darker(board, 0.3))
        k.rect(LEFT, top, RIGHT - LEFT, 0.1, board)
        for y in np.linspace(top + 0.012, top + 0.09, 6):
            x = np.linspace(LEFT, RIGHT, 40)
            k.line(np.stack([x, y + 0.006 * np.sin(x * 9 + y * 60)], axis=1), 0.004, darker(board, 0.22), alpha=0.6)
        for _ in range(26):
            curl(
                k,
                float(rng.uniform(LEFT, RIGHT)),
                float(rng.uniform(1.42, 1.8)),
                float(rng.uniform(0.025, 0.06)),
                float(rng.uniform(1.2, 2.4)),
                mix(ribbon, board, float(rng.random())),
            )

    def plane(k: Canvas) -> None:
        iron, wood = mix(p.accent2, p.ink, 0.3), rgb("#7a4326")
        k.round_rect(-0.25, -0.035, 0.5, 0.04, 0.01, rgb("#a9adb8"))
        k.poly([(-0.24, -0.035), (-0.22, -0.085), (0.2, -0.085), (0.24, -0.035)], iron)
        k.poly([(-0.03, -0.085), (0.035, -0.22), (0.06, -0.21), (0.02, -0.085)], rgb("#cfd3dc"))
        k.poly([(-0.2, -0.085), (-0.17, -0.19), (-0.1, -0.215), (-0.09, -0.17), (-0.13, -0.15), (-0.12, -0.085)], wood)
        k.circle(0.17, -0.115, 0.036, wood)
        k.circle(0.16, -0.125, 0.014, lighter(wood, 0.4))

    back, tool = c.layer(shop), c.sprite(plane, 0.56, 0.5)
    dust = Particles.make(rng, 26)

    def draw(t_s: float) -> None:
        t = t_s * (0.35 + 0.65 * spec.speed)
        c.depth(0.7).stamp(back)
        c.depth(1.0)
        u = (t * 0.42) % 1.0
        push = smooth(u / 0.72) if u < 0.72 else 1 - smooth((u - 0.72) / 0.28)
        cutting = u < 0.72
        x = 0.2 + 0.5 * push
        y = top + 0.035 - (0.0 if cutting else 0.02 * math.sin(math.pi * (u - 0.72) / 0.28))
        c.rect(LEFT, top + 0.004, x - LEFT if cutting else 0.7 - LEFT, 0.03, lighter(board, 0.3), 0.6)
        c.soft(x, top + 0.06, 0.3, 0.04, p.ink, 0.35)
        turns = 0.6 + 2.6 * (push if cutting else 1.0)
        a = np.linspace(0, turns * 2 * math.pi, 60)
        d = 0.05 + 0.028 * a / 6.28 * (0.5 + 0.5 * (1 - a / a[-1]))
        lift = 0.0 if cutting else (u - 0.72) / 0.28
        cx, cy = x + 0.015 - 0.2 * lift, y - 0.26 + 0.34 * lift**2
        loop = np.stack(
            [cx + d * np.cos(a - math.pi / 2 - turns), cy + d * np.sin(a - math.pi / 2 - turns) * 0.92], axis=1
        )
        if cutting:
            c.line([(x + 0.025, y - 0.09), (x + 0.04, y - 0.17), tuple(loop[-1])], 0.02, ribbon)
        c.line(loop + np.array([0.004, 0.006]), 0.018, darker(board, 0.25))
        c.line(loop, 0.016, ribbon)
        c.line(loop[::1] - np.array([0.002, 0.003]), 0.005, (255, 248, 230), alpha=0.8)
        hand(c, x + 0.14, y - 0.14, 0.085, 1, skin, sleeve, lift=1.6)
        c.stamp(tool, x, y)
        hand(c, x - 0.15, y - 0.17, 0.1, -1, skin, sleeve, lift=1.2)
        if (v := spec.moment(t_s, "a shaving flies off")) is not None:
            curl(c, x + 0.1 + 0.25 * v, y - 0.3 - 0.35 * math.sin(v * 2.4), 0.07, 2.0, ribbon)
        c.dots(dust.at(t, fall=0.05, drift=0.05, sway=0.02), 0.003, lighter(p.light, 0.3))

    return draw
