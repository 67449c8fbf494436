"""What the tests of releases share: a catalogue with cached frame vectors, heads that differ, scores that pass."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import torch
from django.utils import timezone

from tests.feed.catalogue import demo_clips, encode
from vision.clip.encoder import load_video_encoder
from vision.clip.temporal_head import TemporalHead
from vision.clip.weights import save_weights
from vision.encoders import cached_frames
from vision.ingest import title_text, version_of
from vision.models import FrameVectors, ModelVersion, Video
from vision.services import frame_vectors_store
from vision.versions import tag_vectors_store, vectors_store

SCORES: dict[str, Any] = {
    "before": {"recall_at_1": 0.70, "pair_accuracy": 0.61, "pair_interval": [0.58, 0.64]},
    "after": {"recall_at_1": 0.70, "pair_accuracy": 0.70, "pair_interval": [0.67, 0.73]},
    "pair_gain_interval": [0.06, 0.12],
}
REFUSED_SCORES = SCORES | {"pair_gain_interval": [-0.01, 0.12]}


def shipped() -> Any:
    return load_video_encoder()


def head_file(folder: Path, *, seed: int, scores: dict[str, Any] | None = None, **config: Any) -> Path:
    """Write a head whose vectors are far from the shipped one's."""
    torch.manual_seed(seed)
    head = TemporalHead(replace(shipped().head.config, **config))
    torch.nn.init.normal_(head.out.weight, std=0.1)
    card = {"kind": "temporal head", "config": head.config.as_dict(), "seed": seed}
    path = folder / f"head-{seed}.safetensors"
    save_weights(path, head.state_dict(), card | ({"scores": scores} if scores else {}))
    return path


def catalogue(count: int = 120) -> tuple[ModelVersion, list[Video]]:
    """Write demo clips, ready and approved, with cached frames of 1 to 8 keyframes and vectors of the shipped encoder, which serves."""
    clips, now, rng = demo_clips()[:count], timezone.now(), np.random.default_rng(3)
    version = version_of(shipped())
    videos = Video.objects.bulk_create(
        Video(
            title=clip.title,
            tags=list(clip.tags),
            creator=clip.creator,
            published_at=now - timedelta(days=clip.days_ago, minutes=number),
            source="import",
            state="ready",
            visibility="approved",
            duration_s=clip.duration_s,
            motion_energy=clip.motion,
            width_px=360,
            height_px=640,
            media_path=f"test/{number}.mp4",
            poster_path=f"test/{number}.jpg",
        )
        for number, clip in enumerate(clips)
    )
    titles = encode([title_text(clip.title, list(clip.tags)) for clip in clips])
    for video, title_vec in zip(videos, titles, strict=True):
        cache_frames(video, rng)
        row = FrameVectors.objects.get(video=video)
        frames = cached_frames(row.times_s, row.motion, row.vectors)
        video_vec = shipped().encode_video(frames.vectors, frames.times_s, frames.motion)
        vectors_store(version=version, video_id=video.pk, video_vec=video_vec, title_vec=title_vec)
    tags = sorted({tag for clip in clips for tag in clip.tags})
    tag_vectors_store(version=version, tags=tags, vectors_ND=encode(tags))
    return version, videos


def cache_frames(video: Video, rng: np.random.Generator) -> None:
    num_frames = int(rng.integers(1, 9))
    vectors = rng.normal(size=(num_frames, shipped().dims + shipped().head.config.num_features)).astype(np.float32)
    vectors[:, : shipped().dims] /= np.linalg.norm(vectors[:, : shipped().dims], axis=1, keepdims=True)
    times_s = np.sort(rng.uniform(0, 8, num_frames)).tolist()
    motion = rng.uniform(0, 0.3, num_frames).tolist()
    tower_version = shipped().tower_version
    frame_vectors_store(
        video_id=video.pk, tower_version=tower_version, times_s=times_s, motion=motion, vectors_KE=vectors
    )
