"""Tell a run's row how its training goes: bounded curves and log, the time left, what it has cost. Fenced by the claim."""

import math
import resource
import sys
import time
from typing import Any

from django.db import Error, close_old_connections

from lifecycle.models import TrainingRun
from lifecycle.training.claims import Claim, run_write

WRITE_EVERY_S = 0.4
MAX_POINTS = 240  # of a curve; with more, every second one goes
MAX_LINES = 200  # of the log; the oldest go

TOLD = [
    "doing",
    "step",
    "total",
    "left_s",
    "metric_name",
    "losses",
    "metrics",
    "log",
    "data_words",
    "data_hash",
    "code_version",
]  # columns

Curve = list[list[float]]


class Report:
    """What a training tells of itself. Every write raises LeaseLostError once another owns the run."""

    def __init__(self, claim: Claim, run: TrainingRun) -> None:
        self.claim, self.run = claim, run
        self._before = (run.cpu_s, run.wall_s, run.peak_memory_bytes)  # of earlier attempts
        self._began_s = self._stage_s = time.monotonic()
        self._stage_step = 0
        self._written_s = float("-inf")

    def data(self, words: str, data_hash: str, code_version: str) -> None:
        """Name what is learned from, and by which code."""
        self.run.data_words, self.run.data_hash, self.run.code_version = words[:300], data_hash, code_version
        self.say(words)

    def doing(self, what: str) -> None:
        """Begin a stage: steps count from 0 again."""
        self.run.doing, self.run.step, self.run.total, self.run.left_s = what, 0, 0, None
        self._stage_s, self._stage_step = time.monotonic(), 0
        self.say(f"{what[:1].upper()}{what[1:]}.")

    def progress(self, step: int, total: int, *, loss: float | None = None, metric: float | None = None) -> None:
        """Tell of a step, with its loss and the metric where they were measured; steps told before are told anew."""
        if self.run.total == 0 or step < self.run.step:  # the first of a stage: what was done before it took no time
            self._stage_s, self._stage_step = time.monotonic(), step
        self.run.step, self.run.total = step, total
        done, spent_s = step - self._stage_step, time.monotonic() - self._stage_s
        self.run.left_s = spent_s / done * (total - step) if done > 0 and step < total else None
        if loss is not None:
            self.run.losses = with_point(self.run.losses, step, loss)
        if metric is not None:
            self.run.metrics = with_point(self.run.metrics, step, metric)
        self.write(is_urgent=step == total)

    def say(self, line: str) -> None:
        """Add a line to the log."""
        self.run.log = [*self.run.log, [round(time.time(), 1), line[:300]]][-MAX_LINES:]
        self.write(is_urgent=True)

    def write(self, *, is_urgent: bool = False) -> None:
        """Write what has changed, not more often than WRITE_EVERY_S; what the database did not take is written next time."""
        now_s = time.monotonic()
        if not is_urgent and now_s - self._written_s < WRITE_EVERY_S:
            return
        self._written_s = now_s
        try:
            run_write(claim=self.claim, **{name: getattr(self.run, name) for name in TOLD}, **self.cost())
        except Error:  # it restarts; progress is told again by the next step
            close_old_connections()

    def cost(self) -> dict[str, Any]:
        """Return what all attempts took so far: CPU and wall seconds, and the most memory that one held."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)  # bytes on macOS, KiB on Linux
        cpu_s, wall_s, peak_before = self._before
        return {
            "cpu_s": cpu_s + used.ru_utime + used.ru_stime,
            "wall_s": wall_s + time.monotonic() - self._began_s,
            "peak_memory_bytes": max(peak_before, peak),
        }


def with_point(curve: Curve, step: int, value: float) -> Curve:
    """Return the curve with a point in place of those from its step on, thinned where it has too many; what is not finite is left out."""
    kept = [point for point in curve if point[0] < step]
    if len(kept) >= MAX_POINTS:
        kept = kept[::2]
    return [*kept, [step, round(value, 5)]] if math.isfinite(value) else kept
