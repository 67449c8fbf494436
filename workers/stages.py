"""Do the work of each stage: ask its model, or merge, or compose. Imported in workers only, since it leads to torch."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from django.utils import timezone

from chat.canned import APPLIED_REPLY, HEARD_REPLY
from chat.claims import StageClaim
from chat.intent.llm.reply import COMPOSED_VERSION
from chat.intent.merge import MergeResult, MergeSummary, apply_reading
from chat.intent.reply import compose_reply
from chat.llm import chosen_stages
from chat.models import IntentVersion
from chat.readings import reading_of
from chat.selectors import history_of, recent_replies, run_version, stage_runs_of, version_document
from chat.services.intents import NothingToUndo, intent_apply, intent_undo
from feed.services.pools import pool_refresh
from safety.chosen import chosen_guard
from safety.screen import screen
from safety.services.jobs import review_request
from workers.facts import reply_facts

Answer = dict[str, Any]
StageWorker = Callable[[StageClaim], tuple[Answer, str]]


class GuardUnavailable(RuntimeError):
    """The guard did not judge: the stage has failed, and a message without a verdict is held."""


def models_load() -> None:
    """Load every model of the DAG and let each answer once: the first inference is the slow one."""
    if (guard := chosen_guard()).profile != "served":
        guard.load().check("more ramen please", role="viewer")
    chosen_stages().load()


_MODEL_STAGES = ("key_phrases", "intention", "extraction")


def _guard(claim: StageClaim) -> tuple[Answer, str]:
    """Judge the message; a doubt opens its review job before the verdict is stored, so that none is lost."""
    seen = screen(text=claim.text, role="viewer")
    if seen.fault:
        raise GuardUnavailable(seen.fault)
    if seen.action != "allow":  # what passes in doubt, and what is held, is for a moderator to see
        review_request(
            target_kind="message",
            target_id=claim.message_id,
            hazards=seen.hazards,
            p_unsafe=seen.score,
            guard_version=seen.model_version,
        )
    answer = {"action": seen.action, "verdict": seen.verdict, "hazards": seen.hazards, "score": round(seen.score, 4)}
    return answer, seen.model_version


def _model(name: str, claim: StageClaim) -> tuple[Answer, str]:
    stage = getattr(chosen_stages(), name)
    return stage.answer(claim.text, _history(claim)), stage.model_version


def _selection(claim: StageClaim) -> tuple[Answer, str]:
    stage = chosen_stages().selection
    rows = stage_runs_of(run_id=claim.run_id)
    answers = {name: answer for name in _MODEL_STAGES if (answer := rows[name].answer) is not None}
    return stage.answer(claim.text, _history(claim), answers), stage.model_version


def _history(claim: StageClaim) -> list[str]:
    return history_of(viewer_id=claim.viewer_id, before_message_id=claim.message_id)


def _organise(claim: StageClaim) -> tuple[Answer, str]:
    """Merge the reading into the document, at most once a run, and have the feed's pool know it before any page is told."""
    reading = reading_of(message_id=claim.message_id, stages=stage_runs_of(run_id=claim.run_id))
    former = run_version(run_id=claim.run_id)
    if reading["task"] == "undo":
        answer = _undone(claim, former)
    else:
        answer = _merged(claim, reading, former)
    if answer["version"] is not None:
        pool_refresh(viewer_id=claim.viewer_id)
    return answer, "merge/1"


def _undone(claim: StageClaim, former: IntentVersion | None) -> Answer:
    version = former.version if former else None
    if version is None:
        try:
            version = intent_undo(viewer_id=claim.viewer_id, claim=claim).version
        except NothingToUndo:
            version = None
    return {"version": version, "restored": version is not None, "summary": asdict(MergeSummary()), "steer_ids": []}


def _merged(claim: StageClaim, reading: Answer, former: IntentVersion | None) -> Answer:
    """Merge, or tell again what an attempt before this one merged and could not finish."""
    results: list[MergeResult] = []

    def change(document: Answer) -> Answer:
        now = timezone.now()
        results.append(apply_reading(document, reading, now=now, message_id=claim.message_id, said=claim.text))
        return results[-1].document

    if former is None:
        applied = intent_apply(viewer_id=claim.viewer_id, change=change, cause=IntentVersion.Cause.CHAT, claim=claim)
        version = applied.version if applied.changed else None
    else:
        version = former.version
        change(version_document(viewer_id=claim.viewer_id, version=version - 1))
    result = results[-1]
    steer_ids = result.new_steer_ids + result.changed_ids
    return {"version": version, "restored": True, "summary": asdict(result.summary), "steer_ids": steer_ids}


def _reply(claim: StageClaim) -> tuple[Answer, str]:
    """Word the reply by what really changed and what the feed's pool really holds; an unsafe one is not said."""
    rows = stage_runs_of(run_id=claim.run_id)
    organised = rows["organise"].answer or {"version": None, "restored": True, "summary": {}, "steer_ids": []}
    reading = reading_of(message_id=claim.message_id, stages=rows)
    done = MergeSummary(**organised["summary"])
    facts = reply_facts(claim=claim, task=reading["task"], organised=organised)
    recent, model = recent_replies(viewer_id=claim.viewer_id), chosen_stages().reply
    if model is None:
        text, version = compose_reply(reading, done, facts, recent), COMPOSED_VERSION
    else:
        text, version = model.reply(reading, done, facts, recent)
    if screen(text=text, role="reply").action != "allow":
        text = HEARD_REPLY if organised["version"] is None else APPLIED_REPLY
    return {"text": text}, version


STAGE_WORKERS: dict[str, StageWorker] = {
    "guard": _guard,
    "key_phrases": partial(_model, "key_phrases"),
    "intention": partial(_model, "intention"),
    "extraction": partial(_model, "extraction"),
    "selection": _selection,
    "organise": _organise,
    "reply": _reply,
}
