"""Take videos through their pipeline, one a process at a time. The models load with the first video, after the fork."""

import logging

from vision.services import stuck_videos
from workers import dispatch
from workers.app import app

logger = logging.getLogger(__name__)


@app.task(name="vision.ingest")
def ingest(*, video_id: int) -> None:
    """Ingest one video, and have the feed give it its item vectors; a second delivery finds nothing to do."""
    from vision.ingest import ingest as run

    if run(video_id=video_id):
        dispatch.item_vectors()


@app.task(name="vision.release")
def release(*, version_id: int) -> None:
    """Go on with an opened release; nothing to do where it ended, or another process is at it."""
    from vision.models import ModelVersion
    from vision.releases import ReleaseBusyError, ReleaseRefusedError
    from workers.release import release as run

    version = ModelVersion.objects.filter(pk=version_id).first()
    try:
        if version:
            run(version=version)
    except (ReleaseBusyError, ReleaseRefusedError) as reason:
        logger.warning("%s", reason)


def vision_sweep() -> int:
    """Send again what is stuck and return how many."""
    video_ids = stuck_videos()
    for video_id in video_ids:
        dispatch.ingest(video_id=video_id)
    return len(video_ids)
