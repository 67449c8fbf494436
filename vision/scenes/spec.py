"""Describe a demo clip, and register the families that can draw it.

How to write a family (files `families_*.py` are found by themselves; each <= 400 lines, a family <= 60 lines; split helpers off):

    @family(name="jellyfish", topic="sea", tags=("jellyfish", "ocean"), palettes=("deep", "violet"), counts=(1, 6),
            subjects=("{n} jellyfish drifting in deep water",),
            titles=("Jellyfish don't hurry", Title("Violet hour in the tank", palette="violet"), ... at least 6),
            events=("a small fish darts past",))
    def jellyfish(c: Canvas, rng: np.random.Generator, spec: SceneSpec) -> Draw:
        p = spec.colours                                 # Palette roles: sky[3], far, mid, near, ink, light, accent, accent2, dark
        back = c.layer(lambda k: k.gradient(p.sky))      # draw once what does not move
        bell = c.sprite(lambda k: k.ellipse(0, 0, 0.1, 0.07, p.accent), 0.3, 0.3)   # small picture to stamp anywhere
        phases = rng.random(spec.count)                  # all randomness here, none in draw
        def draw(t_s: float) -> None:
            c.depth(0.2).stamp(back)                     # depth: parallax, 0 infinity .. 1 subject .. 1.5 foreground
            c.depth(1.0)
            for k in range(spec.count):
                c.stamp(bell, 0.2 + 0.15 * k, 0.9 + 0.1 * wave(t_s * spec.speed, 4, phases[k]))
            if (u := spec.moment(t_s, "a small fish darts past")) is not None:   # u runs 0..1 over the event's half second
                c.ellipse(1.2 - 1.4 * u, 0.8, 0.04, 0.015, p.light)
        return draw

Space: x 0..1, y 0..H=16/9 downwards; models see the centre square (y 0.39..1.39), so the subject lives there; full-width things
reach from LEFT to RIGHT, TOP to BOTTOM (cameras move). draw(t_s) must be a pure function of time (frames may be drawn in any
order) and paint the whole frame; the renderer moves the camera before it and lays vignette and grain on after it.
Pace: multiply time or amplitude by spec.speed (calm 0.5, steady 1, lively 2). Light: turn lamps on if spec.colours.dark.
Subjects: `{n}` is the count as a word, `{s}` its plural 's'; spec.subject is the chosen pattern (families may draw variants by it).
Events: names in `scenes.events.SHARED` are drawn by the renderer; any other the family draws itself, only inside moment().
Titles: hand-written, natural, distinct; Title(..., palette=, pace=, count=, event=, subject=, tags=) ties a title to what it says.
Cost: about 5 to 10 ms a frame at 360x640 and 1 ms at 112x112: gradients, blur and many shapes belong in layers and sprites.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from .canvas import Canvas
from .motion import CAMERAS
from .palette import PALETTES, Palette

Draw = Callable[[float], None]
Setup = Callable[[Canvas, np.random.Generator, "SceneSpec"], Draw]

PACES = {"calm": 0.5, "steady": 1.0, "lively": 2.0}
"""Factor on time or amplitude, by pace."""
EVENT_S = 0.5
"""How long an event lasts, seconds."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number_word(count: int) -> str:
    """Return 'three' for 3, digits above twelve."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


@dataclass(frozen=True)
class SceneSpec:
    """Say everything about one clip; the same spec renders the same bytes."""

    family: str
    seed: int
    subject: str
    palette: str
    pace: str
    camera: str
    count: int
    event: str | None
    title: str
    caption: str
    tags: tuple[str, ...]
    creator: str
    published_days_ago: int
    duration_s: float = 7.0
    fps: int = 24

    @property
    def colours(self) -> Palette:
        """Return the palette's colours."""
        return PALETTES[self.palette]

    @property
    def speed(self) -> float:
        """Return the pace as a factor: calm 0.5, steady 1, lively 2."""
        return PACES[self.pace]

    @property
    def event_at_s(self) -> float:
        """Return when the event begins, in the middle 40 % of the clip; fixed by the seed."""
        share = zlib.crc32(f"{self.family}/{self.seed}/event".encode()) / 2**32
        return (self.duration_s - EVENT_S) * (0.3 + 0.4 * share)

    def moment(self, t_s: float, event: str) -> float | None:
        """Return 0..1 while this event lasts, else None."""
        if self.event != event:
            return None
        u = (t_s - self.event_at_s) / EVENT_S
        return u if 0 <= u <= 1 else None

    def rng(self) -> np.random.Generator:
        """Return the layout's random numbers: they depend on family and seed only, so near-twins share their layout."""
        return np.random.default_rng([self.seed & 0xFFFFFFFF, zlib.crc32(self.family.encode())])

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-ready dict."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SceneSpec:
        """Read what to_json wrote. Raises TypeError on unknown or missing fields."""
        return cls(**{**data, "tags": tuple(data["tags"])})


@dataclass(frozen=True)
class Title:
    """Tie a hand-written title to what it promises."""

    text: str
    palette: str | None = None
    pace: str | None = None
    count: int | None = None
    event: str | None = None
    subject: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """Describe one kind of scene and how to draw it."""

    name: str
    topic: str
    tags: tuple[str, ...]
    palettes: tuple[str, ...]
    subjects: tuple[str, ...]
    titles: tuple[Title, ...]
    setup: Setup
    counts: tuple[int, int] = (1, 1)
    cameras: tuple[str, ...] = tuple(CAMERAS)
    paces: tuple[str, ...] = tuple(PACES)
    events: tuple[str, ...] = ()
    vignette: float = 0.28
    """How dark the corners get, 0..1."""
    reach: float = field(default=1.0)
    """How far cameras move, 0..1."""


_REGISTRY: dict[str, Family] = {}


def family(
    *, name: str, titles: Sequence[str | Title], palettes: tuple[str, ...], **described: Any
) -> Callable[[Setup], Setup]:
    """Register the decorated setup as a family. Raises ValueError on a second name or an unknown palette or camera."""

    def register(setup: Setup) -> Setup:
        if name in _REGISTRY and _REGISTRY[name].setup.__module__ != setup.__module__:
            raise ValueError(f"family {name!r} exists already")
        made = tuple(t if isinstance(t, Title) else Title(t) for t in titles)
        entry = Family(name=name, titles=made, palettes=palettes, setup=setup, **described)
        wanted = {*palettes, *(t.palette for t in made if t.palette)}
        if unknown := (wanted - set(PALETTES)) | (set(entry.cameras) - set(CAMERAS)):
            raise ValueError(f"family {name!r}: unknown {sorted(unknown)}")
        if loose := {t.event for t in made if t.event} - set(entry.events):
            raise ValueError(f"family {name!r}: titles promise events it does not list: {sorted(loose)}")
        if loose := {t.subject for t in made if t.subject} - set(entry.subjects):
            raise ValueError(f"family {name!r}: titles promise subjects it does not list: {sorted(loose)}")
        _REGISTRY[name] = entry
        return setup

    return register


@lru_cache(maxsize=1)
def _import_families() -> None:
    package = __package__ or "vision.scenes"
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if module.name.startswith("families_"):
            importlib.import_module(f"{package}.{module.name}")


def families() -> dict[str, Family]:
    """Import every families_*.py beside this file, once, and return all families by name, sorted."""
    _import_families()
    return dict(sorted(_REGISTRY.items()))
