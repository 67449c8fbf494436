"""Name what experiments measure: one list, used by the reading from the database, the verdicts and the command. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A ratio over viewers: the sum of `count` over the sum of cards seen (or of viewers).

    `is_good`: more of it is better. `effect`: the relative change for which the always-valid interval is narrowest (a choice made
    before any data: it costs nothing but width elsewhere).
    """

    name: str
    words: str
    is_good: bool
    effect: float
    per: str = "card"


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("watch_share", "part of a card's length that was watched", True, 0.15),
        Metric("credit", "cards that were liked, shared or watched to the end", True, 0.2),
        Metric("likes", "cards that were liked", True, 0.3),
        Metric("skips", "cards that were skipped", False, 0.2),
        Metric("not_interested", "cards that were sent away", False, 0.5),
        Metric("reports", "cards that were reported", False, 1.0),
        Metric("returns", "viewers who came back on a later day", True, 0.2, per="viewer"),
    )
}
GUARDRAILS = ("not_interested", "reports")
PRIMARY = "watch_share"
