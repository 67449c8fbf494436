"""Spread what is known of an item to the items that the same viewers liked, as LightGCN does (He et al., 2020). Pure; torch.

Shape suffixes: N items, V viewers, D dims.
"""

from typing import Any

import numpy as np
import torch

from feed.u2i.data import Interactions


class CoLiked:
    """Items joined by who liked both; a like among n of its viewer counts 1 / n, so that a few busy ones do not join everything."""

    def __init__(self, interactions: Interactions, num_items: int) -> None:
        good = interactions.rows(interactions.is_positive)
        pairs = np.unique(np.stack([good.viewer, good.item], 1), axis=0)
        _, viewer_E = np.unique(pairs[:, 0], return_inverse=True)
        weight_E = 1 / np.bincount(viewer_E)[viewer_E] if len(pairs) else np.zeros(0)
        degree_N = np.maximum(np.bincount(pairs[:, 1], weights=weight_E, minlength=num_items), 1e-12)
        value_E = np.sqrt(weight_E / degree_N[pairs[:, 1]]).astype(np.float32)
        shape = (int(viewer_E.max(initial=-1)) + 1, num_items)
        self.to_viewers = _sparse(viewer_E, pairs[:, 1], value_E, shape)
        self.to_items = _sparse(pairs[:, 1], viewer_E, value_E, shape[::-1])

    def spread(self, table_ND: torch.Tensor) -> torch.Tensor:
        """Return each item's weighted sum [N, D] of its own row and those that it was liked with; zeros where nobody liked it."""
        spread_ND: torch.Tensor = _Spread.apply(table_ND, self)  # type: ignore[no-untyped-call]
        return spread_ND


class _Spread(torch.autograd.Function):
    """The map is symmetric: the gradient spreads as the table does, and no transposed copy is made at each step."""

    @staticmethod
    def forward(ctx: Any, table_ND: torch.Tensor, graph: CoLiked) -> torch.Tensor:
        ctx.graph = graph
        return graph.to_items @ (graph.to_viewers @ table_ND)

    @staticmethod
    def backward(ctx: Any, gradient_ND: torch.Tensor) -> tuple[torch.Tensor, None]:  # type: ignore[override]
        return ctx.graph.to_items @ (ctx.graph.to_viewers @ gradient_ND), None


def _sparse(row_E: np.ndarray, column_E: np.ndarray, value_E: np.ndarray, shape: tuple[int, ...]) -> torch.Tensor:
    index_2E = torch.from_numpy(np.stack([row_E, column_E]).astype(np.int64))
    return torch.sparse_coo_tensor(index_2E, torch.from_numpy(value_E), shape, check_invariants=True).coalesce()
