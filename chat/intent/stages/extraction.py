"""Stage: the steers and filters of a message, follow-ups resolved against the earlier turns. Pure.

The tagger reads the message and the earlier turns at once. A span that it marks in an earlier turn is what the message takes up again
("more of that"); a span marked "narrow" in the message joins it ("the red ones" after "vintage cars": "red vintage cars").
"""

import re
from pathlib import Path

from chat.intent.examples import MOODS
from chat.intent.phrases import covers, phrase_key
from chat.intent.schema import HORIZONS, JSON, KINDS, MAX_PHRASE_CHARS, MAX_STEERS, TASKS, Filters, Steer
from chat.intent.shape import clean_text, refused_shape
from chat.intent.stages.filter_words import (
    DEFAULT_FRESH_DAYS,
    DEFAULT_MAX_S,
    DEFAULT_MIN_S,
    freshness_days,
    length_s,
)
from chat.intent.stages.labels import FRESHNESS, LENGTHS, MOOD_NAMES, PACES, STRENGTHS, TAGS
from chat.intent.stages.model import Output, StageModel, shares
from chat.intent.stages.spans import FoundSpan, decode

_AFTER_HEAD = re.compile(
    r"^(in|at|from|with|without|on|for|by|under|near|around|about|that|who|where|playing|\w+ing)\b", re.IGNORECASE
)
_EMPTY_PHRASES = frozenset(
    {"it", "that", "this", "those", "these", "them", "one", "ones", "that one", "the last one", "last one", "more"}
)


class ExtractionStage:
    """Answer {"steers", "filters", "mood", "p_task"}: steers and filters as in the reading, `mood` what would suit if it is one."""

    name = "extraction"

    def __init__(self, path: Path) -> None:
        self._model = StageModel(self.name, path)
        self.model_version = self._model.version

    def answer(self, message: str, history: list[str]) -> JSON:
        """Return the steers and filters of `message` after its earlier turns."""
        if refused_shape(message) is not None:
            return {"steers": [], "filters": {}, "mood": None, "p_task": {"chat": 1.0}}
        text, earlier = clean_text(message), [clean_text(turn) for turn in history if refused_shape(turn) is None]
        [output] = self._model.read([(text, earlier)])
        turns = [text, *earlier[output.encoded.first_earlier :]]
        spans = decode(output.token["tag"], TAGS, output.encoded, turns)
        steers = _deduplicated([_steer(span, phrase, output) for span, phrase in _resolved(spans)])
        return {
            "steers": [steer.to_json() for steer in steers[:MAX_STEERS]],
            "filters": _filters(output, text).to_json(),
            "mood": MOODS[MOOD_NAMES[int(output.message["mood"].argmax())]],
            "p_task": shares(output.message["task"], TASKS),
        }


def _resolved(spans: list[FoundSpan]) -> list[tuple[FoundSpan, str]]:
    """Return the spans that steer with their phrases; what narrows is joined to the thing it narrows."""
    heads = [span for span in spans if span.role != "narrow" and span.text.casefold() not in _EMPTY_PHRASES]
    narrowing = [span.text for span in spans if span.role == "narrow"]
    taken_up = [span for span in heads if span.turn > 0]
    resolved = [(span, span.text) for span in heads if span.turn == 0]
    for span in sorted(taken_up, key=lambda span: (span.turn, span.first)):
        phrase = span.text
        for words in narrowing:
            phrase = f"{phrase} {words}" if _AFTER_HEAD.match(words) else f"{words} {phrase}"
        resolved.append((span, phrase))
    if narrowing and not heads:
        resolved = [(span, span.text) for span in spans]
    return resolved


def _steer(span: FoundSpan, phrase: str, output: Output) -> Steer:
    here = slice(span.first, span.last + 1)
    mean = {name: output.token[name][here].mean(0) for name in ("kind", "hard", "horizon", "strength")}
    strength = sum(p * value for p, value in zip(mean["strength"].tolist(), STRENGTHS, strict=True))
    return Steer(
        phrase=phrase[:MAX_PHRASE_CHARS],
        kind=KINDS[int(mean["kind"].argmax())],
        direction="less" if span.role == "less" else "more",
        strength=round(strength, 3),
        hard=bool(mean["hard"].argmax() == 1),
        horizon=HORIZONS[int(mean["horizon"].argmax())],
    )


def _deduplicated(steers: list[Steer]) -> list[Steer]:
    """Keep each thing once, the longer phrase where one covers the other in the same direction."""
    kept: dict[str, Steer] = {}
    for steer in steers:
        wider = next(
            (key for key, other in kept.items() if other.direction == steer.direction and _overlap(other, steer)), None
        )
        if wider is None:
            kept.setdefault(phrase_key(steer.phrase), steer)
        elif len(steer.phrase) > len(kept[wider].phrase):
            kept[wider] = steer
    return list(kept.values())


def _overlap(first: Steer, second: Steer) -> bool:
    return covers(first.phrase, second.phrase) or covers(second.phrase, first.phrase)


def _filters(output: Output, text: str) -> Filters:
    filters = Filters()
    length = LENGTHS[int(output.message["length"].argmax())]
    if length == "max":
        filters.max_duration_s = length_s(text) or DEFAULT_MAX_S
        filters.stated.add("max_duration_s")
    elif length == "min":
        filters.min_duration_s = length_s(text) or DEFAULT_MIN_S
        filters.stated.add("min_duration_s")
    elif length == "any":
        filters.stated |= {"min_duration_s", "max_duration_s"}
    pace = PACES[int(output.message["pace"].argmax())]
    if pace != "none":
        filters.pace = None if pace == "any" else pace
        filters.stated.add("pace")
    freshness = FRESHNESS[int(output.message["freshness"].argmax())]
    if freshness != "none":
        filters.published_within_days = None if freshness == "any" else freshness_days(text) or DEFAULT_FRESH_DAYS
        filters.stated.add("published_within_days")
    return filters
