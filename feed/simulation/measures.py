"""Say what a run shows of the feed: means over viewers with intervals. Pure.

An interval holds 95 % of the means of 2,000 redraws of the viewers (bootstrap): viewers are what chance would choose anew, not cards.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.simulation.journal import Journal, Said
from feed.simulation.personas import SATISFYING
from feed.simulation.world import World
from vision.bootstrap import Estimate, estimate

FloatR = npt.NDArray[np.float64]

SATISFIED_AFTER = 3  # satisfying cards
PATIENCE = 50  # cards after which nobody waits any longer
NEXT = 10  # cards after "more"
LEAK = 50  # cards after "no"
WINDOW = 3  # slates whose variety is one point of the echo chamber's curve


@dataclass(frozen=True)
class Curve:
    """A mean by round [R] with the ends of its interval."""

    mean: FloatR
    low: FloatR
    high: FloatR


@dataclass(frozen=True)
class Pushed:
    """What fakes brought: how many of the pushed videos an honest viewer has among the next cards (`shown`)."""

    share_of_fakes: float
    num_fakes: int
    shown: Estimate


def over_viewers(values: list[float]) -> Estimate:
    """Return the mean of one value a viewer with its interval; NaN where nobody had the case."""
    if not values:
        return Estimate(math.nan, math.nan, math.nan, 0)
    return estimate(values, np.arange(len(values)))


def curve(values_VR: FloatR, *, seed: int = 0) -> Curve:
    """Return the mean over viewers V a round R with its bootstrap interval; NaN rounds stay NaN."""
    picks = np.random.default_rng(seed).integers(len(values_VR), size=(200, len(values_VR)))
    low, high = np.quantile(values_VR[picks].mean(axis=1), [0.025, 0.975], axis=0)
    return Curve(values_VR.mean(axis=0), low, high)


def scores(journal: Journal, world: World) -> dict[str, Estimate]:
    """Return every measure that is one value a viewer, by its name."""
    by_person: dict[str, Callable[[int], float | None]] = {
        "satisfying share of cards": lambda person: _satisfying_share(journal, world, person),
        "regret against the own oracle": lambda person: float(np.mean(_regrets(journal, world, person))),
        "cards to 3 satisfying after a wish": lambda person: _mean(_cards_to_satisfaction(journal, world, person)),
        "on topic in the next 10 after more": lambda person: _mean(_adherence(journal, world, person)),
        "six of the next 10 after more": lambda person: _mean(x >= 0.6 for x in _adherence(journal, world, person)),
        "topic in the next 50 after no": lambda person: _mean(_leaks(journal, world, person)),
        "wishes held by the document": lambda person: _mean(s.understood for s in _wishes(journal, person)),
    }
    people = range(len(journal.personas))
    return {
        name: over_viewers([value for person in people if (value := of(person)) is not None])
        for name, of in by_person.items()
    }


def satisfaction_by_kind(journal: Journal, world: World) -> dict[str, Estimate]:
    """Return the share of satisfying cards, a kind of persona."""
    kinds = sorted({persona.kind for persona in journal.personas})
    return {
        kind: over_viewers([_satisfying_share(journal, world, p.index) for p in journal.personas if p.kind == kind])
        for kind in kinds
    }


def coverage(journal: Journal, world: World) -> dict[str, float]:
    """Return the share of the catalogue that anybody was shown, the Gini index of showings, and the most shown tenth's part of them."""
    shown_N = np.bincount([row for slate in journal.served for row in slate.rows], minlength=len(world)).astype(float)
    ordered_N = np.sort(shown_N)
    total = max(ordered_N.sum(), 1.0)
    places_N = np.arange(1, len(world) + 1)
    gini = float((2 * places_N - len(world) - 1) @ ordered_N / (len(world) * total))
    tenth = ordered_N[-max(1, len(world) // 10) :].sum() / total
    return {"coverage": float((shown_N > 0).mean()), "gini": gini, "share of the most shown tenth": float(tenth)}


def regret_curve(journal: Journal, world: World) -> Curve:
    """Return regret by round: how much better the ten unseen videos that a viewer would like most are than those served."""
    return curve(np.array([_regrets(journal, world, persona.index) for persona in journal.personas]))


def echo_curves(journal: Journal, world: World, *, seed: int) -> dict[str, tuple[Curve, Curve]]:
    """Return (feed, random control) by round of "entropy of topics" in bits and "distance in a list" (mean 1 - cosine).

    Over windows of WINDOW slates. The control shows everybody as many cards, drawn by chance from what they have not seen.
    """
    rng = np.random.default_rng([seed, 4])
    feed, control = [], []
    for persona in journal.personas:
        slates = [slate.rows for slate in journal.slates_of(persona.index)]
        feed.append(_variety(slates, world))
        control.append(_variety(_random_like(slates, len(world), rng), world))
    names = ("entropy of topics", "distance in a list")
    return {
        name: (curve(np.array(feed)[:, place]), curve(np.array(control)[:, place])) for place, name in enumerate(names)
    }


def _mean(values: Iterator[float] | list[float]) -> float | None:
    listed = [float(value) for value in values]
    return sum(listed) / len(listed) if listed else None


def _wishes(journal: Journal, person: int, direction: str = "") -> Iterator[Said]:
    """Yield what a person said; a contradictory one's words show nothing of the feed."""
    if journal.personas[person].traits.contradicts:
        return
    yield from (said for said in journal.said if said.person == person and said.wish.direction.startswith(direction))


def _rows_from(journal: Journal, said: Said, count: int) -> list[int]:
    """Return the cards that followed, until the next wish of that person or `count`."""
    later = [s.round_number for s in journal.said if s.person == said.person and s.round_number > said.round_number]
    until = min(later, default=journal.num_rounds)
    slates = [s for s in journal.slates_of(said.person) if said.round_number <= s.round_number < until]
    return [row for slate in slates for row in slate.rows][:count]


def _satisfying_share(journal: Journal, world: World, person: int) -> float:
    persona, slates = journal.personas[person], journal.slates_of(person)
    good = [float(v) for s in slates for v in persona.appeal(world, s.round_number)[s.rows] >= SATISFYING]
    return sum(good) / max(1, len(good))


def _regrets(journal: Journal, world: World, person: int) -> list[float]:
    """Return a round's regret in [0, 1]: mean appeal of the best unseen videos less that of the served ones."""
    persona, seen, regrets = journal.personas[person], set[int](), []
    for slate in journal.slates_of(person):
        appeal_N = persona.appeal(world, slate.round_number)
        unseen = np.array([row for row in range(len(world)) if row not in seen], dtype=np.int64)
        best = np.sort(appeal_N[unseen])[::-1][: len(slate.rows)]
        regrets.append(float(best.mean() - appeal_N[slate.rows].mean()) if len(best) and slate.rows else 0.0)
        seen.update(slate.rows[: slate.num_reached])
    return regrets


def _cards_to_satisfaction(journal: Journal, world: World, person: int) -> Iterator[float]:
    persona = journal.personas[person]
    for said in _wishes(journal, person, "more"):
        good = persona.appeal(world, said.round_number) >= SATISFYING
        places = np.flatnonzero(good[_rows_from(journal, said, PATIENCE)])
        yield float(places[SATISFIED_AFTER - 1] + 1) if len(places) >= SATISFIED_AFTER else float(PATIENCE)


def _adherence(journal: Journal, world: World, person: int) -> Iterator[float]:
    """Yield the share of the next ten cards that carry the topic, for wishes whose topic had ten unseen videos left."""
    for said in _wishes(journal, person, "more"):
        before = _seen_before(journal, said)
        left = world.carries[said.wish.topic].sum() - sum(world.carries[said.wish.topic][row] for row in before)
        rows = _rows_from(journal, said, NEXT)
        if left >= NEXT and len(rows) == NEXT:
            yield float(world.carries[said.wish.topic][rows].mean())


def _leaks(journal: Journal, world: World, person: int) -> Iterator[float]:
    for said in _wishes(journal, person, "no"):
        rows = _rows_from(journal, said, LEAK)
        if rows:
            yield float(world.carries[said.wish.topic][rows].mean())


def _seen_before(journal: Journal, said: Said) -> set[int]:
    slates = [s for s in journal.slates_of(said.person) if s.round_number < said.round_number]
    return {row for slate in slates for row in slate.rows[: slate.num_reached]}


def _variety(slates: list[list[int]], world: World) -> tuple[list[float], list[float]]:
    windows = [[row for rows in slates[max(0, at - WINDOW + 1) : at + 1] for row in rows] for at in range(len(slates))]
    return [_entropy(rows, world) for rows in windows], [_distance(rows, world) for rows in windows]


def _entropy(rows: list[int], world: World) -> float:
    counts_K = world.carries[:, rows].sum(axis=1).astype(np.float64)
    shares_K = counts_K[counts_K > 0] / max(counts_K.sum(), 1.0)
    return float(-(shares_K * np.log2(shares_K)).sum())


def _distance(rows: list[int], world: World) -> float:
    if len(rows) < 2:
        return 0.0
    cosine = world.vectors[rows] @ world.vectors[rows].T
    return float(1 - (cosine.sum() - np.trace(cosine)) / (len(rows) * (len(rows) - 1)))


def _random_like(slates: list[list[int]], num_videos: int, rng: np.random.Generator) -> list[list[int]]:
    order = rng.permutation(num_videos).tolist()
    drawn, start = [], 0
    for rows in slates:
        if start + len(rows) > num_videos:
            start = 0  # all was seen: the oldest come again, as in the feed
        drawn.append(order[start : start + len(rows)])
        start += len(rows)
    return drawn
