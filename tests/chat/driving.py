"""Drive runs without workers: claim and finish stages as a worker does, with answers of the test's own."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from chat.claims import StageClaim
from chat.intent.merge import apply_reading
from chat.models import IntentRun, StageRun
from chat.readings import reading_of
from chat.selectors import stage_runs_of
from chat.services.intents import intent_apply
from chat.services.messages import message_send
from chat.services.stages import stage_claim, stage_finish

SAFE = {"action": "allow", "verdict": "safe", "hazards": [], "score": 0.01}


def steer(phrase: str, direction: str = "more") -> dict[str, Any]:
    return {
        "phrase": phrase,
        "kind": "topic",
        "direction": direction,
        "strength": 0.8,
        "hard": False,
        "horizon": "lasting",
    }


def answers_of(phrase: str) -> dict[str, dict[str, Any]]:
    return {
        "guard": SAFE,
        "key_phrases": {"key_phrases": [phrase]},
        "intention": {"label": "steer", "strength": 0.9},
        "extraction": {"steers": [steer(phrase)], "filters": {}, "p_task": {"more": 0.9, "less": 0.1}},
        "selection": {"task": "more"},
        "organise": {"changed": True},
        "reply": {"text": f"More {phrase}."},
    }


def send(viewer: Any, text: str = "more ramen please") -> int:
    return message_send(viewer_id=viewer.pk, client_uuid=uuid.uuid4(), text=text).message_id


def run_of(message_id: int) -> IntentRun:
    return IntentRun.objects.get(message_id=message_id)


def stage_of(message_id: int, stage: str) -> StageRun:
    return StageRun.objects.get(run__message_id=message_id, stage=stage)


def claim(message_id: int, stage: str) -> StageClaim | None:
    return stage_claim(stage_run_id=stage_of(message_id, stage).pk)


def work(message_id: int, stage: str, answers: dict[str, dict[str, Any]]) -> bool:
    """Do one stage if it can be claimed; organise merges and commits as the worker does."""
    claimed = claim(message_id, stage)
    if claimed is None:
        return False
    if stage == "organise":
        organise(claimed)
    return stage_finish(claim=claimed, answer=answers[stage], model_version="test") is not None


def organise(claimed: StageClaim) -> None:
    reading = reading_of(message_id=claimed.message_id, stages=stage_runs_of(run_id=claimed.run_id))

    def merged(document: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        return apply_reading(document, reading, now=now, message_id=claimed.message_id, said=claimed.text).document

    intent_apply(viewer_id=claimed.viewer_id, change=merged, cause="chat", claim=claimed)


def complete(message_id: int, phrase: str = "ramen") -> None:
    """Take a run to its end, stage by stage."""
    for stage in ("guard", "key_phrases", "intention", "extraction", "selection", "organise", "reply"):
        assert work(message_id, stage, answers_of(phrase)), stage


def lapse(message_id: int, stage: str) -> None:
    """Let the lease of a running stage end, as when its worker was killed."""
    past = timezone.now() - timedelta(seconds=1)
    StageRun.objects.filter(run__message_id=message_id, stage=stage).update(
        lease_until=past, sent_at=past.replace(year=2020)
    )
