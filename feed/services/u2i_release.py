"""Release a user-to-item version: propose a candidate, judge it, give every video its item vector, build the index, move the pointer.

The way of the video encoder (vision/releases.py): killed anywhere, the next run goes on; what serves, serves until the pointer moves in one
transaction; two former versions are kept whole for rollback. The pointer is a model version's own, since its vectors are the features.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from feed.models import U2iVersion
from feed.ranking.tastes import LearnedTaste
from feed.services.item_vectors import item_vectors_write
from feed.u2i.exported import ExportedTowers
from feed.u2i_gate import judge_u2i
from feed.u2i_selectors import (
    NoTowersError,
    item_graphs,
    items_missing,
    serving_u2i,
    towers_of,
    towers_path,
    towers_slug,
)
from vision import releases
from vision.history import BY_COMMAND, By, opener_of, state_tell
from vision.indexes import indexes_are_whole, indexes_build, indexes_drop
from vision.models import ModelVersion, ReleaseStep, VersionState
from vision.releases import KEPT_RETIRED, ReleaseRefusedError, Times, note, timed
from vision.selectors import serving_version
from vision.versions import IncompleteError, switch_lock, version_point_at, version_retire

BUILD_LOCK = 7_117_004  # advisory, of the session that builds
MAX_ROUNDS = 20  # of writing what came in meanwhile
FOLDER = "models/u2i"
ORPHAN_AGE_S = 3_600.0  # a younger file may be a candidate that is being proposed
BY_MEAN = "the mean of what was liked"

Prepare = Callable[[U2iVersion], object]


def u2i_propose(
    *, towers: ExportedTowers, model_version: ModelVersion, by: By = BY_COMMAND, **facts: Any
) -> U2iVersion:
    """Keep towers and what is known of them (U2iVersion's scores, data_hash, recipe, seed, code_version) as a candidate.

    Named by the file's contents: proposing the same towers again replaces the facts. Raises ValueError for those that were released.
    """
    folder = Path(settings.TILLER_HOME) / FOLDER
    draft = folder / f".draft-{os.getpid()}.safetensors"
    towers.save(draft)
    try:
        slug = towers_slug(draft)
        known = U2iVersion.objects.filter(slug=slug).first()
        if known is not None and known.state not in (VersionState.CANDIDATE, VersionState.REFUSED):
            raise ValueError(f"{slug} was released already: it is {known.state}")
        draft.replace(folder / f"{slug}.safetensors")
    finally:
        draft.unlink(missing_ok=True)
    serving = serving_u2i(model_version)
    values = facts | {
        "model_version": model_version,
        "dims": LearnedTaste(towers).dims,
        "file": f"{FOLDER}/{slug}.safetensors",
        "base": serving.slug if serving else "",
        "state": VersionState.CANDIDATE,
        "problem": "",
    }
    with transaction.atomic():
        version, _ = U2iVersion.objects.update_or_create(slug=slug, defaults=values)
        state_tell(version, by)
    return version


def u2i_release_start(*, version: U2iVersion, by: By = BY_COMMAND) -> U2iVersion:
    """Let the gate judge a candidate and open its release; one that is open already stays so. Raises ReleaseRefusedError."""
    return releases.start(version, refusal=u2i_refusal, check=_check_towers, by=by)


def u2i_refusal(version: U2iVersion) -> str:
    """Return why a candidate may not serve, empty if it may."""
    index = serving_version()
    if index != version.model_version:
        now = index.slug if index else "nothing"
        return f"It reads the vectors of {version.model_version.slug}, and {now} serves now: train again."
    serving = serving_u2i(version.model_version)
    slug = serving.slug if serving else ""
    if version.base != slug:
        return f"It was measured against {version.base or BY_MEAN}, and {slug or BY_MEAN} serves now: train again."
    verdict = judge_u2i(version.scores)
    return "" if verdict.is_passed else verdict.words


def _check_towers(version: U2iVersion) -> None:
    try:
        towers_of(version)
    except NoTowersError as error:
        raise ReleaseRefusedError(str(error)) from error


def u2i_rollback(
    *, model_version: ModelVersion, version: U2iVersion | None = None, by: By = BY_COMMAND
) -> U2iVersion | None:
    """Open the way back to a version that served before, the last one unless one is named; where there was none, go back to the mean
    at once and return None.

    Raises ReleaseRefusedError where none ever served.
    """
    own = U2iVersion.objects.filter(model_version=model_version)
    retired = version or own.filter(state=VersionState.RETIRED).order_by("-served_at", "-id").first()
    if retired is not None:
        return releases.reopen(retired, check=_check_towers, by=by)
    u2i_withdraw(model_version=model_version, by=by)
    return None


def u2i_withdraw(*, model_version: ModelVersion, by: By) -> None:
    """Have the mean of what was liked serve at once; raises ReleaseRefusedError where it does already."""
    with transaction.atomic():
        switch_lock()
        serving = serving_u2i(model_version)
        if serving is None:
            raise ReleaseRefusedError("no version serves: there is nothing to go back from")
        version_retire(serving, by)


def u2i_release_run(*, version: U2iVersion, prepare: Prepare = lambda _: None) -> Times:
    """Carry an opened release through to the switch; return the seconds of each part. Raises what vision.releases.carry raises.

    `prepare` is called with the whole version before the pointer moves: viewers' rows are computed there.
    """
    return releases.carry(version, lock=BUILD_LOCK, run=lambda opened: _run(opened, prepare))


def _run(version: U2iVersion, prepare: Prepare) -> Times:
    seconds: Times = {}
    with timed(seconds, "rows"):
        _rows(version)
    note(version, step=ReleaseStep.INDEXES)
    with timed(seconds, "index"):
        indexes_build(item_graphs(version))
        _analyse()
    note(version, step=ReleaseStep.SWITCH)
    with timed(seconds, "viewers"):
        prepare(version)
    with timed(seconds, "switch"):
        _switch(version)
    u2i_tidy()
    return seconds


def _rows(version: U2iVersion) -> None:
    num_missing, num_there = len(items_missing(version)), version_rows(version)
    note(version, step=ReleaseStep.ROWS, num_indexed=num_there, num_to_index=num_there + num_missing)
    try:
        item_vectors_write(version=version, told=lambda _: note(version, num_indexed=version_rows(version)))
    except NoTowersError as error:
        raise IncompleteError(str(error)) from error


def version_rows(version: U2iVersion) -> int:
    """Return how many videos have their item vector."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM feed_itemvector WHERE u2i_version_id = %s", [version.pk])
        return int(cursor.fetchone()[0])


def _analyse() -> None:
    """Tell the planner of the new rows: without it the first searches would sort them all instead of using their index."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE feed_itemvector (video_id, u2i_version_id)")


def _switch(version: U2iVersion) -> None:
    """Move the pointer once every video is there; what came in meanwhile is written first."""
    for _ in range(MAX_ROUNDS):
        try:
            return _serve(version)
        except IncompleteError:
            item_vectors_write(version=version)
    return _serve(version)


def _serve(version: U2iVersion) -> None:
    """Point at this version in one transaction; the one before is kept for rollback. Raises IncompleteError.

    An ingest that ends after the count finds this version live and writes for it (feed.services.item_vectors).
    """
    with transaction.atomic():
        switch_lock()
        missing = len(items_missing(version))
        if missing:
            raise IncompleteError(f"{missing} videos have no item vector yet")
        if not indexes_are_whole(item_graphs(version)):
            raise IncompleteError("its index is not whole")
        by, former = opener_of(version), serving_u2i(version.model_version)
        if former is not None and former != version:
            version_retire(former, by)
        version_point_at(version, by)


def u2i_tidy() -> list[str]:
    """Drop a model version's retired versions beyond the last two, with rows, index and file; return their names.

    What a dropped model version left behind goes too. Outside of any transaction.
    """
    retired = U2iVersion.objects.filter(state=VersionState.RETIRED).order_by("model_version_id", "-served_at", "-id")
    dropped = []
    for model_version_id in set(retired.values_list("model_version_id", flat=True)):
        for version in retired.filter(model_version_id=model_version_id)[KEPT_RETIRED:]:
            indexes_drop(item_graphs(version))
            dropped.append(version.slug)
            version.delete()
            towers_path(version).unlink(missing_ok=True)
    _drop_orphans()
    return dropped


def _drop_orphans() -> None:
    """Drop the indexes and files that belong to no version."""
    known = dict(U2iVersion.objects.values_list("pk", "file"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE i.indrelid = 'feed_itemvector'::regclass AND c.relname ~ '^feed_item_vec_[0-9]+$'"
        )
        names = [name for (name,) in cursor.fetchall()]
    indexes_drop(name for name in names if int(name.rpartition("_")[2]) not in known)
    folder = Path(settings.TILLER_HOME) / FOLDER
    for file in folder.glob("u2i-*.safetensors"):
        is_old = file.stat().st_mtime < time.time() - ORPHAN_AGE_S
        if is_old and f"{FOLDER}/{file.name}" not in known.values():
            file.unlink(missing_ok=True)
