"""The lanes of what was asked for: a steer's own, and a stand-in where something is related to it."""

import numpy as np
import pytest

from feed.ranking.packed import ON_TOPIC, RELATED, STEERED, pack, unpack
from feed.ranking.wishes import Wish, Wishes
from feed.reading import Ask, Viewer
from feed.sources.steers import steer_lanes
from tests.feed.test_explore import table_of

NUM_VIDEOS = 100


def lanes_of_pool(*nums: tuple[int, int]) -> list[tuple[int | None, int]]:
    """Return, for steers with so many videos (on topic, related), each lane's stands_in_for and number of candidates."""
    ids = iter(range(1, NUM_VIDEOS + 1))
    records = [
        (next(ids), 1.0, -1.0, steer, level)
        for steer, of_steer in enumerate(nums)
        for level, num in zip((ON_TOPIC, RELATED), of_steer, strict=True)
        for _ in range(num)
    ]
    wishes = [Wish(str(n), f"thing {n}", "topic", "more", 0.8, False, None) for n in range(len(nums))]
    viewer = Viewer(
        viewer_id=1,
        wishes=Wishes(steers=wishes),
        pool_steers=[{"id": wish.id} for wish in wishes],
        steered=unpack(pack(records, STEERED), STEERED),
    )
    table = table_of(NUM_VIDEOS)
    ask = Ask(viewer, table, np.ones(NUM_VIDEOS, bool), np.zeros(NUM_VIDEOS, np.float32), 1)
    return [(lane.stands_in_for, len(lane.rows)) for lane in steer_lanes(ask, weight=1.0, first_lane=0)]


@pytest.mark.parametrize(
    ("nums", "lanes"),
    [
        ([(3, 2), (4, 5)], [(None, 3), (0, 2), (None, 4), (2, 5)]),
        ([(3, 0), (4, 5)], [(None, 3), (None, 4), (1, 5)]),
        ([(0, 2), (4, 0)], [(None, 0), (0, 2), (None, 4)]),
        ([(0, 0), (4, 0)], [(None, 4)]),
    ],
)
def test_a_steer_has_a_stand_in_where_something_is_related(
    nums: list[tuple[int, int]], lanes: list[tuple[int | None, int]]
) -> None:
    assert lanes_of_pool(*nums) == lanes
