"""Look at an untrusted file before anything decodes it: container, dimensions, length, and then one frame. Pure.

`probe_file` runs `python -m vision.probe FILE` in a confined process (vision/sandbox.py); everything it refuses, it refuses with a
reason that a person can act on. Limits are read from the container before a picture is decoded: 16000x16000 px would take 2 GiB.
"""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import av.container
import av.error
from av.video.stream import VideoStream

from vision.containers import container_of
from vision.sandbox import Refused, answer, confine, run_confined

MAX_FILE_BYTES = 512 * 1024**2
MAX_LONG_SIDE_PX = 4096
MAX_PIXELS = 4096 * 2304  # 4K; 8K is refused
MIN_SIDE_PX = 16
MAX_DURATION_S = 60.0
DURATION_SLACK_S = 1.0  # containers round, and audio may end later
MAX_FRAMES = 60 * 240
CODECS = {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg", "mpeg2video", "prores"}
CPU_S = 20
TIMEOUT_S = 30
FORMATS = {"mp4": "mov", "matroska": "matroska"}


@dataclass(frozen=True)
class Probe:
    """What a file is: upright size in px, counted frames, average rate; `rotation_deg` anticlockwise turn that makes it upright."""

    container: str
    codec: str
    duration_s: float
    width_px: int
    height_px: int
    fps: float
    num_frames: int
    rotation_deg: int
    has_audio: bool


def probe_file(path: Path) -> Probe:
    """Probe `path` in a confined process; raises Refused with the reason."""
    if not path.is_file():
        raise Refused("no such file")
    return Probe(**run_confined("vision.probe", str(path.resolve()), timeout_s=TIMEOUT_S))


def open_checked(path: Path) -> av.container.InputContainer:
    """Open a file whose container was recognised, with that format forced and no other protocol; raises Refused."""
    size_bytes = path.stat().st_size
    if size_bytes > MAX_FILE_BYTES:
        raise Refused(f"too large: {size_bytes / 1e6:,.0f} MB, at most {MAX_FILE_BYTES / 1e6:,.0f} MB")
    name = container_of(path)
    try:
        return av.open(str(path), format=FORMATS[name], options={"protocol_whitelist": "file"})
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        raise Refused(f"damaged: the {name} structure cannot be read ({_plain(error)})") from None


def video_stream(container: av.container.InputContainer) -> VideoStream:
    """Return the one stream to show after the gates on kind, codec and dimensions; raises Refused."""
    streams = [stream for stream in container.streams.video if not stream.disposition & stream.disposition.attached_pic]
    if not streams:
        kind = "audio only" if container.streams.audio else "no video in it"
        raise Refused(f"not a video: {kind}")
    stream = streams[0]
    codec = stream.codec_context.codec.canonical_name if stream.codec_context else ""
    if stream.codec_context is None or codec not in CODECS:
        raise Refused(f"the video codec {codec or 'in it'} is not taken")
    check_dimensions(stream.codec_context.width, stream.codec_context.height)
    return stream


def check_dimensions(width_px: int, height_px: int) -> None:
    """Raise Refused unless the picture is within the limits (4K) and at least 16 px a side."""
    if min(width_px, height_px) < MIN_SIDE_PX:
        raise Refused(f"too small: {width_px}x{height_px} px, at least {MIN_SIDE_PX} px a side")
    if max(width_px, height_px) > MAX_LONG_SIDE_PX or width_px * height_px > MAX_PIXELS:
        raise Refused(f"too large: {width_px}x{height_px} px, at most 4K ({MAX_LONG_SIDE_PX}x{MAX_PIXELS // 4096})")


def inspect(path: Path) -> Probe:
    """Probe in this process: gates first, then every packet is counted, then one frame is decoded. Call it confined."""
    with open_checked(path) as container:
        stream = video_stream(container)
        num_frames, duration_s = _count_packets(container, stream)
        has_audio = bool(container.streams.audio)
    with open_checked(path) as container:
        stream = video_stream(container)
        frame = _first_frame(container, stream)
        check_dimensions(frame.width, frame.height)  # the stream may say other than the container
        rotation_deg = int(frame.rotation) % 360
        turned = rotation_deg % 180 == 90
        return Probe(
            container=container_of(path),
            codec=stream.codec_context.codec.canonical_name,
            duration_s=duration_s,
            width_px=frame.height if turned else frame.width,
            height_px=frame.width if turned else frame.height,
            fps=num_frames / duration_s,
            num_frames=num_frames,
            rotation_deg=rotation_deg,
            has_audio=has_audio,
        )


def _count_packets(container: av.container.InputContainer, stream: VideoStream) -> tuple[int, float]:
    """Return (frames, length in s) from the packets' times: what a header claims is not believed."""
    declared_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    if declared_s > MAX_DURATION_S + DURATION_SLACK_S:
        raise Refused(_too_long(declared_s))
    num_frames, first_s, end_s = 0, float("inf"), 0.0
    try:
        for packet in container.demux(stream):
            if packet.size == 0 or packet.pts is None or packet.time_base is None:
                continue
            num_frames += 1
            if num_frames > MAX_FRAMES:
                raise Refused(f"too many frames: more than {MAX_FRAMES:,}")
            start_s = float(packet.pts * packet.time_base)
            first_s = min(first_s, start_s)
            end_s = max(end_s, start_s + float((packet.duration or 0) * packet.time_base))
    except av.error.FFmpegError as error:
        raise Refused(f"damaged: {_plain(error)}") from None
    if num_frames == 0:
        raise Refused("no frame in it")
    duration_s = end_s - first_s
    if duration_s > MAX_DURATION_S + DURATION_SLACK_S:
        raise Refused(_too_long(duration_s))
    return num_frames, max(duration_s, 1 / 240)


def _first_frame(container: av.container.InputContainer, stream: VideoStream) -> av.VideoFrame:
    try:
        for frame in container.decode(stream):
            return frame
    except av.error.FFmpegError as error:
        raise Refused(f"damaged: no frame can be decoded ({_plain(error)})") from None
    raise Refused("damaged: no frame can be decoded")


def _too_long(duration_s: float) -> str:
    return f"too long: {duration_s:,.0f} s, at most {MAX_DURATION_S:.0f} s"


def _plain(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".").lower()[:100]


def main() -> None:
    """Answer for the file named on the command line."""
    confine(cpu_s=CPU_S, written_bytes=1 << 20)
    try:
        answer(asdict(inspect(Path(sys.argv[1]))))
    except Refused as refusal:
        answer({"reason": str(refusal)})
    except MemoryError:
        answer({"reason": "needs more memory than is allowed"})


if __name__ == "__main__":
    main()
