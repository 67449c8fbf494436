"""`manage.py reindex_videos`: have every ready video in the index; where this installation's model is new, release it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vision.ingest import index_video, version_of
from vision.models import VersionState, Video
from vision.release import release_start, rollback_start
from vision.releases import ReleaseRefusedError
from vision.selectors import missing_ids, serving_version
from workers.release import release
from workers.release_view import release_shown


class Command(BaseCommand):
    """What serves stays where this process can write it, a tuned head too: only an upgrade of the weights brings another version."""

    help = "Index every ready video that is missing; after an upgrade of the weights, under the new ones, and switch to them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill what is missing, or release the shipped weights."""
        from vision.clip.encoder import load_video_encoder
        from vision.encoders import NoEncoderError, encoder_of

        serving = serving_version()
        try:
            if serving is not None:
                encoder_of(serving)
        except NoEncoderError as error:
            self.stdout.write(str(error))
        else:
            missing = missing_ids(version=serving) if serving else []
            for video in Video.objects.filter(pk__in=missing):
                index_video(video=video, encoder=load_video_encoder())
            self.stdout.write(f"{serving.slug if serving else 'nothing'} serves; {len(missing)} videos indexed")
            return
        version = version_of(load_video_encoder())
        start = rollback_start if version.state == VersionState.RETIRED else release_start
        try:
            opened = start(version=version)
        except ReleaseRefusedError as error:
            raise CommandError(str(error)) from error
        release_shown(version=opened, run=release, out=self.stdout)
