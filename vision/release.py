"""Release a video encoder: propose a candidate, judge it, index the whole catalogue under it beside the one that serves, move the pointer.

The state is in the version's row: its state, its step, how much is indexed. One process works at a time (an advisory lock, which a death
gives back at once); killed anywhere, the next run finds rows and indexes that are there and goes on. Search and feed read the former
version until the pointer moves in one transaction, and every answer is of the version that it began with.

A retired version keeps rows, indexes and head: rolling back writes what came in since and moves the pointer. Two are kept.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from vision import releases
from vision.encoders import NoEncoderError, encoder_of, head_path
from vision.history import BY_COMMAND, By, state_tell
from vision.indexes import graphs_of, indexes_build, indexes_drop, titles_drop, video_index
from vision.models import ModelVersion, ReleaseStep, VersionState, Video
from vision.opening import release_open, rollback_open
from vision.reindex import rows_build
from vision.releases import KEPT_RETIRED, ReleaseRefusedError, Times, note, timed
from vision.selectors import missing_ids, serving_version, text_space
from vision.text_maps import text_maps_tidy
from vision.versions import IncompleteError, tag_vectors_copy, version_serve

logger = logging.getLogger(__name__)

BUILD_LOCK = 7_117_002  # advisory, of the session that builds
MAX_HEAD_BYTES = 256 << 20
MAX_ROUNDS = 20  # of writing what came in meanwhile; an ingest takes longer than a round

Prepare = Callable[[ModelVersion], object]


def version_propose(*, head_file: Path, scores: dict[str, Any], by: By = BY_COMMAND) -> ModelVersion:
    """Keep a temporal head (with its card in the header) and its scores as a candidate for release; named by its contents.

    `scores` are what the gate reads (vision.gate.judge), measured against the version that serves now. Proposing the same head again
    replaces them. Raises ValueError for a file that is no head of this frame tower, scores that JSON cannot hold, or a head that was
    released already.
    """
    from vision.clip.encoder import BundledEncoder, load_video_encoder
    from vision.clip.heads import with_head

    shipped, serving = load_video_encoder(), serving_version()
    if not isinstance(shipped, BundledEncoder):
        raise ValueError(f"{shipped.version} takes no temporal head: MODEL_PROFILE is {shipped.profile}")
    try:
        json.dumps(scores, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the scores cannot be kept as JSON: {error}") from error
    with _kept_draft(head_file) as draft:
        encoder = with_head(shipped, draft)
        known = ModelVersion.objects.filter(slug=encoder.version).first()
        if known is not None and known.state not in (VersionState.CANDIDATE, VersionState.REFUSED):
            raise ValueError(f"{known.slug} was released already: it is {known.state}")
        relative = f"models/heads/{encoder.version}.safetensors"
        draft.replace(Path(settings.TILLER_HOME) / relative)
    spec = {"tower_version": encoder.tower_version, "head_file": relative, "scores": scores}
    values = {
        "profile": encoder.profile,
        "dims": encoder.dims,
        "state": VersionState.CANDIDATE,
        "spec": spec | {"base": serving.slug if serving else None},
        "problem": "",
    }
    with transaction.atomic():
        version, _ = ModelVersion.objects.update_or_create(slug=encoder.version, defaults=values)
        state_tell(version, by)
    return version


@contextmanager
def _kept_draft(head_file: Path) -> Iterator[Path]:
    """Copy the file beside its later place, so that what was checked is what is kept; the copy goes away if it is not moved."""
    folder = Path(settings.TILLER_HOME) / "models" / "heads"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{os.getpid()}.safetensors"
    try:
        with head_file.open("rb") as source:
            contents = source.read(MAX_HEAD_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{head_file} cannot be read: {error.strerror}") from error
    if len(contents) > MAX_HEAD_BYTES:
        raise ValueError(f"{head_file} is larger than {MAX_HEAD_BYTES >> 20} MiB")
    try:
        with draft.open("wb") as copy:
            copy.write(contents)
            copy.flush()
            os.fsync(copy.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def release_start(*, version: ModelVersion, by: By = BY_COMMAND) -> ModelVersion:
    """Let the gate judge a candidate and open its release, once this process has loaded its encoder; raises ReleaseRefusedError."""
    return release_open(version=version, by=by, check=_check_encoder)


def rollback_start(*, version: ModelVersion | None = None, by: By = BY_COMMAND) -> ModelVersion:
    """Open the way back to a retired version, as `release_start` does."""
    return rollback_open(version=version, by=by, check=_check_encoder)


def _check_encoder(version: ModelVersion) -> None:
    try:
        encoder_of(version)
    except NoEncoderError as error:
        raise ReleaseRefusedError(str(error)) from error


def release_run(*, version: ModelVersion, prepare: Prepare = lambda _: None) -> Times:
    """Carry an opened release through to the switch; return the seconds of each part. Outside of any transaction.

    `prepare` is called with the whole version before the pointer moves: what others derive from vectors is computed there. Raises
    what vision.releases.carry raises.
    """
    return releases.carry(version, lock=BUILD_LOCK, run=lambda opened: _run(opened, prepare))


def _run(version: ModelVersion, prepare: Prepare) -> Times:
    num_ready = Video.objects.filter(state="ready").count()
    num_there = num_ready - len(missing_ids(version=version))
    note(version, step=ReleaseStep.ROWS, num_indexed=num_there, num_to_index=num_ready)
    seconds: Times = {}
    with timed(seconds, "rows"):
        seconds.update({f"rows: {part}": spent_s for part, spent_s in _rows(version).items()})
    note(version, step=ReleaseStep.INDEXES)
    with timed(seconds, "indexes"):
        indexes_build(graphs_of(version))
        _analyse()
    note(version, step=ReleaseStep.SWITCH)
    with timed(seconds, "prepare"):
        prepare(version)
    with timed(seconds, "switch"):
        _switch(version)
    versions_tidy()
    return seconds


def _rows(version: ModelVersion) -> Times:
    """Write all rows that are missing: from cached frames where that is enough, else as an ingest does."""
    from vision.clip.encoder import load_video_encoder
    from vision.ingest import index_video

    source = serving_version()
    if source is not None:
        tag_vectors_copy(version=version, source=source)
    try:
        times_s = rows_build(version=version, encoder=encoder_of(version))
    except NoEncoderError as error:
        raise IncompleteError(str(error)) from error
    for video_id in missing_ids(version=version):
        video = Video.objects.filter(pk=video_id).first()
        try:
            if video:
                index_video(video=video, encoder=load_video_encoder())
        except Exception as error:
            raise IncompleteError(f"video {video_id} cannot be indexed: {error}") from error
        note(version)
    return times_s


def _switch(version: ModelVersion) -> None:
    """Move the pointer once every ready video is there; what an ingest ended meanwhile is written first."""
    for _ in range(MAX_ROUNDS):
        try:
            return version_serve(version=version)
        except IncompleteError as error:
            logger.info("%s", error)
            _rows(version)
    return version_serve(version=version)


def _analyse() -> None:
    """Tell the planner of the new rows: without it the first searches would sort them all instead of using their index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE vision_videovector (video_id, model_version_id), vision_titlevector (video_id, text_space),"
            " vision_tagvector (model_version_id)"
        )


def versions_tidy() -> list[str]:
    """Drop the retired versions beyond the last two, with rows, indexes and head; return their names. Outside of any transaction."""
    retired = ModelVersion.objects.filter(state=VersionState.RETIRED).order_by("-served_at", "-id")
    dropped = []
    for version in retired[KEPT_RETIRED:]:
        indexes_drop([video_index(version)])
        dropped.append(version.slug)
        head_file = head_path(version) if "head_file" in version.spec else None
        version.delete()
        if text_space(version) not in {text_space(kept) for kept in ModelVersion.objects.all()}:
            titles_drop(version=version)
        text_maps_tidy()
        if head_file:
            head_file.unlink(missing_ok=True)
    return dropped
