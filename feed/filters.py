"""Say which videos may be shown: filters remove, they never reorder.

Never relaxed: visibility (in the SQL that reads the cards, and in the feature table), what a hard "less" steer forbids, what the
viewer is not interested in, and the cards already on the page. Relaxed when too little is left, in RELAXATIONS' order, each
with a line that the page shows: rather something else than a repeat, so what was seen comes back last.
"""

import numpy as np
import numpy.typing as npt

from feed.ranking.table import BoolN, FeatureTable
from feed.ranking.wishes import Filters
from feed.reading import Viewer

SECONDS_A_DAY = 86_400
PENALTY_WEIGHT = 3.0  # against scores of about [0, 2.6]: what is wholly unwanted comes after all else in its lane
RELAXATIONS: tuple[tuple[str, str], ...] = (
    ("published", "Nothing that new is left, so here are older clips too."),
    ("pace", "Nothing of that pace is left, so here are other clips too."),
    ("duration", "Nothing of that length is left, so here are other clips too."),
    ("seen", "You have seen everything that fits, so here are clips from a while ago."),
)
NOTHING_LEFT = "Nothing is left to show: your wishes rule out every clip here. Remove one of them to see more."


def mask_of(table: FeatureTable, video_ids: npt.NDArray[np.int64]) -> BoolN:
    """Return [N] whether each row's video is among `video_ids`; unknown ids are ignored."""
    mask = np.zeros(len(table), dtype=bool)
    rows, known = table.rows_of(video_ids)
    mask[rows[known]] = True
    return mask


def never_shown(viewer: Viewer, table: FeatureTable, exclude: list[int]) -> BoolN:
    """Return [N] what must not be shown whatever else is left."""
    active = viewer.active_steers
    forbidden = viewer.removed["video_id"][active[viewer.removed["steer"]]]
    gone = mask_of(table, np.concatenate([forbidden, viewer.hidden, np.array(exclude, dtype=np.int64)]))
    if viewer.pool_last_vector_id and any(wish.hard for wish in viewer.wishes.less):
        gone |= table.vector_id > viewer.pool_last_vector_id  # not yet checked against "never": the next pool knows it
    return gone


def relaxable(viewer: Viewer, table: FeatureTable, *, now_s: float) -> dict[str, BoolN]:
    """Return what each relaxable rule lets through, [N] a rule; a rule that the viewer did not set is absent."""
    filters = viewer.wishes.filters
    rules = {
        "published": _recent_enough(filters, table, now_s),
        "pace": _of_pace(filters, table),
        "duration": _of_length(filters, table),
        "seen": ~mask_of(table, viewer.seen) if len(viewer.seen) else None,
    }
    return {name: mask for name, mask in rules.items() if mask is not None}


def _recent_enough(filters: Filters, table: FeatureTable, now_s: float) -> BoolN | None:
    if filters.published_within_days is None:
        return None
    return table.published_s >= now_s - filters.published_within_days * SECONDS_A_DAY


def _of_pace(filters: Filters, table: FeatureTable) -> BoolN | None:
    if filters.pace is None:
        return None
    return table.motion <= table.calm_below if filters.pace == "calm" else table.motion >= table.lively_above


def _of_length(filters: Filters, table: FeatureTable) -> BoolN | None:
    if filters.min_duration_s is None and filters.max_duration_s is None:
        return None
    at_least, at_most = filters.min_duration_s or 0.0, filters.max_duration_s
    return (table.duration_s >= at_least) & (table.duration_s <= (np.inf if at_most is None else at_most))


def penalties(viewer: Viewer, table: FeatureTable) -> npt.NDArray[np.float32]:
    """Return [N] how much each row is pushed down, in [0, 3], by soft "less" steers and by what the viewer is not interested in."""
    penalty = np.zeros(len(table), dtype=np.float32)
    demoted = viewer.demoted[viewer.active_steers[viewer.demoted["steer"]]]
    rows, known = table.rows_of(demoted["video_id"])
    np.maximum.at(penalty, rows[known], demoted["penalty"][known] * np.float32(PENALTY_WEIGHT))
    return penalty
