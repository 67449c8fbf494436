"""`manage.py simulate`: let simulated viewers use the feed, to measure it and to have logs that first models learn from."""

from argparse import ArgumentParser
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from feed.simulation.journal import Journal
from feed.simulation.personas import draw_personas
from workers.simulation.catalogue import world_read
from workers.simulation.drive import lives_of, run
from workers.simulation.jobs import Settle, WorkersSilent, jobs_by_workers, jobs_in_process
from workers.simulation.people import people_create, people_remove


class Command(BaseCommand):
    """Make accounts, play the rounds, print and write what they show. Accounts and logs stay (for training) until `--clean`."""

    help = "Simulate viewers on the real services and report how the feed serves them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the size of the run and where its report goes."""
        parser.add_argument("--viewers", type=int, default=60)
        parser.add_argument("--rounds", type=int, default=50, help="slates a viewer, ten cards each (default: 50)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--report", type=Path, metavar="DIR", help="write report.html and report.json there")
        parser.add_argument(
            "--chat", action="store_true", help="wishes go through the chat in words (default: as understood rightly)"
        )
        parser.add_argument(
            "--workers", action="store_true", help="running workers do the jobs (default: this process)"
        )
        parser.add_argument(
            "--clean", action="store_true", help="remove all simulated viewers and what they did, and stop"
        )
        parser.add_argument(
            "--yes", action="store_true", help="do so in an installation that is not a trial (DEBUG off)"
        )

    def handle(self, *args: Any, viewers: int, rounds: int, seed: int, **options: Any) -> None:
        """Clean, or run and report."""
        if not settings.DEBUG and not options["yes"]:
            raise CommandError(
                "This is not a trial installation (DEBUG is off): simulated viewers move what is popular. Add --yes."
            )
        if options["clean"]:
            self.stdout.write(f"{people_remove()} simulated viewers removed, with all they did.")
            return
        journal = self._run(viewers, rounds, seed, is_in_words=options["chat"], by_workers=options["workers"])
        self.stdout.write(
            f"{len(journal.served)} slates to {viewers} simulated viewers, {len(journal.said)} wishes, "
            f"{journal.num_unapproved} cards that were not approved."
        )

    def _run(self, viewers: int, rounds: int, seed: int, *, is_in_words: bool, by_workers: bool) -> Journal:
        world = world_read()
        try:
            personas = draw_personas(world, num=viewers, num_rounds=rounds, seed=seed)
        except ValueError as error:
            raise CommandError(f"{error} Is the catalogue indexed (make run)?") from error
        lives = lives_of(personas=personas, viewer_ids=people_create(num=viewers), seed=seed)
        jobs: AbstractContextManager[Settle] = jobs_by_workers() if by_workers else jobs_in_process()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress, jobs as settle:
            bar = progress.add_task("slates", total=viewers * rounds)
            try:
                return run(
                    world=world,
                    lives=lives,
                    num_rounds=rounds,
                    settle=settle,
                    in_words=is_in_words,
                    tell=lambda: progress.advance(bar),
                )
            except WorkersSilent as error:
                raise CommandError(str(error)) from error
