"""Take a temporal head from a file, and pool many videos at once. Pure.

A head belongs to a frame tower: with another head the same tower is another encoder version, whose vectors come from the same frames.

Shape suffixes: B videos, K keyframes, D the space's width, E what is cached of a frame.
"""

import copy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError

from vision.clip.encoder import BundledEncoder, Floats, VideoEncoder
from vision.clip.frame_sets import KeyframeVectors, all_video_vectors, padded
from vision.clip.temporal_head import load_head
from vision.clip.towers import WIDTH
from vision.clip.weights import TOWER_FILE, bundled_versions
from vision.decode import frames_at
from vision.keyframes import Sampler, adaptive, choose, motion_curve
from vision.sandbox import Refused


class NotAHeadError(ValueError):
    """The file holds no temporal head that this frame tower can use."""


def with_head(encoder: BundledEncoder, head_file: Path) -> BundledEncoder:
    """Return an encoder with the same tower and the head of the file, named by the content of both; raises NotAHeadError."""
    try:
        head = load_head(head_file)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise NotAHeadError(f"{head_file.name} holds no temporal head: {_first_line(error)}") from error
    if (head.config.dim, head.config.num_features) != (encoder.dims, WIDTH):
        raise NotAHeadError(f"{head_file.name} reads frames of another width than this frame tower's")
    if not all(bool(value.isfinite().all()) for value in head.state_dict().values()):
        raise NotAHeadError(f"{head_file.name} holds numbers that are not finite")
    changed = copy.copy(encoder)
    changed.head = head
    changed.version = bundled_versions(TOWER_FILE, head_file)[1]
    return changed


def encode_videos(encoder: VideoEncoder, videos: Sequence[KeyframeVectors]) -> Floats:
    """Return the vectors float32 [B, D] of length 1 of B >= 1 videos, as `encode_video` gives them one by one."""
    if not isinstance(encoder, BundledEncoder):
        return np.stack([encoder.encode_video(video.vectors, video.times_s, video.motion) for video in videos])
    return all_video_vectors(encoder.head, padded(videos)).numpy()


def keyframe_vectors(
    encoder: VideoEncoder, file: Path, *, budget: int | None = None, sampler: Sampler = adaptive
) -> KeyframeVectors:
    """Choose a file's keyframes, decode and encode them; raises Refused where no frame can be decoded."""
    curve = motion_curve(file)
    if not len(curve.times_s):
        raise Refused("no frame can be decoded")
    keyframes = choose(curve, budget=budget, sampler=sampler)
    times_s = [keyframe.time_s for keyframe in keyframes]
    vectors_KE = encoder.encode_frames(frames_at(file, times_s))
    motion = [keyframe.motion for keyframe in keyframes]
    return KeyframeVectors(np.array(times_s, np.float32), np.array(motion, np.float32), vectors_KE)


def _first_line(error: Exception) -> str:
    text = f"it has no {error}" if isinstance(error, KeyError) else str(error)
    return text.strip().splitlines()[0][:200] if text.strip() else type(error).__name__
