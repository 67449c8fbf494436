"""Compare texts with what is seen: a map over the sentence encoder's vectors. Pure.

Two parts. A linear one is CLIP's text projection (Radford et al., 2021) over a frozen encoder, as a zero-initialised residual of low rank
(Hu et al., 2021). The taste axis is one direction that no video has any of until people's preferences are learned, and a text has the more
of, the less it says: who describes a clip gets that clip, who types two words gets what people like among what fits.

Untrained it changes nothing. Frozen where it is not being learned (train_text_map.py); applied without torch by vision/text_maps.py.

Shape suffixes: N texts, D embedding, R rank.
"""

import torch
from torch import nn
from torch.nn import functional

from models.backbone import BACKBONE_DIM

RANK = 32
TASTE = 2.0  # of the axis in a text that says little, beside a length of 1 for what it says


class TextMap(nn.Module):
    """`forward` takes text vectors [..., D] of length 1 and returns them as frames and videos are compared with them, by inner product.

    They have a length of 1 in what they say, and the taste axis beside it: at most (1 + TASTE^2)^.5.
    """

    def __init__(self, dim: int = BACKBONE_DIM, rank: int = RANK) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, dim) / dim**0.5, requires_grad=False)
        self.up = nn.Parameter(torch.zeros(dim, rank), requires_grad=False)
        # text @ vague + vague_bias is 1 where a text says little, 0 where it describes
        self.vague = nn.Parameter(torch.zeros(dim), requires_grad=False)
        self.vague_bias = nn.Parameter(torch.zeros(1), requires_grad=False)
        self.axis = nn.Parameter(torch.zeros(dim), requires_grad=False)  # of length 1 once it is learned

    def forward(self, text_ND: torch.Tensor) -> torch.Tensor:
        return self.said(text_ND) + TASTE * self.vagueness(text_ND) * self.axis

    def said(self, text_ND: torch.Tensor) -> torch.Tensor:
        """Return what the texts say [..., D], of length 1 and without the taste axis: what the models are trained on."""
        return functional.normalize(self.without_taste(text_ND + text_ND @ self.down.T @ self.up.T), dim=-1)

    def without_taste(self, vector_ND: torch.Tensor) -> torch.Tensor:
        """Return vectors of this space [..., D] less what they have of the taste axis: of a mapped text, what it says."""
        return vector_ND - (vector_ND @ self.axis[:, None]) * self.axis

    def vagueness(self, text_ND: torch.Tensor) -> torch.Tensor:
        """Return how little each text says [..., 1], from 0 (a description) to 1 (a few words)."""
        return (text_ND @ self.vague[:, None] + self.vague_bias).clamp(0, 1)
