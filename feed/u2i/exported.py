"""Compute the two towers' vectors without torch, from a safetensors file. Pure: numpy only.

The same sums as feed.u2i.towers, to 1e-5. Shape suffixes: N items, H engagements, F features, W width, D dims.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from feed.u2i.data import Floats, Ints

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86400.0
AGE_EDGES_S = np.array([MINUTE_S, 10 * MINUTE_S, HOUR_S, 6 * HOUR_S, DAY_S, 3 * DAY_S, 7 * DAY_S, 28 * DAY_S])
FORMAT = 2  # 1 had no share


def age_rows(ages_s: np.ndarray) -> Ints:
    """Return the row of the age table for ages in seconds; a negative age counts as 0."""
    return np.searchsorted(AGE_EDGES_S, ages_s, side="right").astype(np.int64)


class ExportedTowers:
    """Two trained towers. `keys_N` names the items that have a residual (a video's id, say); `description` is what the trainer wrote."""

    def __init__(self, arrays: dict[str, np.ndarray], keys_N: Ints, description: dict[str, Any]) -> None:
        self.arrays, self.keys_N, self.description = arrays, keys_N, description
        self._order = np.argsort(keys_N, kind="stable")

    @property
    def dims(self) -> int:
        """Return D, the width of the common space."""
        return int(self.arrays["nobody_D"].shape[0])

    @property
    def share(self) -> float:
        """Return what the towers' cosine counts beside the mean of what was liked, as the trainer found it."""
        return float(self.description["share"])

    @property
    def num_features(self) -> int:
        """Return F, the number of features that an item must have."""
        return int(self.arrays["feature_mean_F"].shape[0])

    @property
    def max_history(self) -> int:
        """Return how many of the newest engagements training showed the viewer tower."""
        return int(self.description["max_history"])

    def rows_of(self, keys_N: Ints) -> Ints:
        """Return the rows [N] of the named items, -1 for those that training did not know."""
        if not len(self.keys_N):
            return np.full(len(keys_N), -1, np.int64)
        at_N = np.minimum(np.searchsorted(self.keys_N, keys_N, sorter=self._order), len(self.keys_N) - 1)
        rows_N = self._order[at_N]
        return np.where(self.keys_N[rows_N] == keys_N, rows_N, -1)

    def item_vectors(self, features_NF: Floats, rows_N: Ints) -> Floats:
        """Return vectors [N, D] of length 1 for items with these features (float32 [N, F]) and rows (-1: not known in training)."""
        a = self.arrays
        scaled_NF = _unit((features_NF.astype(np.float32) - a["feature_mean_F"]) * a["feature_scale_F"])
        hidden_NW = _silu(scaled_NF @ a["item_in.weight"].T + a["item_in.bias"])
        seen_ND = scaled_NF @ a["item_axes.weight"].T + hidden_NW @ a["item_out.weight"].T + a["item_out.bias"]
        residual_ND = np.where(rows_N[:, None] >= 0, a["residual.weight"][np.maximum(rows_N, 0)], 0)
        return _unit(seen_ND + residual_ND)

    def viewer_vector(self, item_vectors_HD: Floats, kinds_H: np.ndarray, ages_s_H: np.ndarray) -> Floats:
        """Return the vector [D] of length 1 of a viewer with this history, in any order.

        `item_vectors_HD` are of `item_vectors` of this very version, `kinds_H` rows of KINDS, `ages_s_H` seconds before now. An empty
        history gives the vector of a viewer of whom nothing is known.
        """
        a, kinds_H = self.arrays, kinds_H.astype(np.int64)
        item_HD = item_vectors_HD.astype(np.float32).reshape(-1, self.dims)
        token_HD = item_HD + a["kind.weight"][kinds_H] + a["age.weight"][age_rows(ages_s_H)]
        hidden_HW = _silu(token_HD @ a["token.weight"].T + a["token.bias"])
        share = _softmax(np.append(a["nobody_attention"], hidden_HW @ a["attention.weight"][0]))
        pooled_D = share[0] * a["nobody_D"] + (share[1:] * a["kind_gain_K"][kinds_H]) @ item_HD
        hidden_W = share[1:] @ hidden_HW
        return _unit((pooled_D + hidden_W @ a["viewer_out.weight"].T + a["viewer_out.bias"])[None])[0]

    def save(self, path: Path) -> None:
        """Write everything to one safetensors file, all or nothing; the same towers give the same bytes."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        card = json.dumps({"format": FORMAT, "description": self.description}, sort_keys=True)
        metadata = {"card": card}  # one entry: the library writes several in any order
        save_file(self.arrays | {"keys_N": self.keys_N}, draft, metadata=metadata)
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> "ExportedTowers":
        """Read what `save` wrote; raises ValueError where it is of another format."""
        with safe_open(path, framework="numpy") as file:
            card = json.loads((file.metadata() or {}).get("card", "{}"))
            if card.get("format") != FORMAT:
                raise ValueError(f"{path}: not two towers of format {FORMAT}")
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return cls(arrays, arrays.pop("keys_N"), card["description"])


def _silu(x: Floats) -> Floats:
    return (x / (1 + np.exp(-np.clip(x, -80, 80)))).astype(np.float32)


def _softmax(x: Floats) -> Floats:
    odds = np.exp(x - x.max())
    return (odds / odds.sum()).astype(np.float32)


def _unit(x: Floats) -> Floats:
    return (x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)).astype(np.float32)
