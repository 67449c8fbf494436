"""Speak Llama Guard's language: its hazards S1 to S14, its answer, and the conversation that it judges. Pure.

The taxonomy is that of Llama Guard 3 (https://www.llama.com/docs/model-cards-and-prompt-formats/llama-guard-3/): MLCommons' hazards, of
which it knows twelve of ours, and two more. Elections and code interpreter abuse count as nonviolent crimes, as in our own patterns.
"""

import re
from typing import Any

from models.llm import LLMFailed
from safety.guard.verdict import HAZARDS, GuardVerdict
from safety.policy import Policy

CATEGORIES = {
    "S1": "violent_crimes",
    "S2": "nonviolent_crimes",
    "S3": "sex_related_crimes",
    "S4": "child_sexual_exploitation",
    "S5": "defamation",
    "S6": "specialized_advice",
    "S7": "privacy",
    "S8": "intellectual_property",
    "S9": "indiscriminate_weapons",
    "S10": "hate",
    "S11": "suicide_self_harm",
    "S12": "sexual_content",
    "S13": "nonviolent_crimes",
    "S14": "nonviolent_crimes",
}
MAX_ANSWER_TOKENS = 64  # all fourteen hazards take fifty
_ANSWER = re.compile(r"unsafe\n(S\d{1,2}(?:, ?S\d{1,2})*)")
_MARKS = re.compile(r"<\s*/?\s*(?:BEGIN|END)\b", re.IGNORECASE)
# A reply is judged as the answer to somebody; who asked what is not told, so that their words cannot colour the judgement.
_ASKED = "What did you change in my feed?"


def turns_of(text: str, role: str) -> list[dict[str, Any]]:
    """Return the conversation whose last turn is judged: viewers speak as the user, titles too, replies as the assistant."""
    if _MARKS.search(text):
        raise LLMFailed("reserved", "a mark of the template among the words")
    if role == "reply":
        return [{"role": "user", "content": _ASKED}, {"role": "assistant", "content": text}]
    return [{"role": "user", "content": text}]


def answer_of(hazards: tuple[str, ...]) -> str:
    """Return what Llama Guard says of a text with these hazards, "safe" for none."""
    codes = [code for code, hazard in CATEGORIES.items() if hazard in hazards and code not in ("S13", "S14")]
    return f"unsafe\n{','.join(codes)}" if codes else "safe"


def hazards_said(answer: str) -> list[str]:
    """Return our hazards of an answer, [] for "safe"; raise LLMFailed for anything that is not exactly an answer."""
    answer = answer.strip()
    if answer == "safe":
        return []
    found = _ANSWER.fullmatch(answer)
    codes = [code.strip() for code in found.group(1).split(",")] if found else []
    if not codes or any(code not in CATEGORIES for code in codes):
        raise LLMFailed("garbage", "not an answer of Llama Guard")
    return list(dict.fromkeys(CATEGORIES[code] for code in codes))


def verdict_of(hazards: list[str], score: float, *, role: str, model_version: str, policy: Policy) -> GuardVerdict:
    """Return the verdict that the policy draws from Llama Guard's answer; `score` is its probability of "unsafe"."""
    p_hazard = {hazard: score if hazard in hazards else 0.0 for hazard in HAZARDS}
    verdict, named = policy.judge(score=score, p_hazard=p_hazard, role=role)
    return GuardVerdict(verdict, named, score, model_version, p_hazard)
