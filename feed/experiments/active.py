"""Keep this process's copy of what runs: one statement at most once in MAX_AGE_S, whatever the number of requests.

So a stopped experiment gives its viewers back to the control within MAX_AGE_S, in every process. One whose knobs this code does not
know (any more) is left out: its viewers get the control.
"""

import logging
import threading
import time
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import orjson
from django.db import connection

from feed.configuration import BadKnobError, configuration_of
from feed.experiments.assignment import Assignment, Running, RunningArm, assign
from feed.experiments.models import NUM_BUCKETS

logger = logging.getLogger(__name__)

MAX_AGE_S = 2.0

_RUNNING = """
SELECT e.id, e.salt, e.layer, e.first_bucket, e.num_buckets, e.kind = 'interleave', a.id, a.weight, a.knobs::text
FROM experiments_experiment e JOIN experiments_arm a ON a.experiment_id = e.id WHERE e.state = 'running' ORDER BY e.id, a.id
"""


@dataclass
class _Store:
    lock: threading.Lock = field(default_factory=threading.Lock)
    running: tuple[Running, ...] = ()
    read_at_s: float = float("-inf")


_store = _Store()


def assignment_of(*, viewer_id: int) -> Assignment:
    """Return which arms the viewer is in, and the configurations that follow; reads the database only when the copy is too old."""
    is_new = _store.read_at_s == float("-inf")
    if time.monotonic() - _store.read_at_s > MAX_AGE_S and _store.lock.acquire(blocking=is_new):
        try:
            if time.monotonic() - _store.read_at_s > MAX_AGE_S:
                _store.running, _store.read_at_s = _read(), time.monotonic()
        finally:
            _store.lock.release()
    return assign(_store.running, viewer_id=viewer_id)


def reset() -> None:
    """Forget what runs: the next request reads it. For tests and for a restored database."""
    with _store.lock:
        _store.running, _store.read_at_s = (), float("-inf")


def _read() -> tuple[Running, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING)
        rows = cursor.fetchall()
    found = [_running(list(arms)) for _, arms in groupby(rows, key=lambda row: row[0])]
    return tuple(running for running in found if _is_understood(running))


def _running(rows: list[tuple[Any, ...]]) -> Running:
    _, salt, layer, first, num_buckets, is_interleaved, *_ = rows[0]
    total, upto, arms = sum(row[7] for row in rows), 0.0, []
    for *_, arm_id, weight, knobs in rows:
        upto += weight / total
        arms.append(RunningArm(arm_id, upto, orjson.loads(knobs)))
    return Running(salt, layer, first / NUM_BUCKETS, (first + num_buckets) / NUM_BUCKETS, tuple(arms), is_interleaved)


def _is_understood(running: Running) -> bool:
    try:
        for arm in running.arms:
            configuration_of(arm.knobs)
    except BadKnobError as error:
        logger.error("arm %d is left out: %s", arm.id, error)
        return False
    return True
