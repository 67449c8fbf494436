"""Judge texts from JSON lines: {"id", "text", "role"} in, {"id", "verdict", "hazards", "score"} out, in the same order.

By the guard and the thresholds that are in force; where no database says which, by what ships, and standard error says so.
"""

import json
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from safety.guard.verdict import MAX_TEXT_CHARS, ROLES

if TYPE_CHECKING:
    from safety.chosen import Checks

MAX_LINE_CHARS = 8 * MAX_TEXT_CHARS  # a text of escapes is six times as long in JSON


class BadLine(ValueError):
    """A line that cannot be judged: (reason, id or None)."""


class Command(BaseCommand):
    """A bad line is answered {"id", "error"} and makes the exit status 1 at the end; the others are still answered."""

    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Read standard input to its end. Nothing is written to the database."""
        guard = self._guard()
        num_bad = 0
        for line in lines_of(sys.stdin):
            if not line.strip():
                continue
            answer = answered(line, guard)
            num_bad += "error" in answer
            self.stdout.write(json.dumps(answer))  # ASCII: an id may hold what no terminal can show
            self.stdout.flush()
        if num_bad:
            sys.exit(1)

    def _guard(self) -> "Checks":
        from models.llm import LLMFailed
        from safety.chosen import chosen_guard
        from safety.serving import GuardFileError, InForce, in_force_now

        try:
            now = in_force_now()
        except Error:
            self.stderr.write(
                "No database answers: judged by the guard that ships, at safety/policy.toml's thresholds."
            )
            now = InForce(released=None, thresholds={})
        try:
            return chosen_guard(now).load()
        except (LLMFailed, GuardFileError) as error:
            raise CommandError(str(error)) from error


def lines_of(stream: TextIO) -> Iterable[str]:
    """Return the lines of standard input; bytes that are no UTF-8 become lone surrogates, which are refused line by line."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    return stream


def answered(line: str, guard: Any) -> dict[str, Any]:
    """Return the answer to one line, or {"id", "error"}."""
    line_id: Any = None
    try:
        line_id, text, role = parsed(line)
        verdict = guard.check(text, role)
    except BadLine as error:
        return {"id": error.args[1], "error": error.args[0]}
    except Exception as error:  # a guard that fails on one text goes on with the next; nothing is called safe
        return {"id": line_id, "error": f"the guard failed: {type(error).__name__}"}
    return {"id": line_id, "verdict": verdict.verdict, "hazards": verdict.hazards, "score": round(verdict.score, 4)}


def parsed(line: str) -> tuple[Any, str, str]:
    """Return (id, text, role) of a line; raise BadLine(reason, id or None)."""
    if len(line) > MAX_LINE_CHARS:
        raise BadLine(f"the line has more than {MAX_LINE_CHARS:,} characters", None)
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {str(error)[:120]}", None) from error
    if not isinstance(raw, dict):
        raise BadLine("not an object", None)
    line_id, role = raw.get("id"), raw.get("role", "viewer")
    if isinstance(line_id, bool) or not isinstance(line_id, str | int):
        raise BadLine("id must be a string or an integer", None)
    if not isinstance(role, str) or role not in ROLES:
        raise BadLine(f"role must be one of {', '.join(ROLES)}", line_id)
    return line_id, checked_text(raw.get("text"), line_id), role


def checked_text(text: Any, line_id: Any) -> str:
    """Return the text if it can be judged; raise BadLine."""
    if not isinstance(text, str):
        raise BadLine("text must be a string", line_id)
    if not text.strip():
        raise BadLine("text is empty", line_id)
    if len(text) > MAX_TEXT_CHARS:
        raise BadLine(f"text has more than {MAX_TEXT_CHARS:,} characters", line_id)
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise BadLine("text holds a NUL or half a surrogate pair", line_id)
    return text
