"""A viewer's vector depends on what they did alone, and a card's cause is what holds it up."""

from dataclasses import replace

import numpy as np
import pytest

from feed.ranking.tastes import LearnedTaste, MeanTaste, Taste, causes, is_good
from feed.u2i.data import KIND_ROW, KINDS, Floats, Interactions, Ints, liked_pairs
from feed.u2i.recipes import Recipe
from feed.u2i.train import train
from tests.feed.u2i_worlds import TINY

NUM_ITEMS, NUM_FEATURES = 400, 32
SIGNS = ["like", "skip", "share", "watch", "like", "not_interested", "like", "like", "skip", "watch"]


@pytest.fixture(scope="module")
def features() -> Floats:
    """Items of twenty topics, seen and said side by side, each half of length 1."""
    rng = np.random.default_rng(0)
    halves = []
    for _ in range(2):
        topics = rng.normal(size=(20, NUM_FEATURES // 2))
        half = topics[np.arange(NUM_ITEMS) % 20] + 0.7 * rng.normal(size=(NUM_ITEMS, NUM_FEATURES // 2))
        halves.append(half / np.linalg.norm(half, axis=1, keepdims=True))
    return np.concatenate(halves, axis=1).astype(np.float32)


@pytest.fixture(scope="module", params=["mean", "learned"])
def taste(request: pytest.FixtureRequest, features: Floats) -> Taste:
    if request.param == "mean":
        return MeanTaste()
    rng = np.random.default_rng(1)
    viewer = np.repeat(np.arange(80), 8)
    item = (rng.integers(0, 20, size=80)[viewer] + 20 * rng.integers(0, NUM_ITEMS // 20, size=len(viewer))).astype(int)
    return learned(features, liked_pairs(viewer, item), TINY, share=1.0)


def learned(features: Floats, likes: Interactions, recipe: Recipe, *, share: float) -> LearnedTaste:
    return LearnedTaste(train(likes, features, recipe, 0).exported(np.arange(NUM_ITEMS), share=share))


def history(taste: Taste, features: Floats, seed: int) -> tuple[Floats, Ints, Floats, Floats]:
    """Return all items' vectors, and one viewer's signs as the taste reads them."""
    rng = np.random.default_rng(seed)
    item_ND = taste.items(np.arange(NUM_ITEMS), features)
    kind_H = np.array([KIND_ROW[kind] for kind in rng.permutation(SIGNS)])
    chosen_H, age_s_H = rng.choice(NUM_ITEMS, len(SIGNS), replace=False), np.sort(rng.uniform(0, 1e6, len(SIGNS)))
    read = taste.reads(kind_H)
    return item_ND, chosen_H[read], kind_H[read], age_s_H[read] - age_s_H[read].min()


def ranks(score_N: Floats) -> Ints:
    return np.argsort(np.argsort(-score_N, kind="stable"), kind="stable")


def test_without_its_cause_a_card_falls_and_without_another_it_may_rise(taste: Taste, features: Floats) -> None:
    fell, fell_beside, total = 0, 0, 0

    for seed in range(12):
        item_ND, chosen_H, kind_H, age_s_H = history(taste, features, seed)
        whole_N = ranks(item_ND @ taste.vector(item_ND[chosen_H], kind_H, age_s_H))
        near = np.setdiff1d(np.flatnonzero(whole_N < 110), chosen_H)[:100]
        cause_C = causes(taste, item_ND[chosen_H], kind_H, age_s_H, item_ND[near])
        good = np.flatnonzero(is_good(kind_H))
        for anchor in good:
            kept = np.delete(np.arange(len(kind_H)), anchor)
            age_left_s_H = age_s_H[kept] - age_s_H[kept].min()
            without_N = ranks(item_ND @ taste.vector(item_ND[chosen_H[kept]], kind_H[kept], age_left_s_H))
            has_fallen_C = without_N[near] > whole_N[near]
            fell += has_fallen_C[cause_C == anchor].sum()
            fell_beside += has_fallen_C[cause_C != anchor].sum() / (len(good) - 1)
        total += len(near)

    assert total >= 1_000
    assert fell / total >= 0.95
    assert fell_beside / total < 0.75


@pytest.mark.parametrize("num_signs", [1, 12, 90])
def test_towers_that_count_nothing_leave_the_mean_as_it_is(features: Floats, num_signs: int) -> None:
    likes = liked_pairs(np.arange(30) % 7, np.arange(30))
    rng = np.random.default_rng(num_signs)
    kind_H, age_s_H = rng.integers(0, len(KINDS), num_signs), np.sort(rng.uniform(0, 1e6, num_signs))
    kind_H[-1] = KIND_ROW["like"]
    chosen_H = rng.choice(NUM_ITEMS, num_signs, replace=False)

    score_NT = []
    for taste in (MeanTaste(), learned(features, likes, replace(TINY, num_steps=5), share=0.0)):
        item_ND, read = taste.items(np.arange(NUM_ITEMS), features), taste.reads(kind_H)
        score_NT.append(item_ND @ taste.vector(item_ND[chosen_H[read]], kind_H[read], age_s_H[read]))

    np.testing.assert_allclose(score_NT[0], score_NT[1], atol=1e-6)


def test_bad_signs_are_no_causes(taste: Taste, features: Floats) -> None:
    item_ND, chosen_H, kind_H, age_s_H = history(taste, features, 3)

    cause_C = causes(taste, item_ND[chosen_H], kind_H, age_s_H, item_ND)

    assert is_good(kind_H[cause_C]).all()
    assert len(set(cause_C.tolist())) > 1


def test_one_good_sign_is_the_cause_of_everything(taste: Taste, features: Floats) -> None:
    item_ND = taste.items(np.arange(NUM_ITEMS), features)

    cause_C = causes(taste, item_ND[:1], np.array([KIND_ROW["like"]]), np.zeros(1, np.float32), item_ND[1:50])

    assert set(cause_C.tolist()) == {0}
