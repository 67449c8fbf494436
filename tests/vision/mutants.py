"""Make mutants of whole films: what a bad disk, a bad line or a fuzzer leaves of them. The same number gives the same file."""

from pathlib import Path

import numpy as np

from tests.vision.odd_films import ODD

PARENTS = (
    "hevc.mp4",
    "vp9.webm",
    "av1.mp4",
    "mpeg4.mp4",
    "mjpeg.mov",
    "in-pieces.mp4",
    "live.mkv",
    "opus.webm",
    "ten-bits.mp4",
)


def parents(folder: Path) -> list[Path]:
    """Write the films that mutants are made of."""
    films = [folder / name for name in PARENTS]
    for film in films:
        ODD[film.name](film)
    return films


def mutant(parent: Path, number: int) -> bytes:
    """Return the parent's bytes with some changed, lost, doubled, moved or made up; mostly in the first part, where headers stand."""
    rng = np.random.default_rng(number)
    data = bytearray(parent.read_bytes())
    for _ in range(int(rng.integers(1, 6))):
        end = len(data) if rng.random() < 0.5 else min(len(data), 2000)
        at, length = int(rng.integers(4, end)), int(2 ** rng.integers(0, 9))
        piece = bytes(data[at : at + length])
        kind = rng.choice(
            ["noise", "ones", "lost", "doubled", "moved", "flip", "cut"], p=[0.2, 0.15, 0.15, 0.1, 0.1, 0.25, 0.05]
        )
        if kind == "noise":
            data[at : at + length] = rng.bytes(len(piece))
        elif kind == "ones":
            data[at : at + 4] = b"\xff" * 4
        elif kind == "lost":
            del data[at : at + length]
        elif kind == "doubled":
            data[at:at] = piece
        elif kind == "moved":
            to = int(rng.integers(4, len(data)))
            data[to : to + len(piece)] = piece
        elif kind == "flip":
            data[min(at, len(data) - 1)] ^= 1 << int(rng.integers(8))
        else:
            del data[max(at, 64) :]
    return bytes(data)
