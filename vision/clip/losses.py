"""Score pairs against each other: symmetric InfoNCE with equal texts left out, and recall at k. Pure.

Shape suffixes: B batch, N pool, D embedding.
"""

import torch
from torch.nn import functional


def info_nce(image_BD: torch.Tensor, text_BD: torch.Tensor, logit_scale: torch.Tensor) -> torch.Tensor:
    """Return the symmetric InfoNCE loss of matching rows (length 1) at exp(logit_scale); log(B) where nothing is learned.

    Other rows with the very same text are no negatives: their logits are left out.
    """
    logit_BB = logit_scale.exp() * image_BD @ text_BD.T
    same_BB = (text_BD @ text_BD.T) > 0.9999
    same_BB.fill_diagonal_(False)
    logit_BB = logit_BB.masked_fill(same_BB, -1e4)
    target_B = torch.arange(len(logit_BB), device=logit_BB.device)
    return (functional.cross_entropy(logit_BB, target_B) + functional.cross_entropy(logit_BB.T, target_B)) / 2


@torch.inference_mode()
def recall_at(image_ND: torch.Tensor, text_ND: torch.Tensor, ks: tuple[int, ...] = (1, 5, 10)) -> dict[int, float]:
    """Return text-to-video recall at k over a pool of matching rows; ties count against."""
    score_NN = text_ND @ image_ND.T
    rank_N = (score_NN >= score_NN.diagonal()[:, None]).sum(1) - 1
    return {k: float((rank_N < k).float().mean()) for k in ks}
