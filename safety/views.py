"""Show the pages of moderators and admins: the console, its figures, who reviews what."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from safety.access import MODERATOR_ROLES, is_admin, is_moderator
from safety.errors import SafetyRefused
from safety.models import CATEGORIES
from safety.selectors.figures import figures
from safety.selectors.queues import scope_of
from safety.services.administration import scope_set
from safety.services.thresholds import threshold_accept, threshold_take_back
from safety.words import HAZARD_NAMES

View = Callable[..., HttpResponse]


def for_staff(may: Callable[[Any], bool]) -> Callable[[View], View]:
    """Let in only whom `may` accepts; others get 403, and who is not signed in the login page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not may(request.user):
                raise PermissionDenied
            return view(request, **kwargs)

        return login_required(checked)

    return decorate


@for_staff(is_moderator)
@ensure_csrf_cookie
def review_page(request: HttpRequest) -> HttpResponse:
    """Show the queue's shell; jobs come from the API."""
    return render(request, "safety/review.html", {"hazards": HAZARD_NAMES, "is_admin": is_admin(request.user)})


@for_staff(is_moderator)
def figures_page(request: HttpRequest) -> HttpResponse:
    """Show how well moderators agree, how the guard drifts, and what thresholds decisions propose."""
    return render(request, "safety/figures.html", {**figures(), "is_admin": is_admin(request.user)})


@for_staff(is_admin)
def people_page(request: HttpRequest) -> HttpResponse:
    """Show which hazards each moderator reviews."""
    people = get_user_model().objects.filter(role__in=MODERATOR_ROLES, is_active=True).order_by("username")
    rows = [{"user": user, "scope": scope_of(moderator_id=user.pk), "is_admin": is_admin(user)} for user in people]
    return render(request, "safety/people.html", {"rows": rows, "hazards": HAZARD_NAMES})


@require_POST
@for_staff(is_admin)
def scope_post(request: HttpRequest, moderator_id: int) -> HttpResponse:
    """Limit a moderator to the hazards that are ticked."""
    chosen = [hazard for hazard in CATEGORIES if hazard in request.POST.getlist("hazards")]
    return _done(
        request, lambda: scope_set(admin_id=_user_id(request), moderator_id=moderator_id, hazards=chosen), "people"
    )


@require_POST
@for_staff(is_admin)
def threshold_post(request: HttpRequest) -> HttpResponse:
    """Accept the threshold that is proposed for a hazard."""
    try:
        threshold = float(request.POST.get("threshold", ""))
    except ValueError:
        threshold = -1.0
    hazard = request.POST.get("hazard", "")
    accept = lambda: threshold_accept(admin_id=_user_id(request), hazard=hazard, threshold=threshold)  # noqa: E731
    return _done(request, accept, "figures", "It counts within two seconds everywhere.")


@require_POST
@for_staff(is_admin)
def threshold_back_post(request: HttpRequest, version_id: int) -> HttpResponse:
    """Put back what counted before an accepted threshold."""
    take_back = lambda: threshold_take_back(admin_id=_user_id(request), version_id=version_id)  # noqa: E731
    return _done(request, take_back, "figures", "Taken back: what counted before counts again, within two seconds.")


def _done(request: HttpRequest, write: Callable[[], Any], page: str, told: str = "Saved.") -> HttpResponse:
    try:
        write()
        messages.success(request, told)
    except SafetyRefused as error:
        messages.error(request, str(error))
    return redirect(f"safety:{page}")


def _user_id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
