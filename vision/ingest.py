"""Take a video from its row to the index: file or scene -> our transcode -> keyframes -> vectors -> a word from the guard.

Each step skips what an earlier attempt finished, and writes its file aside before moving it into place; so a kill -9 anywhere leaves a
row that the next claim resumes. Torch is loaded when the first video needs it: call this in workers and commands only.
"""

import logging
import tempfile
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.db import transaction

from safety.services.jobs import review_request
from vision import media, services, versions
from vision.decode import frames_at
from vision.encode import Clip, replace_into, write_frames
from vision.encoders import frames_of, live_encoders
from vision.frame_hazards import doubt_of_frames
from vision.keyframes import choose, motion_curve
from vision.models import Keyframe, ModelVersion, Video, VideoSource
from vision.sandbox import Refused
from vision.selectors import title_text
from vision.transcode import transcode_file

if TYPE_CHECKING:
    from vision.clip.encoder import VideoEncoder
    from vision.clip.heads import KeyframeVectors

logger = logging.getLogger(__name__)

DEMO_SIZE_PX = (360, 640)


def ingest(*, video_id: int) -> bool:
    """Take one video as far as it goes; False if there was nothing to do or another worker has it.

    A file that cannot be taken ends failed with its reason, at once. An error of ours gives the video back for another attempt.
    """
    claim = services.ingest_claim(video_id=video_id)
    if claim is None:
        return False
    _tidy_once()
    video = Video.objects.get(pk=video_id)
    try:
        _run_steps(claim, video)
    except Refused as refusal:
        return _fail(claim, str(refusal))
    except services.LeaseLost as lost:
        logger.warning("%s", lost)
    except Exception:
        logger.exception("video %s: the ingest broke off", video_id)
        services.ingest_postpone(claim=claim)
    return True


@lru_cache(maxsize=1)
def _tidy_once() -> None:
    """Delete what killed processes left half written, once a process."""
    media.drafts_sweep(older_than_s=2 * services.TRANSCODE_LEASE_S)


def _fail(claim: services.Claim, reason: str) -> bool:
    try:
        services.ingest_fail(claim=claim, reason=reason)
    except services.LeaseLost as lost:
        logger.warning("%s", lost)
    return True


def _run_steps(claim: services.Claim, video: Video) -> None:
    if not _has_media(video):
        _make_media(claim, video)
    if not video.keyframes.exists():
        services.ingest_step(claim=claim, step="keyframes")
        _find_keyframes(claim, video)
    services.ingest_step(claim=claim, step="encoding")
    indexed = index_video(video=video, encoder=_encoder(), claim=claim)
    services.ingest_step(claim=claim, step="checking")
    is_approved = may_be_shown(video)
    while not _finish(claim=claim, is_approved=is_approved, indexed=indexed):
        indexed |= index_video(video=video, encoder=_encoder(), claim=claim)
    media.quarantined(video.content_hash or "-").unlink(missing_ok=True)


@transaction.atomic
def _finish(*, claim: services.Claim, is_approved: bool, indexed: set[int]) -> bool:
    """End the ingest unless a version began to be built, or to serve, since the video was indexed; return whether it ended.

    The shared lock keeps the pointer still meanwhile: a version that is switched to has every ready video (versions.version_serve).
    """
    versions.switch_lock(is_shared=True)
    if {version.pk for version, _ in live_encoders()} - indexed:
        return False
    services.ingest_finish(claim=claim, is_approved=is_approved)
    return True


def _encoder() -> "VideoEncoder":
    from vision.clip.encoder import load_video_encoder

    return load_video_encoder()


def media_file(video: Video) -> Path:
    """Return the absolute path of the video's transcode."""
    return media.media_dir() / video.media_path


def _has_media(video: Video) -> bool:
    return bool(video.media_path) and media_file(video).is_file() and (media.media_dir() / video.poster_path).is_file()


def _make_media(claim: services.Claim, video: Video) -> None:
    """Render or transcode into drafts, move both into place, note them in the row."""
    assert video.content_hash, "a video is named by its contents"
    media.media_dir().mkdir(parents=True, exist_ok=True)
    clip_name, poster_name = (media.media_name(video.content_hash, suffix) for suffix in (".mp4", ".jpg"))
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=media.media_dir()) as folder:
        draft, poster = Path(folder) / "clip.mp4", Path(folder) / "poster.jpg"
        clip = _render(claim, video, draft, poster) if video.scene else _transcode(claim, video, draft, poster)
        services.ingest_step(claim=claim, step="keyframes")
        replace_into(poster, media.media_dir() / poster_name)
        replace_into(draft, media.media_dir() / clip_name)
    values = {key: value for key, value in clip.as_dict().items() if key != "num_frames"}
    services.ingest_media(claim=claim, media_path=clip_name, poster_path=poster_name, **values)  # type: ignore[arg-type]
    video.media_path, video.poster_path = clip_name, poster_name


def _render(claim: services.Claim, video: Video, draft: Path, poster: Path) -> Clip:
    from vision.scenes.catalogue import render
    from vision.scenes.spec import SceneSpec

    services.ingest_step(claim=claim, step="rendering")
    spec = SceneSpec.from_json(video.scene or {})
    return write_frames(render(spec, *DEMO_SIZE_PX), draft, poster, fps=Fraction(spec.fps))


def _transcode(claim: services.Claim, video: Video, draft: Path, poster: Path) -> Clip:
    services.ingest_step(claim=claim, step="transcoding", lease_s=services.TRANSCODE_LEASE_S)
    source = media.quarantined(video.content_hash or "-")
    if not source.is_file():
        raise Refused("the file is gone; bring it again")
    return transcode_file(source, draft, poster)


def _find_keyframes(claim: services.Claim, video: Video) -> None:
    curve = motion_curve(media_file(video))
    keyframes = choose(curve)
    if not keyframes:
        raise Refused("no frame can be decoded")
    services.ingest_keyframes(claim=claim, keyframes=keyframes, motion_energy=curve.energy)


def index_video(*, video: Video, encoder: "VideoEncoder", claim: services.Claim | None = None) -> set[int]:
    """Write the video's vectors under every version that serves or is being built, and return those versions' ids.

    `encoder` sees the frames, from the cache where they were seen before; where no such version goes with it, its own is made.
    """
    live = live_encoders() or [(version_of(encoder), encoder)]
    frames = _frames(video, encoder, claim)
    title_vec, *tag_vecs = encoder.text([title_text(video.title, video.tags), *video.tags])
    for version, own in live:
        if tag_vecs:
            versions.tag_vectors_store(version=version, tags=video.tags, vectors_ND=np.stack(tag_vecs))
        video_vec = own.encode_video(frames.vectors, frames.times_s, frames.motion)
        versions.vectors_store(
            version=version, video_id=video.pk, video_vec=video_vec, title_vec=title_vec, claim=claim
        )
    return {version.pk for version, _ in live}


def version_of(encoder: "VideoEncoder") -> ModelVersion:
    """Return the version of an encoder's own name, made if it is new."""
    return versions.version_ensure(
        slug=encoder.version, profile=encoder.profile, dims=encoder.dims, tower_version=encoder.tower_version
    )


def _frames(video: Video, encoder: "VideoEncoder", claim: services.Claim | None) -> "KeyframeVectors":
    cached = frames_of(video_id=video.pk, tower_version=encoder.tower_version)
    if cached:
        return cached
    chosen = Keyframe.objects.filter(video=video).order_by("time_s").values_list("time_s", "score", "movement")
    times_s, motion = [row[0] for row in chosen], [[row[1], *row[2]] for row in chosen]
    vectors_KE = encoder.encode_frames(frames_at(media_file(video), times_s))
    services.frame_vectors_store(
        video_id=video.pk,
        tower_version=encoder.tower_version,
        times_s=times_s,
        motion=motion,
        vectors_KE=vectors_KE,
        claim=claim,
    )
    seen = frames_of(video_id=video.pk, tower_version=encoder.tower_version)
    assert seen is not None, "stored just now"
    return seen


def may_be_shown(video: Video) -> bool:
    """Return whether its words and frames let the video be shown without a person looking first; if not, open a review of it.

    A guard that fails says no (architecture, decision 7). Frames count where the encoder can see hazards. The demo is the project's
    own and is not judged.
    """
    if video.source == VideoSource.DEMO:
        return True
    from safety.screen import screen

    screening = screen(text=title_text(video.title, video.tags), role="title")
    if screening.action == "allow":
        return _may_frames_be_shown(video)
    p_unsafe = None if screening.fault else screening.score
    review_request(
        target_kind="video",
        target_id=video.pk,
        hazards=screening.hazards,
        p_unsafe=p_unsafe,
        guard_version=screening.model_version,
    )
    return False


def _may_frames_be_shown(video: Video) -> bool:
    if settings.MODEL_PROFILE != "open":  # spares loading an encoder that cannot see hazards
        return True
    doubt = doubt_of_frames(video_id=video.pk, encoder=_encoder())
    if doubt is None:
        return True
    review_request(target_kind="video", target_id=video.pk, hazards=doubt.hazards, p_unsafe=doubt.p_unsafe)
    return False
