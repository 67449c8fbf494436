"""The ranker learns what viewers want, not where cards stood. Pure: logs with a bias that is known, no database."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from feed.ranker_report import Outcome
from feed.ranking.features import NAMES
from feed.ranking.gate import judge_ranker
from feed.ranking.logs import Impressions, divide
from feed.ranking.measures import attention, calibrations, compare, dcg
from feed.ranking.ranker import ENGAGEMENTS, UTILITY, NotARankerError, Ranker, ranker_bytes, read_ranker
from feed.ranking.training import Recipe, _lightgbm, _parameters, train
from feed.ranking.trees import forest_of
from tests.feed.biased_logs import SLATE, attention_at, world

FADING = 0.8


@pytest.fixture(scope="module")
def biased() -> Ranker:
    return train(world(num_slates=1500, fading=FADING).log)


def true_ndcg(worth: np.ndarray, wanted: np.ndarray) -> float:
    """nDCG by what is truly wanted, of slates put in the order of `worth`."""
    wanted, order = wanted.reshape(-1, SLATE), np.argsort(-worth.reshape(-1, SLATE), axis=1)
    gain = 1 / (1 + np.exp(-wanted))
    found = sum(dcg(one[by]) for one, by in zip(gain, order, strict=True))
    return found / sum(dcg(-np.sort(-one)) for one in gain)


def test_the_true_order_is_found_where_positions_hid_it(biased: Ranker) -> None:
    log, new = world(num_slates=1500, fading=FADING).log, world(num_slates=500, fading=FADING, seed=9)

    naive = train(replace(log, position=np.zeros_like(log.position)))

    found = true_ndcg(biased.utility(new.log.features), new.wanted)
    by_naive = true_ndcg(naive.utility(new.log.features), new.wanted)
    unbiased = train(world(num_slates=1500, fading=0.0).log)
    best = true_ndcg(unbiased.utility(new.log.features), new.wanted)
    assert best - found < 0.005
    assert best - by_naive > 2 * (best - found)


def test_the_positions_cost_what_they_truly_cost(biased: Ranker) -> None:
    log = world(num_slates=1500, fading=FADING).log

    learned = attention(biased, log)

    for position in range(SLATE):
        assert learned[log.position == position][0] == pytest.approx(attention_at(np.array(position), FADING), abs=0.1)


def test_numpy_says_what_lightgbm_says() -> None:
    log = world(num_slates=200).log
    inputs = np.column_stack([log.features, log.position]).astype(np.float32)
    lightgbm = _lightgbm()
    data = lightgbm.Dataset(inputs, log.label[:, 0].astype(np.float32))
    booster = lightgbm.train(_parameters(Recipe()), data, 30)

    forest = forest_of(
        [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]], num_features=len(NAMES) + 1
    )

    ours = forest.values(np.column_stack([log.features, log.position])).sum(axis=1)
    assert np.allclose(ours, booster.predict(inputs, raw_score=True), atol=1e-5)


def test_the_same_log_gives_the_same_ranker() -> None:
    log = world(num_slates=150).log

    assert ranker_bytes(train(log)) == ranker_bytes(train(log))


def test_a_file_gives_the_ranker_back(biased: Ranker, tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "ranker.safetensors"
    file.write_bytes(ranker_bytes(biased))
    features = world(num_slates=20, seed=3).log.features

    again = read_ranker(file)

    assert again.name == biased.name
    assert np.array_equal(again.utility(features), biased.utility(features))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-7],
        lambda content: b"",
        lambda content: content.replace(b"taste_similarity", b"taste_simularity"),
        lambda content: content.replace(b"ranker/1", b"ranker/2"),
        lambda content: content.replace(b"[40, 40, 40, 40]", b"[40, 40, 40, 41]"),
    ],
)
def test_a_file_that_is_no_ranker_of_ours_is_refused_in_words(biased: Ranker, tmp_path, spoil) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "ranker.safetensors"
    file.write_bytes(spoil(ranker_bytes(biased)))

    with pytest.raises(NotARankerError, match="is not a ranker that can serve"):
        read_ranker(file)


def test_an_engagement_that_nobody_did_keeps_its_rate() -> None:
    log = world(num_slates=300).log
    share = ENGAGEMENTS.index("share")
    without = replace(log, label=np.where(np.arange(len(ENGAGEMENTS)) == share, False, log.label))

    p = train(without).probabilities(log.features)

    assert len(np.unique(p[:, share])) == 1
    assert p[0, share] < 0.001
    assert len(np.unique(p[:, 0])) > 50


def test_later_slates_of_each_viewer_are_held_out() -> None:
    log = world(num_slates=400, num_viewers=10).log

    earlier, later = divide(log)

    assert len(earlier) + len(later) == len(log)
    assert not set(earlier.slate) & set(later.slate)
    for viewer in range(10):
        assert earlier.at_s[earlier.viewer == viewer].max() < later.at_s[later.viewer == viewer].min()


def scores_of(ranker: Ranker, later: Impressions) -> dict[str, Any]:
    return Outcome(ranker, compare(ranker, later), [], later, later, "").scores


def test_the_gate_lets_a_better_order_pass_and_refuses_chance() -> None:
    log = world(num_slates=1200, fading=FADING).log
    earlier, later = divide(log)
    noise = np.random.default_rng(2)
    shuffled = replace(earlier, label=noise.permutation(earlier.label))

    learned, chance = scores_of(train(earlier), later), scores_of(train(shuffled), later)

    assert judge_ranker(learned).is_passed
    assert learned["ndcg_gain"] > 0.01
    assert "not clear of no gain" in judge_ranker(chance).words


def test_few_viewers_are_not_enough_to_tell() -> None:
    log = world(num_slates=400, num_viewers=3).log
    earlier, later = divide(log)

    assert "3 viewers were held out" in judge_ranker(scores_of(train(earlier), later)).words


@pytest.mark.parametrize(
    "scores",
    [{}, {"before": {"ndcg": 0.5}, "after": {"ndcg": float("nan")}}, {"before": {"ndcg": 0.5}, "after": {"ndcg": 0.9}}],
)
def test_the_gate_refuses_what_was_not_measured(scores: dict[str, Any]) -> None:
    verdict = judge_ranker(scores | {"num_slates": 500, "num_viewers": 50})

    assert not verdict.is_passed
    assert "The scores have no" in verdict.words


def test_probabilities_are_calibrated_on_cards_not_trained_on(biased: Ranker) -> None:
    new = world(num_slates=1500, fading=FADING, seed=5).log

    for calibrated in calibrations(biased, new):
        assert calibrated.ece < 0.02
        shares = [share for _, share, _ in calibrated.bins]
        assert shares[-1] > shares[0]


def test_every_engagement_has_a_worth_and_turning_away_costs() -> None:
    assert set(UTILITY) == set(ENGAGEMENTS)
    assert UTILITY["turn_away"] < 0 < min(UTILITY[name] for name in ("finish", "like", "share"))
    assert "position" not in NAMES  # known to a training only
