"""Read what the page of figures shows: agreement, drift, trade-offs with their charts."""

from typing import Any

from charts import Series, lines
from safety.figures import DRIFT_RECENT, cohen_kappa
from safety.models import CATEGORIES, Decision, PolicyVersion
from safety.selectors.decisions import second_looks
from safety.selectors.learning import Proposal, false_positive_drift, proposals
from safety.selectors.queues import second_review_share
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
        "share": second_review_share(),
        "drifts": drifts(),
        "num_recent": DRIFT_RECENT,
        "proposals": [_proposal(one) for one in proposals()],
        "versions": PolicyVersion.objects.select_related("accepted_by").order_by("-pk")[:NUM_VERSIONS],
        "hazard_names": HAZARD_NAMES,
    }


def drifts() -> list[dict[str, Any]]:
    """Return {"name", "drift"} of each hazard that enough was decided of."""
    found = [(hazard, false_positive_drift(hazard=hazard)) for hazard in CATEGORIES]
    return [{"name": HAZARD_NAMES[hazard], "drift": drift} for hazard, drift in found if drift is not None]


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
