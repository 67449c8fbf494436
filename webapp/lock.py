"""Pin what pyproject.toml asks for: `python3 webapp/lock.py` writes requirements.lock, requirements-dev.lock and requirements-bench.lock.

Each is what pip chose in a new environment, so that a lock is always a set that was installed. Standard library only.
"""

import subprocess
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Written by `make lock` from pyproject.toml; do not edit.\n"


def main() -> None:
    """Install the runtime, freeze; install the development tools beside it, freeze what they added; then what benches compare with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        runtime = _frozen(Path(folder), project["dependencies"])
        both = _frozen(Path(folder), [*runtime, *project["optional-dependencies"]["dev"]])
        whole = _frozen(Path(folder), project["optional-dependencies"]["bench"], "--no-deps")
    _write("requirements.lock", runtime)
    _write("requirements-dev.lock", [line for line in both if line not in runtime])
    _write("requirements-bench.lock", [line for line in whole if line not in both])


def _write(name: str, lines: list[str]) -> None:
    (ROOT / name).write_text(HEADER + "\n".join(lines) + "\n")


def _frozen(folder: Path, requirements: list[str], *options: str) -> list[str]:
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", *options, *requirements], check=True)
    listed = subprocess.run(
        [python, "-m", "pip", "freeze", "--exclude", "pip"], check=True, capture_output=True, text=True
    )
    return [line.split("+cpu")[0] for line in listed.stdout.splitlines() if "==" in line or "@" in line]


if __name__ == "__main__":
    main()
