"""Write model versions: create one with its indexes, choose the one that serves, store vectors under it. Torch-free.

A vector never travels without its version (architecture, decision 4): rows, indexes and the pointer are all a version's own.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from pgvector import HalfVector

from vision.clip.weights import bundled_versions
from vision.models import ModelVersion, TagVector, VersionState, Video, VideoState, VideoVector
from vision.selectors import serving_version
from vision.services import Claim, update_owned

HNSW_M, HNSW_EF_CONSTRUCTION = 16, 96

Vector = npt.NDArray[np.float32]


def version_ensure(*, slug: str, profile: str, dims: int, tower_version: str) -> ModelVersion:
    """Return the version of this name, made with its indexes if it is new; the first of all serves at once."""
    version = ModelVersion.objects.filter(slug=slug).first()
    if version is None:
        with transaction.atomic():
            version, is_new = ModelVersion.objects.get_or_create(
                slug=slug, defaults={"profile": profile, "dims": dims, "spec": {"tower_version": tower_version}}
            )
            if is_new:
                _create_indexes(version)
    if not ModelVersion.objects.filter(state=VersionState.SERVING).exists():
        ModelVersion.objects.filter(pk=version.pk).update(state=VersionState.SERVING)
        version.refresh_from_db()
    return version


def bundled_is_serving() -> bool:
    """Return whether the shipped weights are those that search uses, or nothing is indexed yet; loads no torch."""
    serving = serving_version()
    return serving is None or serving.profile != "bundled" or serving.slug == bundled_versions()[1]


def _create_indexes(version: ModelVersion) -> None:
    """Create the version's partial HNSW indexes; cosine distance on the width that the version has."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # rows of a surrounding transaction may wait for their checks
        for column in ("video_vec", "title_vec"):
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS vision_{column}_{version.pk} ON vision_videovector"
                f" USING hnsw (({column}::halfvec({version.dims})) halfvec_cosine_ops)"
                f" WITH (m = {HNSW_M}, ef_construction = {HNSW_EF_CONSTRUCTION}) WHERE model_version_id = {version.pk}"
            )


def version_serve(*, version: ModelVersion) -> None:
    """Point search at this version; the one before is kept for rollback. Raises ValueError while videos are missing from it."""
    missing = Video.objects.filter(state=VideoState.READY).exclude(vectors__model_version=version).count()
    if missing:
        raise ValueError(f"{version.slug}: {missing} ready videos have no vector yet")
    with transaction.atomic():
        ModelVersion.objects.filter(state=VersionState.SERVING).exclude(pk=version.pk).update(
            state=VersionState.RETIRED
        )
        ModelVersion.objects.filter(pk=version.pk).update(state=VersionState.SERVING)


def vectors_store(
    *, version: ModelVersion, video_id: int, video_vec: Vector, title_vec: Vector, claim: Claim | None = None
) -> None:
    """Write a video's two vectors (length 1) under a version, fenced by the claim if one is given; raises LeaseLost."""
    if video_vec.shape != (version.dims,) or title_vec.shape != (version.dims,):
        raise ValueError(f"{version.slug} holds vectors of {version.dims}, not {video_vec.shape} and {title_vec.shape}")
    with transaction.atomic():
        if claim:
            update_owned(claim)
        VideoVector.objects.update_or_create(
            video_id=video_id,
            model_version=version,
            defaults={"video_vec": HalfVector(video_vec), "title_vec": HalfVector(title_vec)},
        )


def tags_missing(*, version: ModelVersion, tags: Sequence[str]) -> list[str]:
    """Return the tags that have no vector of this version yet, sorted."""
    known = TagVector.objects.filter(model_version=version, tag__in=tags).values_list("tag", flat=True)
    return sorted(set(tags) - set(known))


def tag_vectors_store(*, version: ModelVersion, tags: Sequence[str], vectors_ND: Vector) -> None:
    """Write tags' vectors; another worker may write the same ones meanwhile."""
    rows = [
        TagVector(model_version=version, tag=tag, vec=HalfVector(vector))
        for tag, vector in zip(tags, vectors_ND, strict=True)
    ]
    TagVector.objects.bulk_create(rows, ignore_conflicts=True)
