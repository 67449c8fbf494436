"""What admins set: who reviews which hazards."""

from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.db import transaction

from safety.access import MODERATOR_ROLES
from safety.errors import SafetyRefused
from safety.models import CATEGORIES, ReviewScope
from safety.services.audit import audit


@transaction.atomic
def scope_set(*, admin_id: int, moderator_id: int, hazards: Collection[str]) -> None:
    """Limit a moderator to some hazards; all of them lifts the limit. Raises SafetyRefused."""
    if not get_user_model().objects.filter(pk=moderator_id, role__in=MODERATOR_ROLES).exists():
        raise SafetyRefused("There is no such moderator.")
    if not set(hazards) <= set(CATEGORIES):
        raise SafetyRefused("Unknown hazard.")
    chosen = [hazard for hazard in CATEGORIES if hazard in hazards]
    if len(chosen) == len(CATEGORIES):
        ReviewScope.objects.filter(moderator_id=moderator_id).delete()
    else:
        ReviewScope.objects.update_or_create(moderator_id=moderator_id, defaults={"hazards": chosen})
    audit(admin_id, "scope_set", kind="account", target_id=moderator_id, hazards=chosen)
