"""Keep what a labeller says of a pair that they hold, and take it back; each may come twice, from a page that lost its connection."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from labelling.errors import LabellingRefused, NotYours
from labelling.models import Assignment, AssignmentState, Question
from labelling.selectors.questions import DONE, has_room, questions_shown
from labelling.services.claims import campaign_for, lease_new
from labelling.services.standing import labeller_watch
from safety.services.audit import audit
from vision.labels import label_record
from vision.models import Answer, PreferenceLabel, Side

CHOICES = (*Side.values, Answer.TIE.value, Answer.BOTH_BAD.value)  # a side: the video there is better
_OTHER_SIDE = {Side.LEFT.value: Side.RIGHT.value, Side.RIGHT.value: Side.LEFT.value}


def answer_give(
    *,
    assignment_id: UUID,
    labeller_id: int,
    fencing_token: int,
    label_id: UUID,
    choice: str,
    is_swapped: bool = False,
    took_ms: int = 0,
) -> Assignment:
    """Keep an answer as the label `label_id`; the same one again changes nothing. `choice`: one of CHOICES, as the labeller saw it.

    `is_swapped`: they saw the sides the other way round than they were handed out. `took_ms` is held to the time since the lease.
    An answer that comes after its lease ended is kept if nobody else was asked instead. Raises NotYours, in words.
    """
    with transaction.atomic():
        assignment = _locked(assignment_id, labeller_id)
        if assignment.label_id == label_id:
            return assignment
        _check_held(assignment, fencing_token)
        if choice not in CHOICES or PreferenceLabel.objects.filter(pk=label_id).exists():
            raise LabellingRefused("This answer cannot be kept. Reload the page and answer the pair again.")
        first_side = _OTHER_SIDE[assignment.first_side] if is_swapped else assignment.first_side
        assignment.label = _label(assignment, label_id, _meant(choice, first_side), first_side)
        assignment.state, assignment.done_at = AssignmentState.ANSWERED, timezone.now()
        since_lease_ms = int((assignment.done_at - assignment.leased_at) / timedelta(milliseconds=1))
        assignment.took_ms = max(0, min(took_ms, since_lease_ms))
        assignment.shown_at = assignment.done_at - timedelta(milliseconds=assignment.took_ms)
        assignment.save(update_fields=["label", "state", "done_at", "took_ms", "shown_at"])
        audit(labeller_id, "pair_labelled", kind="question", target_id=assignment.question_id, label=str(label_id))
        labeller_watch(labeller_id=labeller_id, campaign=assignment.question.query.campaign)
    return assignment


def question_skip(*, assignment_id: UUID, labeller_id: int, fencing_token: int) -> Assignment:
    """Leave a pair to others; this labeller is not asked it again. Twice is once. Raises NotYours."""
    with transaction.atomic():
        assignment = _locked(assignment_id, labeller_id)
        if assignment.state == AssignmentState.SKIPPED:
            return assignment
        _check_held(assignment, fencing_token)
        assignment.state, assignment.done_at = AssignmentState.SKIPPED, timezone.now()
        assignment.save(update_fields=["state", "done_at"])
    return assignment


def assignment_undo(*, assignment_id: UUID, labeller_id: int) -> Assignment:
    """Take an answer or a skip back; return the new assignment, by which the labeller has the pair again, sides as they were.

    The label stays, superseded by one that says UNDONE. Twice is once, while the new one is not done. Raises LabellingRefused where the
    campaign is not open, the labeller paused, a video taken down, or others have the skipped pair.
    """
    with transaction.atomic():
        former = _locked(assignment_id, labeller_id)
        question = former.question
        campaign_for(campaign_id=question.query.campaign_id, labeller_id=labeller_id)
        again = question.assignments.filter(labeller_id=labeller_id, state=AssignmentState.LEASED).first()
        if former.state == AssignmentState.UNDONE and again:
            return again
        _check_undoable(former)
        if former.label is not None:
            label = _label(former, None, Answer.UNDONE, former.label.first_side)
            audit(labeller_id, "label_undone", kind="question", target_id=question.pk, label=str(label.pk))
        former.state = AssignmentState.UNDONE
        former.save(update_fields=["state"])
        return lease_new(question=question, labeller_id=labeller_id, first_side=former.first_side)


def _locked(assignment_id: UUID, labeller_id: int) -> Assignment:
    """Return an assignment as it is under the lock of its question's row."""
    mine = Assignment.objects.filter(pk=assignment_id, labeller_id=labeller_id)
    question_id = mine.values_list("question_id", flat=True).first()
    if question_id is None:
        raise NotYours("This pair was not handed to you.")
    Question.objects.select_for_update(no_key=True).get(pk=question_id)
    return mine.select_related("question__query__campaign", "label").get()


def _check_held(assignment: Assignment, fencing_token: int) -> None:
    if assignment.state in DONE:
        raise NotYours("You have answered this pair already, perhaps in another window.")
    now = timezone.now()
    is_mine = assignment.state == AssignmentState.LEASED and assignment.fencing_token == fencing_token
    is_late = assignment.lease_until <= now
    if not is_mine or (
        is_late and not has_room(question=assignment.question, labeller_id=assignment.labeller_id or 0, now=now)
    ):
        raise NotYours("This pair went back while you were away, so your answer was not counted.")


def _check_undoable(former: Assignment) -> None:
    question = former.question
    if former.state not in DONE:
        raise NotYours("There is nothing to take back here.")
    if not questions_shown(campaign_id=question.query.campaign_id).filter(pk=question.pk).exists():
        raise LabellingRefused("A video of that pair is not shown any more, so the answer stays.")
    if not has_room(question=question, labeller_id=former.labeller_id or 0, now=timezone.now()):
        raise LabellingRefused("Others have that pair by now.")


def _meant(choice: str, first_side: str) -> str:
    """Return what a choice says of the first video against the second."""
    if choice not in Side.values:
        return choice
    return Answer.BETTER if choice == first_side else Answer.WORSE


def _label(assignment: Assignment, label_id: UUID | None, answer: str, first_side: str) -> PreferenceLabel:
    question = assignment.question
    return label_record(
        query=question.query.text,
        first_id=question.first_id,
        second_id=question.second_id,
        answer=answer,
        labeller_id=assignment.labeller_id,
        first_side=first_side,
        label_id=label_id,
    )
