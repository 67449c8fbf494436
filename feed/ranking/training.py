"""Train the ranker on logged impressions, a boosted forest an engagement. Pure: numpy and LightGBM.

A card far down is engaged with less because it stands there. The position goes into the trees as a feature and is 0 for all when
serving, so that what it explains is not credited to what the merge puts on top (position as a feature: Guo et al., PAL, RecSys 2019).
Inverse propensity weights did no better on logs with a known bias, and worse where it was strong (LOG.md).
50,000 impressions take about 1 s of one core.
"""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from feed.ranking.features import NAMES, POSITION
from feed.ranking.logs import Impressions
from feed.ranking.ranker import ENGAGEMENTS, Ranker, ranker_bytes, ranker_name
from feed.ranking.trees import MAX_LEAVES, forest_of

OnProgress = Callable[[int, int, float], None]  # rounds done, rounds in all, loss
MIN_POSITIVES = 20  # an engagement seen less often is given its smoothed rate, whatever the card


@dataclass(frozen=True)
class Recipe:
    """How the trees are grown: small ones, few, slowly enough. `min_leaf` impressions at least stand behind a leaf."""

    num_rounds: int = 40
    learning_rate: float = 0.1
    num_leaves: int = 12
    min_leaf: int = 40
    l2: float = 5.0
    seed: int = 7


def train(log: Impressions, *, recipe: Recipe = Recipe(), on_progress: OnProgress | None = None) -> Ranker:
    """Return a ranker of all impressions in `log`; the same log gives the same ranker to the bit.

    `on_progress` hears each round of each engagement's trees, with its log loss on what it learns from.
    """
    inputs = np.column_stack([log.features, log.position]).astype(np.float32)
    heads = []
    for index in range(len(ENGAGEMENTS)):
        told = _told(on_progress, index * recipe.num_rounds, len(ENGAGEMENTS) * recipe.num_rounds)
        heads.append(_trees(inputs, log.label[:, index], recipe, told))
    forest = forest_of([tree for head in heads for tree in head], num_features=len(NAMES) + 1)
    return with_card(Ranker(forest, tuple(len(head) for head in heads)), {})


def with_card(ranker: Ranker, card: dict[str, Any]) -> Ranker:
    """Return the ranker with its card, named by both."""
    carded = replace(ranker, card=card)
    return replace(carded, name=ranker_name(ranker_bytes(carded)))


def _told(on_progress: OnProgress | None, before: int, total: int) -> Callable[[Any], None] | None:
    """Return LightGBM's callback of a round, counted on from the rounds `before`."""
    if on_progress is None:
        return None
    return lambda round_: on_progress(before + round_.iteration + 1, total, round_.evaluation_result_list[0][2])


def _trees(
    inputs: npt.NDArray[np.float32],
    label: npt.NDArray[np.bool_],
    recipe: Recipe,
    told: Callable[[Any], None] | None,
) -> list[dict[str, Any]]:
    """Return the trees that predict one engagement's log-odds; the first carries the mean."""
    if min(label.sum(), len(label) - label.sum()) < MIN_POSITIVES:
        rate = (label.sum() + 0.5) / (len(label) + 1.0)
        return [{"leaf_value": float(np.log(rate / (1 - rate)))}]
    lightgbm = _lightgbm()
    data = lightgbm.Dataset(inputs, label.astype(np.float32), feature_name=[*NAMES, POSITION])
    watched = {"valid_sets": [data], "callbacks": [told]} if told else {}  # measured, not learned from twice
    booster = lightgbm.train(_parameters(recipe), data, recipe.num_rounds, **watched)
    return [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]


def _parameters(recipe: Recipe) -> dict[str, Any]:
    return {
        "objective": "binary",
        "learning_rate": recipe.learning_rate,
        "num_leaves": min(recipe.num_leaves, MAX_LEAVES),
        "min_data_in_leaf": recipe.min_leaf,
        "lambda_l2": recipe.l2,
        "max_bin": 63,
        "use_missing": False,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": recipe.seed,
        "verbose": -1,
    }


def _lightgbm() -> Any:
    """Import LightGBM; where the system has no OpenMP library, with the one that torch brings (the wheel has none of its own)."""
    try:
        import lightgbm
    except OSError:
        from importlib.util import find_spec

        torch = find_spec("torch")
        if torch is None or torch.origin is None:
            raise
        ctypes.CDLL(str(Path(torch.origin).parent / "lib" / "libgomp.so.1"), mode=ctypes.RTLD_GLOBAL)
        import lightgbm
    return lightgbm
