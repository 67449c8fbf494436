"""A catalogue for the feed's tests: the demo clips' own titles, tags and creators (nothing is rendered) plus some sport.

Vectors are real MiniLM vectors of titles with tags, as the ingest makes them; what a clip "looks like" is its caption's vector
with some noise.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import numpy as np
from django.db import connection
from django.utils import timezone
from pgvector import HalfVector

from vision.ingest import title_text
from vision.models import ModelVersion, TagVector, TitleVector, Video, VideoVector
from vision.scenes.catalogue import demo_catalogue
from vision.selectors import text_space
from vision.versions import version_ensure

KOREA = {"seoul", "korea", "south korea", "korean"}
FOOTBALL = {"football", "soccer"}


@dataclass(frozen=True)
class Clip:
    title: str
    tags: tuple[str, ...]
    creator: str
    caption: str
    days_ago: float = 3.0
    duration_s: float = 7.0
    motion: float = 0.05


SPORT = tuple(
    Clip(title, tags, creator, f"a clip of {tags[0]}")
    for title, tags, creator in [
        ("Free kick into the top corner", ("football", "goal", "sport"), "left.foot"),
        ("Five-a-side under the floodlights", ("football", "night", "sport"), "left.foot"),
        ("Keepy-uppies on the beach", ("soccer", "beach", "sport"), "sandy.ball"),
        ("The goalkeeper's longest evening", ("soccer", "goalkeeper", "sport"), "sandy.ball"),
        ("A derby in the rain", ("football", "rain", "stadium"), "terrace.view"),
        ("Penalty shoot-out, slowly", ("soccer", "penalty", "sport"), "terrace.view"),
        ("Buzzer beater from half court", ("basketball", "sport"), "hoop.dreams"),
        ("Three-pointers until it gets dark", ("basketball", "practice", "sport"), "hoop.dreams"),
        ("Street court, one on one", ("basketball", "city", "sport"), "asphalt.club"),
        ("Tennis rally of forty strokes", ("tennis", "sport"), "baseline.notes"),
        ("A long serve on clay", ("tennis", "clay", "sport"), "baseline.notes"),
        ("Touchdown run on a muddy field", ("american football", "sport"), "yard.line"),
    ]
)


def demo_clips() -> list[Clip]:
    pace = {"calm": 0.01, "steady": 0.06, "lively": 0.3}
    return [
        Clip(s.title, s.tags, s.creator, s.caption, float(s.published_days_ago), s.duration_s, pace[s.pace])
        for s in demo_catalogue()
    ]


@lru_cache(maxsize=1)
def _encoded() -> dict[str, np.ndarray]:
    return {}


def encode(texts: list[str]) -> np.ndarray:
    """Encode with a cache for the whole run: the same few hundred titles serve every test."""
    from models.backbone import sentence_encoder

    known = _encoded()
    missing = sorted({text for text in texts if text not in known})
    for text, vector in zip(missing, sentence_encoder().encode(missing), strict=True):
        known[text] = vector
    return np.array([known[text] for text in texts])


def seen_vectors(clips: list[Clip]) -> np.ndarray:
    vectors = encode([clip.caption for clip in clips])
    noise = np.random.default_rng(5).normal(size=vectors.shape) * 0.03
    return (vectors + noise) / np.linalg.norm(vectors + noise, axis=1, keepdims=True)


def put(clips: list[Clip], *, visibility: str = "approved", state: str = "ready") -> list[Video]:
    """Write the clips with their vectors into the catalogue; the first video of an empty one has number 1, whatever ran before.

    Trainings divide videos by their numbers: other numbers are other parts.
    """
    if not Video.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {Video._meta.db_table} ALTER COLUMN id RESTART")
    version = version_ensure(slug="test", profile="bundled", dims=384, tower_version="test")
    now = timezone.now()
    videos = Video.objects.bulk_create(
        Video(
            title=clip.title,
            tags=list(clip.tags),
            creator=clip.creator,
            published_at=now - timedelta(days=clip.days_ago),
            source="import",
            state=state,
            visibility=visibility,
            duration_s=clip.duration_s,
            motion_energy=clip.motion,
            width_px=360,
            height_px=640,
            media_path=f"test/{index}.mp4",
            poster_path=f"test/{index}.jpg",
        )
        for index, clip in enumerate(clips)
    )
    titles = encode([title_text(clip.title, list(clip.tags)) for clip in clips])
    VideoVector.objects.bulk_create(
        VideoVector(video=video, model_version=version, video_vec=HalfVector(seen))
        for video, seen in zip(videos, seen_vectors(clips), strict=True)
    )
    TitleVector.objects.bulk_create(
        TitleVector(video=video, text_space=text_space(version), vec=HalfVector(title))
        for video, title in zip(videos, titles, strict=True)
    )
    _put_tags(version, clips)
    return videos


def _put_tags(version: ModelVersion, clips: list[Clip]) -> None:
    tags = sorted({tag for clip in clips for tag in clip.tags})
    rows = [TagVector(model_version=version, tag=t, vec=HalfVector(v)) for t, v in zip(tags, encode(tags), strict=True)]
    TagVector.objects.bulk_create(rows, ignore_conflicts=True)
