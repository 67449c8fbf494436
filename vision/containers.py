"""Tell from a file's first bytes and its outer structure which container it is and whether it is whole. Pure, decodes nothing.

FFmpeg would guess among hundreds of formats, some of which open other files (a 37-byte `ffconcat` text named .mp4 does): so the
format is decided here and forced on it.
"""

import struct
from pathlib import Path
from typing import BinaryIO

from vision.sandbox import Refused

MP4_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}
EBML_MAGIC = b"\x1a\x45\xdf\xa3"
SEGMENT_ID = b"\x18\x53\x80\x67"
KNOWN_OTHERS = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip archive",
    b"ID3": "an MP3",
    b"OggS": "an Ogg file",
    b"fLaC": "a FLAC file",
    b"FLV\x01": "a Flash video",
    b"\x7fELF": "a program",
}
TAKEN = "mp4, mov, webm and mkv are taken"


def container_of(path: Path) -> str:
    """Return "mp4" (mov too) or "matroska" (webm too) for a whole file; raises Refused: empty, not a video, truncated."""
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise Refused("empty file")
    with path.open("rb") as file:
        head = file.read(4096)
        if head[4:8] in MP4_FIRST_BOXES:
            _check_mp4_whole(file, size_bytes)
            return "mp4"
        if head.startswith(EBML_MAGIC):
            _check_matroska_whole(head, size_bytes)
            return "matroska"
    raise Refused(_what_it_is(head))


def _what_it_is(head: bytes) -> str:
    if head[:4] == b"RIFF":
        kind = "an AVI video" if head[8:12] == b"AVI " else "a WAV or WebP file"
        return f"not a container that is taken: {kind} ({TAKEN})"
    for magic, name in KNOWN_OTHERS.items():
        if head.startswith(magic):
            return f"not a video: {name} ({TAKEN})"
    if _is_text(head):
        return f"not a video: a text file ({TAKEN})"
    return f"not a video: unknown contents ({TAKEN})"


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not merely a character cut at the end of what was read
            return False
        text = head[: error.start].decode("utf-8")
    return all(character.isprintable() or character in "\r\n\t\f" for character in text)


def _check_mp4_whole(file: BinaryIO, size_bytes: int) -> None:
    """Walk the top-level boxes: the index must be there, and index and data must end inside the file."""
    offset, seen = 0, set()
    while offset + 8 <= size_bytes:
        file.seek(offset)
        header = file.read(16)
        length, kind = struct.unpack(">I4s", header[:8])
        if length == 1 and len(header) == 16:
            length = struct.unpack(">Q", header[8:])[0]
        elif length == 0:
            length = size_bytes - offset
        if length < 8:
            break  # rubbish behind the last box; what came before may be whole
        if offset + length > size_bytes and kind in {b"moov", b"mdat", b"moof"}:
            missing = offset + length - size_bytes
            raise Refused(f"truncated: {missing:,} bytes are missing at the end")
        seen.add(kind)
        offset += length
    if b"moov" not in seen:
        raise Refused("truncated: the index of the video (moov) is missing")


def _check_matroska_whole(head: bytes, size_bytes: int) -> None:
    start = head.find(SEGMENT_ID)
    if start < 0:
        raise Refused("truncated: there is no segment behind the header")
    length, num_length_bytes = _ebml_number(head, start + 4)
    end = start + 4 + num_length_bytes + length
    if length != 2 ** (7 * num_length_bytes) - 1 and end > size_bytes:  # all ones: a live recording of unknown length
        raise Refused(f"truncated: {end - size_bytes:,} bytes are missing at the end")


def _ebml_number(data: bytes, offset: int) -> tuple[int, int]:
    """Return (value, bytes taken) of the variable-length number at `offset`; raises Refused if it is malformed."""
    first = data[offset] if offset < len(data) else 0
    num_bytes = 9 - first.bit_length()
    if first == 0 or offset + num_bytes > len(data):
        raise Refused("truncated: the segment's length is missing")
    value = first & (2 ** (8 - num_bytes) - 1)
    for byte in data[offset + 1 : offset + num_bytes]:
        value = value << 8 | byte
    return value, num_bytes
