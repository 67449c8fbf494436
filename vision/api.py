"""Answer for videos over HTTP: take an upload, tell how it is doing, and how far the catalogue has come. Torch-free."""

from functools import partial
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status, UploadedFile

from safety.errors import AccountSuspended
from safety.selectors.accounts import check_may_post
from vision import media, selectors, services
from vision.models import Video, VideoSource, VideoState
from workers import dispatch

router = Router(tags=["videos"])

MIN_FREE_BYTES = 1 << 30  # of disk, beside the upload itself


class Refusal(Schema):
    detail: str


class Taken(Schema):
    video_id: int


class VideoStatus(Schema):
    video_id: int
    state: str
    step: str
    progress: float
    failure_reason: str
    visibility: str
    media_url: str | None


class Progress(Schema):
    total: int
    ready: int
    failed: int
    processing: int
    queued: int
    source_counts: dict[str, int]


@router.post("/uploads", response={202: Taken, 403: Refusal, 409: Refusal, 413: Refusal, 422: Refusal, 507: Refusal})
def upload(
    request: HttpRequest,
    file: File[UploadedFile],
    title: Form[str],
    tags: Form[str] = "",
    creator: Form[str] = "",
) -> Status[dict[str, Any]]:
    """Take a file into quarantine and queue its ingest. The same bytes from the same person are taken once."""
    try:
        check_may_post(user_id=request.user.pk or 0)
    except AccountSuspended as suspended:
        return Status(403, {"detail": str(suspended)})
    name = services.clean_text(title, services.MAX_TITLE)
    if not name:
        return Status(422, {"detail": "Give it a title."})
    size_bytes = file.size or 0
    if size_bytes == 0:
        return Status(422, {"detail": "The file is empty."})
    if media.free_bytes() < size_bytes + MIN_FREE_BYTES:
        return Status(507, {"detail": "There is no room for it on the server."})
    try:
        content_hash = media.quarantine_store(file.chunks(), max_bytes=settings.MAX_UPLOAD_BYTES)
    except media.TooManyBytes:
        return Status(413, {"detail": f"Too large: at most {settings.MAX_UPLOAD_BYTES // 1024**2} MB."})
    with transaction.atomic():
        video, is_queued = services.video_create(
            source=VideoSource.UPLOAD,
            title=name,
            tags=tags.split(","),
            creator=creator or request.user.get_username(),
            content_hash=content_hash,
            source_name=PurePath(file.name or "upload").name,
            uploader_id=request.user.pk,
        )
        if is_queued:
            transaction.on_commit(partial(dispatch.ingest, video_id=video.pk))
    if video.state == VideoState.READY:
        media.quarantined(content_hash).unlink(missing_ok=True)
    if not is_queued and video.uploader_id != request.user.pk:
        return Status(409, {"detail": "This video is in the catalogue already."})
    return Status(202, {"video_id": video.pk})


@router.get("/progress", response=Progress)
def progress(request: HttpRequest) -> dict[str, Any]:
    """Tell how much of the catalogue is ready."""
    return selectors.catalogue_progress()


@router.get("/{int:video_id}/status", response={200: VideoStatus, 404: Refusal})
def status(request: HttpRequest, video_id: int) -> Status[dict[str, Any]]:
    """Tell the person who brought the video (or a moderator) how it is doing; to others it does not exist."""
    video = Video.objects.filter(pk=video_id).first()
    is_moderator = getattr(request.user, "is_moderator", False)
    if video is None or (video.uploader_id != request.user.pk and not is_moderator):
        return Status(404, {"detail": "There is no such video of yours."})
    return Status(200, selectors.video_status(video=video))
