"""Compute what a viewer's searches bring to their feed. In workers only: a query that is new needs the sentence encoder."""

from datetime import timedelta

from django.db.models import Max, Q
from django.utils import timezone

from feed.models import SearchClick, ViewerSearches
from feed.phrase_keys import phrase_key
from feed.ranking.packed import SIMILAR, pack
from feed.search_log import MIN_DWELL_S
from feed.services.phrases import phrase_vectors
from vision.index import search
from vision.models import ModelVersion
from vision.selectors import serving_version

MAX_SEARCHES = 3
LATELY = timedelta(days=7)
SCAN = 60  # clicks read to find them
NUM_HITS = 40  # a search
FADES = 0.15  # taken from the score of each earlier search


def searched_refresh(*, viewer_id: int) -> None:
    """Write what is about the viewer's latest searches in which they opened something and stayed; what they opened is left out."""
    version = serving_version()
    if version is None:
        return
    clicks = SearchClick.objects.filter(session__viewer_id=viewer_id)
    last_click_id = clicks.aggregate(last=Max("pk"))["last"] or 0
    stayed = clicks.filter(Q(dwell_s=None) | Q(dwell_s__gte=MIN_DWELL_S), happened_at__gt=timezone.now() - LATELY)
    rows = list(stayed.order_by("-happened_at", "pk").values_list("session__query", "video_id")[:SCAN])
    queries = list({phrase_key(query): query for query, _ in reversed(rows)}.values())[::-1][:MAX_SEARCHES]
    records = _records(queries, {video_id for _, video_id in rows}, version)
    ViewerSearches.objects.update_or_create(
        viewer_id=viewer_id,
        model_version=version,
        defaults={
            "payload": pack(records, SIMILAR),
            "searches": [{"query": query} for query in queries],
            "last_click_id": last_click_id,
            "updated_at": timezone.now(),
        },
    )


def _records(queries: list[str], opened: set[int], version: ModelVersion) -> list[tuple[int, float, int]]:
    """Return (video id, score, index of the search) of what is about a query, each video once, best first."""
    vectors = phrase_vectors(phrases=queries, version=version)
    best: dict[int, tuple[int, float, int]] = {}
    for index, query in enumerate(queries):
        for hit in search(vectors[query], limit=NUM_HITS, text_query=query, with_moments=False, version=version):
            record = (hit.video_id, hit.score - FADES * index, index)
            is_new = hit.video_id not in opened and hit.cause.is_on_topic
            if is_new and best.get(hit.video_id, record)[1] <= record[1]:
                best[hit.video_id] = record
    return sorted(best.values(), key=lambda record: (-record[1], record[0]))
