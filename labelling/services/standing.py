"""Pause a labeller and set their labels aside, and let them in again. Nothing is changed or lost: each is a row more."""

from django.db import transaction
from django.utils import timezone

from labelling.errors import LabellingRefused
from labelling.models import Campaign, Pause
from labelling.selectors.standing import LAST_ANSWERS, gate_of, last_times_ms
from safety.services.audit import audit
from vision.labels import labels_set_aside, standing_of


def labeller_watch(*, labeller_id: int, campaign: Campaign) -> bool:
    """Pause a labeller who is below the bars now; return whether they were. Called after each of their answers."""
    gate = gate_of(labeller_id=labeller_id)
    if gate.standing == "stopped":
        reason = f"{gate.num_wrong} of {gate.num_gold} answers were not what is known to be true."
    elif _is_hasty(labeller_id, campaign):
        reason = "Many answers came faster than two videos can be looked at."
    else:
        return False
    labeller_stop(labeller_id=labeller_id, reason=reason, admin_id=None)
    return True


def _is_hasty(labeller_id: int, campaign: Campaign) -> bool:
    times_ms = last_times_ms(labeller_id=labeller_id, campaign_id=campaign.pk)
    num_fast = sum(took_ms < campaign.too_fast_ms for took_ms in times_ms)
    return len(times_ms) == LAST_ANSWERS and num_fast > campaign.max_too_fast * LAST_ANSWERS


@transaction.atomic
def labeller_stop(*, labeller_id: int, reason: str, admin_id: int | None) -> None:
    """Give somebody no more questions, and let their labels not count; once more changes nothing. `admin_id` None: the bars did it."""
    standing = standing_of(labeller_id=labeller_id)
    if standing is not None and standing.is_set_aside:
        return
    labels_set_aside(labeller_id=labeller_id, is_set_aside=True, reason=reason, decided_by_id=admin_id)
    for campaign in Campaign.objects.all():
        values = {"reason": reason, "paused_by_id": admin_id}
        Pause.objects.get_or_create(campaign=campaign, labeller_id=labeller_id, lifted_at=None, defaults=values)
    audit(admin_id, "labels_set_aside", kind="account", target_id=labeller_id, reason=reason)


@transaction.atomic
def labeller_restore(*, labeller_id: int, reason: str, admin_id: int) -> None:
    """Let somebody in again, with all their labels; the gold gate begins anew. Raises LabellingRefused where they are not out."""
    standing = standing_of(labeller_id=labeller_id)
    if standing is None or not standing.is_set_aside:
        raise LabellingRefused("Their labels count already.")
    labels_set_aside(labeller_id=labeller_id, is_set_aside=False, reason=reason, decided_by_id=admin_id)
    Pause.objects.filter(labeller_id=labeller_id, lifted_at=None).update(lifted_at=timezone.now())
    audit(admin_id, "labels_counted_again", kind="account", target_id=labeller_id, reason=reason)
