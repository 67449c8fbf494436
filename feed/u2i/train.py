"""Train the two towers by sampled softmax: a viewer's history against the item that they took next. Pure; torch.

Candidates of a step are the other viewers' items and some drawn evenly from the catalogue; each is corrected by how often it is drawn
(logQ), items that the viewer likes too are left out, and what the viewer skipped or refused is added as a negative of their own.

Shape suffixes: E engagements, N items, B pairs of a batch, C candidates, H history, X explicit negatives, F features, D dims.
"""

import math
from collections.abc import Callable

import numpy as np
import torch

from feed.u2i.data import DataError, Floats, Interactions, Ints, popularity
from feed.u2i.examples import Examples, Histories
from feed.u2i.losses import sampled_softmax
from feed.u2i.recipes import Recipe
from feed.u2i.towers import Towers

MAX_REFUSED = 8  # explicit negatives an example
LOOK_EVERY = 50  # steps between two calls of on_progress

OnProgress = Callable[[int, int, float], None]  # steps done, steps in all, loss


def train(
    interactions: Interactions,
    item_features_NF: Floats,
    recipe: Recipe,
    seed: int,
    on_progress: OnProgress | None = None,
) -> Towers:
    """Return towers trained on the engagements; item rows index the features (float32 [N, F]).

    Raises DataError where there is no good engagement or an item has no features.
    """
    _check(interactions, item_features_NF)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    popularity_N = popularity(interactions, len(item_features_NF), activity_power=1 - recipe.activity_power)
    towers = Towers(item_features_NF, popularity_N, recipe)
    examples = Examples(interactions, max_history=recipe.max_history, activity_power=recipe.activity_power)
    run = _Run(towers, examples, torch.from_numpy(item_features_NF), recipe, rng)
    optimizer = torch.optim.AdamW(towers.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, recipe))
    for step in range(recipe.num_steps):
        optimizer.zero_grad()
        loss = run.loss(examples.draw(recipe.batch, rng))
        loss.backward()
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            towers.log_scale.clamp_(max=math.log(recipe.max_scale))
        if on_progress and ((step + 1) % LOOK_EVERY == 0 or step + 1 == recipe.num_steps):
            on_progress(step + 1, recipe.num_steps, loss.item())
    return towers.eval()


def _check(interactions: Interactions, features_NF: Floats) -> None:
    if not interactions.is_positive.any():
        raise DataError("no good engagement to learn from")
    if interactions.item.max() >= len(features_NF) or interactions.item.min() < 0:
        raise DataError(f"item {interactions.item.max()} has no features: there are {len(features_NF)} rows")
    if not np.isfinite(features_NF).all():
        raise DataError("item features hold numbers that are not finite")


def _rate(step: int, recipe: Recipe) -> float:
    """Return the share of the rate at a step: a short rise, then a cosine down to nothing."""
    if step < recipe.warmup:
        return (step + 1) / recipe.warmup
    return 0.5 * (1 + math.cos(math.pi * (step - recipe.warmup) / max(1, recipe.num_steps - recipe.warmup)))


class _Run:
    """What a step needs; one call of `loss` is one draw of candidates."""

    def __init__(
        self, towers: Towers, examples: Examples, feature_NF: torch.Tensor, recipe: Recipe, rng: np.random.Generator
    ) -> None:
        self.towers, self.examples, self.feature_NF, self.recipe, self.rng = towers, examples, feature_NF, recipe, rng
        events, good = examples.events, examples.good
        num_items = len(feature_NF)
        self.liked = np.unique(events.viewer[good] * num_items + events.item[good])
        expected_N = recipe.batch * examples.item_rates(num_items) + recipe.num_uniform / num_items
        self.log_q_N = torch.from_numpy(np.log(np.maximum(expected_N, 1e-12))).float()

    def loss(self, row_B: Ints) -> torch.Tensor:
        """Return the loss of these engagements [B] against each other's items and evenly drawn ones."""
        item_B, viewer_B = self.examples.events.item[row_B], self.examples.events.viewer[row_B]
        item_C = np.concatenate([item_B, self.rng.integers(len(self.feature_NF), size=self.recipe.num_uniform)])
        history = self.examples.histories(row_B, self.rng)
        history_BHD = self.items(history.item)
        known_BH = torch.from_numpy(
            history.known & (self.rng.random(history.known.shape) >= self.recipe.p_history_drop)
        )
        viewer_BD = self.towers.viewers(history_BHD, *_tensors(history), known_BH)
        logit_BC = self.towers.logits(viewer_BD, self.items(item_C), self.towers.log_popularity_N[item_C])
        liked_BC = np.isin(viewer_B[:, None] * len(self.feature_NF) + item_C, self.liked)
        return sampled_softmax(
            logit_BC,
            torch.arange(len(row_B)),
            self.log_q_N[item_C],
            torch.from_numpy(liked_BC),
            self.explicit(row_B, viewer_BD),
        )

    def items(self, item: Ints) -> torch.Tensor:
        """Return the vectors [..., D] of items of any shape, some of them without their residual."""
        distinct, place = np.unique(item, return_inverse=True)
        kept = np.where(self.rng.random(len(distinct)) < self.recipe.p_id_drop, -1, distinct)
        return self.towers.items(self.feature_NF[distinct], torch.from_numpy(kept))[torch.from_numpy(place)]

    def explicit(self, row_B: Ints, viewer_BD: torch.Tensor) -> torch.Tensor | None:
        """Return the log-odds [B, X] of what the viewers refused, -inf where there is nothing; None where no one refused anything."""
        if not self.examples.bad_by_viewer:
            return None
        item_BX = self.examples.refused(row_B, MAX_REFUSED, self.rng)
        is_there_BX = torch.from_numpy(item_BX >= 0)
        vector_BXD = self.items(np.maximum(item_BX, 0))
        similarity_BX = torch.einsum("bd,bxd->bx", viewer_BD, vector_BXD)
        prior_BX = self.towers.prior_weight * self.towers.log_popularity_N[np.maximum(item_BX, 0)]
        logit_BX = self.towers.log_scale.exp() * similarity_BX + prior_BX + math.log(self.recipe.explicit_weight)
        return logit_BX.masked_fill(~is_there_BX, -torch.inf)


def _tensors(history: Histories) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.from_numpy(history.kind), torch.from_numpy(history.age)
