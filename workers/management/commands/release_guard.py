"""`manage.py release_guard VERSION`: release a trained guard, roll back to the one before or to what ships, or say how things stand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from lifecycle.guards.services import BY_SHIPPED, GUARDS
from lifecycle.models import GuardVersion
from safety.serving import GuardFileError, in_force_now
from vision.history import BY_COMMAND
from vision.releases import ReleaseRefusedError


class Command(BaseCommand):
    """The switch is one transaction; every process judges by the other guard within two seconds."""

    help = "Judge a candidate guard against the one that serves, and have it serve; there is no way past the gate."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("version", nargs="?", help="a candidate's name; with --rollback, of one that served")
        parser.add_argument("--rollback", action="store_true", help="go back to VERSION, or to what served before")
        parser.add_argument("--shipped", action="store_true", help="have the guard that ships serve")
        parser.add_argument("--status", action="store_true", help="print the versions and what is in force")

    def handle(
        self, *args: Any, version: str | None, rollback: bool, shipped: bool, status: bool, **options: Any
    ) -> None:
        """Print what serves then; exit 1 with the reason where it is refused."""
        if status:
            self._print_status()
            return
        if not (version or rollback or shipped):
            raise CommandError("name a VERSION, or say --rollback, --shipped or --status")
        named = _named(version) if version else None
        try:
            if shipped:
                GUARDS.withdraw(by=BY_COMMAND)
                serves = None
            elif rollback:
                serves = GUARDS.rollback(version=named)
            else:
                serves = GUARDS.release(version=named) if named else None
        except ReleaseRefusedError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{serves.slug if serves else BY_SHIPPED} serves from now on.")

    def _print_status(self) -> None:
        now, table = in_force_now(), Table("version", "state", "served since", "problem")
        for version in GuardVersion.objects.order_by("id"):
            since = f"{version.served_at:%Y-%m-%d %H:%M}" if version.served_at else ""
            table.add_row(version.slug, version.state, since, version.problem)
        console = Console(file=self.stdout)  # type: ignore[arg-type]
        console.print(table)
        console.print(f"in force: {now.guard}{_file_words(now.released)}")
        for hazard, at in sorted(now.thresholds.get(now.guard, {}).items()):
            console.print(f"accepted: {hazard} at {at:.2f}")


def _file_words(released: Any) -> str:
    """Return what is wrong with the released guard's file, empty where nothing is."""
    try:
        if released:
            released.check()
    except GuardFileError as error:
        return f" ({error}; everything is held)"
    return ""


def _named(name: str) -> GuardVersion:
    version = GuardVersion.objects.filter(slug=name).first()
    if version is None:
        raise CommandError(f"no version is named {name!r}; --status lists them")
    return version
