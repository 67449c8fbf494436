"""Say how each stage is trained: heads, what the loss weighs, how many examples. Pure.

`python -m chat.intent.train --stage NAME` runs one. Times on one core of an EPYC with AVX-512 bf16; scores stand in the stage's card.
"""

from dataclasses import dataclass

from chat.intent.schema import HORIZONS, INTENTIONS, KINDS, TASKS
from chat.intent.stages.features import NUM_FEATURES
from chat.intent.stages.labels import (
    FRESHNESS,
    INTENTION_STRENGTHS,
    LENGTHS,
    MOOD_NAMES,
    PACES,
    PHRASE_TAGS,
    STRENGTHS,
    TAGS,
)
from chat.intent.stages.network import HeadSpec


@dataclass(frozen=True)
class Recipe:
    """Hold one stage's training run. `weights`: share of each head in the loss."""

    stage: str
    heads: HeadSpec
    weights: dict[str, float]
    num_examples: int
    batch_size: int = 32
    learning_rate: float = 1e-3
    seed: int = 20261120


def recipe(stage: str, *, num_examples: int | None = None) -> Recipe:
    """Return the named stage's recipe, with another number of examples where one is given."""
    made = _RECIPES[stage]()
    return made if num_examples is None else Recipe(**{**vars(made), "num_examples": num_examples})


def _key_phrases() -> Recipe:
    heads = HeadSpec(token={"phrase": len(PHRASE_TAGS)}, message={}, rank=8)
    return Recipe("key_phrases", heads, {"phrase": 1.0}, num_examples=60_000)


def _intention() -> Recipe:
    heads = HeadSpec(
        message={"intention": len(INTENTIONS), "intention_strength": len(INTENTION_STRENGTHS), "task": len(TASKS)},
        rank=16,
    )
    weights = {"intention": 0.5, "intention_strength": 0.3, "task": 1.0}
    return Recipe("intention", heads, weights, num_examples=90_000)


def _extraction() -> Recipe:
    token = {"tag": len(TAGS), "kind": len(KINDS), "hard": 2, "horizon": len(HORIZONS), "strength": len(STRENGTHS)}
    message = {
        "task": len(TASKS),
        "length": len(LENGTHS),
        "pace": len(PACES),
        "freshness": len(FRESHNESS),
        "mood": len(MOOD_NAMES),
    }
    weights = {"tag": 2.0, "kind": 0.5, "hard": 0.3, "horizon": 0.3, "strength": 0.3, "task": 0.5}
    weights |= {"length": 0.2, "pace": 0.2, "freshness": 0.2, "mood": 0.5}
    return Recipe("extraction", HeadSpec(token=token, message=message, rank=32), weights, num_examples=120_000)


def _selection() -> Recipe:
    heads = HeadSpec(message={"task": len(TASKS)}, num_features=NUM_FEATURES, rank=16)
    return Recipe("selection", heads, {"task": 1.0}, num_examples=90_000)


_RECIPES = {"key_phrases": _key_phrases, "intention": _intention, "extraction": _extraction, "selection": _selection}
