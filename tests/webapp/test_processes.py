"""What is started for us ends with us, whoever it runs as."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PARENT = """
import os, signal, sys, time
from pathlib import Path
from webapp.embedded import processes
prefix = processes.unprivileged_prefix([Path("/tmp")])
child = processes.start([*prefix, "sleep", "100"], death_signal=signal.SIGTERM)
while b"sleep" not in Path(f"/proc/{child.pid}/cmdline").read_bytes().split(b"\\0")[0]:
    time.sleep(0.01)
print(child.pid, flush=True)
signal.pause()
"""
LIMIT_S = 30.0


def is_alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_child_with_another_user_ends_with_a_parent_that_is_killed() -> None:
    root = Path(__file__).resolve().parents[2]
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=root, stdout=subprocess.PIPE)
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert is_alive(child)

    parent.kill()
    parent.wait()

    deadline_s = time.monotonic() + LIMIT_S
    try:
        while is_alive(child):
            assert time.monotonic() < deadline_s, "the child outlived its parent"
            time.sleep(0.02)
    finally:
        if is_alive(child):
            os.kill(child, signal.SIGKILL)
