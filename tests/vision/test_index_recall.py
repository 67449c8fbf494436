"""Pages are full whatever share of the catalogue may be shown, and the index gives what an exact scan would.

5,000 vectors that lie as the encoder's do; `python -m tests.bench index` measures the same at 100,000.
"""

import numpy as np
import pytest
from django.db import connection
from pgvector import HalfVector

from tests.vision.phrase_vectors import Vectors, cloud, exact, recall
from vision.index import search, videos_near
from vision.indexes import indexes_create, title_index, video_index
from vision.models import ModelVersion, TitleVector, Video, VideoVector
from vision.selectors import text_space
from vision.versions import version_ensure

pytestmark = pytest.mark.django_db

NUM_VIDEOS, NUM_QUERIES, NUM_PHRASES = 5_000, 100, 96
PAGE = 20


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return cloud(NUM_VIDEOS + NUM_QUERIES, num_phrases=NUM_PHRASES)


@pytest.fixture()
def version() -> ModelVersion:
    return version_ensure(slug="test-recall", profile="bundled", dims=384, tower_version="tower-1")


@pytest.fixture()
def ids(version: ModelVersion, vectors: Vectors) -> list[int]:
    """Write the videos, all approved, build the indexes over them, and return their ids in the order of the vectors."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {video_index(version)}, {title_index(version)}")
    videos = Video.objects.bulk_create(
        Video(title=f"clip {row}", source="import", state="ready", visibility="approved") for row in range(NUM_VIDEOS)
    )
    halves = [HalfVector(vector) for vector in vectors[:NUM_VIDEOS]]
    VideoVector.objects.bulk_create(
        VideoVector(video=video, model_version=version, video_vec=half)
        for video, half in zip(videos, halves, strict=True)
    )
    TitleVector.objects.bulk_create(
        TitleVector(video=video, text_space=text_space(version), vec=half)
        for video, half in zip(videos, halves, strict=True)
    )
    indexes_create(version)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE vision_videovector, vision_titlevector, vision_video")
    return [video.pk for video in videos]


def found(version: ModelVersion, query: np.ndarray, limit: int) -> list[int]:
    return [video_id for video_id, _ in videos_near(query, version=version, limit=limit)]


def leave_approved(ids: list[int], rows: np.ndarray) -> None:
    Video.objects.update(visibility="pending")
    Video.objects.filter(pk__in=[ids[row] for row in rows]).update(visibility="approved")


def test_the_index_gives_what_an_exact_scan_gives(version: ModelVersion, ids: list[int], vectors: Vectors) -> None:
    queries = vectors[NUM_VIDEOS:]
    truth = [[ids[row] for row in rows] for rows in exact(vectors[:NUM_VIDEOS], queries, 10)]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows may as well be sorted
    near = [found(version, query, 10) for query in queries]

    assert recall(near, truth) >= 0.98
    assert video_index(version) in plan(version, queries[0])


def plan(version: ModelVersion, query: np.ndarray) -> str:
    """Return how PostgreSQL reads the page that `videos_near` asks for: a scan of all rows would be exact, and no test."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        found(version, query, 10)
    select = next(entry["sql"] for entry in asked.captured_queries if "<=>" in entry["sql"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + select.replace("%", "%%"))
        return "\n".join(row[0] for row in cursor.fetchall())


def test_pages_are_full_and_right_whatever_share_may_be_shown(
    version: ModelVersion, ids: list[int], vectors: Vectors
) -> None:
    """Strict order of the iterative scan gave .957 of what is near at 1 %."""
    queries = vectors[NUM_VIDEOS:]
    for percent in (50, 10, 1):
        rows = np.random.default_rng(percent).choice(NUM_VIDEOS, NUM_VIDEOS * percent // 100, replace=False)
        leave_approved(ids, rows)
        truth = [[ids[rows[at]] for at in near] for near in exact(vectors[rows], queries, 10)]

        pages = [found(version, query, PAGE) for query in queries]

        assert [len(page) for page in pages] == [PAGE] * NUM_QUERIES
        assert recall([page[:10] for page in pages], truth) >= 0.98, percent


def test_a_page_is_full_where_all_that_may_be_shown_is_far_from_the_query(
    version: ModelVersion, ids: list[int], vectors: Vectors
) -> None:
    query = vectors[-1]
    leave_approved(ids, np.argsort(vectors[:NUM_VIDEOS] @ query)[:PAGE])

    assert len(found(version, query, PAGE)) == PAGE
    assert len(search(query, limit=PAGE, text_query="clip", with_moments=False)) == PAGE
