"""Have the jobs done that simulated viewers cause: in this process through the same functions, or by the workers that run."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chat.models import IntentDocument, IntentRun
from feed.models import ViewerPool, ViewerState, ViewerVector
from vision.models import ModelVersion
from vision.selectors import serving_version
from workers.app import app
from workers.sweep import feed_sweep

WAIT_S = 60.0
POLL_S = 0.02

Settle = Callable[[int], None]  # returns when the jobs of that viewer are done


class WorkersSilent(RuntimeError):
    """The workers did not finish a viewer's jobs within WAIT_S."""


@contextmanager
def jobs_in_process() -> Iterator[Settle]:
    """Run every job at the moment it is sent, here; the sweep that renews used-up pools is part of it."""
    app.loader.import_default_modules()
    former = app.conf.task_always_eager
    app.conf.task_always_eager = True
    try:
        yield lambda viewer_id: None
    finally:
        app.conf.task_always_eager = former


@contextmanager
def jobs_by_workers() -> Iterator[Settle]:
    """Leave the jobs to running workers and wait for them, viewer by viewer."""
    yield _wait


def sweep_feed() -> None:
    """Renew pools and vectors that are behind, as the running product does every two seconds."""
    feed_sweep()


def _wait(viewer_id: int) -> None:
    deadline = time.monotonic() + WAIT_S
    while not _is_settled(viewer_id, serving_version()):
        if time.monotonic() > deadline:
            raise WorkersSilent(
                f"No worker has finished what viewer {viewer_id} caused. Is the product running (make run)?"
            )
        time.sleep(POLL_S)


def _is_settled(viewer_id: int, version: ModelVersion | None) -> bool:
    if IntentRun.objects.filter(message__viewer_id=viewer_id, state=IntentRun.State.RUNNING).exists():
        return False
    document = IntentDocument.objects.filter(viewer_id=viewer_id).values_list("version", flat=True).first() or 0
    pool = ViewerPool.objects.filter(viewer_id=viewer_id, model_version=version).values_list(
        "intent_version", flat=True
    )
    if document and (pool.first() or 0) < document:
        return False
    num_signals = ViewerState.objects.filter(viewer_id=viewer_id).values_list("num_signals", flat=True).first() or 0
    vectors = ViewerVector.objects.filter(viewer_id=viewer_id, model_version=version)
    vector = vectors.order_by("-num_signals").values_list("num_signals", flat=True)  # one a user-to-item version
    return (vector.first() or 0) >= num_signals
