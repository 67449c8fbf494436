"""One like moves the viewer's vector and the next slate through a real worker, without any training."""

from typing import Any

import pytest
from django.test import Client

from feed.models import U2iVersion, ViewerVector
from tests.feed.releasing_u2i import released
from tests.feed.watched_world import put_videos
from tests.feed.working import seconds_to_move, worker_running

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_like_moves_the_vector_and_the_next_slate_by_a_real_worker(client: Client, users: dict[str, Any]) -> None:
    version, videos = put_videos(80)
    serving = released(version)
    client.force_login(users["alice"])

    with worker_running():
        for video in videos[:2]:
            seconds_to_move(client, users["alice"].pk, video.pk)

    row = ViewerVector.objects.get(viewer=users["alice"])
    assert row.u2i_version == serving
    assert {anchor["video_id"] for anchor in row.anchors} == {video.pk for video in videos[:2]}
    assert list(U2iVersion.objects.all()) == [serving], "nothing was trained"
