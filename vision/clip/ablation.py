"""Sample the same rendered clips by every sampler and budget: what the comparison of keyframe choices is made of. Pure.

Shape suffixes: N clips, K keyframes, E what the tower says of a frame, D the space's width.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vision.clip.data import render_sampled
from vision.clip.encoder import BundledEncoder
from vision.clip.frame_sets import KeyframeVectors
from vision.clip.heads import encode_videos
from vision.keyframes import SAMPLERS
from vision.scenes.spec import SceneSpec

Floats = npt.NDArray[np.float32]
Setting = tuple[str, int]  # sampler, budget

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
