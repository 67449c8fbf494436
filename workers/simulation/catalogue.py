"""Read the catalogue as simulated viewers know it."""

import numpy as np

from feed.simulation.world import World
from vision.models import VideoVector
from vision.selectors import approved_videos, serving_version


def world_read() -> World:
    """Return the approved videos that the serving version has indexed; a video is like its title's and its picture's vector, added."""
    version = serving_version()
    rows = VideoVector.objects.filter(model_version=version, video__in=approved_videos()).order_by("video_id")
    found = list(rows.select_related("video"))
    vectors = [np.array(row.title_vec, np.float32) + np.array(row.video_vec, np.float32) for row in found]
    vector_ND = np.stack(vectors) if vectors else np.zeros((0, version.dims if version else 1), dtype=np.float32)
    return World(
        video_id=np.array([row.video_id for row in found], dtype=np.int64),
        vectors=vector_ND / np.maximum(np.linalg.norm(vector_ND, axis=1, keepdims=True), 1e-6),
        tags=[frozenset(tag.casefold() for tag in row.video.tags) for row in found],
        creator=[row.video.creator for row in found],
        duration_s=np.array([row.video.duration_s or 0.0 for row in found], dtype=np.float32),
    )
