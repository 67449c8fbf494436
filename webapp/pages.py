"""Pages that join several apps."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie


@login_required
@ensure_csrf_cookie
def feed_page(request: HttpRequest) -> HttpResponse:
    """Show the feed with the chat beside it; cards and messages come from the API."""
    return render(request, "feed/index.html")


@login_required
@ensure_csrf_cookie
def upload_page(request: HttpRequest) -> HttpResponse:
    """Show the upload form."""
    return render(request, "vision/upload.html", {"max_upload_bytes": settings.MAX_UPLOAD_BYTES})


def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when this process serves and reaches its database (load balancers, `make run`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
