"""Name the classes of every head, and turn a training example into them. Pure.

Tags follow BIO: outside, begin and inside of a span. IGNORE marks what a head shall not learn from.
"""

from dataclasses import dataclass

from chat.intent.examples import MOODS, Example, Span
from chat.intent.schema import HORIZONS, INTENTION_OF_TASK, INTENTIONS, KINDS, TASKS
from chat.intent.stages.text import Encoded

IGNORE = -100
TAGS = ("O", "B-more", "I-more", "B-less", "I-less", "B-narrow", "I-narrow")
PHRASE_TAGS = ("O", "B", "I")
STRENGTHS = (0.4, 0.7, 0.95)  # weak, plain, strong
INTENTION_STRENGTHS = (0.05, 0.4, 0.7, 0.95)  # none, weak, plain, strong
LENGTHS = ("none", "max", "min", "any")
PACES = ("none", "calm", "lively", "any")
FRESHNESS = ("none", "new", "any")
MOOD_NAMES = tuple(MOODS)

_PACE_TAGS = {"slow": "calm", "fast": "lively", "anypace": "any"}
_LENGTH_TAGS = {"max": "max", "min": "min", "anylength": "any"}
_FRESH_TAGS = {"new": "new", "anynew": "any"}


@dataclass(frozen=True)
class TokenLabels:
    """Hold one class a token for each token head."""

    tag: list[int]
    kind: list[int]
    hard: list[int]
    horizon: list[int]
    strength: list[int]
    phrase: list[int]


def token_labels(example: Example, encoded: Encoded) -> TokenLabels:
    """Return the classes of every token of `encoded`, which was made from this example's turns."""
    size = len(encoded.ids)
    labels = TokenLabels(*([IGNORE] * size for _ in range(6)))
    for index, place in enumerate(encoded.places):
        if place is None:
            continue
        turn, start, end = place
        spans = example.turns[-1].spans if turn == 0 else example.turns[encoded.first_earlier + turn - 1].spans
        span = next((span for span in spans if span.start < end and start < span.end), None)
        _label_token(labels, index, span, begins=span is not None and start <= span.start, in_message=turn == 0)
        if turn == 0 and not example.knows_key_phrases:
            labels.phrase[index] = IGNORE
    return labels


def _label_token(labels: TokenLabels, index: int, span: Span | None, *, begins: bool, in_message: bool) -> None:
    labels.tag[index] = 0
    if in_message:
        labels.phrase[index] = 0 if span is None else 1 if begins else 2
    if span is None or span.role == "named":
        return
    labels.tag[index] = TAGS.index(f"{'B' if begins else 'I'}-{span.role}")
    if span.role == "narrow":
        return
    labels.kind[index] = IGNORE if span.kind is None else KINDS.index(span.kind)
    labels.hard[index] = int(span.hard)
    labels.horizon[index] = HORIZONS.index(span.horizon)
    labels.strength[index] = span.strength - 1


def message_labels(example: Example) -> dict[str, int]:
    """Return the class of every message head."""
    spans = [span for turn in example.turns for span in turn.spans if span.role in ("more", "less")]
    mood = next((tag for tag in example.tags if tag in MOODS), None)
    return {
        "task": TASKS.index(example.task),
        "intention": INTENTIONS.index(INTENTION_OF_TASK[example.task]),
        "intention_strength": _intention_strength(example, spans),
        "length": LENGTHS.index(_tagged(example, _LENGTH_TAGS)),
        "pace": PACES.index(_tagged(example, _PACE_TAGS)),
        "freshness": FRESHNESS.index(_tagged(example, _FRESH_TAGS)),
        "mood": IGNORE if mood is None else MOOD_NAMES.index(mood),
    }


def _tagged(example: Example, names: dict[str, str]) -> str:
    return next((name for tag, name in names.items() if tag in example.tags), "none")


def _intention_strength(example: Example, spans: list[Span]) -> int:
    if example.task == "chat":
        return 0
    if example.task in ("reset", "undo", "forget"):
        return 3
    return max((span.strength for span in spans), default=2)
