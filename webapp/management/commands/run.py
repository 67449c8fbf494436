"""`manage.py run`: everything on one machine, ended with one Ctrl-C."""

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Start the embedded services, the workers and the web server; stop them all on Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal or until a part cannot be kept running."""
        from webapp.embedded.supervisor import Supervisor

        raise SystemExit(Supervisor().run())
