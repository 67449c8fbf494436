"""Find videos by words: what is seen, what is written and what is tagged, brought to one calibrated score. Torch-free.

Vectors come from outside (a worker embeds the phrase) and are compared within the serving version only. HNSW filters after its scan, so
every query switches iterative scan on: without it a filter that keeps few rows silently returns short pages (design/stack.md). Relaxed
order, sorted afterwards: strict order drops what a later round of the scan finds nearer (recall@10 of 5,000 vectors where one in ten may
be shown: strict .969, relaxed .986, relaxed with ef_search 200 .990; where all may be shown 1.0 each).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from pgvector import HalfVector

from vision.background import topics_around
from vision.indexes import titles_of
from vision.models import ModelVersion
from vision.selectors import frame_vectors, served_sql, serving_version
from vision.text_maps import as_seen
from vision.words import TAG_FLOOR, Features, Words, combine, is_on_topic, words_of

Vector = npt.NDArray[np.float32]

MIN_EF_SEARCH, MAX_EF_SEARCH = 200, 1000
CANDIDATES_OVER_LIMIT = 3
MIN_CANDIDATES = 100
SAME_TAG = 0.6  # cosine from which a tag's videos are candidates whatever their own vectors say
MAX_NEAR_TAGS = 64

# Approved ones alone, unless the caller shows a warning: what is found here goes out without one, or as a suggestion by likeness.
ALLOWED = "d.state = 'ready' AND d.visibility = 'approved'"


@dataclass(frozen=True)
class Scope:
    """Which videos are searched: of which length (seconds, inclusive), and whether those that are shown behind a warning too."""

    min_duration_s: float | None = None
    max_duration_s: float | None = None
    with_restricted: bool = False

    @property
    def sql(self) -> str:
        """Return the condition on the video `d`; the numbers are written out as numbers."""
        parts = [served_sql("d") if self.with_restricted else ALLOWED]
        if self.min_duration_s is not None:
            parts.append(f"d.duration_s >= {float(self.min_duration_s)}")
        if self.max_duration_s is not None:
            parts.append(f"d.duration_s <= {float(self.max_duration_s)}")
        return " AND ".join(parts)


EVERYTHING = Scope()


@dataclass(frozen=True, eq=False)
class Seen:
    """What a version sees of the approved videos where it has no rows yet (vision/preview.py): ids [N], vectors [N, D] of length 1."""

    version: ModelVersion
    ids: npt.NDArray[np.int64]
    vectors: Vector

    def cosines(self, vector: Vector) -> dict[int, float]:
        """Return {id: cosine} with a phrase's vector [D], as the version compares texts with videos; the nearest first."""
        cosine_N = self.vectors @ as_seen(version=self.version, vectors=vector)
        order = np.argsort(-cosine_N, kind="stable")
        return dict(zip(self.ids[order].tolist(), cosine_N[order].tolist(), strict=True))


@dataclass(frozen=True)
class Cause:
    """Why a video was found: `by` words, tags, title or picture; `time_s` its best moment; whether it is about the query or only near."""

    by: str
    is_on_topic: bool
    time_s: float | None = None


@dataclass(frozen=True, eq=False)
class Asked:
    """A query: its vector [D] as texts are compared with it, and as videos are; its words, and the tags near it with their cosines."""

    vector: Vector
    as_seen: Vector
    words: Words
    tags: dict[str, float]


class Hit(NamedTuple):
    """One result; `score` in [0, 1] is how probably the video is what was asked for."""

    video_id: int
    score: float
    cause: Cause


def search(
    text_vector: Vector,
    *,
    limit: int,
    text_query: str | None = None,
    with_moments: bool = True,
    scope: Scope = EVERYTHING,
    version: ModelVersion | None = None,
    seen: Seen | None = None,
) -> list[Hit]:
    """Return at most `limit` videos of `scope`, best first, by the phrase's vector [D] (length 1) and its words if they are given.

    `version` is the one that the vector is of (None: the one that serves). Ranked by a calibrated mixture (vision/words.py). `seen` stands
    in for the version's video vectors: what another version of its text space would find, among approved videos.
    `cause.is_on_topic` divides what is about the phrase from what is merely nearest: if no hit has it, there is no good match.
    Ties go to the lower id. An empty index gives an empty list.
    """
    version = version or serving_version()
    if version is None or limit <= 0:
        return []
    words = words_of(text_query or "")
    with _scan(limit):
        tags = _near_tags(version, text_vector)
        count = max(MIN_CANDIDATES, CANDIDATES_OVER_LIMIT * limit)
        seen_as = as_seen(version=version, vectors=text_vector)
        pictures = seen.cosines(text_vector) if seen else None
        asked = Asked(text_vector, seen_as, words, tags)
        ids = _candidates(version, asked, count, scope, pictures)
        features = _features(version, asked, ids, pictures)
    around = topics_around(version=version, vector=text_vector)
    scored = sorted(((combine(row, around), row) for row in features), key=lambda pair: (-pair[0], pair[1].video_id))[
        :limit
    ]
    hits = [Hit(row.video_id, score, Cause(row.strongest, is_on_topic(score))) for score, row in scored]
    return _with_moments(hits, seen_as, version) if with_moments else hits


def videos_near(
    vector: Vector, *, version: ModelVersion, limit: int, exclude: Iterable[int] = ()
) -> list[tuple[int, float]]:
    """Return (id, cosine) of the approved videos nearest to a vector of the version's video space, nearest first."""
    if limit <= 0:
        return []
    with _scan(limit):
        return _nearest(version, "picture", vector, limit, exclude)


@contextmanager
def _scan(limit: int) -> Iterator[None]:
    """Open a transaction in which HNSW scans on until the page is full."""
    ef_search = min(MAX_EF_SEARCH, max(MIN_EF_SEARCH, CANDIDATES_OVER_LIMIT * limit))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL hnsw.iterative_scan = 'relaxed_order'")
            cursor.execute(f"SET LOCAL hnsw.ef_search = {ef_search}")
        yield


def _nearest(
    version: ModelVersion,
    lane: str,
    vector: Vector,
    limit: int,
    exclude: Iterable[int] = (),
    scope: Scope = EVERYTHING,
) -> list[tuple[int, float]]:
    """Return (id, cosine) of the nearest videos of `scope` by what is seen ("picture") or written ("title"), nearest first."""
    table, column, where = {
        "picture": ("vision_videovector", "video_vec", f"v.model_version_id = {version.pk}"),
        "title": ("vision_titlevector", "vec", titles_of(version, "v.")),
    }[lane]
    width = f"halfvec({version.dims})"
    distance = f"v.{column}::{width} <=> %(query)s::{width}"
    sql = (
        f"WITH near AS MATERIALIZED (SELECT v.video_id, {distance} AS distance FROM {table} v"
        f" JOIN vision_video d ON d.id = v.video_id WHERE {where} AND {scope.sql} AND NOT v.video_id = ANY(%(exclude)s)"
        f" ORDER BY {distance} LIMIT %(limit)s)"
        " SELECT video_id, 1 - distance FROM near ORDER BY distance, video_id"
    )
    return _rows(sql, {"query": HalfVector(vector).to_text(), "exclude": list(exclude), "limit": limit})


def _near_tags(version: ModelVersion, vector: Vector) -> dict[str, float]:
    """Return {tag: cosine} of the tags that say what the vector says; a few hundred tags are scanned exactly."""
    width = f"halfvec({version.dims})"
    sql = (
        f"SELECT tag, 1 - (vec::{width} <=> %s::{width}) AS cosine FROM vision_tagvector"
        f" WHERE model_version_id = {version.pk} ORDER BY vec::{width} <=> %s::{width} LIMIT %s"
    )
    query = HalfVector(vector).to_text()
    return {tag: cosine for tag, cosine in _rows(sql, [query, query, MAX_NEAR_TAGS]) if cosine >= TAG_FLOOR}


def _candidates(
    version: ModelVersion,
    asked: Asked,
    count: int,
    scope: Scope,
    pictures: dict[int, float] | None,
) -> list[int]:
    """Return the ids of every lane: nearest by picture (of `pictures`, where they are given), nearest by title, by words, by near tags."""
    ids = {pk for pk, _ in _nearest(version, "title", asked.vector, count, scope=scope)}
    if pictures is None:
        ids |= {pk for pk, _ in _nearest(version, "picture", asked.as_seen, count, scope=scope)}
    ids |= set(islice(pictures or (), count))
    if asked.words.tsquery:
        sql = (
            f"SELECT d.id, 0.0 FROM vision_video d, to_tsquery('english', %s) q WHERE {scope.sql} AND d.search @@ q"
            " ORDER BY ts_rank(d.search, q) DESC, d.id LIMIT %s"
        )
        ids |= {video_id for video_id, _ in _rows(sql, [asked.words.tsquery, count])}
    same = [tag for tag, cosine in asked.tags.items() if cosine >= SAME_TAG]
    if same:
        sql = (
            f"SELECT d.id, 0.0 FROM vision_video d WHERE {scope.sql} AND d.tags && %s::varchar[] ORDER BY d.id LIMIT %s"
        )
        ids |= {video_id for video_id, _ in _rows(sql, [same, count])}
    return sorted(ids)


def _features(
    version: ModelVersion, asked: Asked, ids: Sequence[int], pictures: dict[int, float] | None
) -> list[Features]:
    """Return what the score is made of for each candidate: two cosines, the share of words met, the nearest tag.

    With `pictures`, the first cosine is theirs, and what they lack is left out.
    """
    words, tags = asked.words, asked.tags
    width = f"halfvec({version.dims})"
    met = ", ".join("d.search @@ to_tsquery('english', %s)" for _ in words.terms)
    sql = (
        f"SELECT d.id, -(v.video_vec::{width} <#> %s::{width}), 1 - (t.vec::{width} <=> %s::{width}), d.tags"
        f"{', ' + met if met else ''} FROM vision_video d JOIN vision_videovector v ON v.video_id = d.id"
        f" JOIN vision_titlevector t ON t.video_id = d.id AND {titles_of(version, 't.')}"
        f" WHERE v.model_version_id = {version.pk} AND d.id = ANY(%s)"
    )
    seen_as, read_as = HalfVector(asked.as_seen).to_text(), HalfVector(asked.vector).to_text()
    found = _rows(sql, [seen_as, read_as, *words.terms, list(ids)])
    if pictures is not None:
        found = [(row[0], pictures[row[0]], *row[2:]) for row in found if row[0] in pictures]
    weights = words.weights(num_with_term=[sum(row[4 + at] for row in found) for at in range(len(words.terms))])
    return [
        Features(
            video_id=row[0],
            picture=row[1],
            title=row[2],
            words=float(np.dot(weights, row[4:])) if words.terms else 0.0,
            tag=max((tags.get(tag, 0.0) for tag in row[3]), default=row[2]),  # without tags the title is its own
        )
        for row in found
    ]


def _with_moments(hits: list[Hit], vector: Vector, version: ModelVersion) -> list[Hit]:
    """Add to each hit the second of the keyframe that is nearest to the phrase, from cached frame vectors."""
    tower_version = version.spec.get("tower_version", "")
    frames = frame_vectors(video_ids=[hit.video_id for hit in hits], tower_version=tower_version, dims=version.dims)
    result = []
    for hit in hits:
        times_s, vectors_KD = frames.get(hit.video_id, ([], None))
        time_s = times_s[int(np.argmax(vectors_KD @ vector))] if times_s else None
        result.append(hit._replace(cause=replace(hit.cause, time_s=time_s)))
    return result


def _rows(sql: str, parameters: list[Any] | dict[str, Any]) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
