"""Hold a preference tuning's data by row: pairs, captions to replay, and the gaps that the pairs ask about. Pure.

Shape suffixes: N videos, Q queries, P pairs, B chosen, R captioned videos, D the space's width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from vision.clip.frame_sets import FrameSet
from vision.clip.preference_pairs import PreferencePair, query_key


@dataclass(frozen=True)
class PairRows:
    """P pairs as rows of a table of queries and of one of videos; each [P]; `is_tie` bool, `weight` > 0."""

    query: torch.Tensor
    better: torch.Tensor
    worse: torch.Tensor
    is_tie: torch.Tensor
    weight: torch.Tensor

    def __len__(self) -> int:
        return len(self.query)

    def rows(self, row_B: torch.Tensor) -> "PairRows":
        """Return the chosen pairs, in that order."""
        return PairRows(
            self.query[row_B], self.better[row_B], self.worse[row_B], self.is_tie[row_B], self.weight[row_B]
        )

    def decided(self) -> "PairRows":
        """Return the pairs without ties."""
        return self.rows((~self.is_tie).nonzero()[:, 0])


@dataclass(frozen=True)
class Captioned:
    """R videos (rows of the table) with one text vector [R, D] each, as seen: what is replayed, or a pool to find in."""

    video: torch.Tensor
    text: torch.Tensor

    def __len__(self) -> int:
        return len(self.video)


@dataclass(frozen=True)
class PreferenceSet:
    """All that a run reads: the videos' frames, the queries' vectors [Q, D] as seen, pairs, replay, a pool for R@1."""

    frames: FrameSet
    query_text: torch.Tensor
    train: PairRows
    validation: PairRows
    replay: Captioned
    pool: Captioned


def pair_rows(pairs: Sequence[PreferencePair], query_row: dict[str, int], video_row: dict[int, int]) -> PairRows:
    """Return the pairs by row; KeyError for a query (by `query_key`) or video that the tables do not hold."""
    return PairRows(
        torch.tensor([query_row[query_key(pair.query)] for pair in pairs], dtype=torch.long),
        torch.tensor([video_row[pair.better] for pair in pairs], dtype=torch.long),
        torch.tensor([video_row[pair.worse] for pair in pairs], dtype=torch.long),
        torch.tensor([pair.is_tie for pair in pairs], dtype=torch.bool),
        torch.tensor([pair.weight for pair in pairs], dtype=torch.float32),
    )


def gaps(video_ND: torch.Tensor, text_QD: torch.Tensor, pairs: PairRows) -> torch.Tensor:
    """Return s(q, better) - s(q, worse) for each pair [P], in [-2, 2]."""
    return (text_QD[pairs.query] * (video_ND[pairs.better] - video_ND[pairs.worse])).sum(-1)
