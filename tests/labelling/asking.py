"""Make small campaigns: videos that need no file, questions between them, and labellers."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from labelling.models import Arm, Assignment, Campaign, CampaignQuery, Question
from labelling.services.answers import answer_give
from labelling.services.claims import questions_claim
from vision.models import Video, VideoSource, VideoState, Visibility


def videos(num: int) -> list[Video]:
    """Return ready, approved videos with a transcode's path."""
    start = Video.objects.count()
    return [
        Video.objects.create(
            title=f"Clip {number}",
            source=VideoSource.IMPORT,
            content_hash=f"{number:064d}",
            state=VideoState.READY,
            visibility=Visibility.APPROVED,
            media_path=f"videos/{number}.mp4",
            duration_s=2.0,
        )
        for number in range(start, start + num)
    ]


def campaign(
    num_pairs: int = 4, num_gold: int = 0, *, overlap: int = 2, query: str = "a cat", **values: Any
) -> Campaign:
    """Return an open campaign of one query; each pair has two videos of its own. Gold: the first is better."""
    made = Campaign.objects.create(**{"name": f"campaign {uuid.uuid4()}", "overlap": overlap, "goal": 100, **values})
    asked = CampaignQuery.objects.create(campaign=made, text=query)
    clips = videos(2 * (num_pairs + num_gold))
    for index in range(num_pairs + num_gold):
        is_gold = index >= num_pairs
        Question.objects.create(
            query=asked,
            first=clips[2 * index],
            second=clips[2 * index + 1],
            arm=Arm.GOLD if is_gold else Arm.RANDOM,
            gold_answer="better" if is_gold else "",
            num_wanted=None if is_gold else overlap,
            order=index,
        )
    return made


def labellers(num: int) -> list[Any]:
    """Return people who may label."""
    return [get_user_model().objects.create(username=f"labeller {uuid.uuid4()}", role="labeller") for _ in range(num)]


def claim(asked: Campaign, person: Any, max_held: int = 5) -> list[Assignment]:
    return questions_claim(campaign_id=asked.pk, labeller_id=person.pk, max_held=max_held)


def give(assignment: Assignment, choice: str = "left", **values: Any) -> Assignment:
    """Answer an assignment as its labeller, with the token that it was handed out with."""
    given = {"label_id": uuid.uuid4(), "fencing_token": assignment.fencing_token, "took_ms": 900, **values}
    return answer_give(assignment_id=assignment.pk, labeller_id=assignment.labeller_id or 0, choice=choice, **given)


def let_leases_end(assignments: Iterable[Assignment]) -> None:
    """Go to a time when these leases have ended."""
    ids = [assignment.pk for assignment in assignments]
    Assignment.objects.filter(pk__in=ids).update(lease_until=timezone.now() - timedelta(seconds=1))
