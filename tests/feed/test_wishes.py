"""How an intent document is read: what holds now, and how wishes share the slate."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from feed.ranking.wishes import Wishes, read_wishes, shares_of, wishes_of
from tests.feed.conftest import steer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def document(*steers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"schema": "intent/1", "version": 3, "steers": list(steers), "filters": {}, "explore": 0.2} | changes


def test_no_document_is_no_wish() -> None:
    wishes = read_wishes(None, now=NOW)

    assert (wishes.version, wishes.steers, wishes.next_expiry_at) == (0, [], None)


def test_paused_and_expired_steers_do_not_hold() -> None:
    past, future = (NOW - timedelta(seconds=1)).isoformat(), (NOW + timedelta(hours=1)).isoformat()

    wishes = read_wishes(
        document(
            steer("a", "x"),
            steer("b", "x", paused=True),
            steer("c", "x", expires_at=past),
            steer("d", "x", expires_at=future),
        ),
        now=NOW,
    )

    assert [wish.id for wish in wishes.steers] == ["a", "d"]
    assert wishes.next_expiry_at == NOW + timedelta(hours=1)


def test_a_remembered_document_reads_as_a_new_one_at_any_time() -> None:
    hours = (-2, 1, 1, 3, None, 30)
    ends = [None if n is None else (NOW + timedelta(hours=n)).isoformat() for n in hours]
    written = document(*(steer(f"s{n}", "x", message_id=n, expires_at=end) for n, end in enumerate(ends)))

    for minutes in (0, 59, 60, 61, 179, 180, 400, 1_799, 1_800, 9_999, 0, 61):  # and back again, as clocks may go
        now = NOW + timedelta(minutes=minutes)
        assert wishes_of(orjson.dumps(written).decode(), now=now) == read_wishes(written, now=now), minutes
    assert wishes_of(None, now=NOW) == Wishes()


def test_steers_of_one_message_are_of_one_age_and_the_latest_is_youngest() -> None:
    wishes = read_wishes(
        document(steer("a", "x", message_id=9), steer("b", "x", message_id=12), steer("c", "x", message_id="12")),
        now=NOW,
    )

    assert [wish.age for wish in wishes.steers] == [1, 0, 0]


def test_edits_are_aged_by_their_place() -> None:
    wishes = read_wishes(document(steer("a", "x", message_id=None), steer("b", "x", message_id=None)), now=NOW)

    assert [wish.age for wish in wishes.steers] == [1, 0]


def test_what_was_typed_is_younger_than_what_was_said_before_it() -> None:
    wishes = read_wishes(
        document(steer("a", "x", message_id=9), steer("b", "x", message_id=None), steer("c", "x", message_id=10)),
        now=NOW,
    )

    assert [wish.age for wish in wishes.steers] == [2, 1, 0]


@pytest.mark.parametrize(
    ("ages", "strengths", "shares"),
    [
        ([1], [0.3], [1.0]),
        ([1, 1], [0.5, 0.5], [0.5, 0.5]),
        ([1, 2], [0.5, 0.5], [0.25, 0.75]),
        ([1, 1, 2], [0.5, 0.5, 1.0], [0.125, 0.125, 0.75]),
        ([1, 1], [0.0, 1.0], [1 / 6, 5 / 6]),
    ],
)
def test_wishes_share_by_age_and_strength(ages: list[int], strengths: list[float], shares: list[float]) -> None:
    steers = [
        steer(str(n), "x", message_id=age, strength=s) for n, (age, s) in enumerate(zip(ages, strengths, strict=True))
    ]

    wishes = read_wishes(document(*steers), now=NOW)

    assert shares_of(wishes.more) == pytest.approx(shares)


def test_nothing_asked_shares_nothing() -> None:
    assert shares_of([]) == []
