"""Claim: no golden case shares its frame (the words around the marked things) with a training line."""

import re
from typing import Any

import pytest

from chat.intent.evaluate import GOLDEN_DIR, load_cases
from chat.intent.examples import load_lines

FILES = ("dialogues", "dialogues_second", "dialogues_third", "extraction", "intention", "selection", "key_phrases")
_WORD = re.compile(r"[\w']+|_")
_BARE = {
    *("a", "an", "the", "some", "any", "please", "pls", "thanks", "thx"),
    *("more", "less", "no", "show", "me", "_"),
}  # everybody's


def frame_of(text: str, phrases: list[str]) -> tuple[str, ...]:
    """Return the words of `text` with each phrase replaced by one `_`."""
    text = text.lower()
    for phrase in sorted(phrases, key=len, reverse=True):
        text = text.replace(phrase.lower(), " _ ")
    return tuple(_WORD.findall(text))


def named(case: dict[str, Any]) -> list[str]:
    steers = [phrase for steer in case.get("steers", []) for phrase in steer["phrases"]]
    return steers + [part for phrase in case.get("key_phrases", []) for part in phrase.split("/")]


@pytest.fixture(scope="module")
def trained_frames() -> set[tuple[str, ...]]:
    frames = set()
    for examples in load_lines().values():
        for example in examples:
            turn = example.message
            frames.add(frame_of(turn.text, [turn.text[span.start : span.end] for span in turn.spans]))
    return frames


@pytest.mark.parametrize("name", FILES)
def test_golden_frames_are_not_in_the_training_lines(name: str, trained_frames: set[tuple[str, ...]]) -> None:
    shared = []

    for case in load_cases(GOLDEN_DIR / f"{name}.jsonl"):
        frame = frame_of(case["message"], named(case))
        if not case.get("history") and not set(frame) <= _BARE and frame in trained_frames:
            shared.append(case["message"])

    assert shared == []
