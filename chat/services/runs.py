"""Move a run on: decide under the viewer's and the run's lock what its finished stages allow, exactly once (decision 1)."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from chat.canned import APPLIED_REPLY, FAILED_REPLY, HEARD_REPLY, held_reply
from chat.models import IntentRun, Message, StageRun
from chat.plan import PARALLEL_STAGES
from chat.readings import reading_of
from chat.services.events import EventDraft, events_append, viewer_lock
from chat.services.intents import versions_announce
from chat.services.sending import stage_queue, stages_dispatch


@dataclass
class Advance:
    """Hold what a step of a run leaves to its caller: events to append, and stages that were queued and can go now."""

    events: list[EventDraft] = field(default_factory=list)
    stage_run_ids: list[int] = field(default_factory=list)

    def __add__(self, other: "Advance") -> "Advance":
        return Advance(self.events + other.events, self.stage_run_ids + other.stage_run_ids)


_FINISHED = (StageRun.State.DONE, StageRun.State.FAILED)


@transaction.atomic
def run_fan_in(*, run_id: int) -> None:
    """Move a run on if its stages allow it. Every finish does so by itself; the sweep calls this for a run that stands still."""
    viewer_id = IntentRun.objects.values_list("message__viewer_id", flat=True).get(pk=run_id)
    viewer_lock(viewer_id=viewer_id)
    run = IntentRun.objects.select_for_update(of=("self",)).select_related("message").get(pk=run_id)
    advance = run_advance(run=run)
    events_append(viewer_id=viewer_id, events=advance.events)
    stages_dispatch(stage_run_ids=advance.stage_run_ids)


LETS_PASS = ("allow", "review")  # the policy's actions (safety/policy.toml); anything else holds the message


def run_advance(*, run: IntentRun) -> Advance:
    """Queue the stage that the finished ones allow, or end the run; return what to tell and what to send.

    The caller holds the viewer's lock and the run's. Calling it again changes nothing. A viewer's runs organise in the order of
    their messages: a later run waits at that point for the earlier ones, so that two messages at once give one version each.
    """
    if run.state != IntentRun.State.RUNNING:
        return Advance()
    stages = {stage_run.stage: stage_run for stage_run in run.stages.all()}
    guard = stages["guard"]
    if guard.state == StageRun.State.FAILED:
        return _run_hold(run, stages, verdict=None, hazards=[])
    if guard.state == StageRun.State.DONE and _answer(guard).get("action") not in LETS_PASS:
        return _run_hold(run, stages, verdict=_answer(guard)["verdict"], hazards=_answer(guard)["hazards"])
    if any(stages[stage].state not in _FINISHED for stage in PARALLEL_STAGES):
        return Advance()
    if stages["selection"].state == StageRun.State.WAITING:
        return _queued(stages["selection"])
    if stages["selection"].state in _FINISHED:
        return _after_selection(run, stages)
    return Advance()


def _queued(stage_run: StageRun) -> Advance:
    stage_queue(stage_run_id=stage_run.pk)
    return Advance(stage_run_ids=[stage_run.pk])


def _after_selection(run: IntentRun, stages: dict[str, StageRun]) -> Advance:
    organise, reply = stages["organise"], stages["reply"]
    if organise.state == StageRun.State.WAITING:
        return Advance() if _earlier_runs(run).exists() else _queued(organise)
    if organise.state not in _FINISHED:
        return Advance()
    if organise.state == StageRun.State.FAILED and run.intent_version is None:
        return _run_end(run, stages, state=IntentRun.State.FAILED, text=FAILED_REPLY)
    if reply.state == StageRun.State.WAITING:
        return Advance(events=_announced(run)) + _queued(reply) + _successor_advance(run)
    if reply.state not in _FINISHED:
        return Advance()
    return _run_end(run, stages, state=IntentRun.State.DONE, text=_reply_text(run, reply))


def _reply_text(run: IntentRun, reply: StageRun) -> str:
    if reply.state == StageRun.State.DONE:
        return _answer(reply)["text"]
    return HEARD_REPLY if run.intent_version is None else APPLIED_REPLY


def _answer(stage_run: StageRun) -> dict[str, Any]:
    if stage_run.answer is None:
        raise ValueError(f"{stage_run} has no answer")
    return stage_run.answer


def _announced(run: IntentRun) -> list[EventDraft]:
    if run.intent_version is None:
        return []
    return versions_announce(viewer_id=run.message.viewer_id, up_to=run.intent_version)


def _earlier_runs(run: IntentRun) -> Any:
    """Return the viewer's earlier runs that may still change the intent document."""
    earlier = StageRun.objects.filter(
        stage="organise",
        run_id__lt=run.pk,
        run__state=IntentRun.State.RUNNING,
        run__message__viewer_id=run.message.viewer_id,
    )
    return earlier.exclude(state__in=_FINISHED)


def _successor_advance(run: IntentRun) -> Advance:
    """Move on the viewer's next run, which may have waited for this one to organise."""
    waiting = StageRun.objects.filter(
        stage="organise",
        state=StageRun.State.WAITING,
        run_id__gt=run.pk,
        run__state=IntentRun.State.RUNNING,
        run__message__viewer_id=run.message.viewer_id,
    )
    next_run_id = waiting.order_by("run_id").values_list("run_id", flat=True).first()
    if next_run_id is None:
        return Advance()
    following = IntentRun.objects.select_for_update(of=("self",)).select_related("message").get(pk=next_run_id)
    return run_advance(run=following)


def _run_hold(run: IntentRun, stages: dict[str, StageRun], *, verdict: str | None, hazards: list[str]) -> Advance:
    return _run_end(run, stages, state=IntentRun.State.HELD, text=held_reply(verdict=verdict, hazards=hazards))


_MESSAGE_STATE = {
    IntentRun.State.DONE: Message.State.ANSWERED,
    IntentRun.State.HELD: Message.State.HELD,
    IntentRun.State.FAILED: Message.State.FAILED,
}


def _run_end(run: IntentRun, stages: dict[str, StageRun], *, state: IntentRun.State, text: str) -> Advance:
    """End the run with one reply row; what has not begun will not begin; the next run need not wait any longer."""
    message = run.message
    run.reading = reading_of(message_id=message.pk, stages=stages, held=state == IntentRun.State.HELD)
    run.state, run.finished_at = state, timezone.now()
    run.save(update_fields=["reading", "state", "finished_at"])
    unfinished = [stage_run.pk for stage_run in stages.values() if stage_run.state not in _FINISHED]
    if unfinished:
        StageRun.objects.filter(pk__in=unfinished).update(state=StageRun.State.FAILED, error=f"run {state}")
    Message.objects.filter(pk=message.pk).update(state=_MESSAGE_STATE[state])
    reply = Message.objects.create(
        viewer_id=message.viewer_id,
        author=Message.Author.TILLER,
        text=text,
        reply_to=message,
        state=Message.State.ANSWERED,
    )
    kind = "held" if state == IntentRun.State.HELD else "reply"
    told = {"message_id": message.pk, "id": reply.pk, "text": text, "state": _MESSAGE_STATE[state]}
    return Advance(events=[(kind, told)]) + _successor_advance(run)
