"""`manage.py evaluate WHAT`: print the scores that the documents name."""

import importlib
from argparse import REMAINDER, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

EVALUATIONS = {
    "experiments": "feed.experiments.rehearsal",
    "feed": "feed.evaluation",
    "labelling": "labelling.evaluation.main",
    "safety": "workers.safety_evaluation",
    "u2i": "feed.u2i.evaluate",
    "understanding": "chat.evaluation",
    "video": "vision.clip.evaluate",
}


class Command(BaseCommand):
    help = "Print the scores of a model or of the feed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name of what is evaluated; the rest is that evaluation's own."""
        parser.add_argument("what", choices=sorted(EVALUATIONS))
        parser.add_argument("rest", nargs=REMAINDER)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the evaluation's `main(arguments)`; its status is ours."""
        raise SystemExit(importlib.import_module(EVALUATIONS[options["what"]]).main(options["rest"]))
