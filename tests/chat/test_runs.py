"""Claims about runs: sent once, claimed by lease, finished once, held when the guard does not say safe."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from chat.canned import APPLIED_REPLY, CARE_REPLY, FAILED_REPLY, HELD_REPLY, UNSURE_REPLY
from chat.models import Event, IntentDocument, IntentRun, IntentVersion, Message, StageRun
from chat.plan import MAX_ATTEMPTS
from chat.selectors import chat_state, events_after, history_of, intent_document
from chat.services.intents import ClaimLost, intent_apply, intent_undo
from chat.services.messages import message_send
from chat.services.runs import run_fan_in
from chat.services.sending import stages_resend
from chat.services.stages import stage_fail, stage_finish, stages_give_up
from tests.chat.driving import answers_of, claim, complete, lapse, organise, run_of, send, stage_of, work

pytestmark = pytest.mark.django_db
PARALLEL = ("guard", "key_phrases", "intention", "extraction")


def kinds(viewer: object) -> list[str]:
    return [event["kind"] for event in events_after(viewer_id=viewer.pk, after=0)]  # type: ignore[attr-defined]


def test_a_message_its_run_and_its_stages_are_there_before_any_worker(users: dict) -> None:
    message_id = send(users["alice"])

    states = dict(run_of(message_id).stages.values_list("stage", "state"))

    assert states == dict.fromkeys(PARALLEL, "queued") | dict.fromkeys(("selection", "organise", "reply"), "waiting")


def test_the_same_client_uuid_is_the_same_message(users: dict) -> None:
    alice, bob, client_uuid = users["alice"], users["bob"], uuid.uuid4()
    first = message_send(viewer_id=alice.pk, client_uuid=client_uuid, text="more ramen")

    second = message_send(viewer_id=alice.pk, client_uuid=client_uuid, text="more ramen")
    other = message_send(viewer_id=bob.pk, client_uuid=client_uuid, text="more ramen")

    assert (second.message_id, second.duplicate) == (first.message_id, True)
    assert other.message_id != first.message_id and not other.duplicate
    assert kinds(alice).count("message") == 1


def test_a_whole_run_gives_one_version_one_reply_and_its_events_in_order(users: dict) -> None:
    alice = users["alice"]
    message_id = send(alice)

    complete(message_id, "ramen")

    run = run_of(message_id)
    assert (run.state, run.intent_version) == ("done", 1)
    assert run.reading["steers"][0]["phrase"] == "ramen" and run.reading["degraded"] == []
    assert [s["phrase"] for s in intent_document(viewer_id=alice.pk)["steers"]] == ["ramen"]
    assert Message.objects.get(reply_to_id=message_id).text == "More ramen."
    assert kinds(alice) == ["message", "typing", *["stage"] * 6, "intent", "stage", "reply"]


def test_later_stages_wait_for_all_parallel_ones(users: dict) -> None:
    message_id = send(users["alice"])
    for stage in PARALLEL[:-1]:
        work(message_id, stage, answers_of("ramen"))
    assert claim(message_id, "selection") is None

    work(message_id, PARALLEL[-1], answers_of("ramen"))

    assert claim(message_id, "selection") is not None


def test_the_last_answer_tells_its_worker_what_can_go_on(users: dict) -> None:
    message_id = send(users["alice"])
    claims = {stage: claim(message_id, stage) for stage in PARALLEL}

    queued = [stage_finish(claim=claims[stage], answer=answers_of("ramen")[stage]) for stage in PARALLEL]

    assert queued == [[], [], [], [stage_of(message_id, "selection").pk]]


def test_second_delivery_is_harmless(users: dict) -> None:
    message_id = send(users["alice"])

    first, second = claim(message_id, "guard"), claim(message_id, "guard")
    finished = [stage_finish(claim=first, answer=answers_of("ramen")["guard"]) for _ in range(2)]

    assert first is not None and second is None
    assert finished == [[], None]
    assert claim(message_id, "guard") is None
    assert kinds(users["alice"]).count("stage") == 1


def test_a_killed_workers_stage_is_sent_again_and_resumed(users: dict) -> None:
    message_id = send(users["alice"])
    claim(message_id, "extraction")
    assert stages_resend() == []

    lapse(message_id, "extraction")
    resent = stages_resend()

    assert resent == [stage_of(message_id, "extraction").pk]
    complete(message_id)
    assert run_of(message_id).state == "done"


def test_what_is_sent_again_is_not_sent_at_every_sweep(users: dict) -> None:
    message_id = send(users["alice"])
    StageRun.objects.filter(run__message_id=message_id, state="queued").update(sent_at="2026-01-01T00:00:00Z")

    first, second = stages_resend(), stages_resend()

    assert len(first) == 4 and second == []


def test_a_late_finisher_is_ignored(users: dict) -> None:
    message_id = send(users["alice"])
    late = claim(message_id, "guard")
    lapse(message_id, "guard")
    current = claim(message_id, "guard")
    unsafe = {"action": "hold", "verdict": "unsafe", "hazards": ["hate"], "score": 0.99}

    accepted = stage_finish(claim=late, answer=unsafe)

    assert accepted is None and stage_fail(claim=late, error="late") is None
    assert stage_of(message_id, "guard").state == "running"
    assert stage_finish(claim=current, answer=answers_of("ramen")["guard"]) is not None
    assert run_of(message_id).state == "running"


def test_a_late_organiser_cannot_write_the_document(users: dict) -> None:
    message_id = send(users["alice"])
    for stage in (*PARALLEL, "selection"):
        work(message_id, stage, answers_of("ramen"))
    late = claim(message_id, "organise")
    lapse(message_id, "organise")
    work(message_id, "organise", answers_of("ramen"))

    with pytest.raises(ClaimLost):
        organise(late)

    assert intent_document(viewer_id=users["alice"].pk)["version"] == 1


def test_a_run_makes_one_version_at_most(users: dict) -> None:
    message_id = send(users["alice"])
    for stage in (*PARALLEL, "selection"):
        work(message_id, stage, answers_of("ramen"))
    claimed = claim(message_id, "organise")
    organise(claimed)

    with pytest.raises(IntegrityError), transaction.atomic():
        intent_apply(
            viewer_id=claimed.viewer_id,
            change=lambda document: {**document, "explore": 0.5, "version": document["version"] + 1},
            cause="chat",
            claim=claimed,
        )

    assert IntentVersion.objects.filter(run_id=claimed.run_id).count() == 1


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ({"action": "hold", "verdict": "unsafe", "hazards": ["hate"], "score": 0.99}, HELD_REPLY),
        ({"action": "hold", "verdict": "uncertain", "hazards": [], "score": 0.5}, HELD_REPLY),
        ({"verdict": "safe", "hazards": [], "score": 0.0}, HELD_REPLY),
        ({"action": "hold", "verdict": "unsafe", "hazards": ["suicide_self_harm"], "score": 0.97}, CARE_REPLY),
    ],
)
def test_what_the_policy_does_not_let_pass_is_held_and_steers_nothing(users: dict, answer: dict, reply: str) -> None:
    alice = users["alice"]
    message_id = send(alice)
    extraction = claim(message_id, "extraction")

    work(message_id, "guard", {"guard": answer})
    late = stage_finish(claim=extraction, answer=answers_of("ramen")["extraction"])

    run = run_of(message_id)
    assert (run.state, run.message.state, run.message.reply.text) == ("held", "held", reply)
    assert (run.reading["task"], run.reading["steers"]) == ("blocked", [])
    assert late is None and claim(message_id, "key_phrases") is None
    assert not IntentDocument.objects.exists()
    assert kinds(alice)[-1] == "held"


def test_a_guard_that_never_answers_holds_the_message(users: dict) -> None:
    message_id = send(users["alice"])
    for stage in PARALLEL:
        if stage != "guard":
            work(message_id, stage, answers_of("ramen"))

    for _ in range(MAX_ATTEMPTS):
        stage_fail(claim=claim(message_id, "guard"), error="model file is gone")

    run = run_of(message_id)
    assert (run.state, run.message.reply.text) == ("held", UNSURE_REPLY)
    assert run.reading["degraded"] == ["safety"]
    assert not IntentDocument.objects.exists()


def test_a_guard_whose_workers_die_holds_the_message(users: dict) -> None:
    message_id = send(users["alice"])

    for _ in range(MAX_ATTEMPTS):
        assert stages_give_up() == 0
        assert claim(message_id, "guard") is not None
        lapse(message_id, "guard")

    assert stages_give_up() == 1 and stages_give_up() == 0
    assert run_of(message_id).state == "held"


@pytest.mark.parametrize("dead", ["key_phrases", "intention", "selection", "reply"])
def test_another_stages_failure_degrades_the_reading_and_the_viewer_is_answered(users: dict, dead: str) -> None:
    message_id = send(users["alice"])

    for stage in (*PARALLEL, "selection", "organise", "reply"):
        if stage == dead:
            for _ in range(MAX_ATTEMPTS):
                stage_fail(claim=claim(message_id, stage), error="no answer \0 \ud800")
        else:
            work(message_id, stage, answers_of("ramen"))

    run = run_of(message_id)
    assert (run.state, run.intent_version, run.reading["degraded"]) == ("done", 1, [dead])
    assert run.message.reply.text == (APPLIED_REPLY if dead == "reply" else "More ramen.")


def test_a_message_that_cannot_be_applied_says_so_and_stops_no_later_one(users: dict) -> None:
    first, second = send(users["alice"]), send(users["alice"])
    for message_id in (first, second):
        for stage in (*PARALLEL, "selection"):
            work(message_id, stage, answers_of("ramen"))

    for _ in range(MAX_ATTEMPTS):
        stage_fail(claim=claim(first, "organise"), error="contract broken")

    assert (run_of(first).state, Message.objects.get(reply_to_id=first).text) == ("failed", FAILED_REPLY)
    assert work(second, "organise", answers_of("ramen"))
    assert intent_document(viewer_id=users["alice"].pk)["version"] == 1


def test_a_viewers_runs_organise_in_the_order_of_their_messages(users: dict) -> None:
    first, second, others = send(users["alice"]), send(users["alice"]), send(users["bob"])
    for stage in (*PARALLEL, "selection"):
        work(second, stage, answers_of("ramen"))
        work(others, stage, answers_of("ramen"))
    assert claim(second, "organise") is None
    assert work(others, "organise", answers_of("ramen"))

    for stage in (*PARALLEL, "selection", "organise"):
        work(first, stage, answers_of("sushi"))

    assert work(second, "organise", answers_of("ramen"))
    assert [run_of(first).intent_version, run_of(second).intent_version] == [1, 2]
    phrases = [steer["phrase"] for steer in intent_document(viewer_id=users["alice"].pk)["steers"]]
    assert phrases == ["sushi", "ramen"]


def test_a_held_message_does_not_stop_the_next(users: dict) -> None:
    first, second = send(users["alice"]), send(users["alice"])
    for stage in (*PARALLEL, "selection"):
        work(second, stage, answers_of("ramen"))
    assert claim(second, "organise") is None

    work(first, "guard", {"guard": {"action": "hold", "verdict": "unsafe", "hazards": [], "score": 1.0}})

    assert work(second, "organise", answers_of("ramen"))


def test_fan_in_called_again_changes_nothing(users: dict) -> None:
    message_id = send(users["alice"])
    for stage in PARALLEL:
        work(message_id, stage, answers_of("ramen"))
    before = list(Event.objects.values_list("seq", flat=True)), stage_of(message_id, "selection").state

    run_fan_in(run_id=run_of(message_id).pk)

    assert (list(Event.objects.values_list("seq", flat=True)), stage_of(message_id, "selection").state) == before


def test_a_page_loaded_in_the_middle_misses_nothing(users: dict) -> None:
    alice = users["alice"]
    message_id = send(alice)
    work(message_id, "guard", answers_of("ramen"))
    state = chat_state(viewer_id=alice.pk)
    assert [message["state"] for message in state["messages"]] == ["pending"]

    for stage in ("key_phrases", "intention", "extraction", "selection", "organise", "reply"):
        work(message_id, stage, answers_of("ramen"))

    later = events_after(viewer_id=alice.pk, after=state["last_seq"])
    assert [event["kind"] for event in later][-1] == "reply"
    assert {event["kind"] for event in later} >= {"intent", "stage"}
    reloaded = chat_state(viewer_id=alice.pk)
    assert [message["state"] for message in reloaded["messages"]] == ["answered", "answered"]
    assert reloaded["last_seq"] == later[-1]["seq"]


def test_history_is_the_viewers_own_heard_turns(users: dict) -> None:
    first = send(users["alice"], "more ramen")
    complete(first)
    held = send(users["alice"], "something bad")
    work(held, "guard", {"guard": {"action": "hold", "verdict": "unsafe", "hazards": [], "score": 1.0}})
    send(users["bob"], "more football")
    last = send(users["alice"], "and sushi")

    history = history_of(viewer_id=users["alice"].pk, before_message_id=last)

    assert history == ["more ramen"]


def test_history_leaves_out_what_was_undone(users: dict) -> None:
    for phrase in ("ramen", "football"):
        complete(send(users["alice"], f"more {phrase}"), phrase)
    intent_undo(viewer_id=users["alice"].pk)
    complete(send(users["alice"], "more sushi"), "sushi")
    last = send(users["alice"], "and tea")

    history = history_of(viewer_id=users["alice"].pk, before_message_id=last)

    assert history == ["more ramen", "more sushi"]


def test_a_second_reply_cannot_be_stored(users: dict) -> None:
    message_id = send(users["alice"])
    complete(message_id)

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            viewer=users["alice"], author="tiller", text="again", reply_to_id=message_id, state="answered"
        )

    assert IntentRun.objects.get(message_id=message_id).state == "done"
