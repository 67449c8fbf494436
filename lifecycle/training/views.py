"""Show training runs, start them, end them. Who may: webapp/access.toml. The live parts are HTML that the page asks for again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lifecycle.models import TrainingRun
from lifecycle.training.recipes import CARDS, KindCard
from lifecycle.training.runs import TrainingRefusedError, run_again, run_cancel, run_resume
from lifecycle.training.runs import run_start as start
from lifecycle.training.selectors import runs_latest
from lifecycle.training.shown import run_shown, run_whole
from lifecycle.training.supply import supplies_of

RUNS_A_PAGE = 25


@ensure_csrf_cookie
@require_http_methods(["GET", "POST"])
def runs_page(request: HttpRequest) -> HttpResponse:
    """List the runs, newest first; POST starts one and leads to its page."""
    if request.method == "POST":
        return _start(request)
    return render(request, "lifecycle/runs.html", _listed(request))


@require_GET
def runs_live(request: HttpRequest) -> HttpResponse:
    """Return the list anew."""
    return render(request, "lifecycle/runs_live.html", _listed(request))


def _listed(request: HttpRequest) -> dict[str, Any]:
    page = Paginator(runs_latest(), RUNS_A_PAGE).get_page(request.GET.get("page"))
    rows = [run_shown(run) for run in page]
    return {"rows": rows, "page": page, "is_active": any(row["is_active"] for row in rows)}


@ensure_csrf_cookie
@require_GET
def start_page(request: HttpRequest) -> HttpResponse:
    """Offer what can be trained, with how much there is to learn from."""
    return render(request, "lifecycle/run_start.html", {"cards": [_offered(card) for card in CARDS]})


def _offered(card: KindCard) -> dict[str, Any]:
    supplies = supplies_of(kind=card.kind, recipes=[recipe.name for recipe in card.recipes])
    recipes = [{"it": recipe, "lacking": supplies[recipe.name].lacking} for recipe in card.recipes]
    possible = [recipe.name for recipe in card.recipes if not supplies[recipe.name].lacking]
    first = supplies[card.recipes[0].name]
    return {
        "it": card,
        "recipes": recipes,
        "words": first.words,
        "lacking": "" if possible else first.lacking,
        "chosen": possible[0] if possible else "",
    }


def _start(request: HttpRequest) -> HttpResponse:
    given = request.POST.get
    seed = given("seed", "").strip()
    if seed and not (seed.isascii() and seed.isdecimal()):
        messages.error(request, "A seed is a whole number.")
        return redirect("lifecycle:run_start")
    try:
        run = start(
            admin_id=_user_id(request),
            kind=given("kind", ""),
            recipe=given("recipe", ""),
            seed=int(seed[:20]) if seed else None,
        )
    except TrainingRefusedError as error:
        messages.error(request, str(error))
        return redirect("lifecycle:run_start")
    return redirect("lifecycle:run", run.pk)


@ensure_csrf_cookie
@require_GET
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one run: how far it is, its curves, its log, what it came of."""
    return render(request, "lifecycle/run.html", run_whole(_run(run_id)))


@require_GET
def run_live(request: HttpRequest, run_id: int) -> HttpResponse:
    """Return the parts of a run's page that move."""
    return render(request, "lifecycle/run_live.html", run_whole(_run(run_id)))


@require_POST
def cancel_post(request: HttpRequest, run_id: int) -> HttpResponse:
    """Cancel a run."""
    return _done(request, lambda: run_cancel(admin_id=_user_id(request), run_id=run_id), run_id)


@require_POST
def resume_post(request: HttpRequest, run_id: int) -> HttpResponse:
    """Let a run that broke off go on."""
    return _done(request, lambda: run_resume(admin_id=_user_id(request), run_id=run_id), run_id)


@require_POST
def again_post(request: HttpRequest, run_id: int) -> HttpResponse:
    """Start the same run anew."""
    return _done(request, lambda: run_again(admin_id=_user_id(request), run_id=run_id), run_id)


def _done(request: HttpRequest, write: Callable[[], TrainingRun], run_id: int) -> HttpResponse:
    try:
        return redirect("lifecycle:run", write().pk)
    except TrainingRefusedError as error:
        messages.error(request, str(error))
        return redirect("lifecycle:run", run_id)


def _run(run_id: int) -> TrainingRun:
    return get_object_or_404(TrainingRun.objects.select_related("started_by"), pk=run_id)


def _user_id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
