"""Gather the regression sets and have a guard score them: the test parts of all sources, and harmless chat where the labelled sets are."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from safety.guard.card import SHARED
from safety.guard.data import LabelledText, measured_chat
from safety.guard.head import as_written
from safety.guard.regression import Scored, Sets
from safety.guard.verdict import GuardVerdict

CHAT = "chat: "  # before a source of harmless chat
TITLES = "titles"  # in the name of a source that is judged as a video's title


class Judges(Protocol):
    """A guard, of whatever kind."""

    def check(self, text: str, role: str = "viewer") -> GuardVerdict: ...


def regression_texts(texts: list[LabelledText], sets: Path | None, *, seed: int, max_each: int) -> list[LabelledText]:
    """Return the test part of `texts`, and chat that nothing is trained on; at most `max_each` of a source and label."""
    test = as_written([text for text in texts if text.part == "test"], seed=seed, max_each=max_each)
    return test + (_chat(sets, max_each) if sets else [])


def _chat(sets: Path, max_each: int) -> list[LabelledText]:
    return [
        LabelledText(text, False, (), f"{CHAT}{source}", text)
        for source, its in measured_chat(sets).items()
        for text in its[:: max(1, len(its) // max_each)][:max_each]
    ]


def sets_scored(guard: Judges, texts: Sequence[LabelledText]) -> dict[str, list[Scored]]:
    """Return what the guard says of each text, by set."""
    sets: dict[str, list[Scored]] = defaultdict(list)
    for text in texts:
        said = guard.check(text.text, "title" if TITLES in text.source else "viewer")
        hazard = max(said.p_hazard, key=lambda one: said.p_hazard[one])
        name = f"{text.source}, {'unsafe' if text.unsafe else 'harmless'}"
        sets[name].append(Scored(hazard, round(said.score, 4), text.unsafe))
    return dict(sets)


def floors_measured(sets: Sets, right: dict[str, float]) -> dict[str, float]:
    """Return the figures that the policy has floors for, of the labelled sets; without these there are none."""
    shared = {label: [f"{source}, {label}" for source in SHARED] for label in ("unsafe", "harmless")}
    stopped = {name: 1 - share for name, share in right.items()}
    chat = [stopped[name] for name in sets if name.startswith(CHAT) and TITLES not in name]
    if not chat:
        return {}
    return {
        "recall": _mean(sets, right, shared["unsafe"]),
        "false_positives": _mean(sets, stopped, shared["harmless"]),
        "chat_stopped": max(chat),
    }


def _mean(sets: Sets, shares: dict[str, float], names: list[str]) -> float:
    """Return the share of all texts of some sets together."""
    its = [(shares[name], len(sets[name])) for name in names if name in sets]
    return sum(share * num for share, num in its) / sum(num for _, num in its)
