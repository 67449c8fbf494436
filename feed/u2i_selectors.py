"""Read user-to-item versions: which serves, which are live, what they lack; and their towers, one a process. Torch-free."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from feed.experiments.models import Arm
from feed.models import U2iVersion
from feed.u2i.exported import ExportedTowers
from vision.indexes import Graph, Graphs
from vision.models import ModelVersion, VersionState
from vision.selectors import text_space

LIVE = (VersionState.BUILDING, VersionState.SERVING)
NAME_DIGITS = 12


class NoTowersError(ValueError):
    """The version's file is not here or was changed, so nothing can be computed by it."""


def serving_u2i(version: ModelVersion) -> U2iVersion | None:
    """Return the user-to-item version that serves a model version; None: the mean of what was liked does."""
    return U2iVersion.objects.filter(model_version=version, state=VersionState.SERVING).first()


def live_u2i(model_version: ModelVersion | None = None) -> list[U2iVersion]:
    """Return the versions that every new video must be in (of one model version, where it is given)."""
    live = U2iVersion.objects.filter(state__in=LIVE).select_related("model_version").order_by("id")
    return list(live.filter(model_version=model_version) if model_version else live)


_MISSING = """
SELECT x.video_id FROM vision_videovector x JOIN vision_titlevector t ON t.video_id = x.video_id AND t.text_space = %s
WHERE x.model_version_id = %s AND NOT EXISTS (
    SELECT FROM feed_itemvector i WHERE i.u2i_version_id = %s AND i.video_id = x.video_id)
ORDER BY x.video_id
"""


def items_missing(version: U2iVersion) -> list[int]:
    """Return the videos that have features and no item vector of the version, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, [text_space(version.model_version), version.model_version_id, version.pk])
        return [video_id for (video_id,) in cursor.fetchall()]


def versions_lacking_items() -> list[int]:
    """Return the live versions that lack an item vector: a job was lost, or a video came in by another way."""
    return [version.pk for version in live_u2i() if items_missing(version)]


_HELD_BACK = """
SELECT DISTINCT s.viewer_id FROM feed_slate s WHERE s.arms && %(arms)s::bigint[] AND NOT EXISTS (
    SELECT FROM feed_slate o WHERE o.viewer_id = s.viewer_id AND NOT coalesce(o.arms && %(arms)s::bigint[], false))
"""


def held_back_viewers() -> list[int]:
    """Return the viewers all of whose slates were made by arms that ask user-to-item for nothing (knob `similar_of_rest` at 0)."""
    arms = list(Arm.objects.filter(knobs__similar_of_rest=0).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_HELD_BACK, {"arms": arms})
        return [viewer_id for (viewer_id,) in cursor.fetchall()]


def item_graphs(version: U2iVersion) -> Graphs:
    """Return the index over the version's item vectors."""
    return {
        f"feed_item_vec_{version.pk}": Graph("feed_itemvector", "vec", version.dims, f"u2i_version_id = {version.pk}")
    }


def towers_path(version: U2iVersion) -> Path:
    """Return where the version's towers lie."""
    return Path(settings.TILLER_HOME) / version.file


def towers_of(version: U2iVersion) -> ExportedTowers:
    """Return the version's towers, read once a process; raises NoTowersError."""
    return _towers(towers_path(version), version.slug)


@lru_cache(maxsize=4)
def _towers(path: Path, slug: str) -> ExportedTowers:
    try:
        if towers_slug(path) == slug:
            return ExportedTowers.load(path)
    except (OSError, ValueError) as error:
        raise NoTowersError(f"{slug} cannot be read: {error}") from error
    raise NoTowersError(f"{path.name} was changed: it is not {slug} any more")


def towers_slug(path: Path) -> str:
    """Return the name of the towers in a file, by its contents."""
    with path.open("rb") as stream:
        return f"u2i-{hashlib.file_digest(stream, 'sha256').hexdigest()[:NAME_DIGITS]}"
