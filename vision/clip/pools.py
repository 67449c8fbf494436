"""Choose the clips of a pool: distinct captions, events that decide, all families alike. Pure."""

from dataclasses import replace

import numpy as np

from vision.scenes.catalogue import caption, training_specs
from vision.scenes.events import SHARED
from vision.scenes.spec import SceneSpec, families

TWINS = 4  # near-twins a group, at most; a bootstrap draws them together


def distinct_specs(seed: int, count: int) -> list[SceneSpec]:
    """Return `count` specs in groups of near-twins with distinct captions: a pool in which each text has one answer."""
    seen: set[str] = set()
    found: list[SceneSpec] = []
    for spec in training_specs(seed, 4 * count):
        if spec.caption not in seen and len(found) < count:
            seen.add(spec.caption)
            found.append(spec)
    return found


def action_specs(seed: int, count: int) -> list[SceneSpec]:
    """Return groups of four clips that are the same but for the half second of their event: the moment that decides is short."""
    names = sorted(SHARED)
    rng = np.random.default_rng([seed, 7])
    found: list[SceneSpec] = []
    for number, spec in enumerate(training_specs(seed + 1, 4 * count)):
        if len(found) >= count:
            break
        if number % 4:
            continue
        for event in rng.choice(names, 4, replace=False):
            twin = replace(spec, event=str(event))
            text = caption(twin, np.random.default_rng([seed, number]))
            found.append(replace(twin, caption=text, title=text))
    return found[:count]


def family_specs(seed: int, each: int) -> list[SceneSpec]:
    """Return `each` clips of every family: the pool of the open-vocabulary queries."""
    found: dict[str, list[SceneSpec]] = {name: [] for name in families()}
    for number, spec in enumerate(training_specs(seed, 10**6)):
        if number % 4 == 0 and len(found[spec.family]) < each:
            found[spec.family].append(spec)
            if all(len(specs) == each for specs in found.values()):
                break
    return [spec for specs in found.values() for spec in specs]
