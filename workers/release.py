"""Release a video encoder where both the catalogue and the feed are known: viewers' rows are computed before the pointer moves."""

from feed.services.preparing import viewers_prepare
from vision.models import ModelVersion
from vision.reindex import Times
from vision.release import release_run


def release(*, version: ModelVersion) -> Times:
    """Carry an opened release through; see vision.release.release_run for what it raises."""
    return release_run(version=version, prepare=lambda whole: viewers_prepare(version=whole))
