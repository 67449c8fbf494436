"""What a process of `vision.pool` runs. Imports nothing of Django before `prepare`: a spawned process reads this module first."""

import os


def prepare() -> None:
    """Set Django up in a fresh process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    import django

    django.setup()


def ingest_one(video_id: int) -> bool:
    """Ingest a video; return whether it is done, ready or failed."""
    from vision.ingest import ingest
    from vision.models import Video, VideoState

    ingest(video_id=video_id)
    return Video.objects.filter(pk=video_id, state__in=[VideoState.READY, VideoState.FAILED]).exists()
