"""Take videos through their pipeline, one a process at a time. The models load with the first video, after the fork."""

import logging

from vision.services import stuck_videos
from workers import dispatch
from workers.app import app

logger = logging.getLogger(__name__)


@app.task(name="vision.ingest")
def ingest(*, video_id: int) -> None:
    """Ingest one video; a second delivery finds nothing to do."""
    from vision.ingest import ingest as run

    run(video_id=video_id)


def vision_sweep() -> int:
    """Send again what is stuck and return how many."""
    video_ids = stuck_videos()
    for video_id in video_ids:
        dispatch.ingest(video_id=video_id)
    return len(video_ids)
