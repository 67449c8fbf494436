"""Score pairs against each other: symmetric InfoNCE with equal texts left out; hold them to their meaning; and the learning rate. Pure.

Shape suffixes: B batch, D embedding.
"""

import math

import torch
from torch.nn import functional


def info_nce(image_BD: torch.Tensor, text_BD: torch.Tensor, logit_scale: torch.Tensor) -> torch.Tensor:
    """Return the symmetric InfoNCE loss of matching rows (images of length 1) at exp(logit_scale); log(B) where nothing is learned.

    Other rows with the very same text are no negatives: their logits are left out.
    """
    logit_BB = logit_scale.exp() * image_BD @ text_BD.T
    unit_BD = functional.normalize(text_BD, dim=-1)
    same_BB = (unit_BD @ unit_BD.T) > 0.9999
    same_BB.fill_diagonal_(False)
    logit_BB = logit_BB.masked_fill(same_BB, -1e4)
    target_B = torch.arange(len(logit_BB), device=logit_BB.device)
    return (functional.cross_entropy(logit_BB, target_B) + functional.cross_entropy(logit_BB.T, target_B)) / 2


def alignment(vector_BD: torch.Tensor, meaning_BD: torch.Tensor) -> torch.Tensor:
    """Return one minus the mean cosine of matching rows (length 1): 0 where each lies at its meaning, 1 where nothing is learned."""
    return 1 - (vector_BD * meaning_BD).sum(-1).mean()


def rate_at(step: int, num_steps: int, peak: float, warmup: int) -> float:
    """Return the learning rate: linear warm-up, then half a cosine to a hundredth."""
    if step < warmup:
        return peak * (step + 1) / warmup
    share = (step - warmup) / max(1, num_steps - warmup)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))
