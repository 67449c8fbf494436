"""Make campaigns and say whether they hand out questions. Each write has its audit row."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from labelling.errors import LabellingRefused
from labelling.models import Campaign, CampaignQuery, CampaignState, PairPolicy, Pause, QueryOrigin
from labelling.selectors.standing import labellers_set_aside
from safety.services.audit import audit
from vision.labels import MAX_QUERY_CHARS
from workers import dispatch

MAX_QUERIES, MAX_OVERLAP, MAX_GOAL, MAX_GOLD_SHARE = 500, 9, 100_000, 0.5


@dataclass(frozen=True)
class Plan:
    """What a campaign is to be; `queries` are (text, origin)."""

    name: str
    queries: Sequence[tuple[str, QueryOrigin]]
    policy: PairPolicy
    overlap: int
    gold_share: float
    goal: int


def campaign_create(*, admin_id: int, plan: Plan) -> Campaign:
    """Open a campaign; its questions are made by a worker. Queries that come twice count once. Raises LabellingRefused."""
    queries = _distinct(plan.queries)
    name = " ".join(plan.name.split())
    _check(plan, name, queries)
    with transaction.atomic():
        campaign = Campaign.objects.create(
            name=name,
            created_by_id=admin_id,
            policy=plan.policy,
            overlap=plan.overlap,
            gold_share=plan.gold_share,
            goal=plan.goal,
        )
        CampaignQuery.objects.bulk_create(
            CampaignQuery(campaign=campaign, text=text, origin=origin) for text, origin in queries.items()
        )
        for labeller_id, reason in labellers_set_aside():
            Pause.objects.create(campaign=campaign, labeller_id=labeller_id, reason=reason)
        audit(admin_id, "campaign_created", kind="campaign", target_id=campaign.pk, queries=len(queries))
        transaction.on_commit(partial(dispatch.questions_draw, campaign_id=campaign.pk))
    return campaign


def _distinct(queries: Sequence[tuple[str, QueryOrigin]]) -> dict[str, QueryOrigin]:
    """Return each query once, whatever its case, one space between words, in order."""
    found: dict[str, tuple[str, QueryOrigin]] = {}
    for text, origin in queries:
        words = " ".join(text.split())
        if words:
            found.setdefault(words.casefold(), (words, origin))
    return dict(found.values())


def _check(plan: Plan, name: str, queries: dict[str, QueryOrigin]) -> None:
    if not 0 < len(name) <= 80:
        raise LabellingRefused("Give the campaign a name of at most 80 characters.")
    if Campaign.objects.filter(name__iexact=name).exists():
        raise LabellingRefused(f"There is a campaign named “{name}” already. Choose another name.")
    if not 0 < len(queries) <= MAX_QUERIES:
        raise LabellingRefused(f"A campaign has 1 to {MAX_QUERIES} queries; these are {len(queries)}.")
    too_long = next((text for text in queries if len(text) > MAX_QUERY_CHARS), None)
    if too_long:
        raise LabellingRefused(f"A query has at most {MAX_QUERY_CHARS} characters: “{too_long[:60]}…” is longer.")
    if not 1 <= plan.overlap <= MAX_OVERLAP:
        raise LabellingRefused(f"From 1 to {MAX_OVERLAP} people can answer a pair.")
    if not 0 <= plan.gold_share <= MAX_GOLD_SHARE:
        raise LabellingRefused(f"At most {MAX_GOLD_SHARE:.0%} of the questions can be gold.")
    if not 1 <= plan.goal <= MAX_GOAL:
        raise LabellingRefused(f"The goal is from 1 to {MAX_GOAL:,} answers.")


def campaign_state_set(*, admin_id: int, campaign_id: int, state: str) -> Campaign:
    """Pause, close or open a campaign; the same state again changes nothing. Raises LabellingRefused."""
    if state not in CampaignState.values:
        raise LabellingRefused("A campaign is open, paused or closed.")
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if campaign.state == state:
            return campaign
        former, campaign.state = campaign.state, CampaignState(state)
        campaign.save(update_fields=["state"])
        audit(admin_id, "campaign_state", kind="campaign", target_id=campaign.pk, state=state, former=former)
        if state == CampaignState.OPEN:
            transaction.on_commit(partial(dispatch.questions_draw, campaign_id=campaign.pk))
    return campaign
