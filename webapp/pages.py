"""Pages that join several apps."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
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
    return render(request, "vision/upload.html")
