"""Say what a tuning brought, on pairs and a pool that it never saw: the scores that the gate reads. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vision.bootstrap import estimate, gain
from vision.clip.frame_sets import FrameSet, all_video_vectors
from vision.clip.preference_scores import is_right
from vision.clip.preference_set import Captioned, PairRows, gaps
from vision.clip.scores import ranks
from vision.clip.temporal_head import TemporalHead


@dataclass(frozen=True)
class HeldOut:
    """What is measured on: videos, queries' vectors [Q, D], pairs of held-out queries, pools to find in (R@1 is their mean), gold pairs."""

    frames: FrameSet
    query_text: Tensor
    pairs: PairRows
    pools: Sequence[Captioned]
    gold: PairRows | None = None


def tuning_scores(
    before: TemporalHead, after: TemporalHead, held_out: HeldOut, ceiling: float | None = None
) -> dict[str, Any]:
    """Return what the gate reads (vision.gate.judge), and the parts that explain it.

    {"before", "after": {"recall_at_1", "recall_interval", "pair_accuracy", "pair_interval"}, "pair_gain", "pair_gain_interval", "ceiling",
    "num_pairs", "gold": {"before", "after", "num_pairs"}}; the accuracy on gold pairs is None where there are none. `ceiling` is the share
    of questions on which two people agree, if one was answered twice. ValueError without decided pairs.
    """
    pairs = held_out.pairs.decided()
    query_P, weight_P = pairs.query.numpy(), pairs.weight.numpy()
    gold = held_out.gold.decided() if held_out.gold is not None else pairs.rows(torch.tensor([], dtype=torch.long))
    gold_scores: dict[str, Any] = {"num_pairs": len(gold)}
    scores: dict[str, Any] = found_scores(before, after, held_out)
    right = {}
    for name, head in (("before", before), ("after", after)):
        video_ND = all_video_vectors(head, held_out.frames)
        right_on_gold = is_right(gaps(video_ND, held_out.query_text, gold).numpy())
        gold_scores[name] = float(right_on_gold.mean()) if len(gold) else None
        right[name] = is_right(gaps(video_ND, held_out.query_text, pairs).numpy())
        found = estimate(right[name], query_P, weight_P)
        scores[name] |= {"pair_accuracy": found.value, "pair_interval": found.interval}
    gained = gain(right["before"], right["after"], query_P, weight_P)
    return {
        **scores,
        "pair_gain": gained.value,
        "pair_gain_interval": gained.interval,
        "ceiling": ceiling,
        "num_pairs": len(pairs),
        "gold": gold_scores,
    }


def found_scores(before: TemporalHead, after: TemporalHead, held_out: HeldOut) -> dict[str, Any]:
    """Return {"before", "after": {"recall_at_1", "recall_interval"}}: all that can be measured without anybody's judgement."""
    scores: dict[str, Any] = {}
    for name, head in (("before", before), ("after", after)):
        video_ND = all_video_vectors(head, held_out.frames)
        is_first = [ranks(video_ND[pool.video], pool.text) == 0 for pool in held_out.pools]
        of_pool = np.concatenate([np.full(len(part), 1 / len(part)) for part in is_first])  # each pool counts alike
        found = estimate(np.concatenate(is_first), np.arange(len(of_pool)), of_pool)
        scores[name] = {"recall_at_1": found.value, "recall_interval": found.interval}
    return scores
