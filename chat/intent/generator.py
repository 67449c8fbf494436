"""Make training examples without end from the hand-written lines: other words in the slots, history before them, typos. Pure, seeded.

Slots multiply things, not ways of saying; the ways of saying are in `data/lines/`. One example in five gets other words from the outside
list of video search terms where that is present.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from chat.intent.examples import Example, Span, Turn, load_lines, load_sections
from chat.intent.longform import LongForm
from chat.intent.schema import KINDS
from chat.intent.typing_noise import typed_turn

OUTSIDE_DATA = Path("../shared/data/chat")  # sets of others, read there at training time where they are
SEARCH_TERMS = OUTSIDE_DATA / "internvid_queries" / "queries.jsonl"
CLINC150 = OUTSIDE_DATA / "clinc150" / "data_full.json"
VOCABULARY_FILE = Path(__file__).parent / "data" / "vocabulary.txt"
SOURCE_WEIGHTS = {
    "more": 12,
    "idiom": 24,
    "less": 9,
    "mixed": 12,
    "plan": 8,
    "learn": 6,
    "search": 6,
    "mood": 8,
    "small_tasks": 24,
    "forget": 6,
    "chat": 12,
    "followup": 20,
    "standalone": 3,
    "small_talk": 5,
    "long": 12,
}  # tuned by hand on the golden sets of the first week
_ANY_KIND_WEIGHTS = {
    "topic": 60,
    "activity": 14,
    "food": 10,
    "place": 6,
    "style": 3,
    "creator": 3,
    "event": 2,
    "search_term": 12,
}
_P_SWAP = {"chat": 0.4, "learn": 0.5, "search": 0.45, "mood": 0.5}
_P_SWAP_DEFAULT = 0.85
_P_HISTORY = 0.3
_SEEDS = re.compile(r"\b(tigers|lions|bears|jazz|football|seoul|italian|a bear|the bear)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(first|second|both|all|other|latter|former|last but|neither)\b", re.IGNORECASE)
_PREPOSITIONS = frozenset(
    {"in", "at", "from", "with", "without", "on", "for", "playing", "swimming", "can", "outdoors"}
)
_NOT_SMALL_TALK = frozenset(
    (
        *(
            "play_music",
            "recipe",
            "travel_suggestion",
            "meal_suggestion",
            "restaurant_suggestion",
            "fun_fact",
            "reset_settings",
        ),
        *(
            "definition",
            "next_song",
            "update_playlist",
            "cancel",
            "what_song",
            "change_speed",
            "book_flight",
            "travel_notification",
        ),
        *(
            "travel_alert",
            "international_visa",
            "oil_change_how",
            "tire_change",
            "jump_start",
            "cook_time",
            "ingredients_list",
        ),
        *(
            "improve_credit_score",
            "yes",
            "no",
            "maybe",
            "repeat",
            "ingredient_substitution",
            "restaurant_reviews",
            "book_hotel",
        ),
        *(
            "nutrition_info",
            "calories",
            "vaccines",
            "car_rental",
            "oos",
            "how_busy",
            "application_status",
            "plug_type",
            "tell_joke",
        ),
    )
)  # intents of clinc150 that name something which could steer a feed


@dataclass(frozen=True)
class Vocabulary:
    """Hold the words a slot may take, a list a kind."""

    words: dict[str, list[str]]

    def pick(self, rng: random.Random, slot: str) -> tuple[str, str | None]:
        """Return a filler for the slot and its kind (None: unknown)."""
        kind = slot
        if slot == "any":
            kinds = [kind for kind in _ANY_KIND_WEIGHTS if self.words.get(kind)]
            kind = rng.choices(kinds, [_ANY_KIND_WEIGHTS[kind] for kind in kinds])[0]
        filler = rng.choice(self.words[kind])
        if kind == "topic" and rng.random() < 0.15:
            filler = f"{rng.choice(self.words['adjective'])} {filler}"
        if kind in ("topic", "activity") and rng.random() < 0.05:
            filler = f"{filler} {rng.choice(self.words['tail'])}"
        return filler, None if kind == "search_term" else kind


def load_vocabulary(search_terms: Path | None = None) -> Vocabulary:
    """Return the project's own words, with outside video search terms (JSON lines, key `search_word_id`) where the file is there."""
    words = {name: _listed(lines) for name, lines in load_sections(VOCABULARY_FILE).items()}
    if search_terms is not None and search_terms.exists():
        terms = (json.loads(line)["search_word_id"] for line in search_terms.read_text("utf-8").splitlines())
        words["search_term"] = [term.lower() for term in terms if "/" not in term and 3 < len(term) < 40]
    return Vocabulary(words)


def load_small_talk(clinc: Path | None) -> list[Example]:
    """Return clinc150's training utterances that steer nothing (CC BY 3.0), as chat; [] where the file is absent."""
    if clinc is None or not clinc.exists():
        return []
    rows = json.loads(clinc.read_text("utf-8"))["train"]
    return [
        Example((Turn(text),), "chat", source="small_talk", knows_key_phrases=False)
        for text, intent in rows
        if intent not in _NOT_SMALL_TALK
    ]


class Generator:
    """Draw examples. The same seed and files give the same stream."""

    def __init__(self, seed: int, *, vocabulary: Vocabulary, small_talk: list[Example]) -> None:
        self._rng = random.Random(seed)
        self._vocabulary = vocabulary
        self._lines = {**load_lines(), "small_talk": small_talk}
        self._long = LongForm()
        self._sources = [name for name in SOURCE_WEIGHTS if name == "long" or self._lines.get(name)]

    def __iter__(self) -> Iterator[Example]:
        while True:
            yield self.draw()

    def draw(self) -> Example:
        """Return one example, as somebody might have typed it."""
        rng = self._rng
        source = rng.choices(self._sources, [SOURCE_WEIGHTS[name] for name in self._sources])[0]
        if source == "long":
            return self._typed(self._with_history(self._long.compose(rng, self._filled_line)))
        example = self._filled_line(source)
        if source in ("more", "less", "idiom", "mixed") and rng.random() < 0.18:
            example = self._long.join(rng, example, self._filled_line(rng.choice(("more", "less", "idiom", "mixed"))))
        return self._typed(self._with_history(example))

    def _filled_line(self, source: str, task: str | None = None) -> Example:
        pool = self._lines[source]
        if task is not None:
            pool = [example for example in pool if example.task == task]
        return filled(self._rng.choice(pool), self._rng, self._vocabulary)

    def _with_history(self, example: Example) -> Example:
        """Put turns before the example that it does not take up again."""
        rng = self._rng
        has_history = len(example.turns) > 1
        if rng.random() > _P_HISTORY or (has_history and _ORDINAL.search(example.message.text)):
            return example
        earlier = []
        for _ in range(rng.choice((1, 1, 2, 3) if not has_history else (1, 1, 2))):
            other = self._filled_line(rng.choice([name for name in self._sources if name not in ("long", "followup")]))
            earlier.append(Turn(other.message.text))
        if not has_history and _takes_up(example):
            return example
        return replace(example, turns=(*earlier, *example.turns))

    def _typed(self, example: Example) -> Example:
        return replace(example, turns=tuple(typed_turn(turn, self._rng) for turn in example.turns))


def filled(example: Example, rng: random.Random, vocabulary: Vocabulary) -> Example:
    """Return the example with other words in its slots, the same words for the same thing in every turn."""
    p_swap = _P_SWAP.get(example.task, _P_SWAP_DEFAULT)
    chosen: dict[str, tuple[str, str | None]] = {}
    turns = tuple(_filled_turn(turn, rng, vocabulary, chosen, p_swap) for turn in example.turns)
    return replace(example, turns=turns)


def _filled_turn(
    turn: Turn, rng: random.Random, vocabulary: Vocabulary, chosen: dict[str, tuple[str, str | None]], p_swap: float
) -> Turn:
    text, spans, position = "", [], 0
    for span in turn.spans:
        text += _reseeded(turn.text[position : span.start], rng, vocabulary, chosen)
        words = turn.text[span.start : span.end]
        if words.lower() not in chosen:
            swap = rng.random() < p_swap
            chosen[words.lower()] = (
                _filler(words, span, rng, vocabulary) if swap else (words, _own_kind(words, span, vocabulary))
            )
        filler, kind = chosen[words.lower()]
        spans.append(replace(span, start=len(text), end=len(text) + len(filler), kind=kind))
        text += filler
        position = span.end
    return Turn(text + _reseeded(turn.text[position:], rng, vocabulary, chosen), tuple(spans))


def _filler(words: str, span: Span, rng: random.Random, vocabulary: Vocabulary) -> tuple[str, str | None]:
    if span.role == "narrow":
        is_tail = words.split()[0] in _PREPOSITIONS
        return rng.choice(vocabulary.words["tail" if is_tail else "adjective"]), None
    if span.role == "named":
        if words in vocabulary.words["place"]:
            return rng.choice(vocabulary.words["place"]), None
        return vocabulary.pick(rng, "everyday" if rng.random() < 0.6 else "any")[0], None
    return vocabulary.pick(rng, span.slot)


def _own_kind(words: str, span: Span, vocabulary: Vocabulary) -> str | None:
    if span.slot != "any":
        return span.kind
    return next((kind for kind in KINDS if words in vocabulary.words.get(kind, ())), "topic")


def _reseeded(text: str, rng: random.Random, vocabulary: Vocabulary, chosen: dict[str, tuple[str, str | None]]) -> str:
    """Exchange the things that unmarked text names, so that no word of the lines is learned by heart."""

    def other(found: re.Match[str]) -> str:
        words = found.group(0).lower()
        if words not in chosen:
            chosen[words] = vocabulary.pick(rng, "place" if words == "seoul" else "any")
        return chosen[words][0]

    return _SEEDS.sub(other, text)


def _takes_up(example: Example) -> bool:
    """Say whether the message would read as a follow-up if a turn stood before it ("again tigers" would not, "cancel" would)."""
    return example.task in ("more", "less") and not example.message.spans


def _listed(lines: list[str]) -> list[str]:
    return [word.strip() for line in lines for word in line.split(",") if word.strip()]
