"""A training run is a row: one worker at a time, every write fenced, and what an admin does to it is on record."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lifecycle.models import RunState, TrainingRun
from lifecycle.training import runs
from lifecycle.training.claims import (
    MAX_ATTEMPTS,
    LeaseLostError,
    run_claim,
    run_end,
    run_give_back,
    run_renew,
    run_write,
)
from lifecycle.training.runs import TrainingRefusedError, run_again, run_cancel, run_resume, run_start
from lifecycle.training.selectors import trainings_standing_still
from lifecycle.training.supply import Supply
from safety.models import AuditEntry
from workers import dispatch, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture()
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were sent to workers."""
    heard: list[int] = []
    monkeypatch.setattr(dispatch, "_send", lambda name, *, queue, run_id, **_: heard.append(run_id) or True)
    return heard


@pytest.fixture()
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is always enough to learn from."""
    monkeypatch.setattr(runs, "supply_of", lambda **_: Supply("plenty"))


@pytest.fixture()
def run(users: dict[str, Any]) -> TrainingRun:
    return TrainingRun.objects.create(kind="ranker", recipe="feed", seed=7, started_by=users["ada"])


def late(run: TrainingRun) -> None:
    TrainingRun.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def verbs() -> list[str]:
    return list(AuditEntry.objects.filter(target_kind=runs.TARGET).order_by("pk").values_list("verb", flat=True))


def test_too_little_refuses_before_anything_is_queued_with_what_there_is_and_is_needed(users: dict[str, Any]) -> None:
    from tests.vision.releasing import catalogue

    with pytest.raises(TrainingRefusedError, match="index some videos first"):
        run_start(admin_id=users["ada"].pk, kind="preference_2", recipe="stage2")
    catalogue(280)

    with pytest.raises(TrainingRefusedError, match=r"^Too few pairs: 0 of 200 to tune on, 0 of 30 .*\(0 in all"):
        run_start(admin_id=users["ada"].pk, kind="preference_2", recipe="stage2")
    with pytest.raises(TrainingRefusedError, match="0 signs of viewers where 200"):
        run_start(admin_id=users["ada"].pk, kind="u2i", recipe="feed")
    with pytest.raises(TrainingRefusedError, match="0 cards were seen where 500"):
        run_start(admin_id=users["ada"].pk, kind="ranker", recipe="feed")
    with pytest.raises(TrainingRefusedError, match="no such recipe"):
        run_start(admin_id=users["ada"].pk, kind="ranker", recipe="stage2")
    assert not TrainingRun.objects.exists()


def test_a_start_is_sent_after_its_commit_and_is_on_record(
    users: dict[str, Any], enough: None, sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run = run_start(admin_id=users["ada"].pk, kind="u2i", recipe="quick", seed=5)
        assert sent == []

    assert (sent, run.state, run.seed, run.started_by) == ([run.pk], "queued", 5, users["ada"])
    assert AuditEntry.objects.get(verb="training_start").detail == {"model": "u2i", "recipe": "quick", "seed": 5}
    with pytest.raises(TrainingRefusedError, match="under way already"):
        run_start(admin_id=users["ada"].pk, kind="u2i", recipe="quick", seed=5)


def test_one_worker_holds_a_run_and_a_second_delivery_finds_nothing(run: TrainingRun) -> None:
    first, second = run_claim(run_id=run.pk), run_claim(run_id=run.pk)

    assert first is not None and second is None
    assert run_claim(run_id=run.pk + 1) is None


def test_who_lost_the_lease_writes_nothing(run: TrainingRun) -> None:
    former = run_claim(run_id=run.pk)
    assert former is not None
    late(run)
    present = run_claim(run_id=run.pk)
    assert present is not None

    for write in (
        lambda: run_renew(claim=former),
        lambda: run_write(claim=former, step=9),
        lambda: run_end(claim=former, state=RunState.DONE, proposed="stale"),
        lambda: run_give_back(claim=former, problem="stale"),
    ):
        with pytest.raises(LeaseLostError):
            write()

    run_end(claim=present, state=RunState.DONE, proposed="mine")
    run.refresh_from_db()
    assert (run.state, run.proposed, run.step, run.attempts) == ("done", "mine", 0, 2)


def test_a_run_that_keeps_dying_is_failed_in_words(run: TrainingRun) -> None:
    for _ in range(MAX_ATTEMPTS - 1):
        claim = run_claim(run_id=run.pk)
        assert claim is not None
        assert run_give_back(claim=claim, problem="MemoryError") is True
    claim = run_claim(run_id=run.pk)
    assert claim is not None

    assert run_give_back(claim=claim, problem="MemoryError") is False

    run.refresh_from_db()
    assert (run.state, run.problem) == ("failed", "Ended 3 times without an answer. MemoryError")
    assert run_claim(run_id=run.pk) is None


def test_a_run_whose_workers_vanished_three_times_is_failed_by_the_next(run: TrainingRun) -> None:
    for _ in range(MAX_ATTEMPTS):
        assert run_claim(run_id=run.pk)
        late(run)

    assert run_claim(run_id=run.pk) is None

    run.refresh_from_db()
    assert run.state == "failed" and "3 times" in run.problem


def test_the_sweep_sends_what_waits_and_what_lost_its_worker(run: TrainingRun, sent: list[int]) -> None:
    claim = run_claim(run_id=run.pk)
    waiting = TrainingRun.objects.create(kind="u2i", recipe="feed", seed=0)

    assert trainings_standing_still() == [waiting.pk]
    late(run)
    assert sweep.training_sweep() == 2
    assert claim is not None and sorted(sent) == [run.pk, waiting.pk]
    assert sweep.training_sweep() == 0, "not at every sweep"


def test_a_waiting_run_is_cancelled_at_once_and_a_running_one_by_its_worker(
    users: dict[str, Any], run: TrainingRun
) -> None:
    waiting = TrainingRun.objects.create(kind="u2i", recipe="feed", seed=0)
    claim = run_claim(run_id=run.pk)
    assert claim is not None and run_renew(claim=claim) is False

    assert run_cancel(admin_id=users["ada"].pk, run_id=waiting.pk).state == "cancelled"
    assert run_cancel(admin_id=users["ada"].pk, run_id=run.pk).state == "running"

    assert run_renew(claim=claim) is True
    late(run)  # or its worker is gone: whoever comes next ends it
    assert run_claim(run_id=run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.is_ended) == ("cancelled", True)
    with pytest.raises(TrainingRefusedError, match="ended already"):
        run_cancel(admin_id=users["ada"].pk, run_id=run.pk)
    assert verbs() == ["training_cancel"] * 2


def test_a_cancelled_run_goes_on_and_a_finished_one_is_run_again(
    users: dict[str, Any], run: TrainingRun, enough: None, sent: list[int]
) -> None:
    run_cancel(admin_id=users["ada"].pk, run_id=run.pk)

    assert run_resume(admin_id=users["ada"].pk, run_id=run.pk).state == "queued"

    claim = run_claim(run_id=run.pk)
    assert claim is not None
    run_end(claim=claim, state=RunState.DONE)
    with pytest.raises(TrainingRefusedError, match="failed or was cancelled"):
        run_resume(admin_id=users["ada"].pk, run_id=run.pk)
    again = run_again(admin_id=users["ada"].pk, run_id=run.pk)
    assert again.pk != run.pk and (again.kind, again.recipe, again.seed) == ("ranker", "feed", 7)
    assert verbs() == ["training_cancel", "training_resume", "training_start"]
