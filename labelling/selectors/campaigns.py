"""Read campaigns as their pages show them: how far each has come, its curves, and where queries for a new one can be found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count
from django.db.models.functions import Lower
from django.utils import timezone

from charts import Chart, Series, lines, percent
from feed.models import SearchSession
from labelling.models import Arm, Campaign, CampaignQuery
from labelling.selectors.questions import num_answers, questions_unasked

MINED_DAYS, MINED_PHRASES, MIN_PEOPLE = 90, 60, 2  # what one viewer alone said stays theirs
ARM_NAMES = {Arm.RANDOM: "drawn evenly", Arm.ACTIVE: "chosen"}


@dataclass(frozen=True, slots=True)
class Overview:
    """A campaign with its counts; `share` of the goal in [0, 1]."""

    campaign: Campaign
    num_queries: int
    num_gold: int
    num_answers: int
    num_waiting: int

    @property
    def share(self) -> float:
        return min(1.0, self.num_answers / self.campaign.goal)


def overview_of(*, campaign: Campaign) -> Overview:
    """Return a campaign's counts now."""
    questions = CampaignQuery.objects.filter(campaign=campaign)
    num_gold = questions.filter(questions__arm=Arm.GOLD).aggregate(num=Count("questions"))["num"]
    return Overview(
        campaign,
        questions.count(),
        num_gold,
        num_answers(campaign_id=campaign.pk),
        questions_unasked(campaign_id=campaign.pk),
    )


def overviews() -> list[Overview]:
    """Return all campaigns, the newest first."""
    return [overview_of(campaign=campaign) for campaign in Campaign.objects.order_by("-created_at", "-pk")]


def curve_chart(*, campaign: Campaign) -> Chart:
    """Return the learning curves of both arms, as they were when questions were last made."""
    told: dict[str, Any] = campaign.curve.get("arms", {})
    series = [
        Series(
            name,
            [(point["num"], point["accuracy"]) for point in told.get(arm, [])],
            [(point["num"], point["low"], point["high"]) for point in told.get(arm, [])],
        )
        for arm, name in ARM_NAMES.items()
        if told.get(arm)
    ]
    title = "What the answers taught, on held-out answers"
    return lines(title=title, series=series, x_name="answers", y_range=(0.0, 1.0), say=percent)


def searched_queries() -> list[tuple[str, int]]:
    """Return (query, how many people searched for it lately), most people first; only what several did."""
    since = timezone.now() - timedelta(days=MINED_DAYS)
    rows = SearchSession.objects.filter(created_at__gte=since).annotate(words=Lower("query")).values("words")
    counted = rows.annotate(people=Count("viewer", distinct=True)).filter(people__gte=MIN_PEOPLE)
    return [(row["words"], row["people"]) for row in counted.order_by("-people", "words")[:MINED_PHRASES]]


_STEERED = """
SELECT lower(steer->>'phrase') AS phrase, count(DISTINCT viewer_id) AS people
FROM chat_intentdocument, jsonb_array_elements(document->'steers') AS steer
WHERE steer->>'direction' = 'more' GROUP BY 1 HAVING count(DISTINCT viewer_id) >= %s ORDER BY 2 DESC, 1 LIMIT %s
"""


def steered_queries() -> Sequence[tuple[str, int]]:
    """Return (phrase, how many people steer by it now), most people first; only what several want more of."""
    with connection.cursor() as cursor:
        cursor.execute(_STEERED, [MIN_PEOPLE, MINED_PHRASES])
        return [(str(phrase), int(people)) for phrase, people in cursor.fetchall()]
