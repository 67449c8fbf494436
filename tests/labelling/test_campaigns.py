"""A campaign is made, gets its questions in batches by its policy, and is paused, closed and opened; every write is in the audit log."""

from typing import Any

import pytest

from feed.models import SearchSession
from labelling.errors import LabellingRefused
from labelling.models import Arm, Campaign, CampaignQuery, PairPolicy, QueryOrigin, Question
from labelling.selectors.campaigns import overview_of, searched_queries
from labelling.selectors.candidates import is_tuned_on
from labelling.selectors.questions import campaigns_hungry
from labelling.services.campaigns import Plan, campaign_create, campaign_state_set
from labelling.services.drawing import AHEAD, questions_draw
from safety.models import AuditEntry
from tests.feed.catalogue import demo_clips, put
from tests.labelling.asking import claim, give
from vision.models import VideoVector
from workers.tasks.labelling import questions_draw as job

pytestmark = pytest.mark.django_db
TAGS = ["football", "sea", "bread", "candles", "moon", "paper", "cat", "rain", "city", "forest"]


def plan(**values: Any) -> Plan:
    queries = [(tag, QueryOrigin.TYPED) for tag in TAGS]
    told = {
        "name": "calm or not",
        "queries": queries,
        "policy": PairPolicy.RANDOM,
        "overlap": 1,
        "gold_share": 0.1,
        "goal": 50,
    }
    return Plan(**{**told, **values})


@pytest.fixture()
def catalogue(users: dict[str, Any]) -> None:
    put(demo_clips()[:120])


def made(users: dict[str, Any], **values: Any) -> Campaign:
    return campaign_create(admin_id=users["ada"].pk, plan=plan(**values))


def test_queries_that_come_twice_count_once_and_the_audit_says_who(users: dict[str, Any]) -> None:
    twice = [(" blue  whale", QueryOrigin.TYPED), ("Blue Whale", QueryOrigin.SEARCH), ("", QueryOrigin.TYPED)]

    campaign = made(users, queries=twice)

    assert list(campaign.queries.values_list("text", "origin")) == [("blue whale", "typed")]
    entry = AuditEntry.objects.get(verb="campaign_created")
    assert (entry.actor, entry.target_id) == (users["ada"], campaign.pk)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "  "}, "name"),
        ({"queries": []}, "1 to 500 queries"),
        ({"queries": [("x" * 201, QueryOrigin.TYPED)]}, "at most 200 characters"),
        ({"overlap": 0}, "people"),
        ({"gold_share": 0.9}, "gold"),
        ({"goal": 0}, "goal"),
    ],
)
def test_what_cannot_be_is_refused_in_words(users: dict[str, Any], values: dict[str, Any], words: str) -> None:
    with pytest.raises(LabellingRefused, match=words):
        made(users, **values)
    assert not Campaign.objects.exists()


def test_two_campaigns_of_one_name_are_refused(users: dict[str, Any]) -> None:
    made(users)

    with pytest.raises(LabellingRefused, match="already"):
        made(users, name="Calm or NOT")


def test_questions_are_drawn_up_to_what_waits_and_not_twice(users: dict[str, Any], catalogue: None) -> None:
    campaign = made(users)
    assert campaigns_hungry() == [campaign.pk]

    job(campaign_id=campaign.pk)
    again = questions_draw(campaign_id=campaign.pk)

    assert again == 0, "a second delivery is harmless"
    assert overview_of(campaign=campaign).num_waiting == AHEAD
    assert set(Question.objects.values_list("arm", "num_wanted")) == {(Arm.RANDOM, 1)}
    assert campaigns_hungry() == []


def test_near_twins_are_never_asked(users: dict[str, Any], catalogue: None) -> None:
    """Given a catalogue in which all videos look alike."""
    one = VideoVector.objects.values_list("video_vec", flat=True).first()
    VideoVector.objects.update(video_vec=one)

    assert questions_draw(campaign_id=made(users).pk) == 0


def test_the_active_policy_chooses_half_and_only_where_answers_are_trained_on(
    users: dict[str, Any], catalogue: None
) -> None:
    campaign = made(users, policy=PairPolicy.ACTIVE)

    questions_draw(campaign_id=campaign.pk)

    chosen = Question.objects.filter(arm=Arm.ACTIVE).select_related("query")
    assert 0.2 * AHEAD < len(chosen) < 0.6 * AHEAD
    assert all(is_tuned_on(question.query.text) for question in chosen)
    measured = CampaignQuery.objects.exclude(text__in=[tag for tag in TAGS if is_tuned_on(tag)])
    assert Question.objects.filter(query__in=measured, arm=Arm.RANDOM).exists()


def test_more_are_drawn_for_the_answers_so_far_and_the_curves_are_kept(users: dict[str, Any], catalogue: None) -> None:
    campaign = made(users, policy=PairPolicy.ACTIVE, goal=500)
    Campaign.objects.update(max_too_fast=1.0)
    questions_draw(campaign_id=campaign.pk)
    while held := claim(campaign, users["lena"]):
        for assignment in held:
            give(assignment, "left" if assignment.question.first_id % 2 else "right")

    questions_draw(campaign_id=campaign.pk)

    campaign.refresh_from_db()
    assert Question.objects.filter(query__campaign=campaign).count() == 2 * AHEAD
    assert campaign.curve["num_held_out"] > 0
    assert set(campaign.curve["arms"]) == {"random", "active"}


def test_a_closed_campaign_draws_nothing_and_opens_again(users: dict[str, Any], catalogue: None) -> None:
    campaign = made(users)
    campaign_state_set(admin_id=users["ada"].pk, campaign_id=campaign.pk, state="closed")

    assert questions_draw(campaign_id=campaign.pk) == 0
    assert campaigns_hungry() == []
    campaign_state_set(admin_id=users["ada"].pk, campaign_id=campaign.pk, state="open")
    assert questions_draw(campaign_id=campaign.pk) == AHEAD
    states = AuditEntry.objects.filter(verb="campaign_state").order_by("pk").values_list("detail", flat=True)
    assert [detail["state"] for detail in states] == ["closed", "open"]


def test_only_what_several_people_searched_for_is_mined(users: dict[str, Any]) -> None:
    for viewer, query in (("alice", "Sea"), ("bob", "sea"), ("alice", "my secret"), ("alice", "my secret")):
        SearchSession.objects.create(viewer=users[viewer], query=query, shown=[])

    assert searched_queries() == [("sea", 2)]
