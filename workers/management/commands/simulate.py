"""`manage.py simulate`: let simulated viewers use the feed, to measure it and to have logs that first models learn from."""

from argparse import ArgumentParser
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from feed.simulation.personas import draw_personas
from feed.simulation.report import Findings, findings_of, report_write
from workers.simulation.catalogue import world_read
from workers.simulation.drive import lives_of, run
from workers.simulation.holdback import held_back
from workers.simulation.jobs import Settle, WorkersSilent, jobs_by_workers, jobs_in_process
from workers.simulation.people import people_create, people_remove
from workers.simulation.shilling import SHARES_OF_FAKES, shilling


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
            "--held-back",
            type=float,
            default=0.0,
            metavar="SHARE",
            help="of viewers, served by chance: what is learned is measured on them; the report's figures are of all (default: 0)",
        )
        parser.add_argument(
            "--train", action="store_true", help="then train user-to-item and the ranker; what its gate accepts serves"
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
        if not 0 <= options["held_back"] < 1:
            raise CommandError(f"--held-back must be from 0 to below 1, not {options['held_back']}")
        with held_back(share=options["held_back"]):
            findings = self._run(viewers, rounds, seed, options)
        self._show(findings)
        if options["report"]:
            self.stdout.write(f"Report: {report_write(findings, options['report'])}")
        if options["train"]:
            self._train()

    def _run(self, viewers: int, rounds: int, seed: int, options: dict[str, Any]) -> Findings:
        """Play the rounds, let fakes join for a while, and compute what both show."""
        world = world_read()
        try:
            personas = draw_personas(world, num=viewers, num_rounds=rounds, seed=seed)
        except ValueError as error:
            raise CommandError(f"{error} Is the catalogue indexed (make run)?") from error
        viewer_ids = people_create(num=viewers)
        lives = lives_of(personas=personas, viewer_ids=viewer_ids, seed=seed)
        jobs: AbstractContextManager[Settle] = jobs_by_workers() if options["workers"] else jobs_in_process()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress, jobs as settle:
            bar = progress.add_task("slates", total=viewers * (rounds + len(SHARES_OF_FAKES)))
            common: Any = {"world": world, "settle": settle, "tell": lambda: progress.advance(bar)}
            try:
                journal = run(lives=lives, num_rounds=rounds, in_words=options["chat"], **common)
                pushed = shilling(journal=journal, viewer_ids=viewer_ids, seed=seed, **common)
            except WorkersSilent as error:
                raise CommandError(str(error)) from error
        command = f"manage.py simulate --viewers {viewers} --rounds {rounds} --seed {seed}"
        command += " --chat" * options["chat"] + " --workers" * options["workers"]
        command += f" --held-back {options['held_back']:g}" if options["held_back"] else ""
        return findings_of(journal, world, seed=seed, command=command, pushed=pushed)

    def _train(self) -> None:
        """Train the first models on the log that is there now; say what became of each."""
        for command in ("train_u2i", "train_ranker"):
            self.stdout.write(f"\nmanage.py {command}")
            try:
                call_command(command, stdout=self.stdout)
            except CommandError as error:
                self.stdout.write(f"What serves stays: {error}")

    def _show(self, found: Findings) -> None:
        table = Table("", "mean", "95 % over viewers", "viewers", box=None)
        for name, value in found.scores.items():
            table.add_row(name, f"{value.value:.3f}", f"{value.low:.3f} to {value.high:.3f}", str(value.num))
        for name, number in found.coverage.items():
            table.add_row(name, f"{number:.3f}")
        for name, (feed, control) in found.echo.items():
            table.add_row(f"{name}, last round (by chance)", f"{feed.mean[-1]:.3f} ({control.mean[-1]:.3f})")
        for point in found.pushed:
            shown = point.shown
            row = (f"pushed videos shown, {point.share_of_fakes:.0%} fakes", f"{shown.value:.3f}")
            table.add_row(*row, f"{shown.low:.3f} to {shown.high:.3f}", str(shown.num))
        table.add_row("cards that were not approved", str(found.num_unapproved))
        Console(width=100).print(table)
