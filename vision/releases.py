"""What every release shares, whatever is released: one at a time, its state in the version's row, one process at work. Torch-free.

A version is a row of a model that is `Released`. Its release is opened by a verdict (or, for one that served before, by asking), carried
through by one process at a time, and closed with a reason where it cannot end. Killed anywhere, the next process goes on.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from django.db import Error, connection, transaction
from django.utils import timezone

from vision.history import By, opener_of, state_tell
from vision.models import Released, ReleaseStep, VersionState
from vision.versions import IncompleteError, switch_lock

KEPT_RETIRED = 2

Times = dict[str, float]  # seconds a part; of all threads together where they share it
V = TypeVar("V", bound=Released)


class ReleaseRefusedError(ValueError):
    """The gate says no, or the version's state does; the message says why."""


class ReleaseBusyError(RuntimeError):
    """Another process is at work on a release."""


def start(version: V, *, refusal: Callable[[V], str], check: Callable[[V], None], by: By) -> V:
    """Let the gate judge a candidate (`refusal`: why not, empty if it may) and open its release; one that is open already stays so.

    `check` raises ReleaseRefusedError where this process cannot release it. Raises ReleaseRefusedError.
    """
    with transaction.atomic():
        version = _alone(version)
        if version.step:
            return version
        if version.state == VersionState.RETIRED:
            raise ReleaseRefusedError(f"{version.slug} served before: roll back to it")
        problem = refusal(version)
        version.state, version.problem = (VersionState.REFUSED, problem[:300]) if problem else (version.state, "")
        if problem:
            version.save(update_fields=["state", "problem"])
            state_tell(version, by)
        else:
            check(version)
            _open(version, by)
    if problem:
        raise ReleaseRefusedError(f"{version.slug}: {problem}")
    return version


def reopen(version: V, *, check: Callable[[V], None], by: By) -> V:
    """Open the way back to a version that served before; it needs no verdict again. Raises ReleaseRefusedError."""
    with transaction.atomic():
        version = _alone(version)
        if not version.step and version.state != VersionState.RETIRED:
            raise ReleaseRefusedError(
                f"{version.slug} is {version.state}: only a version that served before can be rolled back to"
            )
        if not version.step:
            check(version)
            _open(version, by)
    return version


def _alone(version: V) -> V:
    """Return the version's row, locked, while no other of its kind is under way and it does not serve."""
    switch_lock()
    rows = type(version)._default_manager
    version = rows.select_for_update().get(pk=version.pk)
    other = rows.exclude(pk=version.pk).exclude(step=ReleaseStep.NONE).first()
    if other:
        raise ReleaseRefusedError(f"{other.slug} is being released: one at a time")
    if version.state == VersionState.SERVING:
        raise ReleaseRefusedError(f"{version.slug} serves already")
    return version


def _open(version: Released, by: By) -> None:
    version.state, version.step, version.problem = VersionState.BUILDING, ReleaseStep.ROWS, ""
    version.updated_at = timezone.now()
    version.save(update_fields=["state", "step", "problem", "updated_at"])
    state_tell(version, by)


def carry(version: V, *, lock: int, run: Callable[[V], Times]) -> Times:
    """Carry an opened release through by `run`, as the only process that holds the advisory `lock`; return the seconds of each part.

    Nothing happens for a version that has no release open. Raises ReleaseBusyError where another process is at it, and
    ReleaseRefusedError where `run` raises IncompleteError: the release is closed again, the rows stay. Outside of any transaction.
    """
    with _only(lock):
        version.refresh_from_db()
        if not version.step:
            return {}
        try:
            return run(version)
        except IncompleteError as error:
            _close(version, str(error))
            raise ReleaseRefusedError(f"{version.slug}: {error}") from error


def note(version: Released, **values: Any) -> None:
    """Write how far the release has come."""
    type(version)._default_manager.filter(pk=version.pk).update(**values, updated_at=timezone.now())


@contextmanager
def timed(seconds: Times, part: str) -> Iterator[None]:
    """Note the seconds that a part took."""
    started_s = time.perf_counter()
    yield
    seconds[part] = time.perf_counter() - started_s


def _close(version: Released, problem: str) -> None:
    version.state = VersionState.RETIRED if version.served_at else VersionState.CANDIDATE
    version.problem = problem[:300]
    with transaction.atomic():
        note(version, state=version.state, step=ReleaseStep.NONE, problem=version.problem)
        state_tell(version, opener_of(version))


@contextmanager
def _only(lock: int) -> Iterator[None]:
    """Be the only process that builds: the lock is the connection's, so it ends with a process however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            raise ReleaseBusyError("another process is at work on a release")
    try:
        yield
    finally:
        with suppress(Error), connection.cursor() as cursor:  # a connection that was lost took its lock with it
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
