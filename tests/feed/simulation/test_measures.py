"""What a run's numbers say: each measure on a run whose answer is known, and a report that shows them all."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from feed.simulation.journal import Journal, Said, Served
from feed.simulation.measures import (
    Pushed,
    coverage,
    echo_curves,
    regret_curve,
    scores,
)
from feed.simulation.personas import Persona, Wish, draw_personas
from feed.simulation.report import findings_of, report_write
from feed.simulation.world import World
from tests.feed.simulation.small_world import small_world
from vision.bootstrap import Estimate, estimate

ROUNDS = 6


@pytest.fixture(scope="module")
def world() -> World:
    return small_world(members=30)


def run_of(world: World, choose: object, *, num: int = 8) -> Journal:
    """A run in which `choose(persona, round, unseen rows)` says what is served."""
    journal = Journal(draw_personas(world, num=num, num_rounds=ROUNDS, seed=3), ROUNDS)
    for persona in journal.personas:
        seen: list[int] = []
        for at in range(ROUNDS):
            unseen = [row for row in range(len(world)) if row not in seen]
            rows = choose(persona, at, unseen)[:10]  # type: ignore[operator]
            journal.served.append(Served(persona.index, at, rows, len(rows), ["fresh"] * len(rows)))
            seen += rows
    return journal


def oracle(world: World) -> object:
    return lambda persona, at, unseen: sorted(unseen, key=lambda row: -persona.appeal(world, at)[row])


def by_chance(persona: Persona, at: int, unseen: list[int]) -> list[int]:
    return np.random.default_rng([persona.index, at]).permutation(unseen).tolist()


def test_the_oracle_has_no_regret_and_chance_has_much(world: World) -> None:
    best, chance = run_of(world, oracle(world)), run_of(world, by_chance)

    assert regret_curve(best, world).mean == pytest.approx(0, abs=1e-6)
    assert regret_curve(chance, world).mean.min() > 0.2
    assert (
        scores(best, world)["satisfying share of cards"].value
        > scores(chance, world)["satisfying share of cards"].value
    )


def test_one_topic_alone_is_an_echo_chamber_and_chance_is_none(world: World) -> None:
    narrow = run_of(world, lambda persona, at, unseen: [row for row in unseen if world.carries[0, row]] or unseen)
    wide = run_of(world, by_chance)

    narrow_feed, narrow_control = echo_curves(narrow, world, seed=1)["entropy of topics"]
    wide_feed, wide_control = echo_curves(wide, world, seed=1)["entropy of topics"]

    assert narrow_feed.mean[:3].max() == pytest.approx(0, abs=1e-9)
    assert narrow_control.mean[2] > 2.5
    assert wide_feed.mean[2] == pytest.approx(wide_control.mean[2], abs=0.15)


def test_coverage_and_gini_tell_fair_from_unfair(world: World) -> None:
    unfair = coverage(run_of(world, lambda persona, at, unseen: unseen), world)
    fair = coverage(run_of(world, by_chance, num=40), world)

    assert unfair["coverage"] == pytest.approx(60 / len(world))
    assert unfair["gini"] > 0.7 > 0.3 > fair["gini"]


def test_wishes_are_measured_by_what_follows_them(world: World) -> None:
    topic = 2
    own = [int(row) for row in np.flatnonzero(world.carries[topic])]
    journal = Journal(draw_personas(world, num=4, num_rounds=2, seed=3), 2)
    people = [p.index for p in journal.personas if not p.traits.contradicts]
    for person in people:
        journal.said.append(Said(person, 1, Wish("more", topic), "more", True))
        journal.served += [
            Served(person, 0, list(range(200, 210)), 10, []),
            Served(person, 1, [*own[:7], 0, 1, 2], 10, []),
        ]

    found = scores(journal, world)

    assert found["on topic in the next 10 after more"] == Estimate(0.7, 0.7, 0.7, len(people))
    assert found["six of the next 10 after more"].value == 1
    assert math.isnan(found["topic in the next 50 after no"].value)


def test_an_interval_covers_its_mean_in_most_samples() -> None:
    rng = np.random.default_rng(5)

    covered = [(e := estimate(rng.normal(1, 1, 40), np.arange(40), seed=n)).low <= 1 <= e.high for n in range(200)]

    assert 0.88 <= np.mean(covered) <= 0.99


def test_the_report_needs_nothing_else_and_has_every_number(world: World, tmp_path: Path) -> None:
    pushed = [Pushed(0.0, 0, Estimate(0.1, 0.0, 0.2, 8)), Pushed(0.05, 1, Estimate(0.3, 0.2, 0.4, 8))]
    findings = findings_of(run_of(world, by_chance), world, seed=1, command="manage.py simulate <b>", pushed=pushed)

    page = report_write(findings, tmp_path / "new").read_text("utf-8")

    numbers = json.loads((tmp_path / "new" / "report.json").read_text("utf-8"))
    assert set(numbers["scores"]) == set(findings.scores)
    assert numbers["pushed"][1]["shown"]["value"] == 0.3
    assert all(name in page for name in findings.scores)
    assert page.count("<svg") == page.count("aria-label") == 5
    assert "&lt;b&gt;" in page
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//|<script|url\(http""", page)
