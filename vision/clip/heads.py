"""Take a temporal head from a file, and pool many videos at once. Pure.

A head belongs to a frame tower: with another head the same tower is another encoder version, whose vectors come from the same frames.

Shape suffixes: B videos, K keyframes (padded), D the space's width, E what is cached of a frame.
"""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors import SafetensorError

from vision.clip.encoder import BundledEncoder, Floats, VideoEncoder
from vision.clip.temporal_head import HeadConfig, TemporalHead
from vision.clip.towers import WIDTH
from vision.clip.weights import TOWER_FILE, bundled_versions, load_weights


class KeyframeVectors(NamedTuple):
    """What is cached of a video's K >= 1 keyframes, and what a head reads: seconds [K], motion [K] or [K, M], vectors [K, E]."""

    times_s: Floats
    motion: Floats
    vectors: Floats


class NotAHeadError(ValueError):
    """The file holds no temporal head that this frame tower can use."""


def with_head(encoder: BundledEncoder, head_file: Path) -> BundledEncoder:
    """Return an encoder with the same tower and the head of the file, named by the content of both; raises NotAHeadError."""
    try:
        state, description = load_weights(head_file)
        head = TemporalHead(HeadConfig(**description["config"])).eval()
        head.load_state_dict(state)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise NotAHeadError(f"{head_file.name} holds no temporal head: {_first_line(error)}") from error
    if (head.config.dim, head.config.num_features) != (encoder.dims, WIDTH):
        raise NotAHeadError(f"{head_file.name} reads frames of another width than this frame tower's")
    if not all(bool(value.isfinite().all()) for value in state.values()):
        raise NotAHeadError(f"{head_file.name} holds numbers that are not finite")
    changed = copy.copy(encoder)
    changed.head = head
    changed.version = bundled_versions(TOWER_FILE, head_file)[1]
    return changed


@torch.inference_mode()
def encode_videos(encoder: VideoEncoder, videos: Sequence[KeyframeVectors]) -> Floats:
    """Return the vectors float32 [B, D] of length 1 of B >= 1 videos, as `encode_video` gives them one by one."""
    if not isinstance(encoder, BundledEncoder):
        return np.stack([encoder.encode_video(video.vectors, video.times_s, video.motion) for video in videos])
    time_BK, motion_BKM, frame_BKE = (_padded(parts) for parts in zip(*videos, strict=True))
    is_frame_BK = _padded([np.ones(len(video.times_s), dtype=np.bool_) for video in videos])
    return encoder.head(frame_BKE, time_BK, motion_BKM, is_frame_BK).numpy()


def _padded(parts: Sequence[np.ndarray]) -> torch.Tensor:
    """Return arrays [K, ...] of several K as one [B, K, ...], zero behind the end; floats as float32."""
    longest = max(len(part) for part in parts)
    kind = np.bool_ if parts[0].dtype == np.bool_ else np.float32
    whole = np.zeros((len(parts), longest, *parts[0].shape[1:]), dtype=kind)
    for row, part in enumerate(parts):
        whole[row, : len(part)] = part
    return torch.from_numpy(whole)


def _first_line(error: Exception) -> str:
    text = f"it has no {error}" if isinstance(error, KeyError) else str(error)
    return text.strip().splitlines()[0][:200] if text.strip() else type(error).__name__
