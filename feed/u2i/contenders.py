"""Let every method rank for the same held-out pairs, each with its settings chosen on pairs that it is not scored on. Pure.

The held-out viewers stand in two halves: what is chosen on one (a grid's best setting, LightGCN's best step, the merge's weights) is
scored on the other, so that every pair is scored once and chose nothing for itself.

Shape suffixes: P held-out pairs, K places, C columns.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from feed.u2i import baselines
from feed.u2i.baselines import Scorer, likes_table
from feed.u2i.data import Floats, Interactions, Ints
from feed.u2i.heldout import PLACES, HeldOut, places, top
from feed.u2i.merge import CHUNK, Sources, Weights, fit_all, fit_weights, joined, recommend
from feed.u2i.recipes import Recipe
from feed.u2i.train import OnProgress, train

GCN_STEPS, GCN_EVERY = 600, 100
TOWERS_ALONE = (0, 1)  # columns of the merge: cosine and popularity

Settings = Iterator[tuple[str, Scorer]]  # a name a setting, and what it scores


def halves(held_out: HeldOut, seed: int = 0) -> tuple[Ints, Ints]:
    """Return the pairs of two halves of the viewers."""
    viewers = np.random.default_rng(seed).permutation(np.unique(held_out.viewer))
    is_first_P = np.isin(held_out.viewer, viewers[: len(viewers) // 2])
    return np.flatnonzero(is_first_P), np.flatnonzero(~is_first_P)


class Contest:
    """One training set, one set of held-out pairs, and the places that each method gives them."""

    def __init__(self, known: Interactions, held_out: HeldOut, blocks: list[Floats], num_viewers: int) -> None:
        self.known, self.held_out, self.blocks = known, held_out, blocks
        self.likes_VN = likes_table(known, num_viewers, len(blocks[0]))
        self.halves = halves(held_out)

    def baselines(self) -> dict[str, Callable[[int], Settings]]:
        """Return, a name, what gives the settings of a seed; methods without chance ignore the seed."""
        likes = self.likes_VN
        return {
            "popularity": lambda _: iter([("", baselines.popular(likes))]),
            "RP3beta": lambda _: (
                (f"alpha {a}, beta {b}", baselines.rp3_beta(likes, a, b)) for a in (0.7, 1.0) for b in (0.0, 0.2, 0.4)
            ),
            "ItemKNN": lambda _: (
                (f"activity {p}, shrink {s}", baselines.item_knn(likes, activity_power=p, shrink=s))
                for p in (0.0, 0.5)
                for s in (10, 100, 1000)
            ),
            "EASE": lambda _: ((f"ridge {ridge}", baselines.ease(likes, ridge)) for ridge in (5, 20, 50, 200)),
            "ALS (implicit)": lambda seed: (
                (f"{f} factors, ridge {r}, alpha 10", baselines.als(likes, f, r, 10.0, seed))
                for f in (16, 32, 64)
                for r in (1.0, 10.0)
            ),
            "LightGCN": lambda seed: (
                (f"step {step}", scorer)
                for step, scorer in baselines.light_gcn(
                    likes, dims=64, layers=3, seed=seed, num_steps=GCN_STEPS, report_every=GCN_EVERY
                )
            ),
        }

    def places_of_baseline(self, settings: Settings) -> tuple[Ints, str]:
        """Return the places [P] of a method's best settings by the other half's nDCG@20, and their names."""
        found = {name: self._ranked(partial(self._top, scorer)) for name, scorer in settings}
        names, place_SP = list(found), np.stack(list(found.values()))
        place_P, chosen = np.empty(len(self.held_out), np.int64), []
        for choose, report in (self.halves, self.halves[::-1]):
            ndcg_SP = (place_SP[:, choose] < PLACES) / np.log2(place_SP[:, choose] + 2.0)
            best = int(ndcg_SP.sum(1).argmax())
            place_P[report] = place_SP[best, report]
            chosen.append(names[best])
        return place_P, " / ".join(dict.fromkeys(chosen))

    def places_of_towers(self, recipe: Recipe, seed: int, on_progress: OnProgress) -> dict[str, Ints]:
        """Return the places [P] by the two towers alone, in the merge, and in the merge with places kept for cold and tail items."""
        towers = train(self.known, joined(self.blocks), recipe, seed, on_progress)
        sources = Sources(self.known, self.likes_VN.shape[0], self.blocks, towers)
        names = ("two towers alone", "two towers, merged", "two towers, merged, 2 places kept")
        place_P = {name: np.empty(len(self.held_out), np.int64) for name in names}
        for choose, report in (self.halves, self.halves[::-1]):
            chosen = self.held_out.rows(choose)
            weights = fit_all(sources, chosen)
            used: tuple[Weights | Floats, ...] = (fit_weights(sources, chosen, TOWERS_ALONE), weights.merged, weights)
            for name, fitted in zip(names, used, strict=True):
                place_P[name][report] = self._ranked(partial(recommend, sources, fitted))[report]
        return place_P

    def _top(self, scorer: Scorer, viewer_B: Ints) -> Ints:
        return top(np.asarray(scorer(viewer_B)), self.likes_VN[viewer_B].toarray() > 0)

    def _ranked(self, rank: Callable[[Ints], Ints]) -> Ints:
        """Return the place of every held-out pair [P] by a function from viewers to lists."""
        viewers, row_P = np.unique(self.held_out.viewer, return_inverse=True)
        lists = np.concatenate([rank(viewers[start : start + CHUNK]) for start in range(0, len(viewers), CHUNK)])
        return places(lists[row_P], self.held_out.item)
