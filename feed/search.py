"""Find videos for the search page: by words, and by meaning where the phrase has been embedded before. Never loads a model."""

import numpy as np
import numpy.typing as npt
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, Func

from feed.models import PhraseVector
from feed.phrase_keys import phrase_key
from feed.sources.steer_search import MORE_EVIDENCE, search_phrase
from vision.models import ModelVersion, TagVector, Video
from vision.selectors import approved_videos, served_videos, serving_version, text_space

LIMIT = 60


def search_videos(query: str) -> list[Video]:
    """Return up to LIMIT videos that viewers may see, best first; a query without words gives none."""
    query = " ".join(query.split())
    if not query:
        return []
    by_meaning = _by_meaning(query)
    by_words = [pk for pk in _by_words(query, "websearch") if pk not in set(by_meaning)]
    ids = by_meaning + by_words or _by_words(" or ".join(query.split()), "websearch")
    videos = served_videos().in_bulk(ids[:LIMIT])
    return [videos[pk] for pk in ids if pk in videos]


def _by_words(query: str, search_type: str) -> list[int]:
    words = SearchQuery(query, search_type=search_type, config="english")
    found = served_videos().filter(search=words).annotate(rank=SearchRank(F("search"), words))
    return list(found.order_by("-rank", "-published_at", "pk").values_list("pk", flat=True)[:LIMIT])


def _by_meaning(query: str) -> list[int]:
    version = serving_version()
    vector = _known_vector(query, version) if version else None
    if version is None or vector is None:
        return []
    hits = search_phrase(phrase=query, vector=vector, version=version)
    return [hit.video_id for hit in hits if hit.is_shown and hit.evidence >= MORE_EVIDENCE][:LIMIT]


def _known_vector(query: str, version: ModelVersion) -> npt.NDArray[np.float32] | None:
    key = phrase_key(query)
    said = PhraseVector.objects.filter(encoder=text_space(version), phrase=key).first()
    if said:
        return np.frombuffer(said.vector, dtype="<f4")
    tag = TagVector.objects.filter(model_version=version, tag=key).first()
    return np.asarray(tag.vec, dtype=np.float32) if tag else None


def common_tags(*, limit: int) -> list[str]:
    """Return the tags that most videos carry, as something to begin with."""
    tags = approved_videos().annotate(tag=Func(F("tags"), function="unnest")).values("tag")
    return [row["tag"] for row in tags.annotate(num=Count("pk")).order_by("-num", "tag")[:limit]]
