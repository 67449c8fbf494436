"""Split a message into clauses. Pure.

Long messages had the task right and every steer list wrong in the first trial; read clause by clause, each is as short as what the
stages learned from.
"""

import itertools
import re
from dataclasses import dataclass

MIN_CLAUSE_WORDS = 3
_BREAK = re.compile(
    r"(?<=[.!?;])\s+|\s+-\s+|(?<=[,:])\s+(?=(?:and|but|so|also|then|plus|oh|anyway|though|just|not|no|please|maybe|especially|while|"
    r"whereas|except|give|show|drop|bring|stop|cut|skip|love|hate|less|more|fewer|i|i'm|i'd|you|the|what|could|can)\b)|"
    r"\s+(?=(?:but|however|whereas|although|while)\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Clause:
    """Hold a clause and where it begins in the message, in characters."""

    text: str
    start: int


def clauses(text: str) -> list[Clause]:
    """Return the clauses of `text` in order; one of fewer than MIN_CLAUSE_WORDS words stays with its neighbour."""
    cuts = [0, *(found.end() for found in _BREAK.finditer(text)), len(text)]
    parts: list[Clause] = []
    for start, end in itertools.pairwise(cuts):
        piece = text[start:end].rstrip()
        if not piece:
            continue
        if parts and (len(piece.split()) < MIN_CLAUSE_WORDS or len(parts[-1].text.split()) < MIN_CLAUSE_WORDS):
            whole = text[parts[-1].start : start + len(piece)]
            parts[-1] = Clause(whole, parts[-1].start)
        else:
            parts.append(Clause(piece, start))
    return parts
