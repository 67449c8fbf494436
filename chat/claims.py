"""Say what a worker holds when it has claimed a stage. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StageClaim:
    """Hold the right to work on one stage until the lease ends; `text` is the viewer's message."""

    stage_run_id: int
    stage: str
    fencing_token: int
    attempts: int
    run_id: int
    message_id: int
    viewer_id: int
    text: str
