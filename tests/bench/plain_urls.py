"""The product's routes, and the plain view that the feed is measured against."""

import orjson
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from feed.models import Slate
from webapp.access import VIEWER, matrix
from webapp.urls import urlpatterns as product


@login_required
def plain(request: HttpRequest, slate_id: str) -> HttpResponse:
    """Read one row by key and render the same cards."""
    row = Slate.objects.get(pk=slate_id)
    body = {
        "slate_id": str(row.pk),
        "intent_version": row.intent_version,
        "cards": row.cards,
        "relaxed": None,
        "pool_is_behind": False,
    }
    return HttpResponse(orjson.dumps(body), content_type="application/json")


matrix()[0]["GET plain/<uuid:slate_id>"] = VIEWER  # behind the same login and the same check of roles
urlpatterns = [*product, path("plain/<uuid:slate_id>", plain)]
