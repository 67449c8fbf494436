"""The ranker serves behind the merge: it orders what each cause brought, and nothing hangs on its being there."""

import logging
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from feed import rankers
from feed.features import current
from feed.impressions import impressions_read
from feed.models import RankerVersion, Slate
from feed.ranking.features import NAMES, SOURCES, read_logged
from feed.ranking.ranker import Ranker, ranker_bytes
from feed.ranking.training import train
from feed.selectors import viewer_read
from feed.services.engagements import EventDraft, engagements_record
from feed.services.pools import pool_refresh
from feed.services.ranker_release import RANKERS, ranker_propose
from feed.services.viewers import viewer_refresh
from feed.slates import rank
from tests.feed import releasing_ranker
from tests.feed.biased_logs import world
from tests.feed.conftest import steer
from tests.feed.releasing_ranker import FACTS, SCORES, WORSE, serve, small_ranker
from tests.feed.watching import Wish, about, cards
from vision.models import Video
from vision.releases import ReleaseRefusedError

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return train(world(num_slates=600).log)


@pytest.fixture()
def home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own for rankers, looked at on every request."""
    settings.TILLER_HOME = tmp_path
    monkeypatch.setattr(rankers, "MAX_AGE_S", -1.0)
    rankers.reset()
    yield tmp_path / "models" / "ranker"
    rankers.reset()


def like(viewer: Any, videos: list[Video]) -> None:
    drafts = [EventDraft(uuid.uuid4(), video.pk, "like") for video in videos]
    engagements_record(viewer_id=viewer.pk, events=drafts)
    viewer_refresh(viewer_id=viewer.pk)


def ids(shown: list[dict[str, Any]]) -> list[int]:
    return [card["video_id"] for card in shown]


@pytest.fixture()
def warm(users: dict, catalogue: list[Video], client: Client) -> Any:
    """Alice, who likes what is about rain, logged in."""
    client.force_login(users["alice"])
    like(users["alice"], [video for video in catalogue if "rain" in video.tags][:6])
    return users["alice"]


def test_the_ranker_orders_a_warm_viewers_feed(client: Client, warm: Any, home: Path, ranker: Ranker) -> None:
    before = cards(client, count=20)

    serve(ranker)

    after = cards(client, count=20)
    assert ids(after) != ids(before)
    assert cards(client, count=20) == after  # the same world, the same ranker: the same slate
    by_source = [[card["reason"]["source"] for card in shown] for shown in (before, after)]
    assert sorted(by_source[0]) == sorted(by_source[1])  # how many of each cause is the merge's


def test_the_ranker_puts_first_what_it_thinks_best(warm: Any, home: Path, ranker: Ranker) -> None:
    version_id = current().model_version_id
    viewer = viewer_read(viewer_id=warm.pk, version_id=version_id, now=timezone.now())
    asked = {"viewer": viewer, "table": current(), "count": 20, "needed": 20, "exclude": [], "now": timezone.now()}

    merged, ranked = rank(**asked), rank(**asked, ranker=ranker)

    similar = NAMES.index("from_similar")
    worth = [ranker.utility(r.features[r.features[:, similar] > 0]).mean() for r in (merged, ranked)]
    assert worth[1] > worth[0]


def test_a_viewer_of_whom_nothing_is_known_gets_the_merges_order(
    client: Client, users: dict, catalogue: list[Video], home: Path, ranker: Ranker
) -> None:
    client.force_login(users["bob"])
    before = cards(client, count=30)

    serve(ranker)

    assert cards(client, count=30) == before


@pytest.mark.parametrize("content", [b"", b"not a ranker", None])
def test_a_broken_ranker_is_told_once_and_the_merge_serves(
    client: Client, warm: Any, home: Path, ranker: Ranker, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    before = cards(client, count=20)
    name = serve(ranker)
    file = home / f"{name}.safetensors"
    file.unlink() if content is None else file.write_bytes(content)

    with caplog.at_level(logging.WARNING):
        after = [cards(client, count=20), cards(client, count=20)]

    assert after == [before, before]
    told = [record.getMessage() for record in caplog.records if record.name == "feed.rankers"]
    assert len(told) == 1
    assert told[0].startswith(f"the feed is ordered by the merge's scores: {name}.safetensors is not a ranker")


def test_a_file_that_comes_later_serves_without_another_release(
    client: Client, warm: Any, home: Path, ranker: Ranker
) -> None:
    merged = cards(client, count=20)
    file = home / f"{serve(ranker)}.safetensors"
    ranked, content = cards(client, count=20), file.read_bytes()
    file.unlink()
    rankers.reset()

    without = cards(client, count=20)
    file.write_bytes(content)

    assert without == merged
    assert cards(client, count=20) == ranked


def test_a_file_that_was_changed_for_another_ranker_does_not_serve(warm: Any, home: Path, ranker: Ranker) -> None:
    slug = serve(ranker)

    (home / f"{slug}.safetensors").write_bytes(ranker_bytes(small_ranker(4)))
    rankers.reset()

    assert rankers.current() is None


def test_a_copy_that_is_young_costs_no_statement(home: Path, ranker: Ranker, django_assert_num_queries: Any) -> None:
    serve(ranker)
    rankers.current()

    with django_assert_num_queries(1):
        rankers.current()
    rankers.MAX_AGE_S = 3600.0  # `home` puts it back

    with django_assert_num_queries(0):
        assert rankers.current() is not None


def test_the_gate_refuses_and_says_why_in_the_row(home: Path, ranker: Ranker) -> None:
    with pytest.raises(ReleaseRefusedError, match="not clear of no gain"):
        serve(ranker, WORSE)

    version = RankerVersion.objects.get()
    assert version.state == "refused"
    assert "not clear of no gain" in version.problem
    assert rankers.current() is None


def test_a_ranker_whose_file_is_gone_is_not_released(home: Path, ranker: Ranker) -> None:
    version = ranker_propose(ranker=ranker, scores=SCORES, **FACTS)
    (home / f"{version.slug}.safetensors").unlink()

    with pytest.raises(ReleaseRefusedError, match="is not a ranker that can serve"):
        RANKERS.release(version=version)

    version.refresh_from_db()
    assert version.state == "candidate"


def test_what_served_cannot_be_proposed_anew(home: Path, ranker: Ranker) -> None:
    serve(ranker)

    with pytest.raises(ValueError, match="released already"):
        ranker_propose(ranker=ranker, scores=SCORES, **FACTS)


def test_rolling_back_serves_the_one_before(client: Client, warm: Any, home: Path, ranker: Ranker) -> None:
    first = serve(ranker)
    by_first = cards(client, count=20)
    serve(small_ranker(4))

    former = RANKERS.rollback()

    assert former is not None
    assert former.slug == first
    assert cards(client, count=20) == by_first


def test_rolling_back_the_first_ranker_leaves_the_merge(client: Client, warm: Any, home: Path, ranker: Ranker) -> None:
    with pytest.raises(ReleaseRefusedError, match="no ranker serves"):
        RANKERS.rollback()
    plain = cards(client, count=20)
    serve(ranker)

    assert RANKERS.rollback() is None

    assert cards(client, count=20) == plain


def test_two_former_rankers_are_kept_and_older_ones_go_with_their_files(
    home: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        slugs = [serve(small_ranker(seed)) for seed in range(4)]

    states = dict(RankerVersion.objects.values_list("slug", "state"))
    assert states == {slugs[1]: "retired", slugs[2]: "retired", slugs[3]: "serving"}
    assert sorted(file.stem for file in home.iterdir()) == sorted(slugs[1:])


@pytest.mark.parametrize(("phrase", "tags"), [("Paris", {"paris", "france"}), ("the ocean", {"ocean", "sea"})])
def test_words_win_over_the_ranker(
    client: Client, warm: Any, home: Path, ranker: Ranker, catalogue: list[Video], wish: Wish, phrase: str, tags: set
) -> None:
    serve(ranker)
    wish(warm, [steer("s1", phrase), steer("s2", "football", direction="less", hard=True)])
    pool_refresh(viewer_id=warm.pk)

    shown = cards(client)

    assert about(shown, tags) >= min(6, sum(bool(tags & set(video.tags)) for video in catalogue))
    assert about(cards(client, count=50), {"football", "soccer"}) == 0


def test_taking_a_wish_back_restores_the_ranked_feed_exactly(
    client: Client, warm: Any, home: Path, ranker: Ranker, wish: Wish
) -> None:
    serve(ranker)
    wish(warm, [steer("s1", "ocean")])
    pool_refresh(viewer_id=warm.pk)
    before = cards(client, count=50)

    for steers in ([steer("s1", "ocean"), steer("s2", "Paris", message_id=2)], [steer("s1", "ocean")]):
        wish(warm, steers)
        pool_refresh(viewer_id=warm.pk)

    assert cards(client, count=50) == before


def test_what_was_known_is_logged_before_anything_happened(client: Client, warm: Any, home: Path) -> None:
    shown = cards(client, count=12)
    slate = Slate.objects.get(viewer=warm)
    logged = read_logged(slate.features)
    liked = logged[:, NAMES.index("tag_liked")].copy()

    like(warm, list(Video.objects.filter(pk__in=ids(shown))))

    again = read_logged(Slate.objects.get(pk=slate.pk).features)
    assert logged.shape == (12, len(NAMES))
    assert np.array_equal(again[:, NAMES.index("tag_liked")], liked)
    sources = [card["reason"]["source"] for card in shown]
    assert [NAMES[row.argmax()] for row in logged[:, : len(SOURCES)]] == [f"from_{source}" for source in sources]
    assert np.isfinite(logged).all()


def test_a_label_is_what_came_of_this_very_slate(client: Client, warm: Any, home: Path) -> None:
    first, second = (client.get("/api/feed", {"count": 4}).json() for _ in range(2))
    seen = [card["video_id"] for card in second["cards"]]
    now = timezone.now()

    def event(number: int, kind: str, slate: dict, at: float = 0.0, value: float | None = None) -> EventDraft:
        happened_at = now + timedelta(seconds=at - 60)
        return EventDraft(uuid.uuid4(), seen[number], kind, value, uuid.UUID(slate["slate_id"]), number, happened_at)

    events = [
        event(0, "share", first),  # of another slate
        event(0, "impression", second, 10),
        event(1, "like", second, 11),
        event(1, "unlike", second, 12),  # taken back
        event(1, "watch", second, 13, value=600.0),
        event(2, "not_interested", second, 14),
        event(2, "like", second, 10),
    ]
    engagements_record(viewer_id=warm.pk, events=events)

    log = impressions_read()

    of_second = log.where(log.slate == log.slate[-1])
    assert of_second.position.tolist() == [0, 1, 2]  # the fourth card was never on screen
    assert of_second.label.astype(int).tolist() == [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 1]]


def test_slates_that_logged_other_features_are_left_out(client: Client, warm: Any, home: Path) -> None:
    page = client.get("/api/feed", {"count": 4}).json()
    event = EventDraft(uuid.uuid4(), page["cards"][0]["video_id"], "impression", slate_id=uuid.UUID(page["slate_id"]))
    engagements_record(viewer_id=warm.pk, events=[event])
    assert len(impressions_read()) == 1

    Slate.objects.update(features=b"old!" + bytes(Slate.objects.get(pk=page["slate_id"]).features)[4:])

    assert len(impressions_read()) == 0


def test_training_on_next_to_nothing_says_what_to_do(warm: Any, home: Path) -> None:
    with pytest.raises(CommandError, match="a ranker needs 500"):
        call_command("train_ranker")
    assert not home.exists()


@pytest.mark.django_db(transaction=True)
def test_a_training_that_is_killed_leaves_a_ranker_serving(home: Path, ranker: Ranker) -> None:
    serve(ranker)
    environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR), "DJANGO_SETTINGS_MODULE": "webapp.settings"}
    database = str(connection.settings_dict["NAME"])
    command = [sys.executable, releasing_ranker.__file__, database, str(home.parent.parent)]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    first = child.stdout.readline().strip()

    for pause_s in (0.05, 0.11, 0.02):
        os.kill(child.pid, signal.SIGSTOP)  # wherever it stands, what is served is whole
        serving = rankers.current()
        assert serving is not None
        assert serving.utility(world(num_slates=2).log.features).shape == (20,)
        os.kill(child.pid, signal.SIGCONT)
        time.sleep(pause_s)
    child.kill()
    child.wait()

    rankers.reset()
    assert first.startswith("ranker-")
    assert rankers.current() is not None
