"""Start child processes that end with us, whatever ends us. Standard library only."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
UNPRIVILEGED_USER = "nobody"


def die_with_parent(signal_number: int = signal.SIGKILL) -> None:
    """Ask Linux to send this process a signal when its parent ends; elsewhere do nothing (the next start cleans up)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)


def _before_exec(signal_number: int) -> Callable[[], None]:
    parent = os.getpid()
    prctl = (
        ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    )  # bound before the fork: no import lock after it

    def arm() -> None:
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # the parent ended between fork and here
            os._exit(1)

    return arm


def start(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    death_signal: int = signal.SIGTERM,
    nice: int = 0,
) -> subprocess.Popen[bytes]:
    """Start a child in its own process group, so that a Ctrl-C reaches only us and we end the children in order.

    Call it from the main thread: Linux ties the death signal to the thread that forked.
    """
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            [*(("nice", "-n", str(nice)) if nice else ()), *command],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            process_group=0,
            preexec_fn=_before_exec(death_signal),
        )
    finally:
        if output:
            output.close()


def unprivileged_prefix(paths: Sequence[Path]) -> list[str]:
    """Return the command prefix that drops root, or [] for an ordinary user (PostgreSQL refuses to run as root).

    A home such as /root/x cannot be entered by anybody else; then the one capability to pass folders is kept, and no folder's
    mode is changed. Raise RuntimeError with what to do where the system has no `setpriv`.
    """
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise RuntimeError(
            "PostgreSQL refuses to run as root and `setpriv` (util-linux) is missing: run as an ordinary user."
        )
    account = pwd.getpwnam(UNPRIVILEGED_USER)
    prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    prefix += ["--pdeathsig=keep"]  # the kernel forgets the death signal with a change of user
    if not all(_is_reachable(path) for path in paths):
        prefix += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return prefix


def _is_reachable(path: Path) -> bool:
    """Return whether every folder above `path` lets strangers pass."""
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents if parent.exists())


def give_to_unprivileged(path: Path) -> None:
    """Make a folder the unprivileged user's own when we are root."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED_USER)
        os.chown(path, account.pw_uid, account.pw_gid)
