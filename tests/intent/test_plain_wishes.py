"""Wishes of the plainest form are read by their words, whatever the small models think of them."""

from typing import Any

import pytest

from chat.intent.stages import load_stages
from chat.intent.stages.horizon_words import stated_horizon
from chat.intent.stages.plain import PlainWish, is_bare, plain_wish
from chat.intent.understand import understand


@pytest.mark.parametrize(
    ("text", "thing", "direction", "hard"),
    [
        ("more dogs", "dogs", "more", False),
        ("Show me some koi ponds, please!", "koi ponds", "more", False),
        ("no music", "music", "less", True),
        ("but no more ice cream please", "ice cream", "less", True),
        ("stop showing me football videos", "football", "less", True),
        ("less neon", "neon", "less", False),
        ("more rain on windows", "rain on windows", "more", False),
        ("and candles too", "candles", None, False),
        ("mount fuji as well please", "mount fuji", None, False),
    ],
)
def test_a_plain_wish_is_read_by_its_form(text: str, thing: str, direction: str | None, hard: bool) -> None:
    assert plain_wish(text) == PlainWish(thing, direction, hard)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "no thanks",
            "no idea",
            "no worries",
            "more like this",
            "more of those",
            "less is more",
            "me too",
            "I love it too",
        ),
        *(
            "no football today, my team lost",
            "more bread and no pizza",
            "show me something new",
            "more lively",
            "no",
            "",
        ),
        *("can't say no to dogs", "no more than ten seconds", "I'm fine too", "show me what you have"),
    ],
)
def test_anything_else_is_left_to_the_models(text: str) -> None:
    assert plain_wish(text) is None


def test_only_a_message_that_is_its_phrase_is_bare() -> None:
    assert is_bare("and butterflies!", "butterflies")
    assert is_bare("koi ponds please", "koi ponds")
    assert not is_bare("enough butterflies", "butterflies")


@pytest.mark.parametrize(
    ("text", "horizon"),
    [
        ("some jazz tonight", "session"),
        ("no football today", "session"),
        ("only waves for now", "now"),
        ("for the next hour space please", "now"),
        ("from today on only trains", None),
        ("I always want dogs tonight", None),
        ("tonight's sky never bores me", None),
        ("more dogs", None),
    ],
)
def test_words_bound_a_wish_in_time(text: str, horizon: str | None) -> None:
    assert stated_horizon(text) == horizon


def _read(message: str, *history: str) -> tuple[str, list[tuple[str, str]]]:
    reading: dict[str, Any] = understand(message, history=list(history), stages=load_stages())
    return reading["task"], [(steer["direction"], steer["phrase"]) for steer in reading["steers"]]


def test_the_whole_understanding_keeps_to_the_form() -> None:
    assert _read("more space") == ("more", [("more", "space")])
    assert _read("no music", "something satisfying") == ("less", [("less", "music")])
    assert _read("candles too", "more knitting") == ("more", [("more", "candles")])
    assert _read("candles too", "no knitting please", "haha ok") == ("less", [("less", "candles")])
    assert _read("kyoto too", "no more neon", "more tokyo", "mount fuji as well") == ("more", [("more", "kyoto")])
