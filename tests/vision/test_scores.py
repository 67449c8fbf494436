"""The retrieval scores are right where the answer is known by hand, and the evaluation's pools are what they say."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from vision.clip.ablation import SERVED, pooled, sample_clips
from vision.clip.encoder import BundledEncoder
from vision.clip.pools import action_specs, distinct_specs
from vision.clip.scores import attribute_accuracy, ranks, recall, twin_pairs, wrong_attributes
from vision.scenes.catalogue import training_specs


def unit(rows: list[list[float]]) -> np.ndarray:
    array = np.array(rows, dtype=np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def test_ranks_and_recall_of_a_pool_ordered_by_hand() -> None:
    video = unit([[1, 0], [0, 1], [1, 1]])
    text = unit([[1, 0.1], [1, 0.2], [1, 1]])

    rank = ranks(video, text)

    assert rank.tolist() == [0, 2, 0]
    assert recall(rank) == {
        "R@1": pytest.approx(2 / 3),
        "R@5": 1.0,
        "R@10": 1.0,
        "MRR": pytest.approx((1 + 1 / 3 + 1) / 3),
    }


def test_ties_count_against() -> None:
    same = unit([[1, 0]] * 4)

    assert ranks(same, same).tolist() == [3, 3, 3, 3]


def test_twins_that_differ_in_one_attribute_are_paired_both_ways() -> None:
    first = next(iter(training_specs(5, 1)))
    calm, lively = replace(first, pace="calm"), replace(first, pace="lively")
    both = replace(first, pace="lively", camera="unlike any")

    pairs = twin_pairs([calm, lively, both])

    assert pairs["pace"] == [(0, 1), (1, 0)]
    assert pairs["camera"] == [(1, 2), (2, 1)]
    assert not pairs["count"]


def test_an_attribute_that_is_heard_scores_one_and_a_deaf_encoder_is_wrong_about_it() -> None:
    first = next(iter(training_specs(5, 1)))
    specs = [replace(first, pace="calm", caption="a"), replace(first, pace="lively", caption="b")]
    hears, deaf, text = unit([[1, 0], [0, 1]]), unit([[1, 0], [1, 0]]), unit([[1, 0.2], [0.2, 1]])

    assert attribute_accuracy(specs, hears, text) == {"pace": (1.0, 2)}
    assert attribute_accuracy(specs, deaf, text)["pace"][0] == 0.0
    assert wrong_attributes(specs, hears, text) == {}
    assert wrong_attributes(specs, deaf, text) == {"pace": 1}


def test_the_pool_has_one_answer_a_text_and_twins() -> None:
    specs = distinct_specs(9001, 60)

    assert len({spec.caption for spec in specs}) == 60
    assert sum(len(pairs) for pairs in twin_pairs(specs).values()) > 60


def test_the_action_slice_differs_in_the_event_alone() -> None:
    specs = action_specs(9101, 12)

    for start in range(0, 12, 4):
        group = specs[start : start + 4]
        assert len({spec.event for spec in group}) == 4
        assert len({replace(spec, event=None, caption="", title="") for spec in group}) == 1
        assert len({spec.caption for spec in group}) == 4


@pytest.fixture(scope="module")
def encoder() -> Iterator[BundledEncoder]:
    yield BundledEncoder()


def test_every_setting_sees_as_many_frames_as_its_budget(encoder: BundledEncoder) -> None:
    clips = sample_clips(encoder, action_specs(9101, 2))

    for (_, budget), videos in clips.frames.items():
        assert [len(video.times_s) for video in videos] == [budget, budget]
        assert all(video.motion.shape == (budget, 6) for video in videos)
    vectors = pooled(encoder, clips.frames[SERVED])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 1.0], abs=1e-4)
    assert clips.event_seen[("middle", 1)].sum() <= clips.event_seen[SERVED].sum()
