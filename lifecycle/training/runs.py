"""What an admin does with trainings: start one, cancel it, let it go on, run it again. Each leaves its audit row."""

from django.db import transaction
from django.utils import timezone

from lifecycle.models import RunState, TrainingRun
from lifecycle.training.recipes import recipe_of
from lifecycle.training.supply import supply_of
from safety.services.audit import audit
from workers import dispatch

MAX_SEED = 2**31 - 1
TARGET = "training_run"
ACTIVE = (RunState.QUEUED, RunState.RUNNING)


class TrainingRefusedError(ValueError):
    """The run cannot be started, cancelled or resumed; the message says why."""


def run_start(*, admin_id: int, kind: str, recipe: str, seed: int | None = None) -> TrainingRun:
    """Queue a training. Raises TrainingRefusedError for an unknown recipe, too little to learn from, or one that is under way already."""
    chosen = recipe_of(kind=kind, name=recipe)
    if chosen is None:
        raise TrainingRefusedError("There is no such recipe.")
    seed = chosen.seed if seed is None else seed
    if not 0 <= seed <= MAX_SEED:
        raise TrainingRefusedError(f"A seed is a number from 0 to {MAX_SEED:,}.")
    lacking = supply_of(kind=kind, recipe=recipe).lacking
    if lacking:
        raise TrainingRefusedError(lacking)
    with transaction.atomic():
        same = TrainingRun.objects.select_for_update().filter(kind=kind, recipe=recipe, seed=seed, state__in=ACTIVE)
        if same.exists():
            raise TrainingRefusedError("This training, by this recipe and seed, is under way already.")
        run = TrainingRun.objects.create(kind=kind, recipe=recipe, seed=seed, started_by_id=admin_id)
        audit(admin_id, "training_start", kind=TARGET, target_id=run.pk, model=kind, recipe=recipe, seed=seed)
        transaction.on_commit(lambda: dispatch.training(run_id=run.pk))
    return run


@transaction.atomic
def run_cancel(*, admin_id: int, run_id: int) -> TrainingRun:
    """End a run that waits at once; ask the worker of one that runs to end it. Raises TrainingRefusedError for one that has ended."""
    run = _locked(run_id)
    if run.is_ended:
        raise TrainingRefusedError("This run has ended already.")
    run.cancel_requested_at = run.cancel_requested_at or timezone.now()
    if run.state == RunState.QUEUED:
        run.state, run.ended_at = RunState.CANCELLED, timezone.now()
    run.save(update_fields=["cancel_requested_at", "state", "ended_at"])
    audit(admin_id, "training_cancel", kind=TARGET, target_id=run.pk)
    return run


@transaction.atomic
def run_resume(*, admin_id: int, run_id: int) -> TrainingRun:
    """Queue a failed or cancelled run again: it goes on from its last checkpoint where its kind keeps one, else from the start.

    Raises TrainingRefusedError for one that has not broken off.
    """
    run = _locked(run_id)
    if run.state not in (RunState.FAILED, RunState.CANCELLED):
        raise TrainingRefusedError("Only a run that failed or was cancelled can go on.")
    run.state, run.problem, run.attempts = RunState.QUEUED, "", 0
    run.cancel_requested_at = run.ended_at = None
    run.save(update_fields=["state", "problem", "attempts", "cancel_requested_at", "ended_at"])
    audit(admin_id, "training_resume", kind=TARGET, target_id=run.pk)
    transaction.on_commit(lambda: dispatch.training(run_id=run.pk))
    return run


def run_again(*, admin_id: int, run_id: int) -> TrainingRun:
    """Start a new run of the same kind, recipe and seed, on what there is now; raises TrainingRefusedError."""
    run = TrainingRun.objects.filter(pk=run_id).first()
    if run is None:
        raise TrainingRefusedError("There is no such run.")
    return run_start(admin_id=admin_id, kind=run.kind, recipe=run.recipe, seed=run.seed)


def _locked(run_id: int) -> TrainingRun:
    run = TrainingRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise TrainingRefusedError("There is no such run.")
    return run
