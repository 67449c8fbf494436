"""Put a run's stages together into the reading (contract `reading/1`) that they amount to, failed ones included."""

from typing import Any

from chat.intent.assemble import assemble_reading
from chat.models import StageRun

_BLOCKED = {"task": "blocked", "key_phrases": [], "steers": [], "filters": {}}
_NAMES = {"guard": "safety"}  # the contract's name of the guard's answer
_UNNAMED = {"organise"}  # ours, not a stage of understanding


def reading_of(*, message_id: int, stages: dict[str, StageRun], held: bool = False) -> dict[str, Any]:
    """Return the reading as far as the stages have answered; a stage that failed is named in `degraded` and leaves a gap.

    A held message reads as task "blocked" and carries no steer, whatever the other stages said.
    """
    answers = {stage: row.answer for stage, row in stages.items() if row.state == StageRun.State.DONE}
    failed = [stage for stage, row in stages.items() if row.state == StageRun.State.FAILED and stage not in _UNNAMED]
    degraded = [_NAMES.get(stage, stage) for stage in failed]
    reading = assemble_reading(message_id, answers)
    return {**reading, "degraded": degraded, **(_BLOCKED if held else {})}
