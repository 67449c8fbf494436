"""Fill a slate from lanes of candidates. Pure: numpy only.

A lane is one cause's candidates (a steer, likes, fresh ...) with a weight: its share of the slate. Lanes take turns by credit
(smooth weighted round robin: each slot adds the weights, the winner pays one), so that any prefix of the slate is shared fairly
and the heaviest lane comes first. Inside a lane the next card is the best by marginal relevance (MMR, Carbonell and Goldstein
1998): its score less what it repeats of the cards already chosen.
"""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from feed.ranking.table import NO_TAG, BoolN, FeatureTable, FloatN, IntN, RowsM, SketchNW, cosines
from feed.ranking.wishes import Wish

MAX_PER_CREATOR = 2  # in a window of cards
MAX_PER_CREATOR_ASKED = 4  # among what the viewer asked for: few may have made it
WINDOW = 10
TAG_CAP_OF_CHANCE = 0.6  # cards that nobody asked for carry a tag at most this often against a random draw, or once
TAG_REPEATED = (
    2.0  # off a card's score for each tag beyond its cap: more than any score, so the least repeating card wins
)
NARROW_SHARE = 0.15  # a tag of at most this share of the catalogue names a topic; others ("calm", "night") describe
NEAR_IDENTICAL = 0.9  # estimated cosine; two such cards never follow each other
AS_IT_COMES = 0.5  # a viewer's diversity [0, 1] at which lanes are filled as they ask to be
SLACK_OF_ALIKE = 4  # diversity 0 lets two more cards of a window carry one tag, 1 two fewer where a lane has the slack


@dataclass(slots=True)
class Lane:
    """One cause's candidates: `rows` [M] of the table with `score` [M] in about [0, 1], `detail` [M] for the reason.

    `diversity` in [0, 1] is MMR's weight. `tag_slack`: how many more cards than others may carry one tag in a window of cards.
    `is_asked`: the viewer asked for this, so its tags may repeat, and a creator's cap is wider and gives way before the topic does.
    `stands_in_for`: the lane (by index) whose share this one takes when that one has nothing left. `wish`: the steer that it serves.
    """

    source: str
    weight: float
    rows: RowsM
    score: FloatN
    detail: npt.NDArray[Any]
    diversity: float = 0.3
    tag_slack: int = 0
    is_asked: bool = False
    stands_in_for: int | None = None
    wish: Wish | None = None


@dataclass(frozen=True)
class Pick:
    """A chosen card: its row, and the lane and place in the lane that brought it."""

    row: int
    lane: int
    index: int


@dataclass(slots=True)
class _Part:
    """A lane's candidates [M] and what they repeat of the first `num_compared` chosen cards; gathered when its turn first comes."""

    rows: RowsM
    is_open: BoolN  # a part of the state's
    score: FloatN
    is_wanted: BoolN  # not pushed down
    creator: IntN
    title: IntN
    sketch: SketchNW  # [W, M]
    similar: FloatN  # to the last chosen card
    repeats: FloatN  # the largest similarity to any chosen card
    num_compared: int = 0
    topics: "_Topics | None" = None


@dataclass(frozen=True, slots=True)
class _Topics:
    """The tags [T, M] of a lane's candidates, and whether each names a topic; gathered once a tag reaches a cap that counts there."""

    tags: npt.NDArray[np.int32]
    is_narrow: BoolN


@dataclass(slots=True)
class _State:
    """What is chosen and what is open. Shapes: C candidates of all lanes end to end, L lanes, G tags."""

    table: FeatureTable
    lanes: list[Lane]
    starts: list[int]
    rows: RowsM
    is_open: BoolN  # [C]
    num_open: npt.NDArray[np.int64]  # [L + 1] candidates a lane; the last lane is always empty
    share: npt.NDArray[np.float64]  # [L]
    is_asked: BoolN  # [L]
    is_wish: BoolN  # [L] asked for and nobody's stand-in: what is on topic
    wished_share: float  # of all wishes together
    stood_for: IntN  # [L] the lane that a stand-in waits for; others wait for the one that is always empty
    diversity: float  # times each lane's own
    slack: int  # added to each lane's own
    beyond: IntN  # [G + 1] cards of the window that carry a tag, less its cap; the last is NO_TAG's: never full
    is_narrow: BoolN  # [G + 1]
    chosen: list[int]
    parts: dict[int, _Part] = field(default_factory=dict)
    picks: list[Pick] = field(default_factory=list)


def compose(
    *, table: FeatureTable, lanes: list[Lane], count: int, before: list[int], diversity: float = AS_IT_COMES
) -> list[Pick]:
    """Return up to `count` picks, no row twice; fewer only when the lanes are empty. Deterministic.

    `diversity` in [0, 1] is the viewer's: MMR's weights grow from none (0) over the lanes' own (.5) to twice that (1), and tags that
    nobody asked for repeat the less. It moves no card between lanes.
    `before`: rows of the cards above on the page, oldest first: they count for the caps and for what repeats.
    When nothing else is left the cap on topics nobody asked for gives way first (a lane that has only such cards waits its turn), then
    the creators' cap, then the rule against near-identical neighbours.
    """
    if not lanes:
        return []
    state = _start(table, lanes, before, diversity)
    credit, weights = np.zeros(len(lanes)), _weights(state)
    while len(state.picks) < count and weights.any():
        credit += weights
        pick = _next(state, np.where(weights > 0, credit, -np.inf))
        credit[pick.lane] -= 1.0
        if _take(state, pick):
            weights = _weights(state)
    return state.picks


def _start(table: FeatureTable, lanes: list[Lane], before: list[int], diversity: float) -> _State:
    starts = list(accumulate((len(lane.rows) for lane in lanes), initial=0))
    rows = np.concatenate([lane.rows for lane in lanes])
    is_open = ~np.isin(rows, before) if before else np.ones(len(rows), dtype=bool)
    num_open = np.diff(np.append(0, np.cumsum(is_open))[starts])
    is_asked = np.array([lane.is_asked for lane in lanes])
    is_wish = np.array([lane.is_asked and lane.stands_in_for is None for lane in lanes])
    share = np.array([lane.weight for lane in lanes])
    return _State(
        table=table,
        lanes=lanes,
        starts=starts,
        rows=rows,
        is_open=is_open,
        num_open=np.append(num_open, 0),
        share=share,
        is_asked=is_asked,
        is_wish=is_wish,
        wished_share=float(share[is_wish].sum()),
        stood_for=np.array([len(lanes) if lane.stands_in_for is None else lane.stands_in_for for lane in lanes]),
        diversity=diversity / AS_IT_COMES,
        slack=round(SLACK_OF_ALIKE * (AS_IT_COMES - diversity)),
        beyond=_beyond_caps(table, before[-(WINDOW - 1) :]),
        is_narrow=np.append(table.tag_share <= NARROW_SHARE, False),
        chosen=before[-WINDOW:],
    )


def _take(state: _State, pick: Pick) -> bool:
    """Choose a card: close it in every lane that has it; return whether that has emptied a lane."""
    state.picks.append(pick)
    state.chosen.append(pick.row)
    _count_tags(state, pick.row, 1)
    if len(state.chosen) >= WINDOW:
        _count_tags(state, state.chosen[-WINDOW], -1)
    has_emptied = False
    for index in np.flatnonzero(state.rows == pick.row).tolist():
        if state.is_open[index]:
            state.is_open[index] = False
            lane = bisect_right(state.starts, index) - 1
            state.num_open[lane] -= 1
            has_emptied |= not state.num_open[lane]
    return has_emptied


def _weights(state: _State) -> npt.NDArray[np.float64]:
    """Return each lane's share [L] of the next slot, adding up to 1: empty lanes give theirs to their stand-ins, or to all.

    What a wish that is used up leaves beside its stand-in's part goes to the other wishes, as long as one has something on topic.
    """
    filled = state.num_open > 0
    waits = filled[state.stood_for]
    weights = np.where(filled[:-1] & ~waits, state.share, 0.0)
    wished = weights[state.is_wish].sum()
    if wished > 0:
        weights[state.is_wish] *= 1 + max(0.0, state.wished_share - weights[state.is_asked].sum()) / wished
    if not weights.any():
        weights = (filled[:-1] & ~waits).astype(np.float64)
    return weights / max(weights.sum(), 1e-9)


def _next(state: _State, credit: npt.NDArray[np.float64]) -> Pick:
    """Return the best card of the lane with the most `credit` [L] that has one within the rules, giving the rules up one by one."""
    looks: dict[int, _Look] = {}
    if (
        pick := _best(state, int(credit.argmax()), 3, looks)
    ) is not None:  # nearly always: the others need no order then
        return pick
    order = [lane for lane in np.argsort(-credit, kind="stable").tolist() if credit[lane] > -np.inf]
    picks = (_best(state, lane, strictness, looks) for strictness in (3, 2, 1, 0) for lane in order)
    return next(pick for pick in picks if pick is not None)


def _best(state: _State, lane: int, strictness: int, looks: dict[int, "_Look"]) -> Pick | None:
    """Return the lane's best card within the rules of that strictness, None where it has none.

    What was asked for is not traded for something else because of one creator: there the cap gives way first, but not for what
    somebody asked for less of.
    """
    look = looks.get(lane) or looks.setdefault(lane, _look(state, lane))
    softest = 1 if state.lanes[lane].is_asked and strictness > 1 else strictness
    for level in range(strictness, softest - 1, -1):
        may_follow = look.levels[level] & look.is_wanted if level < strictness else look.levels[level]
        index = int(np.where(may_follow, look.value, -np.inf).argmax())
        if may_follow[index]:
            return Pick(int(state.lanes[lane].rows[index]), lane, index)
    return None


@dataclass(frozen=True, slots=True)
class _Look:
    """What a lane's candidates [M] are worth now, which are not pushed down, and which may follow, by strictness.

    0 any, 1 not near-identical to the last, 2 within the creators' cap too, 3 and of no topic that recent cards carry to its cap
    (nor pushed down: what somebody is not interested in is worse than a repeat).
    """

    value: npt.NDArray[np.floating[Any]]
    is_wanted: BoolN
    levels: list[BoolN]


def _look(state: _State, index: int) -> _Look:
    lane, part = state.lanes[index], _part(state, index)
    _compare(state, part)
    slack = WINDOW if lane.is_asked else max(0, lane.tag_slack + state.slack)
    value: Any = part.score - np.float32(lane.diversity * state.diversity) * part.repeats
    is_other = part.is_wanted
    if state.beyond.max() >= slack:
        topics = _topics(state, part)
        is_repeated_TM = state.beyond.take(topics.tags, mode="wrap") >= slack
        value = value - TAG_REPEATED * np.add.reduce(is_repeated_TM, dtype=np.int64)
        is_other = is_other & ~np.logical_or.reduce(is_repeated_TM & topics.is_narrow)
    if not state.chosen:
        return _Look(value, part.is_wanted, [part.is_open] * 3 + [part.is_open & part.is_wanted])
    is_apart = part.is_open & (part.similar < NEAR_IDENTICAL)
    is_apart &= part.title != state.table.title[state.chosen[-1]]
    is_spread = is_apart
    for creator in _full_creators(state, lane):
        is_spread = is_spread & (part.creator != creator)
    return _Look(value, part.is_wanted, [part.is_open, is_apart, is_spread, is_spread & is_other])


def _part(state: _State, index: int) -> _Part:
    if index not in state.parts:
        lane, table = state.lanes[index], state.table
        rows, num = lane.rows, len(lane.rows)
        score = lane.score.astype(np.float32, copy=False)
        state.parts[index] = _Part(
            rows=rows,
            is_open=state.is_open[state.starts[index] : state.starts[index + 1]],
            score=score,
            is_wanted=score > 0,
            creator=table.creator[rows],
            title=table.title[rows],
            sketch=np.ascontiguousarray(table.sketch[rows].T),
            similar=np.zeros(num, dtype=np.float32),
            repeats=np.zeros(num, dtype=np.float32),
        )
    return state.parts[index]


def _topics(state: _State, part: _Part) -> _Topics:
    if part.topics is None:
        tags = np.ascontiguousarray(state.table.tags[part.rows].T[: state.table.num_tag_slots])
        part.topics = _Topics(tags, state.is_narrow[tags])
    return part.topics


def _compare(state: _State, part: _Part) -> None:
    """Bring a lane's similarities up to all that is chosen."""
    new = state.chosen[part.num_compared :]
    if new:
        similar_KM = cosines(part.sketch, state.table.sketch[new])
        part.similar = similar_KM[-1]
        for similar_M in similar_KM:
            np.maximum(part.repeats, similar_M, out=part.repeats)
        part.num_compared = len(state.chosen)


def _full_creators(state: _State, lane: Lane) -> list[int]:
    """Return who has as many of the recent cards as one may have in this lane."""
    cap = MAX_PER_CREATOR_ASKED if lane.is_asked else MAX_PER_CREATOR
    counts = Counter(state.table.creator[state.chosen[-(WINDOW - 1) :]].tolist())
    return [creator for creator, count in counts.items() if count >= cap]


def _beyond_caps(table: FeatureTable, recent: list[int]) -> npt.NDArray[np.int64]:
    """Return how many more of the recent cards carry each tag [G + 1] than a lane without slack allows."""
    caps = np.maximum(1, np.floor(TAG_CAP_OF_CHANCE * WINDOW * table.tag_share)).astype(np.int64)
    tags = table.tags[recent].ravel()
    return np.bincount(tags[tags != NO_TAG], minlength=len(caps) + 1) - np.append(caps, WINDOW + 1)


def _count_tags(state: _State, row: int, by: int) -> None:
    for tag in state.table.tags[row].tolist():
        if tag != NO_TAG:
            state.beyond[tag] += by
