"""Keep the rankers of this installation: files under TILLER_HOME/models/ranker, and a pointer to the one that serves.

A release writes the file, then moves the pointer, each all or nothing: killed in between, the former one serves. Every process
looks at the pointer at most once in LOOK_EVERY_S. Where there is no ranker, or its file is broken, the merge's scores order the feed.
"""

import json
import logging
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from feed.ranking.ranker import NotARankerError, Ranker, ranker_bytes, ranker_name, read_ranker

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0


class NoFormerRankerError(ValueError):
    """There is nothing to go back to."""


@dataclass
class _Serving:
    """The ranker in this process, and the pointer's state that it was read from; guarded by `lock`."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    ranker: Ranker | None = None
    mark: tuple[int, int] | None = None
    looked_at_s: float = float("-inf")


_serving = _Serving()


def current() -> Ranker | None:
    """Return the ranker that serves, None where the merge's scores do; a process that is looking already answers with what it has."""
    if time.monotonic() - _serving.looked_at_s > LOOK_EVERY_S and _serving.lock.acquire(blocking=False):
        try:
            _look()
        finally:
            _serving.lock.release()
    return _serving.ranker


def reset() -> None:
    """Forget what was read, for tests."""
    with _serving.lock:
        _serving.ranker, _serving.mark, _serving.looked_at_s = None, None, float("-inf")


def _look() -> None:
    mark = _mark()
    if mark != _serving.mark:
        _serving.ranker = _read() if mark else None
        _serving.mark = mark
    _serving.looked_at_s = time.monotonic()


def _mark() -> tuple[int, int] | None:
    """Return what changes whenever the pointer is moved; None where there is no pointer."""
    try:
        found = _pointer().stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def _read() -> Ranker | None:
    try:
        name = _names()[0]
        return read_ranker(_file(name)) if name else None
    except (NotARankerError, OSError, ValueError) as error:
        logger.warning("the feed is ordered by the merge's scores: %s", error)
        return None


def ranker_release(*, ranker: Ranker) -> str:
    """Write the ranker's file, make it the one that serves, and return its name."""
    content = ranker_bytes(ranker)
    name = ranker_name(content)
    _write(_file(name), content)
    former = _names()[0]
    _point(name, former if former != name else _names()[1])
    return name


def ranker_rollback() -> str | None:
    """Make the former ranker serve, or none where the serving one was the first; return its name. Raises NoFormerRankerError."""
    name, former = _names()
    if not name:
        raise NoFormerRankerError("no ranker serves: the merge's scores order the feed already")
    _point(former, None)
    return former


def _point(name: str | None, former: str | None) -> None:
    _write(_pointer(), json.dumps({"serving": name, "former": former}).encode())


def _names() -> tuple[str | None, str | None]:
    """Return the names of the ranker that serves and of the one before; raises ValueError for a pointer that cannot be read."""
    try:
        pointer = json.loads(_pointer().read_text())
    except FileNotFoundError:
        return None, None
    if not isinstance(pointer, dict):
        raise ValueError(f"{_pointer()} is no pointer")
    return pointer.get("serving"), pointer.get("former")


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)


def _folder() -> Path:
    return Path(settings.TILLER_HOME) / "models" / "ranker"


def _pointer() -> Path:
    return _folder() / "serving.json"


def _file(name: str) -> Path:
    return _folder() / f"{name}.safetensors"
