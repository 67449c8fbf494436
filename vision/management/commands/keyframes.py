"""`manage.py keyframes FILE...`: the chosen moments of video files, one JSON line a file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vision.keyframes import SAMPLERS
from vision.sandbox import Confined


class Command(BaseCommand):
    """Read the files in a confined process; nothing is written to the database."""

    help = "Print the keyframes that would be chosen in each file, as JSON lines; exit 1 if one could not be read."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--sampler", choices=sorted(SAMPLERS), default="adaptive")
        parser.add_argument("--budget", type=int, default=0, help="keyframes a video (default: by length and cuts)")

    def handle(self, *args: Any, files: list[Path], sampler: str, budget: int, **options: Any) -> None:
        """Print a line a file in the order given."""
        num_failed = 0
        with Confined("vision.keyframes", timeout_s=120) as worker:
            for file in files:
                reply = worker.ask({"path": str(file.resolve()), "sampler": sampler, "budget": budget})
                line = {"file": str(file), **reply}
                num_failed += "error" in line
                self.stdout.write(json.dumps(line))
                self.stdout.flush()
        if num_failed:
            raise CommandError(f"{num_failed} of {len(files)} files could not be read", returncode=1)
