"""How stages ended, why attempts failed, what the guard said, what waits: from rows that are known."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.models import StageRun
from chat.outcomes import guard_actions, stage_outcomes, stage_reasons, stage_work
from tests.chat.driving import complete, run_of, send, work

pytestmark = pytest.mark.django_db


def lately():
    return {"since": timezone.now() - timedelta(minutes=5), "until": timezone.now() + timedelta(minutes=5)}


def _stage(message_id, stage, **values):
    StageRun.objects.filter(run=run_of(message_id), stage=stage).update(**values)


def test_outcomes_count_what_gave_up_and_what_was_tried_again(users):
    first, second = send(users["alice"]), send(users["bob"])
    complete(first), complete(second)
    _stage(first, "extraction", state="failed", error="no answer within the lease", attempts=3)
    _stage(second, "extraction", num_sends=1)

    by_stage = {one.stage: one for one in stage_outcomes(**lately())}

    extraction, reply = by_stage["extraction"], by_stage["reply"]
    assert (extraction.num, extraction.num_failed, extraction.num_retried) == (2, 1, 2)
    assert (reply.num, reply.num_failed, reply.num_retried) == (2, 0, 0)


def test_what_the_guard_held_is_no_failure_of_the_other_stages(users):
    message_id = send(users["alice"])
    work(message_id, "guard", {"guard": {"action": "hold", "verdict": "unsafe", "hazards": [], "score": 1.0}})

    outcomes = stage_outcomes(**lately())

    assert run_of(message_id).state == "held" and StageRun.objects.filter(state="failed").exists()
    assert [(one.stage, one.num, one.num_failed) for one in outcomes] == [("guard", 1, 0)]
    assert stage_reasons(**lately()) == []


def test_reasons_come_most_frequent_first(users):
    messages = [send(users["alice"]) for _ in range(3)]
    for message_id in messages:
        _stage(message_id, "guard", error="the guard failed")
    _stage(messages[0], "reply", error="too slow")

    assert [(one.stage, one.why, one.num) for one in stage_reasons(**lately())] == [
        ("guard", "the guard failed", 3),
        ("reply", "too slow", 1),
    ]


def test_a_message_counts_once_however_many_hazards_the_guard_names(users):
    first, second, third = send(users["alice"]), send(users["alice"]), send(users["bob"])
    _stage(first, "guard", state="done", answer={"action": "hold", "hazards": ["hate", "privacy"]})
    _stage(second, "guard", state="done", answer={"action": "hold", "hazards": ["hate"]})
    _stage(third, "guard", state="done", answer={"action": "allow", "hazards": []})

    actions, hazards = guard_actions(**lately())

    assert actions == {"hold": 2, "allow": 1} and hazards == {"hate": 2, "privacy": 1}


def test_work_is_what_waits_now_and_what_ended_lately(users):
    complete(send(users["alice"]))
    before = stage_work()
    message_id = send(users["bob"])
    _stage(message_id, "guard", state="running", attempts=2)

    work = stage_work()

    assert (before.num_waiting, before.num_working, before.num_lately) == (0, 0, 7)
    assert (work.num_waiting, work.num_working, work.num_retried, work.num_lately) == (3, 1, 1, 7)
    assert work.oldest_at is not None and work.oldest_at <= timezone.now()
