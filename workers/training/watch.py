"""Let a training run in a process of its own and watch over it: renew the lease, end it when it is cancelled, queue it again when it dies.

Its memory goes back with the process. A kill -9 of this one takes the child along (its death signal); the lease then ends, and the sweep
sends the run again.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import Error, close_old_connections, connection

from lifecycle.models import RunState
from lifecycle.training.claims import Claim, LeaseLostError, run_claim, run_end, run_give_back, run_renew
from webapp.embedded import processes
from workers import dispatch

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25
RENEW_EVERY_S = 1.0
END_LIMIT_S = 5.0  # between asking a child to end and killing it
MAX_TAIL_BYTES = 4096


def run_watch(*, run_id: int) -> None:
    """Claim a run, start its process and see it through; nothing where there is nothing to claim. Call it from the main thread."""
    claim = run_claim(run_id=run_id)
    if claim is None:
        return
    child = _start(claim)
    try:
        is_cancelled = _see_through(child, claim)
    except LeaseLostError:
        return  # whoever owns it now has a child of their own
    finally:
        _end(child)
    try:
        _conclude(child, claim, is_cancelled=is_cancelled)
    except LeaseLostError:
        return  # it ended by itself, as it should


def output_file(run_id: int) -> Path:
    """Return where a run's process writes what it prints."""
    return settings.HOME.logs / "training" / f"run-{run_id}.log"


def _start(claim: Claim) -> "subprocess.Popen[bytes]":
    """Start the child on this process's database, with a death signal."""
    output = output_file(claim.run_id)
    output.parent.mkdir(parents=True, exist_ok=True)
    name = connection.settings_dict["NAME"]
    command = [sys.executable, "-m", "workers.training.child", str(name), str(claim.run_id), str(claim.fencing_token)]
    path = os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")]))
    return processes.start(command, environment={"PYTHONPATH": path}, log=output, death_signal=signal.SIGKILL)


def _see_through(child: "subprocess.Popen[bytes]", claim: Claim) -> bool:
    """Return when the child has ended, or is to be ended because the run was cancelled (True). Raises LeaseLostError."""
    renewed_s = time.monotonic()
    while child.poll() is None:
        time.sleep(LOOK_EVERY_S)
        if time.monotonic() - renewed_s < RENEW_EVERY_S:
            continue
        renewed_s = time.monotonic()
        try:
            if run_renew(claim=claim):
                return True
        except Error as error:  # the database restarts: the lease outlasts it
            logger.warning("run %s: not renewed: %s", claim.run_id, error)
            close_old_connections()
    return False


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _conclude(child: "subprocess.Popen[bytes]", claim: Claim, *, is_cancelled: bool) -> None:
    """Write what the child could not write itself; raises LeaseLostError where it did."""
    if is_cancelled:
        run_end(claim=claim, state=RunState.CANCELLED)
    elif run_give_back(claim=claim, problem=_last_words(child.returncode, output_file(claim.run_id))):
        dispatch.training(run_id=claim.run_id)


def _last_words(status: int, output: Path) -> str:
    """Return why a child died: its signal by name, or the last line that it printed."""
    if status < 0:
        name = signal.Signals(-status).name
        return f"Its process was ended by {name}{' (perhaps memory was short)' if name == 'SIGKILL' else ''}."
    with output.open("rb") as stream:
        stream.seek(max(0, output.stat().st_size - MAX_TAIL_BYTES))
        lines = stream.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), f"Its process ended with status {status}.")
