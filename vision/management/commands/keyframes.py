"""`manage.py keyframes FILE...`: the chosen moments of video files, one JSON line a file; `--plot` draws them."""

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
        parser.add_argument("--plot", type=Path, metavar="PNG", help="draw the motion curves with the chosen frames")

    def handle(
        self, *args: Any, files: list[Path], sampler: str, budget: int, plot: Path | None = None, **options: Any
    ) -> None:
        """Print a line a file in the order given; the plot has a row a readable file, in that order."""
        if plot:
            _check_plot(plot, num_files=len(files))
        num_failed = 0
        with Confined("vision.keyframes", timeout_s=120) as worker:
            for file in files:
                reply = worker.ask({"path": str(file.resolve()), "sampler": sampler, "budget": budget})
                line = {"file": str(file), **reply}
                num_failed += "error" in line
                self.stdout.write(json.dumps(line))
                self.stdout.flush()
        if plot and num_failed < len(files):
            self._plot(files, plot, sampler, budget)
        if num_failed:
            raise CommandError(f"{num_failed} of {len(files)} files could not be read", returncode=1)

    def _plot(self, files: list[Path], plot: Path, sampler: str, budget: int) -> None:
        from vision.keyframes_plot import plot_files

        for file, reason in plot_files(files, plot, sampler=sampler, budget=budget).items():
            self.stderr.write(f"not in the plot: {file}: {reason}")


def _check_plot(plot: Path, *, num_files: int) -> None:
    from vision.keyframes_plot import MAX_ROWS

    if plot.suffix.lower() != ".png" or not plot.parent.is_dir():
        raise CommandError(f"--plot takes a .png in a folder that is there, not {plot}")
    if num_files > MAX_ROWS:
        raise CommandError(f"--plot draws {MAX_ROWS} files at most, not {num_files}")
