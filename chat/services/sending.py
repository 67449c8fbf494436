"""Send stages to the workers, and send again what got lost."""

from collections.abc import Iterable
from functools import partial

from django.db import connection, transaction
from django.utils import timezone

from chat.models import StageRun
from chat.plan import MAX_ATTEMPTS, MAX_RESEND_AFTER_S, RESEND_AFTER_S
from workers import dispatch

_RESEND_SQL = """
UPDATE chat_stagerun s
SET sent_at = clock_timestamp(), num_sends = s.num_sends + 1
FROM chat_intentrun r
WHERE r.id = s.run_id AND r.state = 'running'
  AND s.sent_at < clock_timestamp() - make_interval(secs => least(%(after_s)s * power(2, least(s.num_sends, 10)), %(max_after_s)s))
  AND (s.state = 'queued' OR (s.state = 'running' AND s.lease_until < clock_timestamp() AND s.attempts < %(max_attempts)s))
RETURNING s.id
"""


def stages_dispatch(*, stage_run_ids: Iterable[int]) -> None:
    """Send the stages to the workers after the commit; a lost message is sent again by the sweep."""
    for stage_run_id in stage_run_ids:
        transaction.on_commit(partial(dispatch.stage_run, stage_run_id=stage_run_id), robust=True)


def stage_queue(*, stage_run_id: int) -> None:
    """Let a stage be claimed. The caller sends it, or works on it; if it does neither, the sweep will."""
    now = timezone.now()
    StageRun.objects.filter(pk=stage_run_id).update(
        state=StageRun.State.QUEUED, queued_at=now, sent_at=now, num_sends=0, lease_until=None
    )


def stages_resend() -> list[int]:
    """Send again what is queued or out of its lease for too long; return the stage rows' ids. Called by the sweep."""
    limits = {"after_s": RESEND_AFTER_S, "max_after_s": MAX_RESEND_AFTER_S, "max_attempts": MAX_ATTEMPTS}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RESEND_SQL, limits)
        ids = [row[0] for row in cursor.fetchall()]
        stages_dispatch(stage_run_ids=ids)
    return ids


def announce_dispatch(*, viewer_id: int) -> None:
    """After the commit have the feed's pool refreshed and then the viewer's pages told of a new intent version."""
    transaction.on_commit(partial(dispatch.intent_announce, viewer_id=viewer_id), robust=True)
