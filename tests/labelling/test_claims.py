"""A pair is with as many people as wanted, never twice with one, and free again when a page falls silent or gives it back."""

import random
from collections import Counter
from typing import Any

import pytest

from labelling.errors import NothingForYou, NotYours
from labelling.models import Arm, CampaignState, Pause, Question
from labelling.services.answers import question_skip
from labelling.services.claims import assignments_release
from tests.labelling.asking import campaign, claim, give, labellers, let_leases_end
from vision.models import Video, Visibility

pytestmark = pytest.mark.django_db


def test_a_pair_is_with_as_many_people_as_wanted() -> None:
    asked = campaign(3, overlap=2)
    first, second, third = labellers(3)

    held = [[one.question_id for one in claim(asked, person)] for person in (first, second, third)]

    assert len(held[0]) == 3
    assert held[0] == held[1]
    assert held[2] == []


def test_claiming_again_brings_the_same_and_renews_it() -> None:
    asked = campaign(4)
    (person,) = labellers(1)
    before = claim(asked, person, 3)

    after = claim(asked, person, 3)

    assert [(one.pk, one.fencing_token) for one in after] == [(one.pk, one.fencing_token) for one in before]
    assert all(new.lease_until > old.lease_until for new, old in zip(after, before, strict=True))


def test_a_lease_that_ended_is_free_at_once_and_its_late_answer_refused() -> None:
    asked = campaign(1, overlap=1)
    gone, other = labellers(2)
    (lost,) = claim(asked, gone)
    assert claim(asked, other) == []

    let_leases_end([lost])
    (taken,) = claim(asked, other)

    assert taken.question_id == lost.question_id
    with pytest.raises(NotYours, match="not counted"):
        give(lost)
    give(taken)
    assert claim(asked, gone) == []


def test_a_late_answer_counts_while_nobody_else_was_asked() -> None:
    asked = campaign(1, overlap=1)
    (person,) = labellers(1)
    (late,) = claim(asked, person)

    let_leases_end([late])

    assert give(late).label is not None


def test_what_is_given_back_is_free_at_once_and_its_token_is_worth_nothing() -> None:
    asked = campaign(1, overlap=1)
    gone, other = labellers(2)
    (given_back,) = claim(asked, gone)

    num = assignments_release(labeller_id=gone.pk, assignment_ids=[given_back.pk])

    assert num == 1
    with pytest.raises(NotYours):
        give(given_back)
    (again,) = claim(asked, gone)
    assert again.fencing_token == given_back.fencing_token + 1
    with pytest.raises(NotYours):
        give(given_back)
    assert claim(asked, other) == []


def test_nobody_gives_back_what_others_hold() -> None:
    asked = campaign(1)
    mine, other = labellers(2)
    held = claim(asked, mine)

    num = assignments_release(labeller_id=other.pk, assignment_ids=[held[0].pk])

    assert num == 0


def test_a_skipped_pair_goes_to_others_and_never_back() -> None:
    asked = campaign(1, overlap=1)
    shy, other = labellers(2)
    (held,) = claim(asked, shy)

    question_skip(assignment_id=held.pk, labeller_id=shy.pk, fencing_token=held.fencing_token)

    assert claim(asked, shy) == []
    assert [one.question_id for one in claim(asked, other)] == [held.question_id]


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_gold_comes_at_its_share_at_places_nobody_can_foresee(share: float) -> None:
    places: Counter[int] = Counter()
    for seed in range(3):
        random.seed(seed)
        asked = campaign(10, 11, overlap=1, gold_share=share)
        (person,) = labellers(1)
        is_gold = []
        while held := claim(asked, person, 1):
            is_gold.append(held[0].question.arm == Arm.GOLD)
            give(held[0])

        assert is_gold.count(False) == 10
        assert all(abs(sum(is_gold[:n]) - share * n) <= 1 for n in range(1, len(is_gold) + 1))
        places[is_gold.index(True)] += 1
    assert len(places) > 1


def test_gold_goes_to_everybody_once_and_never_alone() -> None:
    asked = campaign(8, 2, overlap=4, gold_share=0.5)
    seen = []
    for person in labellers(4):
        while held := claim(asked, person, 1):
            seen.append((person.pk, held[0].question_id, held[0].question.arm))
            give(held[0])

    assert len(set(seen)) == len(seen) == 4 * (8 + 2)
    assert claim(asked, labellers(1)[0]) == []


def test_a_pair_with_a_video_that_was_taken_down_is_left_out_and_given_back() -> None:
    asked = campaign(3)
    (person,) = labellers(1)
    held = claim(asked, person, 2)
    waiting = Question.objects.exclude(pk__in=[one.question_id for one in held]).get()

    Video.objects.filter(pk__in=[held[0].question.first_id, waiting.second_id]).update(visibility=Visibility.REMOVED)

    assert [one.pk for one in claim(asked, person, 3)] == [held[1].pk]
    held[0].refresh_from_db()
    assert held[0].state == "released"


@pytest.mark.parametrize("change", [{"visibility": "restricted"}, {"media_path": ""}, {"state": "processing"}])
def test_only_what_everybody_may_see_is_asked_about(change: dict[str, Any]) -> None:
    asked = campaign(1)
    Video.objects.filter(pk=Question.objects.get().second_id).update(**change)

    assert claim(asked, labellers(1)[0]) == []


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.CLOSED])
def test_a_campaign_that_is_not_open_says_so_and_keeps_what_is_out(state: CampaignState) -> None:
    asked = campaign(2)
    (person,) = labellers(1)
    (held,) = claim(asked, person, 1)
    asked.state = state
    asked.save()

    with pytest.raises(NothingForYou, match=state):
        claim(asked, person)

    assert give(held).label is not None


def test_a_paused_labeller_gets_nothing_and_is_told_why() -> None:
    asked = campaign(2)
    paused, other = labellers(2)
    pause = Pause.objects.create(campaign=asked, labeller=paused, reason="6 of 10 known pairs were answered otherwise.")

    with pytest.raises(NothingForYou, match="6 of 10 known pairs"):
        claim(asked, paused)

    assert claim(asked, other)
    pause.lifted_at = pause.created_at
    pause.save()
    assert claim(asked, paused)
