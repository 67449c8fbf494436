"""Compose long rambling messages from clauses: openers, chatter, wishes, closers. Pure, seeded."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from chat.intent.examples import Example, Span, Turn, load_sections

CLAUSES_FILE = Path(__file__).parent / "data" / "lines" / "clauses.txt"
_WISH_SOURCES = ("more", "more", "idiom", "idiom", "less", "mixed")
_SEPARATORS = (". ", ". ", ", ", ", ", " ", "! ", "; ", " and ", ", but ", ". also ", ", and ", " - ", "... ")
_JOINS = (
    ", and ",
    " and ",
    ". ",
    ", ",
    ". also ",
    ", also ",
    " but ",
    ", plus ",
    "; ",
    ". and ",
    " and also ",
    ", oh and ",
    ". ",
)


class LongForm:
    """Hold the clauses and compose messages of them."""

    def __init__(self) -> None:
        sections = load_sections(CLAUSES_FILE)
        self._openers, self._chatter = sections["opener"], sections["chatter"]
        self._connectors, self._closers = sections["connector"], sections["closer"]

    def join(self, rng: random.Random, first: Example, second: Example) -> Example:
        """Return both wishes as one message."""
        turn = _appended(first.message, rng.choice(_JOINS), second.message)
        return replace(first.with_message(turn), task=_wish_task(turn), tags=first.tags | second.tags)

    def compose(self, rng: random.Random, draw_line: Callable[..., Example]) -> Example:
        """Return a message of two to eight clauses with one to three wishes, or with another task, or with chatter alone."""
        kind = rng.choices(("wishes", "plan", "learn", "search", "mood", "chat"), (62, 10, 6, 4, 8, 10))[0]
        cores: list[Example] = []
        if kind == "wishes":
            cores = [draw_line(rng.choice(_WISH_SOURCES)) for _ in range(rng.choice((1, 2, 2, 3)))]
        elif kind != "chat":
            cores = [draw_line(kind, task=kind)]
        turn = self._woven(rng, [core.message for core in cores])
        tags = frozenset().union(*(core.tags for core in cores)) if cores else frozenset()
        task = _wish_task(turn) if kind == "wishes" else kind
        return Example((turn,), task, tags, source="long", knows_key_phrases=False)

    def _woven(self, rng: random.Random, cores: list[Turn]) -> Turn:
        parts: list[Turn] = []
        if rng.random() < 0.6:
            parts.append(Turn(rng.choice(self._openers)))
        parts += [Turn(rng.choice(self._chatter)) for _ in range(rng.choice((0, 1, 1, 2, 3)) + (0 if cores else 1))]
        for core in cores:
            if rng.random() < 0.4:
                core = _appended(Turn(rng.choice(self._connectors)), " ", core)
            parts.append(core)
            if rng.random() < 0.3:
                parts.append(Turn(rng.choice(self._chatter)))
        if rng.random() < 0.4:
            parts.append(Turn(rng.choice(self._closers)))
        whole = parts[0]
        for part in parts[1:]:
            whole = _appended(whole, rng.choice(_SEPARATORS), part)
        return whole


def _appended(first: Turn, between: str, second: Turn) -> Turn:
    offset = len(first.text) + len(between)
    moved = tuple(
        Span(**{**vars(span), "start": span.start + offset, "end": span.end + offset}) for span in second.spans
    )
    return Turn(first.text + between + second.text, (*first.spans, *moved))


def _wish_task(turn: Turn) -> str:
    return "more" if any(span.role == "more" for span in turn.spans) else "less"
