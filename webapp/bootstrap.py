"""Make the virtual environment and install the pinned packages. Standard library only: it runs before anything is there.

    python3 webapp/bootstrap.py [dev | bench]

Safe to kill: the stamp is written last, and an environment without a stamp is made anew. Safe to run twice at once: a file lock.
Nothing is done when the stamp already names these pins.
"""

import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MIN_PYTHON = (3, 11)


def main(extra: str) -> int:
    """Install `requirements.lock`; for "dev" the development tools as well, for "bench" those and what the benches compare with."""
    if sys.version_info < MIN_PYTHON:
        print(f"Tiller needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install("requirements.lock", fresh=True)
        if extra in {"dev", "bench"}:
            _install("requirements-dev.lock", fresh=False)
        if extra == "bench":
            _install_what_can_be("requirements-bench.lock")
    return 0


def _install(lock_name: str, *, fresh: bool) -> None:
    stamp = VENV / f"{lock_name}.installed"
    wanted = hashlib.sha256((ROOT / lock_name).read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if fresh:
        print(f"Making a virtual environment in {VENV} (about a minute, 2 GB) ...", flush=True)
        venv.create(VENV, with_pip=True, clear=True)
    done = subprocess.run([*_pip(), "-r", str(ROOT / lock_name)])
    if done.returncode != 0:
        raise SystemExit(
            f"Installing {lock_name} failed: the lines above say why. Run the same command again once it is mended."
        )
    stamp.write_text(wanted)


def _install_what_can_be(lock_name: str) -> None:
    """Install each package alone, without what it asks for: one that cannot be built here is left out, and its bench says so."""
    stamp, lines = VENV / f"{lock_name}.installed", (ROOT / lock_name).read_text().splitlines()
    wanted = hashlib.sha256("\n".join([*lines, sys.version]).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    pins = [line for line in lines if line and not line.startswith("#")]
    left_out = [pin for pin in pins if subprocess.run([*_pip(), "--no-deps", pin]).returncode != 0]
    if left_out:
        print(f"Not installed, so not compared with: {', '.join(left_out)}.", file=sys.stderr)
        return
    stamp.write_text(wanted)


def _pip() -> list[str]:
    python = str(VENV / "bin" / "python")
    return [python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", "-q"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
