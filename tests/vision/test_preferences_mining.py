"""Mining reads the search log fairly: only what was passed by loses, nobody has more than a share, contradictions cancel."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.clip import mining
from vision.clip.mining import Search, examination, mine
from vision.clip.preference_pairs import PreferencePair, part_of, split_by_query
from vision.clip.tastes import click

FLAT = np.ones(12)


@st.composite
def searches(draw: Callable) -> list[Search]:
    """Draw a small log: few viewers, queries and videos, so that they meet."""
    made = []
    for _ in range(draw(st.integers(0, 12))):
        shown = tuple(draw(st.permutations(range(8))))[: draw(st.integers(0, 8))]
        clicked = frozenset(draw(st.sets(st.sampled_from(shown)))) if shown else frozenset()
        left = frozenset(draw(st.sets(st.sampled_from(shown)))) - clicked if shown else frozenset()
        made.append(
            Search(draw(st.integers(1, 4)), draw(st.sampled_from(["cat", "Cat ", "dog"])), shown, clicked, left)
        )
    return made


def sides(pairs: list[PreferencePair]) -> dict[tuple[str, int, int], float]:
    return {(pair.query, pair.better, pair.worse): pair.weight for pair in pairs}


@given(searches())
@settings(max_examples=150, deadline=None)
def test_a_pair_is_a_click_over_something_above_it_that_was_passed_by(log: list[Search]) -> None:
    seen = {
        (" ".join(search.query.split()).casefold(), better, worse)
        for search in log
        for better in search.clicked
        for worse in search.shown[: search.shown.index(better)]
        if worse not in search.clicked and worse not in search.left
    }

    mined = sides(mine(log, p_position=FLAT))

    assert set(mined) <= seen
    assert not {(query, worse, better) for query, better, worse in mined} & set(mined)
    assert all(weight > 0 for weight in mined.values())


@given(searches(), st.randoms())
@settings(max_examples=100, deadline=None)
def test_order_and_repetition_of_the_log_change_nothing(log: list[Search], random: object) -> None:
    shuffled = [*log, *log]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert sides(mine(shuffled, p_position=FLAT)) == pytest.approx(sides(mine(log, p_position=FLAT)))


def test_opposite_clicks_of_two_viewers_are_no_pair() -> None:
    one, other = Search(1, "cat", (7, 8), frozenset({8})), Search(2, "cat", (8, 7), frozenset({7}))

    assert sides(mine([one], p_position=FLAT)) == {("cat", 8, 7): 1.0}
    assert mine([one, other], p_position=FLAT) == []


def test_a_viewer_of_two_minds_says_nothing() -> None:
    log = [Search(1, "cat", (7, 8), frozenset({8})), Search(1, "cat", (8, 7), frozenset({7}))]

    assert mine(log, p_position=FLAT) == []


def test_what_was_opened_by_mistake_neither_wins_nor_loses() -> None:
    log = [Search(1, "cat", (5, 6, 7), frozenset({7}), left=frozenset({5}))]

    assert set(sides(mine(log, p_position=FLAT))) == {("cat", 7, 6)}


def test_a_click_weighs_more_where_fewer_look() -> None:
    log = [Search(1, "cat", (1, 2), frozenset({2})), Search(2, "dog", (1, 2, 3, 4), frozenset({4}))]

    weights = sides(mine(log, p_position=np.array([1.0, 0.8, 0.4, 0.2])))

    assert weights["dog", 4, 1] == pytest.approx(4 * weights["cat", 2, 1])


@given(st.integers(1, 60), st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_one_eager_viewer_has_no_more_than_the_cap(num_searches: int, num_others: int) -> None:
    eager = [Search(1, f"query {n}", (1, 2, 3), frozenset({3})) for n in range(num_searches)]
    others = [Search(10 + n, "cat", (4, 5), frozenset({5})) for n in range(num_others)]

    mined = mine([*eager, *others], p_position=FLAT)

    assert len(mined) <= mining.MAX_PAIRS_A_VIEWER + 1
    assert Counter(pair.query for pair in mined)["cat"] == 1


def test_one_query_has_no_more_than_the_cap() -> None:
    crowd = [Search(n, "cat", tuple(range(20)), frozenset({10 + n % 10})) for n in range(200)]

    votes = mining._capped(mining._own_mind(mining._votes(crowd, np.ones(20))))

    assert len(votes) == mining.MAX_PAIRS_A_QUERY


def test_examination_is_found_in_what_moved_about() -> None:
    """Given the best always on top, clicks by rank overstate the bias; videos that stood at two positions correct it."""
    rng = np.random.default_rng(4)
    true_p = 1 / np.arange(1, 7) ** 0.7
    utility = rng.normal(size=(40, 6))
    log = []
    for viewer in range(6000):
        query = int(rng.integers(40))
        by_rank = np.argsort(-(utility[query] + rng.normal(size=6) * 0.7))  # the ranker changes its mind
        clicked = click(utility[query][by_rank], sharpness=1.5, examined=true_p, p_click=0.4, rng=rng)
        log.append(Search(viewer, f"q{query}", tuple(by_rank.tolist()), frozenset(int(by_rank[c]) for c in clicked)))
    by_rank_alone = np.array([np.mean([s.shown[k] in s.clicked for s in log]) for k in range(6)])

    found = examination(log)

    error, naive_error = np.abs(found - true_p).mean(), np.abs(by_rank_alone / by_rank_alone[0] - true_p).mean()
    assert error < 0.1
    assert error < naive_error / 2


@given(searches())
@settings(max_examples=100, deadline=None)
def test_examination_never_rises_and_stays_in_its_range(log: list[Search]) -> None:
    p = examination(log)

    assert (np.diff(p) <= 1e-12).all()
    assert ((p >= mining.MIN_PROPENSITY) & (p <= 1)).all()


def test_without_a_click_every_position_counts_the_same() -> None:
    assert examination([Search(1, "cat", (1, 2, 3), frozenset())]).tolist() == [1.0, 1.0, 1.0]
    assert mine([]) == []


@given(st.lists(st.tuples(st.text(max_size=6), st.integers(1, 5), st.integers(6, 9)), max_size=40), st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_a_query_is_in_one_part_only(rows: list[tuple[str, int, int]], seed: int) -> None:
    pairs = [PreferencePair(query, better, worse) for query, better, worse in rows]

    parts = split_by_query(pairs, seed=seed)

    assert sum(len(part) for part in parts.values()) == len(pairs)
    homes: dict[str, set[str]] = {}
    for name, part in parts.items():
        for pair in part:
            homes.setdefault(" ".join(pair.query.split()).casefold(), set()).add(name)
    assert all(len(home) == 1 for home in homes.values())


def test_the_split_has_its_shares() -> None:
    counts = Counter(part_of(f"query {n}", seed=3) for n in range(4000))

    assert counts["test"] / 4000 == pytest.approx(0.25, abs=0.03)
    assert counts["validation"] / 4000 == pytest.approx(0.15, abs=0.03)
