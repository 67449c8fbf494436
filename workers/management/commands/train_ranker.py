"""`manage.py train_ranker`: learn from the feed's log which cards do good, and serve that order if it is better for sure."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from feed.impressions import MAX_SLATES, impressions_read
from feed.ranker_report import TooLittleError, print_outcome, print_sources, train_and_measure
from feed.ranking.gate import judge_ranker
from feed.services.ranker_release import BY_MERGE, RANKERS
from vision.releases import ReleaseRefusedError
from workers.training.ranker import trained_propose


class Command(BaseCommand):
    """Train on what each viewer saw earlier, measure on what they saw later, and release or refuse. Killed anywhere, the former serves."""

    help = (
        "Train the final ranker on logged slates; it is released only if its nDCG is above the merge's by the interval."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--max-slates", type=int, default=MAX_SLATES, help="read so many of the newest slates")
        parser.add_argument("--dry-run", action="store_true", help="train, measure and judge; keep and release nothing")
        parser.add_argument("--rollback", action="store_true", help="serve the ranker before, or the merge's scores")

    def handle(self, *args: Any, max_slates: int, dry_run: bool, rollback: bool, **options: Any) -> None:
        """Print the report; exit 1 with the reason where the ranker is refused."""
        if rollback:
            self._rollback()
            return
        console = Console(file=self.stdout)  # type: ignore[arg-type]
        log = impressions_read(max_slates=max_slates)
        print_sources(log, console)
        try:
            outcome = train_and_measure(log)
        except TooLittleError as error:
            raise CommandError(f"Too little to train on: {error}") from error
        print_outcome(outcome, console)
        if dry_run:
            self.stdout.write(f"{judge_ranker(outcome.scores).words}\nNothing is kept: a dry run.")
            return
        try:
            candidate = trained_propose(outcome)
            RANKERS.release(version=candidate)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{candidate.slug} orders the feed from now on.")

    def _rollback(self) -> None:
        try:
            former = RANKERS.rollback()
        except ReleaseRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{former.slug if former else BY_MERGE} orders the feed from now on.")
