"""`manage.py train_guard bundled|llama`: train the shipped guard, or tune a Llama Guard, on the same labelled texts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import Progress, TaskID


class Command(BaseCommand):
    """Both recipes are functions of their own (safety/guard/train.py, safety/guard/llama/tune.py); this gives them their data."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the recipe and its data."""
        recipes = parser.add_subparsers(dest="recipe", required=True)
        bundled = recipes.add_parser("bundled", help="train the guard that ships")
        bundled.add_argument(
            "--talk", type=Path, help="harmless feed chat, a message a line (python -m chat.intent.talk)"
        )
        bundled.add_argument("--start", type=Path, help="begin with the adapters of these weights")
        llama = recipes.add_parser("llama", help="tune a Llama Guard with low-rank adapters")
        llama.add_argument("--model", required=True, help="a Llama Guard's hub name or folder")
        for recipe, num_steps in ((bundled, 2000), (llama, 500)):
            recipe.add_argument("--data", type=Path, default=Path("../shared/data"))
            recipe.add_argument("--out", type=Path, required=True)
            recipe.add_argument(
                "--steps", type=int, default=num_steps, help="of the adapters; 0 (bundled): fit the head alone"
            )

    def handle(self, *args: Any, recipe: str, data: Path, out: Path, steps: int, **options: Any) -> None:
        """Train, and write the weights (and the bundled guard's card) to `out`."""
        if steps < 1 and not (recipe == "bundled" and options["start"] and steps == 0):
            raise CommandError("--steps: at least 1, or 0 with --start.")
        if not (data / "safety").is_dir():
            raise CommandError(f"{data}: no such data; the labelled sets are expected in its folder safety/.")
        if recipe == "bundled":
            self._train(data, out, steps, options["talk"], options["start"])
        else:
            self._tune(data, out, steps, options["model"])

    def _train(self, data: Path, out: Path, num_steps: int, talk: Path | None, start: Path | None) -> None:
        """Train what ships, with a bar a stage."""
        from safety.guard.train import train_shipped

        with Progress() as progress:
            bars: dict[str, TaskID] = {}

            def told(what: str, done: int, total: int, loss: float | None) -> None:
                words = what if loss is None else f"{what}, loss {loss:.3f}"
                if what not in bars:
                    bars[what] = progress.add_task(what)
                progress.update(bars[what], completed=done, total=total, description=words)

            train_shipped(data=data, out=out, num_steps=num_steps, talk=talk, start=start, on_progress=told)

    def _tune(self, data: Path, out: Path, num_steps: int, model: str) -> None:
        from models.llm import LLMFailed
        from safety.guard.corpus import all_texts
        from safety.guard.llama.tune import Recipe, tune

        texts = [text for text in all_texts(data) if text.part == "train"]
        try:
            losses = tune(model, texts, out, Recipe(num_steps=num_steps))
        except LLMFailed as error:
            raise CommandError(str(error)) from error
        tenth = max(1, len(losses) // 10)
        first, last = sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth
        self.stdout.write(f"loss {first:.3f} -> {last:.3f}; adapter in {out} (set TILLER_OPEN_GUARD_ADAPTER to use it)")
