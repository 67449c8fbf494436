"""Read the catalogue as simulated viewers know it."""

import numpy as np

from feed.simulation.world import World
from vision.selectors import approved_videos, serving_version, title_vectors, video_vectors


def world_read() -> World:
    """Return the approved videos that the serving version has indexed; a video is like its title's and its picture's vector, added."""
    version = serving_version()
    videos = approved_videos().in_bulk()
    seen = video_vectors(video_ids=videos, version=version) if version else {}
    titles = title_vectors(video_ids=videos, version=version) if version else {}
    found = [videos[video_id] for video_id in sorted(seen.keys() & titles.keys())]
    vectors = [seen[video.pk] + titles[video.pk] for video in found]
    vector_ND = np.stack(vectors) if vectors else np.zeros((0, version.dims if version else 1), dtype=np.float32)
    return World(
        video_id=np.array([video.pk for video in found], dtype=np.int64),
        vectors=vector_ND / np.maximum(np.linalg.norm(vector_ND, axis=1, keepdims=True), 1e-6),
        tags=[frozenset(tag.casefold() for tag in video.tags) for video in found],
        creator=[video.creator for video in found],
        duration_s=np.array([video.duration_s or 0.0 for video in found], dtype=np.float32),
    )
