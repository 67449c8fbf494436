"""Hold logged impressions as arrays, and divide them. Pure: numpy only. Shapes: N impressions, F features, E engagements."""

import hashlib
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from feed.ranking.features import NAMES, SOURCES, FeaturesCF
from feed.ranking.ranker import ENGAGEMENTS, UTILITY

HELD_OUT = 0.25  # of each viewer's slates, the last ones


@dataclass(frozen=True, eq=False)
class Impressions:
    """Cards that were on screen, each with what was known when it was served and what came of it.

    `features` [N, F]; `position` [N] in its slate; `label` [N, E] whether each of ENGAGEMENTS followed; `slate` [N] and `viewer` [N] codes;
    `cause` [N]: cards of one slate with the same code came from the same lane; `at_s` [N] when the slate was served.
    """

    features: FeaturesCF
    position: npt.NDArray[np.float16]
    label: npt.NDArray[np.bool_]
    slate: npt.NDArray[np.int64]
    viewer: npt.NDArray[np.int64]
    cause: npt.NDArray[np.int64]
    at_s: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """Return N."""
        return len(self.position)

    def where(self, chosen: npt.NDArray[Any]) -> "Impressions":
        """Return those that a mask or an index chooses."""
        return Impressions(**{column.name: getattr(self, column.name)[chosen] for column in fields(self)})

    @property
    def data_hash(self) -> str:
        """Return the sha256 of all columns, in order."""
        digest = hashlib.sha256()
        for column in fields(self):
            digest.update(np.ascontiguousarray(getattr(self, column.name)).tobytes())
        return digest.hexdigest()

    @property
    def gain(self) -> npt.NDArray[np.float64]:
        """Return what each was worth [N], not below 0."""
        worth = self.label @ np.array([UTILITY[name] for name in ENGAGEMENTS])
        return np.maximum(worth, 0.0)

    def column(self, name: str) -> npt.NDArray[np.float32]:
        """Return one feature [N]."""
        return self.features[:, NAMES.index(name)].astype(np.float32)

    @property
    def source(self) -> npt.NDArray[np.int64]:
        """Return the index in SOURCES of what brought each [N], -1 for a source without a name there."""
        is_from = self.features[:, : len(SOURCES)] > 0
        return np.where(is_from.any(axis=1), is_from.argmax(axis=1), -1)


def divide(log: Impressions, *, held_out: float = HELD_OUT) -> tuple[Impressions, Impressions]:
    """Return (earlier, later): of each viewer the last `held_out` of their slates by time are later; who has one slate is earlier."""
    is_later = np.zeros(len(log), dtype=bool)
    for viewer in np.unique(log.viewer):
        mine = np.flatnonzero(log.viewer == viewer)
        slates = log.slate[mine]
        codes, first = np.unique(slates, return_index=True)
        order = codes[np.argsort(log.at_s[mine][first], kind="stable")]
        num_later = int(len(order) * held_out)
        is_later[mine] = np.isin(slates, order[len(order) - num_later :])
    return log.where(~is_later), log.where(is_later)
