"""Show the pair page, on which labellers say which of two videos is better for a query."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

from labelling.access import is_labeller
from labelling.selectors.questions import campaigns_open
from safety.views import for_staff


@for_staff(is_labeller)
@ensure_csrf_cookie
def label_page(request: HttpRequest) -> HttpResponse:
    """Show the page's shell for `?campaign=` or the oldest open one; pairs come from the API.

    These names hold for people who use assistive technology and for tests alike: buttons "Left is better", "Right is better", "Tie",
    "Both bad", "Skip", "Undo", "Replay", "Swap sides", "Keys"; the query is the heading of level 1; the pair is a group named
    "The two videos" with `data-assignment-id`, its videos "Left video: <title>" and "Right video: <title>"; `#progress` counts answers.
    """
    campaigns = list(campaigns_open())
    wanted = request.GET.get("campaign", "")
    chosen = next((one for one in campaigns if str(one.pk) == wanted), campaigns[0] if campaigns else None)
    return render(request, "labelling/label.html", {"campaigns": campaigns, "chosen": chosen})
