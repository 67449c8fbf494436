"""What exploration draws: by chance, the same for the same world, and as good from many videos as from few."""

from collections import Counter

import numpy as np

from feed.ranking.table import FeatureTable, empty_table
from feed.reading import Ask, Viewer
from feed.sources.explore import BUDGET, explore_lane
from feed.sources.fresh import first_allowed


def table_of(num_videos: int, *, without: int = -1) -> FeatureTable:
    ids = np.array([n for n in range(1, num_videos + 1) if n != without])
    zeros = {name: np.zeros(len(ids), np.float32) for name in ("duration_s", "motion", "published_s", "popularity")}
    empty = empty_table()
    return FeatureTable(
        video_id=ids,
        vector_id=ids,
        creator=ids,
        title=ids,
        sketch=np.zeros((len(ids), empty.sketch.shape[1]), np.uint64),
        tags=np.full((len(ids), empty.tags.shape[1]), -1, np.int32),
        **zeros,  # type: ignore[arg-type]
    )


def drawn(table: FeatureTable, seed: int, allowed: np.ndarray | None = None) -> list[int]:
    is_allowed = np.ones(len(table), bool) if allowed is None else allowed
    ask = Ask(Viewer(viewer_id=1), table, is_allowed, np.zeros(len(table), np.float32), seed)
    return table.video_id[explore_lane(ask, weight=1.0).rows].tolist()


def test_every_video_has_its_chance() -> None:
    table, num_seeds = table_of(2_000), 2_000

    counts = Counter(video for seed in range(num_seeds) for video in drawn(table, seed * 1_000_003))

    expected = BUDGET * num_seeds / len(table)
    assert len(counts) == len(table)
    assert np.std([counts[video] for video in table.video_id]) < 2 * expected**0.5
    assert min(counts.values()) > expected / 3


def test_a_new_video_reshuffles_nothing() -> None:
    before, after = table_of(20_000, without=777), table_of(20_000)

    for seed in range(200):
        old, new = drawn(before, seed * 1_000_003), drawn(after, seed * 1_000_003)
        assert [video for video in new if video != 777] == old[: BUDGET - (777 in new)]


def test_few_allowed_videos_are_all_drawn_and_no_other() -> None:
    table = table_of(20_000)
    for num_allowed in (0, 1, 59, 60, 300):
        allowed = np.zeros(len(table), bool)
        allowed[np.random.default_rng(num_allowed).choice(len(table), num_allowed, replace=False)] = True

        found = drawn(table, 5, allowed)

        assert len(found) == min(BUDGET, num_allowed)
        assert set(found) <= set(table.video_id[allowed].tolist())


def test_the_first_allowed_are_found_behind_many_that_are_not() -> None:
    rows, allowed = np.arange(5_000)[::-1], np.zeros(5_000, bool)
    allowed[:200] = True

    assert first_allowed(rows, allowed, 100).tolist() == list(range(199, 99, -1))
    assert first_allowed(rows, ~allowed, 100).tolist() == list(range(4_999, 4_899, -1))
    assert first_allowed(rows, allowed & False, 100).tolist() == []
