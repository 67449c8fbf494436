"""Read what the answers say of videos: a query's ranking, what people disagree on, and which pairs could be gold."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from labelling.measures.agreement import by_question, disputed, unanimous
from labelling.measures.strengths import Strength, strengths
from labelling.models import Arm, Campaign, Question
from labelling.selectors.answered import WORTH, Answered, answered
from vision.models import PreferenceLabel, Video

MIN_UNANIMOUS = 3  # people who said the same before a pair is proposed as gold
SHOWN = 12  # of each list, on a page


@dataclass(frozen=True, slots=True)
class Ranked:
    """A video with its Bradley-Terry strength among its query's; `low_percent` to `high_percent` places the interval on a scale."""

    video: Video
    strength: Strength
    percent: float
    low_percent: float
    high_percent: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what people said: (answer, how often), most often first."""

    question: Question
    said: Sequence[tuple[str, int]]
    answer: str = ""


def ranking_of(*, campaign: Campaign, query: str) -> list[Ranked]:
    """Return a query's videos by their strength, over the answers of this campaign that count."""
    given = [
        one for one in answered(campaign_id=campaign.pk, in_force=True) if one.query == query and one.answer in WORTH
    ]
    found = strengths([(one.first_id, one.second_id, WORTH[one.answer]) for one in given])
    videos = Video.objects.in_bulk([one.video_id for one in found])
    low = min((one.low for one in found), default=0.0)
    width = max((one.high for one in found), default=1.0) - low or 1.0
    place = lambda value: 100 * (value - low) / width  # noqa: E731
    return [
        Ranked(videos[one.video_id], one, place(one.value), place(one.low), place(one.high))
        for one in found
        if one.video_id in videos
    ]


def disputes_of(*, campaign: Campaign) -> list[Asked]:
    """Return questions on which people disagree and no admin decided, those with most answers first."""
    return _asked(campaign, lambda said: "?" if disputed(said) else None)


def gold_proposals_of(*, campaign: Campaign) -> list[Asked]:
    """Return questions that MIN_UNANIMOUS people or more answered alike and that are not gold: an admin may look and say yes."""
    return _asked(campaign, lambda said: unanimous(said, at_least=MIN_UNANIMOUS))


def _asked(campaign: Campaign, wanted: Callable[[dict[Hashable, str]], str | None]) -> list[Asked]:
    given = [one for one in answered(campaign_id=campaign.pk, in_force=True) if one.arm != Arm.GOLD]
    said = by_question((one.question_id, one.labeller_id, one.answer) for one in given)
    chosen: dict[Any, str] = {pk: answer for pk, answers in said.items() if (answer := wanted(answers)) is not None}
    rows = Question.objects.filter(pk__in=chosen).select_related("query", "first", "second").in_bulk()
    decided = _decided(given)
    found = [
        Asked(rows[pk], _counts(list(said[pk].values())), answer)
        for pk, answer in chosen.items()
        if (rows[pk].query.text, rows[pk].first_id, rows[pk].second_id) not in decided
    ]
    return sorted(found, key=lambda one: (-sum(count for _, count in one.said), one.question.pk))


def _counts(answers: Sequence[str]) -> list[tuple[str, int]]:
    return sorted(((answer, answers.count(answer)) for answer in set(answers)), key=lambda pair: (-pair[1], pair[0]))


def _decided(given: Sequence[Answered]) -> set[tuple[str, int, int]]:
    words = PreferenceLabel.objects.filter(decides=True, superseded_by=None, query__in={one.query for one in given})
    return set(words.values_list("query", "first_id", "second_id"))
