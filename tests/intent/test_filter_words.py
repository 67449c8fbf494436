"""Claims about numbers of seconds and days in a message."""

import pytest

from chat.intent.stages.filter_words import freshness_days, length_s, length_side, pace_side, stated_filters


@pytest.mark.parametrize(
    ("said", "side", "seconds"),
    [
        ("nothing over 20 seconds", "max", 20),
        ("under half a minute please", "max", 30),
        ("longer ones, at least a minute", "min", 60),
        ("nothing shorter than 40 secs", "min", 40),
        ("no more than 2 minutes", "max", 120),
        ("30s max", "max", 30),
        ("ninety seconds or more", "min", 90),
        ("over two minutes", "min", 120),
        ("not longer than 45 seconds", "max", 45),
        ("up to 1 min", "max", 60),
        ("not less than 15 seconds", "min", 15),
        ("find a 10 minute ab workout", None, 600),
        ("tigers", None, None),
    ],
)
def test_a_bound_is_read_with_its_side(said: str, side: str | None, seconds: float | None) -> None:
    assert length_side(said) == side
    assert length_s(said) == seconds


@pytest.mark.parametrize(
    ("said", "days"),
    [("only from today", 1), ("last 3 days", 3), ("this week", 7), ("the past month", 30), ("newer please", None)],
)
def test_freshness_is_read_in_days(said: str, days: float | None) -> None:
    assert freshness_days(said) == days


def test_any_length_clears_both_bounds() -> None:
    assert stated_filters("any length", length="any", pace="none", freshness="none").to_json() == {
        "min_duration_s": None,
        "max_duration_s": None,
    }


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ("these are too hectic", "calm"),
        ("can we go a bit slower", "calm"),
        ("slow things down", "calm"),
        ("not so slow please", "lively"),
        ("speed it up", "lively"),
        ("faster here, slower there", None),
        ("tigers", None),
    ],
)
def test_the_way_of_the_pace_is_read_from_its_words(said: str, side: str | None) -> None:
    assert pace_side(said) == side
    assert stated_filters(said, length="none", pace="lively", freshness="none").pace == (side or "lively")
