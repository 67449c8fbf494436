"""Hold out viewers' last good engagements and measure how many of them a way of reading the earlier ones finds. Pure: numpy only.

What is measured is what serves: the same tastes, on the same signs, over all items but those that the viewer gave a sign about.
Shapes: N items, D dims, E engagements, H a viewer's signs newest first.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.ranking.tastes import Taste
from feed.u2i.data import Bools, Floats, Interactions, Ints

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


def hold_out(
    interactions: Interactions, *, among: Bools | None = None, max_viewers: int = MAX_VIEWERS, seed: int = 0
) -> tuple[Interactions, list[Held]]:
    """Return what is left to train on, and the held-out viewers: `max_viewers` at most, drawn from all or from those `among` [V].

    After a viewer's cut nothing of theirs is trained on, good or bad. Who is not held out is trained on whole, and so is a viewer with
    fewer than two good engagements.
    """
    by_viewer = np.lexsort((interactions.item, interactions.at_s, interactions.viewer))
    events = interactions.rows(by_viewer)
    parts = [part for part in _parts(events) if among is None or among[events.viewer[part.start]]]
    if len(parts) > max_viewers:
        chosen = np.random.default_rng(seed).choice(len(parts), max_viewers, replace=False)
        parts = [parts[place] for place in sorted(chosen)]
    kept, held = np.ones(len(events), dtype=bool), []
    for part in parts:
        places = part.start + np.flatnonzero(events.is_positive[part])
        targets = places[-int(np.clip(HELD_SHARE * len(places), 1, MAX_HELD)) :]
        kept[targets[0] : part.stop] = False
        before = np.arange(part.start, targets[0])[::-1]
        kind_H = events.kind[before].astype(np.int64)
        held.append(Held(events.item[before], kind_H, events.at_s[before], events.item[targets]))
    return events.rows(kept), held


def _parts(events: Interactions) -> list[slice]:
    """Return the part of the sorted events that is a viewer's, for each viewer with two good engagements or more."""
    starts = np.flatnonzero(np.r_[True, np.diff(events.viewer) > 0]) if len(events) else np.zeros(0, dtype=np.int64)
    parts = [slice(start, stop) for start, stop in zip(starts, np.r_[starts[1:], len(events)], strict=True)]
    return [part for part in parts if events.is_positive[part].sum() >= 2]


def recalls(taste: Taste, item_ND: Floats, held: list[Held]) -> npt.NDArray[np.float64]:
    """Return each viewer's Recall@20 [V]: the share of their held-out items among the first 20, ties to the lower row."""
    return np.array([_recall(_places(taste, item_ND, viewer)) for viewer in held], dtype=np.float64)


def ndcgs(taste: Taste, item_ND: Floats, held: list[Held]) -> npt.NDArray[np.float64]:
    """Return each viewer's nDCG [V] over the whole list: it tells apart what Recall@20 counts alike, so that a training can follow it."""
    return np.array([_ndcg(_places(taste, item_ND, viewer)) for viewer in held], dtype=np.float64)


def _recall(place_T: Ints) -> float:
    return float((place_T < TOP).sum() / min(len(place_T), TOP))


def _ndcg(place_T: Ints) -> float:
    return float((1 / np.log2(place_T + 2)).sum() / (1 / np.log2(np.arange(len(place_T)) + 2)).sum())


def _places(taste: Taste, item_ND: Floats, viewer: Held) -> Ints:
    """Return the place [T], from 0, of each held-out item in the viewer's list; what they gave a sign about before stands last."""
    read = taste.reads(viewer.kind)
    item_H, kind_H, at_s_H = viewer.item[read], viewer.kind[read], viewer.at_s[read]
    age_s_H = at_s_H.max(initial=-np.inf) - at_s_H
    score_N = item_ND @ taste.vector(item_ND[item_H], kind_H, age_s_H)
    score_N[viewer.item] = -np.inf
    place_N = np.empty(len(score_N), np.int64)
    place_N[np.argsort(-score_N, kind="stable")] = np.arange(len(score_N))
    return place_N[viewer.targets]
