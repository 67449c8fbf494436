"""Make a campaign's questions a batch at a time, by its policy, and measure what the arms were worth. In workers: it embeds queries."""

from dataclasses import asdict
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from feed.services.phrases import phrase_vectors
from labelling.measures.learning import curve
from labelling.measures.selection import Ints, Pairs, choose, drawn_evenly, learn
from labelling.models import Arm, Campaign, CampaignQuery, CampaignState, PairPolicy, Question
from labelling.selectors.answered import answered, learnable
from labelling.selectors.candidates import Candidates, candidates_of, is_tuned_on
from labelling.selectors.questions import questions_unasked
from vision.models import ModelVersion
from vision.selectors import serving_version

AHEAD = 60  # pairs that wait to be asked; more are made when half of them are gone
MAX_A_QUERY = 2  # of a batch's chosen pairs, as in the study


def questions_draw(*, campaign_id: int) -> int:
    """Make questions until AHEAD wait, as far as there are pairs; return how many. Twice at once is once."""
    version = serving_version()
    texts = list(CampaignQuery.objects.filter(campaign_id=campaign_id).values_list("text", flat=True))
    if version is None:
        return 0
    vectors = phrase_vectors(phrases=texts, version=version)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=campaign_id).first()
        if campaign is None or campaign.state != CampaignState.OPEN:
            return 0
        num = max(0, AHEAD - questions_unasked(campaign_id=campaign.pk))
        made = _made(
            campaign, candidates_of(campaign=campaign, version=version, vectors=vectors), num, vectors, version
        )
        campaign.curve = _curves(campaign, vectors, version)
        campaign.drawn_at = timezone.now()
        campaign.save(update_fields=["curve", "drawn_at"])
    return made


def _made(campaign: Campaign, found: Candidates, num: int, vectors: Any, version: ModelVersion) -> int:
    """Write the chosen pairs as questions, the arms mixed, so that who is asked first learns nothing from it."""
    rng = np.random.default_rng()
    chosen = _active(campaign, found, num, vectors, version)
    left = np.setdiff1d(np.arange(len(found)), chosen)
    evenly = left[drawn_evenly(found.query_ids[left], count=num - len(chosen), rng=rng)]
    arms = [(row, Arm.ACTIVE) for row in chosen] + [(row, Arm.RANDOM) for row in evenly.tolist()]
    last = Question.objects.filter(query__campaign=campaign).aggregate(last=Max("order"))["last"] or 0
    rows = [
        Question(
            query_id=int(found.query_ids[row]),
            first_id=int(found.first_ids[row]),
            second_id=int(found.second_ids[row]),
            arm=arm,
            num_wanted=campaign.overlap,
            order=last + 1 + place,
        )
        for place, (row, arm) in enumerate(arms[at] for at in rng.permutation(len(arms)))
    ]
    Question.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _active(campaign: Campaign, found: Candidates, num: int, vectors: Any, version: ModelVersion) -> list[int]:
    """Return the rows that the active policy asks: half of what queries that are tuned on get, the other half is the control."""
    row_T: Ints = np.flatnonzero(found.is_tuned_on)
    if campaign.policy != PairPolicy.ACTIVE or not len(row_T):
        return []
    _, read_PF, worth_P = learnable(answered(campaign_id=campaign.pk, in_force=True), vectors, version)
    known = learn(read_PF, worth_P, found.features.shape[1])
    share = len(row_T) / len(found)
    pairs = Pairs(found.query_ids[row_T], found.features[row_T])
    return row_T[choose(pairs, known, count=round(num * share / 2), max_a_query=MAX_A_QUERY)].tolist()


def _curves(campaign: Campaign, vectors: Any, version: ModelVersion) -> dict[str, Any]:
    """Return {"at", "num_held_out", "arms": {arm: points}}: each arm's answers, measured on answers to queries that are not tuned on."""
    known, read_PF, worth_P = learnable(answered(campaign_id=campaign.pk, in_force=True), vectors, version)
    is_tuned = np.array([is_tuned_on(one.query) for one in known], dtype=np.bool_)
    held = np.flatnonzero(~is_tuned)
    queries = [known[row].query for row in held.tolist()]
    arms = {}
    for arm in (Arm.RANDOM, Arm.ACTIVE):
        rows = np.flatnonzero(is_tuned & np.array([one.arm == arm for one in known], dtype=np.bool_))
        points = curve(read_PF[rows], worth_P[rows], read_PF[held], worth_P[held], queries)
        arms[arm.value] = [asdict(point) for point in points]
    return {"at": timezone.now().isoformat(), "num_held_out": len(held), "arms": arms}
