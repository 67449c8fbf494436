"""Held-out pairs are scored as the definitions say, and each baseline does what its paper says on cases worked out by hand."""

import numpy as np
import pytest

from feed.u2i import baselines
from feed.u2i.contenders import halves
from feed.u2i.data import liked_pairs
from feed.u2i.heldout import COLD, PLACES, TAIL, HeldOut, places, top


def pairs(*rows: tuple[int, int]) -> HeldOut:
    viewer, item = np.array(rows).T
    return HeldOut.of(liked_pairs(viewer, item), liked_pairs(np.array([0, 1]), np.array([8, 8])), num_items=10)


def test_a_viewer_of_many_pairs_weighs_as_much_as_a_viewer_of_one() -> None:
    held_out = pairs((0, 1), (0, 2), (0, 3), (1, 4))

    found = held_out.recall(np.array([1.0, 1.0, 1.0, 0.0]))

    assert found.value == pytest.approx(0.5)


def test_ndcg_of_a_perfect_list_is_one_and_of_a_lower_place_less() -> None:
    held_out = pairs((0, 1), (0, 2), (1, 4))

    perfect = held_out.discounted(np.array([0, 1, 0]))
    lower = held_out.discounted(np.array([0, 1, 3]))

    assert held_out.recall(perfect).value == pytest.approx(1)
    assert held_out.recall(lower).value == pytest.approx((1 + 1 / np.log2(5)) / 2)
    assert held_out.discounted(np.full(3, PLACES)).sum() == 0


def test_cold_items_are_those_that_training_never_met() -> None:
    held_out = pairs((0, 1), (2, 8))

    assert held_out.is_in(COLD).tolist() == [True, False]
    assert held_out.is_in(TAIL).tolist() == [False, True]


def test_pairs_that_training_holds_too_are_not_scored() -> None:
    assert len(pairs((0, 8), (0, 1))) == 1


def test_lists_leave_out_what_was_had_and_break_ties_by_row() -> None:
    score_BN = np.array([[1.0, 3.0, 3.0, 2.0], [0.0, 0.0, 0.0, 0.0]])
    had_BN = np.array([[False, True, False, False], [True, False, True, True]])

    lists = top(score_BN, had_BN, 3)

    assert lists.tolist() == [[2, 3, 0], [1, -1, -1]]
    assert places(lists, np.array([0, 0])).tolist() == [2, PLACES]


def test_a_surer_gain_has_the_narrower_interval() -> None:
    viewers = np.arange(200)
    held_out = HeldOut(viewers, viewers, viewers)
    before = (viewers % 2 == 0) * 1.0

    everywhere = held_out.gain(before * 0, before * 0 + 1)
    mixed = held_out.gain(before, 1 - before)

    assert (everywhere.low, everywhere.high) == (1, 1)
    assert mixed.low < 0 < mixed.high


def test_halves_part_viewers_not_pairs() -> None:
    viewer = np.repeat(np.arange(20), 3)
    held_out = HeldOut(viewer, np.arange(60), np.arange(60))

    first, second = halves(held_out)

    assert sorted([*first, *second]) == list(range(60))
    assert not set(viewer[first]) & set(viewer[second])
    assert len(first) == len(second)


LIKES = baselines.likes_table(liked_pairs(np.array([0, 0, 1, 1, 2, 3, 3]), np.array([0, 1, 0, 1, 0, 2, 3])), 4, 4)
VIEWER_2 = np.array([2])  # liked item 0 only


def test_popularity_counts_likes() -> None:
    assert baselines.popular(LIKES)(VIEWER_2).tolist() == [[3, 2, 1, 1]]


def test_rp3_walks_three_steps_and_then_discounts_the_popular() -> None:
    walked = baselines.rp3_beta(LIKES, alpha=1, beta=0)(VIEWER_2)[0]
    discounted = baselines.rp3_beta(LIKES, alpha=1, beta=1)(VIEWER_2)[0]

    assert walked[1] == pytest.approx(2 / 3 * 1 / 2, abs=1e-6)
    assert discounted[1] == pytest.approx(walked[1] / 2, abs=1e-6)
    assert walked[2] < 1e-6


def test_item_knn_adds_shrunk_cosines() -> None:
    plain = baselines.item_knn(LIKES, activity_power=0, shrink=0)(VIEWER_2)[0]
    shrunk = baselines.item_knn(LIKES, activity_power=0, shrink=2)(VIEWER_2)[0]
    weighed = baselines.item_knn(LIKES, activity_power=0.5, shrink=0)(VIEWER_2)[0]

    assert plain[1] == pytest.approx(2 / np.sqrt(6), abs=1e-6)
    assert shrunk[1] == pytest.approx(2 / (np.sqrt(6) + 2), abs=1e-6)
    assert weighed[1] == pytest.approx(1 / np.sqrt(2), abs=1e-6)


def test_ease_predicts_an_item_from_others_but_never_from_itself() -> None:
    scores = baselines.ease(LIKES, ridge=0.5)(VIEWER_2)[0]

    assert scores[1] > 0.3
    assert scores[0] < 1e-6
    assert abs(scores[2]) < 1e-6


def test_light_gcn_learns_two_groups_that_share_no_item() -> None:
    viewer = np.repeat(np.arange(20), 4)
    item = np.concatenate([(n % 2) * 6 + np.random.default_rng(n).permutation(6)[:4] for n in range(20)])
    likes = baselines.likes_table(liked_pairs(viewer, item), 20, 12)

    *_, (_, scorer) = baselines.light_gcn(likes, dims=8, layers=2, seed=1, num_steps=30, report_every=10)

    scores = scorer(np.arange(20))
    own = np.where(np.arange(20)[:, None] % 2 == 0, scores[:, :6], scores[:, 6:])
    other = np.where(np.arange(20)[:, None] % 2 == 0, scores[:, 6:], scores[:, :6])
    assert (own.min(1) > other.max(1)).mean() > 0.9


def test_als_ranks_what_the_like_minded_liked() -> None:
    pytest.importorskip("implicit", reason="implicit is installed by make install-bench")

    scores = baselines.als(LIKES, 2, 0.1, 10.0, seed=1)(VIEWER_2)[0]

    assert scores[1] > max(scores[2], scores[3])
