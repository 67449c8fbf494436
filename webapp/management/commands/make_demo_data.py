"""`manage.py make_demo_data`: what the demo shows, beside its logins."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Make the demo's catalogue and what is built on it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them in turn; each is idempotent."""
        call_command("make_demo")
        call_command("make_demo_campaign")
