"""Keep a feature table in step with records of videos as they are read, without a second copy of the catalogue. Pure: numpy only."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from feed.ranking.table import MAX_TAGS, SKETCH_WORDS, BoolN, FeatureTable, IntN, empty_table

RECORD = np.dtype(
    [
        ("video_id", "i8"),
        ("vector_id", "i8"),
        ("creator", "i8"),
        ("title", "i8"),
        ("duration_s", "f4"),
        ("motion", "f4"),
        ("published_s", "f8"),
        ("popularity", "f4"),
        ("sketch", "u8", (SKETCH_WORDS,)),
        ("tags", "i4", (MAX_TAGS,)),
        ("servable", "?"),
    ]
)
COLUMNS = tuple(name for name in RECORD.names or () if name != "servable")
Records = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Held:
    """What is known of the catalogue: the table of what may be served, and the few records (by video id) of what may not.

    A change makes a new one; until its table is whole, requests rank from the former.
    """

    table: FeatureTable = field(default_factory=empty_table)
    withheld: Records = field(default_factory=lambda: np.zeros(0, dtype=RECORD))

    def updated(self, parts: list[Records], *, above: int, upto: int, found: IntN) -> "Held":
        """Return this with `parts` in the place of records of the same videos, itself where nothing is different.

        Each video is in one part at most. Of those with ids above..upto only `found` are left.
        """
        changed = [chosen(part, _differ(part, self._at(part["video_id"]))) for part in parts]
        gone = np.setdiff1d(self._ids_between(above, upto), found)
        if not len(gone) and not any(map(len, changed)):
            return self
        stale = np.concatenate([gone, *(part["video_id"] for part in changed)])
        left = chosen(self.withheld, ~np.isin(self.withheld["video_id"], stale))
        withheld = np.concatenate([*(chosen(part, ~part["servable"]) for part in changed), left])
        return Held(self._table_with(changed, stale), withheld[np.argsort(withheld["video_id"])])

    def _ids_between(self, above: int, upto: int) -> IntN:
        lists = self.table.video_id, self.withheld["video_id"]
        return np.concatenate([ids[slice(*np.searchsorted(ids, [above, upto], side="right"))] for ids in lists])

    def _at(self, video_ids: IntN) -> Records:
        """Return the record of each video, zeros for one that is not known."""
        records = np.zeros(len(video_ids), dtype=RECORD)
        rows, is_served = self.table.rows_of(video_ids)
        records["servable"] = is_served
        for name in COLUMNS:
            records[name][is_served] = getattr(self.table, name)[rows[is_served]]
        places = np.searchsorted(self.withheld["video_id"], video_ids)
        known = places < len(self.withheld)
        known[known] = self.withheld["video_id"][places[known]] == video_ids[known]
        records[known] = self.withheld[places[known]]
        return records

    def _table_with(self, changed: list[Records], stale: IntN) -> FeatureTable:
        """Return the table with the servable ones of `changed` and without what is `stale`; a column at a time, to hold little twice."""
        kept = ~np.isin(self.table.video_id, stale)
        served = [chosen(part, part["servable"]) for part in changed]

        def column(name: str) -> npt.NDArray[Any]:
            return np.concatenate([*(part[name] for part in served), getattr(self.table, name)[kept]])

        order = np.argsort(column("video_id"), kind="stable")
        columns = {name: column(name)[order] for name in COLUMNS}
        return FeatureTable(**columns, model_version_id=self.table.model_version_id)


def chosen(records: Records, mask: BoolN) -> Records:
    """Return the records where `mask` holds: themselves, not a copy, where that is all of them (a whole catalogue is, once)."""
    return records if mask.all() else records[mask]


def _differ(some: Records, others: Records) -> BoolN:
    """Return which records are not the same to the bit (unknown motion is NaN, which equals nothing)."""
    as_bytes = (len(some), RECORD.itemsize)
    return (some.view(np.uint8).reshape(as_bytes) != others.view(np.uint8).reshape(as_bytes)).any(axis=1)
