"""Give each model version the encoder that writes its vectors. Leads to torch when called: in workers and commands only."""

import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from vision.models import FrameVectors, ModelVersion
from vision.movements import NUM_MOVEMENTS
from vision.selectors import OWN_TEXT_PROFILE, SENTENCE_SPACE, live_versions, text_space

if TYPE_CHECKING:
    from vision.clip.encoder import VideoEncoder
    from vision.clip.frame_sets import KeyframeVectors

logger = logging.getLogger(__name__)

FRAME_COLUMNS = ("times_s", "motion", "vectors")  # of FrameVectors: all that a head reads


class NoEncoderError(ValueError):
    """This installation cannot write vectors of that version: its frame tower or its head is not here."""


def head_path(version: ModelVersion) -> Path:
    """Return where a version's own head lies."""
    return Path(settings.TILLER_HOME) / version.spec["head_file"]


def encoder_of(version: ModelVersion) -> "VideoEncoder":
    """Return the version's encoder, one a process; raises NoEncoderError."""
    from vision.clip.encoder import load_video_encoder

    shipped = load_video_encoder()
    if shipped.version == version.slug:
        return shipped
    if shipped.tower_version != version.spec.get("tower_version"):
        raise NoEncoderError(f"{version.slug} sees frames by another model than this process, {shipped.tower_version}")
    if "head_file" not in version.spec:
        raise NoEncoderError(f"{version.slug} shipped with an earlier release: its temporal head is not here any more")
    return _with_head(head_path(version), version.slug)


@lru_cache(maxsize=4)
def _with_head(head_file: Path, slug: str) -> "VideoEncoder":
    from vision.clip.encoder import BundledEncoder, load_video_encoder
    from vision.clip.heads import NotAHeadError, with_head

    shipped = load_video_encoder()
    if not isinstance(shipped, BundledEncoder):
        raise NoEncoderError(f"{slug} has a temporal head, and the model of this process takes none")
    try:
        encoder = with_head(shipped, head_file)
    except NotAHeadError as error:
        raise NoEncoderError(f"{slug}: {error}") from error
    if encoder.version != slug:
        raise NoEncoderError(f"{head_file.name} was changed: it is now the head of {encoder.version}")
    return encoder


def texts_encode(*, version: ModelVersion, texts: list[str]) -> "npt.NDArray[np.float32]":
    """Return the texts' vectors [N, D] of length 1 in the version's space; raises NoEncoderError where this process has another one."""
    from vision.clip.encoder import load_video_encoder

    encoder = load_video_encoder()
    own_space = encoder.version if encoder.profile == OWN_TEXT_PROFILE else SENTENCE_SPACE
    if own_space != text_space(version):
        raise NoEncoderError(f"{version.slug} reads texts by another model than this process, {own_space}")
    return encoder.text(texts)


def live_encoders() -> "list[tuple[ModelVersion, VideoEncoder]]":
    """Return the versions that a new video must be in, with their encoders; those that cannot be written here are left out."""
    found = []
    for version in live_versions():
        try:
            found.append((version, encoder_of(version)))
        except NoEncoderError as error:
            logger.warning("no new vectors: %s", error)
    return found


def cached_frames(times_s: Any, motion: Any, vectors: bytes) -> "KeyframeVectors":
    """Return a row's FRAME_COLUMNS as a head reads them."""
    from vision.clip.frame_sets import KeyframeVectors

    vectors_KE = np.frombuffer(vectors, dtype=np.float16).reshape(len(times_s), -1)
    known_KM = np.array(motion, dtype=np.float32).reshape(len(times_s), -1)
    motion_KM = np.zeros((len(times_s), 1 + NUM_MOVEMENTS), dtype=np.float32)
    motion_KM[:, : known_KM.shape[1]] = known_KM  # rows of before hold the energy alone
    return KeyframeVectors(np.array(times_s, dtype=np.float32), motion_KM, vectors_KE.astype(np.float32))


def frames_of(*, video_id: int, tower_version: str) -> "KeyframeVectors | None":
    """Return what is cached of a video's frames, None where nothing is."""
    rows = FrameVectors.objects.filter(video_id=video_id, tower_version=tower_version)
    row = rows.values_list(*FRAME_COLUMNS).first()
    return cached_frames(*row) if row else None
