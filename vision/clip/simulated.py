"""Let simulated people with a hidden taste (vision.clip.tastes) answer and click over real videos of a model: for trials. Pure.

They are shown what the model finds, as real ones are. A question is a query with two of its first results; a search is a list of them,
looked at from the top with falling patience.

Shape suffixes: N videos, Q queries, C candidates a query, P questions, D the space's width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from vision.clip.frame_sets import FrameSet
from vision.clip.mining import Search
from vision.clip.preference_pairs import PreferencePair
from vision.clip.tastes import Taste, appeal, calibrate, click, draw_pairs, draw_taste, label, utilities

CANDIDATES = 12
PATIENCE = 0.8  # the position k (from 1) is looked at with k ** -PATIENCE
P_CLICK = 0.3  # of an average video that is looked at


@dataclass(frozen=True)
class Stage:
    """What the simulated people look at: videos by id (row), and what the model makes of them.

    `found` [N, D] are the model's vectors and `captions` [N, D] what the videos truly show, both of length 1; `appeal` [N] is how much
    each is to the people's taste.
    """

    found: torch.Tensor
    captions: torch.Tensor
    taste: Taste
    appeal: npt.NDArray[np.float64]


def stage_for(
    frames: FrameSet, found: torch.Tensor, captions: torch.Tensor, brightness: npt.ArrayLike, *, seed: int, share: float
) -> Stage:
    """Return the videos with a taste drawn by the seed; `brightness` [N] in any unit, equal numbers where it is not known."""
    width = captions.shape[1]
    count_N1 = frames.is_frame.sum(1, keepdim=True)
    picture_ND = (frames.vectors[..., :width] * frames.is_frame[..., None]).sum(1) / count_N1
    motion_NK = frames.motion if frames.motion.ndim == 2 else frames.motion[..., 0]
    motion_N = (motion_NK * frames.is_frame).sum(1) / count_N1[:, 0]
    taste = draw_taste(picture_ND.numpy(), seed=seed, share=share)
    return Stage(found, captions, taste, appeal(taste, picture_ND.numpy(), brightness, motion_N.numpy()))


def _candidates(stage: Stage, query_QD: torch.Tensor, row_N: torch.Tensor, count: int) -> npt.NDArray[np.int64]:
    """Return the rows [Q, C] that the model finds for the queries among the rows given, best first."""
    count = min(count, len(row_N))
    return np.asarray(row_N[(query_QD @ stage.found[row_N].T).topk(count, dim=1).indices].numpy(), dtype=np.int64)


def _utility(stage: Stage, query_QD: torch.Tensor, candidate_QC: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    relevance_QC = torch.einsum("qd,qcd->qc", query_QD, stage.captions[torch.from_numpy(candidate_QC)])
    return utilities(stage.taste, stage.appeal, relevance_QC.numpy(), candidate_QC)


@dataclass(frozen=True)
class Questions:
    """P questions (row of the query, rows of two videos) with the people's difference in utility, first less second."""

    queries: Sequence[str]
    query: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    gap: npt.NDArray[np.float64]

    def sharpness(self, agreement: float) -> float:
        """Return the labellers' sharpness at which two of them agree in that share of these questions."""
        return calibrate(self.gap, agreement=agreement)

    def answered(self, *, sharpness: float, tie_band: float, seed: Sequence[int]) -> npt.NDArray[np.int64]:
        """Return one labeller's answers [P]: 1 the first, -1 the second, 0 a tie."""
        return label(self.gap, sharpness=sharpness, tie_band=tie_band, rng=np.random.default_rng(seed))

    def pairs(self, answer_P: npt.NDArray[np.int64]) -> list[PreferencePair]:
        """Return the answers as training reads them."""
        rows = zip(self.query, self.first, self.second, answer_P.tolist(), strict=True)
        return [
            PreferencePair(self.queries[query], int(second), int(first))
            if answer < 0
            else PreferencePair(self.queries[query], int(first), int(second), answer == 0)
            for query, first, second, answer in rows
        ]


def ask(
    stage: Stage,
    queries: Sequence[str],
    query_QD: torch.Tensor,
    row_N: torch.Tensor,
    *,
    pairs_a_query: int,
    seed: Sequence[int],
) -> Questions:
    """Draw questions about what the model finds for each query among the videos of the rows given."""
    candidate_QC = _candidates(stage, query_QD, row_N, CANDIDATES)
    utility_QC = _utility(stage, query_QD, candidate_QC)
    query, one, other = draw_pairs(candidate_QC, pairs_a_query=pairs_a_query, rng=np.random.default_rng(seed))
    gap_P = utility_QC[query, one] - utility_QC[query, other]
    return Questions(queries, query, candidate_QC[query, one], candidate_QC[query, other], gap_P)


def search(
    stage: Stage,
    queries: Sequence[str],
    query_QD: torch.Tensor,
    row_N: torch.Tensor,
    *,
    num_searches: int,
    num_viewers: int,
    sharpness: float,
    seed: Sequence[int],
) -> list[Search]:
    """Return searches of viewers who share the taste; the ranker wavers a little, so that a video stands at several positions."""
    rng: Any = np.random.default_rng(seed)
    candidate_QC = _candidates(stage, query_QD, row_N, CANDIDATES)
    utility_QC = _utility(stage, query_QD, candidate_QC)
    score_QC = torch.einsum("qd,qcd->qc", query_QD, stage.found[torch.from_numpy(candidate_QC)]).numpy()
    examined = np.arange(1, candidate_QC.shape[1] + 1) ** -PATIENCE
    log = []
    for _ in range(num_searches):
        query = int(rng.integers(len(queries)))
        order = np.argsort(-(score_QC[query] + rng.normal(size=score_QC.shape[1]) * 0.3 * score_QC[query].std()))
        utility_C = utility_QC[query][order]
        clicked = click(utility_C, sharpness=sharpness, examined=examined, p_click=P_CLICK, rng=rng)
        shown = candidate_QC[query][order].tolist()
        opened = frozenset(shown[position] for position in clicked)
        log.append(Search(int(rng.integers(num_viewers)), queries[query], tuple(shown), opened))
    return log
