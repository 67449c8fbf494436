"""Write model versions: make one, choose the one that serves, store vectors under it. Torch-free.

A vector never travels without its version (architecture, decision 4): rows, indexes and the pointer are all a version's own.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.utils import timezone
from pgvector import HalfVector

from vision.clip.weights import TOWER_FILE, bundled_versions
from vision.history import BY_INGEST, By, opener_of, state_tell
from vision.indexes import graphs_of, indexes_are_whole, indexes_create
from vision.models import (
    ModelVersion,
    Released,
    ReleaseStep,
    TagVector,
    TitleVector,
    Versioned,
    VersionState,
    VideoVector,
)
from vision.selectors import VECTOR_LOCK, missing_ids, serving_version, text_space
from vision.services import Claim, update_owned
from vision.text_maps import text_map_keep

SWITCH_LOCK = 7_117_001  # advisory: shared while an ingest ends, alone while the pointer moves

Vector = npt.NDArray[np.float32]


class IncompleteError(ValueError):
    """Ready videos have no vector of the version yet, so it may not serve."""


def version_ensure(*, slug: str, profile: str, dims: int, tower_version: str) -> ModelVersion:
    """Return the version of this name; the first of all is made with its indexes and serves at once, a later one is to be built."""
    version = ModelVersion.objects.filter(slug=slug).first()
    if version is None:
        with transaction.atomic():
            switch_lock()
            values = {"profile": profile, "dims": dims, "spec": {"tower_version": tower_version}}
            if tower_version == bundled_versions()[0]:
                text_map_keep(tower_version=tower_version, tower_file=TOWER_FILE)
            version, _ = ModelVersion.objects.get_or_create(slug=slug, defaults=values)
            if serving_version() is None:
                indexes_create(version)
                version_point_at(version, BY_INGEST)
    return version


def bundled_is_serving() -> bool:
    """Return whether what serves goes with the shipped frame tower, or nothing is indexed yet; loads no torch.

    A tuned head of that tower stays when a newer head ships: it was released by people's judgement.
    """
    serving, (tower, shipped) = serving_version(), bundled_versions()
    if serving is None or serving.profile != "bundled" or serving.slug == shipped:
        return True
    return "head_file" in serving.spec and serving.spec.get("tower_version") == tower


def switch_lock(*, is_shared: bool = False) -> None:
    """Hold the pointer still until the transaction ends: shared by the ends of ingests, alone for who moves it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'_shared' if is_shared else ''}(%s)", [SWITCH_LOCK])


def version_serve(*, version: ModelVersion) -> None:
    """Point search at this version in one transaction; the one before is kept for rollback.

    Raises IncompleteError while ready videos are missing from it: no ingest can end between the count and the switch.
    """
    with transaction.atomic():
        switch_lock()
        missing = len(missing_ids(version=version))
        if missing:
            raise IncompleteError(f"{version.slug}: {missing} ready videos have no vector yet")
        if not indexes_are_whole(graphs_of(version)):
            raise IncompleteError(f"{version.slug}: its indexes are not whole")
        former = serving_version()
        if former is not None and former != version:
            tag_vectors_copy(version=version, source=former)
            version_retire(former, by=opener_of(version))
        version_point_at(version, by=opener_of(version))


def version_retire(version: Versioned, by: By) -> None:
    """Keep the version that served for rollback; in the transaction that moves the pointer."""
    version.state = VersionState.RETIRED
    version.save(update_fields=["state"])
    state_tell(version, by)


def version_point_at(version: Released, by: By) -> None:
    """Make the version the one that serves; in the transaction that retires the former one."""
    version.state, version.step, version.problem = VersionState.SERVING, ReleaseStep.NONE, ""
    version.served_at = version.updated_at = timezone.now()
    version.save(update_fields=["state", "step", "problem", "served_at", "updated_at"])
    state_tell(version, by)


def vectors_store(
    *, version: ModelVersion, video_id: int, video_vec: Vector, title_vec: Vector, claim: Claim | None = None
) -> None:
    """Write a video's vector under a version and its title's in the version's text space (length 1 each); raises LeaseLost.

    Fenced by the claim if one is given.
    """
    if video_vec.shape != (version.dims,) or title_vec.shape != (version.dims,):
        raise ValueError(f"{version.slug} holds vectors of {version.dims}, not {video_vec.shape} and {title_vec.shape}")
    with transaction.atomic():
        if claim:
            update_owned(claim)
        vectors_announce()
        VideoVector.objects.update_or_create(
            video_id=video_id,
            model_version=version,
            defaults={"video_vec": HalfVector(video_vec)},
        )
        TitleVector.objects.update_or_create(
            video_id=video_id, text_space=text_space(version), defaults={"vec": HalfVector(title_vec)}
        )


def vectors_announce() -> None:
    """Say, until the transaction ends, from which id on it may write vectors: readers count nothing above as settled meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, least(last_value - (NOT is_called)::int, 2147483647)::int)"
            " FROM vision_videovector_id_seq",
            [VECTOR_LOCK],
        )


def tag_vectors_store(*, version: ModelVersion, tags: Sequence[str], vectors_ND: Vector) -> None:
    """Write tags' vectors; another worker may write the same ones meanwhile."""
    rows = [
        TagVector(model_version=version, tag=tag, vec=HalfVector(vector))
        for tag, vector in zip(tags, vectors_ND, strict=True)
    ]
    TagVector.objects.bulk_create(rows, ignore_conflicts=True)


def tag_vectors_copy(*, version: ModelVersion, source: ModelVersion) -> None:
    """Write the tags' vectors of `source` under `version` where both read texts alike; nothing otherwise."""
    if text_space(version) != text_space(source):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vision_tagvector (model_version_id, tag, vec)"
            " SELECT %s, tag, vec FROM vision_tagvector WHERE model_version_id = %s ON CONFLICT DO NOTHING",
            [version.pk, source.pk],
        )
