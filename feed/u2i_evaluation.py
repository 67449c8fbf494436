"""Hold out viewers' last good engagements and measure how many of them a way of reading the earlier ones finds. Pure: numpy only.

What is measured is what serves: the same tastes, on the same signs, over all items but those that the viewer gave a sign about.
Shapes: N items, D dims, E engagements, H a viewer's signs newest first.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.ranking.tastes import Taste
from feed.u2i.data import Floats, Interactions, Ints

TOP = 20
HELD_SHARE, MAX_HELD = 0.2, 5  # of a viewer's good engagements: the last fifth, one at least, five at most
MAX_VIEWERS = 5_000


@dataclass(frozen=True)
class Held:
    """A viewer's signs before the cut, newest first ([H] each), and the items of the good ones after it."""

    item: Ints
    kind: Ints
    at_s: npt.NDArray[np.float64]
    targets: Ints


def hold_out(interactions: Interactions, *, seed: int = 0) -> tuple[Interactions, list[Held]]:
    """Return what happened before each viewer's cut, to train on, and the held-out viewers (at most MAX_VIEWERS of them, drawn).

    A viewer with fewer than two good engagements is trained on whole. After the cut nothing of a viewer is trained on, good or bad.
    """
    by_viewer = np.lexsort((interactions.item, interactions.at_s, interactions.viewer))
    events = interactions.rows(by_viewer)
    good, kind = events.is_positive, events.kind.astype(np.int64)
    kept, held = np.ones(len(events), dtype=bool), []
    starts = np.flatnonzero(np.r_[True, np.diff(events.viewer) > 0]) if len(events) else np.zeros(0, dtype=np.int64)
    for start, stop in zip(starts, np.r_[starts[1:], len(events)], strict=True):
        places = start + np.flatnonzero(good[start:stop])
        if len(places) < 2:
            continue
        targets = places[-int(np.clip(HELD_SHARE * len(places), 1, MAX_HELD)) :]
        kept[targets[0] : stop] = False
        before = np.arange(start, targets[0])[::-1]
        held.append(Held(events.item[before], kind[before], events.at_s[before], events.item[targets]))
    if len(held) > MAX_VIEWERS:
        chosen = np.random.default_rng(seed).choice(len(held), MAX_VIEWERS, replace=False)
        held = [held[place] for place in sorted(chosen)]
    return events.rows(kept), held


def recalls(taste: Taste, item_ND: Floats, held: list[Held]) -> npt.NDArray[np.float64]:
    """Return each viewer's Recall@20 [V]: the share of their held-out items among the first 20, ties to the lower row."""
    return np.array([_recall(taste, item_ND, viewer) for viewer in held], dtype=np.float64)


def _recall(taste: Taste, item_ND: Floats, viewer: Held) -> float:
    read = taste.reads(viewer.kind)
    item_H, kind_H, at_s_H = viewer.item[read], viewer.kind[read], viewer.at_s[read]
    age_s_H = at_s_H.max(initial=-np.inf) - at_s_H
    score_N = item_ND @ taste.vector(item_ND[item_H], kind_H, age_s_H)
    score_N[viewer.item] = -np.inf
    found = np.argsort(-score_N, kind="stable")[:TOP]
    return float(np.isin(viewer.targets, found).sum() / min(len(viewer.targets), TOP))
