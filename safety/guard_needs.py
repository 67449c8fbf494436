"""Say whether there is enough to train a guard on, in words. Torch-free."""

from pathlib import Path

from django.conf import settings

from safety.selectors.decisions import latest_decisions

MIN_DECISIONS = 50  # without the labelled sets


class TooLittleError(ValueError):
    """There is not enough to train the guard on; the message says how much there is and how much is needed."""


def labelled_sets() -> Path | None:
    """Return the folder of the labelled sets, None where this installation has none."""
    return settings.GUARD_DATA if (settings.GUARD_DATA / "safety").is_dir() else None


def check_enough(*, recipe: str, num_decisions: int) -> None:
    """Raise TooLittleError where the recipe's texts are not there."""
    if labelled_sets() is not None:
        return
    lacking = f"the labelled sets are not at {settings.GUARD_DATA} (TILLER_GUARD_DATA)"
    if recipe == "whole":
        raise TooLittleError(f"{lacking}, and the adapters cannot be trained without them: fit the head alone")
    if num_decisions < MIN_DECISIONS:
        raise TooLittleError(
            f"{lacking}, and moderators decided {num_decisions} texts where {MIN_DECISIONS} are needed without"
        )


def num_decided() -> int:
    """Return how many targets have a decision that stands."""
    return latest_decisions().count()
