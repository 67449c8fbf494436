"""Read ranker versions: which serves, and the ranker in its file."""

from pathlib import Path

from django.conf import settings

from feed.models import RankerVersion
from feed.ranking.ranker import NotARankerError, Ranker, read_ranker
from vision.models import VersionState


def serving_ranker() -> RankerVersion | None:
    """Return the version that orders the feed; None: the merge's scores do."""
    return RankerVersion.objects.filter(state=VersionState.SERVING).first()


def ranker_path(version: RankerVersion) -> Path:
    """Return where the version's ranker lies."""
    return Path(settings.TILLER_HOME) / version.file


def ranker_of(version: RankerVersion) -> Ranker:
    """Return the version's ranker; raises NotARankerError, in words, where its file is missing, broken or another's."""
    ranker = read_ranker(ranker_path(version))
    if ranker.name != version.slug:
        raise NotARankerError(f"{ranker_path(version).name} was changed: it is now {ranker.name}")
    return ranker
