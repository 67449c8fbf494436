"""Run work on an untrusted file in a process of its own, with limits on memory, time and files, and no network (architecture, decision 10).

The child imports no Django, opens one file, and answers one line of JSON on its standard output. Pure.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# What a process may write to. 4K to 720p took .18 to .44 GiB (H.264, with 16 reference pictures too, HEVC, VP9, AV1, ProRes); the address
# space, which has the libraries too, .64 to .92 GiB.
MAX_MEMORY_BYTES = 1024**3
MAX_ADDRESSES_BYTES = 2 * 1024**3
MAX_OPEN_FILES = 64
PROJECT_DIR = Path(__file__).resolve().parent.parent


class Refused(ValueError):
    """The file cannot be taken; the message is the reason, for the person who brought it."""


def confine(*, cpu_s: int, written_bytes: int) -> None:
    """Limit this process for good: memory, processor seconds, bytes in a file, open files, no core dump, no network."""
    leave_network()
    for limit, value in (
        (resource.RLIMIT_DATA, MAX_MEMORY_BYTES),
        (resource.RLIMIT_AS, MAX_ADDRESSES_BYTES),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, written_bytes),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (ceiling, ceiling))


def leave_network() -> bool:
    """Put this process where there is no network, not even to itself (a network namespace); False where the kernel lets nobody.

    It is the second lock: a container's format is forced, and its reader may open nothing but the file (vision/probe.py).
    """
    system = ctypes.CDLL(None)
    return any(system.unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_USER | _NEW_NETWORK))


_NEW_USER, _NEW_NETWORK = 0x1000_0000, 0x4000_0000  # unshare(2)


@contextmanager
def end_after(seconds: int) -> Iterator[None]:
    """End this process if what is inside takes longer (wall time), even in a decoder that never comes back."""
    signal.alarm(seconds)
    yield
    signal.alarm(0)


class Confined:
    """A confined process that answers one JSON line for each JSON line; one that dies on a file is started anew for the next.

    The module reads standard input, calls `confine` first, and answers every request.
    """

    def __init__(self, module: str, *, timeout_s: float) -> None:
        self.module = module
        self.timeout_s = timeout_s
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Confined":
        return self

    def __exit__(self, *exception: object) -> None:
        self._end()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer, or {"error": how it ended}."""
        process = self._running()
        assert process.stdin and process.stdout
        watchdog = threading.Timer(self.timeout_s, process.kill)
        watchdog.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watchdog.cancel()
        try:
            reply: dict[str, Any] = json.loads(line)
        except ValueError:
            self._end()
            return {"error": f"could not be read: the decoder stopped (status {process.returncode})"}
        return reply

    def _running(self) -> subprocess.Popen[str]:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                cwd=PROJECT_DIR,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self.process

    def _end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def run_confined(module: str, *arguments: str, timeout_s: float) -> dict[str, Any]:
    """Run `python -m module arguments` and return its JSON answer; raises Refused with its reason, or with how it ended.

    The module calls `confine` before it opens the file, and `answer` or `refuse` at the end.
    """
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(
            command, cwd=PROJECT_DIR, env=_environment(), capture_output=True, text=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"took too long to read (more than {timeout_s:.0f} s)") from None
    reply = _last_json(done.stdout)
    if reply is None:
        raise Refused(f"could not be read: the decoder stopped ({_ending(done)})")
    if "reason" in reply:
        raise Refused(str(reply["reason"]))
    return reply


def _environment() -> dict[str, str]:
    """Return the little that a child needs of ours: no secret reaches the process that reads untrusted files."""
    return {"PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def answer(reply: dict[str, Any]) -> None:
    """Print the child's one answer."""
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


def _last_json(output: str) -> dict[str, Any] | None:
    for line in reversed(output.splitlines()):
        try:
            reply = json.loads(line)
        except ValueError:
            continue
        if isinstance(reply, dict):
            return reply
    return None


def _ending(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        return "it took too long" if done.returncode == -signal.SIGALRM else f"signal {-done.returncode}"
    last_line = done.stderr.strip().splitlines()[-1:] or ["no answer"]
    return last_line[0][:160]
