"""Say how an experiment stands: every metric of every arm against the control, with the verdicts that hold at any look."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from feed.experiments.judging import PRIMARY_ALPHA, ArmSums, Finding, findings_of, split_is_wrong
from feed.experiments.models import Arm, Experiment, Kind
from feed.experiments.selectors import arm_sums
from feed.experiments.statistics import exact_share


@dataclass(frozen=True)
class Preference:
    """Interleaving: how many viewers gave this arm more credit a card than the control, or less, and the exact interval of the share."""

    num_for: int
    num_against: int
    low: float
    high: float


@dataclass(frozen=True)
class ArmReport:
    """One arm; the control has no findings."""

    arm: Arm
    num_viewers: int
    findings: dict[str, Finding]
    preference: Preference | None = None


@dataclass(frozen=True)
class Report:
    """The whole experiment. `split_is_wrong`: the viewers' numbers do not fit the weights, so no other figure here can be believed."""

    experiment: Experiment
    arms: list[ArmReport]
    split_is_wrong: bool

    def harm(self) -> tuple[ArmReport, Finding] | None:
        """Return the first arm that is worse on a guardrail beyond its interval."""
        for arm in self.arms:
            for name in self.experiment.guardrails:
                finding = arm.findings.get(name)
                if finding is not None and bool(finding.is_worse):
                    return arm, finding
        return None


def report_of(*, experiment: Experiment) -> Report:
    """Read what viewers did and judge it. A draft has no figures."""
    arms = list(experiment.arms.order_by("id"))
    if experiment.started_at is None:
        return Report(experiment, [ArmReport(arm, 0, {}) for arm in arms], False)
    sums = arm_sums(experiment=experiment)
    is_paired = experiment.kind == Kind.INTERLEAVE
    control, *treated = arms
    reports = [ArmReport(control, _num_viewers(sums[control.pk]), {})]
    for arm in treated:
        findings = findings_of(
            sums[arm.pk],
            sums[control.pk],
            primary=experiment.primary_metric,
            guardrails=experiment.guardrails,
            num_arms=len(treated),
            is_paired=is_paired,
        )
        preference = _preference(sums[arm.pk], sums[control.pk]) if is_paired else None
        reports.append(ArmReport(arm, _num_viewers(sums[arm.pk]), findings, preference))
    counts, weights = [report.num_viewers for report in reports], [arm.weight for arm in arms]
    return Report(experiment, reports, not is_paired and bool(split_is_wrong(counts, weights)))


def _num_viewers(sums: ArmSums) -> int:
    return int(next(iter(sums.values())).num_viewers)


def _preference(treated: ArmSums, control: ArmSums) -> Preference:
    mine, other = (sums["credit"].count / np.maximum(sums["credit"].base, 1) for sums in (treated, control))
    num_for, num_against = int((mine > other).sum()), int((mine < other).sum())
    low, high = exact_share(num_for, num_for + num_against, alpha=PRIMARY_ALPHA)
    return Preference(num_for, num_against, low, high)


def report_json(report: Report) -> dict[str, Any]:
    """Return the report for machines: plain numbers, null where an interval is without end."""
    experiment = report.experiment
    return {
        "name": experiment.name,
        "kind": experiment.kind,
        "state": experiment.state,
        "layer": experiment.layer,
        "share": experiment.share,
        "primary_metric": experiment.primary_metric,
        "guardrails": experiment.guardrails,
        "split_is_wrong": report.split_is_wrong,
        "arms": [_arm_json(arm) for arm in report.arms],
        "history": [
            {"at": change.at.isoformat(), "state": change.state, "by": change.by, "why": change.why}
            for change in experiment.history.all()
        ],
    }


def _arm_json(arm: ArmReport) -> dict[str, Any]:
    preference = arm.preference
    return {
        "name": arm.arm.name,
        "knobs": arm.arm.knobs,
        "num_viewers": arm.num_viewers,
        "metrics": {name: finding_json(finding) for name, finding in arm.findings.items()},
        "preference": preference and vars(preference),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return one finding: both arms' values, the difference's interval, its chance of error, and the verdict in a word."""
    verdict = "better" if bool(finding.is_better) else "worse" if bool(finding.is_worse) else "open"
    values = {name: float(getattr(finding, name)) for name in ("treated", "control", "low", "high")}
    return {name: value if np.isfinite(value) else None for name, value in values.items()} | {
        "alpha": finding.alpha,
        "verdict": verdict,
    }
