"""`manage.py make_demo`: the demo catalogue, rendered by the workers."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from vision import selectors, services
from vision.models import Video, VideoSource, VideoState
from vision.pool import ingest_here
from vision.versions import bundled_is_serving
from workers import dispatch

POLL_S = 1.0


class Command(BaseCommand):
    """Create the rows of all demo clips at once and send them off; a second run finds them there."""

    help = "Create the demo catalogue; the workers render and index it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=settings.DEMO_SEED)
        parser.add_argument(
            "--count", type=int, default=settings.DEMO_CLIPS, help="clips (default: the whole catalogue)"
        )
        parser.add_argument("--wait", action="store_true", help="show progress until every clip is done")
        parser.add_argument(
            "--here", action="store_true", help="render in two processes of this command, without workers"
        )

    def handle(self, *args: Any, seed: int, count: int, wait: bool, here: bool, **options: Any) -> None:
        """Create what is missing; send what is not done."""
        from vision.scenes.catalogue import demo_catalogue

        scenes = [(f"{spec.family}-{spec.seed}", spec.to_json()) for spec in demo_catalogue(seed, count or None)]
        new_ids = services.demo_videos_create(scenes=scenes)
        self.stdout.write(f"demo catalogue: {len(scenes)} clips, {len(new_ids)} new")
        if not bundled_is_serving():  # the weights are newer than the index: an upgrade
            call_command("reindex_videos")
        if here:
            _render_here()
            return
        for video_id in new_ids:  # what an earlier run left over, the sweep sends
            if not dispatch.ingest(video_id=video_id):
                break  # the broker is away: the sweep sends these too
        if wait:
            _wait()


def _render_here() -> None:
    undone = Video.objects.filter(source=VideoSource.DEMO).exclude(state__in=[VideoState.READY, VideoState.FAILED])
    video_ids = list(undone.order_by("id").values_list("id", flat=True))
    with _progress() as progress:
        task = progress.add_task("demo clips", total=len(video_ids))
        ingest_here(video_ids=video_ids, num_processes=2, on_done=lambda _: progress.advance(task))


def _wait() -> None:
    """Show progress until no video is queued or in work."""
    with _progress() as progress:
        task = progress.add_task("catalogue")
        while True:
            counts = selectors.catalogue_progress()
            progress.update(task, total=counts["total"], completed=counts["ready"] + counts["failed"])
            if counts["ready"] + counts["failed"] >= counts["total"]:
                return
            time.sleep(POLL_S)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console()
    )
