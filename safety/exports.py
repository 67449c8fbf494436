"""Send the audit log and the decisions as CSV or JSON lines, a page of rows at a time, so that no size of log fills the memory."""

import csv
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse

from safety.access import is_admin
from safety.models import AuditEntry, Decision
from safety.services.audit import audit
from safety.views import for_staff

PAGE = 1_000
FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
Row = dict[str, Any]


def _audit_row(entry: AuditEntry) -> Row:
    return {
        "id": entry.pk,
        "at": entry.created_at.isoformat(),
        "actor": entry.actor.get_username() if entry.actor else "",
        "verb": entry.verb,
        "target_kind": entry.target_kind,
        "target_id": entry.target_id,
        "detail": entry.detail,
    }


def _decision_row(decision: Decision) -> Row:
    return {
        "id": decision.pk,
        "at": decision.created_at.isoformat(),
        "moderator": decision.moderator.get_username(),
        "action": decision.action,
        "hazard": decision.hazard,
        "measures": decision.measures,
        "note": decision.note,
        "batch": str(decision.batch),
        "undoes": decision.supersedes_id,
        "target_kind": decision.job.target_kind,
        "target_id": decision.job.target_id,
        "source": decision.job.source,
        "p_unsafe": decision.job.p_unsafe,
        "guard_version": decision.job.guard_version,
    }


EXPORTS: dict[str, tuple[Callable[[], QuerySet[Any]], Callable[[Any], Row]]] = {
    "audit": (lambda: AuditEntry.objects.select_related("actor"), _audit_row),
    "decisions": (lambda: Decision.objects.select_related("moderator", "job"), _decision_row),
}


@for_staff(is_admin)
def export(request: HttpRequest, what: str, form: str) -> HttpResponse:
    """Stream all rows, oldest first; that somebody took them is in the audit log too."""
    if what not in EXPORTS or form not in FORMATS:
        raise Http404
    audit(request.user.pk, "export", kind="export", target_id=0, what=what, form=form)
    rows, as_row = EXPORTS[what]
    response = StreamingHttpResponse(_stream(rows, as_row, form), content_type=FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="tiller-{what}.{form}"'
    return response  # type: ignore[return-value]


async def _stream(rows: Callable[[], QuerySet[Any]], as_row: Callable[[Any], Row], form: str) -> AsyncIterator[bytes]:
    last, is_first = 0, True
    while True:
        page = await sync_to_async(
            lambda after: [as_row(row) for row in rows().filter(pk__gt=after).order_by("pk")[:PAGE]]
        )(last)
        if page:
            yield (
                _csv(page, with_head=is_first) if form == "csv" else b"".join(orjson.dumps(row) + b"\n" for row in page)
            )
            last, is_first = page[-1]["id"], False
        if len(page) < PAGE:
            return


def _csv(page: list[Row], *, with_head: bool) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    if with_head:
        writer.writerow(page[0])
    writer.writerows([_cell(value) for value in row.values()] for row in page)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return (
        f"'{text}" if text[:1] in {"=", "+", "@", "\t", "\r"} or (text[:1] == "-" and isinstance(value, str)) else text
    )
