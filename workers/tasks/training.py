"""Carry trainings out, one at a time, each in a process of its own: this one never loads a model."""

import os

from billiard import active_children
from celery.signals import worker_shutting_down

from workers.app import app


@app.task(name="lifecycle.train")
def train(*, run_id: int) -> None:
    """Watch over a training until it ends; a second delivery finds nothing to do."""
    from workers.training.watch import run_watch

    run_watch(run_id=run_id)


@worker_shutting_down.connect
def leave_trainings(**_: object) -> None:
    """End the watchers, and with them their trainings, which go on later: a worker that is asked to end does not wait for them."""
    if "training" in os.environ.get("TILLER_WORKER_QUEUES", "").split(","):
        for watcher in active_children():
            watcher.terminate()
