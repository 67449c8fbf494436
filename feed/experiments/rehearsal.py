"""Rehearse experiments on made-up viewers: how often one raises an alarm over nothing, and how often it finds what is there. Pure.

    manage.py evaluate experiments [--replicates 1000] [--viewers 600] [--days 28]

Viewers differ a lot and for good (how often they come, how many cards they take, what they watch and like); they arrive over time and come
back; every day somebody looks at all verdicts, and stops at the first that speaks. Assignment and verdicts are the product's own.
1,000 replicates take about half a minute a line.
"""

from argparse import ArgumentParser
from dataclasses import astuple, dataclass, replace

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from feed.experiments.assignment import Running, RunningArm, arm_of
from feed.experiments.judging import MIN_VIEWERS, findings_of, split_is_wrong
from feed.experiments.metrics import GUARDRAILS, PRIMARY
from feed.experiments.statistics import Sums, difference_of

Counts = npt.NDArray[np.float64]
IntCounts = npt.NDArray[np.int64]
FIXED_Z = 1.96


@dataclass(frozen=True)
class World:
    """What is played. `effect`: relative change of what is watched in the arm; `harm`: of what is sent away."""

    num_viewers: int = 600
    num_days: int = 28
    effect: float = 0.0
    harm: float = 0.0
    is_paired: bool = False


@dataclass(frozen=True)
class Outcome:
    """Shares of the replicates in [0, 1]; `naive`: a fixed-sample interval (|z| above 1.96) of the primary metric, looked at daily."""

    alarms: float
    better: float
    worse: float
    guardrail: float
    wrong_split: float
    naive: float


def rehearse(world: World, *, num_replicates: int, seed: int) -> Outcome:
    """Run the same experiment in `num_replicates` worlds and count what it said at any look."""
    said = np.array([_one(world, np.random.default_rng([seed, number]), number) for number in range(num_replicates)])
    better, worse, guardrail, wrong_split, naive = said.mean(axis=0)
    return Outcome(float(said[:, :4].any(axis=1).mean()), better, worse, guardrail, wrong_split, naive)


@dataclass(frozen=True)
class _Traits:
    """What viewers are like [V], for good."""

    watches: Counts  # part of a card
    likes: Counts  # a card
    sends_away: Counts
    reports: Counts


def _one(world: World, rng: np.random.Generator, number: int) -> tuple[bool, bool, bool, bool, bool]:
    """Return whether (better, worse, guardrail, wrong split, naive) was said at any look."""
    traits, cards_DV = _traits(world, rng), _cards(world, rng)
    is_here_DV = np.cumsum(cards_DV, axis=0) > 0
    if world.is_paired:
        mine_DV = rng.binomial(cards_DV, 0.5)
        sides = (mine_DV, is_here_DV), (cards_DV - mine_DV, is_here_DV)
    else:
        is_in_V = _is_in_arm(world, number)
        sides = (cards_DV * is_in_V, is_here_DV & is_in_V), (cards_DV * ~is_in_V, is_here_DV & ~is_in_V)
    treated = _sums(rng, traits, *sides[0], watching=1 + world.effect, harm=1 + world.harm)
    control = _sums(rng, traits, *sides[1], watching=1.0, harm=1.0)
    found = findings_of(treated, control, primary=PRIMARY, guardrails=GUARDRAILS, num_arms=1, is_paired=world.is_paired)
    counts_D2 = np.stack([treated[PRIMARY].num_viewers, control[PRIMARY].num_viewers], axis=-1)
    difference = difference_of(treated[PRIMARY], control[PRIMARY], is_paired=world.is_paired)
    with np.errstate(invalid="ignore"):
        is_naive = np.abs(difference.value) > FIXED_Z * np.sqrt(difference.variance)
    return (
        bool(found[PRIMARY].is_better.any()),
        bool(found[PRIMARY].is_worse.any()),
        any(bool(found[name].is_worse.any()) for name in GUARDRAILS),
        not world.is_paired and bool(split_is_wrong(counts_D2, [1, 1]).any()),
        bool((is_naive & (counts_D2.min(axis=-1) >= MIN_VIEWERS)).any()),
    )


def _traits(world: World, rng: np.random.Generator) -> _Traits:
    size = world.num_viewers
    spread = [np.exp(rng.normal(0, 1, size) - 0.5) for _ in range(3)]
    return _Traits(
        watches=rng.beta(2, 3, size), likes=0.05 * spread[0], sends_away=0.01 * spread[1], reports=0.002 * spread[2]
    )


def _cards(world: World, rng: np.random.Generator) -> IntCounts:
    """Return how many cards each viewer sees on each day [D, V]: three in four are there early, each comes back at their own rate."""
    days, size = world.num_days, world.num_viewers
    arrival_V = (rng.beta(0.7, 2, size) * days).astype(int)
    day_D1 = np.arange(days)[:, None]
    visits_DV = (rng.random((days, size)) < rng.beta(1, 2, size)) & (day_D1 > arrival_V) | (day_D1 == arrival_V)
    appetite_V = 15 * np.exp(rng.normal(0, 0.7, size))
    return np.where(visits_DV, 1 + rng.poisson(appetite_V, (days, size)), 0)


def _is_in_arm(world: World, number: int) -> npt.NDArray[np.bool_]:
    arms = (RunningArm(0, 0.5, {}), RunningArm(1, 1.0, {}))
    running = Running(f"rehearsal {number}", "rehearsal", 0, 1, arms)
    return np.array([arm_of(running, viewer_id=viewer_id).id == 1 for viewer_id in range(world.num_viewers)])


def _sums(
    rng: np.random.Generator,
    traits: _Traits,
    cards_DV: IntCounts,
    is_here_DV: npt.NDArray[np.bool_],
    *,
    watching: float,
    harm: float,
) -> dict[str, Sums]:
    """Return each metric's sums up to each day, of the cards that one side showed."""
    watches_V = np.minimum(1.0, traits.watches * watching)
    noise_DV = rng.normal(0, 0.3, cards_DV.shape) * np.sqrt(cards_DV)
    daily = {
        "watch_share": np.clip(cards_DV * watches_V + noise_DV, 0, cards_DV),
        "likes": rng.poisson(cards_DV * traits.likes),
        "not_interested": rng.poisson(cards_DV * traits.sends_away * harm),
        "reports": rng.poisson(cards_DV * traits.reports),
    }
    base_DV = np.cumsum(cards_DV, axis=0).astype(float)
    num_D = is_here_DV.sum(axis=1).astype(float)
    return {name: Sums(np.cumsum(count, axis=0).astype(float), base_DV, num_D) for name, count in daily.items()}


LINES = (
    ("A/A", World()),
    ("A/A, interleaved", World(is_paired=True)),
    ("watched +10 %", World(effect=0.1)),
    ("watched +20 %", World(effect=0.2)),
    ("watched +5 %, interleaved", World(effect=0.05, is_paired=True)),
    ("sent away x 2", World(harm=1.0)),
    ("sent away x 2, interleaved", World(harm=1.0, is_paired=True)),
)


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = ArgumentParser(prog="manage.py evaluate experiments")
    parser.add_argument("--replicates", type=int, default=1_000)
    parser.add_argument("--viewers", type=int, default=World.num_viewers)
    parser.add_argument("--days", type=int, default=World.num_days)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    table = Table("world", "any alarm", "better", "worse", "guardrail", "wrong split", "naive |z| > 1.96")
    for name, world in LINES:
        world = replace(world, num_viewers=options.viewers, num_days=options.days)
        outcome = rehearse(world, num_replicates=options.replicates, seed=options.seed)
        table.add_row(name, *(f"{value:.3f}" for value in astuple(outcome)))
    console = Console()
    console.print(table)
    console.print(f"{options.viewers} viewers, {options.days} days, a look a day, {options.replicates} replicates.")
    return 0
