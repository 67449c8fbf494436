"""Keyframes against PySceneDetect's AdaptiveDetector and against bare decoding, on the same files.

`python -m tests.bench keyframes`; TILLER_BENCH_CLIPS names a folder of films (default ../shared/data/clips; where it is absent films are
made), TILLER_BENCH_FILES (default 40) how many of them are drawn, TILLER_BENCH_ROUNDS (default 3) how often each is read. Ours: decode,
flow, camera and choice, on one thread. PySceneDetect (extra `bench`): its defaults with its OpenCV backend, whose decoder takes every
core. Bare: every frame decoded by PyAV on one thread, and dropped. The ways take turns file by file; a file's time is the median of its
rounds. Wall time flatters who uses more cores and suffers from neighbours, so processor seconds stand beside it. Aims (issue 4): at least
3 x faster than PySceneDetect, at most 1.5 x bare decoding.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

CLIPS = Path(os.environ.get("TILLER_BENCH_CLIPS", "../shared/data/clips"))
NUM_FILES = int(os.environ.get("TILLER_BENCH_FILES", "40"))
NUM_ROUNDS = int(os.environ.get("TILLER_BENCH_ROUNDS", "3"))

Way = Callable[[Path], object]


def main() -> None:
    """Measure and print."""
    files = sorted(CLIPS.rglob("*.mp4"))
    with tempfile.TemporaryDirectory() as folder:
        if not files:
            print(f"{CLIPS} holds no films: skipped, made films instead")
            files = _made_films(Path(folder))
        _measure(random.Random(7).sample(files, min(NUM_FILES, len(files))))


def _measure(files: list[Path]) -> None:
    ways = {"keyframes": _ours, "bare decode": _bare} | _scenedetect()
    wall_ms: dict[str, list[float]] = {name: [] for name in ways}
    cpu_ms: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(files[0])  # imports and caches
    rng = random.Random(3)
    for file in files:
        rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(NUM_ROUNDS):
            for name in rng.sample(list(ways), len(ways)):
                rounds[name].append(_timed_ms(ways[name], file))
        for name, times in rounds.items():
            wall, cpu = zip(*times, strict=True)
            wall_ms[name].append(statistics.median(wall))
            cpu_ms[name].append(statistics.median(cpu))
    num_frames = sum(int(str(_bare(file))) for file in files)
    print(f"{len(files)} files, {num_frames} frames, median of {NUM_ROUNDS} rounds")
    for name in ways:
        all_s = sum(wall_ms[name]) / 1000
        print(
            f"{name:26s} {all_s:7.2f} s in all, {num_frames / all_s:6.0f} frames/s;"
            f" a file {statistics.median(wall_ms[name]):6.0f} ms, processor {statistics.median(cpu_ms[name]):6.0f} ms"
        )
    for name in ways:
        if name != "keyframes":
            print(f"keyframes / {name}: wall {_ratio(wall_ms, name)}; processor {_ratio(cpu_ms, name)}")


def _ratio(times_ms: dict[str, list[float]], other: str) -> str:
    """Return the ratio of sums, and the median of the files' ratios with a bootstrapped 95 % interval."""
    ratios = np.array(times_ms["keyframes"]) / np.maximum(np.array(times_ms[other]), 1e-3)
    draws = np.random.default_rng(5).integers(0, len(ratios), (1000, len(ratios)))
    low, high = np.quantile(np.median(ratios[draws], axis=1), [0.025, 0.975])
    in_all = sum(times_ms["keyframes"]) / sum(times_ms[other])
    return f"{in_all:.2f} of sums, {np.median(ratios):.2f} a file ({low:.2f} to {high:.2f})"


def _timed_ms(way: Way, file: Path) -> tuple[float, float]:
    started_s, cpu_s = time.perf_counter(), time.process_time()
    way(file)
    return 1000 * (time.perf_counter() - started_s), 1000 * (time.process_time() - cpu_s)


def _ours(file: Path) -> object:
    from vision.keyframes import choose, motion_curve

    return choose(motion_curve(file))


def _bare(file: Path) -> object:
    import av

    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        return sum(1 for _ in container.decode(stream))


def _scenedetect() -> dict[str, Way]:
    try:
        from scenedetect import AdaptiveDetector, detect
    except ImportError:
        print("PySceneDetect is not installed (extra `bench`): left out")
        return {}
    return {"PySceneDetect (Adaptive)": lambda file: detect(str(file), AdaptiveDetector())}


def _made_films(folder: Path) -> list[Path]:
    from tests.vision.films import moving_square, still_then_dash, write_film

    return [
        write_film(folder / f"{n}.mp4", width_px=640, height_px=360, num_frames=240, paint=paint)
        for n, paint in enumerate((moving_square, still_then_dash) * 3)
    ]


if __name__ == "__main__":
    main()
