"""A catalogue and viewers with latent tastes, written into the database: small, without an encoder, the same for a seed.

Every video is of one of eight topics, which its vectors show; in each topic every third video is well made, which nothing shows. Viewers
like what is well made of their two topics and skip the rest: the mean of what was liked finds the topics, only who learns from the
others' engagements can find what is well made.
"""

import uuid
from datetime import timedelta
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.utils import timezone
from pgvector import HalfVector

from feed.models import Engagement, ViewerState
from feed.services.engagements import viewer_state_rebuild
from vision.models import ModelVersion, TitleVector, Video, VideoVector
from vision.selectors import text_space
from vision.versions import version_ensure

DIMS = 32
NUM_TOPICS = 8
NOISE = 0.6  # beside a topic's own direction of length 1


def topic_of(number: int) -> int:
    return number % NUM_TOPICS


def is_well_made(number: int) -> bool:
    return number // NUM_TOPICS % 3 == 0


def put_videos(count: int = 160, *, seed: int = 0) -> tuple[ModelVersion, list[Video]]:
    """Write `count` approved videos with vectors of a version that serves; number n is of topic n % NUM_TOPICS."""
    version = version_ensure(slug="watched", profile="open", dims=DIMS, tower_version="watched")
    now = timezone.now()
    videos = Video.objects.bulk_create(
        Video(
            title=f"Clip {number}",
            tags=[f"topic {topic_of(number)}", f"own {number}"],
            creator=f"creator {number}",
            published_at=now - timedelta(minutes=number),
            source="import",
            state="ready",
            visibility="approved",
            duration_s=8.0,
            motion_energy=0.05,
            width_px=360,
            height_px=640,
            media_path=f"test/{number}.mp4",
            poster_path=f"test/{number}.jpg",
        )
        for number in range(count)
    )
    seen, said = (topic_vectors(count, seed=seed + part) for part in (0, 1))
    VideoVector.objects.bulk_create(
        VideoVector(video=video, model_version=version, video_vec=HalfVector(one))
        for video, one in zip(videos, seen, strict=True)
    )
    TitleVector.objects.bulk_create(
        TitleVector(video=video, text_space=text_space(version), vec=HalfVector(one))
        for video, one in zip(videos, said, strict=True)
    )
    return version, videos


def topic_vectors(count: int, *, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(NUM_TOPICS, DIMS))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    vectors = centres[np.arange(count) % NUM_TOPICS] + rng.normal(size=(count, DIMS)) * NOISE / DIMS**0.5
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def put_viewers(videos: list[Video], count: int = 60, *, per_viewer: int = 16, seed: int = 0) -> list[Any]:
    """Write viewers of two topics each and what they did, a minute apart; their engagements end an hour ago."""
    rng, now = np.random.default_rng(seed), timezone.now() - timedelta(hours=1)
    viewers = get_user_model().objects.bulk_create(
        get_user_model()(username=f"watcher{number}-{uuid.uuid4().hex[:6]}") for number in range(count)
    )
    rows = []
    for number, viewer in enumerate(viewers):
        topics = {number % NUM_TOPICS, (3 * number + 1) % NUM_TOPICS}
        own = [n for n in range(len(videos)) if topic_of(n) in topics]
        for place, chosen in enumerate(rng.permutation(own)[:per_viewer]):
            kind = "like" if is_well_made(int(chosen)) else "skip"
            at = now - timedelta(minutes=per_viewer - place)
            rows.append(
                Engagement(
                    viewer=viewer, video=videos[int(chosen)], kind=kind, client_uuid=uuid.uuid4(), happened_at=at
                )
            )
    Engagement.objects.bulk_create(rows)
    ViewerState.objects.bulk_create(ViewerState(viewer=viewer) for viewer in viewers)
    for viewer in viewers:
        viewer_state_rebuild(viewer_id=viewer.pk)
    return viewers
