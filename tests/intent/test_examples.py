"""Claims about the hand-written lines and what the generator makes of them."""

import itertools

import pytest

from chat.intent.examples import load_lines, parse_line
from chat.intent.generator import Generator, load_vocabulary
from chat.intent.schema import KINDS, STEERLESS_TASKS, TASKS
from chat.intent.stages.labels import message_labels
from chat.intent.talk import talk


def test_a_line_is_read_with_its_marks() -> None:
    example = parse_line("@calm no {tigers} // i live in {=Oslo} => a {~red} one and {-golf|ah3}", "more", "test")

    [tigers], [oslo], [red, golf] = (turn.spans for turn in example.turns)
    assert [turn.text for turn in example.turns] == ["no tigers", "i live in Oslo", "a red one and golf"]
    assert (tigers.role, oslo.role, red.role, golf.role) == ("more", "named", "narrow", "less")
    assert (golf.kind, golf.hard, golf.strength) == ("activity", True, 3)
    assert example.tags == {"calm"}


def test_there_are_thousands_of_ways_of_saying() -> None:
    lines = [example for examples in load_lines().values() for example in examples]

    distinct = {(example.task, tuple(turn.text for turn in example.turns)) for example in lines}

    assert len(distinct) >= 8_000
    assert {example.task for example in lines} == set(TASKS)


def test_tasks_without_steers_mark_none() -> None:
    for examples in load_lines().values():
        for example in examples:
            roles = {span.role for turn in example.turns for span in turn.spans}

            assert not (example.task in STEERLESS_TASKS and roles & {"more", "less"}), example


@pytest.fixture(scope="module")
def drawn() -> list:
    generator = Generator(5, vocabulary=load_vocabulary(), small_talk=[])
    return list(itertools.islice(generator, 3_000))


def test_marks_stay_on_their_words_through_swaps_and_slips(drawn: list) -> None:
    for example in drawn:
        for turn in example.turns:
            for span in turn.spans:
                assert turn.text[span.start : span.end].strip() == turn.text[span.start : span.end] != ""
                assert span.kind is None or span.kind in KINDS or span.role == "named"


def test_every_drawn_example_has_labels(drawn: list) -> None:
    assert {message_labels(example)["task"] for example in drawn} == set(range(len(TASKS)))


def test_the_same_seed_draws_the_same_stream() -> None:
    first, second = (Generator(9, vocabulary=load_vocabulary(), small_talk=[]) for _ in range(2))

    assert list(itertools.islice(first, 200)) == list(itertools.islice(second, 200))


def test_talk_for_the_guard_is_one_message_a_line_and_repeats_with_its_seed() -> None:
    lines = talk(num=200, seed=3)

    assert lines == talk(num=200, seed=3) != talk(num=200, seed=4)
    assert all(line and "\n" not in line for line in lines)
