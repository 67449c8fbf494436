"""Hold what one request read of its viewer, and what it may still show. Shapes: N videos of the feature table."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from feed.configuration import DEFAULT, FeedConfiguration
from feed.ranking.compose import AS_IT_COMES
from feed.ranking.features import LAST_SEEN, Past
from feed.ranking.packed import DEMOTED, REMOVED, SIMILAR, STEERED, unpack, unpack_ids
from feed.ranking.table import BoolN, FeatureTable
from feed.ranking.wishes import Wish, Wishes

Records = npt.NDArray[Any]


@dataclass(frozen=True)
class Viewer:
    """One viewer's rows as read by primary key: wishes, pool, similar videos, seen and hidden ids."""

    viewer_id: int
    wishes: Wishes = field(default_factory=Wishes)
    pool_version: int = -1
    pool_steers: list[dict[str, Any]] = field(default_factory=list)
    pool_last_vector_id: int = 0
    steered: Records = field(default_factory=lambda: unpack(b"", STEERED))
    removed: Records = field(default_factory=lambda: unpack(b"", REMOVED))
    demoted: Records = field(default_factory=lambda: unpack(b"", DEMOTED))
    similar: Records = field(default_factory=lambda: unpack(b"", SIMILAR))
    anchors: list[dict[str, Any]] = field(default_factory=list)
    num_engagements: int = 0
    seen: npt.NDArray[np.int64] = field(default_factory=lambda: unpack_ids(b""))
    hidden: npt.NDArray[np.int64] = field(default_factory=lambda: unpack_ids(b""))
    num_events: int = 0
    searched: Records = field(default_factory=lambda: unpack(b"", SIMILAR))
    searches: list[dict[str, Any]] = field(default_factory=list)
    diversity: float = AS_IT_COMES

    @property
    def pool_is_behind(self) -> bool:
        """Return whether the viewer has said something that the pool does not know yet."""
        return self.pool_version < self.wishes.version and bool(self.wishes.steers)

    @cached_property
    def wish_at(self) -> list[Wish | None]:
        """Return the active wish that each steer index of the pool stands for; None when it was removed, paused or has expired."""
        by_id = {wish.id: wish for wish in self.wishes.steers}
        return [by_id.get(steer["id"]) for steer in self.pool_steers]

    @cached_property
    def active_steers(self) -> BoolN:
        """Return for each pool steer index [256] whether it still holds; an index that stands for no steer does."""
        active = np.ones(256, dtype=bool)
        active[: len(self.wish_at)] = [wish is not None for wish in self.wish_at]
        return active


@dataclass(frozen=True)
class Ask:
    """What a source is asked: whose feed, over which table, which rows [N] may be shown, how much each row is pushed down, which knobs."""

    viewer: Viewer
    table: FeatureTable
    allowed: BoolN
    penalty: npt.NDArray[np.float32]
    seed: int
    configuration: FeedConfiguration = DEFAULT


def past_of(viewer: Viewer, table: FeatureTable) -> Past:
    """Return what the viewer liked and saw last, as rows of the table; what is not in the table is left out."""
    liked, is_there = table.rows_of(np.array([anchor["video_id"] for anchor in viewer.anchors], dtype=np.int64))
    seen, was_there = table.rows_of(viewer.seen[-LAST_SEEN:])
    return Past(liked[is_there], seen[was_there], viewer.num_engagements)
