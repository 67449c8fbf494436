"""`manage.py understand`: read messages as JSON lines on standard input, print a reading a line. Writes nothing to the database."""

import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chat.intent.schema import JSON
from chat.intent.understand import understand_lines
from chat.llm import chosen_stages
from chat.profiles import PROFILES


class Command(BaseCommand):
    """Answer every line in order; exit 1 at the end if one was not valid."""

    help = "Read messages as JSON lines {id, history, message} on standard input; print a reading/1 a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the profile of all stages; without it, each stage has the one that the settings choose."""
        parser.add_argument("--profile", choices=PROFILES)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until the input ends."""
        try:
            stages = chosen_stages(options["profile"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        all_valid = True
        for answer, is_valid in understand_lines(sys.stdin, guard=_guard(), stages=stages):
            all_valid = all_valid and is_valid
            self.stdout.write(answer)
            self.stdout.flush()
        if not all_valid:
            sys.exit(1)


def _guard() -> Any:
    from safety.chosen import chosen_guard

    guard = chosen_guard().load()

    def check(text: str) -> JSON:
        verdict = guard.check(text, role="viewer")
        return {key: value for key, value in asdict(verdict).items() if key in ("verdict", "hazards", "score")}

    return check
