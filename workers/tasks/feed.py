"""The feed's jobs: a viewer's pool from their intent, a viewer's vector from their engagements, a look at an experiment."""

from workers.app import app


@app.task(name="feed.pool_refresh")
def pool_refresh(*, viewer_id: int) -> None:
    """Rebuild a viewer's candidate pool."""
    from feed.services import pools

    pools.pool_refresh(viewer_id=viewer_id)


@app.task(name="feed.viewer_vector")
def viewer_vector(*, viewer_id: int) -> None:
    """Recompute a viewer's vector, what is near it, and the counts of what they engaged with."""
    from feed.services import viewers

    viewers.viewer_refresh(viewer_id=viewer_id)


@app.task(name="feed.experiment_check")
def experiment_check(*, experiment_id: int) -> None:
    """Stop a running experiment that does harm."""
    from feed.experiments import services

    services.experiment_check(experiment_id=experiment_id)
