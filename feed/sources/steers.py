"""Candidates of the viewer's "more" steers, from the pool that was computed when the intent was written."""

import numpy as np

from feed.ranking.compose import Lane
from feed.ranking.packed import RELATED
from feed.ranking.wishes import shares_of
from feed.reading import Ask

ON_TOPIC_DIVERSITY = 0.25  # what the viewer named comes first, then variety within it
MAX_A_LANE = 100  # the best unseen ones are enough for a slate of 50
RELATED_SHARE = 0.5  # of a steer's slots, once nothing on topic is left


def steer_lanes(ask: Ask, *, weight: float, first_lane: int) -> list[Lane]:
    """Return a lane a steer of what is on topic and, if any, one of what is related, its stand-in; `weight` is shared among the steers.

    `detail` holds places in the viewer's pool. `first_lane` is where these lanes will stand in the slate's list of lanes. The pool lies
    in the order of steers, on topic first, so a lane is a slice of it.
    """
    steered = ask.viewer.steered
    rows, known = ask.table.rows_of(steered["video_id"])
    places = np.flatnonzero(known & ask.allowed[rows] if len(ask.table) else known)
    rows = rows[places]
    score = steered["score"][places] - ask.penalty[rows]
    lane_of = 2 * steered["steer"][places].astype(np.int64) + (
        steered["level"][places] == RELATED
    )  # on topic before related
    edges = np.searchsorted(lane_of, np.arange(2 * len(ask.viewer.wish_at) + 1)).tolist()
    steers = [
        (index, wish)
        for index, wish in enumerate(ask.viewer.wish_at)
        if wish is not None and wish.direction == "more" and edges[2 * index] < edges[2 * index + 2]
    ]
    lanes: list[Lane] = []
    for (index, wish), share in zip(steers, shares_of([wish for _, wish in steers]), strict=True):
        stood_for = first_lane + len(lanes)
        for at, own, stands_in_for in (
            (2 * index, weight * share, None),
            (2 * index + 1, weight * share * RELATED_SHARE, stood_for),
        ):
            if stands_in_for is not None and edges[at] == edges[at + 1]:
                continue  # with nothing to stand in with it would never have a turn
            slots = slice(edges[at], min(edges[at + 1], edges[at] + MAX_A_LANE))
            parts = rows[slots], score[slots], places[slots]
            lanes.append(Lane("steer", own, *parts, ON_TOPIC_DIVERSITY, 0, True, stands_in_for, wish))
    return lanes
