"""Train the two towers by sampled softmax: a viewer's history against the item that they took next. Pure; torch.

Candidates of a step are the other viewers' items and some drawn evenly from the catalogue; each is corrected by how often it is drawn
(logQ), items that the viewer likes too are left out, and what the viewer skipped or refused is added as a negative of their own.

Viewers stand in folds. A step learns from one fold, with popularity and graph of the others: counted with the very pair that is to be
guessed, both would look far better than they are for a viewer to come.

Shape suffixes: E engagements, N items, B pairs of a batch, C candidates, H history, X explicit negatives, F features, D dims.
"""

import math
from collections.abc import Callable

import numpy as np
import torch

from feed.u2i.data import DataError, Floats, Interactions, Ints, popularity
from feed.u2i.examples import Examples
from feed.u2i.graph import CoLiked
from feed.u2i.losses import sampled_softmax
from feed.u2i.recipes import Recipe
from feed.u2i.towers import Towers

MAX_REFUSED = 8  # explicit negatives an example
REPORT_EVERY = 50  # steps between two calls of on_progress
LOOK_EVERY = 20  # steps between two looks

OnProgress = Callable[[int, int, float], None]  # steps done, steps in all, loss
Look = Callable[[Towers], object]


def train(
    interactions: Interactions,
    item_features_NF: Floats,
    recipe: Recipe,
    seed: int,
    on_progress: OnProgress | None = None,
    look: Look | None = None,
) -> Towers:
    """Return towers trained on the engagements; item rows index the features (float32 [N, F]).

    `look` sees them before the first step and after every LOOK_EVERY, for who wants to stop where they were best.
    Raises DataError where there is no good engagement or an item has no features.
    """
    _check(interactions, item_features_NF)
    torch.manual_seed(seed)
    run = _Run(interactions, item_features_NF, recipe, np.random.default_rng(seed))
    residual = run.towers.residual.weight
    rest = [parameter for parameter in run.towers.parameters() if parameter is not residual]
    groups = [
        {"params": rest, "lr": recipe.rate, "weight_decay": recipe.weight_decay},
        {"params": [residual], "lr": recipe.residual_rate, "weight_decay": recipe.residual_decay},
    ]
    optimizer = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, recipe))
    for step in range(recipe.num_steps):
        if look and step % LOOK_EVERY == 0:
            look(run.towers)
        optimizer.zero_grad()
        loss = run.loss(step)
        loss.backward()
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            run.towers.log_scale.clamp_(max=math.log(recipe.max_scale))
        if on_progress and ((step + 1) % REPORT_EVERY == 0 or step + 1 == recipe.num_steps):
            on_progress(step + 1, recipe.num_steps, loss.item())
    if look:
        look(run.towers)
    return run.towers.eval()


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


class _Fold:
    """The good engagements of some viewers, and what is known without them."""

    def __init__(self, examples: Examples, is_ours_E: np.ndarray, num_items: int, recipe: Recipe) -> None:
        others = examples.events.rows(~is_ours_E)
        self.row_G = examples.good[is_ours_E[examples.good]]
        weight_G = examples.weight_G[is_ours_E[examples.good]]
        self.p_G = weight_G / weight_G.sum()
        rate_N = np.bincount(examples.events.item[self.row_G], weights=self.p_G, minlength=num_items)
        expected_N = recipe.batch * rate_N + recipe.num_uniform / num_items
        self.log_q_N = torch.from_numpy(np.log(expected_N)).float()
        share_N = popularity(others, num_items, activity_power=1 - recipe.activity_power)
        self.log_popularity_N = torch.from_numpy(np.log(share_N))
        self.graph = CoLiked(others, num_items)


class _Run:
    """What a step needs; one call of `loss` draws one batch."""

    def __init__(
        self, interactions: Interactions, features_NF: Floats, recipe: Recipe, rng: np.random.Generator
    ) -> None:
        num_items = len(features_NF)
        self.recipe, self.rng, self.feature_NF = recipe, rng, torch.from_numpy(features_NF)
        share_N = popularity(interactions, num_items, activity_power=1 - recipe.activity_power)
        self.towers = Towers(features_NF, share_N, CoLiked(interactions, num_items), recipe)
        self.examples = Examples(interactions, max_history=recipe.max_history, activity_power=recipe.activity_power)
        events, good = self.examples.events, self.examples.good
        self.liked = np.unique(events.viewer[good] * num_items + events.item[good])
        fold_E = rng.integers(recipe.num_folds, size=events.viewer.max() + 1)[events.viewer]
        used = np.unique(fold_E[good])
        self.folds = [_Fold(self.examples, fold_E == fold, num_items, recipe) for fold in used]

    def loss(self, step: int) -> torch.Tensor:
        """Return the loss of a batch of one fold's engagements against each other's items and evenly drawn ones."""
        fold, num_items = self.folds[step % len(self.folds)], len(self.feature_NF)
        row_B = self.rng.choice(fold.row_G, size=self.recipe.batch, p=fold.p_G)
        item_B, viewer_B = self.examples.events.item[row_B], self.examples.events.viewer[row_B]
        item_C = np.concatenate([item_B, self.rng.integers(num_items, size=self.recipe.num_uniform)])
        history = self.examples.histories(row_B, self.rng)
        refused_BX = self.examples.refused(row_B, MAX_REFUSED, self.rng)
        residual_ND = self.towers.residuals(fold.graph)
        vectors = self.vectors([item_C, history.item, np.maximum(refused_BX, 0)], residual_ND)
        known_BH = torch.from_numpy(history.known)
        kind_BH, age_BH = torch.from_numpy(history.kind), torch.from_numpy(history.age)
        viewer_BD = self.towers.viewers(vectors[1], kind_BH, age_BH, known_BH)
        logit_BC = self.towers.logits(viewer_BD, vectors[0], fold.log_popularity_N[item_C])
        liked_BC = torch.from_numpy(np.isin(viewer_B[:, None] * num_items + item_C, self.liked))
        prior_BX = self.towers.prior_weight * fold.log_popularity_N[refused_BX]
        refused_logit_BX = self.towers.log_scale.exp() * torch.einsum("bd,bxd->bx", viewer_BD, vectors[2]) + prior_BX
        explicit_BX = refused_logit_BX.masked_fill(torch.from_numpy(refused_BX < 0), -torch.inf)
        return sampled_softmax(logit_BC, torch.arange(len(row_B)), fold.log_q_N[item_C], liked_BC, explicit_BX)

    def vectors(self, items: list[Ints], residual_ND: torch.Tensor) -> list[torch.Tensor]:
        """Return the vectors [..., D] of item rows of any shapes, each distinct item computed once, some without their residual."""
        distinct, place = np.unique(np.concatenate([item.ravel() for item in items]), return_inverse=True)
        is_kept = torch.from_numpy(self.rng.random(len(distinct)) >= self.recipe.p_id_drop)
        vector_ND = self.towers.items(self.feature_NF[distinct], residual_ND[distinct] * is_kept[:, None])
        ends = np.cumsum([item.size for item in items])[:-1]
        return [
            vector_ND[torch.from_numpy(part)].view(*item.shape, vector_ND.shape[1])
            for part, item in zip(np.split(place, ends), items, strict=True)
        ]
