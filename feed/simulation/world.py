"""Hold the catalogue as simulated viewers know it. Pure: numpy only. Shapes: N videos, K topics, D components of a vector."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

MIN_MEMBERS = 6  # videos with a tag that make it a topic somebody may like
MAX_SHARE = 0.2  # of the catalogue; a tag of more ("calm") describes and names no topic
STEEPNESS = 2.2  # of the step between what is about a topic and what is not: .9 at the members' mean, .1 at everybody's
MEMBER_FLOOR = 0.6  # what carries the tag is about it, whatever its vector says


@dataclass(frozen=True, eq=False)
class World:
    """N videos in order of their ids: unit `vectors` [N, D], lower-case tags, creators, lengths in seconds.

    `topics` [K] are tags; `about` [K, N] in [0, 1] says how much each video is of each topic; `carries` [K, N] whether it has the tag.
    """

    video_id: npt.NDArray[np.int64]
    vectors: FloatArray
    tags: list[frozenset[str]]
    creator: list[str]
    duration_s: FloatArray
    topics: list[str] = field(init=False)
    carries: npt.NDArray[np.bool_] = field(init=False)
    about: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        """Find the topics and who is about them."""
        counts = Counter(tag for own in self.tags for tag in own)
        largest = MAX_SHARE * len(self.tags)
        topics = sorted(tag for tag, num in counts.items() if MIN_MEMBERS <= num <= largest)
        carries_KN = np.array([[topic in own for own in self.tags] for topic in topics], dtype=bool)
        carries_KN = carries_KN.reshape(len(topics), len(self.tags))
        about_KN = np.stack([_about(self.vectors, carries_N) for carries_N in carries_KN]) if topics else carries_KN
        for name, value in {"topics": topics, "carries": carries_KN, "about": about_KN}.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        """Return N."""
        return len(self.video_id)

    def rows_of(self, video_ids: list[int]) -> npt.NDArray[np.int64]:
        """Return the rows of those ids that are known, in their order."""
        wanted = np.array(video_ids, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.video_id, wanted), max(0, len(self) - 1))
        return rows[self.video_id[rows] == wanted] if len(self) else rows[:0]


def _about(vector_ND: FloatArray, carries_N: npt.NDArray[np.bool_]) -> FloatArray:
    """Return [N] in [0, 1]: a logistic step in the cosine to the members' mean, at least MEMBER_FLOOR for members."""
    centre_D = vector_ND[carries_N].mean(axis=0)
    cosine_N = vector_ND @ (centre_D / max(float(np.linalg.norm(centre_D)), 1e-6))
    inside, everywhere = float(cosine_N[carries_N].mean()), float(cosine_N.mean())
    half_gap = max((inside - everywhere) / 2, 1e-3)
    step_N = 1 / (1 + np.exp(-STEEPNESS * (cosine_N - (inside + everywhere) / 2) / half_gap))
    return np.where(carries_N, np.maximum(step_N, MEMBER_FLOOR), step_N).astype(np.float32)
