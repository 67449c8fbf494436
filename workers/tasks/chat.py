"""Run the understanding DAG's stages: claim, work, finish. The models are loaded in the worker process, after its fork.

A stage's answer goes to Postgres as JSON; what moves the run on is `stage_finish` (chat/services), never this module.
"""

import importlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery.signals import task_prerun, worker_init, worker_process_init
from django.conf import settings
from django.db import close_old_connections

from chat.claims import StageClaim
from chat.intent.llm import LLMFailed
from chat.plan import stage_limit_s
from chat.services.intents import ClaimLost, intent_announce
from chat.services.stages import stage_claim, stage_fail, stage_finish, stages_release
from workers import dispatch
from workers.app import app

logger = logging.getLogger(__name__)
app.conf.worker_proc_alive_timeout = 180  # loading the models in `warm_up` takes longer than the default 4 s
app.conf.CELERY_DB_REUSE_MAX = (
    2**31
)  # keep the database connection: Celery else makes a new one every task, 10 ms and more

Answer = dict[str, Any]


class StageTimedOut(Exception):
    """The stage took longer than its limit."""


@app.task(name="chat.run_stage", bind=True)
def run_stage(self: Any, *, stage_run_id: int) -> None:
    """Work on one stage, if it is there to be claimed, and on what its end allows; a second delivery finds nothing to do.

    The worker that brings the last parallel answer goes on with the run itself: no way through the broker between the later stages.
    Their rows are queued all the same, so that the sweep finds them if this process dies. When only this process dies, and not the
    whole worker, Celery delivers the job again, and what it held goes on at once.
    """
    job_id = self.request.id or ""
    delivered_again = bool((self.request.delivery_info or {}).get("redelivered"))
    to_do = [stage_run_id, *(stages_release(job_id=job_id) if delivered_again else [])]
    for stage_to_do in dict.fromkeys(to_do):
        _run_on(stage_to_do, job_id)


def _run_on(stage_run_id: int, job_id: str) -> None:
    """Work on a stage and then on the first of those that it lets go, until there is none; send the others."""
    next_id: int | None = stage_run_id
    while next_id is not None:
        following = _run_one(next_id, job_id)
        next_id = following[0] if following else None
        for other_id in following[1:]:
            dispatch.stage_run(stage_run_id=other_id)


def _run_one(stage_run_id: int, job_id: str) -> list[int]:
    """Work on one stage; return the stages that can go now."""
    claim = stage_claim(stage_run_id=stage_run_id, job_id=job_id)
    if claim is None:
        return []
    try:
        with _limit(stage_limit_s(stage=claim.stage, profile=settings.STAGE_PROFILES[claim.stage])):
            answer, model_version = _worker_of(claim.stage)(claim)
    except ClaimLost:
        return []
    except LLMFailed as failure:  # the viewer waits: a server that hangs is not asked thrice
        logger.warning("stage %s of message %s does without its model: %s", claim.stage, claim.message_id, failure)
        return stage_fail(claim=claim, error=f"LLMFailed: {failure}", is_final=True) or []
    except Exception as error:
        logger.exception("stage %s of message %s, attempt %s", claim.stage, claim.message_id, claim.attempts)
        return stage_fail(claim=claim, error=f"{type(error).__name__}: {error}") or []
    return stage_finish(claim=claim, answer=answer, model_version=model_version) or []


@app.task(name="chat.intent_announce")
def announce(*, viewer_id: int) -> None:
    """Bring the feed's pool up to the viewer's own edit, then tell their pages: a page that reads on being told sees the edit."""
    from feed.services.pools import pool_refresh

    intent_announce(viewer_id=viewer_id, up_to=pool_refresh(viewer_id=viewer_id))


def _worker_of(stage: str) -> Callable[[StageClaim], tuple[Answer, str]]:
    from workers.stages import STAGE_WORKERS  # imports the models' code: in the worker only

    return STAGE_WORKERS[stage]


@contextmanager
def _limit(limit_s: float) -> Iterator[None]:
    """Raise StageTimedOut in this process's main thread after `limit_s`; elsewhere (tests) the lease alone limits the stage."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise StageTimedOut(f"no answer within {limit_s} s")

    former = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


@task_prerun.connect
def keep_usable_connection(**_: object) -> None:
    """Let go of a connection that a restarted database has closed; a good one is kept, after a look (CONN_HEALTH_CHECKS)."""
    close_old_connections()


def _serves_llm() -> bool:
    return "llm" in os.environ.get("TILLER_WORKER_QUEUES", "").split(",")


@worker_init.connect
def import_models_code(**_: object) -> None:
    """Import the models' libraries once, before the fork: 4 s of CPU a process otherwise. Code only: it starts no thread."""
    if _serves_llm():
        import workers.stages  # noqa: F401
        from models import backbone  # noqa: F401  (the torchvision way-out, before transformers)

        importlib.import_module("transformers.models.auto.modeling_auto")
        importlib.import_module("transformers.models.bert.modeling_bert")


@worker_process_init.connect
def warm_up(**_: object) -> None:
    """Load the stages' models before the first message, in the processes that serve the queue `llm`."""
    if not _serves_llm():
        return
    try:
        from workers.stages import models_load

        models_load()
    except (
        Exception
    ):  # the stages will say what is wrong, message by message; a worker that dies here is only started again
        logger.exception("models not loaded")
