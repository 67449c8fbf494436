"""Read frames: small luma pictures at a steady rate for the flow, full pictures at chosen times for the encoder. Pure.

Reads our own transcodes, or files that `vision.probe` has let through.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
import numpy.typing as npt

from vision.encode import luma_of, rgb_of
from vision.probe import open_checked, video_stream

SAMPLE_HZ = 12.0  # the shortest events of the demo scenes last 0.33 s: four samples
LONG_SIDE_PX, SHORT_SIDE_PX = 160, 90
PLANAR = {"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"}

Luma = npt.NDArray[np.uint8]


class SampledDecode:
    """Iterate over (time_s, luma uint8 [90, 160] or [160, 90]) at most 12 a second, the same as if every frame were decoded.

    In H.264, frames that are neither sampled nor needed by another frame are passed over: a fifth of the processor time on 171 real
    clips, every picture and time the same. After the iteration `num_decoded` (all frames, passed over or not) and `duration_s` hold for
    the whole file; times start at 0. A damaged tail ends it early.
    """

    def __init__(self, path: Path, *, sample_hz: float = SAMPLE_HZ) -> None:
        self.path = path
        self.sample_hz = sample_hz
        self.num_decoded = 0
        self.duration_s = 0.0

    def __iter__(self) -> Iterator[tuple[float, Luma]]:
        shown = shown_pts(self.path)
        needed = None if shown is None else self._needed(*shown)
        last: av.VideoFrame | None = None
        last_s = next_s = 0.0
        for time_s, frame in frames(self.path, needed=needed):
            self.num_decoded += 1
            last, last_s = frame, time_s
            if time_s + 1e-6 < next_s:
                continue
            next_s = self._next_s(next_s, time_s)
            yield time_s, small_luma(frame)
        if last is not None:
            self.duration_s = last_s + _frame_length_s(last)
            if shown is not None:
                self.num_decoded = sum(pts <= last.pts for pts in shown[0])

    def _needed(self, shown: Sequence[int], unit_s: float) -> set[int]:
        """Return the timestamps of the samples, and the last one: it tells the length."""
        chosen, next_s = set(shown[-1:]), 0.0
        for pts in shown:
            time_s = (pts - shown[0]) * unit_s
            if time_s + 1e-6 >= next_s:
                next_s = self._next_s(next_s, time_s)
                chosen.add(pts)
        return chosen

    def _next_s(self, due_s: float, time_s: float) -> float:
        """Return when a sample is due after the one at `time_s`, which was due at `due_s`."""
        return max(due_s + 1 / self.sample_hz, time_s + 0.5 / self.sample_hz)


def shown_pts(path: Path) -> tuple[list[int], float] | None:
    """Return (timestamps of all frames in the order of showing, seconds a unit) without decoding; None if that cannot be told.

    H.264 alone: there a decoder passes over exactly the frames that no other is made from.
    """
    with open_checked(path) as container:
        stream = video_stream(container)
        if stream.codec_context.name != "h264" or not stream.time_base:
            return None
        try:
            shown = [packet.pts for packet in container.demux(stream) if packet.size and not packet.is_discard]
        except av.error.FFmpegError:
            return None
        pts = [at for at in shown if at is not None]
        return (sorted(pts), float(stream.time_base)) if 0 < len(pts) == len(shown) else None


def frames(path: Path, *, needed: set[int] | None = None) -> Iterator[tuple[float, av.VideoFrame]]:
    """Yield (time_s from the first frame, decoded frame); a frame is valid until the next one is asked for.

    `needed`: timestamps that must come; others come only where they had to be decoded for one of those.
    """
    with open_checked(path) as container:
        stream = video_stream(container)
        stream.thread_type = "NONE"  # one processor a worker, and the same frames in the same order
        start_s: float | None = None
        try:
            for packet in container.demux(stream):
                if needed is not None:
                    passed_over = packet.pts is not None and packet.pts not in needed
                    stream.codec_context.skip_frame = "NONREF" if passed_over else "DEFAULT"
                for frame in packet.decode():
                    at_s = frame.time or 0.0
                    start_s = at_s if start_s is None else start_s
                    yield max(0.0, at_s - start_s), frame
        except av.error.FFmpegError:
            return


def small_luma(frame: av.VideoFrame) -> Luma:
    """Return the luma at 160x90 px (90x160 upright), stretched to that shape: flow is measured in shares of each side."""
    planar = frame if frame.format.name in PLANAR else frame.reformat(format="gray")
    size = (LONG_SIDE_PX, SHORT_SIDE_PX) if frame.width >= frame.height else (SHORT_SIDE_PX, LONG_SIDE_PX)
    luma = luma_of(planar)
    while (
        luma.shape[1] >= 2 * size[0] and luma.shape[0] >= 2 * size[1]
    ):  # halving is 10 times faster than one area resize
        half_height, half_width = luma.shape[0] // 2, luma.shape[1] // 2
        cropped = luma[: half_height * 2, : half_width * 2]
        luma = np.asarray(cv2.resize(cropped, (half_width, half_height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def frames_at(path: Path, times_s: Sequence[float]) -> list[npt.NDArray[np.uint8]]:
    """Return the RGB picture (uint8 [H, W, 3]) shown at each of the ascending times; times behind the end give the last frame."""
    wanted = list(times_s)
    found: list[npt.NDArray[np.uint8]] = []
    last: av.VideoFrame | None = None
    for time_s, frame in frames(path):
        while len(found) < len(wanted) and time_s > wanted[len(found)] + 1e-4:
            found.append(rgb_of(last or frame))
        if len(found) == len(wanted):
            return found
        last = frame
    if last is None:
        raise ValueError(f"{path}: no frame can be decoded")
    return found + [rgb_of(last)] * (len(wanted) - len(found))


def _frame_length_s(frame: av.VideoFrame) -> float:
    if frame.duration and frame.time_base:
        return float(frame.duration * frame.time_base)
    return 0.0
