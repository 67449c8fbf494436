"""Numbers as people read them."""

import pytest

from charts import duration, number, percent


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "none"),
        (0.0854, "85.4 ms"),
        (1.23, "1.2 s"),
        (59.6, "60 s"),
        (150, "2.5 min"),
        (7300, "2 h"),
        (400_000, "5 d"),
    ],
)
def test_a_duration_is_told_in_the_unit_that_keeps_it_short(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"), [(12345, "12,345"), (0.00214, "0.00214"), (3.14159, "3.142"), (1e6, "1,000,000")]
)
def test_a_number_has_at_most_four_digits_behind_no_thousand(value, words):
    assert number(value) == words


@pytest.mark.parametrize(("share", "words"), [(0.0, "0 %"), (0.0345, "3.5 %"), (0.999, "100 %"), (None, "none")])
def test_a_share_is_told_in_per_cent(share, words):
    assert percent(share) == words
