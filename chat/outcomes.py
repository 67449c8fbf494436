"""Read how stages end: what waits, what gave up and why, what the guard said of messages. Aggregated in the database."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from chat.timing import run_step

MAX_REASONS = 8
LATELY = timedelta(minutes=10)  # what a rate of work is counted over
YOUNG = timedelta(minutes=15)  # runs that can have had a stage ended lately, but for those that lay longer

# A run that the guard held ends its other stages without their answer: nothing went wrong with those.
_OF_RUNS = """
FROM chat_stagerun s JOIN chat_intentrun r ON r.id = s.run_id
WHERE r.created_at >= %(since)s AND r.created_at < %(until)s AND r.id %% %(step)s = 0 AND (r.state <> 'held' OR s.stage = 'guard')
"""
_OUTCOMES = f"""
SELECT s.stage, count(*), count(*) FILTER (WHERE s.state = 'failed'), count(*) FILTER (WHERE s.attempts > 1 OR s.num_sends > 0)
{_OF_RUNS} AND s.state IN ('done', 'failed') GROUP BY s.stage ORDER BY s.stage
"""
_REASONS = f"""
SELECT s.stage, left(s.error, 160), count(*), max(s.finished_at)
{_OF_RUNS} AND s.error <> '' GROUP BY 1, 2 ORDER BY 3 DESC, 4 DESC LIMIT {MAX_REASONS}
"""
_ACTIONS = f"""
SELECT s.answer ->> 'action', s.answer -> 'hazards', count(*)
{_OF_RUNS} AND s.stage = 'guard' AND s.state = 'done' GROUP BY 1, 2
"""
_WORK = """
SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'running'), min(queued_at) FILTER (WHERE state = 'queued'),
    count(*) FILTER (WHERE attempts > 1 OR num_sends > 0),
    (SELECT count(*) FROM chat_stagerun s JOIN chat_intentrun r ON r.id = s.run_id
     WHERE r.created_at >= %(young)s AND s.finished_at >= %(lately)s)
FROM chat_stagerun WHERE state IN ('queued', 'running')
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a stage ended in a range: `num` in all, those that gave up, those that were tried or sent more than once."""

    stage: str
    num: int
    num_failed: int
    num_retried: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a stage's attempt failed, how often, and when last."""

    stage: str
    why: str
    num: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Work:
    """What waits and is worked on now; `num_lately` ended in LATELY."""

    num_waiting: int
    num_working: int
    oldest_at: datetime | None
    num_retried: int
    num_lately: int


def stage_outcomes(*, since: datetime, until: datetime) -> list[Outcome]:
    """Return each stage's outcomes of the runs that began in [since, until); of very many runs every n-th (chat.timing.run_step)."""
    return [Outcome(*row) for row in _rows(_OUTCOMES, _range(since, until))]


def stage_reasons(*, since: datetime, until: datetime) -> list[Reason]:
    """Return why attempts failed in [since, until), the most frequent first."""
    return [Reason(*row) for row in _rows(_REASONS, _range(since, until))]


def guard_actions(*, since: datetime, until: datetime) -> tuple[Counter[str], Counter[str]]:
    """Return how often the guard let messages pass, had them reviewed or held them, and the hazards that it named."""
    actions: Counter[str] = Counter()
    hazards: Counter[str] = Counter()
    for action, named, num in _rows(_ACTIONS, _range(since, until)):
        actions[action] += num
        hazards.update(dict.fromkeys(json.loads(named or "[]"), num))
    return actions, hazards


def stage_work() -> Work:
    """Return what the stages' queue holds now."""
    now = timezone.now()
    (row,) = _rows(_WORK, {"young": now - YOUNG, "lately": now - LATELY})
    return Work(row[0], row[1], row[2], row[3], row[4])


def _range(since: datetime, until: datetime) -> dict[str, Any]:
    return {"since": since, "until": until, "step": run_step(since=since, until=until)}


def _rows(statement: str, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall()
