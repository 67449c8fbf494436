"""Training finds what viewers like, whatever the sampler draws most."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from feed.u2i.data import DataError, Interactions, liked_pairs
from feed.u2i.losses import sampled_softmax
from feed.u2i.towers import Towers
from feed.u2i.train import LOOK_EVERY, train
from tests.feed.u2i_worlds import NUM_TASTES, TINY, tastes_world


def taste_of_nearest(towers: Towers, features_NF: np.ndarray, rows_N: np.ndarray) -> np.ndarray:
    """Return the share of the nearest known items that have the taste of each item (row n: taste n % NUM_TASTES)."""
    exported = towers.exported()
    items_ND = exported.item_vectors(features_NF, rows_N)
    similarity_NN = items_ND @ exported.item_vectors(features_NF, np.arange(len(features_NF))).T
    np.fill_diagonal(similarity_NN, -2)
    nearest_N9 = np.argsort(-similarity_NN, 1)[:, : len(features_NF) // NUM_TASTES - 1]
    return (nearest_N9 % NUM_TASTES == np.arange(len(features_NF))[:, None] % NUM_TASTES).mean(1)


def test_loss_where_nothing_is_known_is_log_of_the_batch() -> None:
    nothing_left_out = torch.zeros(32, 32, dtype=torch.bool)

    loss = sampled_softmax(torch.zeros(32, 32), torch.arange(32), torch.full((32,), -1.5), nothing_left_out)

    assert loss.item() == pytest.approx(np.log(32), abs=1e-5)


def test_what_the_viewer_likes_too_is_no_negative_of_theirs() -> None:
    logits = torch.tensor([[1.0, 5.0, 0.0]])
    left_out = torch.tensor([[True, True, False]])

    loss = sampled_softmax(logits, torch.tensor([0]), torch.zeros(3), left_out)

    assert loss.item() == pytest.approx(np.log(1 + np.exp(-1.0)), abs=1e-5)


@pytest.mark.parametrize(("is_corrected", "expected"), [(True, 0.99), (False, 0.5)])
def test_logq_recovers_true_preference_from_skewed_samples(is_corrected: bool, expected: float) -> None:
    rng = torch.Generator().manual_seed(3)
    truth_N = torch.linspace(-1.5, 1.5, 12).softmax(0)  # what viewers take
    drawn_N = torch.linspace(-2.5, 2.5, 12).softmax(0)  # what the sampler draws: the popular far too often
    logit_N = torch.zeros(12, requires_grad=True)
    optimizer = torch.optim.Adam([logit_N], lr=0.03)

    for _ in range(800):
        item_C = torch.cat(
            [
                torch.multinomial(truth_N, 64, replacement=True, generator=rng),
                torch.multinomial(drawn_N, 64, replacement=True, generator=rng),
            ]
        )
        log_q_C = (64 * truth_N + 64 * drawn_N).log()[item_C] * is_corrected
        same = item_C[:64, None] == item_C
        loss = sampled_softmax(logit_N[item_C].expand(64, -1), torch.arange(64), log_q_C, same)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    found = np.corrcoef(logit_N.detach().numpy(), truth_N.log().numpy())[0, 1]
    assert (found > expected) == is_corrected


def test_towers_learn_tastes_and_seat_new_items_by_features() -> None:
    interactions, features_NF = tastes_world()
    is_new_E = np.isin(interactions.item, [0, 1, 2, 3])
    recipe = replace(TINY, num_steps=150)

    towers = train(interactions.rows(~is_new_E), features_NF, recipe, seed=5)

    new_as_unknown = taste_of_nearest(towers, features_NF, np.where(np.arange(40) < 4, -1, np.arange(40)))
    assert new_as_unknown.mean() > 0.9
    assert new_as_unknown[:4].mean() > 0.8


def test_one_batch_can_be_overfitted() -> None:
    rng = np.random.default_rng(0)
    pairs = liked_pairs(np.repeat(np.arange(16), 2), rng.permutation(32))
    losses: list[float] = []
    recipe = replace(TINY, num_steps=400, num_uniform=8, p_id_drop=0.0, start_scale=20.0)

    train(
        pairs, rng.normal(size=(32, 8)).astype(np.float32), recipe, 1, lambda _done, _total, loss: losses.append(loss)
    )

    assert losses[0] > 2
    assert losses[-1] < 0.2


def test_the_same_seed_gives_the_same_weights_and_another_does_not() -> None:
    interactions, features_NF = tastes_world()
    recipe = replace(TINY, num_steps=5)

    first, again, other = (train(interactions, features_NF, recipe, seed).state_dict() for seed in (5, 5, 6))

    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["item_out.weight"], other["item_out.weight"])


def test_looks_see_the_towers_before_the_first_step_and_after_the_last() -> None:
    interactions, features_NF = tastes_world()
    seen: list[float] = []

    towers = train(
        interactions,
        features_NF,
        replace(TINY, num_steps=2 * LOOK_EVERY),
        seed=5,
        look=lambda towers: seen.append(float(towers.residual.weight.detach().sum())),
    )

    assert len(set(seen)) == len(seen) == 3
    assert seen[-1] == float(towers.residual.weight.detach().sum())


def test_refused_items_end_lower_than_items_nobody_judged() -> None:
    interactions, features_NF = tastes_world()
    recipe = replace(TINY, num_steps=120, p_id_drop=0.0)
    liked = interactions.rows(interactions.is_positive)

    margins = [refused_margin(train(data, features_NF, recipe, 3)) for data in (interactions, liked)]

    assert margins[0] > margins[1]


def refused_margin(towers: Towers) -> float:
    """Return how much nearer a viewer of taste 0 is to taste 2 (never judged) than to taste 1 (skipped by them)."""
    exported = towers.exported()
    items_ND = exported.item_vectors(tastes_world()[1], np.arange(40))
    cosine_N = items_ND @ exported.viewer_vector(items_ND[0:24:4], np.zeros(6), np.zeros(6))
    return float(cosine_N[2::4].mean() - cosine_N[1::4].mean())


@pytest.mark.parametrize(
    ("interactions", "features_NF", "words"),
    [
        (liked_pairs(np.array([0]), np.array([3])), np.zeros((3, 2), np.float32), "no features"),
        (liked_pairs(np.zeros(0, np.int64), np.zeros(0, np.int64)), np.zeros((3, 2), np.float32), "no good engagement"),
        (liked_pairs(np.array([0]), np.array([1])), np.full((3, 2), np.nan, np.float32), "not finite"),
    ],
)
def test_bad_data_is_refused_in_words(interactions: Interactions, features_NF: np.ndarray, words: str) -> None:
    with pytest.raises(DataError, match=words):
        train(interactions, features_NF, TINY, seed=1)
