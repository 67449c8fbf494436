"""Say what a preference is: for a query, one video over another or a tie; and keep whole queries apart for the test. Pure, no torch."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Part = Literal["train", "validation", "test"]
VALIDATION_SHARE, TEST_SHARE = 0.15, 0.25  # of the queries: for the early stop, and for the figures that are reported


@dataclass(frozen=True)
class PreferencePair:
    """For `query`, the video `better` over the video `worse`; where `is_tie`, neither. `weight` > 0 is its share in the loss.

    A `is_gold` pair is vouched for by somebody trusted: it is measured on by itself and never trained on.
    """

    query: str
    better: int
    worse: int
    is_tie: bool = False
    weight: float = 1.0
    is_gold: bool = False


def query_key(query: str) -> str:
    """Return the query as the splits, the caps and the pairs know it: one space between words, no case."""
    return " ".join(query.split()).casefold()


def part_of(query: str, *, seed: int) -> Part:
    """Return the part that a query belongs to, by its hash: the same in every run, whatever other queries there are."""
    digest = hashlib.sha256(f"{seed}:{query_key(query)}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    if share < TEST_SHARE:
        return "test"
    return "validation" if share < TEST_SHARE + VALIDATION_SHARE else "train"


def split_by_query(pairs: Iterable[PreferencePair], *, seed: int) -> dict[Part, list[PreferencePair]]:
    """Return the pairs by part, order kept; all pairs of a query are in one part, so no query is trained on and tested on.

    Gold pairs are in none: whatever their query, they are measured on by themselves.
    """
    parts: dict[Part, list[PreferencePair]] = {"train": [], "validation": [], "test": []}
    for pair in pairs:
        if not pair.is_gold:
            parts[part_of(pair.query, seed=seed)].append(pair)
    return parts
