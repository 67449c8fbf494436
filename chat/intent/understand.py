"""Understand one message in one process: all stages after each other, then the reading. Pure.

The page's way runs the stages as parallel jobs; this is the same reading for `manage.py understand`, for measuring and for tests.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from chat.intent.assemble import assemble_reading
from chat.intent.llm import LLMFailed
from chat.intent.llm.choose import ChosenStages
from chat.intent.schema import JSON, STAGES
from chat.intent.stages import Stages, load_stages

logger = logging.getLogger(__name__)
GuardCheck = Callable[[str], JSON]  # text -> {"verdict", "hazards", "score"}


def understand(
    message: str,
    *,
    history: Sequence[str] = (),
    id: int | str = 0,
    stages: Stages | ChosenStages | None = None,
    guard: GuardCheck | None = None,
) -> JSON:
    """Return the reading of `message` after the viewer's earlier turns (oldest first).

    A stage whose model fails counts as degraded; without `guard` safety does. The bundled stages are taken where none are given.
    """
    stages, earlier = stages or load_stages(), list(history)
    answers: dict[str, Any] = {}
    for name in STAGES:
        extra = (answers,) if name == "selection" else ()
        try:
            answers[name] = getattr(stages, name).answer(message, earlier, *extra)
        except LLMFailed as failure:
            logger.warning("stage %s does without its model: %s", name, failure)
    if guard is not None:
        answers["guard"] = guard(message)
    return assemble_reading(id, answers)


def understand_lines(
    lines: Iterable[str], *, guard: GuardCheck | None, stages: Stages | ChosenStages | None = None
) -> Iterator[tuple[str, bool]]:
    """Answer JSON lines {"id", "history", "message"} in order; each comes with whether it was valid."""
    for line in lines:
        if not line.strip():
            continue
        asked, reason = _asked(line)
        if reason is not None:
            yield json.dumps({"id": asked.get("id"), "error": reason}, ensure_ascii=False), False
            continue
        reading = understand(asked["message"], history=asked["history"], id=asked["id"], stages=stages, guard=guard)
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
