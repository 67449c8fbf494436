"""Name the hazards, the ways a text can go, and what a guard answers."""

from dataclasses import dataclass
from typing import Literal, get_args

Verdict = Literal["safe", "uncertain", "unsafe"]
Role = Literal["viewer", "reply", "title"]

MAX_TEXT_CHARS = 20_000  # of one text; a message has 2,000 at most
VERDICTS: tuple[str, ...] = get_args(Verdict)
ROLES: tuple[str, ...] = get_args(Role)

# MLCommons' twelve, spelled as in contract reading/1. Order is the order of the head's outputs: append only.
HAZARDS: tuple[str, ...] = (
    "violent_crimes",
    "nonviolent_crimes",
    "sex_related_crimes",
    "child_sexual_exploitation",
    "indiscriminate_weapons",
    "suicide_self_harm",
    "intellectual_property",
    "privacy",
    "defamation",
    "hate",
    "sexual_content",
    "specialized_advice",
)


@dataclass(frozen=True, slots=True)
class GuardVerdict:
    """One answer of a guard.

    `score` is the calibrated probability in [0, 1] that the text is unsafe; `hazards` are sorted by falling probability and empty
    when the verdict is safe; `p_hazard` holds all twelve, for evaluation and for the console.
    """

    verdict: Verdict
    hazards: list[str]
    score: float
    model_version: str
    p_hazard: dict[str, float]
