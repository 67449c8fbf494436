"""Put viewers and items into one space with two small towers. Pure; torch.

The item tower reads an item's features and adds a residual of the item's own, which a new item does not have yet. The viewer tower reads
the vectors of the last engagements, how they were meant and how long ago, and weighs them by attention beside a vector of "nobody known",
which alone is left where the history is empty.

Shape suffixes: N items, B viewers, H engagements of a history, F features, W width, D dims, K kinds, A ages.
"""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from feed.u2i.data import KINDS, Floats
from feed.u2i.exported import AGE_EDGES_S, ExportedTowers
from feed.u2i.recipes import Recipe


class Towers(nn.Module):
    """Two towers with one scale and one weight for popularity: score = scale * cosine + prior_weight * log popularity."""

    feature_mean_F: torch.Tensor  # noqa: N815
    feature_scale_F: torch.Tensor  # noqa: N815
    log_popularity_N: torch.Tensor  # noqa: N815

    def __init__(self, features_NF: Floats, popularity_N: Floats, recipe: Recipe) -> None:
        super().__init__()
        spread_F = features_NF.std(0)
        self.register_buffer("feature_mean_F", torch.from_numpy(features_NF.mean(0)))
        self.register_buffer(
            "feature_scale_F", torch.from_numpy(np.where(spread_F > 1e-6, 1 / np.maximum(spread_F, 1e-6), 0)).float()
        )
        self.register_buffer("log_popularity_N", torch.from_numpy(np.log(popularity_N)))
        self.item_in = nn.Linear(features_NF.shape[1], recipe.width)
        self.item_out = nn.Linear(recipe.width, recipe.dims)
        self.item_residual = nn.Embedding(len(features_NF), recipe.dims)
        self.kind = nn.Embedding(len(KINDS), recipe.dims)
        self.age = nn.Embedding(len(AGE_EDGES_S) + 1, recipe.dims)
        self.token = nn.Linear(recipe.dims, recipe.width)
        self.attention = nn.Linear(recipe.width, 1, bias=False)
        self.viewer_out = nn.Linear(recipe.width, recipe.dims)
        self.kind_gain_K = nn.Parameter(torch.tensor([kind.sign * kind.weight for kind in KINDS]))
        self.nobody_D = nn.Parameter(torch.randn(recipe.dims) / recipe.dims**0.5)
        self.nobody_attention = nn.Parameter(torch.zeros(()))
        self.log_scale = nn.Parameter(torch.tensor(recipe.start_scale).log())
        self.prior_weight = nn.Parameter(torch.tensor(1.0))
        for embedding in (self.item_residual, self.kind, self.age):
            nn.init.normal_(embedding.weight, std=0.02)
        nn.init.zeros_(self.attention.weight)
        nn.init.zeros_(self.viewer_out.weight)

    def items(self, features_NF: torch.Tensor, rows_N: torch.Tensor) -> torch.Tensor:
        """Return the items' vectors [N, D] of length 1; row -1: an item without a residual."""
        hidden_NW = functional.silu(self.item_in((features_NF - self.feature_mean_F) * self.feature_scale_F))
        residual_ND = self.item_residual(rows_N.clamp(min=0)) * (rows_N >= 0)[:, None]
        return functional.normalize(self.item_out(hidden_NW) + residual_ND, dim=-1)

    def viewers(
        self, item_BHD: torch.Tensor, kind_BH: torch.Tensor, age_BH: torch.Tensor, known_BH: torch.Tensor
    ) -> torch.Tensor:
        """Return the viewers' vectors [B, D] of length 1 from histories of item vectors; `age_BH` are rows of the age table."""
        hidden_BHW = functional.silu(self.token(item_BHD + self.kind(kind_BH) + self.age(age_BH)))
        logit_BH = self.attention(hidden_BHW)[..., 0].masked_fill(~known_BH, -torch.inf)
        share_BH = torch.cat([self.nobody_attention.expand(len(logit_BH), 1), logit_BH], 1).softmax(1)
        gain_BH = share_BH[:, 1:] * self.kind_gain_K[kind_BH]
        pooled_BD = share_BH[:, :1] * self.nobody_D + torch.einsum("bh,bhd->bd", gain_BH, item_BHD)
        hidden_BW = torch.einsum("bh,bhw->bw", share_BH[:, 1:], hidden_BHW)
        return functional.normalize(pooled_BD + self.viewer_out(hidden_BW), dim=-1)

    def logits(self, viewer_BD: torch.Tensor, item_ND: torch.Tensor, log_popularity_N: torch.Tensor) -> torch.Tensor:
        """Return how likely each viewer is to take each item next, as log-odds up to a constant a viewer [B, N]."""
        return self.log_scale.exp() * viewer_BD @ item_ND.T + self.prior_weight * log_popularity_N

    def exported(self, keys_N: np.ndarray | None = None, **description: Any) -> ExportedTowers:
        """Return the same towers in numpy; `keys_N`: what the caller calls the items, by row (default: the rows)."""
        arrays = {name: tensor.detach().cpu().numpy().copy() for name, tensor in self.state_dict().items()}
        keys = np.arange(len(self.log_popularity_N)) if keys_N is None else keys_N
        return ExportedTowers(arrays, keys.astype(np.int64), description)
