"""Keep this process's feature table in step with the catalogue.

The request path ranks from arrays in memory; only the cards that win are read from the database, where visibility is checked
once more. A refresh happens on a request at most once in MAX_AGE_S: it reads the videos whose vectors are new, and a slice of the
old ones in turn, so that an edited title or a withdrawn video is noticed within N / SLICE refreshes without ever reading all at
once. Numbers: 100,000 videos are 16 MB here; a refresh that finds nothing new touches none of it.
"""

import hashlib
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection

from feed.ranking.held import RECORD, Held, Records, chosen
from feed.ranking.table import MAX_TAGS, NO_TAG, FeatureTable, empty_table, sketches_of
from vision.selectors import SERVED_SQL, TEXT_SPACE_SQL

logger = logging.getLogger(__name__)

MAX_AGE_S = 1.0
AT_ONCE = 2_000  # videos that a request may read anew itself
SLICE = 500
PART = 4_000  # rows read at once: all of 100,000 videos as rows took 200 MB for a moment
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


@dataclass
class _Store:
    """What this process holds, and up to where it has read; guarded by `lock`."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    held: Held = field(default_factory=Held)
    tag_codes: dict[str, int] = field(default_factory=dict)
    last_vector_id: int = 0
    turn: int = 0
    refreshed_at_s: float = float("-inf")

    @property
    def table(self) -> FeatureTable:
        return self.held.table


_store = _Store()


def current() -> FeatureTable:
    """Return the table, refreshed if it is older than MAX_AGE_S; a request that finds a refresh under way uses the old one.

    When another model version serves, all is read anew: behind the requests if that is much, and the old table answers until then.
    """
    if time.monotonic() - _store.refreshed_at_s > MAX_AGE_S and _store.lock.acquire(blocking=not len(_store.table)):
        is_handed_on = False
        try:
            if len(_store.table) > AT_ONCE and _serving_id() != _store.table.model_version_id:
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
        _store.held, _store.last_vector_id, _store.turn = Held(), 0, 0
        _store.refreshed_at_s = float("-inf")


def _refresh() -> None:
    """Read what is new and a slice of the rest; what another version brings takes the table's place when it is whole."""
    version_id = _serving_id()
    is_other = version_id != _store.table.model_version_id
    held = Held(empty_table(model_version_id=version_id)) if is_other else _store.held
    above, after = (0, 0) if is_other else (_store.turn, max(0, _store.last_vector_id - OVERLAP))
    with connection.cursor() as cursor:
        newest = _newest(cursor, version_id, after)
        cursor.execute(_BY_TURN, [version_id, above, SLICE])
        turn = _records(cursor.fetchall())
    is_whole_slice = len(turn) == SLICE
    upto = int(turn["video_id"][-1]) if is_whole_slice else np.iinfo(np.int64).max
    parts = [turn, *(chosen(part, ~np.isin(part["video_id"], turn["video_id"])) for part in newest)]
    last = max([0 if is_other else _store.last_vector_id, *(int(part["vector_id"].max(initial=0)) for part in newest)])
    _store.held = held.updated(parts, above=above, upto=upto, found=turn["video_id"])
    _store.turn, _store.last_vector_id = upto if is_whole_slice else 0, last
    _store.refreshed_at_s = time.monotonic()


def _newest(cursor: Any, version_id: int, after: int) -> list[Records]:
    """Return the videos whose vectors come after that id, in parts."""
    parts: list[Records] = []
    while not parts or len(parts[-1]) == PART:
        cursor.execute(_BY_NEWNESS, [version_id, after, PART])
        parts.append(_records(cursor.fetchall()))
        after = int(parts[-1]["vector_id"][-1]) if len(parts[-1]) else after
    return parts


def _serving_id() -> int:
    """Return the id of the version that serves, 0 for none."""
    with connection.cursor() as cursor:
        cursor.execute(_SERVING)
        serving = cursor.fetchone()
        return serving[0] if serving else 0


def _records(rows: list[tuple[Any, ...]]) -> Records:
    """Return database rows as records."""
    records = np.zeros(len(rows), dtype=RECORD)
    if not rows:
        return records
    ids, vectors, creators, titles, durations, motions, published, popularity, tags, bits, servable = zip(
        *rows, strict=True
    )
    records["video_id"], records["vector_id"] = ids, vectors
    records["creator"] = [_code(name) if name else -key for key, name in zip(ids, creators, strict=True)]
    records["title"] = [_code(title) for title in titles]
    records["duration_s"] = [duration_s or 0 for duration_s in durations]
    records["motion"] = np.array(motions, dtype=np.float32)  # None becomes NaN
    records["published_s"], records["popularity"], records["servable"] = published, popularity, servable
    records["sketch"] = sketches_of(bits)
    records["tags"] = [_codes(each) for each in tags]
    return records


def _codes(tags: list[str]) -> list[int]:
    codes = [_store.tag_codes.setdefault(tag.casefold(), len(_store.tag_codes)) for tag in tags[:MAX_TAGS]]
    return codes + [NO_TAG] * (MAX_TAGS - len(codes))


def _code(text: str) -> int:
    """Return a 63-bit code of the text without its case: equal texts, equal codes."""
    return int.from_bytes(hashlib.blake2b(text.casefold().encode(), digest_size=8).digest(), "little") >> 1
