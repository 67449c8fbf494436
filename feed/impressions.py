"""Read the log that rankers learn from: cards that were on screen, with what was known when they were served and what came of them."""

import uuid
from typing import Any

import numpy as np
from django.db import connection

from feed.models import Slate
from feed.ranking.features import NAMES, read_logged
from feed.ranking.logs import Impressions
from feed.ranking.ranker import ENGAGEMENTS
from feed.services.popularity import FINISHED_S, FINISHED_SHARE

MAX_SLATES = 50_000  # the newest; 500,000 impressions are 30 MB
CHUNK = 1_000

# Only what was sent for this very slate counts: what somebody did with the video before was known, and is no label.
_OUTCOMES = """
SELECT e.slate_id, e.video_id,
    coalesce(max(e.value) FILTER (WHERE e.kind = 'watch'), 0) >= least(%(finished_s)s, %(share)s * greatest(v.duration_s, 1)),
    coalesce((array_agg(e.kind ORDER BY e.happened_at DESC, e.client_uuid) FILTER (WHERE e.kind IN ('like', 'unlike')))[1] = 'like', false),
    bool_or(e.kind = 'share'),
    bool_or(e.kind IN ('skip', 'report')) OR coalesce((array_agg(e.kind ORDER BY e.happened_at DESC, e.client_uuid)
        FILTER (WHERE e.kind IN ('not_interested', 'undo_not_interested')))[1] = 'not_interested', false)
FROM feed_engagement e JOIN vision_video v ON v.id = e.video_id WHERE e.slate_id = ANY(%(slates)s) GROUP BY e.slate_id, e.video_id, v.id
"""
Outcomes = dict[tuple[uuid.UUID, int], list[bool]]


def impressions_read(*, max_slates: int = MAX_SLATES) -> Impressions:
    """Return the impressions of the newest slates, oldest first; slates that logged other features are left out."""
    slates = Slate.objects.order_by("-created_at").values_list("pk", "viewer_id", "cards", "features", "created_at")
    read: list[tuple[Any, ...]] = []
    chunk: list[tuple[Any, ...]] = []
    for slate in slates[:max_slates].iterator(chunk_size=CHUNK):
        chunk.append(slate)
        if len(chunk) == CHUNK:
            read += _seen_cards(chunk)
            chunk = []
    read += _seen_cards(chunk)
    return _as_arrays(read[::-1])


def _seen_cards(slates: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return a tuple a card that something happened to: features, position, label, slate, viewer, cause, time."""
    outcomes = _outcomes([slate[0] for slate in slates])
    cards = []
    for slate_id, viewer_id, shown, logged, created_at in slates:
        features = read_logged(logged)
        if features is None or len(features) != len(shown):
            continue
        for position in reversed(range(len(shown))):
            label = outcomes.get((slate_id, shown[position]["video_id"]))
            if label is not None:
                reason = shown[position]["reason"]
                cause = (reason["source"], reason["steer_id"])
                head = (features[position], position, label)
                cards.append((*head, slate_id, viewer_id, cause, created_at.timestamp()))
    return cards


def _outcomes(slate_ids: list[uuid.UUID]) -> Outcomes:
    arguments: dict[str, Any] = {"slates": slate_ids, "finished_s": FINISHED_S, "share": FINISHED_SHARE}
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, arguments)
        return {(slate_id, video_id): label for slate_id, video_id, *label in cursor.fetchall()}


def _as_arrays(cards: list[tuple[Any, ...]]) -> Impressions:
    features, position, label, slate, viewer, cause, at_s = zip(*cards, strict=True) if cards else ([],) * 7
    return Impressions(
        features=np.array(features, dtype=np.float16).reshape(-1, len(NAMES)),
        position=np.array(position, dtype=np.float16),
        label=np.array(label, dtype=bool).reshape(-1, len(ENGAGEMENTS)),
        slate=_codes(slate),
        viewer=np.array(viewer, dtype=np.int64),
        cause=_codes(cause),
        at_s=np.array(at_s, dtype=np.float64),
    )


def _codes(values: Any) -> np.ndarray:
    """Return a number for each value, the same for equal ones, in the order of their first coming."""
    known: dict[Any, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)
