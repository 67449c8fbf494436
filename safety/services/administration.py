"""What admins set: who reviews which hazards, and which proposed thresholds they accept."""

import difflib
import re
from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.db import transaction

from safety.access import MODERATOR_ROLES
from safety.errors import SafetyRefused
from safety.models import CATEGORIES, PolicyVersion, ReviewScope
from safety.policy import POLICY_FILE, parse_policy
from safety.selectors.learning import proposals
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


@transaction.atomic
def threshold_accept(*, admin_id: int, hazard: str, threshold: float) -> PolicyVersion:
    """Accept what is proposed for a hazard now: a policy version with the patch of policy.toml that carries it out.

    The guard reads policy.toml alone, so nothing changes before the patch is committed. Raises SafetyRefused where the proposal is not,
    or no longer, this one.
    """
    found = next((one for one in proposals() if one.hazard == hazard), None)
    if found is None or found.proposed is None or abs(found.proposed.threshold - threshold) > 1e-9:
        raise SafetyRefused("This is not what is proposed now. Look at the page again.")
    assert found.proposed.precision is not None, "a proposal has a precision"
    version = PolicyVersion.objects.create(
        hazard=hazard,
        unsafe_at=threshold,
        num_decisions=found.num_decisions,
        precision=found.proposed.precision,
        recall=found.proposed.recall,
        guard_version=found.guard_version,
        patch=policy_patch(hazard=hazard, unsafe_at=threshold),
        accepted_by_id=admin_id,
    )
    audit(admin_id, "threshold_accept", kind="guard", target_id=version.pk, hazard=hazard, unsafe_at=threshold)
    return version


def policy_patch(*, hazard: str, unsafe_at: float) -> str:
    """Return the unified diff of policy.toml that sets a hazard's unsafe_at; the file that results is checked as the guard checks it."""
    before = POLICY_FILE.read_text("utf-8")
    after = _with_threshold(before, hazard, unsafe_at)
    parse_policy(after)
    name = f"safety/{POLICY_FILE.name}"
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}")
    return "".join(lines)


def _with_threshold(text: str, hazard: str, unsafe_at: float) -> str:
    bands = parse_policy(text).bands
    band = bands.get(hazard, bands["default"])
    uncertain_at = min(band.uncertain_at, unsafe_at)
    rows = f"uncertain_at = {uncertain_at:.2f}\nunsafe_at = {unsafe_at:.2f}\n"
    section = re.compile(rf"(\[thresholds\.{hazard}\]\n)uncertain_at = [\d.]+\nunsafe_at = [\d.]+\n")
    if section.search(text):
        return section.sub(lambda found: found[1] + rows, text)
    before_naming = re.search(r"(?:^#[^\n]*\n)*^\[naming\]", text, re.MULTILINE)
    assert before_naming, "policy.toml has a section [naming]"
    at = before_naming.start()
    return f"{text[:at]}[thresholds.{hazard}]\n{rows}\n{text[at:]}"
