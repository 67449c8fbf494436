"""Put a run into what its page says: words, charts, figures. Reads, never writes."""

from datetime import UTC, datetime
from typing import Any

from charts import Chart, Series, duration, lines
from lifecycle.models import RunState, TrainingRun
from lifecycle.releases.kinds import KINDS
from lifecycle.training.claims import MAX_ATTEMPTS
from lifecycle.training.recipes import card_of

STATE_WORDS = {
    RunState.QUEUED: "waiting",
    RunState.RUNNING: "running",
    RunState.DONE: "done",
    RunState.FAILED: "failed",
    RunState.CANCELLED: "cancelled",
    RunState.REFUSED: "nothing proposed",
}
NUM_LINES = 40  # of the log, the newest


def run_shown(run: TrainingRun) -> dict[str, Any]:
    """Return what a line about the run says."""
    is_cancelling = run.state == RunState.RUNNING and run.cancel_requested_at is not None
    return {
        "it": run,
        "kind": run.get_kind_display(),
        "state": "being cancelled" if is_cancelling else STATE_WORDS[RunState(run.state)],
        "percent": _percent(run),
        "left": f"{duration(run.left_s)} left" if run.left_s is not None and run.total else "",
        "took": duration((run.ended_at - run.started_at).total_seconds()) if run.ended_at and run.started_at else "",
        "is_active": not run.is_ended,
    }


def _percent(run: TrainingRun) -> int | None:
    """Return how far the stage is, 0 to 100; None where it has no steps to count."""
    if run.state == RunState.DONE:
        return 100
    return round(100 * run.step / run.total) if run.total else None


def run_whole(run: TrainingRun) -> dict[str, Any]:
    """Return what the run's own page says."""
    card = card_of(run.kind)
    can_resume = bool(card and card.can_resume)
    has_broken_off = run.state in (RunState.FAILED, RunState.CANCELLED)
    return run_shown(run) | {
        "card": card,
        "charts": [chart for chart in _charts(run) if chart.svg],
        "log": [(datetime.fromtimestamp(at_s, UTC), line) for at_s, line in run.log[-NUM_LINES:]],
        "figures": run.outcome.get("figures", []),
        "proposed": _proposed(run),
        "verdict": run.outcome.get("verdict", ""),
        "facts": _facts(run),
        "can_cancel": not run.is_ended and run.cancel_requested_at is None,
        "can_resume": can_resume and has_broken_off,
        "can_run_again": run.is_ended,
    }


def _proposed(run: TrainingRun) -> tuple[str, int] | None:
    """Return where the release pages show what was proposed: (its kind there, its id); None for what was dropped."""
    if not run.proposed:
        return None
    for kind in KINDS.values():
        version = kind.model._default_manager.filter(slug=run.proposed).first()
        if version is not None:
            return kind.slug, version.pk
    return None


def _charts(run: TrainingRun) -> list[Chart]:
    loss = lines(
        title="Loss",
        x_name="step",
        series=[Series("loss", [(step, value) for step, value in run.losses])],
        y_range=_range(run.losses),
    )
    name = run.metric_name[:1].upper() + run.metric_name[1:]
    points = [(step, value) for step, value in run.metrics]
    metric = lines(title=name, x_name="step", series=[Series(run.metric_name, points)], y_range=_range(run.metrics))
    return [loss, metric]


def _range(curve: list[list[float]]) -> tuple[float, float] | None:
    """Return the ends of an axis that shows how a curve moves, with a tenth to spare; None where it does not move."""
    values = [value for _, value in curve]
    if not values or min(values) == max(values):
        return None
    room = 0.1 * (max(values) - min(values))
    return min(values) - room, max(values) + room


def _facts(run: TrainingRun) -> list[tuple[str, str]]:
    """Return (name, value) of what the run came of and what it cost; what is not known yet is left out."""
    peak = f"{run.peak_memory_bytes / 2**20:,.0f} MB" if run.peak_memory_bytes else ""
    attempts = f"{run.attempts} of {MAX_ATTEMPTS}" if run.attempts > 1 else ""
    found = [
        ("Recipe", run.recipe),
        ("Seed", str(run.seed)),
        ("Learned from", run.data_words),
        ("Data, by hash", run.data_hash),
        ("Code, by hash", run.code_version),
        ("Computing time", duration(run.cpu_s) if run.cpu_s else ""),
        ("Wall time", duration(run.wall_s) if run.wall_s else ""),
        ("Most memory", peak),
        ("Attempts", attempts),
    ]
    return [(name, value) for name, value in found if value]
