"""Judge texts from JSON lines: {"id", "text", "role"} in, {"id", "verdict", "hazards", "score"} out, in the same order."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from safety.guard.verdict import ROLES


class BadLine(ValueError):
    """A line that cannot be judged."""


class Command(BaseCommand):
    """A bad line is answered {"id", "error"} and makes the exit status 1 at the end; the others are still answered."""

    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Read standard input to its end. Nothing is written to the database."""
        from safety.guard import load_guard

        guard, num_bad = load_guard(), 0
        for line in sys.stdin:
            if not line.strip():
                continue
            line_id = None
            try:
                line_id, text, role = _parsed(line)
                verdict = guard.check(text, role)
                answer = {
                    "id": line_id,
                    "verdict": verdict.verdict,
                    "hazards": verdict.hazards,
                    "score": round(verdict.score, 4),
                }
            except BadLine as error:
                num_bad += 1
                answer = {"id": error.args[1], "error": error.args[0]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        self.stdout.flush()
        if num_bad:
            sys.exit(1)


def _parsed(line: str) -> tuple[Any, str, str]:
    """Return (id, text, role) of a line; raise BadLine(reason, id or None)."""
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise BadLine(f"not JSON: {error}", None) from error
    if not isinstance(raw, dict):
        raise BadLine("not an object", None)
    line_id, text, role = raw.get("id"), raw.get("text"), raw.get("role", "viewer")
    if isinstance(line_id, bool) or not isinstance(line_id, str | int):
        raise BadLine("id must be a string or an integer", None)
    if not isinstance(text, str):
        raise BadLine("text must be a string", line_id)
    if role not in ROLES:
        raise BadLine(f"role must be one of {', '.join(ROLES)}", line_id)
    return line_id, text, role
