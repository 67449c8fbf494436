"""Release what has versions where all who depend on it are known: viewers' rows are computed before the pointer moves."""

from feed.models import U2iVersion
from feed.services.item_vectors import item_vectors_complete
from feed.services.preparing import viewers_prepare, viewers_prepare_u2i
from feed.services.u2i_release import u2i_release_run
from vision.models import ModelVersion
from vision.release import release_run
from vision.releases import Times


def release(*, version: ModelVersion) -> Times:
    """Carry an opened release of a video encoder through; see vision.releases.carry for what it raises."""

    def prepare(whole: ModelVersion) -> None:
        item_vectors_complete(model_version=whole)  # of a version that served before: what came in since
        viewers_prepare(version=whole)

    return release_run(version=version, prepare=prepare)


def u2i_release(*, version: U2iVersion) -> Times:
    """Carry an opened release of a user-to-item version through; see vision.releases.carry for what it raises."""
    return u2i_release_run(version=version, prepare=lambda whole: viewers_prepare_u2i(u2i=whole))
