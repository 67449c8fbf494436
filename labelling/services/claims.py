"""Lease questions to labellers: a pair is with nobody else than wanted, and free again LEASE_S after the page was last heard of.

Whatever changes how many people have a question happens under a lock of its row, and is counted under that lock.
"""

import random
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from labelling.errors import NothingForYou
from labelling.models import Assignment, AssignmentState, Campaign, CampaignState, Question
from labelling.selectors.questions import gold_seen, is_live, pause_of, questions_free, questions_shown
from vision.models import Side

LEASE_S = 90.0  # the page renews every 30 s
MAX_HELD = 8


def questions_claim(*, campaign_id: int, labeller_id: int, max_held: int = 5) -> list[Assignment]:
    """Renew what a labeller holds of a campaign and lease more, up to `max_held` in all, in the order in which to show them.

    Gold questions come in at the campaign's share, at places that cannot be foreseen. Fewer come, or none, when nothing else
    is free. Raises NothingForYou where the campaign is not open or the labeller is paused.
    """
    campaign = campaign_for(campaign_id=campaign_id, labeller_id=labeller_id)
    with transaction.atomic():
        held = _renewed(campaign_id, labeller_id)
        for _ in range(min(max_held, MAX_HELD) - len(held)):
            question = _next_question(campaign, labeller_id)
            if question is None:
                break
            held.append(_lease(question, labeller_id))
    return held


def campaign_for(*, campaign_id: int, labeller_id: int) -> Campaign:
    """Return an open campaign in which this labeller is not paused; raises NothingForYou, which says why."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is None:
        raise NothingForYou("This campaign is not here any more.")
    if campaign.state != CampaignState.OPEN:
        raise NothingForYou(f"“{campaign.name}” is {campaign.state}: it hands out no pairs now.")
    pause = pause_of(campaign_id=campaign_id, labeller_id=labeller_id)
    if pause:
        raise NothingForYou(f"You are paused in “{campaign.name}”: {pause.reason}")
    return campaign


def assignments_release(*, labeller_id: int, assignment_ids: Iterable[UUID]) -> int:
    """Give back those that this labeller holds of the given ones; return how many. They are free at once, for the labeller too."""
    mine = Assignment.objects.filter(labeller_id=labeller_id, pk__in=list(assignment_ids))
    return mine.filter(state=AssignmentState.LEASED).update(state=AssignmentState.RELEASED)


def lease_new(*, question: Question, labeller_id: int, first_side: str) -> Assignment:
    """Give a locked question to a labeller who has no assignment of it in force."""
    return Assignment.objects.create(
        question=question,
        labeller_id=labeller_id,
        first_side=first_side,
        lease_until=timezone.now() + timedelta(seconds=LEASE_S),
    )


def _renewed(campaign_id: int, labeller_id: int) -> list[Assignment]:
    """Renew the labeller's live leases; give back those of videos that were taken down since."""
    mine = Assignment.objects.filter(labeller_id=labeller_id, question__query__campaign_id=campaign_id)
    asked = Question.objects.filter(pk__in=mine.filter(is_live(timezone.now())).values("question"))
    locked = [question.pk for question in asked.select_for_update(skip_locked=True, no_key=True)]
    now = timezone.now()  # after the locks: what ended before may be somebody else's by now
    live = mine.filter(is_live(now))
    gone = live.exclude(question__in=questions_shown(campaign_id=campaign_id).values("pk"))
    assignments_release(labeller_id=labeller_id, assignment_ids=gone.values_list("pk", flat=True))
    live.filter(question__in=locked).update(lease_until=now + timedelta(seconds=LEASE_S))
    return list(live.order_by("leased_at", "pk"))


def _next_question(campaign: Campaign, labeller_id: int) -> Question | None:
    """Return a locked question for this labeller: gold where it is due and something else is free, which gold stands in for."""
    num_gold, num_seen = gold_seen(campaign_id=campaign.pk, labeller_id=labeller_id)
    question = _locked(campaign.pk, labeller_id)
    if question is None or random.random() >= campaign.gold_share * (num_seen + 1) - num_gold:
        return question
    return _locked(campaign.pk, labeller_id, gold=True) or question


def _locked(campaign_id: int, labeller_id: int, *, gold: bool = False) -> Question | None:
    """Lock the first free question that nobody else is locking.

    It is looked at once more under the lock: a lease that another transaction committed between this one's count and its lock
    is not in that count.
    """
    tried: list[int] = []
    while True:
        free = _free(campaign_id, labeller_id, gold)
        question = free.exclude(pk__in=tried).select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if question is None or _free(campaign_id, labeller_id, gold).filter(pk=question.pk).exists():
            return question
        tried.append(question.pk)


def _free(campaign_id: int, labeller_id: int, gold: bool) -> QuerySet[Question]:
    return questions_free(campaign_id=campaign_id, labeller_id=labeller_id, now=timezone.now(), gold=gold)


def _lease(question: Question, labeller_id: int) -> Assignment:
    """Give a locked question to a labeller, anew where an earlier lease of theirs ended; a coin says which side is whose."""
    first_side = random.choice(Side.values)
    former = question.assignments.filter(labeller_id=labeller_id).exclude(state=AssignmentState.UNDONE).first()
    if former is None:
        return lease_new(question=question, labeller_id=labeller_id, first_side=first_side)
    now = timezone.now()
    former.state, former.first_side, former.fencing_token = AssignmentState.LEASED, first_side, former.fencing_token + 1
    former.leased_at, former.lease_until = now, now + timedelta(seconds=LEASE_S)
    former.save(update_fields=["state", "first_side", "fencing_token", "leased_at", "lease_until"])
    return former
