"""Find what a phrase is about: by its words, by the tags that mean the same, by titles and by what is seen. Never on the feed's path.

Evidence that a video is about a phrase, in [0, 1], is the strongest of
- its words: the share of the phrase's lexemes (weighted by how rare each is) in the title and tags; 1 where all are there;
- its tags: the cosine of the phrase and the nearest tag ("football" and "soccer": .84);
- its title: the cosine of the phrase and the embedded title, raised by TITLE_BONUS.
Visibility is not asked here: a video that is approved later must be found, and one that is not served must be forbidden as well.

Measured with MiniLM on the demo catalogue's and the shared real clips' tags (2026-11-20, 265 tags), nearest pairs of distinct tags:
korea~south korea .94, mountains~mountain .88, sea~ocean .87, soccer~football .84, dog~animal .82, snow~winter .81, seoul~korea .80,
korea~japan .74, football~basketball .68. So what is asked for takes tags from .78 (Seoul brings Korea, Korea not Japan), and what is
forbidden only from .835: "no more football" takes soccer away and leaves basketball and "dog" leaves the other animals.
What follows, over the 98 tags that six demo clips or more carry (`python -m tests.bench.bench_steering`): "no X" removes every clip of
X and .19 % of the others on average, 1.5 % at most; "more X" gives six of the next ten for 98 % of the tags.
Titles alone: cosine .55 is right in 68 % of cases by the clips' own tags, .7 in 78 %.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.models import Avg
from pgvector import HalfVector
from pgvector.django import CosineDistance

from vision.indexes import titles_of
from vision.models import ModelVersion, TagVector
from vision.selectors import SERVED_SQL
from vision.text_maps import as_seen

MORE_EVIDENCE = 0.78  # on topic
LESS_EVIDENCE = 0.835  # forbidden, or pushed down wholly
NAMELESS_EVIDENCE = 0.76  # a tag at least so near says what a forbidden phrase means that nothing here is called
RELATED_EVIDENCE = 0.5
TITLE_BONUS = 0.23
UNKNOWN_WORDS = (
    0.85  # evidence when all words are there but those that the whole catalogue lacks ("spicy" of "spicy food")
)
SENTENCE_FLOOR = 0.2  # mean cosine of unlike tags in the sentence encoder's space
NEAR_LIMIT = 200
WORD_LIMIT = 2_000
STRICT_WORD_LIMIT = 50_000  # what is forbidden must be forbidden wholly
EF_SEARCH = 240
IDLE_WORDS = frozenset(
    {"video", "clip", "content", "stuff", "thing", "feed", "reel", "short", "footag"}
)  # lexemes that say nothing


@dataclass(frozen=True)
class Hit:
    """A video and how surely it is about the phrase: `evidence` in [0, 1].

    `score` orders, in about [0, 2.6]: twice the evidence, so that what names the phrase comes before what only means something like
    it, and then title and picture.
    """

    video_id: int
    evidence: float
    score: float
    is_shown: bool


def search_phrase(
    *,
    phrase: str,
    vector: npt.NDArray[np.float32],
    version: ModelVersion,
    is_creator: bool = False,
    strict: bool = False,
) -> list[Hit]:
    """Return what is about `phrase` or near it (evidence from RELATED_EVIDENCE), best first; ties by id.

    `vector` [D] is the phrase's text vector of `version`, length 1. `is_creator`: the phrase may be somebody's name, and all that is
    theirs is about it. `strict`: all words must be there, and titles count only when nearly equal: for what is to be forbidden. Where
    that leaves nothing, because the catalogue calls it by another name, the phrase is read as the nearest tag ("no soccer matches").
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL hnsw.ef_search = {EF_SEARCH}; SET LOCAL hnsw.iterative_scan = strict_order")
        lexemes = _lexemes(cursor, phrase)
        limit = STRICT_WORD_LIMIT if strict else WORD_LIMIT
        cursor.execute(_search_sql(version), _arguments(version, phrase, vector, lexemes, is_creator, limit))
        rows = cursor.fetchall()
    weights = {lexeme: weight for lexeme, weight in lexemes.items() if strict or weight > 0}
    floor = float(rows[0][-1] or 0.0) if rows and version.profile == "open" else None
    hits = [_hit(row, weights, num_lexemes=len(lexemes), strict=strict, floor=floor) for row in rows]
    if strict and not is_creator and all(hit.evidence < LESS_EVIDENCE for hit in hits):
        other = _other_name(vector, version)
        if other is not None:
            return search_phrase(phrase=other[0], vector=other[1], version=version, strict=True)
    return sorted((hit for hit in hits if hit.evidence >= RELATED_EVIDENCE), key=lambda hit: (-hit.score, hit.video_id))


def _other_name(vector: npt.NDArray[np.float32], version: ModelVersion) -> tuple[str, npt.NDArray[np.float32]] | None:
    """Return the nearest tag with its vector, where it is near enough to be what the phrase means."""
    tags = TagVector.objects.filter(model_version=version)
    near = tags.annotate(cosine=1 - CosineDistance("vec", HalfVector(vector))).order_by("-cosine", "tag").first()
    if near is None:
        return None
    is_open = version.profile == "open"
    floor = tags.aggregate(mean=Avg(1 - CosineDistance("vec", HalfVector(vector))))["mean"] if is_open else None
    nearness = _rescaled(near.cosine, floor)
    return (near.tag, np.array(near.vec, dtype=np.float32)) if NAMELESS_EVIDENCE <= nearness < LESS_EVIDENCE else None


def _hit(
    row: tuple[Any, ...], weights: dict[str, float], *, num_lexemes: int, strict: bool, floor: float | None
) -> Hit:
    video_id, is_shown, title_sim, video_sim, tag_sim, found, by_creator, _ = row
    known = [lexeme for lexeme in weights if lexeme in set(found)]
    words = 0.0
    if weights and len(known) == len(weights):
        words = 1.0 if len(weights) == num_lexemes else UNKNOWN_WORDS
    elif weights and not strict:
        words = MORE_EVIDENCE * sum(weights[lexeme] for lexeme in known) / max(sum(weights.values()), 1e-9)
    title, tag = _rescaled(float(title_sim), floor), _rescaled(float(tag_sim or 0.0), floor)
    evidence = 1.0 if by_creator else min(1.0, max(words, tag, title if strict else title + TITLE_BONUS))
    return Hit(video_id, evidence, 2 * evidence + 0.3 * title + 0.3 * float(video_sim), bool(is_shown))


def _rescaled(cosine: float, floor: float | None) -> float:
    """Bring a text tower's cosine to the scale of the sentence encoder's, where unlike tags lie at about SENTENCE_FLOOR.

    A CLIP text tower puts unlike tags at .6 to .8; `floor` is the phrase's mean over all tags. None: already on that scale.
    """
    if floor is None:
        return cosine
    return SENTENCE_FLOOR + (1 - SENTENCE_FLOOR) * (cosine - floor) / max(1 - floor, 1e-3)


_LEXEMES = """
SELECT lexeme, (SELECT count(*) FROM vision_video v WHERE v.search @@ (quote_literal(lexeme) || ':A')::tsquery),
       (SELECT count(*) FROM vision_video)
FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.english', %s))) AS lexeme
"""


def _lexemes(cursor: Any, phrase: str) -> dict[str, float]:
    """Return the phrase's lexemes with a weight: the rarer the heavier, 0 for one that no video has."""
    cursor.execute(_LEXEMES, [phrase])
    rows = [row for row in cursor.fetchall() if row[0] not in IDLE_WORDS]
    return {lexeme: float(np.log1p(max(num, count) / count)) if count else 0.0 for lexeme, count, num in rows}


def _arguments(
    version: ModelVersion,
    phrase: str,
    vector: npt.NDArray[np.float32],
    lexemes: dict[str, float],
    is_creator: bool,
    limit: int,
) -> dict[str, Any]:
    return {
        "q": vector_literal(vector),
        "q_as_seen": vector_literal(as_seen(version=version, vectors=vector)),
        "lexemes": list(lexemes),
        "creator": "".join(character for character in phrase.casefold() if character.isalnum()) if is_creator else "",
        "near": NEAR_LIMIT,
        "words": limit,
        "related": RELATED_EVIDENCE,
    }


def _search_sql(version: ModelVersion) -> str:
    """Return the search over one version: its id and width must be literals, or its partial indexes do not match."""
    width = f"halfvec({int(version.dims)})"
    indexed, seen = f"::{width} <=> %(q)s::{width}", f"::{width} <=> %(q_as_seen)s::{width}"
    seen_exactly = f"::{width} <#> %(q_as_seen)s::{width}"
    plain = "regexp_replace(lower(v.creator), '[^[:alnum:]]+', '', 'g')"
    mine = f"x.model_version_id = {int(version.pk)}"
    return f"""
WITH alike AS MATERIALIZED (
    SELECT tag, 1 - (vec{indexed}) AS sim FROM vision_tagvector x WHERE {mine}),
words AS MATERIALIZED (
    SELECT lexeme, (quote_literal(lexeme) || ':A')::tsquery AS query FROM unnest(%(lexemes)s::text[]) AS lexeme),
near AS (
    (SELECT x.video_id FROM vision_titlevector x WHERE {titles_of(version, "x.")} ORDER BY x.vec{indexed} LIMIT %(near)s)
    UNION (SELECT x.video_id FROM vision_videovector x WHERE {mine} ORDER BY x.video_vec{seen} LIMIT %(near)s)
    UNION (SELECT v.id FROM words w JOIN vision_video v ON v.search @@ w.query LIMIT %(words)s)
    UNION (SELECT v.id FROM vision_video v
           WHERE v.tags && (SELECT array_agg(tag) FROM alike WHERE sim >= %(related)s)::varchar[] LIMIT %(words)s)
    UNION (SELECT v.id FROM vision_video v WHERE %(creator)s <> '' AND {plain} = %(creator)s LIMIT %(words)s))
SELECT x.video_id, {SERVED_SQL},
       1 - (t.vec{indexed}), -(x.video_vec{seen_exactly}),
       (SELECT max(a.sim) FROM alike a WHERE a.tag = ANY(v.tags)),
       ARRAY(SELECT w.lexeme FROM words w WHERE v.search @@ w.query), %(creator)s <> '' AND {plain} = %(creator)s,
       (SELECT avg(sim) FROM alike)
FROM near JOIN vision_videovector x ON x.video_id = near.video_id AND {mine}
JOIN vision_titlevector t ON t.video_id = x.video_id AND {titles_of(version, "t.")} JOIN vision_video v ON v.id = x.video_id
"""


def vector_literal(vector: npt.NDArray[np.float32]) -> str:
    """Return a vector as pgvector reads it."""
    return "[" + ",".join(f"{value:.6g}" for value in vector) + "]"
