"""What is asked teaches the model: chosen pairs beat evenly drawn ones, batches do not repeat themselves, near twins are not asked."""

import numpy as np
import pytest

from labelling.measures.learning import curve
from labelling.measures.logistic import sigmoid
from labelling.measures.selection import Pairs, choose, drawn_evenly, features, information, is_near_identical, learn

DIM, NUM_VIDEOS, NUM_QUERIES = 12, 400, 40


class World:
    """Videos with a taste that people share, and pairs of each query's first results."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        unit = lambda x: x / np.linalg.norm(x, axis=1, keepdims=True)  # noqa: E731
        self.videos = unit(self.rng.normal(size=(NUM_VIDEOS, DIM)))
        self.queries = unit(self.rng.normal(size=(NUM_QUERIES, DIM)))
        self.weights = np.concatenate([[8.0], self.rng.normal(size=DIM) * 3])
        rows = []
        for query in range(NUM_QUERIES):
            best = np.argsort(-self.videos @ self.queries[query])[:10]
            rows += [(query, a, b) for at, a in enumerate(best) for b in best[at + 1 :]]
        self.query, first, second = np.array(rows).T
        self.read = features(self.queries[self.query], self.videos[first], self.videos[second])
        self.answer = (self.rng.random(len(rows)) < sigmoid(self.read @ self.weights)).astype(float)

    def learned(self, rows: list[int]) -> float:
        """Return how often the model that knows these answers agrees with the people's true preference."""
        known = learn(self.read[rows], self.answer[rows], DIM + 1)
        return float((np.sign(self.read @ known.mean) == np.sign(self.read @ self.weights)).mean())

    def asked_actively(self, count: int) -> list[int]:
        rows: list[int] = []
        while len(rows) < count:
            known = learn(self.read[rows], self.answer[rows], DIM + 1)
            left = np.setdiff1d(np.arange(len(self.query)), rows)
            chosen = choose(Pairs(self.query[left], self.read[left]), known, count=20, max_a_query=2)
            rows += left[chosen].tolist()
        return rows


def test_chosen_pairs_teach_more_than_evenly_drawn_ones() -> None:
    gains = []
    for seed in range(4):
        world = World(seed)
        drawn = drawn_evenly(world.query, count=100, rng=np.random.default_rng(seed))
        gains.append(world.learned(world.asked_actively(100)) - world.learned(drawn))

    assert np.mean(gains) > 0.01


def test_a_batch_does_not_ask_the_same_thing_twice() -> None:
    """Given one direction in which many pairs lie and another in which few do, both unknown."""
    read = np.concatenate([np.tile([0, 1.0, 0], (20, 1)), np.tile([0, 0, 0.9], (2, 1))])
    known = learn(np.zeros((0, 3)), np.zeros(0), 3)

    chosen = choose(Pairs(np.arange(22), read), known, count=4, max_a_query=1)

    assert {row >= 20 for row in chosen} == {True, False}


def test_a_query_gets_no_more_than_its_share() -> None:
    world = World(1)
    known = learn(np.zeros((0, DIM + 1)), np.zeros(0), DIM + 1)

    chosen = choose(Pairs(world.query, world.read), known, count=30, max_a_query=2)

    assert len(set(chosen)) == 30
    assert np.bincount(world.query[chosen]).max() == 2


def test_all_is_chosen_where_there_is_less_than_was_asked_for() -> None:
    known = learn(np.zeros((0, 3)), np.zeros(0), 3)

    assert sorted(choose(Pairs(np.arange(3), np.eye(3)), known, count=9, max_a_query=5)) == [0, 1, 2]


def test_information_is_high_where_the_weights_disagree_and_none_where_they_are_sure() -> None:
    mean, variance = np.array([0.0, 0.0, 5.0, 0.0]), np.array([4.0, 0.1, 4.0, 0.0])

    found = information(mean, variance)

    assert found[0] > found[1] > found[3] == pytest.approx(0, abs=1e-3)
    assert found[0] > found[2]
    assert (found <= np.log(2)).all()


def test_the_control_takes_queries_in_turn() -> None:
    query = np.repeat(np.arange(8), 12)

    drawn = drawn_evenly(query, count=16, rng=np.random.default_rng(0))

    assert np.bincount(query[drawn]).tolist() == [2] * 8
    assert len(set(drawn)) == 16


def test_near_twins_are_known_and_either_order_of_a_pair_is_the_same() -> None:
    one, twin, other = np.eye(3)[0], np.array([0.999, 0.0447, 0.0]), np.eye(3)[1]

    assert is_near_identical([one, one], [twin, other]).tolist() == [True, False]
    assert (features([other], [one], [twin]) == -features([other], [twin], [one])).all()


def test_a_learning_curve_rises_with_what_is_known_and_needs_enough_to_measure_on() -> None:
    world = World(2)
    held, asked = slice(0, 600), np.random.default_rng(0).permutation(np.arange(600, len(world.query)))
    queries = world.query[held].tolist()

    points = curve(world.read[asked], world.answer[asked], world.read[held], world.answer[held], queries)
    few = curve(world.read[asked], world.answer[asked], world.read[:9], world.answer[:9], queries[:9])

    assert [point.num for point in points] == sorted({point.num for point in points})
    assert points[-1].num == len(asked)
    assert points[-1].accuracy > points[0].accuracy
    assert all(point.low <= point.accuracy <= point.high for point in points)
    assert few == []
