"""Carry trainings out, one at a time, each in a process of its own: this one never loads a model."""

from workers.app import app


@app.task(name="lifecycle.train")
def train(*, run_id: int) -> None:
    """Watch over a training until it ends; a second delivery finds nothing to do."""
    from workers.training.watch import run_watch

    run_watch(run_id=run_id)
