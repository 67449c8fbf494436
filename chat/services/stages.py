"""Claim, finish and fail stages. A claim is a lease with a fencing token; only its holder can finish the stage."""

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from chat.claims import StageClaim
from chat.models import IntentRun, StageRun
from chat.plan import MAX_ATTEMPTS, stage_leases_s
from chat.services.events import events_append, viewer_lock
from chat.services.runs import run_advance
from chat.services.sending import stage_queue, stages_dispatch

MAX_ERROR_CHARS = 500


_CLAIM_SQL = """
UPDATE chat_stagerun s
SET state = 'running', attempts = s.attempts + 1, fencing_token = s.fencing_token + 1, started_at = clock_timestamp(),
    job_id = %(job_id)s, lease_until = clock_timestamp() + make_interval(secs => (%(leases_s)s::jsonb ->> s.stage)::float8)
FROM chat_intentrun r JOIN chat_message m ON m.id = r.message_id
WHERE s.id = %(id)s AND r.id = s.run_id AND r.state = 'running' AND s.attempts < %(max_attempts)s
  AND (s.state = 'queued' OR (s.state = 'running' AND s.lease_until < clock_timestamp()))
RETURNING s.id, s.stage, s.fencing_token, s.attempts, s.run_id, m.id, m.viewer_id, m.text
"""

_FINISH_SQL = """
UPDATE chat_stagerun
SET state = %(state)s, answer = %(answer)s::jsonb, error = %(error)s, model_version = %(model_version)s,
    finished_at = clock_timestamp(), lease_until = NULL
WHERE id = %(id)s AND fencing_token = %(token)s AND state = 'running'
RETURNING round(extract(epoch FROM finished_at - started_at) * 1000)
"""


def stage_claim(*, stage_run_id: int, job_id: str = "") -> StageClaim | None:
    """Claim a stage that is queued, or whose lease has ended; return None when another holds it or there is nothing to do."""
    leases_s = json.dumps(stage_leases_s(profiles=settings.STAGE_PROFILES))
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM_SQL, {"id": stage_run_id, "job_id": job_id, "leases_s": leases_s, "max_attempts": MAX_ATTEMPTS}
        )
        row = cursor.fetchone()
    return StageClaim(*row) if row else None


def stages_release(*, job_id: str) -> list[int]:
    """End the leases that a job's former delivery still holds; return the stages' ids, which can be claimed at once.

    For a job that is delivered again because its process died: nobody need wait for the lease's end. Should that process live after
    all, its finish is a late one and is ignored.
    """
    held = StageRun.objects.filter(job_id=job_id, state=StageRun.State.RUNNING)
    ids = list(held.order_by("pk").values_list("pk", flat=True))
    held.filter(pk__in=ids).update(lease_until=timezone.now() - timedelta(seconds=1))
    return ids


@transaction.atomic
def stage_finish(*, claim: StageClaim, answer: dict[str, Any], model_version: str = "") -> list[int] | None:
    """Store the answer and move the run on, in one transaction; return the ids of the stages that can go now.

    The caller sends them or works on them. None: the claim is no longer the stage's last, and nothing was written.
    """
    viewer_lock(viewer_id=claim.viewer_id)
    return _close(claim, state=StageRun.State.DONE, answer=answer, model_version=model_version)


@transaction.atomic
def stage_fail(*, claim: StageClaim, error: str, is_final: bool = False) -> list[int] | None:
    """Give an attempt up: queue the next one, or after MAX_ATTEMPTS let the run go on without this stage's answer.

    `is_final`: another attempt would end alike, so the run goes on at once. Returns what `stage_finish` does.
    """
    viewer_lock(viewer_id=claim.viewer_id)
    if is_final or claim.attempts >= MAX_ATTEMPTS:
        return _close(claim, state=StageRun.State.FAILED, error=error)
    mine = StageRun.objects.filter(
        pk=claim.stage_run_id, fencing_token=claim.fencing_token, state=StageRun.State.RUNNING
    )
    if not mine.update(error=_printable(error)):
        return None
    stage_queue(stage_run_id=claim.stage_run_id)
    return [claim.stage_run_id]


def _close(
    claim: StageClaim, *, state: str, answer: Any = None, error: str = "", model_version: str = ""
) -> list[int] | None:
    values: dict[str, Any] = {
        "id": claim.stage_run_id,
        "token": claim.fencing_token,
        "state": state,
        "answer": None if answer is None else json.dumps(answer),
        "error": _printable(error),
        "model_version": model_version,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FINISH_SQL, values)
        row = cursor.fetchone()
    if row is None:
        return None
    run = IntentRun.objects.select_for_update(of=("self",)).select_related("message").get(pk=claim.run_id)
    told = {"message_id": claim.message_id, "stage": claim.stage, "state": state, "ms": int(row[0])}
    advance = run_advance(run=run)
    events_append(viewer_id=claim.viewer_id, events=[("stage", told), *advance.events])
    return advance.stage_run_ids


def stages_give_up() -> int:
    """Fail the stages whose last attempt outlived its lease, so that their runs go on; return how many."""
    lost = StageRun.objects.filter(
        state=StageRun.State.RUNNING,
        lease_until__lt=timezone.now(),
        attempts__gte=MAX_ATTEMPTS,
        run__state=IntentRun.State.RUNNING,
    )
    claims = lost.values_list(
        "id",
        "stage",
        "fencing_token",
        "attempts",
        "run_id",
        "run__message_id",
        "run__message__viewer_id",
        "run__message__text",
    )
    num_closed = 0
    for claim in [StageClaim(*row) for row in claims]:
        with transaction.atomic():
            viewer_lock(viewer_id=claim.viewer_id)
            queued = _close(claim, state=StageRun.State.FAILED, error="no answer within the lease")
            stages_dispatch(stage_run_ids=queued or [])
            num_closed += queued is not None
    return num_closed


def _printable(text: str) -> str:
    """Return the text as Postgres can store it: no NUL, no lone surrogate, not endless."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:MAX_ERROR_CHARS]
