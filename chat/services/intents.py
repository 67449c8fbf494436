"""Write the intent document: compare-and-set on its version, every version kept, every change told once the feed has read it."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from chat.claims import StageClaim
from chat.intake import message_checked
from chat.intent.edits import apply_add, apply_change, apply_filters, apply_pause, apply_remove
from chat.intent.merge import empty_document
from chat.intent.schema import check_intent
from chat.models import IntentDocument, IntentRun, IntentVersion, StageRun
from chat.services.events import EventDraft, events_append, viewer_lock
from chat.services.sending import announce_dispatch

Document = dict[str, Any]
MAX_TRIES = (
    20  # a lost compare-and-set means that another's went through: a viewer has too few writers to lose this often
)


class IntentConflict(Exception):
    """The document changed under us MAX_TRIES times; nothing was written."""


class SteerUnknown(Exception):
    """The document has no steer with this id; nothing was written."""


class NothingToUndo(Exception):
    """No change is left to take back; nothing was written."""


class ClaimLost(Exception):
    """The stage belongs to a later claim; nothing was written."""


@dataclass(frozen=True)
class Applied:
    """Say what the document is now, and whether this call changed it."""

    version: int
    document: Document
    changed: bool


@dataclass(frozen=True)
class _Change:
    """Describe a new version: its document (its version one above the base), and whose it is."""

    document: Document
    cause: str
    restores: int | None = None
    claim: StageClaim | None = None


def intent_apply(
    *, viewer_id: int, change: Callable[[Document], Document], cause: str, claim: StageClaim | None = None
) -> Applied:
    """Replace the document by `change(document)`, again on the newer one whenever another writer was faster.

    `change` must be pure; it returns the document with its version one higher, or unchanged when there is nothing to do. With a
    `claim` the version belongs to that claim's run, at most one a run, and ClaimLost is raised when the claim is a former one.
    """

    def build(current: IntentDocument) -> _Change:
        return _Change(document=change(current.document), cause=cause, claim=claim)

    return _apply(viewer_id, build)


def intent_undo(*, viewer_id: int, claim: StageClaim | None = None) -> Applied:
    """Restore the document as it was before its last change; repeated, it goes further back. Raises NothingToUndo at the start.

    Everything is as it was, but for `version` and `updated_at`. An undo is a new version: history is never rewritten.
    """

    def build(current: IntentDocument) -> _Change:
        latest = IntentVersion.objects.get(viewer_id=viewer_id, version=current.version)
        undone = latest.version if latest.restores is None else latest.restores
        if undone == 0:
            raise NothingToUndo
        before = IntentVersion.objects.get(viewer_id=viewer_id, version=undone - 1)
        now = timezone.now().isoformat(timespec="seconds")
        document = {**copy.deepcopy(before.document), "version": current.version + 1, "updated_at": now}
        restores = before.version if before.restores is None else before.restores
        return _Change(document=document, cause=IntentVersion.Cause.UNDO, restores=restores, claim=claim)

    applied = _apply(viewer_id, build)
    if claim is None:
        announce_dispatch(viewer_id=viewer_id)
    return applied


def steer_remove(*, viewer_id: int, steer_id: str) -> Applied:
    """Remove one steer by the viewer's own hand; raises SteerUnknown."""
    return _edit_steer(viewer_id, steer_id, lambda document, now: apply_remove(document, steer_id, now=now))


def steer_pause(*, viewer_id: int, steer_id: str, paused: bool) -> Applied:
    """Pause or wake one steer by the viewer's own hand; raises SteerUnknown."""
    return _edit_steer(viewer_id, steer_id, lambda document, now: apply_pause(document, steer_id, paused, now=now))


def steer_change(*, viewer_id: int, steer_id: str, changes: dict[str, Any]) -> Applied:
    """Change what `changes` names of one steer (chat.intent.edits.apply_change); raises SteerUnknown, EditRefused, IntakeRefused.

    The pool job embeds a new phrase and lets the guard judge it; until then it brings nothing (feed.services.pools).
    """
    if "phrase" in changes:
        changes = changes | {"phrase": _phrase(changes["phrase"])}
    return _edit_steer(viewer_id, steer_id, lambda document, now: apply_change(document, steer_id, changes, now=now))


def steer_add(*, viewer_id: int, wish: dict[str, Any]) -> Applied:
    """Add a wish by the viewer's own hand (chat.intent.edits.apply_add); raises EditRefused, IntakeRefused."""
    wish = wish | {"phrase": _phrase(wish["phrase"])}
    return _edit(viewer_id, lambda document, now: apply_add(document, wish, now=now))


def _phrase(typed: str) -> str:
    return " ".join(message_checked(typed).split())


def filters_change(*, viewer_id: int, changes: dict[str, Any]) -> Applied:
    """Set or (None) take away the filters that `changes` names; raises EditRefused."""
    return _edit(viewer_id, lambda document, now: apply_filters(document, changes, now=now))


def _edit_steer(viewer_id: int, steer_id: str, change: Callable[[Document, datetime], Document]) -> Applied:
    def checked(document: Document, now: datetime) -> Document:
        if all(steer["id"] != steer_id for steer in document["steers"]):
            raise SteerUnknown(steer_id)
        return change(document, now)

    return _edit(viewer_id, checked)


def _edit(viewer_id: int, change: Callable[[Document, datetime], Document]) -> Applied:
    cause = IntentVersion.Cause.EDIT
    applied = intent_apply(viewer_id=viewer_id, change=lambda document: change(document, timezone.now()), cause=cause)
    if applied.changed:
        announce_dispatch(viewer_id=viewer_id)
    return applied


def _apply(viewer_id: int, build: Callable[[IntentDocument], _Change]) -> Applied:
    for _ in range(MAX_TRIES):
        current = _current(viewer_id)
        change = build(current)
        if change.document["version"] == current.version:
            return Applied(version=current.version, document=current.document, changed=False)
        check_intent(change.document)
        if _compare_and_set(viewer_id, current.version, change):
            return Applied(version=change.document["version"], document=change.document, changed=True)
    raise IntentConflict


@transaction.atomic
def _compare_and_set(viewer_id: int, base_version: int, change: _Change) -> bool:
    if change.claim is not None:
        _check_claim(change.claim)
    version, now = base_version + 1, timezone.now()
    unchanged = IntentDocument.objects.filter(viewer_id=viewer_id, version=base_version)
    if not unchanged.update(version=version, document=change.document, updated_at=now):
        return False
    run_id = change.claim.run_id if change.claim else None
    IntentVersion.objects.create(
        viewer_id=viewer_id,
        version=version,
        document=change.document,
        cause=change.cause,
        restores=change.restores,
        run_id=run_id,
    )
    if run_id is not None:
        IntentRun.objects.filter(pk=run_id).update(intent_version=version)
    return True


def _check_claim(claim: StageClaim) -> None:
    held = StageRun.objects.select_for_update().filter(
        pk=claim.stage_run_id, fencing_token=claim.fencing_token, state=StageRun.State.RUNNING
    )
    if not held:
        raise ClaimLost


def _current(viewer_id: int) -> IntentDocument:
    current = IntentDocument.objects.filter(viewer_id=viewer_id).first()
    if current is not None:
        return current
    now = timezone.now()
    start = empty_document(now)
    with transaction.atomic():
        IntentVersion.objects.bulk_create(
            [
                IntentVersion(
                    viewer_id=viewer_id, version=0, document=start, cause=IntentVersion.Cause.START, announced_at=now
                )
            ],
            ignore_conflicts=True,
        )
        IntentDocument.objects.bulk_create(
            [IntentDocument(viewer_id=viewer_id, version=0, document=start, updated_at=now)], ignore_conflicts=True
        )
    return IntentDocument.objects.get(viewer_id=viewer_id)


def versions_announce(*, viewer_id: int, up_to: int) -> list[EventDraft]:
    """Mark the versions up to `up_to` as told and return their `intent` events, oldest first, each version once.

    The caller holds the viewer's lock and appends the events in the same transaction.
    """
    untold = IntentVersion.objects.filter(viewer_id=viewer_id, version__lte=up_to, announced_at=None)
    versions = list(untold.select_related("run").order_by("version"))
    if not versions:
        return []
    IntentVersion.objects.filter(pk__in=[version.pk for version in versions]).update(announced_at=timezone.now())
    former = Q(viewer_id=viewer_id, version__in=[version.version - 1 for version in versions])
    former_ids = {
        version: {steer["id"] for steer in document["steers"]}
        for version, document in IntentVersion.objects.filter(former).values_list("version", "document")
    }
    return [("intent", _told(version, former_ids[version.version - 1])) for version in versions]


def _told(version: IntentVersion, former_ids: set[str]) -> dict[str, Any]:
    return {
        "version": version.version,
        "document": version.document,
        "cause": version.cause,
        "new_steer_ids": [steer["id"] for steer in version.document["steers"] if steer["id"] not in former_ids],
        "message_id": version.run.message_id if version.run else None,
    }


@transaction.atomic
def intent_announce(*, viewer_id: int, up_to: int) -> None:
    """Tell the viewer's pages of the versions up to `up_to`: call it once the feed reads them."""
    viewer_lock(viewer_id=viewer_id)
    events_append(viewer_id=viewer_id, events=versions_announce(viewer_id=viewer_id, up_to=up_to))
