"""Put the stages' answers together into a reading (contract `reading/1`), degraded answers included."""

from typing import Any

from chat.models import StageRun

_SAFETY_UNKNOWN = {"verdict": "uncertain", "hazards": [], "score": 0.5}
_DEGRADABLE = ("key_phrases", "intention", "extraction", "selection", "reply")


def reading_of(*, message_id: int, stages: dict[str, StageRun], held: bool = False) -> dict[str, Any]:
    """Return the reading as far as the stages have answered; a stage that failed is named in `degraded` and leaves a gap.

    A held message reads as task "blocked" and carries no steer, whatever the other stages said.
    """
    answers = {stage: stage_run.answer for stage, stage_run in stages.items() if stage_run.state == StageRun.State.DONE}
    intention = answers.get("intention") or {"label": "chat", "strength": 0.0}
    extraction = answers.get("extraction") or {"steers": [], "filters": {}}
    failed = [stage for stage in _DEGRADABLE if stages[stage].state == StageRun.State.FAILED and not held]
    if "guard" not in answers:
        failed.append("safety")
    return {
        "schema": "reading/1",
        "id": message_id,
        "task": "blocked" if held else _task(answers, extraction, intention),
        "key_phrases": [] if held else (answers.get("key_phrases") or {}).get("key_phrases", []),
        "intention": intention,
        "steers": [] if held else extraction["steers"],
        "filters": {} if held else extraction["filters"],
        "safety": answers.get("guard") or _SAFETY_UNKNOWN,
        "degraded": failed,
    }


def _task(answers: dict[str, Any], extraction: dict[str, Any], intention: dict[str, Any]) -> str:
    """Return the selected task, or without a selection what the other stages' answers amount to."""
    if "selection" in answers:
        return answers["selection"]["task"]
    directions = {steer["direction"] for steer in extraction["steers"]}
    if directions and intention["label"] != "manage":
        return "less" if directions == {"less"} else "more"
    return "refine" if extraction["filters"] else "chat"
