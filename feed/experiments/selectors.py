"""Read what viewers did in each arm, and which experiments are due for a look at their guardrails."""

from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.utils import timezone

from feed.experiments.metrics import METRICS
from feed.experiments.models import Experiment, Kind, State
from feed.experiments.statistics import Sums
from feed.received import RECEIVED_ARGUMENTS, RECEIVED_SQL

CHECK_EVERY_S = 60.0

# Who was served by an arm, and which cards are its own: all of a slate's, or those that it drafted.
_SHOWN = """
shown AS (
    SELECT s.viewer_id, a.id AS arm_id, s.id AS slate_id, s.created_at FROM feed_slate s JOIN experiments_arm a ON a.id = ANY(s.arms)
    WHERE a.experiment_id = %(experiment)s AND s.arms IS NOT NULL AND s.created_at >= %(started_at)s),
"""
_WHOLE = """
own AS (SELECT h.arm_id AS part, e.* FROM shown h JOIN feed_engagement e ON e.slate_id = h.slate_id),
"""
_DRAFTED = """
own AS (SELECT h.arm_id AS part, e.* FROM shown h JOIN feed_slate s ON s.id = h.slate_id
    CROSS JOIN LATERAL jsonb_to_recordset(s.cards) AS c(video_id bigint, arm bigint)
    JOIN feed_engagement e ON e.slate_id = h.slate_id AND e.video_id = c.video_id WHERE c.arm = h.arm_id),
"""
_SUMS = """
visits AS (
    SELECT viewer_id, arm_id, (max(created_at::date) > min(created_at::date))::int AS came_back FROM shown GROUP BY 1, 2)
SELECT i.arm_id, i.came_back, count(c.video_id), coalesce(sum(c.watched), 0), count(*) FILTER (WHERE c.liked OR c.shared OR c.finished),
    count(*) FILTER (WHERE c.liked), count(*) FILTER (WHERE c.skipped), count(*) FILTER (WHERE c.sent_away),
    count(*) FILTER (WHERE c.reported)
FROM visits i LEFT JOIN cards c ON c.viewer_id = i.viewer_id AND c.part = i.arm_id
GROUP BY i.arm_id, i.viewer_id, i.came_back ORDER BY i.arm_id, i.viewer_id
"""
_COLUMNS = ("returns", "cards", "watch_share", "credit", "likes", "skips", "not_interested", "reports")


def arm_sums(*, experiment: Experiment) -> dict[int, dict[str, Sums]]:
    """Return each arm's sums by metric, viewers in order of their ids; each card of a viewer counts once, however often it was seen.

    Interleaved arms have the same viewers in the same order, and no "returns": a viewer comes back to both.
    """
    is_interleaved = experiment.kind == Kind.INTERLEAVE
    statement = "WITH " + _SHOWN + (_DRAFTED if is_interleaved else _WHOLE) + RECEIVED_SQL + "," + _SUMS
    arguments: dict[str, Any] = {
        "experiment": experiment.pk,
        "started_at": experiment.started_at,
    } | RECEIVED_ARGUMENTS
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        rows = np.array(cursor.fetchall(), dtype=float).reshape(-1, 1 + len(_COLUMNS))
    names = [name for name in METRICS if not (is_interleaved and METRICS[name].per == "viewer")]
    arms = experiment.arms.order_by("id").values_list("id", flat=True)
    return {arm_id: _sums(rows[rows[:, 0] == arm_id, 1:], names) for arm_id in arms}


def _sums(rows: npt.NDArray[np.float64], names: list[str]) -> dict[str, Sums]:
    columns = dict(zip(_COLUMNS, rows.T, strict=True))
    num_viewers = np.array(float(len(rows)))
    base = {"card": columns["cards"], "viewer": np.ones(len(rows))}
    return {name: Sums(columns[name], base[METRICS[name].per], num_viewers) for name in names}


def experiments_due() -> list[int]:
    """Return the running experiments whose guardrails nobody has looked at for CHECK_EVERY_S."""
    since = timezone.now() - timedelta(seconds=CHECK_EVERY_S)
    running = Experiment.objects.filter(state=State.RUNNING).exclude(checked_at__gt=since)
    return list(running.order_by("id").values_list("id", flat=True))
