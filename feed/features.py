"""Keep this process's feature table in step with the catalogue.

The request path ranks from arrays in memory; only the cards that win are read from the database, where visibility is checked
once more. A refresh happens on a request at most once in MAX_AGE_S: it reads the videos whose vectors are new, and a slice of the
old ones in turn, so that an edited title or a withdrawn video is noticed within N / SLICE refreshes without ever reading all at
once. Numbers: 100,000 videos are 13 MB here.
"""

import hashlib
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from feed.ranking.table import MAX_TAGS, NO_TAG, SKETCH_WORDS, FeatureTable, empty_table, sketch_of
from vision.selectors import SERVED_SQL, TEXT_SPACE_SQL

logger = logging.getLogger(__name__)

MAX_AGE_S = 1.0
AT_ONCE = 2_000  # videos that a request may read anew itself
SLICE = 500
PART = 2_000  # rows read at once: all of 100,000 videos as rows took 200 MB for a moment
OVERLAP = 200  # vector ids are drawn before they commit: look a little back

_SELECT = f"""
SELECT v.id, x.id, v.creator, v.title, v.duration_s, v.motion_energy, extract(epoch FROM v.published_at)::float8,
       coalesce(s.popularity, 0)::float8, v.tags, binary_quantize(x.video_vec + t.vec)::text,
       {SERVED_SQL}
FROM vision_videovector x JOIN vision_video v ON v.id = x.video_id JOIN vision_modelversion m ON m.id = x.model_version_id
JOIN vision_titlevector t ON t.video_id = x.video_id AND t.text_space = {TEXT_SPACE_SQL}
LEFT JOIN feed_videostats s ON s.video_id = v.id
WHERE x.model_version_id = %s AND """
_BY_NEWNESS = _SELECT + "x.id > %s ORDER BY x.id LIMIT %s"
_BY_TURN = _SELECT + "x.video_id > %s ORDER BY x.video_id LIMIT %s"
_SERVING = "SELECT id FROM vision_modelversion WHERE state = 'serving'"


_RECORD = np.dtype(
    [
        ("video_id", "i8"),
        ("vector_id", "i8"),
        ("creator", "i8"),
        ("title", "i8"),
        ("duration_s", "f4"),
        ("motion", "f4"),
        ("published_s", "f8"),
        ("popularity", "f4"),
        ("sketch", "u8", (SKETCH_WORDS,)),
        ("tags", "i4", (MAX_TAGS,)),
        ("servable", "?"),
    ]
)
Records = npt.NDArray[Any]


@dataclass
class _Store:
    """The records behind the table, sorted by video id; guarded by `lock`."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    records: Records = field(default_factory=lambda: np.zeros(0, dtype=_RECORD))
    tag_codes: dict[str, int] = field(default_factory=dict)
    table: FeatureTable = field(default_factory=empty_table)
    model_version_id: int = 0
    last_vector_id: int = 0
    turn: int = 0
    refreshed_at_s: float = float("-inf")


_store = _Store()


def current() -> FeatureTable:
    """Return the table, refreshed if it is older than MAX_AGE_S; a request that finds a refresh under way uses the old one.

    When another model version serves, all is read anew: behind the requests if that is much, and the old table answers until then.
    """
    if time.monotonic() - _store.refreshed_at_s > MAX_AGE_S and _store.lock.acquire(blocking=not len(_store.table)):
        is_handed_on = False
        try:
            if len(_store.table) > AT_ONCE and _serving_id() != _store.model_version_id:
                threading.Thread(target=_refresh_behind, daemon=True).start()  # it gives the lock back
                is_handed_on = True
            elif time.monotonic() - _store.refreshed_at_s > MAX_AGE_S:
                _refresh()
        finally:
            if not is_handed_on:
                _store.lock.release()
    return _store.table


def _refresh_behind() -> None:
    try:
        _refresh()
    except Exception:  # a request will meet the same error and tell of it, or the next refresh will do
        logger.exception("the feature table could not be read anew")
    finally:
        _store.lock.release()
        connection.close()


def reset() -> None:
    """Forget everything: the next request reads the whole catalogue. For tests and for a restored database."""
    with _store.lock:
        _forget(model_version_id=0)
        _store.table, _store.refreshed_at_s = empty_table(), float("-inf")


def _forget(*, model_version_id: int) -> None:
    _store.records = np.zeros(0, dtype=_RECORD)
    _store.model_version_id, _store.last_vector_id, _store.turn = model_version_id, 0, 0


def _refresh() -> None:
    version_id = _serving_id()
    with connection.cursor() as cursor:
        if version_id != _store.model_version_id:
            _forget(model_version_id=version_id)
        newest = _newest(cursor, version_id)
        cursor.execute(_BY_TURN, [version_id, _store.turn, SLICE])
        turn = _records(cursor.fetchall())
    is_whole_slice = len(turn) == SLICE
    upto = int(turn["video_id"][-1]) if is_whole_slice else np.iinfo(np.int64).max
    changed = _replace(turn, above=_store.turn, upto=upto)
    _store.turn = upto if is_whole_slice else 0
    changed |= _merge(newest)
    if changed or _store.table.model_version_id != version_id:
        _store.table = _build()
    _store.refreshed_at_s = time.monotonic()


def _newest(cursor: Any, version_id: int) -> Records:
    """Return the videos whose vectors are newer than what is known, with a little overlap; read in parts."""
    parts: list[Records] = []
    after = max(0, _store.last_vector_id - OVERLAP)
    while not parts or len(parts[-1]) == PART:
        cursor.execute(_BY_NEWNESS, [version_id, after, PART])
        parts.append(_records(cursor.fetchall()))
        after = int(parts[-1]["vector_id"][-1]) if len(parts[-1]) else after
    return np.concatenate(parts)


def _serving_id() -> int:
    """Return the id of the version that serves, 0 for none."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVING)
        serving = cursor.fetchone()
        return serving[0] if serving else 0


def _records(rows: list[tuple[Any, ...]]) -> Records:
    """Return database rows as records."""
    records = np.zeros(len(rows), dtype=_RECORD)
    for index, (
        video_id,
        vector_id,
        creator,
        title,
        duration_s,
        motion,
        published_s,
        popularity,
        tags,
        bits,
        servable,
    ) in enumerate(rows):
        codes = [_store.tag_codes.setdefault(tag.casefold(), len(_store.tag_codes)) for tag in tags[:MAX_TAGS]]
        records[index] = (
            video_id,
            vector_id,
            _code(creator) if creator else -video_id,
            _code(title),
            duration_s or 0,
            np.nan if motion is None else motion,
            published_s,
            popularity,
            sketch_of(bits),
            codes + [NO_TAG] * (MAX_TAGS - len(codes)),
            servable,
        )
    return records


def _replace(turn: Records, *, above: int, upto: int) -> bool:
    """Put a slice in the place of the stored videos above..upto; return whether anything is different."""
    ids = _store.records["video_id"]
    start, stop = np.searchsorted(ids, [above, upto], side="right")
    if turn.tobytes() == _store.records[start:stop].tobytes():
        return False
    _store.records = np.concatenate([_store.records[:start], turn, _store.records[stop:]])
    return True


def _merge(newest: Records) -> bool:
    """Put records into the store, in the place of those of the same videos; return whether anything is different."""
    if not len(newest):
        return False
    _store.last_vector_id = max(_store.last_vector_id, int(newest["vector_id"].max()))
    both = np.concatenate([newest, _store.records])
    _, first = np.unique(both["video_id"], return_index=True)
    merged = both[first]
    changed = merged.tobytes() != _store.records.tobytes()
    _store.records = merged
    return changed


def _build() -> FeatureTable:
    """Return the table of the stored records that may be served."""
    records = _store.records[_store.records["servable"]]
    names = ("video_id", "vector_id", "creator", "title", "duration_s", "motion", "published_s", "popularity")
    columns = {name: np.ascontiguousarray(records[name]) for name in names}
    return FeatureTable(
        **columns,
        sketch=np.ascontiguousarray(records["sketch"]),
        tags=np.ascontiguousarray(records["tags"]),
        model_version_id=_store.model_version_id,
    )


def _code(text: str) -> int:
    """Return a 63-bit code of the text without its case: equal texts, equal codes."""
    return int.from_bytes(hashlib.blake2b(text.casefold().encode(), digest_size=8).digest(), "little") >> 1
