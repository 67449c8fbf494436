"""`manage.py import_videos DIR`: take a folder of video files into the catalogue."""

import csv
import re
from argparse import ArgumentParser
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_date, parse_datetime
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vision import media, services
from vision.models import Video, VideoSource, VideoState, Visibility
from vision.pool import ingest_here
from vision.probe import MAX_FILE_BYTES

SUFFIXES = {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv", ".3gp", ".ts"}


@dataclass(frozen=True)
class Entry:
    """A file to take, with what the manifest says of it."""

    path: Path
    title: str
    tags: list[str] = field(default_factory=list)
    creator: str = ""
    published_at: datetime | None = None


@dataclass
class Outcome:
    """What became of each file, for the table at the end."""

    accepted: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # accepted, but a moderator must look first
    rejected: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


class Command(BaseCommand):
    """Ingest in processes of its own, so that it works with and without running workers."""

    help = "Take a folder of video files (recursively) into the catalogue; exit 0 if at least one was accepted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--manifest", type=Path, help="CSV: path,title,tags,creator,published_at; only path is required"
        )
        parser.add_argument("--processes", type=int, default=2)

    def handle(self, *args: Any, folder: Path, manifest: Path | None, processes: int, **options: Any) -> None:
        """Queue what is new, ingest it, print the table."""
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder")
        outcome = Outcome()
        entries = read_manifest(folder, manifest, outcome) if manifest else find_files(folder)
        if not entries and not outcome.rejected:
            raise CommandError(f"no video files in {folder}")
        console = Console()
        with _progress(console) as progress:
            queued = self._queue(entries, folder, outcome, progress)
            task = progress.add_task("ingesting", total=len(queued))
            ingest_here(video_ids=list(queued), num_processes=processes, on_done=lambda _: progress.advance(task))
        _collect(queued, outcome)
        _print_table(console, outcome)
        if not outcome.accepted and not (outcome.skipped and not outcome.rejected):
            raise CommandError("no video was accepted")

    def _queue(self, entries: list[Entry], folder: Path, outcome: Outcome, progress: Progress) -> dict[int, str]:
        """Copy the files to quarantine and create their rows; return {video id: name} of those to ingest."""
        queued: dict[int, str] = {}
        for entry in progress.track(entries, description="copying"):
            name = _name(entry.path, folder)
            try:
                content_hash = media.quarantine_store(media.file_chunks(entry.path), max_bytes=MAX_FILE_BYTES)
            except (OSError, media.TooManyBytes) as error:
                outcome.rejected.append((name, getattr(error, "strerror", None) or str(error)))
                continue
            video, is_queued = services.video_create(
                source=VideoSource.IMPORT,
                title=entry.title,
                tags=entry.tags,
                creator=entry.creator,
                published_at=entry.published_at,
                source_name=name,
                content_hash=content_hash,
            )
            if is_queued or video.state in {VideoState.QUEUED, VideoState.PROCESSING}:  # an earlier import was cut off
                queued[video.pk] = name
            else:
                media.quarantined(content_hash).unlink(missing_ok=True)
                outcome.skipped.append(name)
        return queued


def find_files(folder: Path) -> list[Entry]:
    """Return every file with a video's suffix below the folder, titled by its name."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return [Entry(path=path, title=title_of(path)) for path in files]


def read_manifest(folder: Path, manifest: Path, outcome: Outcome) -> list[Entry]:
    """Return the manifest's entries; a line without a usable path is rejected, an unreadable date is left out."""
    if not manifest.is_file():
        raise CommandError(f"{manifest} is not a file")
    entries = []
    root = folder.resolve()
    with manifest.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if "path" not in (reader.fieldnames or []):
            raise CommandError(f"{manifest} has no column 'path'")
        for row in reader:
            path = (root / (row["path"] or "")).resolve()
            if root not in path.parents:
                outcome.rejected.append((row["path"] or "(no path)", "outside of the folder"))
                continue
            entries.append(
                Entry(
                    path=path,
                    title=(row.get("title") or "").strip() or title_of(path),
                    tags=[tag for tag in re.split(r"[,;|]", row.get("tags") or "") if tag.strip()],
                    creator=row.get("creator") or "",
                    published_at=_when(row.get("published_at") or ""),
                )
            )
    return entries


def title_of(path: Path) -> str:
    """Return a title made of the file's name."""
    return re.sub(r"[_\-.\s]+", " ", path.stem).strip() or path.name


def _when(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text.strip())
        day = None if moment else parse_date(text.strip())
    except ValueError:
        return None
    if moment is None and day:
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _name(path: Path, folder: Path) -> str:
    root = folder.resolve()
    return str(path.resolve().relative_to(root)) if root in path.resolve().parents else path.name


def _collect(queued: dict[int, str], outcome: Outcome) -> None:
    for video in Video.objects.filter(pk__in=list(queued)).order_by("source_name"):
        name = queued[video.pk]
        if video.state == VideoState.FAILED:
            outcome.rejected.append((name, video.failure_reason))
            continue
        outcome.accepted.append(name)
        if video.visibility == Visibility.PENDING:
            outcome.waiting.append(name)


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _print_table(console: Console, outcome: Outcome) -> None:
    table = Table(title="Import")
    table.add_column("result")
    table.add_column("videos", justify="right")
    table.add_column("what", overflow="fold")
    table.add_row("accepted", str(len(outcome.accepted)), "")
    if outcome.waiting:
        table.add_row("  of them waiting for a moderator", str(len(outcome.waiting)), ", ".join(outcome.waiting))
    table.add_row("rejected", str(len(outcome.rejected)), "")
    for name, reason in outcome.rejected:
        table.add_row("", "", f"{name}: {reason}")
    table.add_row("skipped (already there)", str(len(outcome.skipped)), "")
    console.print(table)
