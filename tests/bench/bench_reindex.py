"""Release a head over a large catalogue: every video's vector from cached frame vectors, its HNSW index, the switch, the way back.

`python -m tests.bench reindex`; TILLER_BENCH_VIDEOS (default 100,000) sets the size. Frame vectors are synthetic (400 scenes with noise, 8
keyframes a video, as the tower stores them); nothing is decoded. Prints the seconds of each step, what the machine's cores were doing
meanwhile, and recall@10 of the new index against an exact scan. Aim (issue 4): 60 s on two cores; recall at least .98.
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.own_database import own_database

NUM_VIDEOS = int(os.environ.get("TILLER_BENCH_VIDEOS", "100000"))
NUM_SCENES, NUM_KEYFRAMES, NOISE = 400, 8, 0.6
NUM_NEW = 1_000  # videos that come in before the rollback
NUM_QUERIES = 200
FILL_BATCH = 5_000


def main() -> None:
    """Measure and print, on a database of its own."""
    with own_database(), tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder))


def _measure(folder: Path) -> None:
    from tests.vision.releasing import SCORES, head_file
    from vision.clip.encoder import load_video_encoder
    from vision.ingest import version_of
    from vision.release import release_start, rollback_start, version_propose

    former = version_of(load_video_encoder())
    started_s = time.perf_counter()
    _fill(former, NUM_VIDEOS)
    print(f"{NUM_VIDEOS} videos ready in {time.perf_counter() - started_s:.0f} s", flush=True)
    version = release_start(version=version_propose(head_file=head_file(folder, seed=1), scores=SCORES))
    _run("release", version)
    print(f"recall@10 {_recall(version):.4f} over {NUM_QUERIES} queries")
    _fill(version, NUM_NEW)
    _run(f"rollback with {NUM_NEW} new videos", rollback_start(version=former))


def _run(name: str, version: Any) -> None:
    """Release, and print each step's seconds and share, the core-seconds of ours, and how much others used meanwhile."""
    from workers.release import release

    started_s, before_s = time.perf_counter(), (_own_s(), _busy_s())
    seconds = release(version=version)
    took_s = time.perf_counter() - started_s
    own_s, busy_s = _own_s() - before_s[0], _busy_s() - before_s[1]
    print(
        f"{name}: {took_s:.1f} s; {own_s:.0f} core-seconds of this process and the database,"
        f" {max(0.0, busy_s - own_s):.0f} of others meanwhile, {os.cpu_count()} cores",
        flush=True,
    )
    for part, spent_s in seconds.items():
        is_of_threads = ":" in part
        print(
            f"  {part:14s} {spent_s:6.1f} s"
            + ("  (threads together)" if is_of_threads else f"  {spent_s / took_s:4.0%}")
        )


def _busy_s() -> float:
    """Return the core-seconds that this machine has worked since it started."""
    ticks = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return sum(ticks[:3] + ticks[5:8]) / os.sysconf("SC_CLK_TCK")


def _own_s() -> float:
    """Return the core-seconds of this process and of its database, whose ended processes its first one counts."""
    from django.conf import settings

    first = int((settings.HOME.postgres_data / "postmaster.pid").read_text().split()[0])
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended
            continue
        if int(path.parent.name) == first:
            ticks += sum(int(field) for field in fields[11:15])
        elif int(fields[1]) == first:
            ticks += sum(int(field) for field in fields[11:13])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


_VIDEOS = """
INSERT INTO vision_video (title, tags, creator, published_at, source, source_name, content_hash, state, step, visibility, failure_reason,
    duration_s, width_px, height_px, motion_energy, media_path, poster_path, fencing_token, attempts, created_at, dispatched_at)
SELECT 'Clip ' || n, ARRAY['thing' || (n %% 300)], 'creator' || (n %% 500), now() - n * interval '1 minute', 'import', '',
    %(prefix)s || n, 'ready', 'ready', 'approved', '', 7, 360, 640, (n %% 100) / 300.0, 'b/' || n || '.mp4', 'b/' || n || '.jpg', 0, 0,
    now(), now()
FROM generate_series(1, %(count)s) n RETURNING id
"""


def _fill(version: Any, count: int) -> None:
    """Write `count` videos with cached frames, and random vectors of `version`."""
    from django.db import connection

    from vision.indexes import graphs_of, indexes_build, indexes_drop
    from vision.models import Video

    prefix = f"bench{Video.objects.count()}-"
    rng = np.random.default_rng(len(prefix) + count)
    is_large = count > FILL_BATCH
    if is_large:
        indexes_drop(list(graphs_of(version)))
    with connection.cursor() as cursor:
        cursor.execute(_VIDEOS, {"prefix": prefix, "count": count})
        ids = [video_id for (video_id,) in cursor.fetchall()]
        for at in range(0, count, FILL_BATCH):
            _fill_batch(cursor, version, ids[at : at + FILL_BATCH], rng)
    if is_large:
        indexes_build(graphs_of(version))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _fill_batch(cursor: Any, version: Any, ids: list[int], rng: np.random.Generator) -> None:
    from pgvector import HalfVector

    from vision.selectors import text_space

    frame_BKE = _frames(len(ids), rng).astype(np.float16)
    vector_BD = _unit(rng.normal(size=(2 * len(ids), version.dims)))
    times_s, motion = [float(n) for n in range(NUM_KEYFRAMES)], [0.1] * NUM_KEYFRAMES
    with cursor.copy("COPY vision_framevectors (video_id, tower_version, times_s, motion, vectors) FROM STDIN") as copy:
        for video_id, frame_KE in zip(ids, frame_BKE, strict=True):
            copy.write_row((video_id, version.spec["tower_version"], times_s, motion, frame_KE.tobytes()))
    with cursor.copy("COPY vision_videovector (video_id, model_version_id, video_vec) FROM STDIN") as copy:
        for row, video_id in enumerate(ids):
            copy.write_row((video_id, version.pk, HalfVector(vector_BD[2 * row]).to_text()))
    with cursor.copy("COPY vision_titlevector (video_id, text_space, vec) FROM STDIN") as copy:
        for row, video_id in enumerate(ids):
            copy.write_row((video_id, text_space(version), HalfVector(vector_BD[2 * row + 1]).to_text()))


def _frames(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return float32 [count, K, E]: frames of one scene lie near each other, scenes near their kind."""
    kinds = np.random.default_rng(1).normal(size=(NUM_SCENES, 384 + 192))
    video = kinds[rng.integers(0, NUM_SCENES, count)] + NOISE * rng.normal(size=(count, 384 + 192))
    frame = video[:, None] + 0.3 * rng.normal(size=(count, NUM_KEYFRAMES, 384 + 192))
    frame[..., :384] = _unit(frame[..., :384])
    return frame.astype(np.float32)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _recall(version: Any) -> float:
    """Return the share of the ten nearest by exact scan that the index gives too, for vectors near those that are there."""
    from django.db import connection
    from pgvector import HalfVector

    from vision.index import videos_near
    from vision.models import VideoVector

    rows = VideoVector.objects.filter(model_version=version).order_by("?")[:NUM_QUERIES]
    rng, found = np.random.default_rng(2), []
    width = f"halfvec({version.dims})"
    for row in rows:
        query = _unit(np.array(row.video_vec, dtype=np.float32) + 0.02 * rng.normal(size=version.dims))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT video_id FROM vision_videovector WHERE model_version_id = %s"
                f" ORDER BY (video_vec::{width} <=> %s::{width}) + 0 LIMIT 10",
                [version.pk, HalfVector(query).to_text()],
            )
            exact = {video_id for (video_id,) in cursor.fetchall()}
        found.append(len(exact & {video_id for video_id, _ in videos_near(query, version=version, limit=10)}) / 10)
    return float(np.mean(found))
