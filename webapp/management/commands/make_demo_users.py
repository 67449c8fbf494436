"""`manage.py make_demo_users`: the logins of the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from webapp.accounts.demo import demo_users_create


class Command(BaseCommand):
    help = "Make the demo logins (DEBUG only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them; idempotent."""
        demo_users_create()
