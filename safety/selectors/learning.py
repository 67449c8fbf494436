"""Read what decisions teach: examples for the guard, and the drift of its false positives."""

import hashlib
from collections.abc import Iterator
from typing import Any

from safety.figures import DRIFT_BEFORE, DRIFT_RECENT, Drift, drift_of
from safety.guard.verdict import HAZARDS
from safety.models import Decision, DriftAlarm, ReviewJob
from safety.selectors.decisions import latest_decisions, standing_decisions
from safety.targets import TargetFacts, target_of

REGRESSION_SHARE = 5  # one text in so many is kept aside from training, by its words alone
PAGE = 500


def guard_examples() -> Iterator[dict[str, Any]]:
    """Yield {"text", "role", "hazards", "source": "decision:<id>"} of every target whose decision teaches the guard something.

    Approved: no hazard. Removed or restricted: the hazard that the moderator found; what is "other" to the twelve is left out, and so
    are targets that are gone. The latest standing decision of a target counts, and each text once a way, the latest decision first.
    """
    seen: set[tuple[str, str]] = set()
    last = None
    while True:
        decisions = latest_decisions().order_by("-pk")
        page = list((decisions.filter(pk__lt=last) if last else decisions)[:PAGE])
        for decision, facts in with_facts(page):
            hazards = [] if decision.action == Decision.Action.APPROVE else [decision.hazard]
            key = (facts.role, facts.text)
            if not facts.text or key in seen or not set(hazards) <= set(HAZARDS):
                continue
            seen.add(key)
            yield {"text": facts.text, "role": facts.role, "hazards": hazards, "source": f"decision:{decision.pk}"}
        if len(page) < PAGE:
            return
        last = page[-1].pk


def is_regression(text: str) -> bool:
    """Return whether an example of these words is kept aside from training: always the same answer for the same words."""
    words = " ".join(text.casefold().split())
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4]) % REGRESSION_SHARE == 0


def with_facts(decisions: list[Decision]) -> Iterator[tuple[Decision, TargetFacts]]:
    """Yield the decisions whose targets are there, each with its target's facts."""
    ids: dict[str, list[int]] = {}
    for decision in decisions:
        ids.setdefault(decision.job.target_kind, []).append(decision.job.target_id)
    facts = {kind: target_of(kind).facts(kind_ids) for kind, kind_ids in ids.items()}
    for decision in decisions:
        found = facts[decision.job.target_kind].get(decision.job.target_id)
        if found is not None:
            yield decision, found


def false_positive_drift(*, hazard: str) -> Drift | None:
    """Return the share of the guard's holds of a hazard that moderators approved lately, against its past; None for too few."""
    held = standing_decisions().filter(job__source=ReviewJob.Source.GUARD, job__category=hazard)
    actions = held.order_by("-pk").values_list("action", flat=True)[: DRIFT_RECENT + DRIFT_BEFORE]
    return drift_of([action == Decision.Action.APPROVE for action in reversed(actions)])


def open_alarms() -> list[DriftAlarm]:
    """Return the alarms that hold now, oldest first."""
    return list(DriftAlarm.objects.filter(closed_at=None).order_by("opened_at"))
