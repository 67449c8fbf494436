"""Merge what several sources say of every item for a viewer; held-out engagements choose the weights. Pure; torch.

Log-odds = sum of weights x columns, fitted as a conditional logit: how likely, among all items that the viewer has not had, is the one
that they took? The columns: the two towers' cosine, the logarithm of popularity, what was liked together with the history (one and two
steps), and, a block of features, the nearest item of the history.

The last places of a list go to items that the rest never reaches: one hardly met, and one that nobody met, by features alone.

Shape suffixes: B viewers, N items, K columns, H history, F features, D dims, V all viewers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
import torch

from feed.u2i.baselines import likes_table
from feed.u2i.data import Bools, Floats, Interactions, Ints
from feed.u2i.heldout import COLD, PLACES, TAIL, TAIL_MAX, HeldOut, top
from feed.u2i.towers import Towers

BASE_COLUMNS = ("towers", "popularity", "liked together", "two steps")
RIDGE = 1e-3  # on weights of standardised columns
FIT_CELLS = 25_000_000  # held-out pairs x items that a fit looks at; more pairs are sampled
CHUNK = 256  # viewers at once
MIN_PAIRS = 30  # held-out pairs of a slice below which it has no weights of its own
TAIL_PLACES = NEW_PLACES = 1  # of the 20


class Sources:
    """All columns for any viewer, from what was known when the towers were trained."""

    def __init__(
        self, known: Interactions, num_viewers: int, blocks: Sequence[Floats], towers: Towers, seed: int = 0
    ) -> None:
        self.exported, self.seed = towers.exported(), seed
        self.blocks = [unit_block(block) for block in blocks]
        num_items = len(blocks[0])
        self.likes_VN = likes_table(known, num_viewers, num_items)
        self.met_N = np.asarray(self.likes_VN.sum(0)).ravel()
        self.item_ND = self.exported.item_vectors(joined(blocks), np.arange(num_items))
        self.is_tail_N = (self.met_N > 0) & (self.met_N <= TAIL_MAX)
        self.log_popularity_N = self.exported.arrays["log_popularity_N"]
        active_V = np.maximum(np.asarray(self.likes_VN.sum(1)).ravel(), 1)
        self.shared_VN = sp.diags(1 / active_V) @ self.likes_VN
        self.walk_NV = (sp.diags(1 / np.maximum(self.met_N, 1)) @ self.likes_VN.T).tocsr()
        self.likes_NV = self.likes_VN.T.tocsr()

    @property
    def names(self) -> list[str]:
        """Name the K columns."""
        return [*BASE_COLUMNS, *(f"nearest by features {row}" for row in range(len(self.blocks)))]

    def had(self, viewer_B: Ints) -> Bools:
        """Say what each viewer has had already [B, N]."""
        return self.likes_VN[viewer_B].toarray() > 0

    def columns(self, viewer_B: Ints) -> Floats:
        """Return what each source says [B, N, K]."""
        history = [self._history(int(viewer)) for viewer in viewer_B]
        viewer_BD = np.stack([self._viewer_vector(rows) for rows in history])
        one_BN = (self.likes_VN[viewer_B] @ self.likes_NV @ self.shared_VN).toarray()
        walk_BN = (self.likes_VN[viewer_B] @ self.walk_NV @ self.shared_VN).toarray()
        two_BN = walk_BN @ self.walk_NV @ self.shared_VN
        prior_BN = np.broadcast_to(self.log_popularity_N, one_BN.shape)
        base = [viewer_BD @ self.item_ND.T, prior_BN, np.log1p(one_BN), np.log(0.05 + 100 * two_BN)]
        return np.stack([*base, *(self._nearest(block, history) for block in self.blocks)], -1).astype(np.float32)

    def _history(self, viewer: int) -> Ints:
        """Return at most as many items of the viewer's as the towers read in training; of more, the same ones each time."""
        rows = self.likes_VN.indices[self.likes_VN.indptr[viewer] : self.likes_VN.indptr[viewer + 1]]
        limit = self.exported.max_history
        return (
            rows
            if len(rows) <= limit
            else np.random.default_rng((self.seed, viewer)).choice(rows, limit, replace=False)
        )

    def _viewer_vector(self, rows: Ints) -> Floats:
        return self.exported.viewer_vector(self.item_ND[rows], np.zeros(len(rows)), np.zeros(len(rows)))

    def _nearest(self, block_NF: Floats, history: list[Ints]) -> Floats:
        empty_N = np.zeros(len(block_NF), np.float32)
        return np.stack([(block_NF[rows] @ block_NF.T).max(0) if len(rows) else empty_N for rows in history])


def unit_block(block_NF: Floats) -> Floats:
    """Return standardised features, each row of length 1."""
    scaled_NF = (block_NF - block_NF.mean(0)) / np.maximum(block_NF.std(0), 1e-6)
    return scaled_NF / np.maximum(np.linalg.norm(scaled_NF, axis=1, keepdims=True), 1e-12)


def joined(blocks: Sequence[Floats]) -> Floats:
    """Return the blocks side by side [N, F], each of the same weight: what the item tower reads."""
    return np.concatenate([unit_block(block) for block in blocks], 1)


@dataclass(frozen=True)
class Weights:
    """What each column counts: in the merge [K], and in the places kept for items hardly met and for items that nobody met."""

    merged: Floats
    tail: Floats
    new: Floats


def fit_all(sources: Sources, held_out: HeldOut) -> Weights:
    """Return the weights of every part of a list, each fitted where it is used; too few pairs: those of the merge."""
    every, features = range(len(sources.names)), range(len(BASE_COLUMNS), len(sources.names))
    merged_K = fit_weights(sources, held_out, every)
    parts = {TAIL: (every, sources.is_tail_N), COLD: (features, sources.met_N == 0)}
    lanes = {}
    for part, (columns, among_N) in parts.items():
        pairs = held_out.rows(held_out.is_in(part))
        is_used_K = np.isin(every, columns)
        lanes[part] = fit_weights(sources, pairs, columns, among_N) if len(pairs) >= MIN_PAIRS else merged_K * is_used_K
    return Weights(merged_K, lanes[TAIL], lanes[COLD])


def fit_weights(
    sources: Sources, held_out: HeldOut, columns: Sequence[int], among_N: Bools | None = None, seed: int = 0
) -> Floats:
    """Return the weights [K] that make the held-out pairs most likely among the items given; 0 for columns that are not to be used."""
    rng = np.random.default_rng(seed)
    limit = max(1, FIT_CELLS // len(sources.met_N))
    row_P = np.arange(len(held_out)) if len(held_out) <= limit else rng.choice(len(held_out), limit, replace=False)
    column_PNK, out_PN = _looked_up(sources, held_out.viewer[row_P], columns)
    if among_N is not None:
        out_PN |= ~among_N
    out_PN[np.arange(len(row_P)), held_out.item[row_P]] = False
    scale_K = np.maximum(column_PNK.std((0, 1)), 1e-6)
    x, out, target = (torch.from_numpy(array) for array in (column_PNK / scale_K, out_PN, held_out.item[row_P]))
    weight_K = torch.zeros(len(columns), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight_K], max_iter=30)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy((x @ weight_K).masked_fill(out, -torch.inf), target)
        loss = loss + RIDGE * (weight_K**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    full_K = np.zeros(len(sources.names), np.float32)
    full_K[list(columns)] = weight_K.detach().numpy() / scale_K
    return full_K


def _looked_up(sources: Sources, viewer_P: Ints, columns: Sequence[int]) -> tuple[Floats, Bools]:
    parts = [viewer_P[start : start + CHUNK] for start in range(0, len(viewer_P), CHUNK)]
    return (
        np.concatenate([sources.columns(part)[..., list(columns)] for part in parts]),
        np.concatenate([sources.had(part) for part in parts]),
    )


def recommend(sources: Sources, weights: Weights | Floats, viewer_B: Ints) -> Ints:
    """Return 20 items a viewer [B, 20], best first; plain weights [K] keep no places."""
    column_BNK, had_BN = sources.columns(viewer_B), sources.had(viewer_B)
    if not isinstance(weights, Weights):
        return top(column_BNK @ weights, had_BN)
    best_BK = top(column_BNK @ weights.merged, had_BN)
    tail_BK = top(column_BNK @ weights.tail, had_BN | ~sources.is_tail_N)
    new_BK = top(column_BNK @ weights.new, had_BN | (sources.met_N > 0))
    return np.stack([_composed(*rows) for rows in zip(best_BK, tail_BK, new_BK, strict=True)])


def _composed(best_K: Ints, tail_K: Ints, new_K: Ints) -> Ints:
    """Return the best, the last places given to the others where there are any."""
    chosen = list(best_K[: PLACES - TAIL_PLACES - NEW_PLACES])
    chosen += [item for item in tail_K if item >= 0 and item not in chosen][:TAIL_PLACES]
    chosen += [item for item in new_K if item >= 0 and item not in chosen][:NEW_PLACES]
    chosen += [item for item in best_K if item not in chosen][: len(best_K) - len(chosen)]
    return np.array(chosen)
