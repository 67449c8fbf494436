"""Write experiments: create, start, stop, and look at the guardrails. Every step is a row of history in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from feed.configuration import configuration_of
from feed.experiments.metrics import GUARDRAILS, METRICS, PRIMARY
from feed.experiments.models import NUM_BUCKETS, Arm, Change, Experiment, Kind, State
from feed.experiments.reports import finding_json, report_of

CONTROL = "control"
GUARDRAIL = "guardrail"  # who stops an experiment when no person does
INTERLEAVING_LAYER = "interleaving"  # one for all: a slate has two drafters
START_LOCK = 7_117_003  # advisory: who starts looks at all that runs


class ExperimentError(ValueError):
    """What was asked for cannot be; the message says why and what would do."""


@dataclass(frozen=True)
class ArmDraft:
    """An arm to be: its name, its knobs, and its weight against the control's 1."""

    name: str
    knobs: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0


def experiment_create(
    *,
    name: str,
    arms: list[ArmDraft],
    by: str,
    kind: str = Kind.AB,
    share: float = 1.0,
    layer: str = "",
    primary_metric: str = PRIMARY,
    guardrails: tuple[str, ...] = GUARDRAILS,
    note: str = "",
) -> Experiment:
    """Write a draft with `arms` against a control that is the feed as it is. `layer` empty: one of its own.

    Raises ExperimentError, or BadKnobError for a knob that the feed does not have.
    """
    _check_arms(arms, kind)
    _check_metrics(primary_metric, guardrails, kind)
    num_buckets = round(share * NUM_BUCKETS)
    if not 1 <= num_buckets <= NUM_BUCKETS:
        raise ExperimentError(f"share must be from {1 / NUM_BUCKETS} to 1, not {share}")
    if kind == Kind.INTERLEAVE and layer not in ("", INTERLEAVING_LAYER):
        raise ExperimentError(f"interleaving has a layer of its own, {INTERLEAVING_LAYER!r}: leave the layer out")
    try:
        with transaction.atomic():
            experiment = Experiment.objects.create(
                name=name,
                kind=kind,
                layer=INTERLEAVING_LAYER if kind == Kind.INTERLEAVE else layer or name,
                num_buckets=num_buckets,
                primary_metric=primary_metric,
                guardrails=list(guardrails),
                note=note,
            )
            Arm.objects.create(experiment=experiment, name=CONTROL)
            for arm in arms:
                Arm.objects.create(experiment=experiment, name=arm.name, weight=arm.weight, knobs=dict(arm.knobs))
            _note(experiment, by=by, why=note or "created")
    except IntegrityError as error:
        raise ExperimentError(f"there is an experiment {name!r} already") from error
    return experiment


def experiment_start(*, name: str, by: str) -> Experiment:
    """Give a draft its buckets and let it run. Raises ExperimentError when its layer is full or another one turns its knobs."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [START_LOCK])
        experiment = _locked(name)
        if experiment.state != State.DRAFT:
            raise ExperimentError(f"{name} is {experiment.state}: only a draft can be started; create another")
        running = list(Experiment.objects.filter(state=State.RUNNING).prefetch_related("arms"))
        _check_knobs_free(experiment, [other for other in running if other.layer != experiment.layer])
        experiment.first_bucket = _free_bucket(
            experiment, [other for other in running if other.layer == experiment.layer]
        )
        _move(experiment, State.RUNNING, by=by, why="started", started_at=timezone.now())
    return experiment


def experiment_stop(*, name: str, by: str, why: str, figures: Mapping[str, Any] | None = None) -> Experiment:
    """Stop what runs (or drop a draft): from now on everybody gets the control. Stopping twice changes nothing."""
    with transaction.atomic():
        experiment = _locked(name)
        if experiment.state != State.STOPPED:
            _move(experiment, State.STOPPED, by=by, why=why, figures=figures or {})
    return experiment


def experiment_check(*, experiment_id: int) -> bool:
    """Look at the guardrails of a running experiment; return whether it was stopped because an arm is worse beyond its interval.

    Does nothing for one that does not run (any more), so a job that comes twice is harmless.
    """
    with transaction.atomic():
        experiment = Experiment.objects.select_for_update().filter(pk=experiment_id, state=State.RUNNING).first()
        if experiment is None:
            return False
        experiment.checked_at = timezone.now()
        experiment.save(update_fields=["checked_at"])
        harm = report_of(experiment=experiment).harm()
        if harm is None:
            return False
        arm, finding = harm
        why = (
            f"{finding.metric.name} is worse in {arm.arm.name}: {finding.treated:.4f} a {finding.metric.per} against "
            f"{finding.control:.4f}; the difference is at least {min(abs(finding.low), abs(finding.high)):.4f}"
        )
        _move(experiment, State.STOPPED, by=GUARDRAIL, why=why, figures={arm.arm.name: finding_json(finding)})
    return True


def _check_arms(arms: list[ArmDraft], kind: str) -> None:
    names = [arm.name for arm in arms]
    if not arms or (kind == Kind.INTERLEAVE and len(arms) != 1):
        raise ExperimentError("interleaving takes one arm" if kind == Kind.INTERLEAVE else "an experiment needs an arm")
    if len(set(names)) < len(names) or CONTROL in names:
        raise ExperimentError(f"arms need different names, and {CONTROL!r} is the feed as it is")
    for arm in arms:
        if not 0 < arm.weight <= 100:
            raise ExperimentError(f"the weight of {arm.name} must be above 0 and at most 100")
        configuration_of(arm.knobs)


def _check_metrics(primary_metric: str, guardrails: tuple[str, ...], kind: str) -> None:
    for metric in (primary_metric, *guardrails):
        if metric not in METRICS:
            raise ExperimentError(f"there is no metric {metric!r}; there are {', '.join(METRICS)}")
        if kind == Kind.INTERLEAVE and METRICS[metric].per == "viewer":
            raise ExperimentError(f"{metric} belongs to a viewer, not to a card: interleaving cannot measure it")


def _check_knobs_free(experiment: Experiment, others: list[Experiment]) -> None:
    mine = {knob for arm in experiment.arms.all() for knob in arm.knobs}
    for other in others:
        both = mine & {knob for arm in other.arms.all() for knob in arm.knobs}
        if both:
            raise ExperimentError(
                f"{other.name} turns {', '.join(sorted(both))} too: put both in one layer, or wait until it is stopped"
            )


def _free_bucket(experiment: Experiment, others: list[Experiment]) -> int:
    """Return the first of enough free buckets side by side in the layer."""
    taken = sorted((other.first_bucket or 0, (other.first_bucket or 0) + other.num_buckets) for other in others)
    free_from = 0
    for start, stop in [*taken, (NUM_BUCKETS, NUM_BUCKETS)]:
        if start - free_from >= experiment.num_buckets:
            return free_from
        free_from = stop
    held = ", ".join(f"{other.name} has {other.share:.1%}" for other in others)
    raise ExperimentError(f"layer {experiment.layer} has not {experiment.share:.1%} left: {held}")


def _locked(name: str) -> Experiment:
    experiment = Experiment.objects.select_for_update().filter(name=name).first()
    if experiment is None:
        raise ExperimentError(f"there is no experiment {name!r}; `manage.py experiment list` shows them")
    return experiment


def _move(
    experiment: Experiment,
    state: State,
    *,
    by: str,
    why: str,
    started_at: datetime | None = None,
    figures: Mapping[str, Any] | None = None,
) -> None:
    experiment.state = state
    experiment.started_at = started_at or experiment.started_at
    experiment.save(update_fields=["state", "started_at", "first_bucket"])
    _note(experiment, by=by, why=why, figures=figures or {})


def _note(experiment: Experiment, *, by: str, why: str, figures: Mapping[str, Any] | None = None) -> None:
    Change.objects.create(
        experiment=experiment, state=experiment.state, by=by, why=why[:500], figures=dict(figures or {})
    )
