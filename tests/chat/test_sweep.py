"""Claims about the sweep: what is stuck in the chat moves on without anybody's help."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import IntentRun, IntentVersion, StageRun
from chat.selectors import events_after
from chat.services.intents import intent_undo
from tests.chat.driving import answers_of, send, stage_of, work
from tests.chat.test_intents import add
from workers import sweep as sweeping
from workers.sweep import Patience, chat_sweep, sweep

pytestmark = pytest.mark.django_db


def age(message_id: int) -> None:
    long_ago = timezone.now() - timedelta(minutes=1)
    IntentRun.objects.filter(message_id=message_id).update(created_at=long_ago)
    StageRun.objects.filter(run__message_id=message_id).update(sent_at=long_ago)


def test_a_quiet_house_has_nothing_to_sweep(users: dict) -> None:
    send(users["alice"])

    assert chat_sweep() == 0


def test_stages_that_the_broker_forgot_are_sent_again(users: dict) -> None:
    message_id = send(users["alice"])
    age(message_id)

    assert chat_sweep() == 4


def test_a_run_that_nobody_moved_on_is_moved_on(users: dict) -> None:
    message_id = send(users["alice"])
    for stage in ("guard", "key_phrases", "intention", "extraction"):
        work(message_id, stage, answers_of("ramen"))
    StageRun.objects.filter(run__message_id=message_id, stage="selection").update(state="waiting")
    age(message_id)

    chat_sweep()

    assert stage_of(message_id, "selection").state == "queued"


def test_a_page_is_told_of_an_edit_even_if_its_job_was_lost(users: dict) -> None:
    alice = users["alice"]
    add(alice, "ramen")
    intent_undo(viewer_id=alice.pk)
    chat_sweep()
    assert events_after(viewer_id=alice.pk, after=0) == []

    IntentVersion.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    chat_sweep()

    told = events_after(viewer_id=alice.pk, after=0)
    assert [(event["kind"], event["version"], event["cause"]) for event in told] == [
        ("intent", 1, "edit"),
        ("intent", 2, "undo"),
    ]


def test_one_area_that_fails_does_not_keep_the_others_from_their_sweep(
    users: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise RuntimeError("no such table")

    monkeypatch.setattr(sweeping, "SWEEPS", (("broken", broken), ("chat", chat_sweep)))

    assert sweep() == {"chat": 0}


def test_what_stays_stuck_is_sent_ever_more_rarely_and_what_was_well_starts_anew() -> None:
    now_s = [0.0]
    patience = Patience(clock=lambda: now_s[0])

    sent_at_s = []
    for second in range(20):
        now_s[0] = float(second)
        sent_at_s += [second] * len(patience.due([7]))
    assert sent_at_s == [0, 2, 6, 14]

    patience.due([])
    assert patience.due([7]) == [7]
