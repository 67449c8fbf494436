"""Write frames as the one file that players, keyframes and encoder see: H.264, yuv420p, index first, constant rate; and a poster. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

X264_OPTIONS = {"preset": "veryfast", "crf": "23", "threads": "1"}
SECONDS_BETWEEN_KEY_PICTURES = 2  # a search result opens at its second: a seek decodes at most this much
SECONDS_BETWEEN_POSTER_TRIES = 0.25
POSTER_SIDE_PX = 720
JPEG_QUALITY = 82


@dataclass(frozen=True)
class Clip:
    """What was written: size in px, constant rate, length, and how many frames."""

    width_px: int
    height_px: int
    fps: float
    duration_s: float
    num_frames: int

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


class PosterPicker:
    """Keep the frame that would look best as a still: contrast and detail, neither black nor white; ties go to the earlier."""

    def __init__(self) -> None:
        self.best_score = -1.0
        self.best: npt.NDArray[np.uint8] | None = None

    def consider(self, luma_HW: npt.NDArray[np.uint8], frame: av.VideoFrame) -> None:
        """Score the frame by its luma in [0, 255] and keep its RGB picture if it is the best so far."""
        score = poster_score(luma_HW)
        if score > self.best_score * 1.05:  # a later frame must be clearly better: converting costs 1 ms
            self.best_score, self.best = score, rgb_of(frame)

    def save(self, path: Path) -> None:
        """Write the JPEG at most 720 px a side."""
        assert self.best is not None, "no frame was considered"
        height_px, width_px = self.best.shape[:2]
        scale = min(1.0, POSTER_SIDE_PX / max(height_px, width_px))
        size = (max(1, round(width_px * scale)), max(1, round(height_px * scale)))
        small = cv2.resize(self.best, size, interpolation=cv2.INTER_AREA) if scale < 1 else self.best
        done, data = cv2.imencode(
            ".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        )
        if not done:
            raise OSError("the poster could not be encoded")
        path.write_bytes(data.tobytes())


def poster_score(luma_HW: npt.NDArray[np.uint8]) -> float:
    """Return how good a still is, at least 0: contrast x detail, less where the picture is nearly black or white."""
    small = cv2.resize(luma_HW, (96, 96), interpolation=cv2.INTER_AREA).astype(np.float32)
    contrast = float(small.std()) / 64
    detail = float(np.abs(cv2.Laplacian(small, cv2.CV_32F)).mean()) / 16
    exposure = 1 - abs(float(small.mean()) - 118) / 138
    return (0.2 + min(contrast, 1.0)) * (0.3 + min(detail, 1.0)) * max(exposure, 0.05)


class ClipWriter:
    """Encode upright frames of one size at a constant rate; `close` finishes the file and the poster.

    Width and height must be even. Frames are given in order; times follow from their count.
    """

    def __init__(self, path: Path, *, width_px: int, height_px: int, fps: Fraction) -> None:
        self.container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        gop = max(1, round(float(fps) * SECONDS_BETWEEN_KEY_PICTURES))
        options = X264_OPTIONS | {"g": str(gop)}
        self.stream: Any = self.container.add_stream("libx264", rate=fps, options=options)
        self.stream.width, self.stream.height, self.stream.pix_fmt = width_px, height_px, "yuv420p"
        self.stream.codec_context.time_base = 1 / fps
        self.fps = fps
        self.num_frames = 0
        self.poster = PosterPicker()
        self.poster_every = max(1, round(float(fps) * SECONDS_BETWEEN_POSTER_TRIES))

    def write(self, frame: av.VideoFrame) -> None:
        """Append a frame (converted to yuv420p if it is not)."""
        planar = frame if frame.format.name == "yuv420p" else frame.reformat(format="yuv420p")
        if self.num_frames % self.poster_every == 0:
            self.poster.consider(luma_of(planar), frame)
        planar.pts, planar.time_base = self.num_frames, 1 / self.fps
        planar.pict_type = 0  # the source's picture types must not steer ours
        self.container.mux(self.stream.encode(planar))
        self.num_frames += 1

    def close(self, poster_path: Path) -> Clip:
        """Flush, write the poster and return what was written."""
        self.container.mux(self.stream.encode(None))
        self.container.close()
        self.poster.save(poster_path)
        fps = float(self.fps)
        return Clip(self.stream.width, self.stream.height, fps, self.num_frames / fps, self.num_frames)


def rgb_of(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """Return a frame as uint8 [H, W, 3] RGB, its own copy."""
    return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


def luma_of(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """Return a planar frame's luma as uint8 [H, W] in [0, 255] without converting it (a view of the frame's memory)."""
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]


def write_frames(frames: Iterable[npt.NDArray[np.uint8]], path: Path, poster_path: Path, *, fps: Fraction) -> Clip:
    """Encode RGB frames (uint8 [H, W, 3], even sides, at least one) as they come and return what was written."""
    writer: ClipWriter | None = None
    for frame_HWC in frames:
        if writer is None:
            height_px, width_px = frame_HWC.shape[:2]
            writer = ClipWriter(path, width_px=width_px, height_px=height_px, fps=fps)
        writer.write(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame_HWC), format="rgb24"))
    if writer is None:
        raise ValueError("no frames to write")
    return writer.close(poster_path)


def replace_into(draft: Path, final: Path) -> None:
    """Move a finished draft to its place in one step, so that a reader sees all of it or nothing."""
    final.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(final)
