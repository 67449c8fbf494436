"""`python -m vision.clip.msrvtt --csv FILE --videos DIR`: zero-shot text-to-video recall as the MSR-VTT 1k-A protocol counts it. Pure.

1k-A (Yu et al., 2018): 1,000 videos with a sentence each, the rows of MSRVTT_JSFUSION_test.csv (columns `video_id` and `sentence`, others
are ignored); every sentence ranks all videos. The video's vector is what this profile's encoder makes of `--frames` frames: for `open`
their mean (12 a video in CLIP4Clip, Luo et al., 2022; 8 in PE, Bolya et al., 2025). The recipe and its figures: docs/msrvtt.md.
"""

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rich.progress import track

from vision.clip.encoder import VideoEncoder, load_video_encoder
from vision.clip.heads import encode_videos, keyframe_vectors
from vision.clip.scores import ranks, recall
from vision.keyframes import SAMPLERS
from vision.probe import probe_file
from vision.sandbox import Refused

DEFAULT_FRAMES = 12
SUFFIXES = (".mp4", ".avi", ".webm", ".mkv")
TEXTS_AT_ONCE = 64
NUM_NAMED = 5

Floats = npt.NDArray[np.float32]


class Pair(NamedTuple):
    """A sentence and the one video that it was written of."""

    file: Path
    sentence: str


class Unusable(ValueError):
    """The table or its videos are not what the protocol needs; the message says which."""


def load_pairs(table: Path, videos: Path) -> list[Pair]:
    """Return the table's pairs in its order, each with its file; raises Unusable if a column, a video, or all rows are missing."""
    with table.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    if not rows or not {"video_id", "sentence"} <= set(rows[0]):
        raise Unusable(f"{table.name} has no rows with the columns video_id and sentence")
    files = {file.stem: file for suffix in reversed(SUFFIXES) for file in videos.glob(f"*{suffix}")}
    names = [Path(row["video_id"]).stem for row in rows]
    missing = sorted({name for name in names if name not in files})
    if missing:
        named = ", ".join(missing[:NUM_NAMED]) + (" ..." if len(missing) > NUM_NAMED else "")
        raise Unusable(f"{len(missing)} of {len(rows)} videos are not in {videos}: {named}")
    if len(set(names)) < len(names):
        raise Unusable("a video has several sentences: that is another protocol than 1k-A")
    return [Pair(files[name], row["sentence"]) for name, row in zip(names, rows, strict=True)]


def video_vector(encoder: VideoEncoder, file: Path, *, num_frames: int, sampler: str) -> Floats:
    """Return the vector [D] of length 1 of a file that the probe lets through; raises Refused."""
    probe_file(file)
    frames = keyframe_vectors(encoder, file, budget=num_frames, sampler=SAMPLERS[sampler])
    return encode_videos(encoder, [frames])[0]


def recalls(rank_T: npt.NDArray[np.int64]) -> dict[str, float]:
    """Return R@1, R@5 and R@10 in percent, and the median and mean place, counted from 1; `rank_T` counts from 0."""
    found = {f"r{limit}": round(100 * recall(rank_T)[f"R@{limit}"], 2) for limit in (1, 5, 10)}
    return found | {"median_rank": float(np.median(rank_T + 1)), "mean_rank": round(float(rank_T.mean() + 1), 2)}


def evaluate(encoder: VideoEncoder, pairs: list[Pair], *, num_frames: int, sampler: str) -> dict[str, float]:
    """Encode every video and sentence and return the recalls."""
    shown = track(pairs, "videos", disable=not sys.stderr.isatty())
    video_VD = np.stack([video_vector(encoder, p.file, num_frames=num_frames, sampler=sampler) for p in shown])
    sentences = [pair.sentence for pair in pairs]
    parts = [sentences[start : start + TEXTS_AT_ONCE] for start in range(0, len(sentences), TEXTS_AT_ONCE)]
    text_TD = encoder.as_seen(np.concatenate([encoder.text(part) for part in parts]))
    return recalls(ranks(video_VD, text_TD))


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON line; exit 1 with the reason if the table or a video cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m vision.clip.msrvtt", description=__doc__)
    parser.add_argument("--csv", type=Path, required=True, help="MSRVTT_JSFUSION_test.csv, or pairs in its columns")
    parser.add_argument("--videos", type=Path, required=True, help="folder of video7010.mp4 and the others")
    parser.add_argument("--frames", type=int, default=DEFAULT_FRAMES)
    parser.add_argument("--sampler", choices=sorted(SAMPLERS), default="uniform")
    options = parser.parse_args(arguments)
    try:
        pairs = load_pairs(options.csv, options.videos)
        encoder = load_video_encoder()
        found = evaluate(encoder, pairs, num_frames=options.frames, sampler=options.sampler)
    except (Unusable, Refused, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    model = {"model": encoder.version, "frames": options.frames, "sampler": options.sampler, "videos": len(pairs)}
    print(json.dumps(model | found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
