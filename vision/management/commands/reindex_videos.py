"""`manage.py reindex_videos`: write every ready video under the current model's version, then serve it."""

from typing import Any

from django.core.management.base import BaseCommand

from vision.ingest import index_video
from vision.models import Video, VideoState
from vision.versions import version_ensure, version_serve


class Command(BaseCommand):
    """Search stays on the version before until the new one is complete. Cached frame vectors are used where the tower is the same."""

    help = "Index every ready video with the present model and switch search to it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Index what is missing, check, switch."""
        from vision.clip.encoder import load_video_encoder

        encoder = load_video_encoder()
        version = version_ensure(
            slug=encoder.version, profile=encoder.profile, dims=encoder.dims, tower_version=encoder.tower_version
        )
        missing = Video.objects.filter(state=VideoState.READY).exclude(vectors__model_version=version)
        num_done = 0
        for video in missing.iterator():
            index_video(video=video, encoder=encoder)
            num_done += 1
        version_serve(version=version)
        self.stdout.write(f"{encoder.version}: {num_done} videos indexed, serving")
