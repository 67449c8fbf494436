"""Find videos for the search page: in full by the phrase's vector, by its words while no worker has embedded it. Loads no model."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Count, F, Func, Q

from feed.models import PhraseVector
from feed.phrase_keys import phrase_key
from vision.index import Scope, search
from vision.models import ModelVersion, TagVector, Video
from vision.selectors import approved_videos, served_videos, serving_version, text_space

LIMIT = 60
NEAREST = 12  # shown where nothing is about the phrase, and after what is
LENGTHS = {"": (None, None), "short": (None, 7.0), "medium": (7.0, 20.0), "long": (20.0, None)}  # seconds
Order = Literal["best", "newest"]


@dataclass(frozen=True)
class Result:
    """A video found: how probably it is what was asked for, in [0, 1] (None: by its words alone), and its best moment in seconds."""

    video: Video
    score: float | None = None
    time_s: float | None = None

    @property
    def percent(self) -> int | None:
        """Return the score as the page says it: 1 to 99, since nobody is ever sure."""
        return None if self.score is None else min(99, max(1, round(100 * self.score)))

    @property
    def moment(self) -> str:
        """Return the best moment as minutes and seconds; "" where none is known."""
        return "" if self.time_s is None else f"{int(self.time_s) // 60}:{int(self.time_s) % 60:02}"


@dataclass(frozen=True)
class Found:
    """What a search found: `results` about the phrase, best first, and `nearest`, which are not.

    `is_complete` is False while the phrase waits for its vector: then `results` are what has its words.
    """

    results: list[Result]
    nearest: list[Result]
    is_complete: bool

    @property
    def shown(self) -> list[int]:
        """Return the videos' ids in the order of the page."""
        return [result.video.pk for result in self.results + self.nearest]


def search_videos(query: str, *, length: str = "", order: Order = "best") -> Found:
    """Return what viewers may see of what `query` asks for, of a length of LENGTHS."""
    shortest, longest = LENGTHS[length]
    scope = Scope(min_duration_s=shortest, max_duration_s=longest, with_restricted=True)
    version = serving_version()
    if version is None or not any(letter.isalnum() for letter in query):
        return Found([], [], is_complete=True)
    vector = _known_vector(query, version)
    found = _by_words(query, scope) if vector is None else _in_full(query, vector, version, scope)
    return found if order == "best" else replace(found, results=sorted(found.results, key=_newest_first))


def _newest_first(result: Result) -> tuple[float, int]:
    return (-result.video.published_at.timestamp(), result.video.pk)


def _in_full(query: str, vector: npt.NDArray[np.float32], version: ModelVersion, scope: Scope) -> Found:
    hits = search(vector, limit=LIMIT, text_query=query, scope=scope, version=version)
    videos = served_videos().in_bulk([hit.video_id for hit in hits])
    about = [Result(videos[pk], score, cause.time_s) for pk, score, cause in hits if cause.is_on_topic and pk in videos]
    near = [
        Result(videos[pk], score, cause.time_s) for pk, score, cause in hits if not cause.is_on_topic and pk in videos
    ]
    return Found(about, near[:NEAREST], is_complete=True)


def _by_words(query: str, scope: Scope) -> Found:
    """Return what has all the words, or else any of them."""
    results = _with_words(query, scope) or _with_words(" or ".join(query.split()), scope)
    return Found(results, [], is_complete=False)


def _with_words(query: str, scope: Scope) -> list[Result]:
    words = SearchQuery(query, search_type="websearch", config="english")
    length = Q() if scope.min_duration_s is None else Q(duration_s__gte=scope.min_duration_s)
    length &= Q() if scope.max_duration_s is None else Q(duration_s__lte=scope.max_duration_s)
    found = served_videos().filter(length, search=words).annotate(rank=SearchRank(F("search"), words))
    return [Result(video) for video in found.order_by("-rank", "-published_at", "pk")[:LIMIT]]


def _known_vector(query: str, version: ModelVersion) -> npt.NDArray[np.float32] | None:
    key = phrase_key(query)
    said = PhraseVector.objects.filter(encoder=text_space(version), phrase=key, vector__isnull=False).first()
    if said and said.vector:
        return np.frombuffer(said.vector, dtype="<f4")
    tag = TagVector.objects.filter(model_version=version, tag=key).first()
    return np.asarray(tag.vec, dtype=np.float32) if tag else None


def common_tags(*, limit: int) -> list[str]:
    """Return the tags that most videos carry, as something to begin with."""
    tags = approved_videos().annotate(tag=Func(F("tags"), function="unnest")).values("tag")
    return [row["tag"] for row in tags.annotate(num=Count("pk")).order_by("-num", "tag")[:limit]]
