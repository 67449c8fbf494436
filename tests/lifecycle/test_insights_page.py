"""The insights page: whole without a single row, with rows, and when the database is too slow for it."""

import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chat.models import IntentVersion, Message, StageRun
from feed.experiments.services import ArmDraft, experiment_create, experiment_start
from feed.models import Engagement, Slate
from lifecycle.insights import sections
from lifecycle.insights.budget import Budget, TookTooLong, within
from lifecycle.insights.queues import queues
from lifecycle.insights.section import RANGES, Findings, window_of
from lifecycle.insights.sections import SECTIONS, Section, section_read
from lifecycle.models import TrainingRun
from tests.chat.driving import complete, run_of, send
from vision.models import Video

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    """Take time, however busy the machine is, and do not wait for a broker that no test here needs."""
    for limit in ("PAGE_S", "SECTION_S", "ALONE_S"):
        monkeypatch.setattr(sections, limit, 300.0)
    monkeypatch.setattr("workers.dispatch.queue_lengths", lambda: {"llm": 3, "vision": 0})


@pytest.fixture()
def admin(client, users, settings):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(users["ada"])
    return client


def _window():
    return window_of("1h", now=timezone.now())


@pytest.mark.parametrize("chosen", RANGES)
def test_an_empty_system_is_told_in_words(admin, chosen):
    page = admin.get(f"/insights?range={chosen}")

    assert page.status_code == 200
    shown = {one.section.key: one for one in page.context["sections"]}
    assert list(shown) == list(SECTIONS) and not any(one.problem for one in shown.values())
    assert all(one.findings.empty for key, one in shown.items() if key != "queues")
    assert f"Nobody steered their feed by words in {RANGES[chosen][0]}." in page.content.decode()


def test_what_was_served_is_on_the_page_with_its_numbers(admin, users):
    cards = [{"video_id": 1, "reason": {"source": "steer"}}] * 3 + [{"video_id": 2, "reason": {"source": "fresh"}}]
    Slate.objects.create(viewer=users["alice"], cards=cards)

    page = admin.get("/insights?range=1h").content.decode()

    assert "75 %" in page and '<th scope="row">steered</th><td>75 %</td>' in page
    assert page.count("<svg") > 3 and "style=" not in page


def test_a_message_is_told_with_the_times_of_its_rows(users):
    message_id = send(users["alice"])
    complete(message_id, "ramen")
    sent_at = Message.objects.get(pk=message_id).created_at
    IntentVersion.objects.update(announced_at=sent_at + timedelta(seconds=2))
    StageRun.objects.filter(stage="reply").update(state="failed", error="no answer")

    findings = section_read(SECTIONS["understanding"], _window()).findings

    assert [(one.name, one.value) for one in findings.figures] == [
        ("message to steered feed, p50", "2 s"),
        ("p95", "2 s"),
        ("degraded answers", "14 %"),
    ]
    waiting, stages = findings.charts
    assert [row[1:] for row in waiting.rows] == [("2 s", "2 s", "1")]
    assert len(stages.rows) == 9 and [row[0] for row in stages.rows][-2:] == ["critical path", "message to reply"]


def test_what_the_guard_said_is_counted(users):
    for action in ("allow", "allow", "allow", "hold"):
        run = run_of(send(users["alice"]))
        answer = {"action": action, "hazards": ["hate"] if action == "hold" else []}
        run.stages.filter(stage="guard").update(state="done", answer=answer)

    findings = section_read(SECTIONS["guard"], _window()).findings

    assert findings.figures[0].value == "25 %"
    messages, hazards = findings.charts
    assert messages.rows == (("let pass", "3"), ("let pass, to review", "0"), ("held", "1"))
    assert [row[1] for row in hazards.rows] == ["1"]


def test_one_section_comes_alone(admin):
    section = admin.get("/insights/queues?range=7d")

    assert section.status_code == 200 and b"<html" not in section.content and b"jobs waiting" in section.content
    assert admin.get("/insights/nothing").status_code == 404


@pytest.mark.parametrize("who", ["alice", "lena", "mona"])
def test_others_do_not_get_in(client, users, settings, who):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(users[who])

    assert {client.get(path).status_code for path in ("/insights", "/insights/queues")} == {403}


def test_a_statement_that_takes_too_long_is_ended_by_the_database():
    began = time.monotonic()

    with pytest.raises(TookTooLong), within(Budget(0.2)), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")

    assert time.monotonic() - began < 30
    assert Slate.objects.count() == 0  # the connection goes on


def test_the_limit_is_of_all_statements_together():
    with pytest.raises(TookTooLong), within(Budget(0.3)), connection.cursor() as cursor:
        for _ in range(60):
            cursor.execute("SELECT pg_sleep(0.1)")


def test_a_slow_or_broken_section_leaves_the_others(admin, monkeypatch):
    def slow(window):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")
        return Findings()

    def broken(window):
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column")
        return Findings()

    monkeypatch.setattr(sections, "SECTION_S", 0.2)
    reads = {"slow": slow, "broken": broken, "fine": lambda window: Findings(empty="Nothing.")}
    monkeypatch.setattr(sections, "SECTIONS", {key: Section(key, key, "", read) for key, read in reads.items()})

    page = admin.get("/insights")

    shown = {one.section.key: one for one in page.context["sections"]}
    assert "took too long" in shown["slow"].problem and "could not be read" in shown["broken"].problem
    assert shown["fine"].findings == Findings(empty="Nothing.")
    assert b"Give it more time" in page.content


def test_a_range_begins_where_a_stretch_does():
    now = datetime(2026, 11, 20, 13, 47, tzinfo=UTC)

    window = window_of("24h", now=now)

    assert (window.since, window.until) == (datetime(2026, 11, 19, 13, tzinfo=UTC), now)
    assert window_of("century", now=now) == window


def _work(name):
    (work, *_) = queues(_window()).tables
    return next(dict(zip(work.columns, row, strict=True)) for row in work.rows if row[0] == name)


def test_the_time_left_is_what_is_left_at_the_present_pace():
    now = timezone.now()
    ready = [Video(title=f"r{i}", source="import", state="ready", ingested_at=now) for i in range(20)]
    waiting = [Video(title=f"w{i}", source="import", state="queued") for i in range(9)]
    working = [Video(title="p", source="import", state="processing", attempts=2)]
    Video.objects.bulk_create(ready + waiting + working)

    ingest = _work("ingest")

    assert (ingest["waiting"], ingest["at work"], ingest["a minute"]) == ("9", "1", "2")
    assert (ingest["time left"], ingest["tried again"]) == ("5 min", "1")  # 10 at 2 a minute


def test_nothing_waiting_has_no_time_left_and_standing_still_has_none_either():
    idle = _work("ingest")
    Video.objects.create(title="w", source="import", state="queued")

    assert idle["time left"] == "" and _work("ingest")["time left"] == ""


def test_reasons_of_failure_are_named_with_how_often():
    Video.objects.bulk_create(
        Video(title=f"f{i}", source="import", state="failed", failure_reason="no video stream") for i in range(3)
    )
    run = TrainingRun.objects.create(
        kind="guard", recipe="default", seed=1, state="failed", problem="out of memory", ended_at=timezone.now()
    )
    old = {"kind": "guard", "recipe": "default", "seed": 1, "state": "failed", "problem": "long ago"}
    TrainingRun.objects.create(**old, ended_at=timezone.now() - timedelta(days=2))

    _, reasons, broker = queues(_window()).tables

    assert [row[:2] for row in reasons.rows] == [
        ("ingest: no video stream", "3"),
        (f"training run {run.pk}: out of memory", "1"),
    ]
    assert broker.rows == [("llm", "3"), ("vision", "0")]


def test_the_catalogue_says_how_complete_each_version_is(django_assert_max_num_queries):
    from tests.feed.catalogue import SPORT, put

    videos = put(list(SPORT[:3]))
    Video.objects.create(title="late", source="import", state="ready", visibility="pending")

    with django_assert_max_num_queries(40):
        findings = section_read(SECTIONS["catalogue"], _window()).findings

    indexes = findings.tables[0]
    (row,) = indexes.rows
    assert (row[1], row[2], row[3]) == ("serving", "1", "whole") and len(videos) == 3
    assert [row for row in findings.charts[0].rows if row[1] != "0"] == [("ready", "4")]


def test_a_running_experiment_shows_each_arm_beside_its_control(users):
    experiment_create(name="bolder", arms=[ArmDraft("bold", {"explore": 10.0})], by="ada")
    experiment = experiment_start(name="bolder", by="ada")
    video = Video.objects.create(title="v", source="import", state="ready", duration_s=10)
    for arm, name, watched_s in zip(experiment.arms.order_by("id"), ("alice", "bob"), (2.5, 7.5), strict=True):
        viewer = users[name]
        cards = [{"video_id": video.pk, "reason": {"source": "fresh"}}]
        slate = Slate.objects.create(viewer=viewer, cards=cards, arms=[arm.pk])
        Engagement.objects.create(
            viewer=viewer, video=video, kind="watch", value=watched_s, client_uuid=uuid.uuid4(), slate=slate
        )

    findings = section_read(SECTIONS["experiments"], _window()).findings

    (table,) = findings.tables
    assert table.title.startswith("bolder, since")
    assert [row[:4] for row in table.rows] == [
        ("control", "1", "25 %", "is the control"),
        ("bold", "1", "75 %", "too few viewers"),
    ]
