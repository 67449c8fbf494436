"""Propose a final ranker, and release it at once: the switch is one transaction (vision/pointers.py).

The file lies under TILLER_HOME/models/ranker, named by its contents; it is written whole before there is a row. Where no ranker serves, the
merge's scores order the feed.
"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from feed.models import RankerVersion
from feed.ranker_selectors import ranker_of, ranker_path
from feed.ranking.gate import judge_ranker
from feed.ranking.ranker import Ranker, ranker_bytes, ranker_name
from vision.history import BY_COMMAND, By, state_tell
from vision.models import VersionState
from vision.pointers import Pointer

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


def ranker_refusal(version: RankerVersion) -> str:
    """Return why a candidate may not serve, empty if it may."""
    verdict = judge_ranker(version.scores)
    return "" if verdict.is_passed else verdict.words


RANKERS = Pointer(
    model=RankerVersion,
    refusal=ranker_refusal,
    check=ranker_of,
    files_of=lambda version: [ranker_path(version)],
    without="no ranker serves: the merge's scores order the feed already",
)


def _write(file: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
