"""`manage.py make_demo_campaign`: a small campaign over the demo catalogue, to try the pair page with."""

import time
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from labelling.services.demo import demo_campaign_create
from vision.models import Video, VideoSource, VideoState

READY_SHARE = 1 / 3  # a clip of nearly every family: pairs of fewer would show little of what is asked for
POLL_S = 2.0


class Command(BaseCommand):
    help = "Open the demo's labelling campaign, once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Open it in the name of the first admin, as soon as a third of the clips of `make_demo` can be shown."""
        admin = get_user_model().objects.filter(role="admin").order_by("pk").first()
        if admin is None:
            raise CommandError("There is no admin yet: make_demo_users makes one.")
        clips = Video.objects.filter(source=VideoSource.DEMO)
        while _num(clips, VideoState.READY) < READY_SHARE * (clips.count() - _num(clips, VideoState.FAILED)):
            time.sleep(POLL_S)
        num_gold = demo_campaign_create(admin_id=admin.pk)
        self.stdout.write(f"demo campaign: {num_gold} new gold pairs")


def _num(clips: Any, state: VideoState) -> int:
    return clips.filter(state=state).count()
