"""Candidates of the viewer's "more" steers, from the pool that was computed when the intent was written."""

from typing import Any

import numpy as np

from feed.ranking.compose import Lane
from feed.ranking.packed import RELATED
from feed.ranking.wishes import shares_of
from feed.reading import Ask, Records

ON_TOPIC_DIVERSITY = 0.25  # what the viewer named comes first, then variety within it
MAX_A_LANE = 100  # the best unseen ones are enough for a slate of 50
RELATED_SHARE = 0.5  # of a steer's slots, once nothing on topic is left


def steer_lanes(ask: Ask, *, weight: float, first_lane: int) -> list[Lane]:
    """Return a lane a steer of what is on topic and one of what is related, its stand-in; `weight` is shared among the steers.

    `detail` holds pool records. `first_lane` is where these lanes will stand in the slate's list of lanes. The pool lies in the order
    of steers, on topic first, so a lane is a slice of it.
    """
    records, rows = _open_records(ask)
    score = records["score"] - ask.penalty[rows]
    edges = np.searchsorted(
        _place(records["steer"], records["level"]), np.arange(2 * len(ask.viewer.wish_at) + 1)
    ).tolist()
    steers = [
        (index, wish)
        for index, wish in enumerate(ask.viewer.wish_at)
        if wish is not None and wish.direction == "more" and edges[2 * index] < edges[2 * index + 2]
    ]
    lanes: list[Lane] = []
    for (index, wish), share in zip(steers, shares_of([wish for _, wish in steers]), strict=True):
        stood_for = first_lane + len(lanes)
        for place, part, stands_in_for in ((2 * index, 1.0, None), (2 * index + 1, RELATED_SHARE, stood_for)):
            slots = slice(edges[place], min(edges[place + 1], edges[place] + MAX_A_LANE))
            own = weight * share * part
            lane = Lane(
                "steer",
                own,
                rows[slots],
                score[slots],
                records[slots],
                ON_TOPIC_DIVERSITY,
                0,
                True,
                stands_in_for,
                wish,
            )
            lanes.append(lane)
    return lanes


def _place(steer: Any, level: Any) -> Any:
    """Return where a record's lane stands: two a steer, on topic before related."""
    return 2 * steer.astype(np.int64) + (level == RELATED)


def _open_records(ask: Ask) -> tuple[Records, Any]:
    rows, known = ask.table.rows_of(ask.viewer.steered["video_id"])
    usable = known & ask.allowed[rows] if len(ask.table) else known
    return (ask.viewer.steered, rows) if usable.all() else (ask.viewer.steered[usable], rows[usable])
