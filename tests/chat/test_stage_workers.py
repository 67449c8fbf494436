"""Claims about the workers' side of a stage: what a worker does with a claim, and what it leaves behind when it fails or is killed."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from chat.claims import StageClaim
from chat.models import IntentVersion, Message
from chat.selectors import intent_document
from chat.services.intents import intent_undo
from feed.models import Engagement, Slate
from tests.chat.driving import answers_of, claim, complete, lapse, run_of, send, stage_of, work
from vision.models import Video
from workers.facts import reply_facts
from workers.stages import STAGE_WORKERS
from workers.tasks import chat as jobs

pytestmark = pytest.mark.django_db
PARALLEL = ("guard", "key_phrases", "intention", "extraction")


def answering(monkeypatch: pytest.MonkeyPatch, **workers: Callable[[StageClaim], Any]) -> None:
    """Let the stages answer from the test; those not named answer as for "ramen"."""
    answers = answers_of("ramen")
    canned = {stage: lambda _, stage=stage: (answers[stage], "test") for stage in answers}
    monkeypatch.setattr(jobs, "_worker_of", lambda stage: {**canned, **workers}[stage])


def test_the_worker_of_the_last_answer_takes_the_run_to_its_end(users: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch)
    message_id = send(users["alice"])
    for stage in PARALLEL[:-1]:
        jobs.run_stage(stage_run_id=stage_of(message_id, stage).pk)
    assert run_of(message_id).state == "running"

    jobs.run_stage(stage_run_id=stage_of(message_id, PARALLEL[-1]).pk)

    assert run_of(message_id).state == "done"
    assert Message.objects.get(reply_to_id=message_id).text == "More ramen."


def test_a_job_delivered_again_or_for_a_row_that_is_gone_does_nothing(
    users: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    answering(monkeypatch, guard=lambda claimed: calls.append(claimed.stage) or (answers_of("ramen")["guard"], "test"))
    message_id = send(users["alice"])

    for _ in range(3):
        jobs.run_stage(stage_run_id=stage_of(message_id, "guard").pk)
    jobs.run_stage(stage_run_id=10**12)

    assert calls == ["guard"]


def test_a_stage_that_raises_is_tried_thrice_and_then_does_without(
    users: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: StageClaim) -> Any:
        raise FileNotFoundError("model.safetensors")

    answering(monkeypatch, intention=broken)
    message_id = send(users["alice"])

    for stage in PARALLEL:
        jobs.run_stage(stage_run_id=stage_of(message_id, stage).pk)

    failed = stage_of(message_id, "intention")
    assert (failed.state, failed.attempts) == ("failed", 3) and "FileNotFoundError" in failed.error
    assert run_of(message_id).reading["degraded"] == ["intention"]


def test_a_stage_without_end_is_stopped_at_its_limit(users: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, guard=lambda _: time.sleep(60))
    monkeypatch.setattr(jobs, "stage_limit_s", lambda **_: 0.05)
    message_id = send(users["alice"])

    jobs.run_stage(stage_run_id=stage_of(message_id, "guard").pk)

    assert "StageTimedOut" in stage_of(message_id, "guard").error
    assert run_of(message_id).state == "held"


def test_a_job_whose_process_died_goes_on_at_once_with_what_it_held(
    users: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: StageClaim) -> Any:
        raise SystemExit("kill -9")

    answering(monkeypatch, selection=killed)
    message_id = send(users["alice"])
    for stage in PARALLEL[:-1]:
        jobs.run_stage(stage_run_id=stage_of(message_id, stage).pk)
    last = {"stage_run_id": stage_of(message_id, PARALLEL[-1]).pk}
    jobs.run_stage.push_request(id="job-1", delivery_info={})
    with pytest.raises(SystemExit):
        jobs.run_stage.run(**last)
    jobs.run_stage.pop_request()
    assert stage_of(message_id, "selection").state == "running"

    answering(monkeypatch)
    jobs.run_stage.push_request(id="job-2", delivery_info={"redelivered": True})
    jobs.run_stage.run(**last)
    jobs.run_stage.pop_request()
    assert stage_of(message_id, "selection").state == "running", "another job's lease is left alone"
    jobs.run_stage.push_request(id="job-1", delivery_info={"redelivered": True})
    jobs.run_stage.run(**last)
    jobs.run_stage.pop_request()

    assert run_of(message_id).state == "done"
    assert stage_of(message_id, "selection").attempts == 2


def organised(message_id: int) -> tuple[StageClaim, dict[str, Any]]:
    """Claim organise and do its work, without finishing it: a worker killed at the worst moment."""
    claimed = claim(message_id, "organise")
    assert claimed is not None
    return claimed, STAGE_WORKERS["organise"](claimed)[0]


def test_an_organiser_killed_after_its_merge_is_repeated_without_a_second_version(users: dict) -> None:
    message_id = send(users["alice"])
    for stage in (*PARALLEL, "selection"):
        work(message_id, stage, answers_of("ramen"))
    _, first = organised(message_id)
    lapse(message_id, "organise")

    _, second = organised(message_id)

    assert second == first and first["version"] == 1
    assert first["summary"]["added"] == ["ramen"] and len(first["steer_ids"]) == 1
    assert IntentVersion.objects.filter(viewer=users["alice"]).count() == 2


def said_undo(viewer: Any) -> int:
    message_id = send(viewer, "undo that")
    answers = answers_of("x") | {"extraction": {"steers": [], "filters": {}}, "selection": {"task": "undo"}}
    for stage in (*PARALLEL, "selection"):
        work(message_id, stage, answers)
    return message_id


def test_undo_said_in_the_chat_takes_one_change_back_even_if_its_worker_was_killed(users: dict) -> None:
    alice = users["alice"]
    complete(send(alice), "ramen")
    complete(send(alice), "sushi")
    message_id = said_undo(alice)

    organised(message_id)
    lapse(message_id, "organise")
    _, answer = organised(message_id)

    assert answer["restored"] and answer["version"] == 3
    assert [steer["phrase"] for steer in intent_document(viewer_id=alice.pk)["steers"]] == ["ramen"]
    assert intent_undo(viewer_id=alice.pk).document["steers"] == []


def test_undo_with_nothing_to_undo_changes_nothing(users: dict) -> None:
    _, answer = organised(said_undo(users["alice"]))

    assert answer["version"] is None and not answer["restored"]


def test_small_talk_makes_no_version(users: dict) -> None:
    message_id = send(users["alice"], "hello there")
    answers = answers_of("x") | {"extraction": {"steers": [], "filters": {}}, "selection": {"task": "chat"}}
    for stage in (*PARALLEL, "selection"):
        work(message_id, stage, answers)

    _, answer = organised(message_id)

    assert answer["version"] is None
    assert intent_document(viewer_id=users["alice"].pk)["version"] == 0


def test_why_is_answered_with_the_cause_of_the_card_seen_last(users: dict) -> None:
    alice = users["alice"]
    videos = [Video.objects.create(title=title, creator="c", source="demo", source_name=title) for title in ("A", "B")]
    reasons = [
        {"source": "fresh", "phrase": None, "said": None},
        {"source": "steer", "phrase": "ramen", "said": "ramen!"},
    ]
    cards = [{"video_id": video.pk, "reason": reason} for video, reason in zip(videos, reasons, strict=True)]
    slate = Slate.objects.create(viewer=alice, cards=cards)
    for video in videos:
        Engagement.objects.create(viewer=alice, video=video, kind="impression", slate=slate, client_uuid=uuid.uuid4())
    claimed = claim(send(alice, "why this one?"), "guard")

    facts = reply_facts(claim=claimed, task="explain", organised={"steer_ids": [], "restored": True})

    assert facts.why is not None
    assert (facts.why.title, facts.why.source, facts.why.phrase) == ("B", "steer", "ramen")
