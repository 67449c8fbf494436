"""Make simulated viewers' accounts, and take them away with all they did.

A group marks them: nobody can sign up into it, and nobody can log in as one of them.
"""

import uuid

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet

from feed.models import Engagement
from feed.services.popularity import video_stats_recount

GROUP = "simulated viewers"
RECOUNTED_AT_ONCE = 500


@transaction.atomic
def people_create(*, num: int) -> list[int]:
    """Make `num` accounts without a usable password; return their ids."""
    group, _ = Group.objects.get_or_create(name=GROUP)
    user_model = get_user_model()
    run = uuid.uuid4().hex[:8]
    people = user_model.objects.bulk_create(
        user_model(username=f"simulated-{run}-{index}", password=make_password(None)) for index in range(num)
    )
    user_model.groups.through.objects.bulk_create(
        user_model.groups.through(user_id=person.pk, group_id=group.pk) for person in people
    )
    return [person.pk for person in people]


def people() -> QuerySet:
    """Return all simulated viewers."""
    return get_user_model().objects.filter(groups__name=GROUP)


def people_remove(*, viewer_ids: list[int] | None = None) -> int:
    """Remove simulated viewers (all, or those of the given ids) and what they did; recount the videos. Return how many went."""
    leaving = people() if viewer_ids is None else people().filter(pk__in=viewer_ids)
    ids = list(leaving.values_list("pk", flat=True))
    touched = list(
        Engagement.objects.filter(viewer_id__in=ids).order_by("video_id").values_list("video_id", flat=True).distinct()
    )
    get_user_model().objects.filter(pk__in=ids).delete()
    for start in range(0, len(touched), RECOUNTED_AT_ONCE):
        video_stats_recount(video_ids=touched[start : start + RECOUNTED_AT_ONCE])
    return len(ids)
