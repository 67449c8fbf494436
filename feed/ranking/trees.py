"""Evaluate boosted trees for a few hundred candidates in a fraction of a millisecond, with numpy alone. Pure.

The web process has neither LightGBM's library nor its threads. A tree of at most 16 leaves is a 16-bit mask of the leaves that can
still be reached: each test that fails takes the leaves on its left away, and the first one left is the tree's answer (QuickScorer,
Lucchese et al. 2015). All tests on one feature are sorted by threshold, so the masks after any value of it are one row of a
table, for all trees at once. Shapes: C candidates, F features, T trees, R rows of all masks, K thresholds.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

MAX_LEAVES = 16
ALL_LEAVES = np.uint16(0xFFFF)
_FIRST_LEAF = np.array([(n & -n).bit_length() - 1 if n else 0 for n in range(1 << MAX_LEAVES)], dtype=np.int32)


@dataclass(frozen=True, eq=False)
class Forest:
    """T trees: `thresholds` [K] of all features end to end, ascending in each; feature f's are starts[f]:starts[f + 1].

    `masks` [K + F, T]: a row a feature and number of its thresholds that a value is above. `leaves` [T * 16]: what each leaf adds.
    """

    thresholds: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]
    masks: npt.NDArray[np.uint16]
    leaves: npt.NDArray[np.float32]

    def values(self, features_CF: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Return what each tree says of each candidate [C, T]. Features are numbers: no NaN."""
        reached = np.full((len(features_CF), self.masks.shape[1]), ALL_LEAVES)
        columns = features_CF.T.astype(np.float64)
        for index, column in enumerate(columns):
            start, stop = self.starts[index], self.starts[index + 1]
            if start < stop:
                above = self.thresholds[start:stop].searchsorted(column, side="left")
                reached &= self.masks[above + (start + index)]
        first = _FIRST_LEAF[reached] + np.arange(0, self.masks.shape[1] * MAX_LEAVES, MAX_LEAVES)
        return self.leaves[first]

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays as a file keeps them; `Forest(**arrays)` gives the forest back."""
        return {"thresholds": self.thresholds, "starts": self.starts, "masks": self.masks, "leaves": self.leaves}


def forest_of(trees: list[dict[str, Any]], *, num_features: int) -> Forest:
    """Return the forest of LightGBM's `dump_model()` tree structures; raises ValueError for a test that is not `value <= threshold`."""
    tests: list[list[tuple[float, int, int]]] = [
        [] for _ in range(num_features)
    ]  # (threshold, tree, leaves left of it)
    leaves = np.zeros((len(trees), MAX_LEAVES), dtype=np.float32)
    for number, tree in enumerate(trees):
        values: list[float] = []
        _walk(tree, number, values, tests)
        if len(values) > MAX_LEAVES:
            raise ValueError(f"a tree has {len(values)} leaves, more than {MAX_LEAVES}")
        leaves[number, : len(values)] = values
    thresholds, starts, masks = [], [0], []
    for of_feature in tests:
        distinct = sorted({threshold for threshold, _, _ in of_feature})
        rows = np.full((len(distinct) + 1, len(trees)), ALL_LEAVES)
        for threshold, number, on_left in of_feature:
            rows[distinct.index(threshold) + 1 :, number] &= np.uint16(~on_left & 0xFFFF)
        thresholds += distinct
        starts.append(len(thresholds))
        masks.append(rows)
    return Forest(np.array(thresholds), np.array(starts), np.concatenate(masks), leaves.ravel())


def _walk(node: dict[str, Any], number: int, values: list[float], tests: list[list[tuple[float, int, int]]]) -> int:
    """Add the node's leaves, left to right, to `values` and its tests to `tests`; return its leaves as bits."""
    if "leaf_value" in node:
        values.append(node["leaf_value"])
        return 1 << (len(values) - 1)
    if node["decision_type"] != "<=":
        raise ValueError(f"a test is {node['decision_type']!r}")
    on_left = _walk(node["left_child"], number, values, tests)
    tests[node["split_feature"]].append((node["threshold"], number, on_left))
    return on_left | _walk(node["right_child"], number, values, tests)
