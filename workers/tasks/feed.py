"""The feed's jobs: a viewer's pool and vector, what a user-to-item version waits for, a look at an experiment."""

import logging

from workers.app import app

logger = logging.getLogger(__name__)


@app.task(name="feed.pool_refresh")
def pool_refresh(*, viewer_id: int) -> None:
    """Rebuild a viewer's candidate pool."""
    from feed.services import pools

    pools.pool_refresh(viewer_id=viewer_id)


@app.task(name="feed.searches_refresh")
def searches_refresh(*, viewer_id: int) -> None:
    """Recompute what a viewer's searches bring to their feed."""
    from feed.services import searched

    searched.searched_refresh(viewer_id=viewer_id)


@app.task(name="feed.phrase_embed")
def phrase_embed(*, phrase_id: int) -> None:
    """Embed a phrase that somebody searches for; a second delivery finds it done."""
    from feed.services import phrases

    phrases.phrase_embed(phrase_id=phrase_id)


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


@app.task(name="feed.item_vectors")
def item_vectors() -> None:
    """Write the item vectors that live user-to-item versions lack."""
    from feed.services.item_vectors import item_vectors_complete

    item_vectors_complete()


@app.task(name="feed.u2i_release")
def u2i_release(*, version_id: int) -> None:
    """Go on with an opened release; nothing to do where it ended, or another process is at it."""
    from feed.models import U2iVersion
    from vision.releases import ReleaseBusyError, ReleaseRefusedError
    from workers.release import u2i_release as run

    version = U2iVersion.objects.filter(pk=version_id).first()
    try:
        if version:
            run(version=version)
    except (ReleaseBusyError, ReleaseRefusedError) as reason:
        logger.warning("%s", reason)
