"""Tell what waits for a worker, how fast it goes, when it will be done, and why work failed. From rows; the broker is asked last."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from charts import duration, number
from chat.outcomes import LATELY, stage_reasons, stage_work
from feed.models import U2iVersion, ViewerPool, ViewerVector
from feed.selectors import phrases_waiting, pools_behind, searches_behind, vectors_behind
from lifecycle.insights.section import Figure, Findings, Table, Window
from lifecycle.models import RunState, TrainingRun
from vision.models import ModelVersion, Released
from vision.selectors import failure_reasons, ingest_work
from workers import dispatch

COLUMNS = ("work", "waiting", "at work", "oldest", "a minute", "time left", "tried again")


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of work now; what is not known of a kind is None. `left_s` is how long it takes if it goes on like that."""

    name: str
    num_waiting: int
    num_working: int | None = None
    oldest_at: datetime | None = None
    per_minute: float | None = None
    left_s: float | None = None
    num_retried: int | None = None


def queues(window: Window) -> Findings:
    """Return the section: the present whatever the window, failures of the window."""
    found = _queues()
    reasons = [
        (f"{one.stage.replace('_', ' ')}: {one.why}", number(one.num), _ago(one.last_at))
        for one in stage_reasons(since=window.since, until=window.until)
    ]
    reasons += [(f"ingest: {why}", number(num), "") for why, num in failure_reasons()]
    reasons += [(f"training run {run.pk}: {run.problem}", "1", _ago(run.ended_at)) for run in _failed_runs(window)]
    return Findings(
        figures=[
            Figure("jobs waiting", number(sum(one.num_waiting for one in found))),
            Figure("at work", number(sum(one.num_working or 0 for one in found))),
        ],
        tables=[
            Table("Queues", COLUMNS, [_row(one) for one in found], ""),
            Table("Why work failed", ("reason", "how often", "last"), reasons, f"Nothing failed in {window.words}."),
            Table(
                "In the broker",
                ("queue", "messages"),
                _broker(),
                "The broker cannot be reached. Rows wait; the sweep sends them.",
            ),
        ],
    )


def _queues() -> list[Queue]:
    stages, ingest = stage_work(), ingest_work(lately=LATELY)
    since = timezone.now() - LATELY
    return [
        _paced(
            "understanding",
            stages.num_waiting,
            stages.num_lately,
            stages.num_working,
            stages.oldest_at,
            stages.num_retried,
        ),
        _paced(
            "ingest", ingest.num_waiting, ingest.num_lately, ingest.num_working, ingest.oldest_at, ingest.num_retried
        ),
        _paced("candidate pools", len(pools_behind()), ViewerPool.objects.filter(built_at__gte=since).count()),
        _paced("viewers' vectors", len(vectors_behind()), ViewerVector.objects.filter(updated_at__gte=since).count()),
        Queue("searched phrases", len(phrases_waiting())),
        Queue("viewers' searches", len(searches_behind())),
        *(_release(one) for kind in (ModelVersion, U2iVersion) for one in kind._default_manager.exclude(step="")),
        *_training(),
    ]


def _paced(
    name: str,
    waiting: int,
    lately: int,
    working: int | None = None,
    oldest: datetime | None = None,
    retried: int | None = None,
) -> Queue:
    """Return a queue whose pace is what ended lately; the time left is what waits and is worked on at that pace."""
    per_minute = lately / (LATELY / timedelta(minutes=1))
    num_left = waiting + (working or 0)
    left_s = 60 * num_left / per_minute if num_left and per_minute else None
    return Queue(name, waiting, working, oldest, per_minute, left_s, retried)


def _release(version: Released) -> Queue:
    num_left = max(0, version.num_to_index - version.num_indexed)
    return Queue(f"release of {version.slug}: {version.step}", num_left, 1, version.updated_at)


def _training() -> list[Queue]:
    waiting = TrainingRun.objects.filter(state=RunState.QUEUED)
    oldest_at = waiting.order_by("created_at").values_list("created_at", flat=True).first()
    running = [
        Queue(f"training run {run.pk}, {run.kind}", 0, 1, run.started_at, None, run.left_s, run.attempts - 1)
        for run in TrainingRun.objects.filter(state=RunState.RUNNING).order_by("pk")
    ]
    return [Queue("training", waiting.count(), None, oldest_at), *running]


def _failed_runs(window: Window) -> list[TrainingRun]:
    ended = TrainingRun.objects.filter(state__in=[RunState.FAILED, RunState.REFUSED], ended_at__gte=window.since)
    return list(ended.order_by("-ended_at")[:5])


def _row(one: Queue) -> tuple[str, ...]:
    def told(value: float | None) -> str:
        return "" if value is None else number(value)

    left = duration(one.left_s) if one.left_s is not None else ""
    return (
        one.name,
        number(one.num_waiting),
        told(one.num_working),
        _ago(one.oldest_at),
        told(one.per_minute),
        left,
        told(one.num_retried),
    )


def _broker() -> list[tuple[str, ...]]:
    return [(queue, number(num)) for queue, num in dispatch.queue_lengths().items()]


def _ago(at: datetime | None) -> str:
    return f"{duration((timezone.now() - at).total_seconds())} ago" if at else ""
