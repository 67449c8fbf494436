"""Say how each stage is trained: heads, what the loss weighs, how many examples. Pure.

The trunk run trains one network for all heads; each stage then starts from it and is trained on alone, briefly: nearly all is learned in
the common run. Times on one core of an EPYC with AVX-512 bf16; scores stand in the stages' cards.
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

_RANK = 24

_TOKEN_HEADS = {"tag": len(TAGS), "kind": len(KINDS), "hard": 2, "horizon": len(HORIZONS), "strength": len(STRENGTHS)}
_FILTER_HEADS = {"length": len(LENGTHS), "pace": len(PACES), "freshness": len(FRESHNESS), "mood": len(MOOD_NAMES)}
_INTENTION_HEADS = {"intention": len(INTENTIONS), "intention_strength": len(INTENTION_STRENGTHS)}
_EXTRACTION_WEIGHTS = {"tag": 2.0, "kind": 0.4, "hard": 0.3, "horizon": 0.2, "strength": 0.2, "task": 0.7}
_EXTRACTION_WEIGHTS |= {"length": 0.2, "pace": 0.2, "freshness": 0.2, "mood": 0.4}


@dataclass(frozen=True)
class Recipe:
    """Hold one training run. `weights`: share of each head in the loss."""

    stage: str
    heads: HeadSpec
    weights: dict[str, float]
    num_examples: int
    batch_size: int = 32
    learning_rate: float = 2.5e-4
    seed: int = 20261120


def recipe(stage: str, *, num_examples: int | None = None) -> Recipe:
    """Return the named run's recipe, with another number of examples where one is given."""
    made = _RECIPES[stage]()
    return made if num_examples is None else Recipe(**{**vars(made), "num_examples": num_examples})


def _trunk() -> Recipe:
    """Every head at once: where the four stages start from. Not shipped."""
    heads = HeadSpec(
        token={**_TOKEN_HEADS, "phrase": len(PHRASE_TAGS)},
        message={"task": len(TASKS), **_FILTER_HEADS, **_INTENTION_HEADS},
        rank=_RANK,
    )
    weights = {**_EXTRACTION_WEIGHTS, "phrase": 0.4, "intention": 0.2, "intention_strength": 0.1}
    return Recipe(TRUNK, heads, weights, num_examples=128_000)


def _key_phrases() -> Recipe:
    heads = HeadSpec(token={"phrase": len(PHRASE_TAGS)}, message={}, rank=_RANK)
    return Recipe("key_phrases", heads, {"phrase": 1.0}, num_examples=8_000, learning_rate=1.5e-4)


def _intention() -> Recipe:
    heads = HeadSpec(message={**_INTENTION_HEADS, "task": len(TASKS)}, rank=_RANK)
    weights = {"intention": 0.5, "intention_strength": 0.3, "task": 1.0}
    return Recipe("intention", heads, weights, num_examples=9_600, learning_rate=1.5e-4, seed=20261121)


def _extraction() -> Recipe:
    heads = HeadSpec(token=_TOKEN_HEADS, message={"task": len(TASKS), **_FILTER_HEADS}, rank=_RANK)
    return Recipe("extraction", heads, _EXTRACTION_WEIGHTS, num_examples=19_200, learning_rate=1.5e-4, seed=20261122)


def _selection() -> Recipe:
    heads = HeadSpec(message={"task": len(TASKS)}, num_features=NUM_FEATURES, rank=_RANK)
    return Recipe("selection", heads, {"task": 1.0}, num_examples=12_800, learning_rate=1.5e-4, seed=20261123)


TRUNK = "trunk"
_RECIPES = {
    TRUNK: _trunk,
    "key_phrases": _key_phrases,
    "intention": _intention,
    "extraction": _extraction,
    "selection": _selection,
}
