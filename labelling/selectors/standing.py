"""Read how far each labeller can be trusted: gold answers since they were last let in, and whose labels are set aside."""

from django.db.models import F

from labelling.measures.gold import Gate, judge
from labelling.models import Arm, Assignment, AssignmentState
from vision.labels import standing_of
from vision.models import LabelsSetAside

LAST_ANSWERS = 50  # of which the share of too fast ones is taken


def labellers_set_aside() -> list[tuple[int, str]]:
    """Return (labeller, reason) of those whose labels do not count now."""
    newest = LabelsSetAside.objects.order_by("labeller", "-pk").distinct("labeller")
    return [(row.labeller_id, row.reason) for row in newest if row.is_set_aside]


def gold_answers(*, labeller_id: int) -> list[bool]:
    """Return which of somebody's gold answers were right, oldest first, in all campaigns since they were last let in.

    What they were handed before the question became gold is left out: nobody is judged by the answer that made it so.
    """
    answered = Assignment.objects.filter(labeller_id=labeller_id, state=AssignmentState.ANSWERED)
    gold = answered.filter(question__arm=Arm.GOLD, leased_at__gte=F("question__gold_at")).order_by("done_at", "pk")
    standing = standing_of(labeller_id=labeller_id)
    if standing is not None and not standing.is_set_aside:
        gold = gold.filter(leased_at__gte=standing.created_at)
    return [said == known for said, known in gold.values_list("label__answer", "question__gold_answer")]


def gate_of(*, labeller_id: int) -> Gate:
    """Return what the gold gate says of somebody."""
    return judge(gold_answers(labeller_id=labeller_id))


def last_times_ms(*, labeller_id: int, campaign_id: int) -> list[int]:
    """Return how long somebody took for their last answers of a campaign, newest first, since they were last let in."""
    mine = Assignment.objects.filter(labeller_id=labeller_id, state=AssignmentState.ANSWERED, took_ms__isnull=False)
    standing = standing_of(labeller_id=labeller_id)
    if standing is not None and not standing.is_set_aside:
        mine = mine.filter(leased_at__gte=standing.created_at)
    here = mine.filter(question__query__campaign_id=campaign_id).order_by("-done_at")
    return [took_ms or 0 for took_ms in here.values_list("took_ms", flat=True)[:LAST_ANSWERS]]
