"""Send jobs by name. Callers use it in `transaction.on_commit`; a lost message is sent again by the sweep, so a dead broker costs nothing.

Imports no task module: the web process stays free of torch (decision 2).
"""

import logging
from functools import lru_cache
from typing import Any

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def _app() -> Any:
    from workers.app import app

    return app


def _send(name: str, *, queue: str, priority: int | None = None, **keys: int) -> bool:
    """Send the job; return False (and log) when the broker cannot be reached."""
    try:
        _app().signature(name, kwargs=keys, immutable=True).apply_async(queue=queue, priority=priority)
    except Exception as error:  # kombu raises its transport's own classes
        logger.warning("job %s %s not sent, the sweep will: %s", name, keys, error)
        return False
    return True


QUEUES = ("llm", "vision", "training", "default")


def queue_lengths() -> dict[str, int]:
    """Return how many messages lie in the broker, a queue; {} when it cannot be reached, without a wait for it to come back."""
    try:
        with _app().connection_for_read(transport_options={"max_retries": 0}) as connection:
            channel = connection.default_channel  # connection.channel() would retry after 2 s, whatever the options say
            return {queue: int(channel.queue_declare(queue).message_count) for queue in QUEUES}
    except Exception as error:  # kombu raises its transport's own classes
        logger.warning("the broker's queues cannot be read: %s", error)
        return {}


def stage_run(*, stage_run_id: int) -> bool:
    """Run one stage of an intent run."""
    return _send("chat.run_stage", queue="llm", stage_run_id=stage_run_id)


def intent_announce(*, viewer_id: int) -> bool:
    """Refresh a viewer's pool and then tell their pages of the new intent version."""
    return _send("chat.intent_announce", queue="llm", viewer_id=viewer_id)


def pool_refresh(*, viewer_id: int) -> bool:
    """Rebuild a viewer's candidate pool from their intent document."""
    return _send("feed.pool_refresh", queue="llm", viewer_id=viewer_id)


def searches_refresh(*, viewer_id: int) -> bool:
    """Recompute what a viewer's searches bring to their feed."""
    return _send("feed.searches_refresh", queue="llm", viewer_id=viewer_id)


def phrase_embed(*, phrase_id: int) -> bool:
    """Embed a phrase that somebody searches for."""
    return _send("feed.phrase_embed", queue="llm", phrase_id=phrase_id)


def viewer_vector(*, viewer_id: int) -> bool:
    """Recompute a viewer's vector from their engagements."""
    return _send("feed.viewer_vector", queue="default", viewer_id=viewer_id)


def experiment_check(*, experiment_id: int) -> bool:
    """Look at the guardrails of a running experiment."""
    return _send("feed.experiment_check", queue="default", experiment_id=experiment_id)


def item_vectors() -> bool:
    """Give videos the item vectors that live user-to-item versions lack."""
    return _send("feed.item_vectors", queue="default")


def u2i_release(*, version_id: int) -> bool:
    """Go on with the release of a user-to-item version."""
    return _send("feed.u2i_release", queue="vision", version_id=version_id)


def release(*, version_id: int) -> bool:
    """Go on with the release of a video encoder."""
    return _send("vision.release", queue="vision", version_id=version_id)


def comparison(*, comparison_id: int) -> bool:
    """Compare what a candidate video encoder finds with what the serving one does."""
    return _send("lifecycle.compare", queue="vision", comparison_id=comparison_id)


def ingest(*, video_id: int) -> bool:
    """Take one video through the pipeline."""
    return _send("vision.ingest", queue="vision", video_id=video_id)


def training(*, run_id: int) -> bool:
    """Carry a training run out."""
    return _send("lifecycle.train", queue="training", run_id=run_id)


def questions_draw(*, campaign_id: int) -> bool:
    """Make the next questions of a labelling campaign."""
    return _send("labelling.questions_draw", queue="llm", campaign_id=campaign_id)
