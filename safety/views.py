"""Show the review page."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

from safety.access import is_moderator


@login_required
@ensure_csrf_cookie
def review_page(request: HttpRequest) -> HttpResponse:
    """Show the queue's shell to moderators; jobs come from the API. Others get 403."""
    if not is_moderator(request.user):
        raise PermissionDenied
    return render(request, "safety/review.html")
