"""`manage.py search_videos`: answer queries from standard input, one JSON line each."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vision.encoders import NoEncoderError, texts_encode
from vision.index import search
from vision.models import Video
from vision.selectors import serving_version

DEFAULT_LIMIT, MAX_LIMIT = 10, 500


class Command(BaseCommand):
    """Models load once; nothing is written. A line that is not valid gets its error, and the others are still answered."""

    help = 'Read {"id", "query", "limit"} a line, print {"id", "good_match", "results"} a line.'

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=DEFAULT_LIMIT, help="where a line names none")

    def handle(self, *args: Any, limit: int, **options: Any) -> None:
        """Answer in the order of the lines; exit 1 at the end if one was not valid."""
        num_errors = 0
        for line in sys.stdin:
            if not line.strip():
                continue
            try:
                reply = answer_line(line, limit)
            except NoEncoderError as error:
                raise CommandError(str(error)) from error
            num_errors += "error" in reply
            self.stdout.write(json.dumps(reply, ensure_ascii=False))
            self.stdout.flush()
        if num_errors:
            raise CommandError(f"{num_errors} lines were not valid", returncode=1)


def answer_line(line: str, default_limit: int) -> dict[str, Any]:
    """Return the reply to one line, or {"id", "error"}."""
    line_id = None
    try:
        asked = json.loads(line)
        if not isinstance(asked, dict):
            raise ValueError("not an object")
        line_id = asked.get("id")
        query, limit = asked.get("query"), asked.get("limit", default_limit)
        if not isinstance(query, str) or not query.strip():
            raise ValueError("'query' must be a text")
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MAX_LIMIT:
            raise ValueError(f"'limit' must be a whole number from 1 to {MAX_LIMIT}")
    except ValueError as error:
        return {"id": line_id, "error": str(error)}
    return {"id": line_id, **search_words(query, limit)}


def search_words(query: str, limit: int) -> dict[str, Any]:
    """Return {"good_match", "results"} for a query."""
    version = serving_version()
    vectors: Iterable[Any] = texts_encode(version=version, texts=[query]) if version else []
    hits = [hit for vector in vectors for hit in search(vector, limit=limit, text_query=query, version=version)]
    videos = Video.objects.in_bulk([hit.video_id for hit in hits])
    results = [
        {
            "video": hit.video_id,
            "source_name": videos[hit.video_id].source_name,
            "title": videos[hit.video_id].title,
            "score": round(hit.score, 4),
            "time_s": hit.cause.time_s,
        }
        for hit in hits
        if hit.video_id in videos
    ]
    return {"good_match": any(hit.cause.is_on_topic for hit in hits), "results": results}
