"""Rank a query's videos by Bradley-Terry strengths with intervals. Pure.

Strength s: who has s_a is preferred to who has s_b with probability sigmoid(s_a - s_b); a tie is half a win each (Davidson's draws are
not worth a parameter at these counts). The prior N(0, 1.5) keeps a video that won everything finite.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labelling.measures.logistic import fit

PRIOR_SD = 1.5
Z = 1.959964  # of 95 %


@dataclass(frozen=True)
class Strength:
    """A video's strength among its query's videos (their mean is 0), its 95 % interval, and in how many answers it stood."""

    video_id: int
    value: float
    low: float
    high: float
    num_answers: int


def strengths(wins: Sequence[tuple[int, int, float]]) -> list[Strength]:
    """Return the videos of (first, second, share of the first's win: 1, 0, or a half), strongest first, ties by id."""
    ids = sorted({video for first, second, _ in wins for video in (first, second)})
    row = {video: at for at, video in enumerate(ids)}
    if not ids:
        return []
    x_PN = np.zeros((len(wins), len(ids)))
    for at, (first, second, _) in enumerate(wins):
        x_PN[at, row[first]], x_PN[at, row[second]] = 1.0, -1.0
    y_P = np.array([win for _, _, win in wins])
    found = fit(x_PN, y_P, prior_mean=np.zeros(len(ids)), prior_sd=np.full(len(ids), PRIOR_SD))
    half = Z * np.sqrt(np.diag(found.covariance))
    count = np.abs(x_PN).sum(0)
    rows = [
        Strength(video, float(mean), float(mean - width), float(mean + width), int(times))
        for video, mean, width, times in zip(ids, found.mean, half, count, strict=True)
    ]
    return sorted(rows, key=lambda one: (-one.value, one.video_id))
