"""Pages that join several apps."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie

from feed.search import LENGTHS, common_tags, search_videos
from feed.services.phrase_wants import phrase_want
from feed.services.search_sessions import search_session_record, searches_recent
from feed.serving import media_url
from safety.selectors.accounts import suspension_of, suspension_words
from vision.models import Video, VideoState
from vision.selectors import approved_videos, served_videos, serving_version

MAX_QUERY_CHARS = 200
NUM_TAGS, NUM_RECENT = 24, 8
MAX_TIME_CHARS = 12


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
    """Show what `q` finds; a phrase that was never embedded is sent to a worker, and the page asks for `search_results` meanwhile.

    Without `q`: the viewer's latest searches and what is often tagged. What is shown is logged, unless only prefetched.
    """
    user: Any = request.user
    asked = _asked(request)
    if not asked["query"]:
        recent = searches_recent(viewer_id=user.pk, limit=NUM_RECENT)
        return render(request, "feed/search.html", {"recent": recent, "tags": common_tags(limit=NUM_TAGS)})
    shown = _shown(request, asked)
    recent = searches_recent(viewer_id=user.pk, limit=NUM_RECENT)  # this one among them
    version = serving_version()
    if not shown["found"].is_complete and shown["session_id"] and version:
        phrase_want(phrase=asked["query"], version=version)
    return render(request, "feed/search.html", asked | shown | {"recent": recent})


@login_required
def search_results(request: HttpRequest) -> HttpResponse:
    """Return the results' part of the search page in full; 204 while no worker has embedded the phrase yet."""
    asked = _asked(request)
    shown = _shown(request, asked, only_complete=True) if asked["query"] else {}
    return render(request, "feed/search_results.html", asked | shown) if shown else HttpResponse(status=204)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Return what the address asks for; what cannot be meant is left out."""
    get = request.GET.get
    return {
        "query": get("q", "").replace("\x00", "")[:MAX_QUERY_CHARS].strip(),
        "length": get("length", "") if get("length") in LENGTHS else "",
        "order": "newest" if get("order") == "newest" else "best",
    }


def _shown(request: HttpRequest, asked: dict[str, Any], *, only_complete: bool = False) -> dict[str, Any]:
    """Return what is found and the id of its row in the search log; nothing where it is not complete and must be."""
    user: Any = request.user
    found = search_videos(asked["query"], length=asked["length"], order=asked["order"])
    if only_complete and not found.is_complete:
        return {}
    session_id = None
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        session_id = search_session_record(viewer_id=user.pk, query=asked["query"], video_ids=found.shown)
    return {"found": found, "session_id": session_id}


@login_required
@ensure_csrf_cookie
def watch_page(request: HttpRequest, video_id: int) -> HttpResponse:
    """Show one clip, from second `t` on: where shared links and search results lead. 404 for what may not be seen."""
    user: Any = request.user
    visible = Video.objects.filter(state=VideoState.READY) if user.is_moderator else served_videos()
    video = get_object_or_404(visible, pk=video_id)
    return render(request, "feed/watch.html", {"video": video, "start_s": _start_s(request.GET.get("t", ""), video)})


def _start_s(text: str, video: Video) -> str:
    """Return the second to begin at as a media fragment takes it; "" for what is no time within the clip."""
    if len(text) > MAX_TIME_CHARS or not re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return ""
    return f"{float(text):.2f}" if 0 < float(text) < (video.duration_s or 0) else ""


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
