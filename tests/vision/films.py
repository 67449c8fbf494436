"""Make the small video files that the tests bring: whole ones, odd ones and broken ones."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
YELLOW, BLUE, RED = (255, 210, 0), (20, 30, 90), (220, 30, 30)


def moving_square(index: int, num_frames: int, width_px: int, height_px: int) -> Picture:
    """Return a yellow square on blue that crosses the picture from left to right in its upper half."""
    picture = np.zeros((height_px, width_px, 3), np.uint8)
    picture[:] = BLUE
    side = height_px // 4
    left = (width_px - side) * index // max(1, num_frames - 1)
    picture[side // 2 : side // 2 + side, left : left + side] = YELLOW
    return picture


def still_then_dash(index: int, num_frames: int, width_px: int, height_px: int) -> Picture:
    """Return a resting square that crosses the whole picture within the fifth sixth of the film."""
    start, end = num_frames * 4 // 6, num_frames * 5 // 6
    return moving_square(min(max(index - start, 0), end - start), end - start + 1, width_px, height_px)


def write_film(
    path: Path,
    *,
    width_px: int = 160,
    height_px: int = 120,
    num_frames: int = 24,
    fps: int = 24,
    rotation_deg: int = 0,
    times_ms: list[int] | None = None,
    paint=moving_square,
    with_sound: bool = False,
) -> Path:
    """Write an H.264 film; `times_ms` makes its rate variable, `rotation_deg` is written as the turn that players apply."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "18"})
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        if times_ms:
            stream.codec_context.time_base = Fraction(1, 1000)
        if rotation_deg:
            stream.set_display_rotation(rotation_deg)
        sound = container.add_stream("aac", rate=44100, layout="mono") if with_sound else None
        for index in range(num_frames):
            frame = av.VideoFrame.from_ndarray(paint(index, num_frames, width_px, height_px), format="rgb24")
            if times_ms:
                frame.pts, frame.time_base = times_ms[index], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound:
            _write_sound(container, sound, num_frames / fps)
    return path


def write_sound_only(path: Path) -> Path:
    """Write an mp4 with nothing but a second of silence."""
    with av.open(str(path), "w") as container:
        _write_sound(container, container.add_stream("aac", rate=44100, layout="mono"), 1.0)
    return path


def _write_sound(container: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    for index in range(int(seconds * 44100 / 1024)):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 44100, index * 1024
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def write_half_of(whole: Path, path: Path) -> Path:
    """Write the first half of a file's bytes."""
    data = whole.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path
