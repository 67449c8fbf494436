"""Understand one message in one process: all bundled stages after each other, then the reading. Pure.

The page's way runs the stages as parallel jobs; this is the same reading for `manage.py understand`, for measuring and for tests.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from chat.intent.assemble import assemble_reading
from chat.intent.schema import JSON
from chat.intent.stages import Stages, load_stages

GuardCheck = Callable[[str], JSON]  # text -> {"verdict", "hazards", "score"}


def understand(
    message: str,
    *,
    history: Sequence[str] = (),
    id: int | str = 0,
    stages: Stages | None = None,
    guard: GuardCheck | None = None,
) -> JSON:
    """Return the reading of `message` after the viewer's earlier turns (oldest first). Without `guard` safety counts as degraded."""
    stages, earlier = stages or load_stages(), list(history)
    answers: dict[str, Any] = {
        "key_phrases": stages.key_phrases.answer(message, earlier),
        "intention": stages.intention.answer(message, earlier),
        "extraction": stages.extraction.answer(message, earlier),
    }
    answers["selection"] = stages.selection.answer(message, earlier, answers)
    if guard is not None:
        answers["guard"] = guard(message)
    return assemble_reading(id, answers)


def understand_lines(lines: Iterable[str], *, guard: GuardCheck | None) -> Iterator[tuple[str, bool]]:
    """Answer JSON lines {"id", "history", "message"} in order; each comes with whether it was valid."""
    for line in lines:
        if not line.strip():
            continue
        asked, reason = _asked(line)
        if reason is not None:
            yield json.dumps({"id": asked.get("id"), "error": reason}, ensure_ascii=False), False
            continue
        reading = understand(asked["message"], history=asked["history"], id=asked["id"], guard=guard)
        yield json.dumps(reading, ensure_ascii=False), True


def _asked(line: str) -> tuple[JSON, str | None]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {}, f"not a line of JSON: {str(error)[:120]}"
    if not isinstance(asked, dict):
        return {}, "not an object"
    asked.setdefault("history", [])
    usable_id = isinstance(asked.get("id"), int | str) and not isinstance(asked.get("id"), bool)
    if not usable_id:
        return {"id": None}, "id must be a string or an integer"
    if not isinstance(asked.get("message"), str):
        return asked, "message must be a string"
    if not isinstance(asked["history"], list) or not all(isinstance(turn, str) for turn in asked["history"]):
        return asked, "history must be a list of strings"
    return asked, None
