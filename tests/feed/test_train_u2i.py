"""The towers are trained on what viewers did, and serve where the last engagements, held out, say that they find more."""

from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from feed.models import U2iVersion
from feed.ranking.tastes import MeanTaste
from feed.u2i.data import KIND_ROW, Interactions
from feed.u2i_evaluation import hold_out, recalls
from feed.u2i_selectors import items_missing, serving_u2i
from feed.u2i_training import snapshot_read, train_and_measure
from tests.feed.u2i_worlds import TINY
from tests.feed.watched_world import put_videos, put_viewers
from vision.models import ModelVersion, Video


@pytest.fixture()
def version(transactional_db: None) -> ModelVersion:
    version, videos = put_videos(240)
    put_viewers(videos, 120, per_viewer=24)
    return version


def trained(**options: object) -> str:
    out = StringIO()
    call_command("train_u2i", recipe="quick", stdout=out, **options)
    return out.getvalue()


def test_training_finds_what_no_vector_shows_and_serves(version: ModelVersion) -> None:
    printed = trained(seed=4)

    serving = serving_u2i(version)
    assert serving is not None and serving.slug in printed
    assert serving.scores["after"]["recall_at_20"] > serving.scores["before"]["recall_at_20"]
    low, high = serving.scores["after"]["recall_interval"]
    assert low < serving.scores["after"]["recall_at_20"] < high
    assert serving.scores["recall_gain_interval"][0] > 0
    assert (serving.recipe, serving.seed, serving.base) == ("quick", 4, "")
    assert serving.data_hash == snapshot_read(version).data_hash
    assert items_missing(serving) == []
    with pytest.raises(CommandError, match="was released already"):
        trained(seed=4)  # the same engagements, recipe and seed give the same weights
    with pytest.raises(CommandError, match="not clear of no gain"):
        trained(seed=3)
    assert serving_u2i(version) == serving
    assert "the mean of what was liked serves" in trained(rollback=True)
    assert serving_u2i(version) is None


def test_a_dry_run_judges_and_keeps_nothing(version: ModelVersion) -> None:
    folder = settings.TILLER_HOME / "models" / "u2i"
    files = set(folder.glob("*"))

    printed = trained(dry_run=True)

    assert "Recall@20 went from" in printed and "Nothing is kept" in printed
    assert "share of the towers beside the mean" in printed and "holds back" not in printed
    assert not U2iVersion.objects.exists()
    assert set(folder.glob("*")) == files


@pytest.mark.django_db()
def test_too_few_engagements_are_said_in_words() -> None:
    with pytest.raises(CommandError, match="No model version is serving"):
        trained()
    put_viewers(put_videos(40)[1], 3)

    with pytest.raises(CommandError, match=r"too few engagements: .* 200 are needed, and 3 viewers"):
        trained()
    with pytest.raises(CommandError, match="nothing to go back from"):
        trained(rollback=True)


@pytest.mark.django_db()
def test_videos_that_may_not_be_shown_teach_nothing() -> None:
    version, videos = put_videos(40)
    put_viewers(videos, 8)
    Video.objects.filter(pk__in=[video.pk for video in videos[:10]]).update(visibility="removed")

    snapshot = snapshot_read(version)

    assert set(snapshot.ids.tolist()) == {video.pk for video in videos[10:]}
    assert 0 < len(snapshot.interactions) < 8 * 16


@pytest.mark.django_db()
def test_where_viewers_are_held_back_both_sides_are_measured_on_those() -> None:
    version, videos = put_videos(160)
    put_viewers(videos, 60)
    snapshot = snapshot_read(version)
    assert not snapshot.held_back.any()
    some, few = (replace(snapshot, held_back=np.arange(60) < number) for number in (30, 10))

    scores, of_all, of_few = (
        train_and_measure(one, TINY, seed=0, serving=MeanTaste()).scores for one in (some, snapshot, few)
    )

    assert (scores["num_viewers"], scores["is_held_back"]) == (30, True)
    assert (of_few["num_viewers"], of_few["is_held_back"]) == (60, False), "too few say nothing"
    assert scores["before"] != of_all["before"] == of_few["before"]


def test_nothing_after_the_cut_is_trained_on() -> None:
    kinds = np.array([KIND_ROW[kind] for kind in ["like", "skip", "like", "like", "skip", "like"]], np.uint8)
    events = Interactions(np.zeros(6, int), np.arange(6), kinds, np.arange(6.0))

    past, (held,) = hold_out(events)

    assert past.item.tolist() == [0, 1, 2, 3, 4]
    assert held.targets.tolist() == [5]
    assert held.item.tolist() == [4, 3, 2, 1, 0], "newest first"


def test_recall_counts_held_out_items_among_the_first_twenty() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(100, 16)).astype(np.float32)
    features[50] = features[0]  # the same video twice: the mean of one finds the other first
    likes = Interactions(np.zeros(2, int), np.array([0, 50]), np.zeros(2, np.uint8), np.arange(2.0))

    found = recalls(MeanTaste(), features, hold_out(likes)[1])

    assert found.tolist() == [1.0]
