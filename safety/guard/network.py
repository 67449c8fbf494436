"""The guard's network: low-rank adapters over the shared sentence encoder, hashed letter runs, and a small head.

The adapters are applied in a forward pass of our own, so that the shared encoder is read and never changed: the other stages of the
same process keep their plain sentence vectors. LoRA: https://arxiv.org/abs/2106.09685.

Shapes: B batch, T tokens, D = 384, H heads, R rank, F = 1536.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from safety.guard.features import NUM_BUCKETS
from safety.guard.lexicon import NUM_FEATURES
from safety.guard.verdict import HAZARDS

DIM, INNER, NUM_LAYERS, NUM_HEADS = 384, 1536, 6, 12
HEAD_DIM = DIM // NUM_HEADS
RANK = 16
GRAM_DIM = 16
HIDDEN = 128
LEXICON_GAIN = 4.0  # three small numbers beside 784 of length one would go unheard
_SITES = {
    "query": (DIM, DIM),
    "key": (DIM, DIM),
    "value": (DIM, DIM),
    "attended": (DIM, DIM),
    "up": (DIM, INNER),
    "down": (INNER, DIM),
}


class LowRank(nn.Module):
    """A change of rank R to a frozen linear map; zero at the start."""

    def __init__(self, num_in: int, num_out: int) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.randn(RANK, num_in) / num_in**0.5)
        self.b = nn.Parameter(torch.zeros(num_out, RANK))
        self.dropout = nn.Dropout(0.1)

    def forward(self, base: Any, x: Tensor) -> Tensor:
        """Return base(x) plus the change."""
        # Dropped out between the two maps: of R numbers, not of D (random numbers alone were a quarter of a training step).
        return F.linear(x, base.weight, base.bias) + F.linear(self.dropout(F.linear(x, self.a)), self.b)


class AdaptedLayer(nn.Module):
    """One BERT layer (post-norm), computed with the shared layer's weights and this layer's changes."""

    def __init__(self) -> None:
        super().__init__()
        self.sites = nn.ModuleDict({name: LowRank(*shape) for name, shape in _SITES.items()})

    def forward(self, layer: Any, hidden_BTD: Tensor, mask_B11T: Tensor) -> Tensor:
        """Return the next hidden states [B, T, D]."""
        own, attention = self.sites, layer.attention
        heads = [own[name](getattr(attention.self, name), hidden_BTD) for name in ("query", "key", "value")]
        query, key, value = (part.unflatten(-1, (NUM_HEADS, -1)).transpose(1, 2) for part in heads)
        # Written out: on CPU the fused kernel's backward pass is three times slower in bfloat16 (40 % of a training step).
        scores_BHTT = query @ key.transpose(-1, -2) * HEAD_DIM**-0.5 + mask_B11T
        mixed = (scores_BHTT.softmax(dim=-1).to(value.dtype) @ value).transpose(1, 2).flatten(2)
        hidden_BTD = attention.output.LayerNorm(hidden_BTD + own["attended"](attention.output.dense, mixed))
        inner = F.gelu(own["up"](layer.intermediate.dense, hidden_BTD))
        return layer.output.LayerNorm(hidden_BTD + own["down"](layer.output.dense, inner))


class GuardNet(nn.Module):
    """Logits of [unsafe, hazard 1 .. 12] from tokens, hashed letter runs and lexicon hits."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(AdaptedLayer() for _ in range(NUM_LAYERS))
        self.grams = nn.EmbeddingBag(NUM_BUCKETS, GRAM_DIM, mode="mean")
        nn.init.normal_(self.grams.weight, std=0.05)
        self.pool = nn.Linear(DIM, 1)
        self.norm = nn.LayerNorm(2 * DIM)
        self.gram_norm = nn.LayerNorm(GRAM_DIM)
        self.hidden = nn.Linear(2 * DIM + GRAM_DIM + NUM_FEATURES, HIDDEN)
        self.dropout = nn.Dropout(0.3)
        self.out = nn.Linear(HIDDEN, 1 + len(HAZARDS))

    def forward(self, bert: Any, tokens: dict[str, Tensor], grams: tuple[Tensor, Tensor], lexicon_BF: Tensor) -> Tensor:
        """Return logits [B, 13]; `grams` is (flat bucket ids, offsets [B]) as EmbeddingBag takes them."""
        return self.judge(*self.read(bert, tokens, grams, lexicon_BF))

    def read(
        self, bert: Any, tokens: dict[str, Tensor], grams: tuple[Tensor, Tensor], lexicon_BF: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return what the head judges by: pooled [B, 2D], letter runs [B, G], lexicon hits [B, 3]."""
        mask_BT = tokens["attention_mask"]
        hidden_BTD = bert.embeddings(input_ids=tokens["input_ids"])
        mask_B11T = torch.zeros_like(mask_BT, dtype=hidden_BTD.dtype).masked_fill(mask_BT == 0, -1e9)[:, None, None, :]
        for layer, shared in zip(self.layers, bert.encoder.layer, strict=True):
            hidden_BTD = layer(shared, hidden_BTD, mask_B11T)
        return self.norm(self._pooled(hidden_BTD, mask_BT)), self.gram_norm(self.grams(*grams)), lexicon_BF

    def judge(self, pooled: Tensor, grams_BG: Tensor, lexicon_BF: Tensor) -> Tensor:
        """Return logits [B, 13] of what `read` returned."""
        joined = torch.cat([self.dropout(pooled), self.dropout(grams_BG), LEXICON_GAIN * lexicon_BF], dim=-1)
        return self.out(self.dropout(F.gelu(self.hidden(joined))))

    def _pooled(self, hidden_BTD: Tensor, mask_BT: Tensor) -> Tensor:
        """Return mean and learned attention over real tokens, side by side [B, 2D]."""
        mask_BT1 = mask_BT.unsqueeze(-1).to(hidden_BTD.dtype)
        mean_BD = (hidden_BTD * mask_BT1).sum(1) / mask_BT1.sum(1)
        weights_BT1 = self.pool(hidden_BTD).masked_fill(mask_BT1 == 0, -1e4).softmax(dim=1)
        return torch.cat([mean_BD, (weights_BT1 * hidden_BTD).sum(1)], dim=-1)
