"""`manage.py release_model VERSION|FILE`: release a video encoder, roll back to the one before, or say how things stand."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from vision.models import ModelVersion
from vision.release import release_start, rollback_start, version_propose
from vision.releases import ReleaseRefusedError
from workers.release import release
from workers.release_view import release_shown


class Command(BaseCommand):
    """Search and feed stay live. A release that was killed goes on when this is called again, and by the workers' sweep."""

    help = "Judge a candidate, index the catalogue under it and switch search and feed to it; there is no way past the gate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("version", nargs="?", metavar="VERSION|FILE", help="a candidate's name, or a head's file")
        parser.add_argument(
            "--rollback", action="store_true", help="go back to VERSION, or to the one that served last"
        )
        parser.add_argument("--status", action="store_true", help="print the versions and what is under way")

    def handle(self, *args: Any, version: str | None, rollback: bool, status: bool, **options: Any) -> None:
        """Print the verdict, show the progress; exit 1 with the reason where it is refused."""
        if status:
            _print_status()
            return
        try:
            if rollback:
                opened = rollback_start(version=_named(version) if version else None)
            elif version:
                opened = release_start(version=_proposed(Path(version)) if _is_file(version) else _named(version))
            else:
                raise CommandError("name a VERSION or a FILE, or say --rollback or --status")
        except ReleaseRefusedError as error:
            raise CommandError(str(error)) from error
        release_shown(version=opened, run=release, out=self.stdout)


def _is_file(name: str) -> bool:
    return "/" in name or name.endswith(".safetensors")


def _named(name: str) -> ModelVersion:
    version = ModelVersion.objects.filter(slug=name).first()
    if version is None:
        raise CommandError(f"no version is named {name!r}; --status lists them")
    return version


def _proposed(head_file: Path) -> ModelVersion:
    """Propose the head of a file with the scores that its card carries."""
    from safetensors import SafetensorError

    from vision.clip.weights import load_weights

    try:
        card = load_weights(head_file)[1]
        return version_propose(head_file=head_file, scores=card.get("scores") or {})
    except (OSError, SafetensorError, ValueError) as error:
        raise CommandError(f"{head_file} cannot be proposed: {error}") from error


def _print_status() -> None:
    table = Table("version", "state", "step", "indexed", "served since", "problem")
    for version in ModelVersion.objects.order_by("id"):
        indexed = f"{version.num_indexed} of {version.num_to_index}" if version.step else ""
        since = f"{version.served_at:%Y-%m-%d %H:%M}" if version.served_at else ""
        table.add_row(version.slug, version.state, version.step, indexed, since, version.problem)
    Console().print(table)
