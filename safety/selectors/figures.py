"""Read what the page of figures shows: agreement, drift, the thresholds in force, trade-offs with their charts."""

from typing import Any

from charts import Series, lines, percent
from safety.figures import DRIFT_RECENT, cohen_kappa
from safety.guard.verdict import HAZARDS
from safety.models import CATEGORIES, Decision, PolicyVersion
from safety.policy import load_policy
from safety.selectors.decisions import second_looks
from safety.selectors.learning import false_positive_drift, open_alarms
from safety.selectors.proposals import Proposal, proposals
from safety.selectors.queues import second_review_share
from safety.selectors.thresholds import standing_of
from safety.serving import in_force_now
from safety.words import HAZARD_NAMES

ACTIONS = (Decision.Action.APPROVE, Decision.Action.RESTRICT, Decision.Action.REMOVE)
NUM_VERSIONS = 20


def figures() -> dict[str, Any]:
    """Return the template's values."""
    pairs = second_looks()
    return {
        "kappa": cohen_kappa(pairs),
        "num_looks": len(pairs),
        "num_same": sum(first == second for first, second in pairs),
        "agreement": [(first, [pairs.count((first, second)) for second in ACTIONS]) for first in ACTIONS],
        "actions": ACTIONS,
        "share": percent(second_review_share()) if second_review_share() else "",
        "drifts": drifts(),
        "num_recent": DRIFT_RECENT,
        "proposals": [_proposal(one) for one in proposals()],
        "alarms": [{"name": HAZARD_NAMES[alarm.hazard], "it": alarm} for alarm in open_alarms()],
        "max_move": load_policy().max_move,
        **thresholds(),
        "hazard_names": HAZARD_NAMES,
    }


def drifts() -> list[dict[str, Any]]:
    """Return {"name", "drift"} of each hazard that enough was decided of."""
    found = [(hazard, false_positive_drift(hazard=hazard)) for hazard in CATEGORIES]
    return [{"name": HAZARD_NAMES[hazard], "drift": drift} for hazard, drift in found if drift is not None]


def thresholds() -> dict[str, Any]:
    """Return the guard in force, its accepted thresholds and those of the file, and what was accepted and taken back, newest first."""
    now = in_force_now()
    policy, default, standing = now.policy_of(now.guard), load_policy(), standing_of(guard=now.guard)
    rows = [
        {
            "name": HAZARD_NAMES[hazard],
            "unsafe_at": policy.band(hazard).unsafe_at,
            "default_at": default.band(hazard).unsafe_at,
            "accepted": next(iter(standing[hazard]), None),
        }
        for hazard in HAZARDS
    ]
    history = PolicyVersion.objects.select_related("accepted_by", "takes_back").order_by("-pk")[:NUM_VERSIONS]
    return {
        "guard": now.guard,
        "is_shipped": now.released is None,
        "accepted": [row for row in rows if row["accepted"]],
        "from_file": [row for row in rows if not row["accepted"]],
        "history": [{"it": version, "name": HAZARD_NAMES[version.hazard]} for version in history],
    }


def _proposal(one: Proposal) -> dict[str, Any]:
    name = HAZARD_NAMES[one.hazard]
    marks = {"now": one.unsafe_at} | ({"proposed": one.proposed.threshold} if one.proposed else {})
    chart = lines(
        title=f"Precision and recall of {name}",
        series=[
            Series("precision", [(at.threshold, at.precision) for at in one.points]),
            Series("recall", [(at.threshold, at.recall) for at in one.points]),
        ],
        x_name="threshold",
        y_range=(0, 1),
        marks=marks,
        beside=[Series("stopped", [(at.threshold, at.num_stopped) for at in one.points])],
    )
    return {"name": name, "it": one, "chart": chart}
