"""Compute what viewers get from a version before it serves, so that the switch changes their slates at once and mixes nothing."""

import time
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from feed.models import U2iVersion, ViewerPool, ViewerState, ViewerVector
from feed.services.pools import pool_refresh
from feed.services.viewers import viewer_refresh
from vision.models import ModelVersion
from vision.selectors import serving_version

PREPARE_S = 15.0  # of a release; a viewer takes about 50 ms
ACTIVE_DAYS = 7


def viewers_prepare(*, version: ModelVersion, within_s: float = PREPARE_S) -> int:
    """Write vectors and pools of `version` for those who have them of the serving version, the most active of late first.

    Returns how many viewers were done in the time. The others get theirs from the sweep after the switch, and until then a feed
    without what is similar and without what they asked for; what they never want to see stays out (feed.selectors).
    """
    deadline_s = time.monotonic() + within_s
    serving = serving_version()
    if serving is None or serving == version:
        return 0
    num_done = 0
    for viewer_id in _active_viewers(serving):
        if time.monotonic() > deadline_s:
            break
        if ViewerVector.objects.filter(viewer_id=viewer_id, model_version=serving).exists():
            viewer_refresh(viewer_id=viewer_id, version=version)
        if ViewerPool.objects.filter(viewer_id=viewer_id, model_version=serving).exists():
            pool_refresh(viewer_id=viewer_id, version=version)
        num_done += 1
    return num_done


def viewers_prepare_u2i(*, u2i: U2iVersion, within_s: float = PREPARE_S) -> int:
    """Write vectors by a user-to-item version for those who have one by another, the most active of late first; return how many."""
    deadline_s, num_done = time.monotonic() + within_s, 0
    rows = ViewerVector.objects.filter(model_version=u2i.model_version, viewer_id=OuterRef("viewer_id"))
    for viewer_id in (
        ViewerState.objects.filter(Exists(rows)).order_by("-updated_at").values_list("viewer_id", flat=True)
    ):
        if time.monotonic() > deadline_s:
            break
        viewer_refresh(viewer_id=viewer_id, version=u2i.model_version, u2i=u2i)
        num_done += 1
    return num_done


def _active_viewers(serving: ModelVersion) -> list[int]:
    """Return who engaged or said something in the last days, newest first."""
    since = timezone.now() - timedelta(days=ACTIVE_DAYS)
    engaged = ViewerState.objects.filter(updated_at__gte=since).values_list("viewer_id", "updated_at")
    spoke = ViewerPool.objects.filter(model_version=serving, built_at__gte=since).values_list("viewer_id", "built_at")
    latest = dict(engaged)
    for viewer_id, built_at in spoke:
        latest[viewer_id] = max(built_at, latest.get(viewer_id, built_at))
    return sorted(latest, key=lambda viewer_id: latest[viewer_id], reverse=True)
