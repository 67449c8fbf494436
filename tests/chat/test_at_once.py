"""Claims about things that happen at the same time, each in a thread with its own connection to the real database."""

import uuid
from typing import Any

import pytest

from chat.models import Event, IntentVersion, Message, StageRun
from chat.selectors import intent_document
from chat.services.events import events_append
from chat.services.intents import steer_pause, steer_remove
from chat.services.messages import message_send
from chat.services.stages import stage_claim, stage_finish
from tests.chat.conftest import make_users
from tests.chat.driving import answers_of, claim, run_of, send, stage_of, work
from tests.chat.test_intents import add
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PARALLEL = ("guard", "key_phrases", "intention", "extraction")


@pytest.fixture()
def alice(transactional_db: None) -> Any:
    return make_users()["alice"]


def test_the_same_message_sent_eight_times_at_once_is_stored_once(alice: Any) -> None:
    client_uuid = uuid.uuid4()

    sent = at_once([lambda: message_send(viewer_id=alice.pk, client_uuid=client_uuid, text="more ramen")] * 8)

    assert sorted(one.duplicate for one in sent) == [False, *[True] * 7]
    assert len({one.message_id for one in sent}) == 1
    assert Message.objects.count() == 1 and StageRun.objects.count() == 7


def test_one_stage_claimed_by_eight_workers_at_once_has_one_winner(alice: Any) -> None:
    stage_run_id = stage_of(send(alice), "guard").pk

    claims = at_once([lambda: stage_claim(stage_run_id=stage_run_id)] * 8)

    assert sum(one is not None for one in claims) == 1
    assert StageRun.objects.get(pk=stage_run_id).fencing_token == 1


def test_four_stages_finished_at_once_queue_the_next_one_once(alice: Any) -> None:
    for _ in range(5):
        message_id = send(alice)
        claims = {stage: claim(message_id, stage) for stage in PARALLEL}

        at_once([lambda s=s, c=c: stage_finish(claim=c, answer=answers_of("ramen")[s]) for s, c in claims.items()])

        selection = stage_of(message_id, "selection")
        assert (selection.state, selection.attempts) == ("queued", 0)
        assert Event.objects.filter(kind="stage", payload__message_id=message_id).count() == 4


def test_two_messages_at_once_give_one_reply_and_one_version_each(alice: Any) -> None:
    texts = ["more ramen", "more sushi", "more pottery"]
    sent = at_once([lambda t=t: message_send(viewer_id=alice.pk, client_uuid=uuid.uuid4(), text=t) for t in texts])
    phrases = {one.message_id: text.split()[1] for one, text in zip(sent, texts, strict=True)}

    def drive(message_id: int) -> None:
        left = ["reply", "organise", "selection", *PARALLEL]
        for _ in range(2_000):
            if not left:
                return
            if work(message_id, left[-1], answers_of(phrases[message_id])):
                left.pop()

    at_once([lambda m=m: drive(m) for m in phrases])

    in_order = sorted(phrases)
    assert [run_of(message_id).intent_version for message_id in in_order] == [1, 2, 3]
    assert [steer["phrase"] for steer in intent_document(viewer_id=alice.pk)["steers"]] == [
        phrases[m] for m in in_order
    ]
    assert Message.objects.filter(author="tiller").count() == 3
    assert sorted(Event.objects.filter(kind="intent").values_list("payload__version", flat=True)) == [1, 2, 3]


def test_event_numbers_have_no_gap_when_many_write_at_once(alice: Any) -> None:
    def write(index: int) -> None:
        for _ in range(10):
            events_append(viewer_id=alice.pk, events=[("stage", {"of": index})] * (1 + index % 3))

    at_once([lambda i=i: write(i) for i in range(6)])

    seqs = list(Event.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, 1 + 10 * (1 + 2 + 3) * 2))


def test_edits_at_once_are_all_applied_on_top_of_each_other(alice: Any) -> None:
    names = [f"steer {index}" for index in range(6)]
    for name in names:
        add(alice, name)
    edits = [lambda n=n: steer_remove(viewer_id=alice.pk, steer_id=n) for n in names[:3]]
    edits += [lambda n=n: steer_pause(viewer_id=alice.pk, steer_id=n, paused=True) for n in names[3:]]

    versions = sorted(applied.version for applied in at_once(edits))

    assert versions == [7, 8, 9, 10, 11, 12]
    left = intent_document(viewer_id=alice.pk)["steers"]
    assert [(steer["id"], steer["paused"]) for steer in left] == [(name, True) for name in names[3:]]
    assert IntentVersion.objects.count() == 13
