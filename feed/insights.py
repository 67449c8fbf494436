"""Read how the feed does over a range of time: what it served, what carried a wish, how it was received, what it covers.

Served slates are read as a sample: MAX_SLATES of them at most, chosen by their random ids, so that each is as likely as any other and
a range of a year costs what a day does.
"""

import math
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from chat.models import IntentVersion
from feed.models import Slate
from feed.received import RECEIVED_ARGUMENTS, RECEIVED_SQL
from vision.selectors import SERVED_SQL

MAX_SLATES = 2_500
MAX_WISHES = 2_000
FIRST_CARDS = 10  # of a slate after a wish
MIN_VIEWERS = 5  # below it a rate has no interval
Z = 1.96

_SAMPLED = """
sampled AS (
    SELECT id, viewer_id, cards, created_at FROM feed_slate
    WHERE created_at >= %(since)s AND created_at < %(until)s AND id < %(below)s),
"""
_SHARES = f"""
WITH {_SAMPLED}
served AS (
    SELECT date_bin(make_interval(secs => %(bucket_s)s), s.created_at, %(since)s) AS at, c.value #>> '{{reason,source}}' AS source
    FROM sampled s CROSS JOIN LATERAL jsonb_array_elements(s.cards) AS c)
SELECT at, source, count(*) FROM served GROUP BY GROUPING SETS ((at, source), (source)) ORDER BY at NULLS FIRST, source
"""
_RATES = f"""
WITH {_SAMPLED}
cards_of AS (
    SELECT s.id, (c.value ->> 'video_id')::bigint AS video_id, c.value #>> '{{reason,source}}' AS source
    FROM sampled s CROSS JOIN LATERAL jsonb_array_elements(s.cards) AS c),
own AS (
    SELECT c.source AS part, e.* FROM cards_of c JOIN feed_engagement e ON e.slate_id = c.id AND e.video_id = c.video_id),
{RECEIVED_SQL},
of_viewers AS (
    SELECT part, viewer_id, count(*)::float8 AS n, sum(watched)::float8 AS w, count(*) FILTER (WHERE liked)::float8 AS l
    FROM cards GROUP BY part, viewer_id)
SELECT part, count(*), sum(n), sum(n * n), sum(w), sum(w * w), sum(w * n), sum(l), sum(l * l), sum(l * n)
FROM of_viewers GROUP BY part ORDER BY sum(n) DESC, part
"""
_ADHERENCE = """
WITH versions AS (
    SELECT v.viewer_id, v.version, v.created_at, v.document -> 'steers' AS steers, former.document -> 'steers' AS before
    FROM chat_intentversion v
    LEFT JOIN chat_intentversion former ON former.viewer_id = v.viewer_id AND former.version = v.version - 1
    WHERE v.cause = 'chat' AND v.created_at >= %(since)s AND v.created_at < %(until)s AND v.id %% %(step)s = 0),
wishes AS (
    SELECT v.viewer_id, v.version, v.created_at, array_agg(s.value ->> 'id') AS ids
    FROM versions v CROSS JOIN LATERAL jsonb_array_elements(v.steers) AS s
    WHERE s.value ->> 'direction' = 'more' AND NOT coalesce(v.before, '[]') @> jsonb_build_array(jsonb_build_object('id', s.value -> 'id'))
    GROUP BY v.viewer_id, v.version, v.created_at),
answered AS (
    SELECT w.created_at, avg((c.value #>> '{reason,steer_id}' = ANY(w.ids) IS TRUE)::int)::float8 AS share
    FROM wishes w CROSS JOIN LATERAL (
        SELECT id, cards FROM feed_slate s
        WHERE s.viewer_id = w.viewer_id AND s.created_at >= w.created_at AND s.intent_version >= w.version
        ORDER BY s.created_at LIMIT 1) AS slate
    CROSS JOIN LATERAL jsonb_array_elements(slate.cards) WITH ORDINALITY AS c (value, place)
    WHERE c.place <= %(first)s GROUP BY w.viewer_id, w.version, w.created_at)
SELECT date_bin(make_interval(secs => %(bucket_s)s), created_at, %(since)s), count(*), avg(share), coalesce(stddev_samp(share), 0)
FROM answered GROUP BY GROUPING SETS ((1), ()) ORDER BY 1 NULLS FIRST
"""
_COVERAGE = f"""
WITH shown AS (
    SELECT video_id, count(*) AS num FROM feed_engagement
    WHERE kind = 'impression' AND created_at >= %(since)s AND created_at < %(until)s GROUP BY video_id),
ranked AS (SELECT num, row_number() OVER (ORDER BY num) AS place FROM shown),
catalogue AS (SELECT greatest(count(*), (SELECT count(*) FROM shown)) AS num FROM vision_video v WHERE {SERVED_SQL})
SELECT c.num, count(r.num), coalesce(sum(r.num), 0),
    sum((2 * (c.num - (SELECT count(*) FROM shown) + r.place) - c.num - 1) * r.num) / (c.num * sum(r.num)),
    sum(r.num) FILTER (WHERE c.num - (SELECT count(*) FROM shown) + r.place > c.num * .9) / sum(r.num)
FROM catalogue c LEFT JOIN ranked r ON true GROUP BY c.num
"""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many cards each source served, by the beginning of a stretch of time (None: the whole range). One of `one_in` slates was read."""

    counts: dict[datetime | None, dict[str, int]]
    one_in: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate over cards with its 95 % interval, None with fewer than MIN_VIEWERS viewers."""

    value: float
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Received:
    """How what a source brought was received by those who saw it: the watched part of a card's length, and liked cards."""

    source: str
    num_cards: int
    num_viewers: int
    watched: Rate
    liked: Rate


@dataclass(frozen=True, slots=True)
class Adherence:
    """The mean share of the first FIRST_CARDS cards after a wish that carry it; `at` is None for the whole range."""

    at: datetime | None
    num_wishes: int
    share: float
    half_width: float  # of the 95 % interval


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of the catalogue was on any screen. `gini` of the impressions in [0, 1]: 0 is all videos alike; shares in [0, 1]."""

    num_videos: int
    num_shown: int
    num_impressions: int
    gini: float | None
    top_tenth: float | None


def source_shares(*, since: datetime, until: datetime, bucket: timedelta) -> Shares:
    """Return how many cards of the sampled slates each source served, by stretch of time and in all."""
    sample, one_in = _sample(since, until)
    counts: dict[datetime | None, dict[str, int]] = {}
    for at, source, num in _rows(_SHARES, sample | {"bucket_s": bucket.total_seconds()}):
        counts.setdefault(at, {})[source] = num
    return Shares(counts, one_in)


def received_by_source(*, since: datetime, until: datetime) -> list[Received]:
    """Return how cards of the sampled slates were received, a source, the one with the most seen cards first."""
    sample, _ = _sample(since, until)
    return [
        Received(
            source=part,
            num_cards=int(n),
            num_viewers=num_viewers,
            watched=_rate(num_viewers, n, nn, w, ww, wn),
            liked=_rate(num_viewers, n, nn, liked, ll, ln),
        )
        for part, num_viewers, n, nn, w, ww, wn, liked, ll, ln in _rows(_RATES, sample | RECEIVED_ARGUMENTS)
    ]


def adherence(*, since: datetime, until: datetime, bucket: timedelta) -> list[Adherence]:
    """Return how far the first slate after each wish for more followed it: the whole range first, then by stretch of time.

    Wishes that were said in the chat, as far as their viewer asked for cards afterwards; of more than MAX_WISHES about every n-th.
    """
    arguments = {
        "since": since,
        "until": until,
        "bucket_s": bucket.total_seconds(),
        "first": FIRST_CARDS,
        "step": _wish_step(since, until),
    }
    rows = [row for row in _rows(_ADHERENCE, arguments) if row[1]]
    return [Adherence(at, num, share, Z * deviation / math.sqrt(num)) for at, num, share, deviation in rows]


def coverage(*, since: datetime, until: datetime) -> Coverage:
    """Return how much of what may be served was on a screen, and how evenly."""
    rows = _rows(_COVERAGE, {"since": since, "until": until})
    num_videos, num_shown, num_impressions, gini, top = rows[0] if rows else (0, 0, 0, None, None)
    shares = (float(gini), float(top or 0)) if num_impressions and num_videos else (None, None)
    return Coverage(num_videos, num_shown, int(num_impressions), *shares)


def _sample(since: datetime, until: datetime) -> tuple[dict[str, Any], int]:
    """Return the arguments of the sampled slates of [since, until), and one of how many they are."""
    num = Slate.objects.filter(created_at__gte=since, created_at__lt=until).count()
    one_in = max(1, math.ceil(num / MAX_SLATES))
    return {"since": since, "until": until, "below": uuid.UUID(int=2**128 // one_in - 1)}, one_in


def _wish_step(since: datetime, until: datetime) -> int:
    return 1 + IntentVersion.objects.filter(created_at__gte=since, created_at__lt=until).count() // MAX_WISHES


def _rate(num_viewers: int, n: float, nn: float, y: float, yy: float, yn: float) -> Rate:
    """Return sum(y) / sum(n) over viewers; its interval takes viewers as units, not cards (linearised ratio: Cochran 1977, 6.4)."""
    rate = y / n
    if num_viewers < MIN_VIEWERS:
        return Rate(rate, None)
    squares = max(0.0, yy - 2 * rate * yn + rate * rate * nn) * num_viewers / (num_viewers - 1)
    half = Z * math.sqrt(squares) / n
    return Rate(rate, (max(0.0, rate - half), min(1.0, rate + half)))


def _rows(statement: str, arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall()
