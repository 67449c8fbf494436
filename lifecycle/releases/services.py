"""Release and roll back for the page: who asked and why is in the audit log, and a second admin's yes where the setting asks for it.

The gate stands in `kind.start`, and nothing here goes around it. A rollback asks nobody: it leads to what served before, in a hurry.
"""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lifecycle.models import ReleaseRequest, RequestState
from lifecycle.releases.kinds import KINDS, ReleaseKind
from safety.services.audit import audit
from vision.history import By, kind_of
from vision.models import Versioned, VersionState
from vision.releases import ReleaseRefusedError

MAX_REASON = 300


def release_ask(*, kind: ReleaseKind, version: Versioned, admin_id: int, reason: str) -> ReleaseRequest | None:
    """Release a candidate for an admin; where the setting asks for two, return the request that waits for the other.

    Raises ReleaseRefusedError, in words: what the gate refuses is refused in its row, and nobody is asked.
    """
    reason = reason.strip()[:MAX_REASON]
    if not settings.RELEASE_NEEDS_TWO:
        _start(kind, version, By(admin_id, "page", reason))
        return None
    if version.state in (VersionState.SERVING, VersionState.RETIRED):
        raise ReleaseRefusedError(f"{version.slug} is {version.state}: only a candidate can be released")
    refusal = kind.refusal(version)
    if refusal:
        raise ReleaseRefusedError(f"{version.slug}: {refusal}")
    with transaction.atomic():
        values = {"version": version.slug, "asked_by_id": admin_id, "reason": reason}
        request, is_new = ReleaseRequest.objects.get_or_create(
            kind=kind.slug, version_id=version.pk, state=RequestState.OPEN, defaults=values
        )
        if is_new:
            _audit(admin_id, "release_ask", kind, version.pk, version=version.slug, reason=reason)
    return request


def release_approve(*, request_id: int, admin_id: int) -> None:
    """Give the second yes and release; raises ReleaseRefusedError where the admin asked for it themselves, or the gate says no now."""
    refused: ReleaseRefusedError | None = None
    with transaction.atomic():
        request = _open_request(request_id)
        kind = KINDS[request.kind]
        version = kind.model._default_manager.filter(pk=request.version_id).first()
        if request.asked_by_id == admin_id:
            raise ReleaseRefusedError("It takes another admin: whoever asks for a release cannot agree to it.")
        if version is None:
            raise ReleaseRefusedError(f"{request.version} is not there any more")
        _audit(admin_id, "release_approve", kind, version.pk, version=version.slug, request=request.pk)
        try:
            _start(kind, version, By(request.asked_by_id, "page", request.reason))
        except ReleaseRefusedError as error:
            refused = error
        _answer(request, RequestState.REFUSED if refused else RequestState.APPROVED, admin_id)
    if refused:
        raise refused


def release_withdraw(*, request_id: int, admin_id: int) -> None:
    """Take a request back, one's own or another's; raises ReleaseRefusedError where it was answered."""
    with transaction.atomic():
        request = _open_request(request_id)
        kind = KINDS[request.kind]
        _audit(admin_id, "release_withdraw", kind, request.version_id, version=request.version, request=request.pk)
        _answer(request, RequestState.WITHDRAWN, admin_id)


def rollback(*, kind: ReleaseKind, version: Versioned | None, admin_id: int, reason: str) -> None:
    """Go back to a version that served; None: to what serves without any. Raises ReleaseRefusedError."""
    by = By(admin_id, "page", reason.strip()[:MAX_REASON])
    if version is None and kind.withdraw is None:
        raise ReleaseRefusedError(f"{kind.title}: say which version to go back to.")
    with transaction.atomic():
        told = {"version": version.slug if version else kind.without, "reason": by.reason}
        _audit(admin_id, "rollback", kind, version.pk if version else 0, **told)
        if version:
            _send(kind, kind.rollback(version=version, by=by))
        elif kind.withdraw:
            kind.withdraw(by=by)


def _start(kind: ReleaseKind, version: Versioned, by: By) -> None:
    """Let the gate judge and open the release; its refusal is kept, its way through is sent to a worker."""
    refused: ReleaseRefusedError | None = None
    with transaction.atomic():
        _audit(by.actor_id, "release", kind, version.pk, version=version.slug, reason=by.reason)
        try:
            _send(kind, kind.start(version=version, by=by))
        except ReleaseRefusedError as error:
            refused = error
    if refused:
        raise refused


def _send(kind: ReleaseKind, opened: Versioned | None) -> None:
    if kind.send and opened:
        transaction.on_commit(partial(kind.send, opened.pk))


def _open_request(request_id: int) -> ReleaseRequest:
    request = ReleaseRequest.objects.select_for_update().filter(pk=request_id, state=RequestState.OPEN).first()
    if request is None:
        raise ReleaseRefusedError("This request was answered already. Look at the page again.")
    return request


def _answer(request: ReleaseRequest, state: str, admin_id: int) -> None:
    request.state, request.answered_by_id, request.answered_at = state, admin_id, timezone.now()
    request.save(update_fields=["state", "answered_by", "answered_at"])


def _audit(admin_id: int | None, verb: str, kind: ReleaseKind, version_id: int, **detail: Any) -> None:
    audit(admin_id, verb, kind=kind_of(kind.model), target_id=version_id, **detail)
