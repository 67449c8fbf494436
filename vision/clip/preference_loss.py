"""Score a head's preferences against a frozen reference, and hold its matching. Pure.

Loss, a pair (q, a over b) of weight w, s the cosine and s_ref the frozen reference's:
    -w log sigmoid(beta ((s(q,a) - s(q,b)) - (s_ref(q,a) - s_ref(q,b))))
which is DPO (Rafailov et al., 2023) with similarities for log-probabilities; a tie pulls s(q,a) - s(q,b) itself to 0 from both sides.

Shape suffixes: P pairs, B batch, R replayed videos, T neighbours, D the space's width.
"""

import math

import torch
from torch.nn import functional

from vision.clip.preference_set import PairRows


def preference_loss(gap_P: torch.Tensor, reference_gap_P: torch.Tensor, pairs: PairRows, beta: float) -> torch.Tensor:
    """Return the weighted mean of the pairs' losses; log 2 where head and reference are one and nothing is tied.

    A tie costs 0 at a gap of 0 and is symmetric: -(log sigmoid(x) + log sigmoid(-x)) / 2 - log 2 with x = beta gap.
    """
    over_P = -functional.logsigmoid(beta * (gap_P - reference_gap_P))
    tie_P = -(functional.logsigmoid(beta * gap_P) + functional.logsigmoid(-beta * gap_P)) / 2 - math.log(2)
    loss_P = torch.where(pairs.is_tie, tie_P, over_P)
    return (loss_P * pairs.weight).sum() / pairs.weight.sum()


def match_divergence(
    before_BD: torch.Tensor, after_BD: torch.Tensor, text_BD: torch.Tensor, scale: float
) -> torch.Tensor:
    """Return how far a batch's matching (videos to texts and texts to videos, softmax at `scale`) went from before: KL in nats, >= 0."""
    before_BB, after_BB = scale * before_BD @ text_BD.T, scale * after_BD @ text_BD.T
    ways = ((before_BB, after_BB), (before_BB.T, after_BB.T))
    divergences = [
        functional.kl_div(after.log_softmax(1), before.log_softmax(1), log_target=True, reduction="batchmean")
        for before, after in ways
    ]
    return (divergences[0] + divergences[1]) / 2


def neighbours(text_RD: torch.Tensor, count: int) -> torch.Tensor:
    """Return each text's `count` nearest other texts [R, T] by row, texts equal to it left for last."""
    count, text_RD = min(count, len(text_RD) - 1), functional.normalize(text_RD, dim=-1)
    parts = []
    for start in range(0, len(text_RD), 1024):
        score_BR = text_RD[start : start + 1024] @ text_RD.T
        score_BR = torch.where(score_BR > 0.9999, -1.0, score_BR)
        parts.append(score_BR.topk(count, dim=1).indices)
    return torch.cat(parts)
