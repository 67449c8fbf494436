"""Serve videos and posters: what may be served to everybody who is logged in, the others to staff only, with range requests.

An ASGI application of its own, because Django's file replies know no ranges and video could not seek. The check is a row read
at every request, so a takedown holds for direct addresses at once.
"""

from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from vision import selectors as vision_selectors

MEDIA_PREFIX = "/media/"
CACHE = "private, max-age=5"  # a takedown is gone in 5 s


async def media_application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer GET and HEAD of /media/<relative path>; 404 for what may not be seen, so that nothing tells whether it exists."""
    await (await _response(scope))(scope, receive, send)


async def _response(scope: Scope) -> Response:
    if scope["method"] not in {"GET", "HEAD"}:
        return PlainTextResponse("Method not allowed", status_code=405)
    relative_path = scope["path"].removeprefix(MEDIA_PREFIX)
    user: Any = scope.get("user")
    is_known = user is not None and await sync_to_async(lambda: user.is_authenticated)()
    if not is_known:
        return PlainTextResponse("Log in first", status_code=403)
    is_staff = await sync_to_async(lambda: user.is_moderator)()
    path = (settings.MEDIA_ROOT / relative_path).resolve()
    if settings.MEDIA_ROOT.resolve() not in path.parents:
        return PlainTextResponse("Not found", status_code=404)
    if not await sync_to_async(vision_selectors.media_is_visible)(relative_path=relative_path, is_staff=is_staff):
        return PlainTextResponse("Not found", status_code=404)
    headers = {"Cache-Control": CACHE, "X-Content-Type-Options": "nosniff"}
    if settings.MEDIA_ACCEL_PREFIX:
        return Response(headers={**headers, "X-Accel-Redirect": settings.MEDIA_ACCEL_PREFIX + relative_path})
    if not path.is_file():
        return PlainTextResponse("Not found", status_code=404)
    return FileResponse(path, headers=headers)
