"""Write a version's rows for the whole catalogue from cached frame vectors: no video is decoded, no text is embedded.

Each batch is read, pooled by the head and written in one transaction of its own, so what a kill interrupts goes on where it was: rows
that are there are not written again. Two threads, a connection each: while one pools, the other's rows are read or written.
"""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from vision.encoders import FRAME_COLUMNS, cached_frames
from vision.models import ModelVersion
from vision.releases import Times
from vision.selectors import text_space
from vision.versions import vectors_announce

if TYPE_CHECKING:
    from vision.clip.encoder import VideoEncoder

BATCH = 1_000  # videos a transaction
AT_ONCE = 128  # videos a forward pass: measured flat from 16 to 1,024 at 0.24 ms of one core a video
NUM_THREADS = min(2, os.cpu_count() or 1)


def rows_build(*, version: ModelVersion, encoder: "VideoEncoder") -> Times:
    """Write what is missing of `version` where frames are cached and the title has its vector; return the time a step took.

    What cannot be had this way (no cached frames, another text encoder) is left out.
    """
    times_s: Times = {}
    todo = _todo(version)
    batches = iter([todo[at : at + BATCH] for at in range(0, len(todo), BATCH)])
    lock, stop = threading.Lock(), threading.Event()

    def work() -> None:
        try:
            for video_ids in _taken(batches, lock, stop):
                spent_s = _write_batch(video_ids, version, encoder)
                _progress(version, len(video_ids))
                with lock:
                    times_s.update({part: times_s.get(part, 0.0) + s for part, s in spent_s.items()})
        except BaseException:
            stop.set()
            raise
        finally:
            connection.close()  # the thread's own

    with ThreadPoolExecutor(NUM_THREADS) as pool:
        for future in [pool.submit(work) for _ in range(NUM_THREADS)]:
            future.result()
    return times_s


def _taken(batches: Iterator[list[int]], lock: threading.Lock, stop: threading.Event) -> Iterator[list[int]]:
    while not stop.is_set():
        with lock:
            taken = next(batches, None)
        if taken is None:
            return
        yield taken


_TODO = """
SELECT f.video_id FROM vision_framevectors f
JOIN vision_video d ON d.id = f.video_id AND d.state = 'ready'
JOIN vision_titlevector t ON t.video_id = f.video_id AND t.text_space = %(space)s
WHERE f.tower_version = %(tower)s AND NOT EXISTS (
    SELECT FROM vision_videovector x WHERE x.video_id = f.video_id AND x.model_version_id = %(version)s)
ORDER BY f.video_id
"""


def _todo(version: ModelVersion) -> list[int]:
    arguments = {"space": text_space(version), "version": version.pk, "tower": version.spec["tower_version"]}
    with connection.cursor() as cursor:
        cursor.execute(_TODO, arguments)
        return [video_id for (video_id,) in cursor.fetchall()]


def _progress(version: ModelVersion, num: int) -> None:
    values: dict[str, Any] = {"num_indexed": F("num_indexed") + num, "updated_at": timezone.now()}
    ModelVersion.objects.filter(pk=version.pk).update(**values)


_READ = f"SELECT video_id, {', '.join(FRAME_COLUMNS)} FROM vision_framevectors WHERE tower_version = %s AND video_id = ANY(%s)"
_WRITE = """
INSERT INTO vision_videovector (video_id, model_version_id, video_vec)
SELECT r.video_id, %s, r.vec FROM release_rows r JOIN vision_video d ON d.id = r.video_id
ON CONFLICT DO NOTHING
"""  # a video that was deleted meanwhile is not in the join


def _write_batch(video_ids: list[int], version: ModelVersion, encoder: "VideoEncoder") -> dict[str, float]:
    from vision.clip.heads import encode_videos

    marks = [time.perf_counter()]
    found = binary_rows(_READ, [version.spec["tower_version"], video_ids])
    marks.append(time.perf_counter())
    frames = [cached_frames(*row[1:]) for row in found]
    vectors = [encode_videos(encoder, frames[at : at + AT_ONCE]) for at in range(0, len(frames), AT_ONCE)]
    marks.append(time.perf_counter())
    if found:
        copied = copy_bytes(np.array([row[0] for row in found]), np.concatenate(vectors))
        with transaction.atomic(), connection.cursor() as cursor:
            rows_stage(cursor, copied)
            vectors_announce()
            cursor.execute(_WRITE, [version.pk])
    marks.append(time.perf_counter())
    return dict(zip(("read", "pool", "write"), np.diff(marks).tolist(), strict=True))


def binary_rows(statement: str, arguments: list[object]) -> list[tuple[Any, ...]]:
    """Return the rows by the binary protocol: as text, bytes would travel twice as long."""
    connection.ensure_connection()
    with psycopg.Cursor(
        connection.connection
    ) as cursor:  # Django's own sends the statement with its values in it, as text
        return cursor.execute(statement, arguments, binary=True).fetchall()  # type: ignore[arg-type]


def rows_stage(cursor: Any, copied: bytes) -> None:
    """Put what `copy_bytes` made into the session's table `release_rows` (video_id, vec), in place of what was there."""
    cursor.execute("CREATE TEMP TABLE IF NOT EXISTS release_rows (video_id bigint, vec halfvec)")
    cursor.execute("TRUNCATE release_rows")
    with cursor.copy("COPY release_rows FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(copied)


def copy_bytes(video_id_B: np.ndarray, vector_BD: np.ndarray) -> bytes:
    """Return rows (bigint, halfvec) as PostgreSQL's binary COPY reads them."""
    num_dims = vector_BD.shape[1]
    kind = np.dtype(
        [
            ("num_fields", ">i2"),
            ("id_bytes", ">i4"),
            ("video_id", ">i8"),
            ("vector_bytes", ">i4"),
            ("num_dims", ">i2"),
            ("unused", ">i2"),
            ("vector", ">f2", (num_dims,)),
        ]
    )
    rows = np.zeros(len(video_id_B), dtype=kind)
    rows["num_fields"], rows["id_bytes"], rows["vector_bytes"], rows["num_dims"] = 2, 8, 4 + 2 * num_dims, num_dims
    rows["video_id"], rows["vector"] = video_id_B, vector_BD
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"
