"""Resolve the spans that the tagger found into phrases: what narrows joins its thing, what is only named falls out. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from chat.intent.stages.spans import FoundSpan

T = TypeVar("T")
_AFTER_HEAD = re.compile(
    r"^(in|at|from|with|without|on|for|by|under|near|around|about|that|who|where|playing|\w+ing)\b", re.IGNORECASE
)
_KIND_WORD = re.compile(r"^\s+(ones?|kinds?|sorts?|types?)\b", re.IGNORECASE)
_DEPARTURE = re.compile(
    r"\b(from|out of|leav(?:e|ing)|depart(?:ing)?(?: from)?|goodbye|swapping|trading|off in|start(?:ing)? in)\s+$",
    re.IGNORECASE,
)
_ARRIVAL = re.compile(
    r"\b(to|for|towards?|into|in|hello|reach|visit(?:ing)?|land(?:ing)? in|end(?:ing)?(?: up)? in|through)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ROUTE_WORD = re.compile(
    r"\b(travel|fly|flight|trip|mov(?:e|ing)|driv|train|ferry|bus|cycl|walk|head|leav|go(?:ing)?|road|boat|sail|swap|trad)",
    re.I,
)
_ORDINAL = re.compile(
    r"\b(first|second|last|latter|former|other)\s+(?:ones?|thing|two|topic|wish)\b|\bthe\s+(first|second|latter|former)\b|\b(both|neither)\b"
    r"|\b(all)\s+(?:of\s+(?:them|those|it)|three)\b",
    re.IGNORECASE,
)
_EMPTY_PHRASES = frozenset(
    (
        "it",
        "that",
        "this",
        "those",
        "these",
        "them",
        "one",
        "ones",
        "that one",
        "the last one",
        "last one",
        "more",
        "they",
        "there",
        "here",
    )
)


def resolved(spans: Sequence[FoundSpan], turns: Sequence[str]) -> list[tuple[FoundSpan, str]]:
    """Return the spans that steer, each with its phrase; `turns[0]` is the message, the others are earlier turns, oldest first."""
    spans = [_as_narrowing(span, spans, turns) for span in spans]
    heads = [span for span in spans if span.role != "narrow" and span.text.casefold() not in _EMPTY_PHRASES]
    own = _without_departure([span for span in heads if span.turn == 0], turns[0])
    narrowing = [span for span in spans if span.role == "narrow"]
    taken_up = sorted((span for span in heads if span.turn > 0), key=lambda span: (span.turn, span.first))
    own_directions = {span.role for span in own}
    taken_up = [span for span in taken_up if narrowing or span.role not in own_directions]  # "X too" names X alone
    if not own and not taken_up:
        return [(replace(span, role="more"), span.text) for span in narrowing]
    return [(span, span.text) for span in own] + [(span, narrowed(span.text, narrowing)) for span in taken_up]


def narrowed(phrase: str, narrowing: Sequence[FoundSpan]) -> str:
    """Return the phrase with what narrows it: "cars" with "red" is "red cars", with "in the snow" it is "cars in the snow"."""
    for span in narrowing:
        phrase = f"{phrase} {span.text}" if _AFTER_HEAD.match(span.text) else f"{span.text} {phrase}"
    return phrase


def ordinal(text: str) -> Callable[[list[T]], list[T]] | None:
    """Return what picks from a list as the text does ("the first one", "both"), or None where it picks by no place."""
    found = _ORDINAL.search(text)
    if found is None:
        return None
    word = next(group for group in found.groups() if group).casefold()
    if word in ("both", "all", "neither"):
        return lambda items: items[-2:] if word != "all" else items
    if word in ("first", "former"):
        return lambda items: items[:1]
    if word == "other":
        return lambda items: items[-2:-1]
    return (lambda items: items[1:2]) if word == "second" else (lambda items: items[-1:])


def _as_narrowing(span: FoundSpan, spans: Sequence[FoundSpan], turns: Sequence[str]) -> FoundSpan:
    """Read "the scottish ones" as narrowing where an earlier turn is taken up, whatever the tagger called it."""
    follows = turns[span.turn][span.start + len(span.text) :]
    takes_up = any(other.turn > 0 for other in spans)
    is_kind = span.turn == 0 and takes_up and _KIND_WORD.match(follows) is not None and len(span.text.split()) <= 2
    return replace(span, role="narrow") if is_kind else span


def _without_departure(spans: list[FoundSpan], text: str) -> list[FoundSpan]:
    """Drop the place that a journey only leaves: in "from Oslo to Rome" nothing about Oslo is asked for."""
    if not _ROUTE_WORD.search(text) and not re.search(r"\bfrom\b.*\bto\b", text, re.IGNORECASE):
        return spans
    arrivals = [span for span in spans if _ARRIVAL.search(text[: span.start])]
    kept = [
        span
        for span in spans
        if not (_DEPARTURE.search(text[: span.start]) and any(other is not span for other in arrivals))
    ]
    return kept or spans
