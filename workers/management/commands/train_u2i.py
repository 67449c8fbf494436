"""`manage.py train_u2i`: train a user-to-item version on what viewers did, and release it if it beats what serves."""

from argparse import ArgumentParser
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from feed.models import U2iVersion
from feed.services.u2i_release import BY_MEAN, u2i_release_start, u2i_rollback
from feed.u2i.recipes import RECIPES
from feed.u2i_gate import judge_u2i
from vision.releases import ReleaseRefusedError
from vision.selectors import serving_version
from workers.release import u2i_release
from workers.release_view import release_shown
from workers.training.errors import CannotTrainError, NothingBetterError

if TYPE_CHECKING:
    from feed.u2i_training import Outcome
    from workers.training.u2i import U2iData


class Command(BaseCommand):
    """The feed stays live. A release that was killed goes on by the workers' sweep."""

    help = "Train the user-to-item towers on engagements; the gate decides whether they serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--recipe", choices=sorted(RECIPES), default="feed")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--dry-run", action="store_true", help="train, measure and judge; keep and release nothing")
        parser.add_argument("--rollback", action="store_true", help=f"go back to what served last, or to {BY_MEAN}")

    def handle(self, *args: Any, recipe: str, seed: int, dry_run: bool, rollback: bool, **options: Any) -> None:
        """Show the training, the scores and the verdict; exit 1 with the reason where there is too little or it is refused."""
        if rollback:
            self._roll_back()
            return
        from feed.u2i_training import TooLittleError
        from workers.training.u2i import data_read, towers_propose

        try:
            data = data_read()
            outcome = self._train(data, recipe, seed)
            if dry_run:
                self.stdout.write(f"{judge_u2i(outcome.scores).words}\nNothing is kept: a dry run.")
                return
            opened = u2i_release_start(version=towers_propose(data, outcome, recipe=recipe, seed=seed))
        except (CannotTrainError, TooLittleError, NothingBetterError, ReleaseRefusedError) as error:
            raise CommandError(str(error)) from error
        self._release(opened)

    def _train(self, data: "U2iData", recipe: str, seed: int) -> "Outcome":
        """Train with a bar and print what the held-out engagements say."""
        from workers.training.u2i import towers_train

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("training", total=None)

            def told(done: int, total: int, loss: float) -> None:
                progress.update(task, completed=done, total=total, description=f"training, loss {loss:.3f}")

            outcome, serving = towers_train(data, recipe=recipe, seed=seed, on_progress=told)
        self._print_scores(outcome.scores, serving)
        return outcome

    def _print_scores(self, scores: dict[str, Any], serving: U2iVersion | None) -> None:
        low, high = scores["recall_gain_interval"]
        before, after = (scores[when]["recall_at_20"] for when in ("before", "after"))
        table = Table("held out", serving.slug if serving else BY_MEAN, "trained", "gain")
        table.add_row("Recall@20", f"{before:.3f}", f"{after:.3f}", f"{after - before:+.3f} [{low:+.3f}, {high:+.3f}]")
        Console(file=self.stdout).print(table)  # type: ignore[arg-type]
        counts = ("num_engagements", "num_viewers", "num_items", "share")
        words = "{} engagements, {} viewers held out, {} videos; share of the towers beside the mean: {}"
        self.stdout.write(words.format(*(scores[name] for name in counts)))
        if scores["is_held_back"]:
            self.stdout.write("The held-out viewers are those whom an experiment holds back from user-to-item.")

    def _roll_back(self) -> None:
        version = serving_version()
        if version is None:
            raise CommandError("No model version is serving: index some videos first.")
        try:
            opened = u2i_rollback(model_version=version)
        except ReleaseRefusedError as error:
            raise CommandError(str(error)) from error
        if opened is None:
            self.stdout.write(f"{BY_MEAN} serves")
            return
        self._release(opened)

    def _release(self, opened: U2iVersion) -> None:
        release_shown(version=opened, run=u2i_release, out=self.stdout)
