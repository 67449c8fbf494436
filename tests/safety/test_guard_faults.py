"""A guard at fault holds whatever it should have judged: six faults of a real client and server, on each of the three ways."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chat.canned import APPLIED_REPLY, HEARD_REPLY, UNSURE_REPLY
from chat.models import Message
from chat.selectors import intent_document
from safety.chosen import ChosenGuard
from safety.guard.llama.served import ServedLlamaGuard
from safety.guard.verdict import GuardVerdict
from safety.models import AuditEntry, ReviewJob
from safety.policy import load_policy
from tests.chat.conftest import make_users
from tests.chat.driving import SAFE, answers_of, run_of, send, stage_of
from tests.intent import hostile_server as hostile
from tests.intent.hostile_server import saying, serving
from vision.ingest import may_be_shown
from vision.models import Video, VideoSource, Visibility
from vision.selectors import approved_videos
from workers.stages import STAGE_WORKERS
from workers.tasks import chat as jobs

pytestmark = pytest.mark.django_db
TIMEOUT_S = 0.25
STAGES = ("guard", "key_phrases", "intention", "extraction")


def _late(handler: Any, server: hostile.Server) -> None:
    server.over.wait(3 * TIMEOUT_S)
    saying("safe")(handler, server)


FAULTS: dict[str, Any] = {
    "timeout": hostile.hang,
    "crash": hostile.cut,
    "garbage": saying("As an AI model I would call this safe."),
    "empty": saying(""),
    "slow": _late,
    "wrong schema": saying({"verdict": "safe", "hazards": [], "score": 0.0}),
}


@pytest.fixture()
def users(db: None) -> dict[str, Any]:
    """Two viewers without passwords."""
    return make_users()


@pytest.fixture(params=FAULTS)
def faulty_guard(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let a Llama Guard on a server with this fault be the guard of the settings."""
    policy = replace(load_policy(), timeouts_s=dict.fromkeys(load_policy().timeouts_s, 2 * TIMEOUT_S))
    with serving(FAULTS[request.param]) as server:
        guard = ServedLlamaGuard(url=server.url, name="lg", api_key="", policy=policy, timeout_s=TIMEOUT_S)
        _choose(monkeypatch, guard, policy=policy)
        yield request.param


def _choose(monkeypatch: pytest.MonkeyPatch, guard: Any, **patched: Any) -> None:
    monkeypatch.setattr("safety.screen.chosen_guard", lambda: ChosenGuard("served", lambda: guard))
    for name, value in patched.items():
        monkeypatch.setattr(f"safety.screen.load_{name}", lambda value=value: value)


def _run(viewer: Any, monkeypatch: pytest.MonkeyPatch, *, real: str) -> int:
    """Send "more ramen please" through the workers' code; all stages but `real` answer as for ramen."""
    answers = answers_of("ramen")
    organised = {"version": 1, "restored": True, "summary": {}, "steer_ids": []}
    canned = {stage: lambda _, stage=stage: (answers[stage], "test") for stage in answers}
    canned["organise"] = lambda _: (organised, "test")
    monkeypatch.setattr(jobs, "_worker_of", lambda stage: {**canned, real: STAGE_WORKERS[real]}[stage])
    message_id = send(viewer)
    for stage in STAGES:
        jobs.run_stage(stage_run_id=stage_of(message_id, stage).pk)
    return message_id


def test_the_viewers_words_are_held_and_steer_nothing(users: dict, faulty_guard: str, monkeypatch: Any) -> None:
    message_id = _run(users["alice"], monkeypatch, real="guard")

    assert run_of(message_id).state == "held"
    assert run_of(message_id).reading["task"] == "blocked" and run_of(message_id).reading["steers"] == []
    assert Message.objects.get(reply_to_id=message_id).text == UNSURE_REPLY
    assert intent_document(viewer_id=users["alice"].pk)["version"] == 0
    assert stage_of(message_id, "organise").answer is None


def test_the_reply_is_not_said(users: dict, faulty_guard: str, monkeypatch: Any) -> None:
    message_id = _run(users["alice"], monkeypatch, real="reply")

    assert run_of(message_id).state == "done"
    assert Message.objects.get(reply_to_id=message_id).text in (APPLIED_REPLY, HEARD_REPLY)


def test_the_video_stays_pending_with_a_review_job(faulty_guard: str) -> None:
    video = Video.objects.create(title="Ramen", creator="c", source=VideoSource.UPLOAD, source_name="ramen.mp4")

    assert not may_be_shown(video)

    job = ReviewJob.objects.get()
    assert (job.target_kind, job.target_id, job.p_unsafe) == ("video", video.pk, None)
    assert Video.objects.get().visibility == Visibility.PENDING and not approved_videos().exists()


class _Doubts:
    """A guard that is not sure."""

    def check(self, text: str, role: str = "viewer") -> GuardVerdict:
        return GuardVerdict("uncertain", ["hate"], 0.6, "doubts", {})


def test_a_doubted_message_goes_on_and_a_moderator_is_asked_once(users: dict, monkeypatch: Any) -> None:
    _choose(monkeypatch, _Doubts())

    message_id = _run(users["alice"], monkeypatch, real="guard")
    jobs.run_stage(stage_run_id=stage_of(message_id, "guard").pk)

    job = ReviewJob.objects.get()
    assert (job.target_kind, job.target_id, job.category, job.p_unsafe) == ("message", message_id, "hate", 0.6)
    assert AuditEntry.objects.filter(verb="review_request").count() == 1
    assert run_of(message_id).state == "done" and SAFE["action"] == "allow"


def test_a_worker_loads_the_guard_before_its_first_message(monkeypatch: Any) -> None:
    asked: list[tuple[str, str]] = []

    class Guard:
        def check(self, text: str, role: str = "viewer") -> GuardVerdict:
            asked.append((text, role))
            time.sleep(0)
            return GuardVerdict("safe", [], 0.0, "v", {})

    monkeypatch.setattr("workers.stages.chosen_guard", lambda: ChosenGuard("bundled", Guard))
    monkeypatch.setattr("workers.stages.chosen_stages", lambda: type("Stages", (), {"load": lambda self: None})())

    from workers.stages import models_load

    models_load()

    assert asked == [("more ramen please", "viewer")]
