"""`manage.py guard_data DIR`: write what moderators decided as examples for the guard."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from safety.selectors.learning import guard_examples, is_regression

TRAIN, REGRESSION = "decisions.train.jsonl", "decisions.regression.jsonl"


class Command(BaseCommand):
    """One JSON line an example: {"text", "role", "hazards", "source": "decision:<id>"}. No words are in both files."""

    help = f"Write {TRAIN} and {REGRESSION} (one text in five, by its words) from the decisions that stand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Write both files anew and print what is in them."""
        folder.mkdir(parents=True, exist_ok=True)
        counts: Counter[tuple[str, str]] = Counter()
        with (folder / TRAIN).open("wb") as train, (folder / REGRESSION).open("wb") as regression:
            for example in guard_examples():
                aside = is_regression(example["text"])
                (regression if aside else train).write(orjson.dumps(example) + b"\n")
                counts[REGRESSION if aside else TRAIN, (example["hazards"] or ["safe"])[0]] += 1
        for name in (TRAIN, REGRESSION):
            parts = ", ".join(f"{hazard} {num}" for (file, hazard), num in sorted(counts.items()) if file == name)
            self.stdout.write(f"{folder / name}: {parts or 'nothing yet'}")
