"""Show admins their campaigns: how far each is, how good its answers are, what they say; and take what admins decide."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feed.search import search_videos
from labelling.errors import LabellingRefused
from labelling.forms import CampaignForm
from labelling.measures.gold import P_CARELESS, P_HONEST
from labelling.models import Campaign, CampaignQuery, PairPolicy
from labelling.policy import DEFAULT_POLICY
from labelling.selectors.campaigns import curve_chart, overview_of, overviews, searched_queries, steered_queries
from labelling.selectors.quality import quality_of
from labelling.selectors.verdicts import SHOWN, disputes_of, gold_proposals_of, ranking_of
from labelling.services.campaigns import campaign_create, campaign_state_set
from labelling.services.gold import gold_set, question_decide
from labelling.services.standing import labeller_restore, labeller_stop
from safety.access import is_admin
from safety.views import for_staff

STARTING = {"policy": DEFAULT_POLICY, "overlap": 2, "gold_percent": 10, "goal": 400}


@for_staff(is_admin)
def campaigns_page(request: HttpRequest) -> HttpResponse:
    """Show all campaigns with how far they are."""
    return render(request, "labelling/campaigns.html", {"overviews": overviews()})


@for_staff(is_admin)
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Show the form of a new campaign, and make it."""
    form = CampaignForm(request.POST or None, initial=STARTING)
    ticked = {name: request.POST.getlist(name) for name in ("searched", "steered")}
    if request.method == "POST" and form.is_valid():
        try:
            campaign = campaign_create(admin_id=_user_id(request), plan=form.plan(**ticked))
        except LabellingRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The campaign is open; its first pairs are being chosen.")
            return redirect("labelling:campaign", campaign.pk)
    mined = {"searched": searched_queries(), "steered": steered_queries()}
    shown = {"form": form, "mined": mined, "ticked": ticked, "policies": PairPolicy.choices}
    return render(request, "labelling/campaign_new.html", shown, status=400 if form.errors else 200)


@for_staff(is_admin)
def campaign_page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show one campaign: progress, what its arms teach, its labellers, what they disagree on, and a query's ranking."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    queries = list(campaign.queries.order_by("text").values_list("text", flat=True))
    query = request.GET.get("query", "")
    chosen = query if query in queries else (queries[0] if queries else "")
    disputes = disputes_of(campaign=campaign)
    shown = {
        "overview": overview_of(campaign=campaign),
        "campaign": campaign,
        "chart": curve_chart(campaign=campaign),
        "quality": quality_of(campaign=campaign),
        "p_honest": 100 * P_HONEST,
        "p_careless": 100 * P_CARELESS,
        "disputes": disputes[:SHOWN],
        "num_disputes": len(disputes),
        "proposals": gold_proposals_of(campaign=campaign)[:SHOWN],
        "queries": queries,
        "chosen": chosen,
        "ranking": ranking_of(campaign=campaign, query=chosen),
    }
    return render(request, "labelling/campaign.html", shown)


@for_staff(is_admin)
def gold_page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show a query's first results, of which an admin picks a better and a worse one."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    queries = list(campaign.queries.order_by("text"))
    chosen = next((one for one in queries if str(one.pk) == request.GET.get("query")), queries[0] if queries else None)
    found = search_videos(chosen.text) if chosen else None
    videos = [result.video for result in (*found.results, *found.nearest)] if found else []
    shown = {"campaign": campaign, "queries": queries, "chosen": chosen, "found": found, "videos": videos[: 2 * SHOWN]}
    return render(request, "labelling/gold.html", shown)


@require_POST
@for_staff(is_admin)
def state_post(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Pause, close or open a campaign."""
    get_object_or_404(Campaign, pk=campaign_id)
    state = request.POST.get("state", "")
    write = lambda: campaign_state_set(admin_id=_user_id(request), campaign_id=campaign_id, state=state)  # noqa: E731
    return _done(request, write, campaign_id, f"The campaign is {state}.")


@require_POST
@for_staff(is_admin)
def gold_post(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Make a pair gold: `better` and `worse` are videos; of the query `query`."""
    query = get_object_or_404(CampaignQuery, pk=_number(request, "query"), campaign_id=campaign_id)
    better, worse = _number(request, "better"), _number(request, "worse")
    write = lambda: gold_set(  # noqa: E731
        admin_id=_user_id(request), query_id=query.pk, first_id=better, second_id=worse, answer="better"
    )
    page = "labelling:gold" if request.POST.get("from") == "gold" else "labelling:campaign"
    answer = _done(request, write, campaign_id, f"Gold now, for “{query.text}”.", page)
    if page == "labelling:gold":
        answer["Location"] += f"?query={query.pk}"
    return answer


@require_POST
@for_staff(is_admin)
def decide_post(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Decide a question that people disagree on."""
    question_id, answer = _number(request, "question"), request.POST.get("answer", "")
    write = lambda: question_decide(admin_id=_user_id(request), question_id=question_id, answer=answer)  # noqa: E731
    return _done(request, write, campaign_id, "Decided: your answer counts, the others are kept and do not.")


@require_POST
@for_staff(is_admin)
def standing_post(request: HttpRequest, campaign_id: int, labeller_id: int) -> HttpResponse:
    """Pause a labeller and set their labels aside, or let them in again."""
    values = {"labeller_id": labeller_id, "admin_id": _user_id(request)}
    if request.POST.get("to") == "out":
        reason = request.POST.get("reason", "").strip()[:300] or "An admin is looking into their answers."
        return _done(request, lambda: labeller_stop(reason=reason, **values), campaign_id, "Paused, labels set aside.")
    write = lambda: labeller_restore(reason="Let in again by an admin.", **values)  # noqa: E731
    return _done(request, write, campaign_id, "Let in again; their labels count.")


def _done(
    request: HttpRequest, write: Callable[[], Any], campaign_id: int, said: str, page: str = "labelling:campaign"
) -> HttpResponse:
    try:
        write()
        messages.success(request, said)
    except LabellingRefused as error:
        messages.error(request, str(error))
    return redirect(page, campaign_id)


def _number(request: HttpRequest, name: str) -> int:
    """Return a number of the form, 0 where there is none: no row has it."""
    told = request.POST.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0


def _user_id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)
