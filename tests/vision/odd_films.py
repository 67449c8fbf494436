"""Make films that are unusual but legal, each with a red mark in the corner that is to be seen at the top left.

`ODD` maps a file's name to the function that writes it.
"""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from tests.vision.films import RED, Picture, moving_square

ODD: dict[str, Callable[[Path], None]] = {}
TURNED = {0: lambda picture: picture, 90: np.rot90, 180: lambda p: np.rot90(p, 2), 270: lambda p: np.rot90(p, 3)}


def marked(index: int, num_frames: int, width_px: int, height_px: int) -> Picture:
    """Return a frame of the moving square with a quarter of the picture, at the top left, in red."""
    picture = moving_square(index, num_frames, width_px, height_px)
    picture[: height_px // 2, : width_px // 2] = RED
    return picture


def write_odd(
    path: Path,
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    size_px: tuple[int, int] = (160, 120),
    num_frames: int = 24,
    fps: int = 24,
    turn_deg: int = 0,
    times: list[int] | None = None,
    aspect: Fraction | None = None,
    sound: tuple[str, int, str] | None = None,
    muxer: dict[str, str] | None = None,
    **options: str,
) -> None:
    """Write a film; `turn_deg`: what players turn it by, anticlockwise (stored turned back); `times`: ms; `sound`: codec, Hz, layout."""
    with av.open(str(path), "w", options=muxer or {}) as container:
        stream: Any = container.add_stream(codec, rate=fps, options=options)
        width_px, height_px = size_px if turn_deg % 180 == 0 else size_px[::-1]
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, pix_fmt
        if times:
            stream.codec_context.time_base = Fraction(1, 1000)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if turn_deg:
            stream.set_display_rotation(turn_deg)
        track = container.add_stream(sound[0], rate=sound[1], layout=sound[2]) if sound else None
        for index in range(num_frames):
            picture = np.ascontiguousarray(TURNED[-turn_deg % 360](marked(index, num_frames, *size_px)))
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pix_fmt)
            if times:
                frame.pts, frame.time_base = times[index], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if track:
            _write_silence(container, track, seconds=num_frames / fps)


def _write_silence(container: Any, track: Any, *, seconds: float) -> None:
    size, num_channels = track.codec_context.frame_size or 1024, track.codec_context.layout.nb_channels
    resampler = av.AudioResampler(format=track.codec_context.format, layout=track.layout, rate=track.rate)
    for index in range(int(seconds * track.rate / size)):
        silence = np.zeros((num_channels, size), np.float32)
        frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout=track.layout.name)
        frame.sample_rate, frame.pts = track.rate, index * size
        for converted in resampler.resample(frame):
            container.mux(track.encode(converted))
    container.mux(track.encode(None))


def odd(name: str, **options: Any) -> None:
    """Enter a film under its name."""
    ODD[name] = lambda path: write_odd(path, **options)


odd("turned-90.mp4", turn_deg=90)
odd("turned-180.mp4", turn_deg=180)
odd("turned-270.mov", turn_deg=270)
odd("uneven-times.mp4", num_frames=30, times=[i * 20 if i < 15 else 300 + (i - 15) * 90 for i in range(30)])
odd("one-frame.mp4", num_frames=1)
odd("two-frames-a-minute-apart.mp4", num_frames=2, times=[0, 50_000])
odd("starts-late.mkv", times=[5000 + i * 40 for i in range(24)])
odd("one-a-second.mp4", num_frames=6, fps=1)
odd("hundred-twenty-a-second.mp4", num_frames=120, fps=120)
odd("uneven-size.mp4", size_px=(161, 121), pix_fmt="yuv444p")
odd("smallest.mp4", size_px=(16, 16))
odd("ribbon.mp4", size_px=(1920, 32))
odd("tower.mp4", size_px=(32, 1920))
odd("wide-pixels.mp4", size_px=(120, 120), aspect=Fraction(4, 3))
odd("ten-bits.mp4", pix_fmt="yuv420p10le")
odd("interlaced.mp4", **{"x264-params": "tff=1"})
odd("in-pieces.mp4", muxer={"movflags": "frag_keyframe+empty_moov"})
odd("live.mkv", muxer={"live": "1"})
odd("hevc.mp4", codec="libx265", **{"x265-params": "log-level=none"})
odd("vp8.webm", codec="libvpx")
odd("vp9.webm", codec="libvpx-vp9", deadline="realtime")
odd("av1.mp4", codec="libsvtav1", preset="12")
odd("mpeg4.mp4", codec="mpeg4")
odd("mpeg2.mkv", codec="mpeg2video", fps=25)
odd("mjpeg.mov", codec="mjpeg", pix_fmt="yuvj420p")
odd("prores.mov", codec="prores_ks", pix_fmt="yuv422p10le")
odd("no-name-ending", muxer={})
odd("name with a space, ünï.MP4")
odd("six-channels.mp4", sound=("aac", 48_000, "5.1"))
odd("telephone-sound.mkv", sound=("libmp3lame", 8_000, "mono"))
odd("opus.webm", codec="libvpx", sound=("libopus", 48_000, "stereo"))
ODD["no-name-ending"] = lambda path: (write_odd(path.with_suffix(".mp4")), path.with_suffix(".mp4").rename(path))[0]
