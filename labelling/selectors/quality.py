"""Read how good a campaign's answers are: alpha, and a line a labeller. Answers of paused people are in their line, not in alpha."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.contrib.auth import get_user_model

from labelling.measures import agreement
from labelling.measures.gold import Gate
from labelling.measures.shares import Share, is_one_sided
from labelling.models import Arm, Campaign
from labelling.selectors.answered import Answered, answered
from labelling.selectors.standing import gate_of, labellers_set_aside


@dataclass(frozen=True, slots=True)
class LabellerLine:
    """What a campaign shows of one labeller; `gate` is over all campaigns, `seconds` the median from shown to answered."""

    user: Any
    num_answers: int
    gold: Share
    gate: Gate
    agreement: Share
    left: Share
    is_one_sided: bool
    too_fast: Share
    seconds: float | None
    set_aside: str  # why their labels do not count; empty: they do


@dataclass(frozen=True, slots=True)
class Quality:
    """Krippendorff's alpha, nominal and over worse < tie < better, of the questions that two people met in; and the labellers."""

    nominal: float | None
    ordinal: float | None
    num_met: int
    labellers: Sequence[LabellerLine]


def quality_of(*, campaign: Campaign) -> Quality:
    """Return the quality of a campaign's answers now."""
    given = answered(campaign_id=campaign.pk, in_force=False)
    aside = dict(labellers_set_aside())
    said = [(one.question_id, one.labeller_id, one.answer) for one in given if one.labeller_id not in aside]
    units = [list(unit.values()) for unit in agreement.by_question(said).values()]
    met = [unit for unit in units if len(unit) > 1]
    return Quality(
        agreement.alpha(met),
        agreement.alpha(met, order=agreement.ORDER),
        len(met),
        _lines(campaign, given, aside),
    )


def _lines(campaign: Campaign, given: Sequence[Answered], aside: dict[int, str]) -> list[LabellerLine]:
    by_labeller: dict[int, list[Answered]] = defaultdict(list)
    for one in given:
        by_labeller[one.labeller_id].append(one)
    users = get_user_model().objects.in_bulk(list(by_labeller))
    shared = agreement.with_others((one.question_id, one.labeller_id, one.answer) for one in given)
    lines = [
        _line(campaign, users[pk], answers, Share(*shared.get(pk, (0, 0))), aside.get(pk, ""))
        for pk, answers in by_labeller.items()
    ]
    return sorted(lines, key=lambda line: (-line.num_answers, line.user.get_username()))


def _line(campaign: Campaign, user: Any, answers: Sequence[Answered], shared: Share, set_aside: str) -> LabellerLine:
    times_ms = [one.took_ms for one in answers if one.took_ms is not None]
    sides = [one.side for one in answers if one.side is not None]
    left = Share(sides.count("left"), len(sides))
    gold = [one.answer == one.gold_answer for one in answers if one.arm == Arm.GOLD]
    return LabellerLine(
        user=user,
        num_answers=len(answers),
        gold=Share(sum(gold), len(gold)),
        gate=gate_of(labeller_id=user.pk),
        agreement=shared,
        left=left,
        is_one_sided=is_one_sided(left),
        too_fast=Share(sum(took_ms < campaign.too_fast_ms for took_ms in times_ms), len(times_ms)),
        seconds=median(times_ms) / 1000 if times_ms else None,
        set_aside=set_aside,
    )
