"""Read the search log as the mining reads it (vision.clip.mining). Nothing is copied: pairs are mined anew each time."""

from datetime import datetime

from django.db.models import Prefetch

from feed.models import SearchClick, SearchSession
from vision.clip.mining import Search

MIN_DWELL_S = 3.0  # who is back sooner opened it by mistake; demo clips last 5 s or more


def searches_since(*, since: datetime | None = None) -> list[Search]:
    """Return the searches in which something was opened, oldest first; a result whose stay is not known counts as stayed with."""
    sessions = SearchSession.objects.filter(clicks__isnull=False).distinct().order_by("created_at", "pk")
    if since:
        sessions = sessions.filter(created_at__gte=since)
    clicks = Prefetch("clicks", queryset=SearchClick.objects.order_by("pk"))
    return [_search(session) for session in sessions.prefetch_related(clicks).iterator(chunk_size=1000)]


def _search(session: SearchSession) -> Search:
    clicks = list(session.clicks.all())
    stayed = frozenset(click.video_id for click in clicks if click.dwell_s is None or click.dwell_s >= MIN_DWELL_S)
    left = frozenset(click.video_id for click in clicks) - stayed
    return Search(session.viewer_id, session.query, tuple(session.shown), stayed, left)
