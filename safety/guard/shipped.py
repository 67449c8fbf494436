"""Know the guard that ships without loading it: its name, and the shapes that this code's network has."""

from functools import cache
from pathlib import Path

from safetensors import safe_open

WEIGHTS = Path(__file__).resolve().parents[2] / "models" / "guard" / "guard.safetensors"


@cache
def shipped_name() -> str:
    """Return the model version that the shipped weights bear."""
    with safe_open(str(WEIGHTS), framework="numpy") as stored:
        return str(stored.metadata()["model_version"])


def is_of_this_network(weights: Path) -> bool:
    """Return whether a guard's weights have the shapes of the shipped one's, the lexicon aside: whether this code can load them."""
    return _shapes(weights) == _shapes(WEIGHTS)


def _shapes(weights: Path) -> dict[str, tuple[int, ...]]:
    with safe_open(str(weights), framework="numpy") as stored:
        names = set(stored.keys()) - {"lexicon"}
        return {name: tuple(stored.get_slice(name).get_shape()) for name in names}
