"""Write videos: create them, claim their ingest by lease, store what each step found, finish or fail. Torch-free.

Every write of an ingest is fenced: it happens only while the claim's token is the row's, so a worker that lost its lease (and
wakes up later) changes nothing.
"""

import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from vision import media
from vision.models import FrameVectors, Keyframe, Video, VideoSource, VideoState, Visibility

if TYPE_CHECKING:
    from vision.keyframes import Keyframe as ChosenKeyframe  # with OpenCV and PyAV, which the web process does without

logger = logging.getLogger(__name__)

LEASE_S = 180.0  # longer than any step but the transcode of a long file, which renews it
TRANSCODE_LEASE_S = 700.0
MAX_ATTEMPTS = 3
RESEND_AFTER_S = 30.0
MAX_TITLE, MAX_TAGS, MAX_TAG, MAX_CREATOR, MAX_REASON = 300, 12, 60, 120, 300


class LeaseLost(RuntimeError):
    """Another worker owns this video now; stop without a trace."""


@dataclass(frozen=True)
class Claim:
    """The right to work on a video until the lease ends."""

    video_id: int
    fencing_token: int


def clean_text(text: str, max_length: int) -> str:
    """Return one line without control characters, at most `max_length` long."""
    kept = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in unicodedata.normalize("NFC", text))
    return " ".join(kept.split())[:max_length].strip()


def clean_tags(tags: Sequence[str]) -> list[str]:
    """Return distinct lower-case tags without '#', at most 12."""
    cleaned = (clean_text(tag, MAX_TAG).lstrip("#").strip().lower() for tag in tags)
    return list(dict.fromkeys(tag for tag in cleaned if tag))[:MAX_TAGS]


def video_create(
    *,
    source: str,
    title: str,
    content_hash: str,
    tags: Sequence[str] = (),
    creator: str = "",
    published_at: datetime | None = None,
    source_name: str = "",
    uploader_id: int | None = None,
) -> tuple[Video, bool]:
    """Create a queued video of quarantined bytes and return (video, True); one that is there already is (video, False).

    A failed one is queued anew: its bytes may have failed for a reason that is gone.
    """
    now = timezone.now()
    try:
        with transaction.atomic():
            video = Video.objects.create(
                source=source,
                title=clean_text(title, MAX_TITLE) or "Untitled",
                tags=clean_tags(tags),
                creator=clean_text(creator, MAX_CREATOR),
                published_at=published_at or now,
                source_name=source_name[-MAX_TITLE:],
                content_hash=content_hash,
                uploader_id=uploader_id,
                dispatched_at=now,
            )
    except IntegrityError:
        video = Video.objects.get(content_hash=content_hash)
        return video, _queue_anew(video)
    return video, True


def _queue_anew(video: Video) -> bool:
    queued = {"state": VideoState.QUEUED, "step": "queued", "failure_reason": "", "attempts": 0}
    failed = Video.objects.filter(pk=video.pk, state=VideoState.FAILED)
    return failed.update(**queued, dispatched_at=timezone.now()) == 1


def demo_videos_create(*, scenes: Sequence[tuple[str, dict[str, Any]]]) -> list[int]:
    """Create the rows of demo scenes (name, description) that are not there yet and return their ids, in order."""
    now = timezone.now()
    known = set(Video.objects.filter(source=VideoSource.DEMO).values_list("source_name", flat=True))
    rows = [
        Video(
            source=VideoSource.DEMO,
            source_name=name,
            title=scene["title"],
            tags=clean_tags(scene["tags"]),
            creator=scene["creator"],
            published_at=now - timedelta(days=scene["published_days_ago"], minutes=17 * number % 1440),
            scene=scene,
            content_hash=media.scene_hash(scene),
            dispatched_at=now,
        )
        for number, (name, scene) in enumerate(scenes)
        if name not in known
    ]
    Video.objects.bulk_create(rows, ignore_conflicts=True)
    names = [row.source_name for row in rows]
    ids = dict(Video.objects.filter(source=VideoSource.DEMO, source_name__in=names).values_list("source_name", "id"))
    return [ids[name] for name in names if name in ids]


def ingest_claim(*, video_id: int, lease_s: float = LEASE_S) -> Claim | None:
    """Claim a queued video, or one whose lease ran out; None if there is nothing to do or somebody else was first.

    A video that was claimed three times and never finished (its worker died each time) is failed instead.
    """
    now = timezone.now()
    video = Video.objects.filter(pk=video_id).only("fencing_token", "attempts").first()
    if video is None:
        return None
    free = Video.objects.filter(_free(now), pk=video_id, fencing_token=video.fencing_token)
    if video.attempts >= MAX_ATTEMPTS:
        reason = f"gave up: the work on it ended {MAX_ATTEMPTS} times without an answer"
        ended = {"state": VideoState.FAILED, "failure_reason": reason, "ingested_at": now}
        free.update(**ended, fencing_token=F("fencing_token") + 1)
        return None
    won = free.update(
        state=VideoState.PROCESSING,
        lease_until=now + timedelta(seconds=lease_s),
        fencing_token=F("fencing_token") + 1,
        attempts=F("attempts") + 1,
    )
    return Claim(video_id, video.fencing_token + 1) if won == 1 else None


def _free(now: datetime) -> Q:
    return Q(state=VideoState.QUEUED) | Q(state=VideoState.PROCESSING, lease_until__lt=now)


def _owned(claim: Claim) -> Any:
    return Video.objects.filter(pk=claim.video_id, fencing_token=claim.fencing_token, state=VideoState.PROCESSING)


def ingest_step(*, claim: Claim, step: str, lease_s: float = LEASE_S) -> None:
    """Note the step and renew the lease; raises LeaseLost."""
    until = timezone.now() + timedelta(seconds=lease_s)
    update_owned(claim, step=step, lease_until=until)


def ingest_media(
    *,
    claim: Claim,
    media_path: str,
    poster_path: str,
    width_px: int,
    height_px: int,
    fps: float,
    duration_s: float,
) -> None:
    """Note the transcode; raises LeaseLost."""
    update_owned(
        claim,
        media_path=media_path,
        poster_path=poster_path,
        width_px=width_px,
        height_px=height_px,
        fps=fps,
        duration_s=duration_s,
    )


def ingest_keyframes(*, claim: Claim, keyframes: "Sequence[ChosenKeyframe]", motion_energy: float) -> None:
    """Replace the video's keyframes; raises LeaseLost."""
    with transaction.atomic():
        update_owned(claim, motion_energy=motion_energy)
        Keyframe.objects.filter(video_id=claim.video_id).delete()
        Keyframe.objects.bulk_create(
            Keyframe(video_id=claim.video_id, time_s=frame.time_s, score=frame.score, movement=list(frame.movement))
            for frame in keyframes
        )


def frame_vectors_store(
    *,
    video_id: int,
    tower_version: str,
    times_s: Sequence[float],
    motion: npt.ArrayLike,
    vectors_KE: npt.NDArray[np.float32],
    claim: Claim | None = None,
) -> None:
    """Cache the frame tower's answer as float16, with seconds [K] and motion [K] or [K, M]; fenced by the claim; raises LeaseLost."""
    with transaction.atomic():
        if claim:
            update_owned(claim)
        FrameVectors.objects.update_or_create(
            video_id=video_id,
            tower_version=tower_version,
            defaults={
                "times_s": list(times_s),
                "motion": np.asarray(motion, dtype=np.float64).ravel().tolist(),
                "vectors": vectors_KE.astype(np.float16).tobytes(),
            },
        )


def ingest_finish(*, claim: Claim, is_approved: bool) -> None:
    """End the ingest: ready, and approved unless a person must look first; raises LeaseLost.

    Only a pending video becomes approved: what a moderator decided meanwhile stands.
    """
    with transaction.atomic():
        update_owned(claim, state=VideoState.READY, step="ready", lease_until=None, ingested_at=timezone.now())
        if is_approved:
            pending = Video.objects.filter(pk=claim.video_id, visibility=Visibility.PENDING)
            pending.update(visibility=Visibility.APPROVED)


def ingest_fail(*, claim: Claim, reason: str) -> None:
    """End the ingest with a reason for the person who brought the file, and drop the quarantined bytes; raises LeaseLost."""
    why = {"failure_reason": reason[:MAX_REASON], "ingested_at": timezone.now()}
    update_owned(claim, state=VideoState.FAILED, step="failed", lease_until=None, **why)
    content_hash = Video.objects.values_list("content_hash", flat=True).get(pk=claim.video_id)
    if content_hash:
        media.quarantined(content_hash).unlink(missing_ok=True)


def ingest_postpone(*, claim: Claim) -> None:
    """Give the claim back after an error of ours; the sweep sends it again, and the third attempt is the last."""
    _owned(claim).update(state=VideoState.QUEUED, lease_until=None, dispatched_at=timezone.now())


def update_owned(claim: Claim, **values: Any) -> None:
    """Update the row while the claim holds, locking it until the transaction ends; raises LeaseLost."""
    if _owned(claim).update(**(values or {"fencing_token": F("fencing_token")})) != 1:
        raise LeaseLost(f"video {claim.video_id}: token {claim.fencing_token} is no longer the owner's")


def stuck_videos(*, limit: int = 50) -> list[int]:
    """Return the ids to send again, each at most every 30 s: leases that ran out, and queued ones while nobody works.

    While any lease is live the workers are busy with what was sent before, so a long queue is not sent over and over.
    """
    now = timezone.now()
    quiet = Q(dispatched_at__isnull=True) | Q(dispatched_at__lt=now - timedelta(seconds=RESEND_AFTER_S))
    stuck = Q(state=VideoState.PROCESSING, lease_until__lt=now)
    if not Video.objects.filter(state=VideoState.PROCESSING, lease_until__gte=now).exists():
        stuck |= Q(state=VideoState.QUEUED)
    with transaction.atomic():
        rows = Video.objects.select_for_update(skip_locked=True).filter(stuck & quiet).order_by("id")[:limit]
        ids = list(rows.values_list("id", flat=True))
        Video.objects.filter(pk__in=ids).update(dispatched_at=now)
    return ids


@transaction.atomic
def visibility_set(*, video_id: int, visibility: Visibility) -> str | None:
    """Set who may see a video and return the former value; None (and nothing done) where the video is gone."""
    former = Video.objects.select_for_update().filter(pk=video_id).values_list("visibility", flat=True).first()
    if former is not None:
        Video.objects.filter(pk=video_id).update(visibility=visibility)
    return former
