"""Order each lane's candidates by what the viewer will do with them. Pure: numpy only.

The ranker predicts engagements and weighs them (UTILITY). It never moves a card between lanes: how many cards each cause gets is the
merge's, so words still win. Inside a lane it hands out the lane's own scores anew, the highest to the card that it thinks best, so
that all that reads scores (MMR, what is pushed down) means what it meant. Deterministic: equal utilities keep their order.

Left alone: the explore lane, whose cards are drawn by chance so that training sees what no ranker chose, and everything of a viewer
of whom nothing is known.
"""

import hashlib
import json
from copy import copy
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from feed.ranking import features
from feed.ranking.compose import Lane
from feed.ranking.table import FeatureTable, FloatN
from feed.ranking.trees import Forest

ENGAGEMENTS = ("finish", "like", "share", "turn_away")  # turned away: skipped, not interested or reported
# What an engagement is worth, as feed.services.viewers weighs the first three for a viewer's vector.
UTILITY = {"finish": 0.6, "like": 1.0, "share": 1.2, "turn_away": -1.0}
SCORED = 64  # candidates a slate, divided among the lanes as its cards are
ASKED_TRUST = 0.3  # how far what was asked for follows the ranker; the rest is how well it fits the words
FORMAT = "ranker/1"


class NotARankerError(ValueError):
    """A file holds no ranker that this code can serve."""


@dataclass(frozen=True, eq=False)
class Ranker:
    """Trees for each of ENGAGEMENTS, end to end (`num_trees` of each); trained on `features.NAMES` and the position, which is 0 here.

    `card` says what it was trained on and how well it did; `name` is its content's.
    """

    forest: Forest
    num_trees: tuple[int, ...]
    card: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    def probabilities(self, features_CF: npt.NDArray[Any], position: npt.NDArray[Any] | None = None) -> FloatN:
        """Return p of each engagement [C, 4], for cards at `position` [C]; by default all at the first one."""
        at = np.zeros(len(features_CF), dtype=np.float16) if position is None else position
        values = self.forest.values(np.column_stack([features_CF, at]))
        edges = np.cumsum([0, *self.num_trees[:-1]])
        return np.asarray(1 / (1 + np.exp(-np.add.reduceat(values, edges, axis=1))), dtype=np.float32)

    def utility(self, features_CF: npt.NDArray[Any]) -> FloatN:
        """Return what showing each candidate is worth [C]."""
        weights = np.array([UTILITY[name] for name in ENGAGEMENTS], dtype=np.float32)
        return np.asarray(self.probabilities(features_CF) @ weights, dtype=np.float32)


def reorder(
    *,
    ranker: Ranker,
    table: FeatureTable,
    past: features.Past,
    lanes: list[Lane],
    penalty: FloatN,
    follow: float = 1.0,
) -> list[Lane]:
    """Return the lanes with their scores handed out anew; lanes, weights, rows and details are as they were.

    `follow` in [0, 1]: how far the ranker is followed, 0 not at all.
    """
    heads = [_num_scored(lane, lanes) for lane in lanes]
    if not past.num_engagements or not any(heads) or not follow:
        return lanes
    worth = ranker.utility(
        features.features_of_lanes(table=table, past=past, lanes=lanes, heads=heads, penalty=penalty)
    )
    lane_of = np.repeat(np.arange(len(lanes)), heads)
    own = np.concatenate([lane.score[:num] for lane, num in zip(lanes, heads, strict=True)])
    trust = follow * np.array([ASKED_TRUST if lane.is_asked else 1.0 for lane in lanes], dtype=np.float32)
    new = np.split(handed_out(own, worth, lane_of, trust[lane_of]), np.cumsum(heads)[:-1])
    return [_rescored(lane, head) if len(head) > 1 else lane for lane, head in zip(lanes, new, strict=True)]


def _num_scored(lane: Lane, lanes: list[Lane]) -> int:
    """Return how many of a lane's best are scored: more than the slate takes of it, none where a full lane comes first."""
    waits = lane.stands_in_for is not None and len(lanes[lane.stands_in_for].rows) > 0
    return 0 if lane.source == "explore" or waits else min(len(lane.rows), ceil(SCORED * lane.weight))


def handed_out(own: FloatN, worth: FloatN, lane_of: npt.NDArray[np.int64], trust: FloatN | float) -> FloatN:
    """Return new scores [C]: each lane's own, handed to the worthiest first, as far as `trust` [C] says; the rest is the card's own.

    What is pushed down (score <= 0) keeps its score. `lane_of` [C] ascends.
    """
    new, may_move = own.copy(), np.flatnonzero(own > 0)
    lanes = lane_of[may_move]
    by_worth, by_own = (may_move[np.lexsort((-value[may_move], lanes))] for value in (worth, own))
    new[by_worth] += (trust[by_worth] if isinstance(trust, np.ndarray) else trust) * (own[by_own] - own[by_worth])
    return new


def _rescored(lane: Lane, head: FloatN) -> Lane:
    """Return the lane with other scores for its first cards."""
    rescored = copy(lane)
    rescored.score = lane.score.copy()
    rescored.score[: len(head)] = head
    return rescored


def ranker_bytes(ranker: Ranker) -> bytes:
    """Return the ranker as a file's content (safetensors, its card in the header)."""
    from safetensors.numpy import save

    header = {
        "format": FORMAT,
        "features": features.NAMES,
        "engagements": ENGAGEMENTS,
        "num_trees": ranker.num_trees,
        "card": ranker.card,
    }  # one entry: safetensors writes several in any order, and the name is the content's
    return bytes(save(ranker.forest.arrays(), metadata={"ranker": json.dumps(header, sort_keys=True)}))


def ranker_name(content: bytes) -> str:
    """Return the name of a ranker by its file's content."""
    return f"ranker-{hashlib.sha256(content).hexdigest()[:12]}"


def read_ranker(file: Path) -> Ranker:
    """Return the ranker of a file; raises NotARankerError, in words, for what is none or was trained on other features."""
    try:
        content = file.read_bytes()
        with safe_open(file, framework="np") as opened:
            header = json.loads((opened.metadata() or {})["ranker"])
            arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        _check(header)
        forest = Forest(**arrays)
        _check_forest(forest, num_trees := tuple(header["num_trees"]))
        return Ranker(forest, num_trees, header["card"], ranker_name(content))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise NotARankerError(f"{file.name} is not a ranker that can serve: {error}") from error


def _check(header: dict[str, Any]) -> None:
    if header.get("format") != FORMAT:
        raise ValueError(f"its format is {header.get('format')!r}, not {FORMAT!r}")
    if tuple(header["features"]) != features.NAMES:
        raise ValueError("it was trained on other features")
    if tuple(header["engagements"]) != ENGAGEMENTS:
        raise ValueError("it predicts other engagements")


def _check_forest(forest: Forest, num_trees: tuple[int, ...]) -> None:
    num_features, trees = len(features.NAMES) + 1, sum(num_trees)
    num_rows = len(forest.thresholds) + num_features
    right = (len(forest.starts), forest.masks.shape, forest.leaves.shape) == (
        num_features + 1,
        (num_rows, trees),
        (16 * trees,),
    )
    if not right or len(num_trees) != len(ENGAGEMENTS) or min(num_trees) < 1:
        raise ValueError("its arrays do not fit together")
