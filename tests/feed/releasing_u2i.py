"""What the tests of user-to-item releases share: towers that differ, scores that pass."""

from dataclasses import replace
from typing import Any

import numpy as np

from feed.item_features import item_features
from feed.models import U2iVersion
from feed.services.u2i_release import u2i_propose, u2i_release_start
from feed.u2i.data import liked_pairs
from feed.u2i.exported import ExportedTowers
from feed.u2i.recipes import quick
from feed.u2i.train import train
from vision.models import ModelVersion, VideoVector
from workers.release import u2i_release

SCORES: dict[str, Any] = {
    "before": {"recall_at_20": 0.30},
    "after": {"recall_at_20": 0.41},
    "recall_gain_interval": [0.06, 0.16],
    "num_viewers": 60,
}
WORSE = SCORES | {"after": {"recall_at_20": 0.28}, "recall_gain_interval": [-0.05, 0.01]}


def towers(version: ModelVersion, *, seed: int) -> ExportedTowers:
    """Return towers of one step over the version's videos: other seeds, other vectors."""
    ids = list(VideoVector.objects.filter(model_version=version).values_list("video_id", flat=True))
    ids_N, features_NF = item_features(version=version, video_ids=ids)
    likes = liked_pairs(np.arange(len(ids_N)) % 7, np.arange(len(ids_N)))
    recipe = replace(quick(), num_steps=1, batch=8, num_uniform=8, dims=16, width=32)
    return train(likes, features_NF, recipe, seed).exported(ids_N, seed=seed, share=1.0)


def candidate(version: ModelVersion, *, seed: int = 1, scores: dict[str, Any] = SCORES) -> U2iVersion:
    facts = {"data_hash": "0" * 64, "recipe": "quick", "seed": seed, "code_version": "0" * 12}
    return u2i_propose(towers=towers(version, seed=seed), model_version=version, scores=scores, **facts)


def released(version: ModelVersion, *, seed: int = 1) -> U2iVersion:
    opened = u2i_release_start(version=candidate(version, seed=seed))
    u2i_release(version=opened)
    opened.refresh_from_db()
    return opened
