"""Read what the pair page shows: a labeller's pairs, how far a campaign is, what of theirs can be taken back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from feed.serving import media_url
from labelling.models import Arm, Assignment, AssignmentState, Campaign
from labelling.selectors.questions import DONE, num_answers, num_of, questions_shown
from vision.models import Side, Video

MAX_UNDOABLE = 20


def pair_cards(*, assignments: Iterable[Assignment]) -> list[dict[str, Any]]:
    """Return {assignment_id, fencing_token, query, left, right} each. Nothing here tells gold from others: no question, no arm."""
    ids = [assignment.pk for assignment in assignments]
    rows = Assignment.objects.select_related("question__query", "question__first", "question__second").in_bulk(ids)
    return [_card(rows[pk]) for pk in ids if pk in rows]  # a campaign may be deleted meanwhile


def campaign_progress(*, campaign: Campaign, labeller_id: int) -> dict[str, int]:
    """Return {answers, goal, mine}: gold counts like the rest, or a labeller could tell it by a number that stands still."""
    num_mine = num_answers(campaign_id=campaign.pk, labeller_id=labeller_id)
    return {"answers": num_answers(campaign_id=campaign.pk), "goal": campaign.goal, "mine": num_mine}


def more_may_come(*, campaign_id: int, labeller_id: int) -> bool:
    """Return whether pairs that others hold now would be this labeller's, should they come back unanswered."""
    mine = Assignment.objects.filter(question=OuterRef("pk"), labeller_id=labeller_id, state__in=DONE)
    open_ones = questions_shown(campaign_id=campaign_id).exclude(arm=Arm.GOLD).filter(~Exists(mine))
    answered = Assignment.objects.filter(state=AssignmentState.ANSWERED)
    return open_ones.alias(num=num_of(answered)).filter(num__lt=F("num_wanted")).exists()


def undoable_ids(*, campaign_id: int, labeller_id: int) -> list[UUID]:
    """Return the labeller's last answers and skips that stand, newest first."""
    mine = Assignment.objects.filter(question__query__campaign_id=campaign_id, labeller_id=labeller_id, state__in=DONE)
    return list(mine.order_by("-done_at").values_list("pk", flat=True)[:MAX_UNDOABLE])


def _card(assignment: Assignment) -> dict[str, Any]:
    question = assignment.question
    videos = [_video(question.first), _video(question.second)]
    left, right = videos if assignment.first_side == Side.LEFT else videos[::-1]
    return {
        "assignment_id": assignment.pk,
        "fencing_token": assignment.fencing_token,
        "query": question.query.text,
        "left": left,
        "right": right,
    }


def _video(video: Video) -> dict[str, Any]:
    shape = {"width_px": video.width_px, "height_px": video.height_px}
    urls = {"media_url": media_url(video.media_path), "poster_url": media_url(video.poster_path)}
    return {"title": video.title, **shape, **urls}
