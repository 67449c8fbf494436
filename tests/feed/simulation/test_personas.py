"""Simulated people: drawn from a seed, with tastes that their behaviour follows."""

from collections import Counter

import numpy as np
import pytest

from feed.simulation.choice import acts_on, attention
from feed.simulation.personas import KINDS, Persona, draw_personas
from feed.simulation.world import World
from tests.feed.simulation.small_world import TOPICS, small_world

ROUNDS = 20


@pytest.fixture(scope="module")
def world() -> World:
    return small_world()


def one(world: World, kind: str, **changes: object) -> Persona:
    return next(p for p in draw_personas(world, num=60, num_rounds=ROUNDS, seed=4) if p.kind == kind)


def rates(world: World, persona: Persona, rows: list[int], times: int = 300) -> Counter:
    rng = np.random.default_rng(1)
    appeal = persona.appeal(world, 0)
    return Counter(
        (act.kind, act.position) for _ in range(times) for act in acts_on(persona, world, appeal, rows, [], rng)
    )


def test_a_video_is_about_the_topic_whose_tag_it_carries(world: World) -> None:
    mine, others = world.about[world.carries].mean(), world.about[~world.carries].mean()

    assert sorted(world.topics) == sorted(TOPICS)
    assert mine > 0.85
    assert others < 0.2


def test_the_same_seed_draws_the_same_people(world: World) -> None:
    first, again, other = (draw_personas(world, num=20, num_rounds=ROUNDS, seed=seed) for seed in (4, 4, 5))

    def tastes(people: list[Persona]) -> list[object]:
        return [(p.kind, p.liked, p.disliked, p.noise.tolist()) for p in people]

    assert tastes(first) == tastes(again)
    assert tastes(first) != tastes(other)


@pytest.mark.parametrize("num", [1, 7, 60])
def test_every_number_of_people_can_be_had_and_sixty_have_all_kinds(world: World, num: int) -> None:
    people = draw_personas(world, num=num, num_rounds=ROUNDS, seed=4)

    assert len(people) == num
    assert num < 60 or {p.kind for p in people} == set(KINDS)


def test_a_catalogue_of_one_topic_is_refused_in_words() -> None:
    world = World(
        np.arange(9), np.eye(9, dtype=np.float32), [frozenset({"sea"})] * 9, ["x"] * 9, np.ones(9, np.float32)
    )

    with pytest.raises(ValueError, match="too few topics"):
        draw_personas(world, num=3, num_rounds=5, seed=1)


def test_what_they_like_appeals_and_what_they_dislike_does_not(world: World) -> None:
    for person in draw_personas(world, num=30, num_rounds=ROUNDS, seed=4):
        appeal = person.appeal(world, 0)

        assert appeal[world.carries[next(iter(person.liked))]].mean() > 0.7
        assert appeal[world.carries[person.disliked[0]]].mean() < 0.2


def test_a_drifting_taste_changes_in_the_middle(world: World) -> None:
    person = one(world, "drifting")

    early, before, after = (person.appeal(world, at) for at in (0, ROUNDS // 2 - 1, ROUNDS // 2))

    assert (early == before).all()
    assert (before != after).any()


def test_a_chatty_person_speaks_of_likes_and_dislikes(world: World) -> None:
    person = one(world, "chatty")

    said = [wish for at in range(ROUNDS) if (wish := person.wish_at(at))]

    assert len(said) >= 3
    assert {wish.topic for wish in said if wish.direction == "more"} <= set(person.liked)
    assert {wish.topic for wish in said if wish.direction == "no"} <= set(person.disliked)


def test_a_contradictory_person_takes_back_what_they_said(world: World) -> None:
    person = one(world, "contradictory")

    said = [wish for at in range(ROUNDS) if (wish := person.wish_at(at))]

    assert len({wish.topic for wish in said}) == 1
    assert {wish.direction for wish in said} == {"more", "no"}


def test_more_appeal_means_longer_watching_and_more_likes(world: World) -> None:
    person = one(world, "steady")
    best, worst = next(iter(person.liked)), person.disliked[0]
    liked, disliked = (int(np.flatnonzero(world.carries[topic])[0]) for topic in (best, worst))

    on_liked, on_disliked = rates(world, person, [liked]), rates(world, person, [disliked])

    assert on_liked["like", 0] > 5 * on_disliked["like", 0]
    assert on_disliked["skip", 0] > 3 * on_liked["skip", 0]
    assert on_disliked["not_interested", 0] > on_liked["not_interested", 0]


def test_lower_cards_are_reached_and_liked_less_often(world: World) -> None:
    person = one(world, "steady")
    row = int(np.flatnonzero(world.carries[next(iter(person.liked))])[0])

    seen = rates(world, person, [row] * 10, times=2000)

    assert seen["impression", 9] < seen["impression", 0]
    like_rates = [seen["like", at] / seen["impression", at] for at in (0, 9)]
    assert like_rates[1] / like_rates[0] == pytest.approx(attention(9) / attention(0), abs=0.12)


def test_a_bored_person_tires_of_the_same(world: World) -> None:
    person = one(world, "bored")
    topic = next(iter(person.liked))
    rows = [int(row) for row in np.flatnonzero(world.carries[topic])[:10]]

    seen = rates(world, person, rows)

    assert seen["like", 9] / seen["impression", 9] < 0.5 * attention(9) * seen["like", 0] / seen["impression", 0]
