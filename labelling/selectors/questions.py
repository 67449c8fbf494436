"""Read which questions may be handed to a labeller. A question is free while fewer people have it, or answered it, than are wanted."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from labelling.models import Arm, Assignment, AssignmentState, Campaign, CampaignState, Pause, Question
from vision.selectors import approved_videos

HUNGRY_BELOW = 30  # pairs that wait, under which more are made
DRAW_AGAIN_S = 60.0  # where there were no pairs left, there may be new videos
DONE = (AssignmentState.ANSWERED, AssignmentState.SKIPPED)


def is_live(now: datetime, at: str = "") -> Q:
    """Return the condition for an assignment that is on somebody's screen; `at` leads to it, as in "assignments__"."""
    return Q(**{f"{at}state": AssignmentState.LEASED, f"{at}lease_until__gt": now})


def is_out(now: datetime, at: str = "") -> Q:
    """Return the condition for an assignment that counts towards what a question wants: on a screen, or answered."""
    return is_live(now, at) | Q(**{f"{at}state": AssignmentState.ANSWERED})


def questions_shown(*, campaign_id: int) -> QuerySet[Question]:
    """Return the campaign's questions whose two videos may be shown to everybody and have a transcode."""
    shown = approved_videos().exclude(media_path="").values("pk")
    return Question.objects.filter(query__campaign_id=campaign_id, first__in=shown, second__in=shown)


def questions_free(*, campaign_id: int, labeller_id: int, now: datetime, gold: bool = False) -> QuerySet[Question]:
    """Return what this labeller may be asked now, in the order in which to ask: never what they have, answered or skipped.

    With `gold` the questions of known answer, else the others that still want answers.
    """
    mine = Assignment.objects.filter(question=OuterRef("pk"), labeller_id=labeller_id)
    free = questions_shown(campaign_id=campaign_id).filter(~Exists(mine.filter(is_live(now) | Q(state__in=DONE))))
    if gold:
        return free.filter(arm=Arm.GOLD).order_by("order", "pk")
    out = Assignment.objects.filter(is_out(now))
    return (
        free.exclude(arm=Arm.GOLD)
        .alias(num_out=num_of(out))
        .filter(num_out__lt=F("num_wanted"))
        .order_by("order", "pk")
    )


def has_room(*, question: Question, labeller_id: int, now: datetime) -> bool:
    """Return whether this labeller's answer is still wanted beside what others have or said; gold always has room."""
    others = question.assignments.filter(is_out(now)).exclude(labeller_id=labeller_id)
    return question.num_wanted is None or others.count() < question.num_wanted


def pause_of(*, campaign_id: int, labeller_id: int) -> Pause | None:
    """Return the pause in force against a labeller, if there is one."""
    return Pause.objects.filter(campaign_id=campaign_id, labeller_id=labeller_id, lifted_at=None).first()


def campaigns_open() -> QuerySet[Campaign]:
    """Return the campaigns that hand out questions, oldest first."""
    return Campaign.objects.filter(state=CampaignState.OPEN).order_by("created_at", "pk")


def gold_seen(*, campaign_id: int, labeller_id: int) -> tuple[int, int]:
    """Return (gold questions, all questions) that this labeller was ever handed."""
    handed = Assignment.objects.filter(question__query__campaign_id=campaign_id, labeller_id=labeller_id)
    is_gold = Q(question__arm=Arm.GOLD)
    counts = handed.exclude(state=AssignmentState.UNDONE).aggregate(gold=Count("pk", filter=is_gold), every=Count("pk"))
    return counts["gold"], counts["every"]


def num_of(assignments: QuerySet[Assignment]) -> Any:
    """Return how many of these assignments a question has, for a query of questions."""
    counted = assignments.filter(question=OuterRef("pk")).order_by().values("question").annotate(num=Count("pk"))
    return Coalesce(Subquery(counted.values("num")), 0)


def questions_unasked(*, campaign_id: int) -> int:
    """Return how many pairs of a campaign wait for somebody who would be the first, gold left out."""
    asked = Assignment.objects.filter(question=OuterRef("pk"))
    shown = questions_shown(campaign_id=campaign_id).exclude(arm=Arm.GOLD)
    return shown.filter(~Exists(asked)).count()


def campaigns_hungry() -> list[int]:
    """Return the open campaigns whose goal is not reached and of whose pairs few wait: those that had none made for a minute."""
    a_while_ago = timezone.now() - timedelta(seconds=DRAW_AGAIN_S)
    due = campaigns_open().filter(Q(drawn_at=None) | Q(drawn_at__lt=a_while_ago))
    return [
        campaign.pk
        for campaign in due
        if num_answers(campaign_id=campaign.pk) < campaign.goal
        and questions_unasked(campaign_id=campaign.pk) < HUNGRY_BELOW
    ]


def num_answers(*, campaign_id: int, labeller_id: int | None = None) -> int:
    """Return how many answers a campaign has, gold included; those of one labeller, if one is given."""
    answered = Assignment.objects.filter(question__query__campaign_id=campaign_id, state=AssignmentState.ANSWERED)
    return answered.count() if labeller_id is None else answered.filter(labeller_id=labeller_id).count()
