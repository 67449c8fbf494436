"""Read what the page of figures shows: agreement, drift, trade-offs with their charts."""

from typing import Any

from safety.figures import DRIFT_RECENT, TradeOff, cohen_kappa
from safety.models import CATEGORIES, Decision, PolicyVersion
from safety.selectors.decisions import second_looks
from safety.selectors.learning import Proposal, false_positive_drift, proposals
from safety.selectors.queues import second_review_share
from safety.words import HAZARD_NAMES

CHART_WIDTH, CHART_HEIGHT = 320, 160
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
        "drifts": _drifts(),
        "num_recent": DRIFT_RECENT,
        "proposals": [_proposal(one) for one in proposals()],
        "versions": PolicyVersion.objects.select_related("accepted_by").order_by("-pk")[:NUM_VERSIONS],
        "hazard_names": HAZARD_NAMES,
    }


def _drifts() -> list[dict[str, Any]]:
    found = [(hazard, false_positive_drift(hazard=hazard)) for hazard in CATEGORIES]
    return [{"name": HAZARD_NAMES[hazard], "drift": drift} for hazard, drift in found if drift is not None]


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "name": HAZARD_NAMES[one.hazard],
        "it": one,
        "precision_line": _line([(at.threshold, at.precision) for at in one.points if at.precision is not None]),
        "recall_line": _line([(at.threshold, at.recall) for at in one.points]),
        "now_x": _x(one.unsafe_at),
        "proposed_x": _x(one.proposed.threshold) if one.proposed else None,
        "rows": _table(one),
    }


def _table(one: Proposal) -> list[TradeOff]:
    """Return every tenth of the scale, and what is proposed."""
    wanted = {round(step / 10, 2) for step in range(1, 10)} | {one.proposed.threshold if one.proposed else -1.0}
    return [at for at in one.points if round(at.threshold, 2) in wanted]


def _line(points: list[tuple[float, float]]) -> str:
    """Return an SVG polyline's points; shares of [0, 1] from the lower left."""
    return " ".join(f"{_x(x)},{round(CHART_HEIGHT * (1 - y), 1)}" for x, y in points)


def _x(threshold: float) -> float:
    return round(CHART_WIDTH * threshold, 1)
