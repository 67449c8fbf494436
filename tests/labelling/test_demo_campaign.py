"""The demo's campaign: what is gold is true of the scenes, a second start changes nothing, a small catalogue is enough."""

from typing import Any

import pytest
from django.core.management import call_command

from labelling.models import Arm, Campaign, Question
from vision.models import Video, VideoSource, VideoState
from vision.scenes.catalogue import demo_catalogue
from vision.services import demo_videos_create

pytestmark = pytest.mark.django_db


def start(num_clips: int) -> None:
    ids = demo_videos_create(scenes=[(f"{s.family}-{s.seed}", s.to_json()) for s in demo_catalogue(7, num_clips)])
    Video.objects.filter(pk__in=ids[::2]).update(state=VideoState.READY)
    call_command("make_demo_campaign")


def test_gold_is_what_the_scenes_were_drawn_with(users: dict[str, Any]) -> None:
    start(320)

    gold = Question.objects.filter(arm=Arm.GOLD).select_related("query", "first", "second")
    assert len(gold) >= 20
    for question in gold:
        better, worse = (question.first, question.second)[:: 1 if question.gold_answer == "better" else -1]
        words = {word for word in question.query.text.lower().split() if len(word) > 3}
        shown, other = (_words(video) for video in (better, worse))
        assert words & shown, f"{better.title} shows nothing of {question.query.text}"
        assert not words & other, f"{worse.title} shows something of {question.query.text}"


def test_a_second_start_changes_nothing_and_a_few_clips_are_enough(users: dict[str, Any]) -> None:
    start(6)
    num_gold = Question.objects.count()

    start(6)

    assert Campaign.objects.count() == 1
    assert Question.objects.count() == num_gold
    assert Video.objects.filter(source=VideoSource.DEMO).count() == 6


def _words(video: Video) -> set[str]:
    told = f"{' '.join(video.tags)} {(video.scene or {})['caption']}".lower()
    return {word.strip(".,;") for word in told.split()}
