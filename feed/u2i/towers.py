"""Put viewers and items into one space with two small towers. Pure; torch.

The item tower reads an item's features and adds a residual of the item's own, shared with what the same viewers liked; a new item has
none yet. Its linear part starts as the features' principal axes, so that what looks alike lies close before anything is learned. The
viewer tower reads the vectors of the last engagements, how they were meant and how long ago, and weighs them by attention beside a
vector of "nobody known", which alone is left where the history is empty.

Shape suffixes: N items, B viewers, H engagements of a history, F features, W width, D dims, K kinds.
"""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from feed.u2i.data import KINDS, Floats, Ints
from feed.u2i.exported import AGE_EDGES_S, ExportedTowers
from feed.u2i.graph import CoLiked
from feed.u2i.recipes import Recipe

AXES_SAMPLE = 20_000  # items from which the principal axes are computed


class Towers(nn.Module):
    """Two towers with one scale and one weight for popularity: log-odds = scale * cosine + prior_weight * log popularity."""

    feature_mean_F: torch.Tensor  # noqa: N815
    feature_scale_F: torch.Tensor  # noqa: N815
    log_popularity_N: torch.Tensor  # noqa: N815

    def __init__(self, features_NF: Floats, popularity_N: Floats, graph: CoLiked, recipe: Recipe) -> None:
        super().__init__()
        self.graph, self.max_history = graph, recipe.max_history
        spread_F = features_NF.std(0)
        scale_F = np.where(spread_F > 1e-6, 1 / np.maximum(spread_F, 1e-6), 0).astype(np.float32)
        self.register_buffer("feature_mean_F", torch.from_numpy(features_NF.mean(0)))
        self.register_buffer("feature_scale_F", torch.from_numpy(scale_F))
        self.register_buffer("log_popularity_N", torch.from_numpy(np.log(popularity_N)))
        num_features = features_NF.shape[1]
        self.item_axes = nn.Linear(num_features, recipe.dims, bias=False)
        self.item_in = nn.Linear(num_features, recipe.width)
        self.item_out = nn.Linear(recipe.width, recipe.dims)
        self.residual = nn.Embedding(len(features_NF), recipe.dims)
        self.residual_gain = nn.Parameter(torch.ones(2))  # of its own row, of the graph's
        self.kind = nn.Embedding(len(KINDS), recipe.dims)
        self.age = nn.Embedding(len(AGE_EDGES_S) + 1, recipe.dims)
        self.token = nn.Linear(recipe.dims, recipe.token_width)
        self.attention = nn.Linear(recipe.token_width, 1, bias=False)
        self.viewer_out = nn.Linear(recipe.token_width, recipe.dims)
        self.kind_gain_K = nn.Parameter(torch.tensor([kind.sign * kind.weight for kind in KINDS]))
        self.nobody_D = nn.Parameter(torch.randn(recipe.dims) / recipe.dims**0.5)
        self.nobody_attention = nn.Parameter(torch.zeros(()))
        self.log_scale = nn.Parameter(torch.tensor(recipe.start_scale).log())
        self.prior_weight = nn.Parameter(torch.tensor(1.0))
        self._start(torch.from_numpy(features_NF[:: max(1, len(features_NF) // AXES_SAMPLE)]), recipe)

    @torch.no_grad()
    def _start(self, sample_NF: torch.Tensor, recipe: Recipe) -> None:
        """Begin with principal axes, small residuals, and nothing that the hidden layers add."""
        seen_NF = self.scaled(sample_NF)
        axes_FD = torch.linalg.eigh(seen_NF.T @ seen_NF).eigenvectors.flip(1)[:, : recipe.dims]
        self.item_axes.weight.zero_()[: axes_FD.shape[1]] = axes_FD.T
        nn.init.normal_(self.residual.weight, std=recipe.residual_std)
        for embedding in (self.kind, self.age):
            nn.init.normal_(embedding.weight, std=0.02)
        for layer in (self.item_out, self.viewer_out):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.attention.weight)

    def scaled(self, features_NF: torch.Tensor) -> torch.Tensor:
        """Return standardised features, of length 1."""
        return functional.normalize((features_NF - self.feature_mean_F) * self.feature_scale_F, dim=-1)

    def residuals(self, graph: CoLiked | None = None) -> torch.Tensor:
        """Return each item's residual [N, D]: its own, and what it was liked with by the graph (default: of all that was trained on)."""
        spread_ND = (graph or self.graph).spread(self.residual.weight)
        return self.residual_gain[0] * self.residual.weight + self.residual_gain[1] * spread_ND

    def items(self, features_NF: torch.Tensor, residual_ND: torch.Tensor) -> torch.Tensor:
        """Return the items' vectors [N, D] of length 1; a residual of zeros is that of a new item."""
        scaled_NF = self.scaled(features_NF)
        seen_ND = self.item_axes(scaled_NF) + self.item_out(functional.silu(self.item_in(scaled_NF)))
        return functional.normalize(seen_ND + residual_ND, dim=-1)

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

    def exported(self, keys_N: Ints | None = None, **description: Any) -> ExportedTowers:
        """Return the same towers in numpy; `keys_N`: what the caller calls the items, by row (default: the rows)."""
        with torch.no_grad():
            tensors = self.state_dict() | {"residual.weight": self.residuals()}
        arrays = {name: tensor.detach().numpy().copy() for name, tensor in tensors.items() if name != "residual_gain"}
        keys = np.arange(len(self.log_popularity_N)) if keys_N is None else keys_N
        return ExportedTowers(arrays, keys.astype(np.int64), {"max_history": self.max_history, **description})
