"""How a slate is filled from lanes: pure, no database."""

from itertools import pairwise

import numpy as np
import pytest

from feed.ranking.compose import Lane, Pick, compose
from feed.ranking.table import MAX_TAGS, NO_TAG, FeatureTable, sketches_of

NUM = 200


def table_of(
    *, vectors: np.ndarray | None = None, creators: list[int] | None = None, tags: list[list[int]] | None = None
) -> FeatureTable:
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(NUM, 384)) if vectors is None else vectors
    num = len(vectors)
    codes = np.full((num, MAX_TAGS), NO_TAG, dtype=np.int32)
    for row, own in enumerate(tags or [[n] for n in range(num)]):
        codes[row, : len(own)] = own
    return FeatureTable(
        video_id=np.arange(num) + 1000,
        vector_id=np.arange(num),
        creator=np.array(creators or list(range(num))),
        title=np.arange(num),
        duration_s=np.full(num, 7, dtype=np.float32),
        motion=np.linspace(0, 1, num, dtype=np.float32),
        published_s=np.arange(num, dtype=np.float64),
        popularity=np.zeros(num, dtype=np.float32),
        sketch=sketches_of(["".join("1" if x > 0 else "0" for x in vector) for vector in vectors]),
        tags=codes,
    )


def lane(weight: float, rows: range | list[int], **changes: object) -> Lane:
    rows = np.array(list(rows), dtype=np.int64)
    score = np.linspace(1, 0.5, len(rows), dtype=np.float32)
    return Lane("fresh", weight, rows, score, rows, **{"diversity": 0.0, **changes})  # type: ignore[arg-type]


def rows_of(picks: list[Pick]) -> list[int]:
    return [pick.row for pick in picks]


def test_any_prefix_of_a_slate_is_shared_by_weight() -> None:
    lanes = [lane(0.6, range(50)), lane(0.3, range(50, 100)), lane(0.1, range(100, 150))]

    picks = compose(table=table_of(), lanes=lanes, count=40, before=[])

    assert picks[0].lane == 0
    for length in (10, 20, 30, 40):
        counts = np.bincount([pick.lane for pick in picks[:length]], minlength=3)
        assert np.abs(counts - length * np.array([0.6, 0.3, 0.1])).max() <= 1


def test_no_row_comes_twice_and_none_that_is_on_the_page() -> None:
    lanes = [lane(0.5, range(30)), lane(0.5, range(10, 40))]

    picks = compose(table=table_of(), lanes=lanes, count=50, before=[5, 20])

    assert sorted(rows_of(picks)) == [row for row in range(40) if row not in (5, 20)]


def test_an_empty_lane_gives_its_share_to_its_stand_in_then_to_all() -> None:
    lanes = [lane(0.8, range(3)), lane(0.4, range(10, 14), stands_in_for=0), lane(0.2, range(20, 60))]

    picks = compose(table=table_of(), lanes=lanes, count=20, before=[])

    sources = [pick.lane for pick in picks]
    assert [sources.count(index) for index in range(3)] == [3, 4, 13]
    assert max(n for n, source in enumerate(sources) if source == 0) < sources.index(1)


def test_what_a_used_up_wish_leaves_goes_to_the_other_wishes() -> None:
    wishes = [lane(0.6, range(2), is_asked=True), lane(0.3, range(10, 20), is_asked=True, stands_in_for=0)]
    other = [lane(0.2, range(30, 60), is_asked=True), lane(0.2, range(100, 200))]

    picks = compose(table=table_of(), lanes=[*wishes, *other], count=20, before=[])

    sources = [pick.lane for pick in picks]
    assert sources.count(3) == 4
    assert sources.count(0) == 2
    assert sources.count(2) > sources.count(1)  # alone it would have had .2 of the slate


def test_what_was_asked_for_less_waits_for_everything_else() -> None:
    asked = lane(0.8, range(4), is_asked=True)
    asked.score[2:] = -0.4
    others = lane(0.2, range(100, 110))

    picks = rows_of(compose(table=table_of(), lanes=[asked, others], count=14, before=[]))

    assert sorted(picks[-2:]) == [2, 3]


def test_one_creator_has_at_most_two_of_ten_unless_asked_for() -> None:
    table = table_of(creators=[7] * 100 + list(range(100, 200)))
    everything = list(range(200))

    unasked = compose(table=table, lanes=[lane(1, everything)], count=10, before=[])
    asked = compose(
        table=table, lanes=[lane(0.9, range(100), is_asked=True), lane(0.1, range(100, 200))], count=10, before=[]
    )

    assert sum(row < 100 for row in rows_of(unasked)) == 2
    assert sum(row < 100 for row in rows_of(asked)) == 9


def test_cards_that_nobody_asked_for_do_not_repeat_a_tag() -> None:
    table = table_of(tags=[[0, 1, 2] if n < 60 else [3 + n % 40] for n in range(NUM)])

    unasked = compose(table=table, lanes=[lane(1, range(NUM))], count=10, before=[])
    liked = compose(table=table, lanes=[lane(1, range(NUM), tag_slack=2)], count=10, before=[])

    assert sum(row < 60 for row in rows_of(unasked)) == 1
    assert sum(row < 60 for row in rows_of(liked)) == 3


def test_a_lane_of_one_topic_waits_rather_than_repeat_it() -> None:
    table = table_of(tags=[[0, 40 + n] if n < 20 else [1 + n % 30] for n in range(NUM)])
    lanes = [lane(0.4, range(20)), lane(0.6, range(20, NUM))]

    picks = rows_of(compose(table=table, lanes=lanes, count=10, before=[]))
    alone = rows_of(compose(table=table, lanes=lanes[:1], count=10, before=[]))

    assert sum(row < 20 for row in picks) == 1
    assert len(alone) == 10


def test_near_identical_cards_never_follow_each_other() -> None:
    rng = np.random.default_rng(4)
    kinds = rng.normal(size=(4, 384))
    vectors = np.concatenate([kind + 0.1 * rng.normal(size=(20, 384)) for kind in kinds])
    table = table_of(vectors=vectors)

    picks = compose(table=table, lanes=[lane(1, range(80), is_asked=True)], count=40, before=[0])

    for first, second in pairwise([0, *rows_of(picks)]):
        assert first // 20 != second // 20


def test_the_sketch_estimates_the_cosine() -> None:
    rng = np.random.default_rng(8)
    vectors = rng.normal(size=(NUM, 384))
    vectors[1:] += vectors[0] * rng.uniform(0, 3, size=(NUM - 1, 1))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    estimated = table_of(vectors=vectors).similarity(np.arange(NUM), 0)

    assert np.abs(estimated - unit @ unit[0]).max() < 0.25
    assert estimated[0] == pytest.approx(1)


def test_diversity_trades_score_for_variety() -> None:
    rng = np.random.default_rng(4)
    same, other = rng.normal(size=384), rng.normal(size=(20, 384))
    vectors = np.concatenate([same + 1.2 * rng.normal(size=(20, 384)), other])
    table = table_of(vectors=vectors)

    def mean_similarity(diversity: float) -> float:
        rows = rows_of(compose(table=table, lanes=[lane(1, range(40), diversity=diversity)], count=10, before=[]))
        return float(np.mean([table.similarity(np.array(rows), row).mean() for row in rows]))

    assert mean_similarity(0.0) > mean_similarity(0.3) > mean_similarity(1.0)


def test_an_empty_catalogue_gives_no_picks() -> None:
    assert compose(table=table_of(), lanes=[], count=10, before=[]) == []
    assert compose(table=table_of(), lanes=[lane(1, [])], count=10, before=[]) == []
