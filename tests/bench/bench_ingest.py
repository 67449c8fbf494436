"""Ingest of real clips, one after another in one process: videos a minute, each step's share, and the process's peak memory.

`python -m tests.bench ingest`; TILLER_BENCH_CLIPS names the folder (default ../shared/data/clips with its manifest; skipped where
absent), TILLER_BENCH_FILES how many of its films (default all). The very code of a worker (`vision.ingest.ingest`) with its guard, on a
database and a media folder of its own. "transcode" is probe and transcode together: a confined child process, whose memory is not counted
(it has limits of its own). Aim (issue 4): the worker stays under 1 GiB.
"""

import os
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.own_database import own_database

CLIPS = Path(os.environ.get("TILLER_BENCH_CLIPS", "../shared/data/clips")).resolve()
NUM_FILES = int(os.environ.get("TILLER_BENCH_FILES", "0"))
LIMIT_MIB = 1024

STEPS = {  # functions of vision.ingest, by what they are to a viewer of the table
    "_make_media": "transcode",
    "_find_keyframes": "keyframes",
    "_frames": "encoding",
    "index_video": "index",
    "may_be_shown": "guard",
}


class Meter:
    """Seconds and peak memory by step; what a step calls is counted to the inner step alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.peak_mib: dict[str, float] = defaultdict(float)
        self._inner_s = [0.0]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._inner_s.append(0.0)
        _forget_peak()
        started_s = time.perf_counter()
        try:
            yield
        finally:
            took_s = time.perf_counter() - started_s
            self.seconds[name] += took_s - self._inner_s.pop()
            self._inner_s[-1] += took_s
            self.peak_mib[name] = max(self.peak_mib[name], _peak_mib())

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*args: Any, **kwargs: Any) -> Any:
            with self.step(name):
                return function(*args, **kwargs)

        return measured


def main() -> None:
    """Measure and print, on a database of its own."""
    if not (CLIPS / "manifest.csv").is_file():
        print(f"{CLIPS}/manifest.csv is not there: skipped")
        return
    with own_database():
        _measure()


def _measure() -> None:
    from vision import ingest

    meter = Meter()
    for name, step in STEPS.items():
        setattr(ingest, name, meter.around(step, getattr(ingest, name)))
    video_ids = _queued()
    with meter.step("loading the models"):
        ingest._encoder()
        _load_guard()
    idle_mib = _peak_mib()
    started_s = time.perf_counter()
    for number, video_id in enumerate(video_ids, 1):
        with meter.step("rows and files"):
            ingest.ingest(video_id=video_id)
        if number % 25 == 0:
            print(f"{number} of {len(video_ids)}, worker {max(meter.peak_mib.values()):.0f} MiB", flush=True)
    _print(meter, video_ids, time.perf_counter() - started_s, idle_mib)


def _print(meter: Meter, video_ids: list[int], took_s: float, idle_mib: float) -> None:
    from django.db.models import Count

    from vision.models import Video

    states = dict(Video.objects.values_list("state").annotate(Count("id")))
    print(f"{len(video_ids)} videos in {took_s:.0f} s: {60 * len(video_ids) / took_s:.1f} a minute; {states}")
    for name, seconds in sorted(meter.seconds.items(), key=lambda row: -row[1]):
        share = "" if name == "loading the models" else f"{seconds / took_s:5.0%}"
        a_video_ms = 1000 * seconds / len(video_ids)
        print(
            f"  {name:20s}{seconds:8.1f} s {share:>5s} {a_video_ms:8.0f} ms a video, peak {meter.peak_mib[name]:5.0f} MiB"
        )
    peak_mib = max(meter.peak_mib.values())
    verdict = "under" if peak_mib < LIMIT_MIB else "OVER"
    print(f"worker: {idle_mib:.0f} MiB with its models, peak {peak_mib:.0f} MiB ({verdict} {LIMIT_MIB})")


def _queued() -> list[int]:
    """Copy the films to quarantine with the manifest's words and return the new videos' ids."""
    from vision import media, services
    from vision.management.commands.import_videos import Outcome, read_manifest
    from vision.probe import MAX_FILE_BYTES

    entries = read_manifest(CLIPS, CLIPS / "manifest.csv", Outcome())
    video_ids = []
    for entry in entries[: NUM_FILES or None]:
        content_hash = media.quarantine_store(media.file_chunks(entry.path), max_bytes=MAX_FILE_BYTES)
        video, is_queued = services.video_create(
            source="import",
            title=entry.title,
            tags=entry.tags,
            creator=entry.creator,
            published_at=entry.published_at,
            source_name=entry.path.name,
            content_hash=content_hash,
        )
        if is_queued:
            video_ids.append(video.pk)
    return video_ids


def _load_guard() -> None:
    from safety.guard import load_guard

    load_guard().check("a cat", "title")


def _forget_peak() -> None:
    """Let the kernel count this process's peak from here on (Linux; elsewhere the peak of all steps is the last one's)."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")


def _peak_mib() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
