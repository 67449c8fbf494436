"""`manage.py tune_preferences --stage 1|2`: tune the serving head to what people prefer and propose it for release."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vision.clip.preference_recipes import RECIPES
from vision.labels import LabelRefused, labels_export, labels_import
from vision.tuning_needs import TooLittleError
from workers.training.errors import CannotTrainError, NothingBetterError

if TYPE_CHECKING:
    from vision.clip.preference_recipes import PreferenceRecipe
    from vision.tuning import Outcome


class Command(BaseCommand):
    """Read pairs (mined or labelled), tune the head's last map, measure on held-out queries, propose. Searching goes on meanwhile."""

    help = "Tune the video model's head to preferences: stage 1 mined from searches, stage 2 from labels."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stage", type=int, choices=(1, 2), required=True)
        parser.add_argument("--labels", type=Path, metavar="FILE.jsonl", help="labels to import first (stage 2)")
        parser.add_argument("--export-labels", type=Path, metavar="FILE.jsonl", help="write all labels and stop")
        parser.add_argument(
            "--simulate", action="store_true", help="simulated people in place of the tables; proposes nothing"
        )
        parser.add_argument("--recipe", choices=sorted(RECIPES), help="default: the stage's own")
        parser.add_argument(
            "--seed", type=int, help="of the batches and the division of queries (default: the recipe's)"
        )

    def handle(self, *args: Any, stage: int, **options: Any) -> None:
        """Import or export labels if asked, tune, print the scores, propose."""
        if options["export_labels"]:
            self._export(options["export_labels"])
            return
        if options["labels"]:
            self._import(options["labels"], stage)
        recipe = RECIPES[options["recipe"] or f"stage{stage}"]()
        if options["seed"] is not None:
            recipe = replace(recipe, seed=options["seed"])
        from workers.training.preferences import tuned_propose

        try:
            outcome = self._tune(stage, recipe, is_simulated=options["simulate"])
            self._show(outcome)
            if options["simulate"] and outcome.best.step:
                self.stdout.write(f"{outcome.head_file}\nNothing is proposed: a simulated taste is nobody's.")
                return
            version = tuned_propose(outcome)
        except (CannotTrainError, TooLittleError, NothingBetterError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{version.slug} is proposed; the gate decides at its release")

    def _export(self, file: Path) -> None:
        lines = list(labels_export())
        file.write_text("".join(f"{line}\n" for line in lines))
        self.stdout.write(f"{len(lines)} labels written to {file}")

    def _import(self, file: Path, stage: int) -> None:
        if stage != 2:
            raise CommandError("--labels belongs to --stage 2: stage 1 reads the search log.")
        try:
            imported = labels_import(file.read_text().splitlines())
        except (OSError, UnicodeDecodeError, LabelRefused) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(f"{imported.new} labels imported, {imported.known} known before")

    def _tune(self, stage: int, recipe: "PreferenceRecipe", *, is_simulated: bool) -> "Outcome":
        from workers.training.preferences import data_read, tune_stage

        data = data_read(stage=stage, seed=recipe.seed, is_simulated=is_simulated)
        self.stdout.write(data.words)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(),
        ) as progress:
            task = progress.add_task("tuning", total=recipe.num_steps)

            def told(evaluation: Any) -> None:
                words = (
                    f"loss {evaluation.loss:.3f} pairs {evaluation.pair_accuracy:.3f} R@1 {evaluation.recall_at_1:.3f}"
                )
                progress.update(task, completed=evaluation.step, description=words)

            return tune_stage(data, recipe, told)

    def _show(self, outcome: "Outcome") -> None:
        scores = outcome.scores
        table = Table("held out", "before", "after")
        for name, key in (("R@1", "recall_at_1"), ("pair accuracy", "pair_accuracy")):
            table.add_row(name, *(f"{scores[when][key]:.3f}" for when in ("before", "after")))
        low, high = scores["pair_gain_interval"]
        table.add_row(f"gain, {scores['num_pairs']} pairs", "", f"{scores['pair_gain']:+.3f} [{low:+.3f}, {high:+.3f}]")
        if scores["ceiling"] is not None:
            table.add_row("two people agree", "", f"{scores['ceiling']:.3f}")
        Console(file=self.stdout).print(table)  # type: ignore[arg-type]
