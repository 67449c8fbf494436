"""Times of messages and stages, read from rows whose timestamps are known."""

from datetime import UTC, datetime, timedelta

import pytest

from chat.models import IntentVersion, Message
from chat.plan import PARALLEL_STAGES, STAGES
from chat.timing import CRITICAL_PATH, RATIO, WALL, stage_times, steered_times
from tests.chat.driving import complete, run_of, send

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = {"since": NOON, "until": NOON + timedelta(days=1)}


def _timed(viewer, *, after_s, stage_s=0.1, hop_s=0.02, told_after_s=1.0):
    """Complete a message sent `after_s` after noon whose stages take `stage_s` each, the guard twice that, `hop_s` apart."""
    message_id = send(viewer)
    complete(message_id, f"ramen {after_s}")
    run, sent_at = run_of(message_id), NOON + timedelta(seconds=after_s)
    Message.objects.filter(pk=message_id).update(created_at=sent_at)
    type(run).objects.filter(pk=run.pk).update(created_at=sent_at)
    IntentVersion.objects.filter(run=run).update(
        created_at=sent_at, announced_at=sent_at + timedelta(seconds=told_after_s)
    )
    begins_s = hop_s
    for stage in STAGES:
        took_s = 2 * stage_s if stage == "guard" else stage_s
        times = {"started_at": begins_s, "finished_at": begins_s + took_s}
        run.stages.filter(stage=stage).update(**{k: sent_at + timedelta(seconds=v) for k, v in times.items()})
        if stage not in PARALLEL_STAGES or stage == PARALLEL_STAGES[-1]:
            begins_s += (2 * stage_s if stage in PARALLEL_STAGES else stage_s) + hop_s
    return run


def test_the_critical_path_is_the_longest_parallel_stage_and_the_later_ones(users):
    _timed(users["alice"], after_s=0)

    times = stage_times(**DAY)

    assert list(times) == [*STAGES, CRITICAL_PATH, WALL, RATIO]
    assert times["guard"].p50 == pytest.approx(0.2) and times["reply"].p50 == pytest.approx(0.1)
    assert times[CRITICAL_PATH].p50 == pytest.approx(0.2 + 3 * 0.1)
    assert times[WALL].p50 == pytest.approx(0.5 + 4 * 0.02) and times[RATIO].p50 == pytest.approx(0.58 / 0.5)


def test_percentiles_are_over_the_runs_of_the_range(users):
    for index, stage_s in enumerate((0.1, 0.2, 0.3)):
        _timed(users["alice"], after_s=index, stage_s=stage_s)
    _timed(users["alice"], after_s=-60, stage_s=9)

    times = stage_times(**DAY)

    reply = times["reply"]
    assert (reply.num, reply.longest) == (3, pytest.approx(0.3))
    assert (reply.p50, reply.p95) == (pytest.approx(0.2), pytest.approx(0.29))


def test_a_run_that_is_not_finished_counts_nowhere(users):
    run = _timed(users["alice"], after_s=0)
    type(run).objects.filter(pk=run.pk).update(state="running")

    assert stage_times(**DAY) == {}


def test_of_many_runs_every_nth_is_read(users, monkeypatch):
    monkeypatch.setattr("chat.timing.MAX_RUNS", 2)
    runs = [_timed(users["alice"], after_s=index) for index in range(4)]

    times = stage_times(**DAY)

    assert times[WALL].num == sum(run.pk % 3 == 0 for run in runs)


def test_a_message_waits_until_its_page_is_told(users):
    _timed(users["alice"], after_s=10, told_after_s=1.0)
    _timed(users["alice"], after_s=20, told_after_s=3.0)
    _timed(users["alice"], after_s=7200, told_after_s=5.0)
    untold = _timed(users["alice"], after_s=7300)
    IntentVersion.objects.filter(run=untold).update(announced_at=None)

    whole, first, second = steered_times(**DAY, bucket=timedelta(hours=1))

    assert (whole.at, whole.num, whole.p50_s) == (None, 3, pytest.approx(3.0))
    assert (first.at, first.num, first.p50_s) == (NOON, 2, pytest.approx(2.0))
    assert (second.at, second.num, second.p95_s) == (NOON + timedelta(hours=2), 1, pytest.approx(5.0))


def test_without_messages_there_are_no_times(db):
    assert steered_times(**DAY, bucket=timedelta(hours=1)) == []
