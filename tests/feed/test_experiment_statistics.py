"""What experiments say: rarely anything over nothing, however often one looks, and what is there when it is large enough."""

import numpy as np
import pytest

from feed.experiments.assignment import Running, RunningArm, arm_of, assign, takes_part
from feed.experiments.interleaving import draft_seed, team_draft
from feed.experiments.rehearsal import World, rehearse
from feed.experiments.statistics import Sums, always_valid_radius, difference_of, exact_share, p_of_split

ALARMS_AT_MOST = 0.05


@pytest.mark.parametrize("world", [World(), World(is_paired=True)], ids=["viewers apart", "interleaved"])
def test_an_aa_run_that_is_looked_at_daily_false_alarms_in_at_most_five_percent(world: World) -> None:
    outcome = rehearse(world, num_replicates=400, seed=11)

    assert outcome.alarms <= ALARMS_AT_MOST
    assert outcome.naive > 2 * ALARMS_AT_MOST  # the same looks with an interval for one look: the worlds do tempt


def test_what_is_there_is_found_and_harm_is_stopped() -> None:
    better = rehearse(World(effect=0.3), num_replicates=100, seed=3)
    interleaved = rehearse(World(effect=0.05, is_paired=True), num_replicates=50, seed=4)
    harmful = rehearse(World(harm=1.5), num_replicates=100, seed=5)

    assert better.better >= 0.75
    assert better.worse == 0
    assert interleaved.better >= 0.95
    assert harmful.guardrail >= 0.9


def test_the_delta_method_agrees_with_a_bootstrap_over_viewers() -> None:
    rng = np.random.default_rng(1)
    base = 1 + rng.poisson(20 * np.exp(rng.normal(0, 0.8, 400))).astype(float)
    treated, control = (_sums(rng.beta(2, 3, 200) * part, part) for part in (base[:200], base[200:]))

    difference = difference_of(treated, control, is_paired=False)

    draws = [float(_drawn(treated, rng).ratio - _drawn(control, rng).ratio) for _ in range(2_000)]
    assert float(difference.variance) ** 0.5 == pytest.approx(np.std(draws), rel=0.1)


def _sums(count: np.ndarray, base: np.ndarray) -> Sums:
    return Sums(count, base, np.array(float(len(base))))


def _drawn(sums: Sums, rng: np.random.Generator) -> Sums:
    chosen = rng.integers(0, len(sums.base), len(sums.base))
    return _sums(sums.count[chosen], sums.base[chosen])


def test_cards_of_one_viewer_are_not_evidence_of_many() -> None:
    few, many = np.full(100, 2.0), np.full(100, 2_000.0)
    taste = np.random.default_rng(2).beta(2, 2, 200)

    variances = [
        float(difference_of(_sums(taste[:100] * n, n), _sums(taste[100:] * n, n), is_paired=False).variance)
        for n in (few, many)
    ]

    assert variances[0] == pytest.approx(variances[1])


def test_the_interval_for_all_looks_is_wider_than_for_one_and_shrinks() -> None:
    rng = np.random.default_rng(4)
    radii = []
    for size in (100, 1_000, 10_000):
        base = np.full(size, 10.0)
        sums = [_sums(rng.beta(2, 3, size) * 10, base) for _ in range(2)]
        difference = difference_of(sums[0], sums[1], is_paired=False)
        radius = float(always_valid_radius(difference, effect=0.15, alpha=0.05))
        assert radius > 1.96 * float(difference.variance) ** 0.5
        radii.append(radius)

    assert radii == sorted(radii, reverse=True)


def test_too_few_events_say_nothing() -> None:
    treated, control = (_sums(np.eye(1, 200)[0] * n, np.full(200, 10.0)) for n in (5.0, 0.0))

    radius = always_valid_radius(difference_of(treated, control, is_paired=False), effect=1.0, alpha=0.05)

    assert np.isinf(radius)


def test_a_wrong_split_is_seen_and_a_right_one_is_not() -> None:
    assert float(p_of_split([10_000, 9_000], [1, 1])) < 1e-6
    assert float(p_of_split([10_000, 10_100], [1, 1])) > 0.1
    assert float(p_of_split([9_000, 3_030], [3, 1])) > 0.1
    assert float(p_of_split([0, 0], [1, 1])) == 1.0


def test_the_exact_share_is_the_binomials() -> None:
    low, high = exact_share(8, 10, alpha=0.05)

    assert (low, high) == (pytest.approx(0.4439, abs=1e-4), pytest.approx(0.9748, abs=1e-4))
    assert exact_share(0, 0, alpha=0.05) == (0.0, 1.0)


HALVES = (RunningArm(1, 0.5, {}), RunningArm(2, 1.0, {"explore": 2.0}))


def test_assignment_follows_the_weights_and_stays() -> None:
    arms = (RunningArm(1, 0.5, {}), RunningArm(2, 0.75, {}), RunningArm(3, 1.0, {}))
    running = Running("salt", "layer", 0.0, 1.0, arms)

    found = [arm_of(running, viewer_id=viewer_id).id for viewer_id in range(20_000)]

    assert np.allclose(np.bincount(found)[1:] / 20_000, [0.5, 0.25, 0.25], atol=0.015)
    assert found == [arm_of(running, viewer_id=viewer_id).id for viewer_id in range(20_000)]


def test_experiments_of_a_layer_share_no_viewer_and_arms_of_two_layers_are_independent() -> None:
    first, second = Running("a", "ranking", 0.0, 0.4, HALVES), Running("b", "ranking", 0.4, 1.0, HALVES)
    other = Running("c", "exploring", 0.0, 1.0, HALVES)
    viewers = range(20_000)

    takers = [[takes_part(running, viewer_id=v) for v in viewers] for running in (first, second)]
    assert all(sum(pair) == 1 for pair in zip(*takers, strict=True))
    assert np.mean(takers[0]) == pytest.approx(0.4, abs=0.015)

    both = [(arm_of(second, viewer_id=v).id, arm_of(other, viewer_id=v).id) for v in viewers]
    assert np.mean([mine == theirs for mine, theirs in both]) == pytest.approx(0.5, abs=0.015)


def test_knobs_of_two_layers_add_up() -> None:
    whole = (RunningArm(7, 1.0, {"explore": 2.0}),), (RunningArm(8, 1.0, {"steered": 0.5}),)
    running = Running("a", "x", 0.0, 1.0, whole[0]), Running("b", "y", 0.0, 1.0, whole[1])

    assigned = assign(running, viewer_id=5)

    assert assigned.arms == (7, 8)
    assert (assigned.configuration.explore, assigned.configuration.steered) == (2.0, 0.5)


def test_drafters_get_the_same_places_on_average_and_no_card_twice() -> None:
    left, right = list(range(100, 120)), list(range(110, 130))
    creators = [item % 7 for item in left], [item % 7 for item in right]
    places: dict[int, list[int]] = {0: [], 1: []}

    for viewer_id in range(500):
        seed = draft_seed(salt="s", viewer_id=viewer_id, num_events=3, num_before=0)
        picks = team_draft((left, right), creators=creators, count=10, seed=seed)
        items = [(left, right)[side][index] for side, index in picks]
        assert len(set(items)) == len(items) == 10
        for place, (side, _) in enumerate(picks):
            places[side].append(place)

    assert len(places[0]) == len(places[1]) == 2_500
    assert np.mean(places[0]) == pytest.approx(np.mean(places[1]), abs=0.15)


def test_the_draft_keeps_the_creators_cap_that_both_rankings_kept() -> None:
    left, right = list(range(14)), list(range(20, 34))
    creators = [item // 2 for item in left], [0 if item < 22 else item for item in right]

    for seed in range(50):
        picks = team_draft((left, right), creators=creators, count=10, seed=seed)
        made_by = [creators[side][index] for side, index in picks]
        assert max(made_by.count(creator) for creator in set(made_by)) <= 2


def test_a_short_ranking_leaves_the_rest_to_the_other() -> None:
    picks = team_draft(([1, 2], [1, 2, 3, 4, 5]), creators=([1, 2], [1, 2, 3, 4, 5]), count=5, seed=1)

    assert len(picks) == 5
    assert team_draft(([], []), creators=([], []), count=5, seed=1) == []
