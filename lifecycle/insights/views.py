"""Show the insights page, and one section of it for a page that refreshes itself. Who may is in webapp/access.toml."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lifecycle.insights.section import DEFAULT_RANGE, RANGES, window_of
from lifecycle.insights.sections import SECTIONS, section_read, sections_read


@require_GET
@never_cache
def insights_page(request: HttpRequest) -> HttpResponse:
    """Show every section for the range that was chosen."""
    chosen = _range(request)
    window = window_of(chosen, now=timezone.now())
    context = {"sections": list(sections_read(window)), "ranges": RANGES, "chosen": chosen, "window": window}
    return render(request, "lifecycle/insights.html", context)


@require_GET
@never_cache
def insights_section(request: HttpRequest, key: str) -> HttpResponse:
    """Show one section alone, with more time than it has on the page."""
    if key not in SECTIONS:
        raise Http404
    chosen = _range(request)
    window = window_of(chosen, now=timezone.now())
    shown = section_read(SECTIONS[key], window)
    return render(request, "lifecycle/insights_section.html", {"shown": shown, "chosen": chosen, "window": window})


def _range(request: HttpRequest) -> str:
    asked = request.GET.get("range", DEFAULT_RANGE)
    return asked if asked in RANGES else DEFAULT_RANGE
