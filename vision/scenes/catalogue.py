"""Compose the demo catalogue and the training captions: who shows what, under which title, in which light."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np

from .creators import creator_for
from .motion import CAMERAS
from .palette import PALETTES
from .render import frame_at, frames_at, render
from .spec import Family, SceneSpec, Title, families, number_word

__all__ = ["demo_catalogue", "frame_at", "frames_at", "render", "still_caption", "training_specs"]

_PACE_WORDS = {
    "calm": ("calm", "slow and quiet", "unhurried", "gentle"),
    "steady": ("", "", "at an easy pace"),
    "lively": ("lively", "fast", "full of energy", "quick"),
}
_MAX_TAGS = 12
_NUM_CLIPS = 320
T = TypeVar("T")


def demo_catalogue(seed: int = 7, count: int | None = None) -> list[SceneSpec]:
    """Return the demo clips, one a hand-written title, in a shuffled order; the same seed gives the same list.

    320 by default, spread evenly over the families; beyond the hand-written titles there are second takes.
    Raises ValueError if no family is registered.
    """
    rng = np.random.default_rng(seed)
    ranked: list[tuple[int, float, SceneSpec]] = []
    for entry in families().values():
        for number, title in enumerate(entry.titles):
            ranked.append((number, float(rng.random()), _clip(entry, title, number, rng)))
    if not ranked:
        raise ValueError("no scene family is registered")
    specs = [spec for _, _, spec in sorted(ranked, key=lambda row: row[:2])]
    wanted = _NUM_CLIPS if count is None else count
    takes = [
        replace(spec, seed=spec.seed + 7919 * take, title=f"{spec.title} (take {take + 1})" if take else spec.title)
        for take in range(-(-wanted // len(specs)))
        for spec in specs
    ][:wanted]
    return [takes[int(i)] for i in rng.permutation(len(takes))]


def training_specs(seed: int, count: int, *, twins: int = 4) -> Iterator[SceneSpec]:
    """Yield specs in groups of near-twins: one layout, each differing from the first in one attribute that it states.

    Seeds are drawn above a million, so that no demo clip is trained on.
    """
    rng = np.random.default_rng([seed, 99])
    entries = list(families().values())
    made = 0
    while made < count:
        entry = entries[int(rng.integers(len(entries)))]
        first = _random_spec(entry, rng)
        group = [first]
        for _ in range(twins - 1):
            group.append(_vary(entry, first, rng))
        seen: set[str] = set()
        for spec in group:
            if made < count and spec.caption not in seen:
                seen.add(spec.caption)
                made += 1
                yield spec


def _pick(rng: np.random.Generator, options: tuple[T, ...]) -> T:
    return options[int(rng.integers(len(options)))]


def _clip(entry: Family, title: Title, number: int, rng: np.random.Generator) -> SceneSpec:
    """Fill in what the title leaves open, cycling through palettes and paces so that a family's clips differ."""
    offset = zlib.crc32(entry.name.encode())
    palette = title.palette or entry.palettes[(offset + number) % len(entry.palettes)]
    pace = title.pace or entry.paces[(offset // 7 + number) % len(entry.paces)]
    count = title.count or int(rng.integers(entry.counts[0], entry.counts[1] + 1))
    event = title.event or (_pick(rng, entry.events) if entry.events and rng.random() < 0.25 else None)
    seed = int(rng.integers(1, 1_000_000))
    spec = SceneSpec(
        family=entry.name,
        seed=seed,
        subject=title.subject or entry.subjects[(offset + number) % len(entry.subjects)],
        palette=palette,
        pace=pace,
        camera=_pick(rng, entry.cameras),
        count=count,
        event=event,
        title=title.text,
        caption="",
        tags=_tags(entry, title, palette, pace),
        creator=creator_for(entry, rng),
        published_days_ago=int(min(540, rng.exponential(70))),
        duration_s=round(float(rng.uniform(5.0, 10.0)) * 2) / 2,
    )
    return replace(spec, caption=caption(spec, rng))


def _tags(entry: Family, title: Title, palette: str, pace: str) -> tuple[str, ...]:
    """Say what is really there: topic, subject, light, pace."""
    tags = [*entry.tags[:8], entry.topic, *title.tags, PALETTES[palette].tag]
    if pace != "steady":
        tags.append(pace)
    return tuple(dict.fromkeys(tags))[:_MAX_TAGS]


def _random_spec(entry: Family, rng: np.random.Generator) -> SceneSpec:
    palette, pace = _pick(rng, entry.palettes), _pick(rng, entry.paces)
    spec = SceneSpec(
        family=entry.name,
        seed=int(rng.integers(1_000_001, 2**31)),
        subject=_pick(rng, entry.subjects),
        palette=palette,
        pace=pace,
        camera=_pick(rng, entry.cameras),
        count=int(rng.integers(entry.counts[0], entry.counts[1] + 1)),
        event=_pick(rng, entry.events) if entry.events and rng.random() < 0.3 else None,
        title="",
        caption="",
        tags=_tags(entry, Title(""), palette, pace),
        creator="tiller",
        published_days_ago=0,
        duration_s=round(float(rng.uniform(5.0, 10.0)) * 2) / 2,
    )
    return _worded(entry, spec, rng)


def _worded(entry: Family, spec: SceneSpec, rng: np.random.Generator) -> SceneSpec:
    """Write the caption, and take a title that promises nothing else than what is shown (else the caption)."""
    text = caption(spec, rng)
    honest = tuple(
        title.text
        for title in entry.titles
        if all(
            promised in (None, getattr(spec, name))
            for name, promised in (
                ("palette", title.palette),
                ("pace", title.pace),
                ("count", title.count),
                ("event", title.event),
                ("subject", title.subject),
            )
        )
    )
    return replace(spec, caption=text, title=_pick(rng, honest) if honest else text)


def _vary(entry: Family, spec: SceneSpec, rng: np.random.Generator) -> SceneSpec:
    """Change one attribute of a spec and say so."""
    changes: list[tuple[str, object]] = []
    changes += [("palette", name) for name in entry.palettes if name != spec.palette]
    changes += [("pace", name) for name in entry.paces if name != spec.pace]
    changes += [("camera", name) for name in entry.cameras if name != spec.camera]
    changes += [("subject", text) for text in entry.subjects if text != spec.subject]
    changes += [("count", n) for n in range(entry.counts[0], entry.counts[1] + 1) if n != spec.count]
    changes += [("event", name) for name in (*entry.events, None) if name != spec.event]
    kinds = sorted({kind for kind, _ in changes})
    kind = _pick(rng, tuple(kinds))
    value = _pick(rng, tuple(v for k, v in changes if k == kind))
    twin = replace(spec, **{kind: value})  # type: ignore[arg-type]
    twin = replace(twin, tags=_tags(entry, Title(""), twin.palette, twin.pace))
    return _worded(entry, twin, rng)


def still_caption(spec: SceneSpec) -> str:
    """Describe what any one frame shows: subject and light."""
    subject = spec.subject.format(n=number_word(spec.count), s="" if spec.count == 1 else "s")
    return f"{subject} {PALETTES[spec.palette].phrase}"


def caption(spec: SceneSpec, rng: np.random.Generator) -> str:
    """Describe the clip in one natural sentence: subject, light, pace, camera, event."""
    pace, camera = _pick(rng, _PACE_WORDS[spec.pace]), CAMERAS[spec.camera]
    parts = [still_caption(spec)]
    if pace:
        parts.append(pace)
    if spec.camera != "static" or rng.random() < 0.4:
        parts.append(camera)
    text = ", ".join(parts)
    if spec.event:
        text += _pick(rng, (f"; {spec.event}", f" while {spec.event}", f", and {spec.event}", f"; then {spec.event}"))
    return text[0].upper() + text[1:]
