"""Hold many videos' cached frame vectors together and give them to the temporal head: the one call of it in tuning. Pure.

Shape suffixes: N videos, B rows chosen, K keyframes (padded), M motion numbers a keyframe, E what is cached of a frame, T the head's
width, D the space's width.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from vision.clip.temporal_head import TemporalHead

ROWS_AT_ONCE = 512

Floats = npt.NDArray[np.float32]


class KeyframeVectors(NamedTuple):
    """What is cached of a video's K >= 1 keyframes, and what a head reads: seconds [K], motion [K] or [K, M], vectors [K, E]."""

    times_s: Floats
    motion: Floats
    vectors: Floats


@dataclass(frozen=True)
class FrameSet:
    """What the head reads of N videos: float32 [N, K, E], seconds [N, K], motion [N, K, M], and which of the K are frames."""

    vectors: torch.Tensor
    times_s: torch.Tensor
    motion: torch.Tensor
    is_frame: torch.Tensor

    def __len__(self) -> int:
        return len(self.vectors)

    def rows(self, row_B: torch.Tensor) -> "FrameSet":
        """Return the chosen videos, in that order; a row may be asked for twice."""
        return FrameSet(self.vectors[row_B], self.times_s[row_B], self.motion[row_B], self.is_frame[row_B])


def video_vectors(head: TemporalHead, frames: FrameSet) -> torch.Tensor:
    """Return the head's vectors [N, D] of length 1; gradients flow if they are on."""
    return head(frames.vectors, frames.times_s, frames.motion, frames.is_frame)


@torch.inference_mode()
def all_video_vectors(head: TemporalHead, frames: FrameSet) -> torch.Tensor:
    """Return the vectors [N, D] of all videos without gradients, in parts, the head as it is at serving (no dropout)."""
    head.eval()
    parts = torch.arange(len(frames)).split(ROWS_AT_ONCE)
    return torch.cat([video_vectors(head, frames.rows(part)) for part in parts])


@torch.no_grad()
def last_map_inputs(head: TemporalHead, frames: FrameSet) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what the head's last map reads of each video [N, T] and the mean of its frames [N, D], of length 1.

    The video's vector is normalise(mean + head.out(read)): with a last map of zeros the head is mean pooling.
    """
    plain = copy.deepcopy(head).eval()
    plain.out.weight.zero_()
    plain.out.bias.zero_()
    read: list[torch.Tensor] = []
    plain.out.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))
    parts = torch.arange(len(frames)).split(ROWS_AT_ONCE)
    mean_ND = torch.cat([video_vectors(plain, frames.rows(part)) for part in parts])
    return torch.cat(read), mean_ND


def padded(videos: Sequence[KeyframeVectors]) -> FrameSet:
    """Return the set of videos, each with its own K.

    What is not known of a video's motion counts as none, as in the head.
    """
    rows = [(np.asarray(times_s), np.asarray(motion, np.float32), vectors) for times_s, motion, vectors in videos]
    rows = [(times_s, motion.reshape(len(times_s), -1), vectors_KE) for times_s, motion, vectors_KE in rows]
    shape = (len(rows), max(len(times_s) for times_s, _, _ in rows))
    frame_NKE = np.zeros((*shape, rows[0][2].shape[1]), np.float32)
    motion_NKM = np.zeros((*shape, max(motion.shape[1] for _, motion, _ in rows)), np.float32)
    time_NK, is_frame_NK = np.zeros(shape, np.float32), np.zeros(shape, np.bool_)
    for row, (times_s, motion_KM, vectors_KE) in enumerate(rows):
        count = len(times_s)
        frame_NKE[row, :count], time_NK[row, :count], is_frame_NK[row, :count] = vectors_KE, times_s, True
        motion_NKM[row, :count, : motion_KM.shape[1]] = motion_KM
    return FrameSet(*(torch.from_numpy(part) for part in (frame_NKE, time_NK, motion_NKM, is_frame_NK)))
