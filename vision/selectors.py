"""Read videos. Whatever is shown to viewers starts from `served_videos` (architecture, decision 7). Torch-free, never writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from vision.models import (
    FrameVectors,
    ModelVersion,
    Released,
    ReleaseStep,
    TitleVector,
    VersionState,
    Video,
    VideoSource,
    VideoState,
    VideoVector,
    Visibility,
)

RELEASE_STILL_AFTER_S = 30.0
SENTENCE_SPACE = "sentence"  # of the shared sentence encoder
VECTOR_LOCK = 7_117_003  # advisory, shared by who writes vectors: the second key is where their ids begin
OWN_TEXT_PROFILE = "open"  # its videos do not share that space
TEXT_SPACE_SQL = (
    f"CASE m.profile WHEN '{OWN_TEXT_PROFILE}' THEN m.slug ELSE '{SENTENCE_SPACE}' END"  # text_space of version m
)


# What may be served, in the SQL of every path that serves a video `v`: plain where approved, behind a warning where restricted.
def served_sql(alias: str) -> str:
    """Return the condition for a video that goes by `alias`."""
    return f"{alias}.state = 'ready' AND {alias}.visibility IN ('approved', 'restricted')"


SERVED_SQL = served_sql("v")


def served_videos() -> QuerySet[Video]:
    """Return the videos that may be served to viewers, SERVED_SQL as a query; the caller shows a warning before a restricted one."""
    return Video.objects.filter(state=VideoState.READY, visibility__in=[Visibility.APPROVED, Visibility.RESTRICTED])


def approved_videos() -> QuerySet[Video]:
    """Return the videos that need no warning: for ways that cannot show one."""
    return Video.objects.filter(state=VideoState.READY, visibility=Visibility.APPROVED)


def serving_version() -> ModelVersion | None:
    """Return the one version that is searched, or None before the first video was indexed."""
    return ModelVersion.objects.filter(state=VersionState.SERVING).first()


def live_versions() -> list[ModelVersion]:
    """Return the versions that every new video must be in: the one that serves and those being built."""
    return list(ModelVersion.objects.filter(state__in=[VersionState.BUILDING, VersionState.SERVING]).order_by("id"))


def releases_standing_still(kind: type[Released]) -> list[int]:
    """Return the versions of a kind whose release has not moved for a while: its process may have died. Asking again does no harm."""
    quiet = kind._default_manager.filter(updated_at__lt=timezone.now() - timedelta(seconds=RELEASE_STILL_AFTER_S))
    return list(quiet.exclude(step=ReleaseStep.NONE).values_list("pk", flat=True))


def text_space(version: ModelVersion) -> str:
    """Return the name of the encoder that reads texts for a version: versions of one name share text vectors."""
    return version.slug if version.profile == OWN_TEXT_PROFILE else SENTENCE_SPACE


def missing_ids(*, version: ModelVersion) -> list[int]:
    """Return the ready videos that have no vectors of a version, by id."""
    seen = VideoVector.objects.filter(video=OuterRef("pk"), model_version=version)
    written = TitleVector.objects.filter(video=OuterRef("pk"), text_space=text_space(version))
    ready = Video.objects.filter(~Exists(seen) | ~Exists(written), state=VideoState.READY)
    return list(ready.order_by("id").values_list("id", flat=True))


_LOWEST_UNDER_WAY = """
SELECT min(objid::bigint) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2
AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
"""


def vectors_settled(*, version: ModelVersion) -> int:
    """Return the highest vector id up to which nothing of the version is missing for who reads from now on, 0 where there is none.

    An id is drawn before its row commits, so a slow writer's row appears below ids that were read before. Writers say where theirs begin
    (vision.versions.vectors_announce); in this order nothing slips: who drew below the newest id has said so, and is under way or visible.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM vision_videovector WHERE model_version_id = %s", [version.pk])
        newest = int(cursor.fetchone()[0])
        cursor.execute(_LOWEST_UNDER_WAY, [VECTOR_LOCK])
        lowest = cursor.fetchone()[0]
    return newest if lowest is None else min(newest, int(lowest))


def catalogue_progress() -> dict[str, Any]:
    """Return {total, ready, failed, processing, queued, source_counts} over the whole catalogue."""
    counts = Video.objects.aggregate(
        total=Count("id"),
        **{state.value: Count("id", filter=Q(state=state)) for state in VideoState},
        **{f"from_{source.value}": Count("id", filter=Q(source=source)) for source in VideoSource},
    )
    sources = {source.value: counts.pop(f"from_{source.value}") for source in VideoSource}
    return counts | {"source_counts": sources}


def catalogue_counts() -> tuple[dict[str, int], dict[str, int]]:
    """Return the numbers of videos by state and by visibility, both in the order of their choices."""
    counts = {
        (state, seen): num
        for state, seen, num in Video.objects.values_list("state", "visibility").annotate(num=Count("id"))
    }
    states = {one.value: sum(num for (state, _), num in counts.items() if state == one) for one in VideoState}
    return states, {one.value: sum(num for (_, seen), num in counts.items() if seen == one) for one in Visibility}


def failure_reasons(*, limit: int = 8) -> list[tuple[str, int]]:
    """Return why videos failed and how many of each, the most frequent first."""
    failed = Video.objects.filter(state=VideoState.FAILED).values_list("failure_reason")
    return list(failed.annotate(num=Count("id")).order_by("-num", "failure_reason")[:limit])


def num_without_vectors(*, version: ModelVersion) -> int:
    """Return how many ready videos lack a vector of a version, by counting either side."""
    ready = Video.objects.filter(state=VideoState.READY).count()
    return ready - VideoVector.objects.filter(model_version=version, video__state=VideoState.READY).count()


@dataclass(frozen=True, slots=True)
class IngestWork:
    """What waits for its ingest and is worked on now; `num_lately` ended, well or not, a short while ago."""

    num_waiting: int
    num_working: int
    oldest_at: datetime | None
    num_retried: int
    num_lately: int


def ingest_work(*, lately: timedelta) -> IngestWork:
    """Return the ingest's queue; a video is retried from its second attempt on."""
    waits, works = Q(state=VideoState.QUEUED), Q(state=VideoState.PROCESSING)
    found = Video.objects.aggregate(
        num_waiting=Count("id", filter=waits),
        num_working=Count("id", filter=works),
        oldest_at=Min("created_at", filter=waits),
        num_retried=Count("id", filter=(waits & Q(attempts__gt=0)) | (works & Q(attempts__gt=1))),
        num_lately=Count("id", filter=Q(ingested_at__gte=timezone.now() - lately)),
    )
    return IngestWork(**found)


STEP_PROGRESS = {
    "queued": 0.0,
    "rendering": 0.1,
    "transcoding": 0.1,
    "keyframes": 0.6,
    "encoding": 0.75,
    "checking": 0.9,
    "ready": 1.0,
    "failed": 1.0,
}


def video_status(*, video: Video) -> dict[str, Any]:
    """Return {state, step, progress in [0, 1], failure_reason, visibility, media_url} for the person who brought it."""
    is_shown = video.state == VideoState.READY and video.visibility in {Visibility.APPROVED, Visibility.RESTRICTED}
    return {
        "video_id": video.pk,
        "state": video.state,
        "step": video.step,
        "progress": STEP_PROGRESS.get(video.step, 0.5),
        "failure_reason": video.failure_reason,
        "visibility": video.visibility,
        "media_url": f"/media/{video.media_path}" if is_shown else None,
    }


def video_vectors(
    *, video_ids: Iterable[int], version: ModelVersion | None = None
) -> dict[int, npt.NDArray[np.float32]]:
    """Return the video vectors [D] of the serving (or given) version by id; videos without one are left out."""
    version = version or serving_version()
    rows = VideoVector.objects.filter(model_version=version, video_id__in=list(video_ids))
    return {row.video_id: np.asarray(row.video_vec, dtype=np.float32) for row in rows}


def title_vectors(*, video_ids: Iterable[int], version: ModelVersion) -> dict[int, npt.NDArray[np.float32]]:
    """Return the title vectors [D] in the version's text space by id; videos without one are left out."""
    rows = TitleVector.objects.filter(text_space=text_space(version), video_id__in=list(video_ids))
    return {video_id: np.asarray(vec, dtype=np.float32) for video_id, vec in rows.values_list("video_id", "vec")}


def frame_vectors(*, video_ids: Sequence[int], tower_version: str, dims: int) -> dict[int, tuple[list[float], Any]]:
    """Return {id: (times_s [K], float32 [K, dims] vectors)} of cached frames: the first `dims` columns, in the text's space."""
    found: dict[int, tuple[list[float], Any]] = {}
    for row in FrameVectors.objects.filter(video_id__in=list(video_ids), tower_version=tower_version):
        vectors = np.frombuffer(row.vectors, dtype=np.float16).reshape(len(row.times_s), -1)
        found[row.video_id] = (list(row.times_s), vectors[:, :dims].astype(np.float32))
    return found


def media_is_visible(*, relative_path: str, is_staff: bool) -> bool:
    """Return whether the video or poster file may be sent: what is served to every viewer, whatever is ready to staff."""
    videos = Video.objects.filter(state=VideoState.READY) if is_staff else served_videos()
    return videos.filter(Q(media_path=relative_path) | Q(poster_path=relative_path)).exists()


def title_text(title: str, tags: list[str]) -> str:
    """Return what is embedded of a video's words. Data for an encoder, never part of a prompt (architecture, decision 6)."""
    return f"{title}. {', '.join(tags)}" if tags else title
