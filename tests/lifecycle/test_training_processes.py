"""A training runs in a process of its own: killed anywhere it goes on, cancelled it ends, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from lifecycle.models import TrainingRun
from lifecycle.training.runs import run_cancel
from tests.feed.working import worker_running
from tests.services import TEST_HOME
from vision.models import ModelVersion, Video
from workers import dispatch
from workers.training import watch
from workers.training.watch import run_watch

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT_S = 120.0


@pytest.fixture()
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    heard: list[int] = []
    monkeypatch.setattr(dispatch, "_send", lambda name, *, queue, run_id, **_: heard.append(run_id) or True)
    return heard


@pytest.fixture()
def run(users: dict[str, Any]) -> TrainingRun:
    return TrainingRun.objects.create(kind="preference_2", recipe="quick", seed=23, started_by=users["ada"])


def when(run: TrainingRun, is_so: Any, then: Any) -> threading.Thread:
    """Do something as soon as the run's row says so, while the test's own thread watches over the run."""

    def wait() -> None:
        deadline_s = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline_s and not is_so(TrainingRun.objects.get(pk=run.pk)):
            time.sleep(0.02)
        then()
        connection.close()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def children() -> list[int]:
    """Return the pids of processes that train in this home: other tests may run beside these."""
    home, found = f"TILLER_HOME={TEST_HOME}".encode(), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = ((entry / name).read_bytes().split(b"\0") for name in ("cmdline", "environ"))
        except OSError:
            continue
        if b"workers.training.child" in command and home in environment:
            found.append(int(entry.name))
    return found


def test_the_job_and_the_command_give_the_same_candidate_for_the_same_seed(
    run: TrainingRun, labelled: list[Video], sent: list[int]
) -> None:
    run_watch(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.problem) == ("done", "")
    assert run.proposed == ModelVersion.objects.get(state="candidate").slug
    assert (run.step, run.total, [point[0] for point in run.metrics][:3]) == (60, 60, [0, 5, 10])
    assert len(run.losses) == 12 and run.metric_name == "pair accuracy, validation"
    assert len(run.data_hash) == 64 and run.code_version and "pairs, from bundled-" in run.data_words
    assert run.cpu_s > 0 and run.wall_s > 0 and run.peak_memory_bytes > 50 << 20
    assert [row[0] for row in run.outcome["figures"]] == ["R@1", "Pair accuracy"]
    assert run.outcome["verdict"].startswith(("Passed", "Refused"))
    out = StringIO()
    call_command("tune_preferences", "--stage", "2", "--recipe", "quick", stdout=out)
    assert f"{run.proposed} is proposed" in out.getvalue()
    assert ModelVersion.objects.filter(state="candidate").count() == 1


def test_a_run_whose_process_was_killed_goes_on_from_its_checkpoint(
    run: TrainingRun, labelled: list[Video], sent: list[int]
) -> None:
    TrainingRun.objects.filter(pk=run.pk).update(recipe="stage2")
    killing = when(run, lambda row: row.step >= 20, lambda: [os.kill(pid, signal.SIGKILL) for pid in children()])
    run_watch(run_id=run.pk)
    killing.join()

    run.refresh_from_db()
    assert (run.state, sent) == ("queued", [run.pk])
    assert "SIGKILL" in run.problem
    before = run.losses

    run_watch(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.attempts, run.step) == ("done", 2, 300)
    assert run.losses[: len(before)] == before, "told again from the checkpoint, to the bit"
    assert [point[0] for point in run.losses] == list(range(20, 320, 20))


def test_cancelling_ends_the_process(run: TrainingRun, users: dict[str, Any], sent: list[int]) -> None:
    """Given one that is under way: its process has started, and is still loading its libraries."""
    cancelling = when(run, lambda row: children(), lambda: run_cancel(admin_id=users["ada"].pk, run_id=run.pk))

    run_watch(run_id=run.pk)

    cancelling.join()
    run.refresh_from_db()
    assert (run.state, run.proposed, sent) == ("cancelled", "", [])
    assert children() == []


WATCHER = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from workers.training.watch import run_watch
run_watch(run_id=int(sys.argv[2]))
"""


def test_a_worker_killed_with_9_takes_its_training_along(run: TrainingRun) -> None:
    from django.conf import settings

    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR), "DJANGO_SETTINGS_MODULE": "webapp.settings"}
    watcher = subprocess.Popen([sys.executable, "-c", WATCHER, name, str(run.pk)], env=environment)
    deadline_s = time.monotonic() + LIMIT_S
    while not children():
        assert watcher.poll() is None and time.monotonic() < deadline_s
        time.sleep(0.02)

    watcher.kill()
    watcher.wait()

    while children():
        assert time.monotonic() < deadline_s, "the training outlived its worker"
        time.sleep(0.02)
    run.refresh_from_db()
    assert run.state == "running", "its lease ends by itself, and the sweep sends it again"


def test_a_worker_that_is_asked_to_end_does_not_wait_for_its_training(run: TrainingRun, labelled: list[Video]) -> None:
    deadline_s = time.monotonic() + LIMIT_S

    with worker_running("training"):
        dispatch.training(run_id=run.pk)
        while not children():
            assert time.monotonic() < deadline_s, "the worker starts nothing"
            time.sleep(0.02)

    while children():
        assert time.monotonic() < deadline_s, "the training outlived its worker"
        time.sleep(0.02)
    run.refresh_from_db()
    assert run.state == "running", "the sweep lets it go on once its lease has ended"


def test_a_training_that_breaks_says_the_last_line_of_its_traceback(
    run: TrainingRun, sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY_S", 0.05)
    TrainingRun.objects.filter(pk=run.pk).update(recipe="no such recipe", attempts=2)

    run_watch(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, sent) == ("failed", [])
    assert "KeyError: 'no such recipe'" in run.problem
