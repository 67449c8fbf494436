"""`manage.py stage_times`: where the time of the last understood messages went."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from chat.models import IntentRun
from chat.timing import RATIO, WALL, stage_times


class Command(BaseCommand):
    help = "Print each stage's time, the critical path and the wall time of the last finished runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many runs to read."""
        parser.add_argument("--last", type=int, default=50)

    def handle(self, *args: Any, last: int, **options: Any) -> None:
        """Read the stage rows and print a table of medians and 95th percentiles, in milliseconds."""
        runs = IntentRun.objects.filter(state=IntentRun.State.DONE).order_by("-id")[:last]
        since = min(runs.values_list("created_at", flat=True), default=timezone.now())
        times = stage_times(since=since, until=timezone.now())
        if WALL not in times or times[WALL].num < 2:
            self.stdout.write("Not enough finished runs: send a few messages first.")
            return
        ratio = times.pop(RATIO)
        self.stdout.write(f"{times[WALL].num} runs; milliseconds{'':<12}{'p50':>8}{'p95':>8}")
        for name, spread in times.items():
            self.stdout.write(f"  {name:<32}{1000 * spread.p50:>8.1f}{1000 * spread.p95:>8.1f}")
        self.stdout.write(f"  {RATIO:<32}{ratio.p50:>8.2f}{ratio.p95:>8.2f} (largest {ratio.longest:.2f})")
