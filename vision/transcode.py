"""Turn an untrusted video into ours, once: upright, H.264, at most 720 x 1280 px and 60 s, constant rate, index first. Pure.

`transcode_file` runs `python -m vision.transcode SOURCE DRAFT POSTER` in a confined process; the source is probed first in the same
process, so a refused file costs one start.
"""

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.container
import av.error
import av.filter
from av.video.stream import VideoStream

from vision.encode import Clip, ClipWriter
from vision.probe import MAX_DURATION_S, Probe, inspect, open_checked, video_stream
from vision.probe import TIMEOUT_S as PROBE_TIMEOUT_S
from vision.sandbox import Refused, answer, confine, end_after, run_confined

MAX_SHORT_SIDE_PX = 720
MAX_OUT_LONG_SIDE_PX = 1280
MIN_FPS, MAX_FPS = 10, 30
STILL_FPS = 24  # a single frame is shown for a second
CPU_S = 420
TIMEOUT_S = 600.0
MAX_WRITTEN_BYTES = 256 * 1024**2
TURNS = {90: ["transpose=cclock"], 180: ["hflip", "vflip"], 270: ["transpose=clock"]}


def transcode_file(source: Path, draft: Path, poster: Path) -> Clip:
    """Probe and transcode in a confined process; raises Refused with the reason. Drafts may be left behind on refusal."""
    reply = run_confined("vision.transcode", str(source), str(draft), str(poster), timeout_s=TIMEOUT_S)
    return Clip(**reply)


def out_size(width_px: int, height_px: int) -> tuple[int, int]:
    """Return even (width, height) of the same shape within 720 x 1280, never larger than the source."""
    short, long = sorted((width_px, height_px))
    scale = min(1.0, MAX_SHORT_SIDE_PX / short, MAX_OUT_LONG_SIDE_PX / long)
    return max(2, round(width_px * scale / 2) * 2), max(2, round(height_px * scale / 2) * 2)


def out_fps(probe: Probe) -> Fraction:
    """Return the constant rate: the source's average, within 10 to 30 frames a second (every second frame above 30)."""
    if probe.num_frames == 1:
        return Fraction(STILL_FPS)
    fps = probe.fps
    while fps > MAX_FPS * 1.02:
        fps /= 2
    for usual in (Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30)):
        if abs(fps - float(usual)) < 0.01:
            return usual
    return Fraction(min(max(fps, MIN_FPS), MAX_FPS)).limit_denominator(100)


def transcode(source: Path, draft: Path, poster: Path) -> Clip:
    """Transcode in this process (call it confined); raises Refused. Sound is kept when it converts, else dropped."""
    with end_after(PROBE_TIMEOUT_S):
        probe = inspect(source)
    try:
        return _write(source, draft, poster, probe, with_sound=probe.has_audio)
    except (av.error.FFmpegError, ValueError):
        if not probe.has_audio:
            raise
        return _write(source, draft, poster, probe, with_sound=False)


def _write(source: Path, draft: Path, poster: Path, probe: Probe, *, with_sound: bool) -> Clip:
    fps = out_fps(probe)
    with open_checked(source) as container:
        stream = video_stream(container)
        stream.thread_type = "NONE"  # one processor a worker
        width_px, height_px = out_size(*_shown_size(stream, probe))
        writer = ClipWriter(draft, width_px=width_px, height_px=height_px, fps=fps)
        sound = _Sound(container, writer) if with_sound else None
        picture = _Picture(stream, probe, width_px, height_px, fps)
        max_frames = int(MAX_DURATION_S * fps)
        for frame in _decode(container, stream, sound):
            for shown in picture.push(frame):
                if writer.num_frames < max_frames:
                    writer.write(shown)
        for shown in picture.finish():
            if writer.num_frames < max_frames:
                writer.write(shown)
        if writer.num_frames == 0:
            raise Refused("damaged: no frame can be decoded")
        if sound:
            sound.finish()
        return writer.close(poster)


def _decode(container: av.container.InputContainer, stream: VideoStream, sound: "_Sound | None") -> Iterator[Any]:
    """Yield video frames, passing sound aside; a damaged packet is skipped, as players do."""
    streams = [stream, sound.source] if sound else [stream]
    for packet in container.demux(*streams):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                yield frame
            elif sound and isinstance(frame, av.AudioFrame):
                sound.push(frame)


def _shown_size(stream: VideoStream, probe: Probe) -> tuple[int, int]:
    """Return the upright size with pixels made square (an anamorphic source is widened)."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, 4) <= aspect <= 4:
        aspect = Fraction(1)
    if probe.rotation_deg % 180 == 90:
        return probe.width_px, max(2, round(probe.height_px * aspect))
    return max(2, round(probe.width_px * aspect)), probe.height_px


class _Picture:
    """Turn upright, scale, make the rate constant."""

    def __init__(self, stream: VideoStream, probe: Probe, width_px: int, height_px: int, fps: Fraction) -> None:
        self.graph = av.filter.Graph()
        steps = [*TURNS.get(probe.rotation_deg, []), f"scale={width_px}:{height_px}", "setsar=1", "format=yuv420p"]
        steps += ["setpts=PTS-STARTPTS", f"fps={fps.numerator}/{fps.denominator}"]
        if probe.num_frames == 1:
            steps.append("tpad=stop_mode=clone:stop_duration=1")
        last = self.graph.add_buffer(template=stream)
        for step in steps:
            name, _, arguments = step.partition("=")
            node = self.graph.add(name, arguments or None)
            last.link_to(node)
            last = node
        last.link_to(self.graph.add("buffersink"))
        self.graph.configure()

    def push(self, frame: av.VideoFrame) -> Iterator[Any]:
        self.graph.push(frame)
        yield from self._pull()

    def finish(self) -> Iterator[Any]:
        self.graph.push(None)
        yield from self._pull()

    def _pull(self) -> Iterator[Any]:
        while True:
            try:
                yield self.graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return


class _Sound:
    """Carry the first sound track over as AAC stereo."""

    RATE = 44100

    def __init__(self, container: av.container.InputContainer, writer: ClipWriter) -> None:
        self.source = container.streams.audio[0]
        self.writer = writer
        self.stream: Any = writer.container.add_stream("aac", rate=self.RATE, layout="stereo")
        self.stream.bit_rate = 96_000
        self.resampler = av.AudioResampler(format="fltp", layout="stereo", rate=self.RATE, frame_size=1024)
        self.num_samples = 0

    def push(self, frame: av.AudioFrame) -> None:
        frame.pts = None  # counted anew: the picture starts at 0 too
        self._encode(self.resampler.resample(frame))

    def finish(self) -> None:
        self._encode(self.resampler.resample(None))
        self.writer.container.mux(self.stream.encode(None))

    def _encode(self, frames: list[Any]) -> None:
        for frame in frames:
            if self.num_samples >= MAX_DURATION_S * self.RATE:
                return
            frame.pts, frame.time_base = self.num_samples, Fraction(1, self.RATE)
            self.num_samples += frame.samples
            self.writer.container.mux(self.stream.encode(frame))


def main() -> None:
    """Answer for SOURCE DRAFT POSTER on the command line."""
    confine(cpu_s=CPU_S, written_bytes=MAX_WRITTEN_BYTES)
    try:
        answer(transcode(*(Path(argument) for argument in sys.argv[1:4])).as_dict())
    except Refused as refusal:
        answer({"reason": str(refusal)})
    except MemoryError:
        answer({"reason": "needs more memory than is allowed"})
    except (av.error.FFmpegError, ValueError, OSError) as error:
        answer({"reason": f"could not be converted: {str(error)[:120]}"})


if __name__ == "__main__":
    main()
