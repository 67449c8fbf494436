"""Pages that join several apps."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie

from feed.search import common_tags, search_videos
from feed.services.search_sessions import search_session_record
from feed.slates import media_url
from safety.selectors.accounts import suspension_of, suspension_words
from vision.models import Video, VideoState
from vision.selectors import approved_videos, served_videos

MAX_QUERY_CHARS = 200
NUM_TAGS = 24


@login_required
@ensure_csrf_cookie
def feed_page(request: HttpRequest) -> HttpResponse:
    """Show the feed with the chat beside it; cards and messages come from the API."""
    return render(request, "feed/index.html")


@login_required
@ensure_csrf_cookie
def upload_page(request: HttpRequest) -> HttpResponse:
    """Show the upload form, and to a suspended person why it will refuse."""
    suspension = suspension_of(user_id=request.user.pk or 0)
    suspended = suspension_words(suspension) if suspension else ""
    context = {"max_upload_bytes": settings.MAX_UPLOAD_BYTES, "suspended": suspended}
    return render(request, "vision/upload.html", context)


@login_required
@ensure_csrf_cookie
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what `q` finds, as pictures; without `q`, what is often tagged. What is shown is logged, unless only prefetched."""
    query = request.GET.get("q", "").replace("\x00", "")[:MAX_QUERY_CHARS].strip()
    if not query:
        return render(request, "feed/search.html", {"query": "", "tags": common_tags(limit=NUM_TAGS)})
    user: Any = request.user
    videos, session_id = search_videos(query), None
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        session_id = search_session_record(viewer_id=user.pk, query=query, video_ids=[video.pk for video in videos])
    return render(request, "feed/search.html", {"query": query, "videos": videos, "session_id": session_id})


@login_required
@ensure_csrf_cookie
def watch_page(request: HttpRequest, video_id: int) -> HttpResponse:
    """Show one clip: where shared links and search results lead. 404 for what may not be seen."""
    user: Any = request.user
    visible = Video.objects.filter(state=VideoState.READY) if user.is_moderator else served_videos()
    return render(request, "feed/watch.html", {"video": get_object_or_404(visible, pk=video_id)})


@login_required
def poster(request: HttpRequest, video_id: int) -> HttpResponse:
    """Lead to a clip's still picture. 404 where there is none, for what may not be seen, and for what is shown behind a warning."""
    video = get_object_or_404(approved_videos().exclude(poster_path=""), pk=video_id)
    return redirect(media_url(video.poster_path))


def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when this process serves and reaches its database (load balancers, `make run`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
