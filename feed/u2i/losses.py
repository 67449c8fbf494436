"""Score a batch of next items against sampled ones. Pure; torch.

Shape suffixes: B pairs of a batch, C candidates, E explicit negatives of a viewer.
"""

import torch
from torch.nn import functional


def sampled_softmax(
    logit_BC: torch.Tensor,
    target_B: torch.Tensor,
    log_q_C: torch.Tensor,
    is_left_out_BC: torch.Tensor,
    explicit_BE: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return the InfoNCE loss of each row's target among candidates that were drawn with expected counts q.

    Subtracting log q (Bengio & Senecal, 2008; Yi et al., 2019) makes the optimum log p(item | viewer), whatever the sampler; without it
    popular items, drawn most often, are pushed down. `is_left_out_BC`: candidates that are no negatives of the row (the target again, or
    what the viewer likes too); the target itself always stays. `explicit_BE`: corrected logits of the viewer's own negatives, -inf where
    none.
    """
    corrected_BC = logit_BC - log_q_C
    keep_B = torch.arange(len(target_B), device=target_B.device)
    is_left_out_BC = is_left_out_BC.clone()
    is_left_out_BC[keep_B, target_B] = False
    corrected_BC = corrected_BC.masked_fill(is_left_out_BC, -torch.inf)
    if explicit_BE is not None:
        corrected_BC = torch.cat([corrected_BC, explicit_BE], 1)
    return functional.cross_entropy(corrected_BC, target_B)
