"""Release a final ranker: propose a candidate, judge it, move the pointer. Nothing is indexed, so the switch is one transaction.

The file lies under TILLER_HOME/models/ranker, named by its contents; it is written whole before there is a row. Where no ranker serves, the
merge's scores order the feed. Two former versions are kept for rollback.
"""

import os
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from feed.models import RankerVersion
from feed.ranker_selectors import ranker_of, ranker_path, serving_ranker
from feed.ranking.gate import judge_ranker
from feed.ranking.ranker import NotARankerError, Ranker, ranker_bytes, ranker_name
from vision.history import BY_COMMAND, By, state_tell
from vision.models import VersionState
from vision.releases import KEPT_RETIRED, ReleaseRefusedError
from vision.versions import switch_lock, version_retire

FOLDER = "models/ranker"
BY_MERGE = "the merge"


def ranker_propose(*, ranker: Ranker, by: By = BY_COMMAND, **facts: Any) -> RankerVersion:
    """Keep a ranker and what is known of it (RankerVersion's scores, data_hash, code_version) as a candidate.

    Named by the file's contents: proposing the same ranker again replaces the facts. Raises ValueError for one that was released.
    """
    content = ranker_bytes(ranker)
    slug = ranker_name(content)
    known = RankerVersion.objects.filter(slug=slug).first()
    if known is not None and known.state not in (VersionState.CANDIDATE, VersionState.REFUSED):
        raise ValueError(f"{slug} was released already: it is {known.state}")
    file = f"{FOLDER}/{slug}.safetensors"
    _write(Path(settings.TILLER_HOME) / file, content)
    values = facts | {"file": file, "state": VersionState.CANDIDATE, "problem": ""}
    with transaction.atomic():
        version, _ = RankerVersion.objects.update_or_create(slug=slug, defaults=values)
        state_tell(version, by)
    return version


def ranker_release(*, version: RankerVersion, by: By = BY_COMMAND) -> RankerVersion:
    """Let the gate judge a candidate and have it order the feed at once. Raises ReleaseRefusedError, in words."""
    with transaction.atomic():
        version = _alone(version)
        if version.state == VersionState.RETIRED:
            raise ReleaseRefusedError(f"{version.slug} served before: roll back to it")
        problem = ranker_refusal(version)
        if problem:
            version.state, version.problem = VersionState.REFUSED, problem[:300]
            version.save(update_fields=["state", "problem"])
            state_tell(version, by)
        else:
            _serve(version, by)
    if problem:
        raise ReleaseRefusedError(f"{version.slug}: {problem}")
    ranker_tidy()
    return version


def ranker_refusal(version: RankerVersion) -> str:
    """Return why a candidate may not serve, empty if it may."""
    verdict = judge_ranker(version.scores)
    return "" if verdict.is_passed else verdict.words


def ranker_rollback(*, version: RankerVersion | None = None, by: By = BY_COMMAND) -> RankerVersion | None:
    """Have a former ranker order the feed, that which served last unless one is named; where there was none, the merge: return None.

    It needs no verdict again. Raises ReleaseRefusedError where none ever served.
    """
    retired = RankerVersion.objects.filter(state=VersionState.RETIRED).order_by("-served_at", "-id")
    chosen = version or retired.first()
    if chosen is None:
        ranker_withdraw(by=by)
        return None
    with transaction.atomic():
        chosen = _alone(chosen)
        if chosen.state != VersionState.RETIRED:
            raise ReleaseRefusedError(
                f"{chosen.slug} is {chosen.state}: only one that served before can be rolled back to"
            )
        _serve(chosen, by)
    return chosen


def ranker_withdraw(*, by: By) -> None:
    """Have the merge's scores order the feed; raises ReleaseRefusedError where they do already."""
    with transaction.atomic():
        switch_lock()
        if not _retire_serving(by):
            raise ReleaseRefusedError("no ranker serves: the merge's scores order the feed already")


def _alone(version: RankerVersion) -> RankerVersion:
    """Return the version's row, locked, while it does not serve."""
    switch_lock()
    version = RankerVersion.objects.select_for_update().get(pk=version.pk)
    if version.state == VersionState.SERVING:
        raise ReleaseRefusedError(f"{version.slug} serves already")
    return version


def _serve(version: RankerVersion, by: By) -> None:
    """Move the pointer; what the next process would not read does not serve."""
    try:
        ranker_of(version)
    except NotARankerError as error:
        raise ReleaseRefusedError(str(error)) from error
    _retire_serving(by)
    version.state, version.problem, version.served_at = VersionState.SERVING, "", timezone.now()
    version.save(update_fields=["state", "problem", "served_at"])
    state_tell(version, by)


def _retire_serving(by: By) -> RankerVersion | None:
    former = serving_ranker()
    if former is not None:
        version_retire(former, by)
    return former


def ranker_tidy() -> list[str]:
    """Drop the retired rankers beyond the last two, with their files; return their names."""
    dropped = []
    for version in RankerVersion.objects.filter(state=VersionState.RETIRED).order_by("-served_at", "-id")[
        KEPT_RETIRED:
    ]:
        dropped.append(version.slug)
        version.delete()
        transaction.on_commit(partial(ranker_path(version).unlink, missing_ok=True))
    return dropped


def _write(file: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
