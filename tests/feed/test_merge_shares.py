"""Words win cold, engagements take over warm: how a slate is divided among the sources. Pure."""

from dataclasses import astuple, replace

import pytest

from feed.configuration import DEFAULT
from feed.merge import Shares, shares_of_sources

KNOWN = (0, 1, 2, 5, 20, 200)


def shares(num_engagements: float, *, is_steered: bool = False, explore: float = 0.1, is_only: bool = False) -> Shares:
    return shares_of_sources(
        DEFAULT, num_engagements=num_engagements, explore=explore, is_steered=is_steered, is_only=is_only
    )


@pytest.mark.parametrize("num_engagements", KNOWN)
@pytest.mark.parametrize("explore", [0.0, 0.1, 0.6, 1.0])
def test_the_parts_are_a_whole(num_engagements: float, explore: float) -> None:
    for is_steered in (True, False):
        parts = shares(num_engagements, is_steered=is_steered, explore=explore)
        asked = parts.steered if is_steered else 0.0
        assert min(astuple(parts)) >= 0
        assert asked + parts.similar + parts.popular + parts.fresh + parts.explore == pytest.approx(1)


def test_words_win_whatever_is_known_and_cold_most_of_all() -> None:
    for num_engagements in KNOWN:
        parts = shares(num_engagements, is_steered=True)
        assert parts.steered == pytest.approx(0.8)
    assert shares(0, is_steered=True).similar == 0


def test_engagements_take_over_as_they_come() -> None:
    similar = [shares(num_engagements).similar for num_engagements in KNOWN]

    assert similar[0] == 0
    assert similar == sorted(similar)
    assert similar[-1] > 0.6
    assert all(shares(num_engagements).fresh > 0.02 for num_engagements in KNOWN)  # somebody must see what is new


def test_who_asks_for_surprises_gets_fewer_steered_cards() -> None:
    assert shares(0, is_steered=True, explore=0.6).steered < 0.5
    assert shares(0, is_steered=True, explore=0.6).explore == pytest.approx(0.6)


def test_who_wants_nothing_else_gets_nothing_else() -> None:
    parts = shares(20, is_steered=True, is_only=True)

    assert parts == replace(parts, steered=1.0, similar=0.0, popular=0.0, fresh=0.0, explore=0.0)
