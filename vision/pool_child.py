"""What a process of `vision.pool` runs. Imports nothing of Django before `prepare`: a spawned process reads this module first."""

import os
import threading
import time

PARENT_CHECK_S = 1.0


def prepare() -> None:
    """Set Django up in a fresh process that ends with its parent."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    import django

    django.setup()


def _end_with_parent(parent_pid: int) -> None:
    """End at once when the parent is gone: a killed command must leave no process behind that holds memory and a lease."""
    while os.getppid() == parent_pid:
        time.sleep(PARENT_CHECK_S)
    os._exit(1)


def ingest_one(video_id: int) -> bool:
    """Ingest a video; return whether it is done, ready or failed."""
    from vision.ingest import ingest
    from vision.models import Video, VideoState

    ingest(video_id=video_id)
    return Video.objects.filter(pk=video_id, state__in=[VideoState.READY, VideoState.FAILED]).exists()
