"""Read the feed's rows: one viewer's state in one statement, the facts of their steers, and which jobs are behind."""

from datetime import datetime, timedelta
from typing import Any, TypedDict

import orjson
from django.db import connection
from django.utils import timezone

from chat.selectors import first_in_document_at, intent_document, said_at
from feed.models import PhraseVector, ViewerPool, ViewerSettings
from feed.prepared import Prepared
from feed.ranking.compose import AS_IT_COMES
from feed.ranking.packed import DEMOTED, REMOVED, SIMILAR, STEERED, unpack, unpack_ids
from feed.ranking.wishes import wishes_of
from feed.reading import Viewer
from vision.models import Video, Visibility
from vision.selectors import serving_version

_VIEWER = Prepared(
    "feed_viewer",
    """
SELECT d.document::text, p.intent_version, coalesce(p.steers, o.steers)::text, p.last_vector_id, p.payload,
       coalesce(p.removed, o.removed), p.demoted,
       x.payload, x.anchors::text, x.demoted, x.num_engagements, s.seen, s.hidden, s.num_events, g.diversity,
       h.payload, h.searches::text
FROM (SELECT %(viewer)s AS viewer_id, %(version)s AS version_id) v
LEFT JOIN chat_intentdocument d ON d.viewer_id = v.viewer_id
LEFT JOIN feed_viewerpool p ON p.viewer_id = v.viewer_id AND p.model_version_id IS NOT DISTINCT FROM v.version_id
LEFT JOIN LATERAL (
    SELECT q.steers, q.removed FROM feed_viewerpool q WHERE q.viewer_id = v.viewer_id AND p.id IS NULL
    ORDER BY q.built_at DESC LIMIT 1) o ON true
LEFT JOIN LATERAL (
    SELECT y.payload, y.anchors, y.demoted, y.num_engagements FROM feed_viewervector y
    WHERE y.viewer_id = v.viewer_id AND y.model_version_id = v.version_id
    ORDER BY y.u2i_version_id IS NOT DISTINCT FROM (
        SELECT u.id FROM feed_u2iversion u WHERE u.model_version_id = v.version_id AND u.state = 'serving') DESC, y.updated_at DESC
    LIMIT 1) x ON true
LEFT JOIN feed_viewerstate s ON s.viewer_id = v.viewer_id
LEFT JOIN feed_viewersettings g ON g.viewer_id = v.viewer_id
LEFT JOIN feed_viewersearches h ON h.viewer_id = v.viewer_id AND h.model_version_id = v.version_id
""",
    viewer="bigint",
    version="bigint",
)


class SteerFact(TypedDict):
    """What the catalogue has for one steer."""

    steer_id: str
    phrase: str
    num_matches: int
    titles: list[str]


def viewer_read(*, viewer_id: int, version_id: int, now: datetime) -> Viewer:
    """Return all that a slate needs of the viewer: one statement, six rows by key; absent rows give empty parts.

    `version_id` is the feature table's model version (0: none yet): what another version found is left out, but for what it
    found to be forbidden, which stays so until this version has looked. Of its user-to-item versions the one that serves is read; a
    viewer without a row of it has their latest of another.
    """
    (row,) = _VIEWER.rows(viewer=viewer_id, version=version_id or None)
    document, pool_version, steers, last_vector_id, steered, removed, demoted = row[:7]
    similar, anchors, unliked, num_engagements, seen, hidden, num_events, diversity, searched, searches = row[7:]
    return Viewer(
        viewer_id=viewer_id,
        wishes=wishes_of(document, now=now),
        pool_version=-1 if pool_version is None else pool_version,
        pool_steers=orjson.loads(steers or b"[]"),
        pool_last_vector_id=last_vector_id or 0,
        steered=unpack(steered, STEERED),
        removed=unpack(removed, REMOVED),
        demoted=unpack(bytes(demoted or b"") + bytes(unliked or b""), DEMOTED),
        similar=unpack(similar, SIMILAR),
        anchors=orjson.loads(anchors or b"[]"),
        num_engagements=num_engagements or 0,
        seen=unpack_ids(seen),
        hidden=unpack_ids(hidden),
        num_events=num_events or 0,
        diversity=AS_IT_COMES if diversity is None else diversity,
        searched=unpack(searched, SIMILAR),
        searches=orjson.loads(searches or b"[]"),
    )


def diversity_of(*, viewer_id: int) -> float:
    """Return how unlike the viewer wants the cards of a slate to be, in [0, 1]."""
    chosen = ViewerSettings.objects.filter(viewer_id=viewer_id).values_list("diversity", flat=True).first()
    return AS_IT_COMES if chosen is None else chosen


def steer_facts(viewer_id: int, steer_ids: list[str]) -> list[SteerFact]:
    """Return how many videos each steer found and up to three titles, in the order of `steer_ids`, from the viewer's pool.

    A steer that the pool does not hold (unknown, "less", or not built yet) is left out.
    """
    pool = ViewerPool.objects.filter(viewer_id=viewer_id, model_version=serving_version()).first()
    by_id: dict[str, dict[str, Any]] = {steer["id"]: steer for steer in pool.steers} if pool else {}
    known = [by_id[steer_id] for steer_id in steer_ids if steer_id in by_id and by_id[steer_id]["direction"] == "more"]
    ids = {video_id for steer in known for video_id in steer["top"]}
    shown = Video.objects.filter(pk__in=ids, visibility=Visibility.APPROVED)
    titles = dict(shown.values_list("pk", "title"))
    return [
        SteerFact(
            steer_id=steer["id"],
            phrase=steer["phrase"],
            num_matches=steer["num_matches"],
            titles=[titles[video_id] for video_id in steer["top"] if video_id in titles][:3],
        )
        for steer in known
    ]


class LedgerLine(TypedDict):
    """What the page tells of one steer beside its words: when it was said, and what it finds in the catalogue.

    `num_matches` is None while the pool does not know the steer. `is_held`: the guard stopped its phrase.
    """

    steer_id: str
    said_at: str | None
    num_matches: int | None
    is_held: bool


def steering_ledger(*, viewer_id: int) -> list[LedgerLine]:
    """Return a line for each of the viewer's steers, in document order."""
    steers = intent_document(viewer_id=viewer_id)["steers"]
    pool = ViewerPool.objects.filter(viewer_id=viewer_id, model_version=serving_version()).first()
    found = {steer["id"]: steer for steer in pool.steers} if pool else {}
    return [_ledger_line(steer, found.get(steer["id"], {}), at) for steer, at in _dated(viewer_id, steers)]


def _ledger_line(steer: dict[str, Any], found: dict[str, Any], at: datetime | None) -> LedgerLine:
    return LedgerLine(
        steer_id=steer["id"],
        said_at=at.isoformat() if at else None,
        num_matches=found.get("num_matches"),
        is_held=found.get("is_held", False),
    )


def _dated(viewer_id: int, steers: list[dict[str, Any]]) -> list[tuple[dict[str, Any], datetime | None]]:
    """Return each steer with when it was said; one that was typed into the ledger, with when it came there."""
    said = {steer["id"]: _message_id(steer) for steer in steers if steer["origin"]["via"] != "edit"}
    times = said_at(viewer_id=viewer_id, message_ids=[pk for pk in said.values() if pk])
    return [
        (
            steer,
            times.get(said[pk])
            if (pk := steer["id"]) in said
            else first_in_document_at(viewer_id=viewer_id, steer_id=pk),
        )
        for steer in steers
    ]


def _message_id(steer: dict[str, Any]) -> int:
    """Return the id of the message that a steer came with, 0 for none."""
    number = str(steer["origin"].get("message_id") or "")
    return int(number) if number.isdecimal() and len(number) < 19 else 0


_POOLS_BEHIND = """
SELECT d.viewer_id FROM chat_intentdocument d LEFT JOIN vision_modelversion m ON m.state = 'serving'
LEFT JOIN feed_viewerpool p ON p.viewer_id = d.viewer_id AND p.model_version_id IS NOT DISTINCT FROM m.id
WHERE p.intent_version IS NULL OR p.intent_version < d.version
   OR (jsonb_array_length(d.document -> 'steers') > 0 AND p.built_at < %(settled)s
    AND EXISTS (SELECT FROM feed_slate l WHERE l.viewer_id = d.viewer_id AND l.created_at > %(watching)s) AND (
        p.num_events + %(consumed)s <= (SELECT s.num_events FROM feed_viewerstate s WHERE s.viewer_id = d.viewer_id)
        OR p.last_vector_id < (SELECT coalesce(max(x.id), 0) FROM vision_videovector x WHERE x.model_version_id = m.id)))
ORDER BY d.viewer_id LIMIT %(limit)s
"""
_VECTORS_BEHIND = """
SELECT s.viewer_id FROM feed_viewerstate s JOIN vision_modelversion m ON m.state = 'serving'
LEFT JOIN feed_u2iversion u ON u.model_version_id = m.id AND u.state = 'serving'
LEFT JOIN feed_viewervector x ON x.viewer_id = s.viewer_id AND x.model_version_id = m.id AND x.u2i_version_id IS NOT DISTINCT FROM u.id
WHERE s.updated_at < %(settled)s AND s.num_signals > 0 AND x.num_signals IS DISTINCT FROM s.num_signals
ORDER BY s.updated_at DESC, s.viewer_id LIMIT %(limit)s
"""
REBUILD_EVERY_S = 5.0
WATCHING_S = 900.0  # since their last slate; who is away gets the newest videos when they are back, not at every ingest
MAX_SENT = 100
STILL_WANTED = timedelta(minutes=5)  # who searched has left the page by then, or asks again
CONSUMED = 30  # engagements after which a pool is searched anew: it holds the unseen first, in a fixed budget


def pools_behind() -> list[int]:
    """Return viewers whose pool does not know their newest words, or who watch and whose pool is used up or lacks the newest videos.

    For the latter at most every REBUILD_EVERY_S.
    """
    return _viewers(_POOLS_BEHIND, settled_s=REBUILD_EVERY_S)


def vectors_behind() -> list[int]:
    """Return viewers whose vector of what serves does not know what they did more than REBUILD_EVERY_S ago, who did something last first.

    A job was lost, or another version serves now.
    """
    return _viewers(_VECTORS_BEHIND, settled_s=REBUILD_EVERY_S)


_SEARCHES_BEHIND = """
SELECT s.viewer_id FROM feed_searchsession s JOIN feed_searchclick c ON c.session_id = s.id
JOIN vision_modelversion m ON m.state = 'serving'
LEFT JOIN feed_viewersearches h ON h.viewer_id = s.viewer_id AND h.model_version_id = m.id
WHERE s.created_at > now() - interval '7 days' AND c.created_at < %(settled)s
GROUP BY s.viewer_id, h.last_click_id HAVING h.last_click_id IS NULL OR h.last_click_id < max(c.id)
ORDER BY s.viewer_id LIMIT %(limit)s
"""


def searches_behind() -> list[int]:
    """Return viewers whose searches of late are not in what the feed reads: a lost job, or a new model version."""
    return _viewers(_SEARCHES_BEHIND, settled_s=REBUILD_EVERY_S)


def phrases_waiting() -> list[int]:
    """Return the phrases that somebody wanted a moment ago and no worker has embedded yet, the oldest first."""
    wanted = PhraseVector.objects.filter(vector=None, wanted_at__gt=timezone.now() - STILL_WANTED)
    return list(wanted.order_by("wanted_at").values_list("pk", flat=True)[:MAX_SENT])


def _viewers(statement: str, *, settled_s: float) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "settled": timezone.now() - timedelta(seconds=settled_s),
                "watching": timezone.now() - timedelta(seconds=WATCHING_S),
                "limit": MAX_SENT,
                "consumed": CONSUMED,
            },
        )
        return [row[0] for row in cursor.fetchall()]
