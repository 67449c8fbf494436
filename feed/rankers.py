"""Keep this process's copy of the ranker that serves: one statement at most once in MAX_AGE_S, and its file only when the row changes.

So a release or a rollback reaches every process within MAX_AGE_S. Where no ranker serves, or its file is missing or broken, the merge's
scores order the feed.
"""

import logging
import threading
import time
from dataclasses import dataclass, field

from feed.ranker_selectors import ranker_of, serving_ranker
from feed.ranking.ranker import NotARankerError, Ranker

logger = logging.getLogger(__name__)

MAX_AGE_S = 2.0


@dataclass
class _Serving:
    """The ranker in this process and the name of its row, empty for none; guarded by `lock`."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    ranker: Ranker | None = None
    slug: str = ""
    read_at_s: float = float("-inf")


_serving = _Serving()


def current() -> Ranker | None:
    """Return the ranker that serves, None where the merge's scores do; a process that is looking already answers with what it has."""
    is_new = _serving.read_at_s == float("-inf")
    if time.monotonic() - _serving.read_at_s > MAX_AGE_S and _serving.lock.acquire(blocking=is_new):
        try:
            if time.monotonic() - _serving.read_at_s > MAX_AGE_S:
                _look()
        finally:
            _serving.lock.release()
    return _serving.ranker


def reset() -> None:
    """Forget what was read: the next request reads it. For tests and for a restored database."""
    with _serving.lock:
        _serving.ranker, _serving.slug, _serving.read_at_s = None, "", float("-inf")


def _look() -> None:
    """Read the row, and the file where the row is another or its file could not be read yet; a broken file is told of once a row."""
    version = serving_ranker()
    slug = version.slug if version else ""
    is_other = slug != _serving.slug
    if version is not None and (is_other or _serving.ranker is None):
        try:
            _serving.ranker = ranker_of(version)
        except NotARankerError as error:
            _serving.ranker = None
            if is_other:
                logger.warning("the feed is ordered by the merge's scores: %s", error)
    elif is_other:
        _serving.ranker = None
    _serving.slug, _serving.read_at_s = slug, time.monotonic()
