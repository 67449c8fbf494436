"""What a section of the insights page is made of, and the range of time that it tells of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from charts import Chart


@dataclass(frozen=True, slots=True)
class Window:
    """The time [since, until) that is read, in stretches of `bucket`; `words` name it ("the last 24 hours")."""

    since: datetime
    until: datetime
    bucket: timedelta
    words: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that stands large; `hint` says what it is of."""

    name: str
    value: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the page shows it; the first cell of a row is its head. `empty`: what to say without rows."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    empty: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What was read for a section. `empty` says in words why there is nothing; then nothing else is shown."""

    figures: list[Figure] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    empty: str = ""
    note: str = ""


RANGES: dict[str, tuple[str, timedelta, timedelta]] = {
    "1h": ("the last hour", timedelta(hours=1), timedelta(minutes=5)),
    "24h": ("the last 24 hours", timedelta(hours=24), timedelta(hours=1)),
    "7d": ("the last 7 days", timedelta(days=7), timedelta(hours=6)),
    "30d": ("the last 30 days", timedelta(days=30), timedelta(days=1)),
}
DEFAULT_RANGE = "24h"


def window_of(name: str, *, now: datetime) -> Window:
    """Return the window of a range of RANGES that ends now and begins where a stretch does; an unknown name is the default."""
    words, length, bucket = RANGES.get(name, RANGES[DEFAULT_RANGE])
    begin = (now - length).timestamp() // bucket.total_seconds() * bucket.total_seconds()
    return Window(datetime.fromtimestamp(begin, now.tzinfo), now, bucket, words)
