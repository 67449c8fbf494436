"""Draw the sea: jellyfish, reefs, waves, sails and lights."""

from __future__ import annotations

import math

import numpy as np

from .canvas import TOP, Canvas
from .motion import Particles
from .palette import Colour, darker, lighter, mix
from .spec import Draw, SceneSpec, Title, family


@family(
    name="jellyfish",
    topic="sea",
    tags=("jellyfish", "ocean", "underwater"),
    palettes=("deep", "violet", "indigo"),
    counts=(1, 6),
    subjects=("{n} jellyfish drifting in deep water",),
    titles=(
        "Jellyfish don't hurry",
        Title("Violet hour in the tank", palette="violet"),
        Title("One jelly, no thoughts", count=1, pace="calm"),
        "They have no brain and still look this good",
        Title("Six little lanterns in the deep", count=6),
        "POV: you forgot to leave the aquarium",
    ),
    events=("a small fish darts past",),
)
def jellyfish(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
    """Draw pulsing bells with trailing arms in dark water."""
    p = spec.colours

    def water(k: Canvas) -> None:
        k.gradient((lighter(p.sky[0], 0.1), p.sky[1], darker(p.sky[2], 0.45)))
        for x in (0.1, 0.42, 0.75):
            k.poly([(x, TOP), (x + 0.16, TOP), (x - 0.1, 1.5), (x - 0.4, 1.5)], lighter(p.sky[0], 0.3), 0.1)
        k.blur(0.03)

    back = c.layer(water)
    motes = Particles.make(rng, 40)
    spots = np.stack(
        [
            (np.arange(spec.count) + 0.5 + rng.uniform(-0.22, 0.22, spec.count)) / spec.count,
            rng.permutation(np.linspace(0.55, 1.15, spec.count)) if spec.count > 1 else np.array([0.8]),
        ],
        axis=1,
    )
    size = rng.uniform(0.09, 0.13, spec.count) * (1.7 if spec.count == 1 else 1.25 if spec.count < 4 else 1.0)
    phase = rng.random(spec.count)
    inks = [mix(p.accent, p.accent2, float(v)) for v in rng.random(spec.count)]

    def draw(t_s: float) -> None:
        c.depth(0.1).stamp(back)
        c.depth(0.5).dots(
            motes.at(t_s * spec.speed, fall=-0.03, sway=0.02), 0.0012 + 0.003 * motes.z, mix(p.sky[0], p.light, 0.5)
        )
        c.depth(1.0)
        for k in np.argsort(size).tolist():
            _jelly(c, *spots[k], size[k], t_s * spec.speed + phase[k] * 3, inks[k], p.light)
        if (u := spec.moment(t_s, "a small fish darts past")) is not None:
            x, y = -0.15 + 1.3 * u, 0.95 - 0.1 * math.sin(3 * u)
            c.ellipse(x, y, 0.06, 0.026, p.accent2)
            c.poly([(x - 0.045, y), (x - 0.1, y - 0.032), (x - 0.1, y + 0.032)], p.accent2)
            c.circle(x + 0.036, y - 0.006, 0.006, p.ink)

    return draw


def _jelly(c: Canvas, x: float, y: float, r: float, t_s: float, ink: Colour, light: Colour) -> None:
    """Draw one: the bell squeezes, the body lifts a moment later, the arms follow."""
    beat = 0.5 + 0.5 * math.sin(t_s * 2.6)
    x, y = x + 0.03 * math.sin(t_s * 0.5), y - 0.05 * math.sin(t_s * 2.6 - 1.1) + 0.05 * math.sin(t_s * 0.4)
    w, h = r * (1.08 - 0.26 * beat), r * (0.8 + 0.24 * beat)
    c.glow(x, y, r * 2.6, ink, 0.5)
    s = np.linspace(0, 1, 14)
    arms = []
    for k in range(7):
        root = (k - 3) / 3.4
        sway = 0.16 * r * np.sin(t_s * 2.6 - 5 * s + k * 0.7) * (0.3 + s * 1.6)
        arms.append(
            np.stack([x + root * w * (1 - 0.25 * s) + sway, y + r * (2.2 + 0.5 * math.cos(k * 2.1)) * s], axis=1)
        )
    c.lines(arms, 0.05 * r, lighter(ink, 0.15), alpha=0.55)
    c.lines(arms[2:5], 0.11 * r, lighter(ink, 0.35), alpha=0.35)
    a = np.linspace(math.pi, 2 * math.pi, 22)
    dome = np.stack([x + w * np.cos(a), y + h * np.sin(a)], axis=1)
    hem = np.linspace(1, -1, 15)
    skirt = np.stack([x + w * hem, y + 0.1 * r * np.sin(hem * 12 + t_s * 2) + 0.12 * r * (1 - hem**2)], axis=1)
    c.poly(np.concatenate([dome, skirt]), ink, 0.62)
    inner = np.stack([x + 0.7 * w * np.cos(a), y - 0.02 * r + 0.68 * h * np.sin(a)], axis=1)
    c.poly(inner, lighter(ink, 0.4), 0.45)
    c.line(dome, 0.035 * r, mix(ink, light, 0.65), alpha=0.85)
