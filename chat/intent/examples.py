"""Read the hand-written training lines: texts with marked spans. Pure.

A line is `[@tag,tag ][earlier // earlier => ]message`, its spans marked `{x}` more, `{-x}` less, `{~x}` narrows a span of an earlier
turn, `{=x}` named but not wanted, each with flags after a bar: a letter of KIND_LETTERS, `h` hard, `n` now, `s` session, `1` weak,
`3` strong. The files stand in `data/lines/`; a `## name` line names the task of what follows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

LINES_DIR = Path(__file__).parent / "data" / "lines"
KIND_LETTERS = {
    "t": "topic",
    "p": "place",
    "a": "activity",
    "f": "food",
    "m": "mood",
    "y": "style",
    "c": "creator",
    "e": "event",
}
ROLES = {"": "more", "-": "less", "~": "narrow", "=": "named"}
MOODS = {
    "calm": "calm",
    "sleep": "soothing",
    "uplifting": "uplifting",
    "funny": "funny",
    "fun": "fun",
    "energetic": "energetic",
    "party": "party",
    "cozy": "cozy",
    "romantic": "romantic",
    "nostalgic": "nostalgic",
    "focus": "focus",
    "inspiring": "inspiring",
    "adventurous": "adventurous",
    "spooky": "spooky",
    "dreamy": "dreamy",
    "comforting": "comforting",
}  # the tag of a mood line and the phrase that would suit
_SPAN = re.compile(r"\{([-~=]?)([^{}|]+)(?:\|([a-z0-9]*))?\}")
_TAGS = re.compile(r"^@([\w,]+)\s+")
_FIXED_TASKS = {"more.txt": "more", "less.txt": "less", "mixed.txt": "more", "plan.txt": "plan", "learn.txt": "learn"}
_FIXED_TASKS |= {"search.txt": "search", "mood.txt": "mood", "forget.txt": "forget", "chat.txt": "chat"}


@dataclass(frozen=True)
class Span:
    """Mark `text[start:end]` of one turn. `kind` None: unknown. `slot`: what the words may be exchanged with."""

    start: int
    end: int
    role: str
    kind: str | None = "topic"
    hard: bool = False
    horizon: str = "lasting"
    strength: int = 2
    slot: str = "topic"


@dataclass(frozen=True)
class Turn:
    """Hold one turn's text and its spans, in order."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Example:
    """Hold one message with what it means. `turns`: earlier ones, oldest first, then the message."""

    turns: tuple[Turn, ...]
    task: str
    tags: frozenset[str] = field(default_factory=frozenset)
    source: str = ""
    knows_key_phrases: bool = True

    @property
    def message(self) -> Turn:
        """Return the last turn."""
        return self.turns[-1]

    def with_message(self, message: Turn) -> "Example":
        """Return the example with another last turn."""
        return replace(self, turns=(*self.turns[:-1], message))


def parse_turn(marked: str) -> Turn:
    """Return the turn that `marked` writes down."""
    text, spans, position = "", [], 0
    for found in _SPAN.finditer(marked):
        text += marked[position : found.start()]
        sign, words, flags = found.group(1), found.group(2), found.group(3) or ""
        spans.append(_span(len(text), words, ROLES[sign], flags))
        text += words
        position = found.end()
    return Turn(text + marked[position:], tuple(spans))


def _span(start: int, words: str, role: str, flags: str) -> Span:
    letter = next((flag for flag in flags if flag in KIND_LETTERS), None)
    kind = KIND_LETTERS[letter] if letter else "topic"
    return Span(
        start=start,
        end=start + len(words),
        role=role,
        kind=kind,
        hard="h" in flags,
        horizon="now" if "n" in flags else "session" if "s" in flags else "lasting",
        strength=1 if "1" in flags else 3 if "3" in flags or "h" in flags else 2,
        slot=kind if letter else "any",
    )


def parse_line(line: str, task: str, source: str) -> Example:
    """Return the example that one line writes down."""
    tags: frozenset[str] = frozenset()
    found = _TAGS.match(line)
    if found:
        tags, line = frozenset(found.group(1).split(",")), line[found.end() :]
    earlier, _, message = line.strip().rstrip("|").rpartition(" => ")
    marked = [*(turn for turn in earlier.split(" // ") if turn), message]
    turns = tuple(parse_turn(turn) for turn in marked)
    if task in ("more", "less") and not earlier:  # negations and idioms stand in both directions in one file
        roles = {span.role for span in turns[-1].spans}
        task = "less" if "less" in roles and "more" not in roles else task
        task = "more" if "more" in roles else task
    return Example(turns, task, tags, source)


def load_lines() -> dict[str, list[Example]]:
    """Return every hand-written example by the name of its file."""
    names = sorted(path.name for path in LINES_DIR.glob("*.txt") if path.name != "clauses.txt")
    return {name.removesuffix(".txt"): list(_read(LINES_DIR / name)) for name in names}


def load_sections(path: Path) -> dict[str, list[str]]:
    """Return the lines of each `## name` section of a data file; comments and blank lines are left out."""
    sections: dict[str, list[str]] = {}
    name = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
        elif line.strip() and not line.startswith("# "):
            sections.setdefault(name, []).append(line.strip())
    return sections


def _read(path: Path) -> Iterator[Example]:
    for section, lines in load_sections(path).items():
        task = section or _FIXED_TASKS.get(path.name, "more")
        for line in lines:
            yield parse_line(line, task, path.stem)
