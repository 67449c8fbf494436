"""Read where the time between a message and its steered feed goes, from the timestamps of the rows. Aggregated in the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from chat.models import IntentRun
from chat.plan import LATER_STAGES, PARALLEL_STAGES, STAGES

CRITICAL_PATH, WALL, RATIO = "critical path", "wall", "wall / critical path"
MAX_RUNS = 5_000  # read at a time: of more, every n-th

_STAGES = """
WITH runs AS (
    SELECT id, created_at FROM chat_intentrun
    WHERE state = 'done' AND created_at >= %(since)s AND created_at < %(until)s AND id %% %(step)s = 0),
stages AS (
    SELECT s.run_id, s.stage, extract(epoch FROM s.finished_at - s.started_at) AS took_s, s.finished_at - r.created_at AS after
    FROM chat_stagerun s JOIN runs r ON r.id = s.run_id WHERE s.started_at IS NOT NULL AND s.finished_at IS NOT NULL),
whole AS (
    SELECT run_id, extract(epoch FROM max(after) FILTER (WHERE stage = 'reply')) AS wall_s,
        max(took_s) FILTER (WHERE stage = ANY(%(parallel)s)) + sum(took_s) FILTER (WHERE stage = ANY(%(later)s)) AS path_s
    FROM stages GROUP BY run_id HAVING count(*) = %(num_stages)s),
measured (name, value) AS (
    SELECT stage, took_s FROM stages JOIN whole USING (run_id)
    UNION ALL SELECT %(path)s, path_s FROM whole
    UNION ALL SELECT %(wall)s, wall_s FROM whole
    UNION ALL SELECT %(ratio)s, wall_s / nullif(path_s, 0) FROM whole)
SELECT name, count(*), percentile_cont(.5) WITHIN GROUP (ORDER BY value), percentile_cont(.95) WITHIN GROUP (ORDER BY value), max(value)
FROM measured GROUP BY name
"""
_STEERED = """
SELECT date_bin(make_interval(secs => %(bucket_s)s), m.created_at, %(since)s), count(*),
    percentile_cont(.5) WITHIN GROUP (ORDER BY extract(epoch FROM v.announced_at - m.created_at)),
    percentile_cont(.95) WITHIN GROUP (ORDER BY extract(epoch FROM v.announced_at - m.created_at))
FROM chat_intentversion v JOIN chat_intentrun r ON r.id = v.run_id JOIN chat_message m ON m.id = r.message_id
WHERE v.cause = 'chat' AND v.announced_at IS NOT NULL AND v.created_at >= %(since)s AND v.created_at < %(until)s
    AND m.created_at >= %(since)s
GROUP BY GROUPING SETS ((1), ()) ORDER BY 1 NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class Spread:
    """How a measure is spread over `num` runs; seconds, but for the ratio."""

    num: int
    p50: float
    p95: float
    longest: float


def stage_times(*, since: datetime, until: datetime) -> dict[str, Spread]:
    """Return the times of finished runs that began in [since, until): each stage's work, CRITICAL_PATH, WALL and their RATIO.

    The critical path is the longest parallel stage and then the later ones; what the wall time, from message to reply, has on top is
    waiting and hops. Of more than MAX_RUNS runs every n-th is read. Empty where no run is finished.
    """
    arguments: dict[str, Any] = {
        "since": since,
        "until": until,
        "step": run_step(since=since, until=until),
        "parallel": list(PARALLEL_STAGES),
        "later": list(LATER_STAGES),
        "num_stages": len(STAGES),
        "path": CRITICAL_PATH,
        "wall": WALL,
        "ratio": RATIO,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STAGES, arguments)
        found = {name: Spread(num, float(p50), float(p95), float(longest)) for name, num, p50, p95, longest in cursor}
    return {name: found[name] for name in (*STAGES, CRITICAL_PATH, WALL, RATIO) if name in found}


def run_step(*, since: datetime, until: datetime) -> int:
    """Return n so that every n-th run of [since, until) are MAX_RUNS at most."""
    return 1 + IntentRun.objects.filter(created_at__gte=since, created_at__lt=until).count() // MAX_RUNS


@dataclass(frozen=True, slots=True)
class Steered:
    """How long the messages of a stretch of time waited for their steered feed, in seconds; `at` is None for the whole range."""

    at: datetime | None
    num: int
    p50_s: float
    p95_s: float


def steered_times(*, since: datetime, until: datetime, bucket: timedelta) -> list[Steered]:
    """Return the times from a message to its page being told that the feed has turned: the whole range first, then by `bucket`.

    The page is told when the candidate pool knows the new words, so the next request for cards is steered.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STEERED, {"since": since, "until": until, "bucket_s": bucket.total_seconds()})
        return [Steered(at, num, p50, p95) for at, num, p50, p95 in cursor if num]
