"""Assemble the stages' answers into a reading that is valid whatever they said. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chat.intent.phrases import phrase_key
from chat.intent.schema import (
    DIRECTIONS,
    FILTER_KEYS,
    HORIZONS,
    INTENTION_OF_TASK,
    INTENTIONS,
    JSON,
    KINDS,
    MAX_KEY_PHRASES,
    MAX_PHRASE_CHARS,
    MAX_STEERS,
    PACES,
    STEERLESS_TASKS,
    TASKS,
    check_reading,
    clamp_unit,
)
from chat.intent.shape import clean_text
from safety.guard.verdict import HAZARDS

_DEGRADABLE = ("key_phrases", "intention", "extraction", "safety", "selection", "reply")
_MARKUP = re.compile(r"[<>{}\[\]|`\\]")
_DEFAULT_MOOD = "calm"
_MIN_STEER_SHARE = 0.5  # below, selection holds another task likelier and says nothing about direction


def assemble_reading(id: int | str, answers: Mapping[str, Any], degraded: Sequence[str] = ()) -> JSON:
    """Return the reading of one message: valid by its schema, clamped, each thing once.

    `answers` holds what each stage said by name ("guard" or "safety", "key_phrases", "intention", "extraction", "selection"). A stage
    without an answer counts as degraded; without the guard's, the verdict is "uncertain" and the merge applies nothing.
    """
    given = {name: answer for name, answer in answers.items() if isinstance(answer, Mapping)}
    safety = _safety(given.get("guard", given.get("safety")))
    missing = {name for name in ("key_phrases", "intention", "extraction", "selection") if name not in given}
    if "guard" not in given and "safety" not in given:
        missing.add("safety")
    missing |= {"safety" if name == "guard" else name for name in degraded}
    task = "blocked" if safety["verdict"] == "unsafe" else _task(given)
    phrases = _key_phrases(given.get("key_phrases", {}))
    steers = _steers(given.get("extraction", {}))
    steers = _turned(steers, given)
    task, steers = _agreed(task, steers, phrases, given.get("extraction", {}))
    reading: JSON = {
        "schema": "reading/1",
        "id": id,
        "task": task,
        "key_phrases": [] if task == "blocked" else phrases,
        "intention": _intention(given.get("intention", {}), task),
        "steers": steers,
        "filters": {}
        if task in ("chat", "blocked", "reset", "undo", "explain", "forget")
        else _filters(given.get("extraction", {})),
        "safety": safety,
        "degraded": [name for name in _DEGRADABLE if name in missing],
    }
    check_reading(reading)
    return reading


def _task(answers: Mapping[str, Any]) -> str:
    """Return the selected task, or what the other stages hold likeliest, or chat."""
    chosen = answers.get("selection", {}).get("task")
    if chosen in TASKS:
        return str(chosen)
    totals = dict.fromkeys(TASKS, 0.0)
    for stage in ("extraction", "intention"):
        p_task = answers.get(stage, {}).get("p_task")
        for task, p in p_task.items() if isinstance(p_task, Mapping) else ():
            if task in totals:
                totals[task] += _number(p)
    best = max(TASKS, key=lambda task: totals[task])
    return best if totals[best] > 0.0 else "chat"


def _turned(steers: list[JSON], answers: Mapping[str, Any]) -> list[JSON]:
    """Turn steers that all point one way where task selection and extraction together hold the other way likelier."""
    p_more = answers.get("extraction", {}).get("p_more")
    p_task = answers.get("selection", {}).get("p_task")
    if not isinstance(p_more, float) or not isinstance(p_task, Mapping):
        return steers
    more, less = _number(p_task.get("more")), _number(p_task.get("less"))
    if more + less < _MIN_STEER_SHARE:
        return steers
    direction = "more" if p_more * more >= (1.0 - p_more) * less else "less"
    return [
        {**steer, "direction": direction, "hard": steer["hard"] and direction == steer["direction"]} for steer in steers
    ]


def _agreed(task: str, steers: list[JSON], phrases: list[str], extraction: Mapping[str, Any]) -> tuple[str, list[JSON]]:
    """Make task and steers say one thing, as the contract defines each task."""
    if task in STEERLESS_TASKS:
        return task, []
    if not steers and task != "mood":
        steers = [_plain_steer(phrase, task) for phrase in phrases[:1]]
    if task == "forget":
        return task, [{**steer, "direction": "less", "hard": False} for steer in steers]
    if task in ("more", "less") and steers:
        return ("more" if any(steer["direction"] == "more" for steer in steers) else "less"), steers
    if task == "mood" and not any(steer["kind"] == "mood" for steer in steers):
        mood = _phrase(extraction.get("mood")) or _DEFAULT_MOOD
        steers = [{**_plain_steer(mood, task), "kind": "mood", "horizon": "session"}, *steers][:MAX_STEERS]
    return task, steers


def _plain_steer(phrase: str, task: str) -> JSON:
    direction = "less" if task in ("less", "forget") else "more"
    return {
        "phrase": phrase,
        "kind": "topic",
        "direction": direction,
        "strength": 0.6,
        "hard": False,
        "horizon": "lasting",
    }


def _steers(extraction: Mapping[str, Any]) -> list[JSON]:
    steers: dict[str, JSON] = {}
    for raw in _list(extraction.get("steers")):
        phrase = _phrase(raw.get("phrase")) if isinstance(raw, Mapping) else ""
        if phrase:
            steers.setdefault(phrase_key(phrase), _steer(phrase, raw))
    return list(steers.values())[:MAX_STEERS]


def _steer(phrase: str, raw: Mapping[str, Any]) -> JSON:
    return {
        "phrase": phrase,
        "kind": _one_of(raw.get("kind"), KINDS, "topic"),
        "direction": _one_of(raw.get("direction"), DIRECTIONS, "more"),
        "strength": clamp_unit(_number(raw.get("strength"), 0.7)),
        "hard": raw.get("hard") is True,
        "horizon": _one_of(raw.get("horizon"), HORIZONS, "lasting"),
    }


def _filters(extraction: Mapping[str, Any]) -> JSON:
    raw = extraction.get("filters")
    filters: JSON = {}
    for key in FILTER_KEYS:
        if not isinstance(raw, Mapping) or key not in raw:
            continue
        value = raw[key]
        if value is None or (key == "pace" and value in PACES):
            filters[key] = value
        elif key != "pace" and _number(value) > 0.0:
            filters[key] = round(min(_number(value), 86_400.0), 2)
    return filters


def _intention(raw: Mapping[str, Any], task: str) -> JSON:
    label = _one_of(raw.get("label"), INTENTIONS, INTENTION_OF_TASK[task])
    if task in ("chat", "blocked"):
        return {"label": "chat", "strength": min(0.1, clamp_unit(_number(raw.get("strength"))))}
    label = INTENTION_OF_TASK[task] if label == "chat" else label
    return {"label": label, "strength": clamp_unit(_number(raw.get("strength"), 0.7))}


def _safety(raw: Mapping[str, Any] | None) -> JSON:
    if raw is None or raw.get("verdict") not in ("safe", "uncertain", "unsafe"):
        return {"verdict": "uncertain", "hazards": [], "score": 0.5}
    hazards = [name for name in dict.fromkeys(_list(raw.get("hazards"))) if name in HAZARDS]
    return {"verdict": raw["verdict"], "hazards": hazards, "score": clamp_unit(_number(raw.get("score"), 0.5))}


def _key_phrases(raw: Mapping[str, Any]) -> list[str]:
    phrases = (_phrase(phrase) for phrase in _list(raw.get("key_phrases")))
    return list({phrase_key(phrase): phrase for phrase in phrases if phrase}.values())[:MAX_KEY_PHRASES]


def _phrase(value: Any) -> str:
    """Return `value` as a phrase: one line without markup, at most MAX_PHRASE_CHARS; "" for what is no text with a letter or digit."""
    if not isinstance(value, str):
        return ""
    phrase = " ".join(_MARKUP.sub(" ", clean_text(value)).split())[:MAX_PHRASE_CHARS].strip()
    return phrase if any(char.isalnum() for char in phrase) else ""


def _list(value: Any) -> list[Any]:
    return [item for item in value if isinstance(item, str | Mapping)] if isinstance(value, list | tuple) else []


def _one_of(value: Any, allowed: Sequence[str], default: str) -> str:
    return value if isinstance(value, str) and value in allowed else default


def _number(value: Any, default: float = 0.0) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return float(value) if value == value and abs(value) != float("inf") else default
