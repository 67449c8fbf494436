"""Pin what pyproject.toml asks for: `python3 webapp/lock.py` writes requirements.lock and requirements-dev.lock.

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
    """Install the runtime, freeze; install the development tools beside it, freeze what they added."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        runtime = _frozen(Path(folder), project["dependencies"])
        both = _frozen(Path(folder), [*runtime, *project["optional-dependencies"]["dev"]])
    (ROOT / "requirements.lock").write_text(HEADER + "\n".join(runtime) + "\n")
    (ROOT / "requirements-dev.lock").write_text(HEADER + "\n".join(line for line in both if line not in runtime) + "\n")


def _frozen(folder: Path, requirements: list[str]) -> list[str]:
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", *requirements], check=True)
    listed = subprocess.run(
        [python, "-m", "pip", "freeze", "--exclude", "pip"], check=True, capture_output=True, text=True
    )
    return [line.split("+cpu")[0] for line in listed.stdout.splitlines() if "==" in line or "@" in line]


if __name__ == "__main__":
    main()
