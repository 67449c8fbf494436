"""The JSON API: one router an app, session login, CSRF checked, OpenAPI document at /api/docs."""

from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.renderers import BaseRenderer
from ninja.security import SessionAuth


class OrjsonRenderer(BaseRenderer):
    """Render replies with orjson."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the reply as UTF-8 JSON."""
        return orjson.dumps(data)


api = NinjaAPI(title="Tiller", version="1", auth=SessionAuth(), renderer=OrjsonRenderer())  # SessionAuth checks CSRF
