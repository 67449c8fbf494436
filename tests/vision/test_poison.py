"""A release trained on poisoned pairs is refused, though the held-out pairs are as poisoned and the gain on them is real."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.vision.test_preferences import RECIPE, World
from vision.clip.preference_set import Captioned, PairRows, PreferenceSet
from vision.clip.preferences import tune
from vision.clip.tuning_report import HeldOut, tuning_scores
from vision.gate import judge

TEST_TOPICS, TEST_VIDEOS = range(112, 150), torch.arange(1125, 1500)
GOLD_TOPICS = range(90)  # of the topics that are tuned on: other pairs of them, by people who can be trusted


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def poisoned(pairs: PairRows, share: float, seed: int) -> PairRows:
    """Return the pairs with better and worse exchanged in a share of them."""
    is_turned = torch.rand(len(pairs), generator=torch.Generator().manual_seed(seed)) < share
    better, worse = torch.where(is_turned, pairs.worse, pairs.better), torch.where(is_turned, pairs.better, pairs.worse)
    return replace(pairs, better=better, worse=worse)


def scores_of(world: World, work: Path, *, share: float) -> dict[str, Any]:
    """Tune to labels of which a share is turned round, and measure on held-out labels that are as much so, and on gold that is not."""
    data: PreferenceSet = world.data()
    train, validation = (poisoned(part, share, seed) for seed, part in enumerate((data.train, data.validation)))
    head = tune(
        replace(RECIPE, num_steps=160), world.head(), replace(data, train=train, validation=validation), work
    ).head
    test = poisoned(world.pairs(TEST_TOPICS, TEST_VIDEOS, 3), share, 2)
    gold = world.pairs(GOLD_TOPICS, torch.arange(900), 4).decided()
    pool = Captioned(TEST_VIDEOS, world.captions[TEST_VIDEOS])
    few = gold.rows(torch.arange(0, len(gold), len(gold) // 60))
    return tuning_scores(world.head(), head, HeldOut(world.frames, world.query_text, test, [pool], few))


def test_poisoned_labels_vouch_for_each_other_and_gold_does_not(world: World, tmp_path: Path) -> None:
    scores = scores_of(world, tmp_path, share=1.0)

    assert scores["pair_gain_interval"][0] > 0.02, "on labels as poisoned the gain is real"
    assert scores["gold"]["after"] < scores["gold"]["before"]
    verdict = judge(scores)
    assert not verdict.is_passed
    assert "gold pairs" in verdict.words


def test_honest_labels_pass_beside_gold(world: World, tmp_path: Path) -> None:
    scores = scores_of(world, tmp_path, share=0.0)

    assert scores["gold"]["after"] > scores["gold"]["before"]
    found = {
        "recall_at_1": scores["before"]["recall_at_1"]
    }  # which 375 captions measure too coarsely; not what is tested here
    assert judge({**scores, "after": scores["after"] | found}).is_passed
