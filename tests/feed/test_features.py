"""The feature table follows the catalogue without reading it all at once."""

import numpy as np
import pytest

from feed import features
from feed.ranking.held import RECORD, Held, Records
from tests.feed.catalogue import Clip, put
from vision.models import ModelVersion, Video

pytestmark = pytest.mark.django_db


def clips(num: int, start: int = 0) -> list[Clip]:
    return [Clip("A clip", (f"tag{n % 5}",), f"c{n % 3}", "a clip") for n in range(start, start + num)]


def ids() -> list[int]:
    return features.current().video_id.tolist()


@pytest.fixture(autouse=True)
def _small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "SLICE", 4)
    monkeypatch.setattr(features, "OVERLAP", 2)


def test_new_videos_are_there_at_once() -> None:
    first = put(clips(10))
    assert ids() == [video.pk for video in first]

    second = put(clips(7, start=10))

    assert ids() == [video.pk for video in [*first, *second]]


def test_withdrawn_changed_and_deleted_videos_are_noticed_in_turn() -> None:
    videos = put(clips(10))
    ids()
    Video.objects.filter(pk=videos[1].pk).update(visibility="removed")
    Video.objects.filter(pk=videos[5].pk).delete()
    Video.objects.filter(pk=videos[9].pk).update(duration_s=99)

    for _ in range(4):  # 10 videos in slices of 4, and around
        left = ids()

    assert left == [video.pk for n, video in enumerate(videos) if n not in (1, 5)]
    assert features.current().duration_s[-1] == 99
    Video.objects.filter(pk=videos[1].pk).update(visibility="approved")
    assert videos[1].pk in [key for _ in range(4) for key in ids()]


def test_an_unchanged_catalogue_keeps_the_same_table() -> None:
    put(clips(10))
    features.current()

    assert len({id(features.current()) for _ in range(5)}) == 1


def test_another_serving_version_brings_its_own_videos() -> None:
    videos = put(clips(6))
    assert len(ids()) == 6

    ModelVersion.objects.update(state="retired")
    other = ModelVersion.objects.create(slug="other", profile="bundled", state="serving", dims=384)
    assert ids() == []
    vector = videos[2].vectors.get()
    other.videovector_set.create(video=videos[2], video_vec=vector.video_vec)

    assert ids() == [videos[2].pk]


def test_equal_texts_have_equal_codes_whatever_their_case() -> None:
    put(
        [
            Clip("Rain", ("Wet",), "Ann", "x"),
            Clip("rain", ("wet",), "ann", "y"),
            Clip("Sun", ("dry",), "", "z"),
            Clip("S", (), "", "w"),
        ]
    )

    table = features.current()

    assert table.title[0] == table.title[1] != table.title[2]
    assert table.creator[0] == table.creator[1]
    assert table.creator[2] != table.creator[3]  # nobody is not a creator
    assert table.tags[0, 0] == table.tags[1, 0] != table.tags[2, 0]
    assert table.tags[3].tolist() == [-1] * table.tags.shape[1]


def test_a_catalogue_is_read_in_parts_and_whole(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    videos = put([Clip(f"Clip {n}", (f"t{n}",), f"c{n}", f"thing {n}") for n in range(8)])
    for size in (1, 3, 4, 8, 9):
        monkeypatch.setattr(features, "PART", size)
        features.reset()

        assert features.current().video_id.tolist() == sorted(video.pk for video in videos)


def test_ids_are_found_alike_where_they_are_close_and_where_they_are_scattered() -> None:
    rng = np.random.default_rng(4)
    asked = np.concatenate([rng.integers(0, 400, 300), [0, 2**62]])
    for spread in (1, 7, 9, 10**9):
        ids = np.sort(rng.choice(50, 30, replace=False) + 1) * spread
        table = Held().updated([_records(ids)], above=0, upto=2**62, found=ids).table

        rows, known = table.rows_of(asked)

        assert known.tolist() == [key in ids for key in asked.tolist()], spread
        assert table.video_id[rows[known]].tolist() == asked[known].tolist()


def _records(ids: np.ndarray) -> Records:
    records = np.zeros(len(ids), dtype=RECORD)
    records["video_id"], records["servable"] = ids, True
    return records
