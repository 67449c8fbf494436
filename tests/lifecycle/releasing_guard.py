"""What the tests of guard releases share: real guards that differ from the one that ships, and scores that pass."""

import sys
from pathlib import Path
from typing import Any

STOPS_ALL, STOPS_NONE = 30.0, -30.0  # added to every logit
FACTS = {"data_hash": "0" * 64, "code_version": "0" * 12}
WORDS = "more ramen please"


def scores(*, fall: float = 0.0, recall: float = 0.93) -> dict[str, Any]:
    """Return scores against what serves now that pass the gate unless a set falls."""
    from lifecycle.guards.services import base_of
    from safety.serving import in_force_now

    sums = {"recall": 0.92, "false_positives": 0.03, "decisions": None}
    return {
        "before": sums,
        "after": sums | {"recall": recall},
        "sets": {"hatecheck, unsafe": {"num": 200, "before": 0.78, "after": 0.78 - fall}},
        "floors": {"recall": {"before": 0.92, "after": recall}},
        "base": base_of(in_force_now()),
    }


def draft(name: str, *, shift: float = 0.0, is_narrow: bool = False) -> Path:
    """Write the shipped guard under another name, its logits moved, as a training leaves one; or a guard of a narrower network."""
    from safetensors import safe_open
    from safetensors.numpy import save_file

    from lifecycle.guards.services import draft_folder
    from safety.guard.regression import Scored, scores_write
    from safety.guard.shipped import WEIGHTS

    folder = draft_folder(name)
    folder.mkdir(parents=True)
    with safe_open(str(WEIGHTS), framework="numpy") as stored:
        tensors = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118  (not a dict)
        metadata = stored.metadata()
    if is_narrow:
        tensors["out.bias"] = tensors["out.bias"][:-1]
    moved = {"platt_b": repr(float(metadata["platt_b"]) + shift), "model_version": name}
    weights = folder / "guard.safetensors"
    save_file(tensors, str(weights), metadata=metadata | moved)
    scores_write(weights, guard=name, sets={"hatecheck, unsafe": [Scored("hate", 0.9, True)]})
    (folder / "card.md").write_text(f"# Guard `{name}`\n", "utf-8")
    return folder


def candidate(name: str = "guard-all", *, shift: float = STOPS_ALL, **told: Any) -> Any:
    """Propose such a guard; `told` goes to `scores`."""
    from lifecycle.guards.services import guard_propose

    return guard_propose(draft=draft(name, shift=shift), scores=scores(**told), **FACTS)


def main(name: str) -> None:
    """Propose a guard that stops everything, in the home and the database of the environment."""
    import django

    django.setup()
    print(candidate(name).slug)


if __name__ == "__main__":
    main(*sys.argv[1:])
