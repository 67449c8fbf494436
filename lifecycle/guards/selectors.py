"""Read guard versions: which serves, and where its weights lie. Torch-free."""

from pathlib import Path

from django.conf import settings

from lifecycle.models import GuardVersion
from safety.serving import ReleasedGuard
from vision.models import VersionState


def released_guard() -> ReleasedGuard | None:
    """Return the guard that was released; None: the one that ships serves. The hook of settings.SAFETY_RELEASED_GUARD."""
    version = GuardVersion.objects.filter(state=VersionState.SERVING).only("slug", "file", "sha256").first()
    return as_released(version) if version else None


def as_released(version: GuardVersion) -> ReleasedGuard:
    """Return what a process needs to load the version."""
    return ReleasedGuard(version.slug, weights_path(version), version.sha256)


def weights_path(version: GuardVersion) -> Path:
    """Return where the version's weights lie."""
    return Path(settings.TILLER_HOME) / version.file
