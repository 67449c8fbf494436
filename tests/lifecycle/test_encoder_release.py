"""A video encoder is compared before it has an index, released by a row and a job, and taken back, while the page only writes rows."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from feed.models import SearchSession
from lifecycle.models import Comparison
from lifecycle.releases import comparing
from lifecycle.releases.comparing import changed, comparison_run
from lifecycle.releases.comparisons import comparison_claim, comparisons_stuck
from tests.vision.releasing import SCORES, catalogue, head_file
from vision.encoders import texts_encode
from vision.history import history_of
from vision.index import search
from vision.models import ModelVersion, Video
from vision.release import version_propose
from vision.selectors import serving_version
from workers import sweep
from workers.release import release

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture()
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """A broker that takes nothing: what was to be sent."""
    jobs: list[tuple[str, int]] = []

    def send(name: str, **keys: Any) -> bool:
        jobs.append((name, keys.get("version_id") or keys["comparison_id"]))
        return False

    monkeypatch.setattr("workers.dispatch._send", send)
    return jobs


@pytest.fixture()
def version(settings: Any, tmp_path: Path, sent: list) -> ModelVersion:
    """A candidate over 60 clips, of which one is hidden."""
    settings.RELEASE_NEEDS_TWO = False
    videos = catalogue(60)[1]
    Video.objects.filter(pk=videos[7].pk).update(visibility="removed")
    return version_propose(head_file=head_file(tmp_path, seed=5), scores=SCORES)


@pytest.fixture()
def admin(client: Client, admins: Any) -> Client:
    client.force_login(admins[0])
    return client


def test_a_comparison_says_what_searches_will_find_after_the_release(
    version: ModelVersion, admin: Client, users: dict, sent: list
) -> None:
    for user in ("alice", "bob"):
        SearchSession.objects.create(viewer=users[user], query="Rain on a window", shown=[])
    admin.post(f"/models/releases/encoder/{version.pk}/compare")
    asked = Comparison.objects.get()
    assert sent == [("lifecycle.compare", asked.pk)]

    assert comparison_run(comparison_id=asked.pk)

    asked.refresh_from_db()
    assert (asked.state, asked.num_done, asked.num_videos, len(asked.rows)) == ("done", 59, 59, 20)
    assert [row["change"] for row in asked.rows] == sorted((row["change"] for row in asked.rows), reverse=True)
    row = next(row for row in asked.rows if row["query"] == "rain on a window")
    assert row["origin"] == "searched"
    admin.post(f"/models/releases/encoder/{version.pk}/release", {"reason": "more like it"})
    release(version=version)
    assert serving_version() == version
    for row in asked.rows:
        vector = texts_encode(version=version, texts=[row["query"]])[0]
        found = search(vector, limit=8, text_query=row["query"])
        assert [hit.video_id for hit in found] == row["after"], "the very same, now from the index"
    assert not comparison_run(comparison_id=asked.pk), "a second delivery is harmless"


def test_pictures_of_what_was_hidden_since_are_not_shown(version: ModelVersion, admin: Client) -> None:
    admin.post(f"/models/releases/encoder/{version.pk}/compare")
    comparison_run(comparison_id=Comparison.objects.get().pk)
    shown = Video.objects.get(pk=Comparison.objects.get().rows[0]["after"][0])
    path = f"/models/releases/encoder/{version.pk}"
    assert shown.poster_path in admin.get(path).content.decode()

    Video.objects.filter(pk=shown.pk).update(visibility="restricted")

    page = admin.get(path).content.decode()
    assert shown.poster_path not in page
    assert "gone" in page


def test_a_comparison_that_lost_its_worker_is_sent_again_and_its_late_worker_changes_nothing(
    version: ModelVersion, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.post(f"/models/releases/encoder/{version.pk}/compare")
    asked = Comparison.objects.get()
    late = comparison_claim(asked.pk)
    assert late is not None
    assert comparison_claim(asked.pk) is None, "one worker has it"
    Comparison.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert comparisons_stuck() == [asked.pk]
    monkeypatch.setattr(comparing, "comparison_claim", lambda _: late)
    comparison_claim(asked.pk)
    assert not comparison_run(comparison_id=asked.pk)

    asked.refresh_from_db()
    assert (asked.state, asked.rows, asked.attempts) == ("running", [], 2)


def test_a_comparison_that_kills_its_workers_fails_in_words(version: ModelVersion, admin: Client) -> None:
    admin.post(f"/models/releases/encoder/{version.pk}/compare")
    asked = Comparison.objects.get()

    for _ in range(4):
        comparison_claim(asked.pk)
        Comparison.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    asked.refresh_from_db()
    assert asked.state == "failed"
    assert "ended 3 times" in admin.get(f"/models/releases/encoder/{version.pk}").content.decode()


def test_a_release_whose_message_was_lost_is_carried_on_by_the_sweep_and_rolled_back(
    version: ModelVersion, admin: Client, sent: list, admins: Any
) -> None:
    former = serving_version()
    assert former is not None
    admin.post(f"/models/releases/encoder/{version.pk}/release", {"reason": "for the users"})
    assert sent == [("vision.release", version.pk)]
    live = admin.get("/models/releases/live").content.decode()
    assert version.slug in live and "Indexing the videos" in live
    ModelVersion.objects.filter(pk=version.pk).update(updated_at=timezone.now() - timedelta(minutes=1))

    sweep.vision_sweep()
    assert sent[1:] == [("vision.release", version.pk)]
    release(version=version)
    admin.post("/models/releases/encoder/rollback", {"version": former.pk, "reason": "worse on rain"})
    release(version=former)

    assert serving_version() == former
    told = [
        (e.detail["version"], e.verb.removeprefix("version_"), e.actor, e.detail["reason"])
        for e in history_of(ModelVersion)
    ]
    assert told[:6] == [
        (former.slug, "serving", admins[0], "worse on rain"),
        (version.slug, "retired", admins[0], "worse on rain"),
        (former.slug, "building", admins[0], "worse on rain"),
        (version.slug, "serving", admins[0], "for the users"),
        (former.slug, "retired", admins[0], "for the users"),
        (version.slug, "building", admins[0], "for the users"),
    ]


def test_a_candidate_whose_head_is_gone_is_not_opened(version: ModelVersion, admin: Client, settings: Any) -> None:
    (settings.TILLER_HOME / version.spec["head_file"]).unlink()

    answer = admin.post(f"/models/releases/encoder/{version.pk}/release", follow=True)

    assert "its temporal head is not here any more" in answer.content.decode()
    version.refresh_from_db()
    assert (version.state, version.step) == ("candidate", "")


def test_a_shipped_encoder_that_nobody_released_yet_waits_as_a_candidate_does(
    version: ModelVersion, admin: Client
) -> None:
    shipped = ModelVersion.objects.create(slug="bundled-newer", dims=384, profile="open", spec={})

    page, live = (admin.get(path).content.decode() for path in ("/models/releases", "/models/releases/live"))

    assert f"/models/releases/encoder/{shipped.pk}" in page
    assert "bundled-newer" not in live, "nothing is under way"
    assert ">Release<" in admin.get(f"/models/releases/encoder/{shipped.pk}").content.decode()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [([], [], 0.0), ([1, 2], [1, 2], 0.0), ([1, 2], [3, 4], 1.0), ([1, 2], [2, 1], 0.5), ([1, 2], [1, 3], 0.25)],
)
def test_a_change_at_the_top_weighs_more(before: list[int], after: list[int], expected: float) -> None:
    assert changed(before, after) == expected


def test_the_pages_need_no_torch() -> None:
    program = "import django; django.setup(); import lifecycle.releases.views, sys; sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
