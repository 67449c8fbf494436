"""Make a viewer's vector from the items that they gave a sign about, and say which of those brings each candidate. Pure: numpy only.

Two ways with one face: the mean of what was liked, and a user-to-item version's viewer tower. Both compare by the dot product.
Shapes: N items, F features, D dims of the way's space, H signs newest first, C candidates, A anchors (the good signs among H).
"""

from typing import Protocol

import numpy as np

from feed.u2i.data import KIND_ROW, SIGN_K, Bools, Floats, Ints
from feed.u2i.exported import ExportedTowers

MAX_LIKED = 20  # that make the mean
DECAY = 0.9  # a liked video weighs this much of the next newer one: half after seven
WEIGHTS = {KIND_ROW["share"]: 1.2, KIND_ROW["like"]: 1.0, KIND_ROW["watch"]: 0.6}
MAX_SIGNS = 50  # that the viewer tower reads: most signs of somebody who watches much are skips


class Taste(Protocol):
    """A way from signs to a vector."""

    def items(self, ids_N: Ints, features_NF: Floats) -> Floats:
        """Return the items' vectors [N, D] from their features: what is seen and what is said side by side, each of length 1."""

    def reads(self, kind_H: Ints) -> Ints:
        """Return the places of the signs that make the vector, newest first."""

    def vector(self, item_HD: Floats, kind_H: Ints, age_s_H: Floats) -> Floats:
        """Return the viewer's vector [D] from what `reads` chose; ages in seconds before the newest sign."""


class MeanTaste:
    """The recency-weighted mean of what was liked, shared or watched to the end."""

    def items(self, ids_N: Ints, features_NF: Floats) -> Floats:
        """Return the features as they are."""
        return features_NF

    def reads(self, kind_H: Ints) -> Ints:
        """Return the newest good signs."""
        return np.flatnonzero(is_good(kind_H))[:MAX_LIKED]

    def vector(self, item_HD: Floats, kind_H: Ints, age_s_H: Floats) -> Floats:
        """Return the two means, each of length a half: the score is the mean of two cosines."""
        weight_H = np.array([WEIGHTS[int(kind)] for kind in kind_H]) * DECAY ** np.arange(len(kind_H))
        seen_D, said_D = np.split((weight_H @ item_HD).astype(np.float32), 2)
        return np.concatenate([_unit(seen_D), _unit(said_D)]).astype(np.float32) / np.float32(2)


class LearnedTaste:
    """The mean of what was liked, and beside it the towers of a user-to-item version.

    The dot product is the mean's plus `share` (default: what the towers were given) times the towers' cosine; 0 leaves the mean as it is.
    """

    def __init__(self, towers: ExportedTowers, share: float | None = None) -> None:
        self.towers, self.mean = towers, MeanTaste()
        self.share = np.float32(towers.share if share is None else share)

    @property
    def dims(self) -> int:
        """Return D: the features, and the towers' own space."""
        return self.towers.num_features + self.towers.dims

    def items(self, ids_N: Ints, features_NF: Floats) -> Floats:
        """Return the features, and the item tower's vectors; an item that training did not know has no residual there."""
        learned_ND = self.towers.item_vectors(features_NF, self.towers.rows_of(ids_N))
        return np.concatenate([features_NF, learned_ND], axis=1)

    def reads(self, kind_H: Ints) -> Ints:
        """Return the newest signs, good and bad, for the towers, and the newest good ones for the mean."""
        return np.union1d(np.arange(min(len(kind_H), MAX_SIGNS)), self.mean.reads(kind_H))

    def vector(self, item_HD: Floats, kind_H: Ints, age_s_H: Floats) -> Floats:
        """Return the mean, and `share` times the viewer tower's vector."""
        feature_HF, learned_HD = np.split(item_HD, [self.towers.num_features], axis=1)
        good, newest = self.mean.reads(kind_H), slice(MAX_SIGNS)
        mean_F = self.mean.vector(feature_HF[good], kind_H[good], age_s_H[good])
        learned_D = self.towers.viewer_vector(learned_HD[newest], kind_H[newest], age_s_H[newest])
        return np.concatenate([mean_F, self.share * learned_D])


def is_good(kind_H: Ints) -> Bools:
    """Say which signs [H] speak for their item."""
    return SIGN_K[kind_H] > 0


def causes(taste: Taste, item_HD: Floats, kind_H: Ints, age_s_H: Floats, candidate_CD: Floats) -> Ints:
    """Return for each candidate the place [C] of the good sign without which it would fall the most among the candidates.

    The vector is made anew without each good sign in turn, as if it had never been given: that is what "because you liked" claims.
    Scores are compared as distances from their mean in standard deviations, since a vector of fewer signs has other scores throughout.
    """
    standing_C = _standing(candidate_CD @ taste.vector(item_HD, kind_H, age_s_H))
    anchors = np.flatnonzero(is_good(kind_H))
    fall_AC = np.zeros((len(anchors), len(candidate_CD)), dtype=np.float32)
    for place, anchor in enumerate(anchors):
        kept = np.delete(np.arange(len(kind_H)), anchor)
        without_D = taste.vector(item_HD[kept], kind_H[kept], age_s_H[kept] - age_s_H[kept].min(initial=np.inf))
        fall_AC[place] = standing_C - _standing(candidate_CD @ without_D)
    return anchors[np.argmax(fall_AC, axis=0)]


def _standing(score_C: Floats) -> Floats:
    return (score_C - score_C.mean()) / max(float(score_C.std()), 1e-6)


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.linalg.norm(vector)), 1e-6)
