"""Name the folders and files of media: quarantine for what was brought, media for what we made of it. Writes are all or nothing."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

CHUNK_BYTES = 1 << 20


class TooManyBytes(ValueError):
    """More bytes came than an upload may have."""


def media_dir() -> Path:
    return Path(settings.TILLER_HOME) / "media"


def quarantine_dir() -> Path:
    return Path(settings.TILLER_HOME) / "quarantine"


def quarantined(content_hash: str) -> Path:
    """Return where the original bytes wait until they are transcoded."""
    return quarantine_dir() / content_hash


def media_name(content_hash: str, suffix: str) -> str:
    """Return the path relative to the media folder: two hex digits spread 100,000 files over 256 folders."""
    return f"{content_hash[:2]}/{content_hash}{suffix}"


def quarantine_store(chunks: Iterable[bytes], *, max_bytes: int) -> str:
    """Write the bytes to quarantine as they come and return their sha256; raises TooManyBytes and then leaves nothing behind."""
    quarantine_dir().mkdir(parents=True, exist_ok=True)
    draft = quarantine_dir() / f".draft-{os.getpid()}-{os.urandom(6).hex()}"
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with draft.open("wb") as file:
            for chunk in chunks:
                size_bytes += len(chunk)
                if size_bytes > max_bytes:
                    raise TooManyBytes(f"too large: more than {max_bytes / 1e6:,.0f} MB")
                digest.update(chunk)
                file.write(chunk)
        draft.replace(quarantined(digest.hexdigest()))
    finally:
        draft.unlink(missing_ok=True)
    return digest.hexdigest()


def file_chunks(path: Path) -> Iterable[bytes]:
    """Yield a file's bytes a megabyte at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def scene_hash(scene: dict[str, Any]) -> str:
    """Return the name of a demo clip's media: the sha256 of its canonical description."""
    canonical = json.dumps(scene, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"scene:{canonical}".encode()).hexdigest()


def drafts_sweep(*, older_than_s: float) -> int:
    """Delete the drafts that killed processes left in quarantine and media, and return how many."""
    num_deleted = 0
    for draft in [*quarantine_dir().glob(".draft-*"), *media_dir().glob(".draft-*")]:
        try:
            age_s = time.time() - draft.stat().st_mtime
        except FileNotFoundError:
            continue  # finished meanwhile
        if age_s < older_than_s:
            continue
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)
        num_deleted += 1
    return num_deleted


def free_bytes() -> int:
    """Return the free bytes of the disk that holds the home."""
    return shutil.disk_usage(settings.TILLER_HOME).free
