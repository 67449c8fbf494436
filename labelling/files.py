"""Carry labels out and in as JSON lines (vision.labels). Whoever does is in the audit log; a file comes in whole or not at all."""

from collections.abc import Iterator
from io import TextIOWrapper

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from safety.access import is_admin
from safety.services.audit import audit
from safety.views import for_staff
from vision.labels import Imported, LabelRefused, labels_export, labels_import

MAX_BYTES = 50 << 20  # about 150,000 labels


@for_staff(is_admin)
def export(request: HttpRequest) -> HttpResponse:
    """Send every label, oldest first, those that were taken back too."""
    audit(request.user.pk, "export", kind="export", target_id=0, what="labels", form="jsonl")
    response = StreamingHttpResponse(_lines(), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="tiller-labels.jsonl"'
    return response  # type: ignore[return-value]


def _lines() -> Iterator[str]:
    return (f"{line}\n" for line in labels_export())


@require_POST
@for_staff(is_admin)
def import_post(request: HttpRequest) -> HttpResponse:
    """Keep the labels of a file; the first line that cannot be kept is named, and then nothing of the file is."""
    file = request.FILES.get("file")
    if file is None or not file.size:
        messages.error(request, "Choose a file of labels first: one JSON object a line.")
    elif file.size > MAX_BYTES:
        messages.error(request, f"The file is larger than {MAX_BYTES >> 20} MiB. Divide it.")
    else:
        try:
            found = _import(int(request.user.pk or 0), TextIOWrapper(file, encoding="utf-8"))  # type: ignore[type-var]
        except UnicodeDecodeError:
            messages.error(request, "Nothing was imported: the file is not UTF-8 text.")
        except LabelRefused as error:
            messages.error(request, f"Nothing was imported. {str(error).capitalize()}")
        else:
            messages.success(request, f"{found.new} labels imported, {found.known} known before.")
    return redirect("labelling:campaigns")


@transaction.atomic
def _import(admin_id: int, lines: "TextIOWrapper") -> Imported:
    found = labels_import(lines)
    audit(admin_id, "labels_imported", kind="import", target_id=0, new=found.new, known=found.known)
    return found
