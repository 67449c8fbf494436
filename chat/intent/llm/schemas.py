"""State the JSON that a model answers at each stage. Pure.

Compact on purpose: words instead of numbers (a strength is "weak", "plain" or "strong"), every key required and every length bounded, so
that constrained decoding always ends and OpenAI's strict mode takes them as they are.
"""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from chat.intent.llm import LLMFailed
from chat.intent.schema import DIRECTIONS, FILTER_KEYS, HORIZONS, INTENTIONS, JSON, KINDS, PACES, TASKS

STRENGTHS = {"weak": 0.4, "plain": 0.7, "strong": 0.95}  # as the bundled stages' classes
INTENTION_STRENGTHS = {"none": 0.05, **STRENGTHS}
MAX_ANSWER_CHARS = 20_000
_PHRASE = {"type": "string", "minLength": 1, "maxLength": 60}


def _object(**properties: Any) -> JSON:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def _list(items: JSON, max_items: int) -> JSON:
    return {"type": "array", "items": items, "maxItems": max_items}


def _enum(*values: str) -> JSON:
    return {"type": "string", "enum": [*values]}


_STEER = _object(
    phrase=_PHRASE,
    kind=_enum(*KINDS),
    direction=_enum(*DIRECTIONS),
    strength=_enum(*STRENGTHS),
    hard={"type": "boolean"},
    horizon=_enum(*HORIZONS),
)
_FILTER = _object(
    key=_enum(*FILTER_KEYS),
    value={"anyOf": [{"type": "integer", "minimum": 0, "maximum": 86_400}, _enum(*PACES), {"type": "null"}]},
)
SCHEMAS: dict[str, JSON] = {
    "key_phrases": _object(key_phrases=_list(_PHRASE, 12)),
    "intention": _object(label=_enum(*INTENTIONS), strength=_enum(*INTENTION_STRENGTHS), task=_enum(*TASKS)),
    "extraction": _object(
        steers=_list(_STEER, 8),
        filters=_list(_FILTER, 4),
        mood={"type": "string", "maxLength": 40},
        task=_enum(*TASKS),
    ),
    "selection": _object(task=_enum(*TASKS)),
    "reply": _object(reply={"type": "string", "minLength": 1, "maxLength": 280}),
}
# Twice and more of what the longest sensible answer takes, indented as some servers let a model write it.
MAX_TOKENS = {"key_phrases": 400, "intention": 120, "extraction": 900, "selection": 60, "reply": 200}


@cache
def _validator(stage: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[stage])


def parsed(stage: str, text: str) -> JSON:
    """Return what a model answered at `stage` as valid JSON of its schema; raise LLMFailed for anything else."""
    if len(text) > MAX_ANSWER_CHARS:
        raise LLMFailed("garbage", "an endless answer")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LLMFailed("garbage", "not JSON") from error
    wrong = next(iter(_validator(stage).iter_errors(answer)), None)
    if wrong is not None:
        where = "/".join(str(part) for part in wrong.absolute_path if isinstance(part, int) or part in _KNOWN_KEYS)
        raise LLMFailed("schema", f"{stage}/{where} ({wrong.validator})")
    return answer


_KNOWN_KEYS = frozenset(
    key for schema in (*SCHEMAS.values(), _STEER, _FILTER) for key in schema["properties"]
)  # a model's own keys stay out of the log
