"""Claims about the demo catalogue's renderer."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from vision.scenes.canvas import Canvas
from vision.scenes.catalogue import demo_catalogue, frames_at, render, training_specs
from vision.scenes.creators import is_korean
from vision.scenes.events import SHARED
from vision.scenes.motion import CAMERAS, camera_view
from vision.scenes.spec import EVENT_S, SceneSpec, families

CATALOGUE = demo_catalogue()
DECIDES_THE_REST = {"football_penalty"}
"""Families whose event has an aftermath: a goal stays a goal."""
ONE_EACH = {spec.family: spec for spec in CATALOGUE}


def _difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(np.int16) - b.astype(np.int16)).mean())


def test_the_same_seed_gives_the_same_catalogue_and_the_same_bytes():
    spec = CATALOGUE[0]

    first, second = (frames_at(spec, [1.0, 2.0], 90, 160) for _ in range(2))

    assert np.array_equal(first, second)
    assert [s.to_json() for s in demo_catalogue()] == [s.to_json() for s in CATALOGUE]
    assert [s.seed for s in demo_catalogue(8)] != [s.seed for s in CATALOGUE]


@pytest.mark.parametrize("name", sorted(families())[::6])
def test_another_seed_draws_another_picture(name: str):
    spec = replace(ONE_EACH[name], event=None)

    here, there = (frames_at(replace(spec, seed=seed), [2.0], 112, 112) for seed in (11, 12))

    assert not np.array_equal(here, there)


@pytest.mark.parametrize("name", sorted(families()))
@pytest.mark.parametrize("size", [(112, 112), (360, 640)])
def test_every_family_draws_something_and_moves(name: str, size: tuple[int, int]):
    spec = replace(ONE_EACH[name], camera="static", event=None)

    first, *later = frames_at(spec, [spec.duration_s * share for share in (0.1, 0.3, 0.6, 0.9)], *size)

    assert first.shape == (size[1], size[0], 3) and first.dtype == np.uint8
    assert first.std() > 12, "nearly uniform"
    assert max(_difference(first, frame) for frame in later) > 0.15, "stands still"


def test_frames_may_be_drawn_in_any_order():
    specs = [ONE_EACH[name] for name in sorted(ONE_EACH)[::9]]

    for spec in specs:
        forward, backward = (frames_at(spec, times_s, 112, 112) for times_s in ([1.0, 3.0], [3.0, 1.0]))

        assert np.array_equal(forward, backward[::-1]), spec.family


def test_lively_moves_more_than_calm():
    quicker = 0
    names = sorted(ONE_EACH)[::5]

    for name in names:
        spec = replace(ONE_EACH[name], camera="static", event=None)
        times_s = np.arange(1.0, 2.0, 0.125)
        energy = {}
        for pace in ("calm", "lively"):
            frames = frames_at(replace(spec, pace=pace), times_s, 112, 112)
            energy[pace] = sum(_difference(a, b) for a, b in pairwise(frames))
        quicker += energy["lively"] > energy["calm"]

    assert quicker >= 0.9 * len(names)


def test_an_event_changes_frames_only_near_its_moment():
    checked = [(name, event) for name, entry in families().items() for event in entry.events][::7]
    assert len(checked) > 5

    for name, event in checked:
        quiet = replace(ONE_EACH[name], event=None)
        eventful = replace(quiet, event=event)
        begin_s = eventful.event_at_s
        inside_s = [begin_s + EVENT_S * share for share in (0.12, 0.3, 0.5, 0.7, 0.88)]
        times_s = [begin_s - 0.05, *inside_s, begin_s + EVENT_S + 0.05]
        without, having = (frames_at(spec, times_s, 112, 112) for spec in (quiet, eventful))

        assert np.array_equal(without[0], having[0]), (name, event)
        assert np.array_equal(without[-1], having[-1]) or name in DECIDES_THE_REST, (name, event)
        assert not np.array_equal(without[1:-1], having[1:-1]), (name, event)


def test_every_shared_event_is_visible_in_the_middle_of_the_frame():
    for event in SHARED:
        spec = replace(ONE_EACH["moonrise"], event=event)
        times_s = [spec.event_at_s + EVENT_S * share for share in (0.2, 0.4, 0.5, 0.6, 0.8)]

        without, having = frames_at(replace(spec, event=None), times_s, 112, 112), frames_at(spec, times_s, 112, 112)

        assert max(_difference(a, b) for a, b in zip(without, having, strict=True)) > 0.1, event


def test_the_catalogue_is_large_varied_and_honestly_named():
    titles = [spec.title for spec in CATALOGUE]
    korean = [spec for spec in CATALOGUE if is_korean(families()[spec.family])]

    assert len(CATALOGUE) >= 240 and len(ONE_EACH) >= 40
    assert len({title.casefold() for title in titles}) == len(titles)
    assert len(korean) >= 24 and len({spec.family for spec in korean}) >= 5
    assert 20 <= len({spec.creator for spec in CATALOGUE}) <= 40
    assert all(5 <= spec.duration_s <= 10 and spec.fps == 24 for spec in CATALOGUE)
    assert all(families()[spec.family].topic in spec.tags for spec in CATALOGUE)


def test_more_clips_than_titles_become_second_takes():
    specs = demo_catalogue(count=sum(len(entry.titles) for entry in families().values()) + 30)

    titles = [spec.title for spec in specs]

    assert len(set(titles)) == len(titles)
    assert sum("(take 2)" in title for title in titles) == 30


def test_near_twins_share_their_layout_and_say_what_differs():
    specs = list(training_specs(3, 200))

    groups: dict[tuple[str, int], list[SceneSpec]] = {}
    for spec in specs:
        groups.setdefault((spec.family, spec.seed), []).append(spec)

    assert len(specs) == 200
    assert specs == list(training_specs(3, 200))
    assert not {spec.seed for spec in specs} & {spec.seed for spec in CATALOGUE}
    assert sum(len(group) > 1 for group in groups.values()) > 30
    for group in groups.values():
        assert len({spec.caption for spec in group}) == len(group)


def test_a_spec_survives_json():
    for spec in CATALOGUE[:20]:
        assert SceneSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def test_render_yields_every_frame_as_its_own_array():
    spec = replace(CATALOGUE[0], duration_s=5.0)

    frames = list(render(spec, 54, 96, fps=4))

    assert len(frames) == 20
    assert frames[0] is not frames[1]
    assert not np.array_equal(frames[0], frames[-1])


@pytest.mark.parametrize("camera", sorted(CAMERAS))
def test_no_camera_looks_past_the_edge_of_a_layer(camera: str):
    canvas = Canvas(90, 160)
    layer = canvas.layer(lambda k: k.fill((200, 100, 50)), opaque=False)

    for share in np.linspace(0, 1, 9):
        canvas.look(camera_view(camera, float(share)))
        canvas.fill((0, 0, 0))
        canvas.depth(1.5).stamp(layer)

        assert canvas.img.min() >= 45, share
