"""Hold what was reported, who reviews it, what was decided, and the audit of it all.

A target is named by kind and id, never by a foreign key: safety knows none of the other apps. Decisions, audit entries and thresholds
are only ever added: triggers refuse UPDATE and DELETE (0002, 0004), and a decision on a job by the person whom it excludes (0004).
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from safety.guard.verdict import HAZARDS


class TargetKind(models.TextChoices):
    """What can be reviewed."""

    VIDEO = "video"
    MESSAGE = "message"


class ReviewJob(models.Model):
    """One target that waits for a moderator, or waited. The row is the job: claimed by lease and fencing token.

    At most one job a target is open; everything that is reported about the target meanwhile counts on that job. Open jobs of equal
    content (`content_key`) follow one `leader`, and are decided with it. `reach`: how many people the target met (impressions of a
    video), at the last look. An appeal or a second look is `about` a decision, and may not be decided by the person `not_by`.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    class Source(models.TextChoices):
        FLAG = "flag"
        GUARD = "guard"
        APPEAL = "appeal"
        SECOND = "second"

    target_kind = models.CharField(max_length=16, choices=TargetKind.choices)
    target_id = models.BigIntegerField()
    source = models.CharField(max_length=8, choices=Source.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    category = models.CharField(max_length=40)
    severity = models.PositiveSmallIntegerField(default=1)
    p_unsafe = models.FloatField(null=True, blank=True)
    guard_version = models.CharField(max_length=80, blank=True, default="")
    num_flags = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    content_key = models.CharField(max_length=64, blank=True, default="")
    reach = models.PositiveIntegerField(default=0)
    leader = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="twins")
    about = models.ForeignKey("Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="looks")
    not_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="claimed_review_jobs"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    fencing_token = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target_kind", "target_id"], condition=Q(state="open"), name="safety_one_open_job_a_target"
            ),
            models.UniqueConstraint(
                fields=["target_kind", "content_key"],
                condition=Q(state="open", leader=None) & ~Q(content_key=""),
                name="safety_one_leader_a_content",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-severity", "-num_flags", "created_at"], condition=Q(state="open"), name="safety_job_queue"
            ),
            models.Index(F("reach").desc(), condition=Q(state="open"), name="safety_job_reach"),
            models.Index(fields=["author"], condition=Q(state="open"), name="safety_job_author"),
            models.Index(fields=["target_kind", "target_id"], name="safety_job_target"),
        ]

    def __str__(self) -> str:
        return f"{self.state} review of {self.target_kind} {self.target_id}"


class Flag(models.Model):
    """One person's report of one target. A person counts once a job."""

    target_kind = models.CharField(max_length=16, choices=TargetKind.choices)
    target_id = models.BigIntegerField()
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="flags")
    category = models.CharField(max_length=40)
    note = models.CharField(max_length=500, blank=True)
    job = models.ForeignKey(ReviewJob, on_delete=models.CASCADE, related_name="flags")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "reporter"], name="safety_one_flag_a_reporter")]
        indexes = [models.Index(fields=["reporter", "-created_at"], name="safety_flag_rate")]

    def __str__(self) -> str:
        return f"{self.category} flag on {self.target_kind} {self.target_id}"


class Measure(models.TextChoices):
    """What is done about the author, beside what is done about the target."""

    WARN = "warn"
    SUSPEND = "suspend"


class Decision(models.Model):
    """What a moderator decided about a job; an undo is a decision of its own that supersedes the one it takes back.

    `batch` joins what was decided in one go, and is taken back in one go. `hazard` is what the moderator found, `measures` what was
    done about the author. `restore_token` is what it takes to put things back exactly: {"target": the adapter's, "lifted": sanctions}.
    """

    class Action(models.TextChoices):
        APPROVE = "approve"
        REMOVE = "remove"
        RESTRICT = "restrict"
        UNDO = "undo"

    job = models.ForeignKey(ReviewJob, on_delete=models.PROTECT, related_name="decisions")
    batch = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID())
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    action = models.CharField(max_length=12, choices=Action.choices)
    hazard = models.CharField(max_length=40, blank=True, default="")
    measures = ArrayField(models.CharField(max_length=8, choices=Measure.choices), default=list, blank=True)
    note = models.CharField(max_length=500, blank=True)
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    restore_token = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["job", "-created_at"], name="safety_decision_job"),
            models.Index(fields=["batch"], name="safety_decision_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.action} on job {self.job_id}"


class Sanction(models.Model):
    """What an author was told or denied for a decision: a warning, or no uploads and no chat until `until`. Lifted by undo or appeal."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Measure.choices)
    hazard = models.CharField(max_length=40)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="sanctions")
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="safety_sanction_user")]

    def __str__(self) -> str:
        return f"{self.kind} of user {self.user_id}"


class Appeal(models.Model):
    """An author's answer to a decision, once a decision; a job of its own brings it to another moderator."""

    class State(models.TextChoices):
        OPEN = "open"
        UPHELD = "upheld"  # the decision stands
        GRANTED = "granted"  # the author was right

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    job = models.ForeignKey(ReviewJob, on_delete=models.PROTECT, related_name="appeals")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.state} appeal of decision {self.decision_id}"


class ReviewScope(models.Model):
    """The hazards whose jobs a moderator sees; one without a row sees all, and so does an admin."""

    moderator = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    hazards = ArrayField(models.CharField(max_length=40), default=list)

    def __str__(self) -> str:
        return f"moderator {self.moderator_id}: {', '.join(self.hazards)}"


class DriftAlarm(models.Model):
    """The guard's false positives of a hazard left the interval that its own past foretells; open until they are back in it."""

    hazard = models.CharField(max_length=40)
    rate = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hazard"], condition=Q(closed_at=None), name="safety_one_alarm_a_hazard")
        ]

    def __str__(self) -> str:
        return f"{self.hazard}: false positives at {self.rate:.2f}"


class PolicyVersion(models.Model):
    """A hazard's threshold for one guard, from here on; the newest row of a guard and hazard is in force. Append-only (migration 0004).

    `unsafe_at` None: that of policy.toml. A row that `takes_back` another puts back what counted before it; one that takes back nothing
    was accepted from decisions, with what they said of it.
    """

    hazard = models.CharField(max_length=40)
    unsafe_at = models.FloatField(null=True)
    num_decisions = models.PositiveIntegerField(default=0)
    precision = models.FloatField(null=True)
    recall = models.FloatField(null=True)
    guard_version = models.CharField(max_length=80)
    takes_back = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="taken_back_by")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unsafe_at=None) | Q(unsafe_at__gt=0, unsafe_at__lte=1), name="safety_threshold_is_one"
            ),
        ]
        indexes = [models.Index(fields=["guard_version", "hazard", "-id"], name="safety_policy_in_force")]

    def __str__(self) -> str:
        return f"{self.hazard} at {'the default' if self.unsafe_at is None else f'{self.unsafe_at:.2f}'}"


class AuditEntry(models.Model):
    """One thing that staff, an author or the guard did. `actor` is null for the guard."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="audit_entries"
    )
    verb = models.CharField(max_length=40)
    target_kind = models.CharField(max_length=16)
    target_id = models.BigIntegerField()
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["target_kind", "target_id", "created_at"], name="safety_audit_target"),
            models.Index(fields=["-created_at"], name="safety_audit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_kind} {self.target_id}"


# Words of the report dialog and the queue; "other" is for what the twelve do not name.
CATEGORIES: tuple[str, ...] = (*HAZARDS, "other")
# How much a wrongly served minute costs, 3 the most: it orders the queue.
SEVERITIES: dict[str, int] = {
    "child_sexual_exploitation": 3,
    "indiscriminate_weapons": 3,
    "suicide_self_harm": 3,
    "violent_crimes": 3,
    "sex_related_crimes": 3,
    "hate": 2,
    "sexual_content": 2,
    "privacy": 2,
    "nonviolent_crimes": 2,
}
