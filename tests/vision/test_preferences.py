"""Tuning follows a hidden taste on queries it never saw, keeps finding, goes on after a kill, and moves the last map only."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from vision.clip import preferences
from vision.clip.frame_sets import FrameSet, KeyframeVectors, all_video_vectors, last_map_inputs, padded, video_vectors
from vision.clip.preference_loss import match_divergence, neighbours, preference_loss
from vision.clip.preference_pairs import PreferencePair, query_key
from vision.clip.preference_recipes import PreferenceRecipe
from vision.clip.preference_set import Captioned, PairRows, PreferenceSet, gaps, pair_rows
from vision.clip.preferences import tune
from vision.clip.scores import ranks, recall
from vision.clip.simulated import ask, stage_for
from vision.clip.temporal_head import HeadConfig, TemporalHead
from vision.clip.tuning_report import HeldOut, tuning_scores

CONFIG = HeadConfig(dim=24, num_features=8, width=32, num_heads=4)
RECIPE = PreferenceRecipe(
    "tiny",
    seed=5,
    min_pairs=10,
    num_steps=300,
    rate=1e-3,
    pairs_a_step=128,
    replay_videos=64,
    replay=1.0,
    hold=2.0,
    max_recall_loss=0.0025,
)
unit = torch.nn.functional.normalize


class World:
    """Videos with a topic and a detail, which captions name, and a look, which they do not; queries name topics in another manner."""

    def __init__(self, num_videos: int = 1500, num_topics: int = 150) -> None:
        rng = torch.Generator().manual_seed(0)

        def noise(*shape: int) -> torch.Tensor:
            return torch.randn(*shape, 24, generator=rng) / math.sqrt(24)

        topic_VD, of = noise(num_topics), torch.arange(num_videos) % num_topics
        manner_DD = torch.linalg.qr(noise(24))[0]
        self.captions = unit(topic_VD[of] + 0.7 * manner_DD[0] + 0.5 * noise(num_videos), dim=-1)
        look = torch.randn(num_videos, 8, generator=rng)
        picture_NKD = unit(self.captions[:, None] + 0.8 * noise(num_videos, 4), dim=-1)
        feature_NKF = look[:, None] + 0.3 * torch.randn(num_videos, 4, 8, generator=rng)
        times_s = torch.rand(num_videos, 4, generator=rng).cumsum(1)
        motion = 0.1 * (0.5 * look[:, :1]).exp() * torch.ones(num_videos, 4)
        vectors = torch.cat([picture_NKD, feature_NKF], dim=-1)
        self.frames = FrameSet(vectors, times_s, motion, torch.ones(num_videos, 4, dtype=torch.bool))
        self.brightness = look[:, 1].numpy()
        self.queries = [f"topic {row}" for row in range(num_topics)]
        self.query_text = unit(topic_VD + 0.7 * manner_DD[1] + 0.2 * noise(num_topics), dim=-1)

    def head(self) -> TemporalHead:
        torch.manual_seed(3)
        return TemporalHead(CONFIG).eval()  # the last map is zero: mean pooling

    def pairs(self, topics: range, videos: torch.Tensor, seed: int) -> PairRows:
        """Return what a person with the taste answers about some topics' results among some videos."""
        found = all_video_vectors(self.head(), self.frames)
        people = stage_for(self.frames, found, self.captions, self.brightness, seed=1, share=0.8)
        names = [self.queries[row] for row in topics]
        asked = ask(people, names, self.query_text[list(topics)], videos, pairs_a_query=20, seed=[seed])
        answers = asked.answered(sharpness=asked.sharpness(0.75), tie_band=0.03, seed=[seed, 1])
        rows = {name: row for row, name in enumerate(self.queries)}
        return pair_rows(asked.pairs(answers), rows, {row: row for row in range(len(self.frames))})

    def data(self) -> PreferenceSet:
        """Return the set: topics 0 to 89 to tune on, 90 to 111 to validate on; videos 0 to 899 and 900 to 1124."""
        train, validation = torch.arange(900), torch.arange(900, 1125)
        return PreferenceSet(
            self.frames,
            self.query_text,
            self.pairs(range(90), train, 1),
            self.pairs(range(90, 112), validation, 2),
            Captioned(train, self.captions[train]),
            Captioned(validation, self.captions[validation]),
        )


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def one_pair(is_tie: bool) -> PairRows:
    zero = torch.zeros(1, dtype=torch.long)
    return PairRows(zero, zero, zero + 1, torch.tensor([is_tie]), torch.ones(1))


def test_it_follows_a_taste_on_topics_and_videos_it_never_saw(world: World, tmp_path: Path) -> None:
    test = torch.arange(1125, 1500)
    held_out = HeldOut(
        world.frames, world.query_text, world.pairs(range(112, 150), test, 3), [Captioned(test, world.captions[test])]
    )

    tuned = tune(RECIPE, world.head(), world.data(), tmp_path)

    scores = tuning_scores(world.head(), tuned.head, held_out, ceiling=0.75)
    assert tuned.best.step > 0
    assert scores["pair_gain"] >= 0.08
    assert scores["pair_gain_interval"][0] > 0
    low, high = scores["after"]["recall_interval"]
    assert 0 < low < scores["after"]["recall_at_1"] < high < 1
    assert scores["after"]["recall_at_1"] >= scores["before"]["recall_at_1"] - 0.02  # seven of 375 captions


def test_only_the_last_map_moves(world: World, tmp_path: Path) -> None:
    tuned = tune(replace(RECIPE, num_steps=40), world.head(), world.data(), tmp_path)

    before, after = world.head().state_dict(), tuned.head.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved == {"out.weight", "out.bias"}


def test_the_validation_recall_never_falls_below_its_floor(world: World, tmp_path: Path) -> None:
    """Given a run that only pleases, and would find less and less."""
    careless = replace(RECIPE, replay=0.0, hold=0.0, rate=2e-2)
    data = world.data()

    tuned = tune(careless, world.head(), data, tmp_path)

    lowest = min(each.recall_at_1 for each in tuned.evaluations)
    found = recall(ranks(all_video_vectors(tuned.head, data.frames)[data.pool.video], data.pool.text))["R@1"]
    assert found == tuned.best.recall_at_1 >= tuned.evaluations[0].recall_at_1 - careless.max_recall_loss
    assert lowest < tuned.evaluations[0].recall_at_1 - careless.max_recall_loss


class Killed(BaseException):
    pass


def test_an_interrupted_run_ends_with_the_same_weights(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, data = replace(RECIPE, num_steps=50, evaluate_every=10), world.data()
    whole = tune(recipe, world.head(), data, tmp_path / "whole")
    descend = preferences.Tuning.descend

    def dies(self: preferences.Tuning) -> None:
        if self.step == 27:
            raise Killed
        descend(self)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(preferences.Tuning, "descend", dies)
        tune(recipe, world.head(), data, tmp_path / "cut")
    resumed = tune(recipe, world.head(), data, tmp_path / "cut")

    assert resumed.evaluations == whole.evaluations
    assert all(torch.equal(a, b) for a, b in zip(whole.head.parameters(), resumed.head.parameters(), strict=True))


def test_the_last_map_reads_what_the_head_gives_it(world: World) -> None:
    head = world.head()
    torch.nn.init.normal_(head.out.weight, std=0.1)

    read, mean = last_map_inputs(head, world.frames)

    torch.testing.assert_close(unit(mean + head.out(read), dim=-1), all_video_vectors(head, world.frames))


def test_where_head_and_reference_are_one_a_pair_costs_log_two() -> None:
    gap = torch.tensor([0.3])

    assert preference_loss(gap, gap, one_pair(False), 15.0).item() == pytest.approx(math.log(2), rel=1e-5)
    assert preference_loss(gap + 0.1, gap, one_pair(False), 15.0) < math.log(2)


def test_a_tie_pulls_the_gap_to_zero_from_both_sides() -> None:
    gap = torch.tensor([-0.2, -0.1, 0.0, 0.1, 0.2])

    loss = [preference_loss(one[None], torch.tensor([0.4]), one_pair(True), 15.0).item() for one in gap]

    assert loss[2] == pytest.approx(0.0, abs=1e-6)
    assert loss == pytest.approx(loss[::-1], abs=1e-5)
    assert loss[0] > loss[1] > loss[2]


def test_a_pair_counts_as_often_as_its_weight() -> None:
    rows = torch.tensor([0, 0, 0, 1])
    gap, reference = torch.tensor([0.1, 0.1, 0.1, -0.2]), torch.zeros(4)
    many = PairRows(rows, rows, rows, torch.zeros(4, dtype=torch.bool), torch.ones(4))
    few = PairRows(rows[2:], rows[2:], rows[2:], torch.zeros(2, dtype=torch.bool), torch.tensor([3.0, 1.0]))

    assert preference_loss(gap, reference, many, 9.0).item() == pytest.approx(
        preference_loss(gap[2:], reference[2:], few, 9.0).item()
    )


def test_nothing_moved_is_no_divergence() -> None:
    video, text = unit(torch.randn(6, 8), dim=-1), unit(torch.randn(6, 8), dim=-1)

    assert match_divergence(video, video, text, 50.0).item() == pytest.approx(0.0, abs=1e-6)
    assert match_divergence(video, video.flip(0), text, 50.0).item() > 0.1


def test_neighbours_are_the_nearest_other_texts_and_equal_ones_come_last() -> None:
    text = unit(torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.2], [0.0, 1.0]]), dim=-1)

    assert neighbours(text, 2)[0].tolist() == [2, 3]


def test_videos_of_other_lengths_beside_it_change_no_vector(world: World) -> None:
    head = world.head()
    torch.nn.init.normal_(head.out.weight, std=0.1)
    frames = world.frames
    videos = [
        KeyframeVectors(*(part[row, :count].numpy() for part in (frames.times_s, frames.motion, frames.vectors)))
        for row, count in ((0, 4), (1, 2), (2, 1))
    ]

    with torch.no_grad():
        together = video_vectors(head, padded(videos))
        alone = torch.cat([video_vectors(head, padded([video])) for video in videos])

    torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-4)


def test_pairs_go_by_the_query_whatever_its_case() -> None:
    rows = pair_rows([PreferencePair("Blue  Whale", 7, 9)], {query_key("blue whale"): 4}, {7: 0, 9: 1})

    assert (rows.query.item(), rows.better.item(), rows.worse.item()) == (4, 0, 1)
    with pytest.raises(KeyError):
        pair_rows([PreferencePair("blue", 7, 8)], {"blue": 0}, {7: 0})


def test_a_gap_is_positive_where_the_better_is_nearer() -> None:
    video, text = torch.eye(2), torch.tensor([[1.0, 0.0]])

    assert gaps(video, text, one_pair(False)).tolist() == [1.0]
    assert np.sign(gaps(video.flip(0), text, one_pair(False)).item()) == -1
