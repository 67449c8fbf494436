"""Candidates of the viewer's "more" steers, from the pool that was computed when the intent was written."""

import numpy as np

from feed.ranking.compose import Lane
from feed.ranking.packed import ON_TOPIC, RELATED
from feed.ranking.wishes import Wish, shares_of
from feed.reading import Ask, Records

ON_TOPIC_DIVERSITY = 0.25  # what the viewer named comes first, then variety within it
RELATED_SHARE = 0.5  # of a steer's slots, once nothing on topic is left


def steer_lanes(ask: Ask, *, weight: float, first_lane: int) -> list[Lane]:
    """Return two lanes a steer, on topic and its stand-in with what is related; `weight` is shared among the steers.

    `detail` holds pool records. `first_lane` is where these lanes will stand in the slate's list of lanes.
    """
    records, rows = _open_records(ask)
    present = {int(steer): ask.viewer.wish_at(int(steer)) for steer in np.unique(records["steer"])}
    steers: list[tuple[int, Wish]] = sorted(
        (index, wish) for index, wish in present.items() if wish is not None and wish.direction == "more"
    )
    lanes: list[Lane] = []
    for (steer, _), share in zip(steers, shares_of([wish for _, wish in steers]), strict=True):
        stands_in_for = None
        for level in (ON_TOPIC, RELATED):
            chosen = (records["steer"] == steer) & (records["level"] == level)
            score = records["score"][chosen] - ask.penalty[rows[chosen]]
            lane_weight = weight * share * (1.0 if level == ON_TOPIC else RELATED_SHARE)
            lanes.append(
                Lane(
                    "steer", lane_weight, rows[chosen], score, records[chosen], ON_TOPIC_DIVERSITY, True, stands_in_for
                )
            )
            stands_in_for = first_lane + len(lanes) - 1
    return lanes


def _open_records(ask: Ask) -> tuple[Records, np.ndarray]:
    rows, known = ask.table.rows_of(ask.viewer.steered["video_id"])
    usable = known & ask.allowed[rows] if len(ask.table) else known
    return ask.viewer.steered[usable], rows[usable]
