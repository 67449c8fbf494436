"""An answer becomes a label that says what the labeller saw; it may come twice, and be taken back without overwriting anything."""

import uuid

import pytest

from labelling.errors import LabellingRefused, NotYours
from labelling.models import Assignment
from labelling.services.answers import assignment_undo, question_skip
from labelling.services.claims import assignments_release
from safety.models import AuditEntry
from tests.labelling.asking import campaign, claim, give, labellers
from vision.labels import label_pairs, labels_in_force
from vision.models import PreferenceLabel, Video, Visibility

pytestmark = pytest.mark.django_db


def held(num_pairs: int = 1, overlap: int = 1) -> Assignment:
    return claim(campaign(num_pairs, overlap=overlap), labellers(1)[0])[0]


def undo(assignment: Assignment) -> Assignment:
    return assignment_undo(assignment_id=assignment.pk, labeller_id=assignment.labeller_id or 0)


@pytest.mark.parametrize("is_swapped", [False, True])
@pytest.mark.parametrize("choice", ["left", "right"])
@pytest.mark.parametrize("first_side", ["left", "right"])
def test_the_video_that_stood_there_is_the_better_one(first_side: str, choice: str, is_swapped: bool) -> None:
    one = held()
    Assignment.objects.filter(pk=one.pk).update(first_side=first_side)
    stood_there = "first" if (first_side == choice) != is_swapped else "second"

    label = give(one, choice, is_swapped=is_swapped).label

    assert label is not None
    assert label.answer == {"first": "better", "second": "worse"}[stood_there]
    assert (label.first_side == first_side) != is_swapped
    assert (label.query, label.first_id, label.second_id) == ("a cat", one.question.first_id, one.question.second_id)


def test_the_same_answer_twice_is_one_label() -> None:
    one, label_id = held(), uuid.uuid4()

    give(one, "tie", label_id=label_id)
    again = give(one, "tie", label_id=label_id)

    assert again.label_id == label_id
    assert PreferenceLabel.objects.count() == 1 == AuditEntry.objects.filter(verb="pair_labelled").count()


def test_another_answer_to_an_answered_pair_is_refused() -> None:
    one = held()
    give(one, "left")

    with pytest.raises(NotYours, match="already"):
        give(one, "right")

    assert PreferenceLabel.objects.count() == 1


def test_an_answer_cannot_take_another_labels_name_or_another_persons_pair() -> None:
    one = held()
    taken = give(held()).label_id
    (stranger,) = labellers(1)

    with pytest.raises(LabellingRefused):
        give(one, label_id=taken)
    with pytest.raises(LabellingRefused):
        give(one, "undone")
    one.labeller = stranger
    with pytest.raises(NotYours, match="not handed to you"):
        give(one)


@pytest.mark.parametrize(("said_ms", "kept"), [(-5, 0), (10**9, None), (1, 1)])
def test_the_time_taken_is_held_to_what_is_possible(said_ms: int, kept: int | None) -> None:
    done = give(held(), took_ms=said_ms)

    assert done.done_at and done.shown_at and done.took_ms is not None
    assert done.leased_at <= done.shown_at <= done.done_at
    assert kept is None or done.took_ms in {kept, 0}


def test_undo_takes_the_answer_back_and_hands_the_pair_out_again_with_its_sides() -> None:
    one = held()
    former = give(one, "left")

    again = undo(one)

    assert not labels_in_force().exists() and label_pairs() == []
    assert (again.question_id, again.first_side, again.state) == (one.question_id, one.first_side, "leased")
    latter = give(again, "tie").label
    assert latter is not None and list(labels_in_force()) == [latter]
    answers = PreferenceLabel.objects.order_by("created_at").values_list("answer", "superseded_by__answer")
    assert list(answers) == [(former.label and former.label.answer, "undone"), ("undone", "tie"), ("tie", None)]


def test_undo_twice_is_undo_once_and_the_undone_answer_does_not_come_back() -> None:
    one, label_id = held(), uuid.uuid4()
    give(one, label_id=label_id)

    first, second = undo(one), undo(one)
    give(one, label_id=label_id)  # a retry that comes late

    assert first == second
    assert not labels_in_force().exists()
    assert PreferenceLabel.objects.count() == 2


def test_an_undone_skip_comes_back_unless_others_have_the_pair() -> None:
    asked = campaign(2, overlap=1)
    shy, other = labellers(2)
    first, second = claim(asked, shy, 2)
    for one in (first, second):
        question_skip(assignment_id=one.pk, labeller_id=shy.pk, fencing_token=one.fencing_token)

    back = undo(first)
    claim(asked, other)

    assert back.question_id == first.question_id
    with pytest.raises(LabellingRefused, match="Others have that pair"):
        undo(second)


def test_an_undone_pair_that_is_given_back_goes_to_others() -> None:
    asked = campaign(1, overlap=1)
    person, other = labellers(2)
    (one,) = claim(asked, person)
    give(one)

    again = undo(one)
    assert claim(asked, other) == []
    assignments_release(labeller_id=person.pk, assignment_ids=[again.pk])

    assert [found.question_id for found in claim(asked, other)] == [one.question_id]


def test_nothing_is_taken_back_that_cannot_be_shown_or_was_not_done() -> None:
    one, fresh = held(), held()
    give(one)
    Video.objects.filter(pk=one.question.first_id).update(visibility=Visibility.REMOVED)

    with pytest.raises(LabellingRefused, match="not shown any more"):
        undo(one)
    with pytest.raises(NotYours):
        undo(fresh)

    assert labels_in_force().count() == 1
