"""Name the guard that ships, without loading it."""

from functools import cache
from pathlib import Path

from safetensors import safe_open

WEIGHTS = Path(__file__).resolve().parents[2] / "models" / "guard" / "guard.safetensors"


@cache
def shipped_name() -> str:
    """Return the model version that the shipped weights bear."""
    with safe_open(str(WEIGHTS), framework="numpy") as stored:
        return str(stored.metadata()["model_version"])
