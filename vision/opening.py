"""Open the release of a video encoder, or the way back to one: the gate's verdict and the row, for whoever carries it on. Torch-free.

A page opens a release and a worker loads the encoder; where that fails there, the release is closed again with the reason in its row.
"""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from vision import releases
from vision.clip.weights import bundled_versions
from vision.gate import judge
from vision.history import By
from vision.models import ModelVersion, VersionState
from vision.releases import ReleaseRefusedError
from vision.selectors import serving_version

Check = Callable[[ModelVersion], None]


def check_files(version: ModelVersion) -> None:
    """Raise ReleaseRefusedError where the files here say already that no worker can write vectors of the version."""
    if version.profile != "bundled":
        return
    tower, shipped = bundled_versions()
    if version.slug == shipped:
        return
    if version.spec.get("tower_version") != tower:
        raise ReleaseRefusedError(f"{version.slug} sees frames by another model than what is installed, {tower}")
    head_file = version.spec.get("head_file")
    if not head_file or not (Path(settings.TILLER_HOME) / head_file).is_file():
        raise ReleaseRefusedError(f"{version.slug}: its temporal head is not here any more")


def release_open(*, version: ModelVersion, by: By, check: Check = check_files) -> ModelVersion:
    """Let the gate judge a candidate and open its release; one that is open already stays so. Raises ReleaseRefusedError."""
    return releases.start(version, refusal=refusal, check=check, by=by)


def rollback_open(*, version: ModelVersion | None, by: By, check: Check = check_files) -> ModelVersion:
    """Open the way back to a retired version, that which served last unless one is named; it needs no verdict again."""
    retired = ModelVersion.objects.filter(state=VersionState.RETIRED).order_by("-served_at", "-id")
    chosen = version or retired.first()
    if chosen is None:
        raise ReleaseRefusedError("no version that served before is kept")
    return releases.reopen(chosen, check=check, by=by)


def refusal(version: ModelVersion) -> str:
    """Return why a candidate may not serve, empty if it may. The shipped weights are judged where they are trained."""
    if "head_file" not in version.spec:
        return ""
    serving, base = serving_version(), version.spec.get("base")
    if base != (serving.slug if serving else None):
        return f"It was measured against {base}, and {serving.slug if serving else 'nothing'} serves now: propose it again."
    verdict = judge(version.spec.get("scores") or {})
    return "" if verdict.is_passed else verdict.words
