"""Read which thresholds moderators' decisions propose for the guard that serves, and whether they may be accepted."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings

from safety.figures import MIN_DECISIONS, MIN_EACH, TradeOff, good_thresholds, trade_offs
from safety.guard.regression import Scored, ScoresMissingError, Sets, fallen, scores_read, shares_right
from safety.guard.verdict import HAZARDS
from safety.models import Decision
from safety.policy import Policy, load_policy
from safety.selectors.decisions import latest_decisions
from safety.selectors.learning import is_regression, with_facts
from safety.serving import InForce, in_force_now

MAX_JUDGED = 2000  # decisions, the newest
KEPT_ASIDE = "decisions kept aside"
SAME = 1e-9  # of two thresholds
TOO_FEW = f"It takes {MIN_DECISIONS} decisions, {MIN_EACH} of each kind, and a threshold at which nine in ten are rightly stopped."


@dataclass(frozen=True, slots=True)
class Proposal:
    """A hazard's threshold now, its trade-off by what moderators decided of the serving guard's scores, and what follows.

    `proposed` is the lowest threshold at which nine in ten are rightly stopped and that may be accepted. `refusal` says why nothing is, or
    why what is proposed may not be accepted, empty where it may. One decision in five is kept aside: nothing is proposed from it. Sets
    may not fall below what policy.toml's thresholds get right, so that many small steps do not add up.
    """

    hazard: str
    guard_version: str
    unsafe_at: float
    bounds: tuple[float, float]
    num_decisions: int
    num_right: int
    points: list[TradeOff]
    proposed: TradeOff | None
    refusal: str


def proposals() -> list[Proposal]:
    """Return one for each hazard that moderators decided anything of, most decided first.

    Moderators see what the guard held or people reported, so recall is of that.
    """
    now = in_force_now()
    guard = _guard(now)
    policy, learned, sets = now.policy_of(guard), *_decided(guard)
    try:
        sets |= scores_read(now.weights, guard=guard)
        missing = ""
    except ScoresMissingError as error:
        missing = f"{error} So nobody knows what another threshold would do."
    ranked = sorted(learned.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_proposal(hazard, guard, its, policy, missing or sets) for hazard, its in ranked]


def _guard(now: InForce) -> str:
    """Return the name of the guard that serves; of a profile whose guard is elsewhere, the one that a job carries last."""
    if settings.STAGE_PROFILES["guard"] == "bundled":
        return now.guard
    newest = latest_decisions().exclude(job__guard_version="").order_by("-job_id")
    return newest.values_list("job__guard_version", flat=True).first() or ""


def _decided(guard: str) -> tuple[dict[str, list[Scored]], dict[str, list[Scored]]]:
    """Return what moderators decided of a guard's scores: by hazard to learn from, and by set what is kept aside."""
    judged = latest_decisions().filter(job__p_unsafe__isnull=False, job__guard_version=guard, job__category__in=HAZARDS)
    learned, aside = defaultdict(list), defaultdict(list)
    for decision, facts in with_facts(list(judged.order_by("-pk")[:MAX_JUDGED])):
        unsafe = decision.action != Decision.Action.APPROVE
        one = Scored(decision.job.category, decision.job.p_unsafe or 0.0, unsafe)
        if is_regression(facts.text):
            aside[f"{KEPT_ASIDE}, {'unsafe' if unsafe else 'harmless'}"].append(one)
        else:
            learned[one.hazard].append(one)
    return learned, aside


def _proposal(hazard: str, guard: str, judged: list[Scored], policy: Policy, sets: Sets | str) -> Proposal:
    pairs = [(one.score, one.unsafe) for one in judged]
    proposed, refusal = _chosen(hazard, good_thresholds(pairs), policy, sets)
    return Proposal(
        hazard=hazard,
        guard_version=guard,
        unsafe_at=policy.band(hazard).unsafe_at,
        bounds=load_policy().bounds(hazard),
        num_decisions=len(pairs),
        num_right=sum(unsafe for _, unsafe in pairs),
        points=trade_offs(pairs),
        proposed=proposed,
        refusal=refusal,
    )


def _chosen(hazard: str, good: list[TradeOff], policy: Policy, sets: Sets | str) -> tuple[TradeOff | None, str]:
    """Return the lowest good threshold that may be accepted, or counts already; where there is none, the lowest and why not."""
    if isinstance(sets, str):
        return (good[0], sets) if good else (None, TOO_FEW)
    refusals = []
    for at in good:
        if abs(at.threshold - policy.band(hazard).unsafe_at) < SAME:
            return (
                None,
                "What counts is the lowest threshold at which nine in ten are rightly stopped and no regression set falls.",
            )
        refusals.append(_refusal(hazard, at.threshold, policy, sets))
        if not refusals[-1]:
            return at, ""
    return (good[0], refusals[0]) if good else (None, TOO_FEW)


def _refusal(hazard: str, threshold: float, policy: Policy, sets: Sets) -> str:
    low, high = load_policy().bounds(hazard)
    if not low <= threshold <= high:
        return (
            f"{threshold:.2f} lies outside {low:.2f} to {high:.2f}, as far as safety/policy.toml lets a threshold go."
        )
    falls = fallen(shares_right(sets, load_policy()), shares_right(sets, policy.moved({hazard: threshold})))
    return f"A regression set would fall: {'; '.join(falls[:2])} of its texts right." if falls else ""
