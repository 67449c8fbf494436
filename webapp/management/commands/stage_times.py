"""`manage.py stage_times`: where the time of the last understood messages went."""

import statistics
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from chat.models import IntentRun
from chat.selectors import RunTiming, run_timing


class Command(BaseCommand):
    help = "Print each stage's time, the critical path and the wall time of the last finished runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many runs to read."""
        parser.add_argument("--last", type=int, default=50)

    def handle(self, *args: Any, last: int, **options: Any) -> None:
        """Read the stage rows and print a table of medians and 95th percentiles, in milliseconds."""
        runs = IntentRun.objects.filter(state=IntentRun.State.DONE).order_by("-id")[:last]
        timings = [timing for run in runs if (timing := run_timing(run_id=run.pk)) is not None]
        if len(timings) < 2:
            self.stdout.write("Not enough finished runs: send a few messages first.")
            return
        self.stdout.write(f"{len(timings)} runs; milliseconds{'':<12}{'p50':>8}{'p95':>8}")
        for name, values in _columns(timings).items():
            self.stdout.write(f"  {name:<32}{statistics.median(values):>8.1f}{_p95(values):>8.1f}")
        ratios = [timing.wall_ms / timing.critical_path_ms for timing in timings]
        self.stdout.write(
            f"  {'wall / critical path':<32}{statistics.median(ratios):>8.2f}{_p95(ratios):>8.2f} (largest {max(ratios):.2f})"
        )


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def _columns(timings: list[RunTiming]) -> dict[str, list[float]]:
    columns = {stage: [timing.stages_ms[stage] for timing in timings] for stage in timings[0].stages_ms}
    columns["critical path"] = [timing.critical_path_ms for timing in timings]
    columns["wall"] = [timing.wall_ms for timing in timings]
    return columns
