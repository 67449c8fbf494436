"""Index the demo's 320 clips in seconds: real titles, tags and weights, four small frames a clip instead of a rendered film."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tests.feed.catalogue import encode
from vision.clip.encoder import load_video_encoder
from vision.ingest import title_text, version_of
from vision.models import ModelVersion, Video
from vision.scenes.catalogue import demo_catalogue, frames_at
from vision.scenes.spec import SceneSpec
from vision.services import frame_vectors_store
from vision.versions import tag_vectors_store, vectors_store

NUM_FRAMES = 4
SIZE_PX = (112, 200)

Floats = npt.NDArray[np.float32]


@lru_cache(maxsize=1)
def seen() -> list[tuple[list[float], Floats]]:
    """Return (times_s [4], frame vectors [4, E]) of every demo clip, by the encoder of this process, once a run."""
    encoder, found = load_video_encoder(), []
    for spec in demo_catalogue():
        times_s = [(number + 0.5) / NUM_FRAMES * spec.duration_s for number in range(NUM_FRAMES)]
        found.append((times_s, encoder.encode_frames(list(frames_at(spec, times_s, *SIZE_PX)))))
    return found


def demo_indexed() -> tuple[ModelVersion, dict[int, SceneSpec]]:
    """Write the demo as ready and approved under the shipped encoder's version, which serves; return it and {video id: spec}."""
    encoder, specs = load_video_encoder(), demo_catalogue()
    version = version_of(encoder)
    videos = Video.objects.bulk_create(
        Video(
            title=s.title, tags=list(s.tags), creator=s.creator, source="import", state="ready", visibility="approved"
        )
        for s in specs
    )
    titles = encode([title_text(spec.title, list(spec.tags)) for spec in specs])
    for video, (times_s, vectors_KE), title_vec in zip(videos, seen(), titles, strict=True):
        frame_vectors_store(
            video_id=video.pk,
            tower_version=encoder.tower_version,
            times_s=times_s,
            motion=[0.05] * NUM_FRAMES,
            vectors_KE=vectors_KE,
        )
        video_vec = encoder.encode_video(vectors_KE, times_s, [0.05] * NUM_FRAMES)
        vectors_store(version=version, video_id=video.pk, video_vec=video_vec, title_vec=title_vec)
    tags = sorted({tag for spec in specs for tag in spec.tags})
    tag_vectors_store(version=version, tags=tags, vectors_ND=encode(tags))
    return version, {video.pk: spec for video, spec in zip(videos, specs, strict=True)}
