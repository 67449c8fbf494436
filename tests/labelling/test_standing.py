"""Who is below the bar is paused and their labels are set aside, at once and reversibly; an admin's word decides a pair."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from labelling.errors import LabellingRefused, NothingForYou
from labelling.models import Arm, Assignment, Campaign, CampaignQuery, Pause, Question
from labelling.selectors.quality import quality_of
from labelling.selectors.standing import gate_of
from labelling.selectors.verdicts import disputes_of, gold_proposals_of, ranking_of
from labelling.services.campaigns import campaign_state_set
from labelling.services.gold import gold_set, question_decide
from labelling.services.standing import labeller_restore, labeller_stop
from safety.models import AuditEntry
from tests.labelling.asking import campaign, claim, give, labellers
from vision.labels import label_pairs, labels_in_force
from vision.models import LabelsSetAside, PreferenceLabel

pytestmark = pytest.mark.django_db


def gold_campaign(users: dict[str, Any], num_gold: int, **values: Any) -> Campaign:
    """Return a campaign whose gold pairs an admin set; the first is better."""
    made = campaign(num_pairs=num_gold + 2, gold_share=1.0, **values)
    for question in list(Question.objects.filter(query__campaign=made).order_by("order")[:num_gold]):
        pair = {"first_id": question.first_id, "second_id": question.second_id}
        gold_set(admin_id=users["ada"].pk, query_id=question.query_id, answer="better", **pair)
    Question.objects.filter(arm=Arm.GOLD).update(gold_at=timezone.now() - timedelta(hours=1))
    return made


def answer_all(made: Campaign, person: Any, *, wrong: bool, took_ms: int = 4000) -> None:
    """Answer what is handed out; the first video is better, or, who is wrong says the other, until nothing comes or they are paused."""
    try:
        while held := claim(made, person, max_held=1):
            first = held[0].first_side
            other = "right" if first == "left" else "left"
            Assignment.objects.filter(pk=held[0].pk).update(leased_at=held[0].leased_at - timedelta(minutes=1))
            give(held[0], other if wrong else first, took_ms=took_ms)
    except NothingForYou:
        pass


def test_wrong_answers_to_gold_pause_and_set_aside_at_once(users: dict[str, Any]) -> None:
    made = gold_campaign(users, 8)
    careless, careful = labellers(2)
    answer_all(made, careful, wrong=False)

    answer_all(made, careless, wrong=True)

    assert gate_of(labeller_id=careless.pk).standing == "stopped"
    assert Pause.objects.get(labeller=careless, lifted_at=None).campaign == made
    assert {label.labeller for label in labels_in_force().filter(decides=False)} == {careful}
    assert AuditEntry.objects.get(verb="labels_set_aside").actor is None
    with pytest.raises(NothingForYou, match="were not what is known"):
        claim(made, careless)


def test_an_admin_lets_them_in_again_with_all_their_labels(users: dict[str, Any]) -> None:
    made = gold_campaign(users, 8)
    (careless,) = labellers(1)
    answer_all(made, careless, wrong=True)
    given = PreferenceLabel.objects.filter(labeller=careless).count()

    labeller_restore(labeller_id=careless.pk, reason="They mixed up the sides.", admin_id=users["ada"].pk)

    assert labels_in_force().filter(labeller=careless).count() == given > 0
    assert gate_of(labeller_id=careless.pk).num_gold == 0, "the gate begins anew"
    assert claim(made, careless, max_held=1)
    assert LabelsSetAside.objects.count() == 2, "a row each, nothing changed"
    with pytest.raises(LabellingRefused, match="count already"):
        labeller_restore(labeller_id=careless.pk, reason="x", admin_id=users["ada"].pk)


def test_hasty_answers_are_stopped_too(users: dict[str, Any]) -> None:
    made = campaign(num_pairs=51, gold_share=0.0)
    (hasty,) = labellers(1)

    answer_all(made, hasty, wrong=False, took_ms=0)

    assert Assignment.objects.filter(labeller=hasty, state="answered").count() == 50
    assert "faster" in LabelsSetAside.objects.get().reason


def test_stopped_twice_is_once_and_holds_for_campaigns_to_come(users: dict[str, Any]) -> None:
    campaign(name="one"), campaign(name="two", state="closed")
    for _ in range(2):
        labeller_stop(labeller_id=users["lena"].pk, reason="look", admin_id=users["ada"].pk)

    assert LabelsSetAside.objects.count() == 1
    assert [pause.campaign.name for pause in Pause.objects.order_by("pk")] == ["one", "two"]
    with pytest.raises(NothingForYou):
        reopened = Campaign.objects.get(name="two")
        campaign_state_set(admin_id=users["ada"].pk, campaign_id=reopened.pk, state="open")
        claim(reopened, users["lena"])


def test_nobody_is_judged_by_the_answers_that_made_a_pair_gold(users: dict[str, Any]) -> None:
    made = campaign(num_pairs=1, overlap=3)
    people = labellers(3)
    for person in people:
        answer_all(made, person, wrong=False)
    proposal = gold_proposals_of(campaign=made)[0]

    pair = {"first_id": proposal.question.second_id, "second_id": proposal.question.first_id}
    gold_set(admin_id=users["ada"].pk, query_id=proposal.question.query_id, answer="worse", **pair)

    question = Question.objects.get()
    assert (question.arm, question.gold_answer, question.num_wanted) == (Arm.GOLD, "better", None)
    assert all(gate_of(labeller_id=person.pk).num_gold == 0 for person in people)
    assert gold_proposals_of(campaign=made) == []
    assert [(pair.better, pair.is_gold) for pair in label_pairs()] == [(question.first_id, True)]


def test_a_disagreement_is_decided_by_an_admin(users: dict[str, Any]) -> None:
    made = campaign(num_pairs=1)
    one, other = labellers(2)
    answer_all(made, one, wrong=False)
    answer_all(made, other, wrong=True)
    dispute = disputes_of(campaign=made)[0]
    assert sorted(dispute.said) == [("better", 1), ("worse", 1)]

    question_decide(admin_id=users["ada"].pk, question_id=dispute.question.pk, answer="worse")

    assert disputes_of(campaign=made) == []
    assert [(pair.better, pair.is_gold) for pair in label_pairs()] == [(dispute.question.second_id, True)]
    assert PreferenceLabel.objects.filter(superseded_by=None).count() == 3, "theirs are kept"
    assert AuditEntry.objects.filter(verb="pair_decided", actor=users["ada"]).count() == 1


def test_the_quality_line_counts_what_was_said(users: dict[str, Any]) -> None:
    made = campaign(num_pairs=4, num_gold=2, gold_share=1.0)
    one, other = labellers(2)
    answer_all(made, one, wrong=False)
    answer_all(made, other, wrong=True)

    quality = quality_of(campaign=made)

    lines = {line.user: line for line in quality.labellers}
    assert (lines[one].gold.count, lines[one].gold.total, lines[other].gold.count) == (2, 2, 0)
    assert (lines[one].agreement.count, lines[one].agreement.total) == (0, 6)
    assert lines[one].seconds == 4.0
    assert quality.nominal is not None
    assert quality.nominal < 0
    assert quality.num_met == 6


def test_a_ranking_follows_the_answers_that_count(users: dict[str, Any]) -> None:
    made = campaign(num_pairs=2)
    first, second = Question.objects.order_by("order")
    Question.objects.filter(pk=second.pk).update(first_id=first.first_id)
    (person,) = labellers(1)
    answer_all(made, person, wrong=False)

    ranking = ranking_of(campaign=made, query="a cat")

    assert ranking[0].video == first.first
    assert len(ranking) == 3
    labeller_stop(labeller_id=person.pk, reason="x", admin_id=users["ada"].pk)
    assert ranking_of(campaign=made, query="a cat") == []
    assert CampaignQuery.objects.count() == 1
