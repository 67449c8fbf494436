"""Compute a viewer's candidate pool from their intent document. In workers only: a new phrase needs the sentence encoder.

The pool is a derived row: built from the newest document, never from an argument, so that a late or repeated job does no harm.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.utils import timezone

from chat.selectors import intent_document
from feed.models import ViewerState
from feed.ranking.packed import DEMOTED, ON_TOPIC, RELATED, REMOVED, STEERED, pack, unpack_ids
from feed.ranking.wishes import Wish, Wishes, read_wishes, shares_of
from feed.services.phrases import phrase_vectors
from feed.sources.steer_search import LESS_EVIDENCE, MORE_EVIDENCE, Hit, search_phrase
from safety.screen import screen
from vision.models import ModelVersion
from vision.selectors import frame_vectors, serving_version, vectors_settled
from vision.text_maps import as_seen

POOL_BUDGET = 240  # candidates a viewer, however many steers: 18 bytes each
MIN_A_STEER = 12
RELATED_PART = 0.25  # of a steer's budget
TOP = 6  # videos named in the facts of a steer
RELATED_PENALTY = 0.5
MAX_STEERS = 255  # an index is one byte; a document holds 40 at most
NUM_MOMENTS = 60  # candidates a pool whose best moment is looked for: each costs its frame vectors, about 14 KB


@dataclass(frozen=True)
class Pool:
    """A pool's packed parts, as ViewerPool stores them."""

    intent_version: int
    model_version_id: int | None
    last_vector_id: int
    num_events: int
    payload: bytes
    removed: bytes
    demoted: bytes
    steers: list[dict[str, Any]]


def pool_refresh(*, viewer_id: int, version: ModelVersion | None = None) -> int:
    """Write the viewer's pool of the serving (or given) version for their newest intent document; return that document's version.

    Two at once are harmless: the one that read the older document loses.
    """
    now = timezone.now()
    wishes = read_wishes(intent_document(viewer_id=viewer_id), now=now)
    pool = _build(viewer_id=viewer_id, wishes=wishes, version=version or serving_version())
    _write(viewer_id, pool, now)
    return pool.intent_version


@dataclass(frozen=True)
class Found:
    """What one wish found: hits best first, and the best moment (seconds) of the first of them. `is_held`: the guard stopped it."""

    wish: Wish
    index: int
    hits: list[Hit]
    moments: dict[int, float]
    is_held: bool = False


def _build(*, viewer_id: int, wishes: Wishes, version: ModelVersion | None) -> Pool:
    state = ViewerState.objects.filter(viewer_id=viewer_id).first()
    seen = set(unpack_ids(state.seen).tolist()) if state else set()
    last_vector_id = (
        vectors_settled(version=version) if version else 0
    )  # before the search: what comes in between is searched again next time
    found = _search(wishes, version) if version else []
    more = [item for item in found if item.wish.direction == "more"]
    less = [item for item in found if item.wish.direction == "less"]
    shares = shares_of([item.wish for item in more])
    return Pool(
        intent_version=wishes.version,
        model_version_id=version.pk if version else None,
        last_vector_id=last_vector_id,
        num_events=state.num_events if state else 0,
        payload=pack(
            [r for item, share in zip(more, shares, strict=True) for r in _steered(item, share, seen)], STEERED
        ),
        removed=pack([r for item in less if item.wish.hard for r in _removed(item)], REMOVED),
        demoted=pack([r for item in less if not item.wish.hard for r in _demoted(item)], DEMOTED),
        steers=[_facts(item) for item in found],
    )


def _search(wishes: Wishes, version: ModelVersion) -> list[Found]:
    """Return what each wish found, in document order; `index` is the wish's place in the pool's list of steers."""
    steers = wishes.steers[:MAX_STEERS]
    vectors = phrase_vectors(phrases=[wish.phrase for wish in steers], version=version)
    num_moments = NUM_MOMENTS // max(1, len(wishes.more))
    found = []
    for index, wish in enumerate(steers):
        vector, is_more = vectors[wish.phrase], wish.direction == "more"
        if is_more and wish.is_typed and screen(text=wish.phrase, role="viewer").action == "hold":
            found.append(Found(wish, index, [], {}, is_held=True))
            continue
        by_creator = wish.kind == "creator"
        hits = search_phrase(
            phrase=wish.phrase, vector=vector, version=version, is_creator=by_creator, strict=not is_more
        )
        seen_as = as_seen(version=version, vectors=vector)
        moments = _best_moments(hits[:num_moments], seen_as, version) if is_more else {}
        found.append(Found(wish, index, hits, moments))
    return found


def _best_moments(hits: list[Hit], vector: npt.NDArray[np.float32], version: ModelVersion) -> dict[int, float]:
    """Return the second of the keyframe that is nearest to the phrase, for those hits whose frame vectors are cached."""
    tower_version = version.spec.get("tower_version", "")
    frames = frame_vectors(video_ids=[hit.video_id for hit in hits], tower_version=tower_version, dims=version.dims)
    return {
        key: times_s[int(np.argmax(vectors_KD @ vector))] for key, (times_s, vectors_KD) in frames.items() if times_s
    }


def _steered(found: Found, share: float, seen: set[int]) -> list[tuple[Any, ...]]:
    """Return the steer's part of the pool: what is unseen first, what is on topic before what is related."""
    budget = max(MIN_A_STEER, int(POOL_BUDGET * share))
    unseen_first = sorted(found.hits, key=lambda hit: hit.video_id in seen)
    on_topic = [hit for hit in unseen_first if hit.evidence >= MORE_EVIDENCE][: int(budget * (1 - RELATED_PART))]
    related = [hit for hit in unseen_first if hit.evidence < MORE_EVIDENCE][: budget - len(on_topic)]
    return [
        (hit.video_id, hit.score, found.moments.get(hit.video_id, -1.0), found.index, level)
        for level, part in ((ON_TOPIC, on_topic), (RELATED, related))
        for hit in part
    ]


def _removed(found: Found) -> list[tuple[Any, ...]]:
    return sorted((hit.video_id, found.index) for hit in found.hits if hit.evidence >= LESS_EVIDENCE)


def _demoted(found: Found) -> list[tuple[Any, ...]]:
    """Return what a soft "less" pushes down: wholly what is about it, half as far what is near."""
    whole = 0.5 + 0.5 * found.wish.strength
    return [
        (hit.video_id, whole if hit.evidence >= LESS_EVIDENCE else whole * RELATED_PENALTY, found.index)
        for hit in found.hits
        if hit.evidence >= MORE_EVIDENCE
    ]


def _facts(found: Found) -> dict[str, Any]:
    shown = [hit.video_id for hit in found.hits if hit.is_shown and hit.evidence >= MORE_EVIDENCE]
    wish = found.wish
    head = {"id": wish.id, "phrase": wish.phrase, "direction": wish.direction}
    return head | {"num_matches": len(shown), "top": shown[:TOP], "is_held": found.is_held}


_WRITE = """
INSERT INTO feed_viewerpool AS p (viewer_id, intent_version, model_version_id, last_vector_id, num_events, payload, removed, demoted,
    steers, built_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (viewer_id, model_version_id) DO UPDATE SET
    intent_version = excluded.intent_version,
    last_vector_id = excluded.last_vector_id, num_events = excluded.num_events, payload = excluded.payload,
    removed = excluded.removed, demoted = excluded.demoted, steers = excluded.steers, built_at = excluded.built_at
WHERE p.intent_version <= excluded.intent_version
"""


def _write(viewer_id: int, pool: Pool, built_at: datetime) -> None:
    parts = [pool.payload, pool.removed, pool.demoted, Jsonb(pool.steers), built_at]
    head = [viewer_id, pool.intent_version, pool.model_version_id, pool.last_vector_id, pool.num_events]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*head, *parts])
