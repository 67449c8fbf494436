"""Search finds by words, meaning and tags, serves approved videos of the serving version only, and says when nothing fits."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.backbone import sentence_encoder
from vision.index import search, videos_near
from vision.ingest import title_text
from vision.models import ModelVersion, Video, VideoState, Visibility
from vision.versions import tag_vectors_store, vectors_store, version_ensure, version_serve

pytestmark = pytest.mark.django_db

CLIPS: dict[str, tuple[str, ...]] = {
    "Night market in Myeongdong, Seoul": ("seoul", "korea", "street food"),
    "Subway over the Han river": ("seoul", "korea", "train"),
    "Neon rain in Shinjuku": ("tokyo", "japan", "night"),
    "Penalty in the last minute": ("football", "sport"),
    "Street kids playing with a ball": ("soccer", "sport"),
    "Dunk from the free throw line": ("basketball", "sport"),
    "Waves at dawn": ("ocean", "waves", "calm"),
    "A cat watches the rain": ("cat", "rain", "window"),
}


@pytest.fixture()
def version() -> ModelVersion:
    return version_ensure(slug="test-1", profile="bundled", dims=384, tower_version="tower-1")


@pytest.fixture()
def newer(version: ModelVersion) -> ModelVersion:
    return version_ensure(slug="test-2", profile="bundled", dims=384, tower_version="tower-2")


@pytest.fixture()
def videos(version: ModelVersion) -> dict[str, Video]:
    return {title: indexed(version, title, tags) for title, tags in CLIPS.items()}


def indexed(version: ModelVersion, title: str, tags: Sequence[str], **values: object) -> Video:
    """Create an approved video whose picture says what its title says."""
    ready = {"state": VideoState.READY, "visibility": Visibility.APPROVED, "source": "import"}
    video = Video.objects.create(title=title, tags=list(tags), **(ready | values))
    vectors = sentence_encoder().encode([title_text(title, list(tags)), *tags])
    vectors_store(version=version, video_id=video.pk, video_vec=vectors[0], title_vec=vectors[0])
    tag_vectors_store(version=version, tags=list(tags), vectors_ND=vectors[1:])
    return video


def vector_of(phrase: str) -> np.ndarray:
    return sentence_encoder().encode([phrase])[0]


def found(phrase: str, limit: int = 3) -> list[str]:
    hits = search(vector_of(phrase), limit=limit, text_query=phrase)
    titles = dict(Video.objects.values_list("id", "title"))
    return [titles[hit.video_id] for hit in hits if hit.cause.is_on_topic]


def test_a_place_finds_its_own_clips_first(videos: dict[str, Video]) -> None:
    assert set(found("Seoul")) == {"Night market in Myeongdong, Seoul", "Subway over the Han river"}


def test_what_is_foreign_to_the_catalogue_has_no_good_match(videos: dict[str, Video]) -> None:
    for phrase in ("tax returns", "cryptocurrency", "dental surgery"):
        assert found(phrase) == []
        assert len(search(vector_of(phrase), limit=3, text_query=phrase)) == 3


def test_football_finds_what_is_tagged_soccer_before_other_sports(videos: dict[str, Video]) -> None:
    assert set(found("football", limit=2)) == {"Penalty in the last minute", "Street kids playing with a ball"}


@pytest.mark.parametrize("visibility", [Visibility.PENDING, Visibility.RESTRICTED, Visibility.REMOVED])
def test_only_approved_videos_are_found(version: ModelVersion, videos: dict[str, Video], visibility: str) -> None:
    Video.objects.filter(title__contains="Seoul").update(visibility=visibility)

    assert found("Seoul") == ["Subway over the Han river"]
    near = videos_near(vector_of("Seoul"), version=version, limit=20)
    assert videos["Night market in Myeongdong, Seoul"].pk not in dict(near)


def test_a_video_that_is_not_ready_is_not_found(videos: dict[str, Video]) -> None:
    Video.objects.filter(title__contains="Seoul").update(state=VideoState.PROCESSING)

    assert found("Seoul") == ["Subway over the Han river"]


def test_scores_are_probabilities_and_fall(videos: dict[str, Video]) -> None:
    scores = [hit.score for hit in search(vector_of("ocean waves"), limit=8, text_query="ocean waves")]

    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_page_is_full_though_one_row_in_fifty_may_be_served(version: ModelVersion) -> None:
    """HNSW filters after its scan: without iterative scan this page comes back nearly empty."""
    rng = np.random.default_rng(4)
    rows = [
        Video(title=f"clip {n}", source="import", state="ready", visibility="approved" if n % 50 == 0 else "pending")
        for n in range(3000)
    ]
    for video in Video.objects.bulk_create(rows):
        vector = rng.normal(size=384).astype(np.float32)
        vector /= np.linalg.norm(vector)
        vectors_store(version=version, video_id=video.pk, video_vec=vector, title_vec=vector)

    assert len(videos_near(vector_of("anything"), version=version, limit=40)) == 40


def test_versions_never_mix(version: ModelVersion, newer: ModelVersion, videos: dict[str, Video]) -> None:
    ocean = videos["Waves at dawn"]
    title_vec = vector_of(
        title_text(ocean.title, ocean.tags)
    )  # the versions' own pictures, and the titles that they share
    vectors_store(version=newer, video_id=ocean.pk, video_vec=vector_of("tax"), title_vec=title_vec)

    assert found("ocean waves")[0] == "Waves at dawn"
    with pytest.raises(ValueError, match="7 ready videos"):
        version_serve(version=newer)
    assert ModelVersion.objects.get(state="serving") == version


def test_a_vector_of_another_width_is_refused(version: ModelVersion, videos: dict[str, Video]) -> None:
    with pytest.raises(ValueError, match="holds vectors of 384"):
        vectors_store(
            version=version,
            video_id=videos["Waves at dawn"].pk,
            video_vec=np.zeros(512, np.float32),
            title_vec=np.zeros(512, np.float32),
        )


def test_an_empty_catalogue_finds_nothing() -> None:
    assert search(vector_of("Seoul"), limit=5, text_query="Seoul") == []


@pytest.mark.parametrize(
    "phrase", ["", "!!!", "a & b | (c", "'; DROP TABLE vision_video; --", "서울", "🌊🌊", "x" * 2000]
)
def test_any_words_are_only_words(videos: dict[str, Video], phrase: str) -> None:
    assert len(search(vector_of(phrase), limit=4, text_query=phrase)) == 4
