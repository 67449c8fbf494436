"""Show and carry out releases: what serves, what could, and what they find side by side. Who may: webapp/access.toml."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from lifecycle.releases import selectors
from lifecycle.releases.comparisons import comparison_ask
from lifecycle.releases.kinds import ENCODER, KINDS, ReleaseKind
from lifecycle.releases.services import release_approve, release_ask, release_withdraw, rollback
from vision.models import ModelVersion, Versioned
from vision.releases import ReleaseRefusedError


@require_GET
def releases_page(request: HttpRequest) -> HttpResponse:
    """Show what serves of each kind, what waits, what can be gone back to, and what happened."""
    context = {"shown": selectors.kinds_shown(), "history": selectors.history_shown(), **_shared(request)}
    return render(request, "lifecycle/releases.html", context)


@require_GET
def releases_live(request: HttpRequest) -> HttpResponse:
    """Return what is under way, for a page that asks again and again."""
    return render(request, "lifecycle/releases_live.html", _live())


@require_GET
def version_page(request: HttpRequest, kind: str, version_id: int) -> HttpResponse:
    """Show a version beside what serves: its scores, the gate's verdict, and for a video encoder what queries find."""
    one = _kind(kind)
    version = get_object_or_404(one.model, pk=version_id)
    comparison = selectors.comparison_of(version)
    context = {
        "kind": one,
        "version": version,
        "verdict": selectors.judged(one, version),
        "charts": selectors.charts_of(one, version),
        "gain": selectors.gain_words(one, version),
        "facts": one.scores_of(version),
        "sets": selectors.sets_shown(version),
        "waits": selectors.is_waiting(version),
        "can_compare": one is ENCODER and selectors.is_waiting(version),
        "requests": selectors.requests_open(one, version),
        "comparison": comparison,
        "rows": selectors.rows_shown(comparison) if comparison else [],
        **_shared(request),
    }
    return render(request, "lifecycle/version.html", context)


@require_POST
def release_post(request: HttpRequest, kind: str, version_id: int) -> HttpResponse:
    """Release a candidate, or ask another admin to agree."""
    one = _kind(kind)
    version: Versioned = get_object_or_404(one.model, pk=version_id)

    def write() -> str:
        waits = release_ask(kind=one, version=version, admin_id=_user_id(request), reason=_reason(request))
        if waits:
            return f"{version.slug} waits for another admin’s yes."
        return f"The release of {version.slug} began." if one.send else f"{version.slug} serves."

    return _done(request, write)


@require_POST
def rollback_post(request: HttpRequest, kind: str) -> HttpResponse:
    """Go back to the version that the form names, or to what served without any."""
    one, named = _kind(kind), request.POST.get("version", "")
    version = get_object_or_404(one.model, pk=named) if named.isdecimal() else None

    def write() -> str:
        rollback(kind=one, version=version, admin_id=_user_id(request), reason=_reason(request))
        name = version.slug if version else one.without
        return f"Rolling back to {name}." if version and one.send else f"Rolled back to {name}."

    return _done(request, write)


@require_POST
def approve_post(request: HttpRequest, request_id: int) -> HttpResponse:
    """Give the second yes."""

    def write() -> str:
        release_approve(request_id=request_id, admin_id=_user_id(request))
        return "Approved: the release began."

    return _done(request, write)


@require_POST
def withdraw_post(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take a request back."""

    def write() -> str:
        release_withdraw(request_id=request_id, admin_id=_user_id(request))
        return "The request was withdrawn."

    return _done(request, write)


@require_POST
def compare_post(request: HttpRequest, version_id: int) -> HttpResponse:
    """Have a worker find what queries would find by a candidate."""
    version = get_object_or_404(ModelVersion, pk=version_id)
    comparison_ask(version=version, admin_id=_user_id(request))
    return redirect("lifecycle:version", kind=ENCODER.slug, version_id=version.pk)


def _done(request: HttpRequest, write: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, write())
    except ReleaseRefusedError as error:
        messages.error(request, f"Not done. {error}")
    return redirect("lifecycle:releases")


def _shared(request: HttpRequest) -> dict[str, Any]:
    return {"needs_two": settings.RELEASE_NEEDS_TWO, "user_id": _user_id(request), **_live()}


def _live() -> dict[str, Any]:
    return {"progress": selectors.progress_shown(), "mark": selectors.mark()}


def _kind(slug: str) -> ReleaseKind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\x00", "")


def _user_id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
