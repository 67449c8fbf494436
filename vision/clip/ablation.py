"""Sample the same rendered clips by every sampler and budget: what the comparison of keyframe choices is made of. Pure.

Shape suffixes: N clips, K keyframes, E what the tower says of a frame, D the space's width.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vision.clip.data import render_sampled
from vision.clip.encoder import BundledEncoder
from vision.clip.frame_sets import KeyframeVectors
from vision.clip.heads import encode_videos
from vision.keyframes import SAMPLERS
from vision.scenes.catalogue import caption, training_specs
from vision.scenes.events import SHARED
from vision.scenes.spec import SceneSpec, families

Floats = npt.NDArray[np.float32]
Setting = tuple[str, int]  # sampler, budget

TWINS = 4  # near-twins stand in groups of four; a bootstrap draws them together
BUDGETS = (2, 4, 8)
SETTINGS: tuple[Setting, ...] = (
    ("middle", 1),
    *((sampler, budget) for budget in BUDGETS for sampler in ("uniform", "adaptive")),
)
SERVED: Setting = ("adaptive", 8)


@dataclass(frozen=True)
class SampledClips:
    """Each clip's keyframes as the tower sees them, by setting; `event_seen[setting]` says which clips' event a keyframe lies in [N]."""

    specs: list[SceneSpec]
    frames: Mapping[Setting, list[KeyframeVectors]]
    event_seen: Mapping[Setting, npt.NDArray[np.bool_]]


def sample(
    encoder: BundledEncoder, specs: Sequence[SceneSpec], settings: Sequence[Setting] = SETTINGS
) -> Iterator[Mapping[Setting, KeyframeVectors]]:
    """Render each clip once, choose its keyframes by every setting, and encode each chosen frame once."""
    for spec in specs:
        pictures, curve = render_sampled(spec)
        chosen = {setting: SAMPLERS[setting[0]](curve, setting[1]) for setting in settings}
        row_of = {float(time_s): row for row, time_s in enumerate(curve.times_s.round(4))}
        rows = sorted({row_of[keyframe.time_s] for keyframes in chosen.values() for keyframe in keyframes})
        vector_of = dict(zip(rows, encoder.encode_frames([pictures[row] for row in rows]), strict=True))
        yield {
            setting: KeyframeVectors(
                np.array([keyframe.time_s for keyframe in keyframes], np.float32),
                np.array([keyframe.motion for keyframe in keyframes], np.float32),
                np.stack([vector_of[row_of[keyframe.time_s]] for keyframe in keyframes]),
            )
            for setting, keyframes in chosen.items()
        }


def sample_clips(
    encoder: BundledEncoder, specs: list[SceneSpec], settings: Sequence[Setting] = SETTINGS
) -> SampledClips:
    """Return all clips, sampled by every setting."""
    seen = list(sample(encoder, specs, settings))
    frames = {setting: [each[setting] for each in seen] for setting in settings}
    event_seen = {
        setting: np.array(
            [
                any(spec.moment(float(time_s), spec.event) is not None for time_s in video.times_s)
                if spec.event
                else False
                for spec, video in zip(specs, frames[setting], strict=True)
            ]
        )
        for setting in settings
    }
    return SampledClips(specs, frames, event_seen)


def pooled(encoder: BundledEncoder, videos: Sequence[KeyframeVectors], *, by_head: bool = True) -> Floats:
    """Return the videos' vectors [N, D] by the temporal head, or as the mean of their frames."""
    if not by_head:
        mean_ND = np.stack([video.vectors[:, : encoder.dims].mean(0) for video in videos])
        return np.asarray(mean_ND / np.linalg.norm(mean_ND, axis=1, keepdims=True), dtype=np.float32)
    return encode_videos(encoder, videos)


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
            found.append(replace(twin, caption=caption(twin, np.random.default_rng([seed, number]))))
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
