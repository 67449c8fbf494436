"""Turn a model's valid answer into exactly what the bundled stage of that name answers. Pure.

A phrase counts only if all its words were said, in the message or (extraction) in an earlier turn: what a model makes up is dropped.
A mood alone may be in the model's own words, a few letters long.
"""

import re
from collections.abc import Callable, Sequence

from chat.intent.llm.schemas import INTENTION_STRENGTHS, STRENGTHS
from chat.intent.phrases import phrase_key, phrase_words
from chat.intent.schema import INTENTIONS, JSON, MAX_KEY_PHRASES, MAX_PHRASE_CHARS, MAX_STEERS, PACES, TASKS
from chat.intent.shape import clean_text

P_SAID = 0.75  # a model names one class; the mean share by which task selection was trained on the other stages' (stages/features)
_MOOD = re.compile(r"[a-z][a-z' -]{0,38}[a-z]")
_MARKUP = re.compile(r"[<>{}\[\]|`\\]")


def refused(stage: str) -> JSON:
    """Return the stage's answer to what no model shall read: payload, noise, another language."""
    answers: dict[str, JSON] = {
        "key_phrases": {"key_phrases": []},
        "intention": {"label": "chat", "strength": 0.0, "p_intention": {"chat": 1.0}, "p_task": {"chat": 1.0}},
        "extraction": {
            "steers": [],
            "p_more": None,
            "plain": None,
            "filters": {},
            "mood": None,
            "p_task": {"chat": 1.0},
        },
        "selection": {"task": "chat", "p_task": {"chat": 1.0}},
    }
    return answers[stage]


def clamped(stage: str, said: JSON, *, message: str, earlier: Sequence[str]) -> JSON:
    """Return the bundled shape of `said`, which is valid by the stage's schema."""
    return _CLAMPS[stage](said, message, earlier)


def _key_phrases(said: JSON, message: str, earlier: Sequence[str]) -> JSON:
    phrases = (_phrase(phrase, [message]) for phrase in said["key_phrases"])
    kept = {phrase_key(phrase): phrase for phrase in phrases if phrase}
    return {"key_phrases": list(kept.values())[:MAX_KEY_PHRASES]}


def _intention(said: JSON, message: str, earlier: Sequence[str]) -> JSON:
    return {
        "label": said["label"],
        "strength": INTENTION_STRENGTHS[said["strength"]],
        "p_intention": _shares(said["label"], INTENTIONS),
        "p_task": _shares(said["task"], TASKS),
    }


def _extraction(said: JSON, message: str, earlier: Sequence[str]) -> JSON:
    """`p_more` is None: a model that names a direction gives no probability of it, so nothing turns it round."""
    steers: dict[str, JSON] = {}
    for raw in said["steers"]:
        phrase = _phrase(raw["phrase"], [message, *earlier]) or (_mood(raw["phrase"]) if raw["kind"] == "mood" else "")
        if phrase:
            steers.setdefault(phrase_key(phrase), {**raw, "phrase": phrase, "strength": STRENGTHS[raw["strength"]]})
    return {
        "steers": list(steers.values())[:MAX_STEERS],
        "p_more": None,
        "plain": None,
        "filters": _filters(said["filters"]),
        "mood": _mood(said["mood"]) or None,
        "p_task": _shares(said["task"], TASKS),
    }


def _selection(said: JSON, message: str, earlier: Sequence[str]) -> JSON:
    return {"task": said["task"], "p_task": _shares(said["task"], TASKS)}


_CLAMPS: dict[str, Callable[[JSON, str, Sequence[str]], JSON]] = {
    "key_phrases": _key_phrases,
    "intention": _intention,
    "extraction": _extraction,
    "selection": _selection,
}


def _shares(chosen: str, names: Sequence[str]) -> dict[str, float]:
    rest = round((1.0 - P_SAID) / (len(names) - 1), 4)
    return {name: P_SAID if name == chosen else rest for name in names}


def _phrase(text: str, turns: Sequence[str]) -> str:
    """Return the phrase if each of its words was said in one of `turns`, else ""."""
    phrase = " ".join(_MARKUP.sub(" ", clean_text(text)).split())[:MAX_PHRASE_CHARS]
    if not any(char.isalnum() for char in phrase):
        return ""
    heard = {word for turn in turns for word in phrase_words(turn)}
    return phrase if heard.issuperset(phrase_words(phrase)) else ""


def _mood(text: str) -> str:
    mood = clean_text(text).casefold()
    return mood if _MOOD.fullmatch(mood) and len(mood.split()) <= 4 else ""


def _filters(stated: Sequence[JSON]) -> JSON:
    """Keep the values that fit their key: a pace for "pace", a number above 0 for the others, None (lifted) for each."""
    filters: JSON = {}
    for item in stated:
        key, value = item["key"], item["value"]
        is_number = isinstance(value, int) and value > 0
        if value is None or (value in PACES if key == "pace" else is_number):
            filters[key] = value
    return filters
