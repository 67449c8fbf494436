"""Several labellers on one campaign: every pair gets exactly as many answers as wanted, whatever they do and in whatever order."""

import random
from collections import Counter
from typing import Any

import pytest
from django.db.models import Count, F
from django.utils import timezone

from labelling.errors import LabellingRefused
from labelling.models import Arm, Assignment, Campaign, Question
from labelling.selectors.questions import is_out
from labelling.services.answers import assignment_undo, question_skip
from labelling.services.claims import assignments_release
from tests.labelling.asking import campaign, claim, give, labellers, let_leases_end
from tests.threads import at_once
from vision.labels import labels_in_force


def label_all(asked: Campaign, person: Any, seed: int) -> int:
    """Label until nothing is free, five pairs at a time, now and then losing or giving back what is held; return the number of answers."""
    rng, num_answers, num_empty = random.Random(seed), 0, 0
    while num_empty < 20:  # what is locked by others for an instant, or comes back from them, is worth asking again
        held = claim(asked, person, rng.randint(1, 5))
        num_empty = 0 if held else num_empty + 1
        for one in held:
            fate = rng.random()
            if fate < 0.1:
                let_leases_end([one])
            elif fate < 0.2:
                assignments_release(labeller_id=person.pk, assignment_ids=[one.pk])
            else:
                given = give(one, rng.choice(["left", "right", "tie", "both_bad"]))
                num_answers += 1
                if fate > 0.9:
                    assignment_undo(assignment_id=given.pk, labeller_id=person.pk)
                    num_answers -= 1
    return num_answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("overlap", [1, 3])
def test_four_labellers_at_once_give_every_pair_exactly_its_answers(overlap: int) -> None:
    asked = campaign(25, 3, overlap=overlap, gold_share=0.1)
    people = labellers(4)

    num_answers = at_once([lambda p=p, s=s: label_all(asked, p, s) for s, p in enumerate(people)])

    counts = Counter(labels_in_force().values_list("first_id", flat=True))
    asked_of_some = Question.objects.exclude(arm=Arm.GOLD)
    assert {counts[first_id] for first_id in asked_of_some.values_list("first_id", flat=True)} == {overlap}
    assert sum(num_answers) == labels_in_force().count() == Assignment.objects.filter(state="answered").count()
    per_person = Counter(labels_in_force().values_list("first_id", "labeller_id"))
    assert set(per_person.values()) == {1}


@pytest.mark.django_db(transaction=True)
def test_one_labeller_in_two_windows_never_gets_a_pair_twice() -> None:
    asked = campaign(30, overlap=4)
    (person,) = labellers(1)

    held = at_once([lambda: claim(asked, person, 8)] * 4)

    assert len({one.pk for window in held for one in window}) == Assignment.objects.count()
    assert Assignment.objects.values("question").distinct().count() == Assignment.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_commits_while_others_look_is_seen_by_them() -> None:
    asked, people = campaign(150, overlap=1), labellers(6)  # many to look through, so that looking takes time

    at_once([lambda p=p: [claim(asked, p, number) for number in range(1, 9)] for p in people])

    assert Assignment.objects.count() == 6 * 8 == Assignment.objects.values("question").distinct().count()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_a_pair_is_never_out_more_often_than_wanted(seed: int) -> None:
    rng = random.Random(seed)
    asked, people = campaign(6, 2, overlap=2, gold_share=0.2), labellers(4)
    known: list[Assignment] = []
    num_done = 0

    for _ in range(100):
        person = rng.choice(people)
        step = rng.choice(["claim", "claim", "answer", "answer", "skip", "undo", "release", "end"])
        one = rng.choice(known) if known else None
        try:
            if step == "claim" or one is None:
                known += claim(asked, person, rng.randint(1, 3))
            elif step == "answer":
                give(one, rng.choice(["left", "tie"]))
            elif step == "skip":
                question_skip(assignment_id=one.pk, labeller_id=one.labeller_id or 0, fencing_token=one.fencing_token)
            elif step == "undo":
                known.append(assignment_undo(assignment_id=one.pk, labeller_id=one.labeller_id or 0))
            elif step == "release":
                assignments_release(labeller_id=one.labeller_id or 0, assignment_ids=[one.pk])
            else:
                let_leases_end([one])
        except LabellingRefused:
            continue
        num_done += 1
        assert not out_too_often()
        assert Assignment.objects.filter(state="answered").count() == labels_in_force().count()

    assert num_done > 30  # steps that were not refused, each looked at


def out_too_often() -> list[Question]:
    num_out = Count("assignments", filter=is_out(timezone.now(), "assignments__"))
    return list(Question.objects.exclude(num_wanted=None).annotate(num_out=num_out).filter(num_out__gt=F("num_wanted")))
