"""Mine preferences from what viewers searched and clicked: the clicked over what stood above it and was passed by. Pure, no torch.

Skip-above (Joachims, 2002): who clicked the fifth result has looked at the four above and did not want them. Where a result stood
decides whether it was looked at, so every click weighs 1 / p(looked at its position), clipped (Joachims, Swaminathan and Schnabel,
2017). No viewer and no query gives more than a capped number of pairs, and what contradicts itself cancels.

Not corrected: skip-above only ever speaks against the order that was shown. The frozen reference, the replay and the early stop on
R@1 (vision.clip.preferences) hold against that; people's labels (stage 2) know no order.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vision.clip.preference_pairs import PreferencePair, query_key

MIN_PROPENSITY = 0.1  # no click weighs more than ten: a few at the bottom would be the whole loss
MAX_PAIRS_A_VIEWER, MAX_PAIRS_A_QUERY = 40, 120
NUM_ROUNDS = 50
PRIOR_LOOKS = 4.0  # looks at the mean attraction that every (query, video) begins with

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Search:
    """One viewer's look at one list of results: ids in the order shown, distinct; those clicked and stayed with; those left at once.

    What was `left` at once was opened by mistake: it is neither wanted nor passed by, but keeps its position.
    """

    viewer: int
    query: str
    shown: tuple[int, ...]
    clicked: frozenset[int]
    left: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Vote:
    viewer: int
    query: str
    better: int
    worse: int
    weight: float

    @property
    def lot(self) -> bytes:
        """Return what decides who is dropped by a cap: by chance, but the same in every run and whatever the order of the log."""
        return hashlib.sha256(f"{self.viewer}:{self.query}:{self.better}:{self.worse}".encode()).digest()


def examination(searches: Sequence[Search], *, num_positions: int | None = None) -> Floats:
    """Return the probability that a position is looked at [positions], relative to the first, non-increasing, in [0.1, 1].

    The position-based model click = p(position) x attraction(query, video) (Richardson et al., 2007), fitted by alternating
    ratios of counts (the Poisson likelihood's steps). What tells the two apart is one video that stood at different positions for one
    query; where nothing ever moved, the prior on attraction leaves plain clicks by rank. Positions without a look repeat the one above.
    """
    depth = max((len(search.shown) for search in searches), default=0) if num_positions is None else num_positions
    position, item, is_clicked = _looks(searches, depth)
    if not is_clicked.any():
        return np.ones(depth)
    num_looks = np.bincount(position, minlength=depth)
    clicks_position = np.bincount(position, is_clicked, depth)
    clicks_item = np.bincount(item, is_clicked)
    mean = is_clicked.mean()
    p_position = np.ones(depth)
    for _ in range(NUM_ROUNDS):
        attraction = (clicks_item + PRIOR_LOOKS * mean) / (np.bincount(item, p_position[position]) + PRIOR_LOOKS)
        expected = np.bincount(position, attraction[item], depth)
        p_position = np.divide(clicks_position + mean, expected + mean, where=num_looks > 0, out=np.zeros(depth))
        p_position = p_position / p_position[0] if p_position[0] > 0 else p_position / p_position.max()
    return np.clip(_non_increasing(p_position, num_looks), MIN_PROPENSITY, 1.0)


def _looks(searches: Sequence[Search], depth: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Return every result that was shown as (position, number of its (query, video), clicked or not); lists without a click say nothing."""
    items: dict[tuple[str, int], int] = {}
    rows = [
        (position, items.setdefault((query_key(search.query), video_id), len(items)), video_id in search.clicked)
        for search in searches
        if search.clicked
        for position, video_id in enumerate(search.shown[:depth])
        if video_id not in search.left
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2].astype(np.float64)


def _non_increasing(value: Floats, weight: npt.NDArray[np.int64]) -> Floats:
    """Return the nearest non-increasing curve by weighted squares (pool adjacent violators); what has no weight takes the value before."""
    blocks: list[list[float]] = []  # [mean, weight, length]
    for mean, mass in zip(value.tolist(), weight.tolist(), strict=True):
        if mass == 0 and blocks:
            blocks[-1][2] += 1
            continue
        blocks.append([mean, float(mass), 1])
        while len(blocks) > 1 and blocks[-1][0] > blocks[-2][0]:
            later, earlier = blocks.pop(), blocks.pop()
            total = earlier[1] + later[1]
            pooled = (earlier[0] * earlier[1] + later[0] * later[1]) / total
            blocks.append([pooled, total, earlier[2] + later[2]])
    return np.concatenate([np.full(int(length), mean) for mean, _, length in blocks]) if blocks else value


def mine(searches: Sequence[Search], *, p_position: Floats | None = None) -> list[PreferencePair]:
    """Return the pairs that the searches speak for, sorted by query and ids, weights with mean 1; p_position as `examination` gives it.

    The same searches in any order, or written twice, give the same pairs. A viewer's votes on one pair count once, with the largest
    weight; votes of equal weight for both sides are gone; else what is left over counts for the stronger side.
    """
    p_position = examination(searches) if p_position is None else p_position
    votes = _capped(_own_mind(_votes(searches, p_position)))
    balance: dict[tuple[str, int, int], float] = defaultdict(float)
    for vote in sorted(votes, key=lambda vote: vote.lot):  # one order of summing
        low, high = sorted((vote.better, vote.worse))
        balance[vote.query, low, high] += vote.weight if vote.better == low else -vote.weight
    pairs = [
        PreferencePair(query, *((low, high) if weight > 0 else (high, low)), weight=abs(weight))
        for (query, low, high), weight in sorted(balance.items())
        if abs(weight) > 1e-9
    ]
    mean = sum(pair.weight for pair in pairs) / len(pairs) if pairs else 1.0
    return [PreferencePair(pair.query, pair.better, pair.worse, weight=pair.weight / mean) for pair in pairs]


def _votes(searches: Iterable[Search], p_position: Floats) -> list[_Vote]:
    """Return a vote for every clicked result over every one above it that was not."""
    return [
        _Vote(search.viewer, query_key(search.query), clicked, skipped, 1.0 / float(p_position[position]))
        for search in searches
        for position, clicked in enumerate(search.shown)
        if clicked in search.clicked
        for skipped in search.shown[:position]
        if skipped not in search.clicked | search.left
    ]


def _own_mind(votes: Iterable[_Vote]) -> list[_Vote]:
    """Return one vote a viewer and pair: the heaviest of equal ones; none where the viewer voted both ways."""
    kept: dict[tuple[int, str, int, int], _Vote] = {}
    for vote in votes:
        key = (vote.viewer, vote.query, vote.better, vote.worse)
        if key not in kept or kept[key].weight < vote.weight:
            kept[key] = vote
    return [vote for (viewer, query, better, worse), vote in kept.items() if (viewer, query, worse, better) not in kept]


def _capped(votes: list[_Vote]) -> list[_Vote]:
    """Return the votes within the caps a viewer, then a query; who stays is drawn by lot."""
    num_viewer: dict[int, int] = defaultdict(int)
    num_query: dict[str, int] = defaultdict(int)
    kept = []
    for vote in sorted(votes, key=lambda vote: vote.lot):
        if num_viewer[vote.viewer] < MAX_PAIRS_A_VIEWER and num_query[vote.query] < MAX_PAIRS_A_QUERY:
            num_viewer[vote.viewer] += 1
            num_query[vote.query] += 1
            kept.append(vote)
    return kept
