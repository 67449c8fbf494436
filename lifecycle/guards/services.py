"""Propose a trained guard, and release it at once: the switch is one transaction (vision/pointers.py).

Its folder is TILLER_HOME/models/guard/NAME: weights, card.md, scores.json. A training writes into `draft_folder`; the files of a version
that was released are never written again, since workers read them.
"""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from lifecycle.guards.selectors import as_released, weights_path
from lifecycle.models import GuardVersion
from safety.guard.gate import judge_guard
from safety.guard.regression import scores_file
from safety.serving import InForce, in_force_now
from vision.history import BY_COMMAND, By, state_tell
from vision.models import VersionState
from vision.pointers import Pointer

FOLDER = "models/guard"
WEIGHTS_NAME, CARD_NAME = "guard.safetensors", "card.md"
BY_SHIPPED = "the guard that ships with Tiller"


def draft_folder(name: str) -> Path:
    """Return where a guard of this name is written before it is proposed."""
    return Path(settings.TILLER_HOME) / FOLDER / ".drafts" / name


def base_of(now: InForce) -> dict[str, Any]:
    """Return what a candidate is measured against: the guard that serves, and the thresholds that were accepted for it."""
    return {"guard": now.guard, "thresholds": dict(now.thresholds.get(now.guard, {}))}


def guard_propose(*, draft: Path, by: By = BY_COMMAND, **facts: Any) -> GuardVersion:
    """Take a trained guard's files from its draft folder, named as the guard is, and keep it as a candidate.

    `facts`: GuardVersion's scores, data_hash, code_version. Proposing the same name again replaces files and facts. Raises ValueError for
    one that was released.
    """
    slug = draft.name
    known = GuardVersion.objects.filter(slug=slug).first()
    if known is not None and known.state not in (VersionState.CANDIDATE, VersionState.REFUSED):
        raise ValueError(f"{slug} was released already: it is {known.state}")
    file = Path(FOLDER) / slug / WEIGHTS_NAME
    folder = Path(settings.TILLER_HOME) / file.parent
    folder.mkdir(parents=True, exist_ok=True)
    for part in draft.iterdir():
        part.replace(folder / part.name)
    draft.rmdir()
    values = facts | {
        "file": str(file),
        "sha256": hashlib.sha256((folder / WEIGHTS_NAME).read_bytes()).hexdigest(),
        "card": (folder / CARD_NAME).read_text("utf-8"),
        "state": VersionState.CANDIDATE,
        "problem": "",
    }
    with transaction.atomic():
        version, _ = GuardVersion.objects.update_or_create(slug=slug, defaults=values)
        state_tell(version, by)
    return version


def guard_refusal(version: GuardVersion) -> str:
    """Return why a candidate may not serve, empty if it may: it must have been measured against what serves now."""
    profile = settings.STAGE_PROFILES["guard"]
    if profile != "bundled":
        return f"the guard's profile is {profile!r}: a released guard would judge nothing"
    base, measured = base_of(in_force_now()), version.scores.get("base")
    if base != measured:
        was = measured["guard"] if isinstance(measured, dict) else "nothing"
        what = "other thresholds count for it now" if was == base["guard"] else f"{base['guard']} serves now"
        return f"it was measured against {was}, and {what}: run its training again, which measures it anew."
    verdict = judge_guard(version.scores)
    return "" if verdict.is_passed else verdict.words


def _files_of(version: GuardVersion) -> list[Path]:
    weights = weights_path(version)
    return [weights, weights.with_name(CARD_NAME), scores_file(weights)]


GUARDS = Pointer(
    model=GuardVersion,
    refusal=guard_refusal,
    check=lambda version: as_released(version).check(),
    files_of=_files_of,
    without=f"no trained guard serves: {BY_SHIPPED} does already",
)
