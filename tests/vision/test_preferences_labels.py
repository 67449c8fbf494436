"""Labels are only ever added, one is in force a labeller and question, and a file carries them to another installation and back."""

import json
from typing import Any

import pytest

from vision.labels import (
    LabelRefused,
    label_answers,
    label_pairs,
    label_record,
    labels_export,
    labels_import,
    labels_in_force,
    labels_set_aside,
)
from vision.models import LabelsSetAside, PreferenceLabel, Video

pytestmark = pytest.mark.django_db


@pytest.fixture()
def pair(users: dict[str, Any]) -> tuple[Video, Video]:
    made = [Video.objects.create(title=name, source="import", content_hash=name * 64) for name in "ab"]
    return made[0], made[1]


def say(user: Any, pair: tuple[Video, Video], answer: str, query: str = "cat", side: str = "left") -> PreferenceLabel:
    first, second = pair
    return label_record(
        query=query, first_id=first.pk, second_id=second.pk, answer=answer, labeller_id=user.pk, first_side=side
    )


def test_a_changed_mind_is_a_new_row(users: dict[str, Any], pair: tuple[Video, Video]) -> None:
    former = say(users["lena"], pair, "better")
    say(users["mona"], pair, "tie")

    latter = say(users["lena"], pair, "worse", query="  cat ")

    former.refresh_from_db()
    assert (former.answer, former.superseded_by) == ("better", latter)
    assert PreferenceLabel.objects.count() == 3
    assert {(label.labeller.username, label.answer) for label in labels_in_force()} == {
        ("lena", "worse"),
        ("mona", "tie"),
    }


def test_either_order_of_the_videos_is_the_same_question(users: dict[str, Any], pair: tuple[Video, Video]) -> None:
    say(users["lena"], pair, "better", side="left")

    label = say(users["lena"], pair[::-1], "better", side="left")

    assert (label.first, label.second) == pair
    assert (label.answer, label.first_side) == ("worse", "right")
    assert [(row.better, row.worse) for row in label_pairs()] == [(pair[1].pk, pair[0].pk)]


def test_pairs_are_read_as_they_were_meant(users: dict[str, Any], pair: tuple[Video, Video]) -> None:
    first, second = (video.pk for video in pair)
    for query, answer in {"a": "better", "b": "worse", "c": "tie", "d": "both_bad"}.items():
        say(users["lena"], pair, answer, query=query)

    read = {row.query: row for row in label_pairs()}

    assert (read["a"].better, read["a"].worse, read["a"].is_tie) == (first, second, False)
    assert (read["b"].better, read["b"].worse, read["b"].is_tie) == (second, first, False)
    assert read["c"].is_tie
    assert "d" not in read
    assert len(label_answers()) == 4


def test_a_file_brings_everything_back_and_twice_changes_nothing(
    users: dict[str, Any], pair: tuple[Video, Video]
) -> None:
    say(users["lena"], pair, "better")
    say(users["lena"], pair, "worse")
    say(users["mona"], pair, "tie", query="dög")
    lines = list(labels_export())
    PreferenceLabel.objects.all().delete()

    first, again = labels_import(lines), labels_import(lines)

    assert (first.new, first.known, again.new, again.known) == (3, 0, 0, 3)
    assert list(labels_export()) == lines


def test_a_video_takes_its_labels_with_it(users: dict[str, Any], pair: tuple[Video, Video]) -> None:
    say(users["lena"], pair, "better")
    say(users["lena"], pair, "worse")

    pair[0].delete()
    users["lena"].delete()

    assert not PreferenceLabel.objects.exists()


def test_a_labeller_who_leaves_leaves_the_labels(users: dict[str, Any], pair: tuple[Video, Video]) -> None:
    say(users["lena"], pair, "better")
    say(users["lena"], pair, "worse")

    users["lena"].delete()

    assert [label.answer for label in labels_in_force()] == ["worse"]
    assert label_answers() == []


def test_a_line_of_ones_own_needs_little(users: dict[str, Any], pair: tuple[Video, Video]) -> None:
    line = {"query": "cat", "first": "b" * 64, "second": "a" * 64, "answer": "better", "labeller": "lena"}

    labels_import([json.dumps(line), ""])

    assert [(row.better, row.worse) for row in label_pairs()] == [(pair[1].pk, pair[0].pk)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"answer": "great"}, "answers are"),
        ({"first": "c" * 64}, "no video here"),
        ({"labeller": "nobody"}, "nobody here is called"),
        ({"second": "a" * 64}, "two different videos"),
        ({"query": "  "}, "1 to 200"),
        ({"id": "7"}, "UUID"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_kept(
    users: dict[str, Any], pair: tuple[Video, Video], change: dict[str, str], words: str
) -> None:
    good = {"query": "cat", "first": "a" * 64, "second": "b" * 64, "answer": "tie", "labeller": "lena"}

    with pytest.raises(LabelRefused, match=f"line 2: .*{words}"):
        labels_import([json.dumps(good), json.dumps(good | change)])

    assert not PreferenceLabel.objects.exists()


def decide(user: Any, pair: tuple[Video, Video], answer: str) -> PreferenceLabel:
    ids = {"first_id": pair[0].pk, "second_id": pair[1].pk}
    return label_record(query="cat", answer=answer, labeller_id=user.pk, first_side="left", decides=True, **ids)


def test_an_admins_word_is_the_questions_one_pair_and_gold(users: dict[str, Any], pair: tuple[Video, Video]) -> None:
    say(users["lena"], pair, "better")
    own = say(users["ada"], pair, "better")
    say(users["lena"], pair, "better", query="dog")

    decide(users["ada"], pair, "worse")

    first, second = (video.pk for video in pair)
    found = {(one.query, one.better, one.is_gold) for one in label_pairs()}
    assert found == {("cat", second, True), ("dog", first, False)}
    own.refresh_from_db()
    assert own.superseded_by is None, "what they said as a labeller stays beside it"
    assert len(label_answers()) == 3


def test_labels_set_aside_do_not_count_until_they_do_again(users: dict[str, Any], pair: tuple[Video, Video]) -> None:
    say(users["lena"], pair, "better")
    say(users["mona"], pair, "worse")

    def set_aside(is_set_aside: bool) -> int:
        lena, ada = users["lena"].pk, users["ada"].pk
        labels_set_aside(labeller_id=lena, is_set_aside=is_set_aside, reason="x", decided_by_id=ada)
        return len(label_pairs())

    assert [set_aside(True), set_aside(False), set_aside(True)] == [1, 2, 1]
    assert [label.labeller for label in labels_in_force()] == [users["mona"]]
    assert len(label_answers()) == 1
    assert PreferenceLabel.objects.count() == 2, "nothing was changed"
    assert LabelsSetAside.objects.count() == 3
