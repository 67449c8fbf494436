"""Make files that want to do harm or cannot be what they say: every one by a recipe here, none from elsewhere.

`HOSTILE` maps a file's name to the function that writes it. Boxes are those of ISO/IEC 14496-12, elements those of RFC 8794 and 9559.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.vision.films import moving_square, write_film, write_half_of, write_sound_only

Recipe = Callable[[Path], object]
HOSTILE: dict[str, Recipe] = {}
SECRET = "/etc/passwd"
OUTSIDE = "http://127.0.0.1:9/clip.ts"


def hostile(name: str) -> Callable[[Recipe], Recipe]:
    """Enter a recipe under the name of its file."""

    def enter(recipe: Recipe) -> Recipe:
        assert name not in HOSTILE
        HOSTILE[name] = recipe
        return recipe

    return enter


def of_bytes(name: str, data: bytes) -> None:
    """Enter a file of these very bytes."""
    hostile(name)(lambda path: path.write_bytes(data))


def box(kind: bytes, *parts: bytes, says: int | None = None) -> bytes:
    """Return an MP4 box; `says` is the length that it claims in place of its own."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body) if says is None else says, kind) + body


def element(identifier: str, body: bytes, *, says: int | None = None) -> bytes:
    """Return a Matroska element with an eight-byte length."""
    return bytes.fromhex(identifier) + struct.pack(">Q", (1 << 56) | (len(body) if says is None else says)) + body


FTYP = box(b"ftyp", b"isom", bytes(4), b"isommp42")
EBML = element("1a45dfa3", element("4282", b"matroska") + element("4287", b"\x04") + element("4285", b"\x02"))


def film(path: Path, **options: object) -> bytes:
    """Write a whole film and return its bytes."""
    write_film(path, **options)  # type: ignore[arg-type]
    return path.read_bytes()


def patched(name: str, find: bytes, at: int, value: bytes, **options: object) -> None:
    """Enter a whole film in which the bytes `at` behind every box `find` are others."""

    def recipe(path: Path) -> None:
        data, start, num_found = bytearray(film(path, **options)), 0, 0
        while (start := data.find(find, start)) >= 0:
            data[start + at : start + at + len(value)] = value
            start, num_found = start + len(find), num_found + 1
        assert num_found, f"{name}: no {find!r}"
        path.write_bytes(data)

    hostile(name)(recipe)


# texts that lead a decoder elsewhere
of_bytes("ffconcat.mp4", f"ffconcat version 1.0\nfile {SECRET}\n".encode())
of_bytes("ffconcat-with-mark.mp4", b"\xef\xbb\xbf" + f"ffconcat version 1.0\nfile '{SECRET}'\n".encode())
of_bytes(
    "playlist-of-files.mp4", f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{SECRET}\n#EXT-X-ENDLIST\n".encode()
)
of_bytes("playlist-of-addresses.mov", f"#EXTM3U\n#EXTINF:1,\n{OUTSIDE}\n#EXT-X-ENDLIST\n".encode())
of_bytes("playlist-joined.mkv", f"#EXTM3U\n#EXTINF:1,\nconcat:{OUTSIDE}|{SECRET}\n".encode())
of_bytes("dash.webm", f'<?xml version="1.0"?><MPD><BaseURL>{OUTSIDE}</BaseURL></MPD>'.encode())
of_bytes("session.mp4", b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n")
of_bytes("picture.mp4", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{SECRET}"/></svg>'.encode())
of_bytes("page.mp4", b"<!doctype html><script>fetch('/api/feed')</script>")
of_bytes("script.mp4", b"#!/bin/sh\nrm -rf ~\n")
of_bytes("entity.mov", f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{SECRET}">]><x>&e;</x>'.encode())
of_bytes("subtitles.mkv", b"1\n00:00:00,000 --> 00:00:01,000\n<b>hello</b>\n")
of_bytes("box-then-playlist.mp4", FTYP + f"#EXTM3U\n#EXTINF:1,\nfile://{SECRET}\n".encode())
of_bytes("header-then-script.mkv", EBML + f"ffconcat version 1.0\nfile {SECRET}\n".encode())

# other kinds under a video's name, and two kinds in one
of_bytes("program.mp4", b"\x7fELF\x02\x01\x01" + bytes(200))
of_bytes("document.mp4", b"%PDF-1.7\n" + bytes(100))
of_bytes("zipped.mp4", b"PK\x03\x04" + bytes(60))
of_bytes("zip-bomb.mp4", gzip.compress(bytes(10_000_000)))
of_bytes("noise.mp4", np.random.default_rng(7).bytes(50_000))


@hostile("film-and-archive.mp4")
def film_and_archive(path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../escape.sh", "echo out")
    path.write_bytes(film(path) + archive.getvalue())


@hostile("picture-then-film.mp4")
def picture_then_film(path: Path) -> None:
    path.write_bytes(b"\xff\xd8\xff\xe0" + film(path))


@hostile("film-and-page.mp4")
def film_and_page(path: Path) -> None:
    path.write_bytes(film(path) + box(b"free", b"<script>alert(1)</script>" * 100))


# cut short
of_bytes("nothing.mp4", b"")
of_bytes("one-byte.mp4", b"\x00")
of_bytes("seven-bytes.mov", b"\x00\x00\x00\x20fty")
of_bytes("only-a-header.mp4", FTYP)
of_bytes("only-a-header.mkv", EBML)
hostile("half.mp4")(lambda path: write_half_of(write_film(path.with_name("whole-of-half.mp4")), path))
hostile("half.mkv")(lambda path: write_half_of(write_film(path.with_name("whole-of-half.mkv")), path))


@hostile("no-index.mp4")
def no_index(path: Path) -> None:
    path.write_bytes(film(path).replace(b"moov", b"free"))


@hostile("index-without-data.mp4")
def index_without_data(path: Path) -> None:
    data = film(path)
    path.write_bytes(FTYP + data[data.index(b"moov") - 4 :])


# headers that lie
patched("says-16000-wide.mp4", b"avc1", 28, struct.pack(">HH", 16000, 16000))
patched("says-nothing-wide.mp4", b"avc1", 28, bytes(4))
patched("says-a-year.mp4", b"mdhd", 16, struct.pack(">I", 0xFFFF_FFFE))
patched("no-timescale.mp4", b"mdhd", 12, bytes(4))
patched("endless-timescale.mp4", b"mdhd", 12, b"\xff" * 4)
patched("billions-of-times.mp4", b"stts", 8, b"\x7f\xff\xff\xff")
patched("billions-in-one-time.mp4", b"stts", 12, b"\x7f\xff\xff\xff")
patched("billions-of-sizes.mp4", b"stsz", 12, b"\x7f\xff\xff\xff")
patched("one-size-for-billions.mp4", b"stsz", 8, b"\x00\x00\x00\x01\x7f\xff\xff\xff")
patched("data-beyond-the-end.mp4", b"stco", 12, b"\xff\xff\xff\xf0")
patched("chunks-from-nowhere.mp4", b"stsc", 12, b"\xff\xff\xff\xff\xff\xff\xff\xff")
patched("edit-from-never.mp4", b"elst", 8, b"\xff" * 12)
patched("no-decoder-facts.mp4", b"avcC", 4, bytes(24))
patched("unknown-codec.mp4", b"avc1", 0, b"zzzz")
of_bytes("box-of-everything.mp4", FTYP + struct.pack(">I4sQ", 1, b"moov", 2**63 - 1) + bytes(64))
of_bytes("box-of-nothing.mp4", FTYP + box(b"moov", says=4) + bytes(64))
of_bytes("segment-of-everything.mkv", EBML + element("18538067", bytes(64), says=2**55))


@hostile("boxes-in-boxes.mp4")
def boxes_in_boxes(path: Path) -> None:
    inner = b""
    for _ in range(20_000):
        inner = box(b"trak", inner)
    path.write_bytes(FTYP + box(b"moov", inner))


@hostile("elements-in-elements.mkv")
def elements_in_elements(path: Path) -> None:
    inner = b""
    for _ in range(5_000):
        inner = element("1254c367", inner)  # Tags
    path.write_bytes(EBML + element("18538067", inner))


@hostile("squeezed-index.mp4")
def squeezed_index(path: Path) -> None:
    """A compressed movie box (QuickTime's cmov) that says it unpacks to 64 MiB of nothing."""
    squeezed = zlib.compress(bytes(64 << 20))
    cmvd = box(b"cmvd", struct.pack(">I", 64 << 20), squeezed)
    path.write_bytes(FTYP + box(b"moov", box(b"cmov", box(b"dcom", b"zlib"), cmvd)) + box(b"mdat", bytes(32)))


@hostile("data-at-an-address.mov")
def data_at_an_address(path: Path) -> None:
    """A QuickTime film whose samples are said to lie at an address: its data reference is not the file itself."""
    data, itself = bytearray(film(path)), box(b"url ", b"\x00\x00\x00\x01")
    elsewhere = box(b"url ", bytes(4), OUTSIDE.encode() + b"\x00")
    at = data.index(itself)
    data[at : at + len(itself)] = elsewhere
    for parent in (
        b"moov",
        b"trak",
        b"mdia",
        b"minf",
        b"dinf",
        b"dref",
    ):  # the index stands behind the data: offsets hold
        start = data.index(parent) - 4
        length = struct.unpack_from(">I", data, start)[0] + len(elsewhere) - len(itself)
        struct.pack_into(">I", data, start, length)
    path.write_bytes(data)


# bombs
@hostile("black-4k.mp4")
def black_4k(path: Path) -> None:
    """A few kilobytes that decode to 3 GB: one black 4K picture, said 240 times in a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=240, options={"preset": "ultrafast", "tune": "zerolatency"})
        stream.width, stream.height, stream.pix_fmt = 4096, 2304, "yuv420p"
        frame = av.VideoFrame(4096, 2304, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        body = bytes(stream.encode(frame)[0])
        for index in range(240):
            packet = av.Packet(body)
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, index, index, Fraction(1, 240)
            packet.is_keyframe = True
            container.mux(packet)


@hostile("film-of-8k.mp4")
def film_of_8k(path: Path) -> None:
    write_film(path, width_px=7680, height_px=4320, num_frames=1)


@hostile("hundred-seconds.mp4")
def hundred_seconds(path: Path) -> None:
    write_film(path, num_frames=100, fps=1, width_px=32, height_px=32)


@hostile("too-many-frames.mp4")
def too_many_frames(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuvj420p"
        packets = stream.encode(av.VideoFrame(16, 16, "yuvj420p"))
        body = bytes(packets[0])
        for index in range(20_000):
            packet = av.Packet(body)
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, index, index, Fraction(1, 1000)
            container.mux(packet)


@hostile("grows-in-the-middle.mkv")
def grows_in_the_middle(path: Path) -> None:
    """The stream's own headers change from 64 x 64 to 4096 x 2304 px after a second."""
    small, large = path.with_name("small.h264"), path.with_name("large.h264")
    for file, width_px, height_px in ((small, 64, 64), (large, 4096, 2304)):
        with av.open(str(file), "w", format="h264") as container:
            stream = container.add_stream(
                "libx264", rate=24, options={"preset": "ultrafast", "x264-params": "annexb=1"}
            )
            stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
            for index in range(24):
                picture = moving_square(index, 24, width_px, height_px)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode(None))
    joined = path.with_name("joined.h264")
    joined.write_bytes(small.read_bytes() + large.read_bytes())
    with av.open(str(joined), format="h264") as source, av.open(str(path), "w") as container:
        stream = container.add_stream_from_template(source.streams.video[0])
        for index, packet in enumerate(source.demux(source.streams.video[0])):
            if packet.size:
                packet.stream, packet.pts, packet.dts, packet.time_base = stream, index, index, Fraction(1, 24)
                packet.duration = 1
                container.mux(packet)


@hostile("a-hundred-sounds.mkv")
def a_hundred_sounds(path: Path) -> None:
    with av.open(str(path), "w") as container:
        for _ in range(100):
            container.add_stream("aac", rate=44100, layout="mono")
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for index in range(24):
            picture = moving_square(index, 24, 64, 64)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


@hostile("a-book-of-words.mkv")
def a_book_of_words(path: Path) -> None:
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "x" * 20_000_000
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))


# kinds that are not taken
hostile("sound-only.mp4")(write_sound_only)


def odd_codec(name: str, codec: str, pix_fmt: str, *, size_px: tuple[int, int] = (176, 144)) -> None:
    """Enter a whole film of a codec that is not taken."""

    def recipe(path: Path) -> None:
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = *size_px, pix_fmt
            for index in range(5):
                picture = av.VideoFrame.from_ndarray(moving_square(index, 5, *size_px), format="rgb24")
                container.mux(stream.encode(picture.reformat(format=pix_fmt)))
            container.mux(stream.encode(None))

    hostile(name)(recipe)


odd_codec("lossless.mkv", "ffv1", "yuv420p")
odd_codec("raw.mkv", "rawvideo", "yuv420p")
odd_codec("pictures.mov", "png", "rgb24")
odd_codec("camera.avi", "mjpeg", "yuvj420p")
odd_codec("animation.mov", "qtrle", "rgb24")
odd_codec("snow.mkv", "snow", "yuv420p")
odd_codec("camcorder.mov", "h263", "yuv420p")
