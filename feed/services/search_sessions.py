"""Write what viewers searched, saw and opened: the log that preferences are mined from. Loads no model.

A page of results is written when it is served, a click when the page tells it, a stay when the viewer is back on a results page.
"""

import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from feed.models import SearchClick, SearchSession, ViewerSearches
from feed.phrase_keys import phrase_key
from vision.models import Video
from vision.selectors import serving_version
from workers import dispatch

RECENT_SCAN = 100  # looks at results read to find the latest queries
SAME_PAGE = timedelta(minutes=30)  # a list that is loaded again (reload, back) within this is the same look
MAX_SESSIONS_AN_HOUR, MAX_CLICKS_A_MINUTE = 240, 60  # a viewer; nobody who reads the results is as fast
CLICKABLE = timedelta(days=1)  # a page that was left open for longer says nothing of what was wanted


class SearchSessionUnknown(Exception):
    """The viewer has no such page of results, or it is too old."""


class NotShown(Exception):
    """The page of results did not hold the video."""


class TooManyClicks(Exception):
    """More clicks than a person can mean."""


def search_session_record(*, viewer_id: int, query: str, video_ids: list[int]) -> uuid.UUID | None:
    """Record a page of results and return its id; the same list shown again within half an hour is the same row.

    None above the hourly limit: the page is served all the same, its clicks are not wanted.
    """
    now = timezone.now()
    version = serving_version()
    mine = SearchSession.objects.filter(viewer_id=viewer_id, created_at__gt=now - timedelta(hours=1))
    slug = version.slug if version else ""
    again = mine.filter(query=query, shown=video_ids, model_version=slug, created_at__gt=now - SAME_PAGE).first()
    if again:
        return again.pk
    if mine.count() >= MAX_SESSIONS_AN_HOUR:
        return None
    session = SearchSession.objects.create(viewer_id=viewer_id, query=query, shown=video_ids, model_version=slug)
    return session.pk


def searches_recent(*, viewer_id: int, limit: int) -> list[str]:
    """Return the viewer's latest distinct queries, the newest first, as they were last spelled."""
    latest = SearchSession.objects.filter(viewer_id=viewer_id).order_by("-created_at").values_list("query", flat=True)
    by_key: dict[str, str] = {}
    for query in latest[:RECENT_SCAN]:
        by_key.setdefault(phrase_key(query), query)
    return list(by_key.values())[:limit]


def search_forget(*, viewer_id: int, query: str) -> int:
    """Delete the viewer's searches for `query`, however spelled, with their clicks and what they brought; return how many."""
    mine = SearchSession.objects.filter(viewer_id=viewer_id).values_list("pk", "query")
    gone = [pk for pk, asked in mine if phrase_key(asked) == phrase_key(query)]
    with transaction.atomic():
        SearchSession.objects.filter(pk__in=gone).delete()
        ViewerSearches.objects.filter(viewer_id=viewer_id).delete()  # nothing of it is shown until it is computed anew
        transaction.on_commit(partial(dispatch.searches_refresh, viewer_id=viewer_id))
    return len(gone)


_CLICK = """
INSERT INTO feed_searchclick (session_id, video_id, happened_at, dwell_s, created_at)
VALUES (%(session)s, %(video)s, %(happened_at)s, %(dwell_s)s, %(now)s)
ON CONFLICT (session_id, video_id) DO UPDATE SET
    happened_at = least(feed_searchclick.happened_at, excluded.happened_at),
    dwell_s = greatest(feed_searchclick.dwell_s, excluded.dwell_s)
RETURNING xmax = 0
"""


def search_click_record(
    *, viewer_id: int, session_id: uuid.UUID, video_id: int, at: datetime | None = None, dwell_s: float | None = None
) -> bool:
    """Record that a shown result was opened, and how long the viewer stayed if that is known; return whether it is new.

    Twice, or in any order, gives the same row: the earliest time (the page's clock, held between the page's birth and now) and the
    longest stay. Raises SearchSessionUnknown, NotShown, TooManyClicks.
    """
    now = timezone.now()
    session = SearchSession.objects.filter(pk=session_id, viewer_id=viewer_id, created_at__gt=now - CLICKABLE).first()
    if session is None:
        raise SearchSessionUnknown("There is no such page of results.")
    if video_id not in session.shown or not Video.objects.filter(pk=video_id).exists():
        raise NotShown("The results did not show this video.")
    recent = SearchClick.objects.filter(session__viewer_id=viewer_id, created_at__gt=now - timedelta(minutes=1))
    if recent.exclude(session=session, video_id=video_id).count() >= MAX_CLICKS_A_MINUTE:
        raise TooManyClicks("That was a bit fast. Wait a moment and try again.")
    values: dict[str, Any] = {
        "session": session.pk,
        "video": video_id,
        "happened_at": now if at is None else min(max(at, session.created_at), now),
        "dwell_s": dwell_s,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLICK, values)
        is_new = bool(cursor.fetchone()[0])
    transaction.on_commit(partial(dispatch.searches_refresh, viewer_id=viewer_id))
    return is_new
