"""Hold what was reported, who reviews it, what was decided, and the audit of it all.

A target is named by kind and id, never by a foreign key: safety knows none of the other apps. Decisions and audit entries are only
ever added; triggers of migration 0002 refuse UPDATE and DELETE.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from safety.guard.verdict import HAZARDS


class TargetKind(models.TextChoices):
    """What can be reviewed."""

    VIDEO = "video"
    MESSAGE = "message"


class ReviewJob(models.Model):
    """One target that waits for a moderator, or waited. The row is the job: claimed by lease and fencing token.

    At most one job a target is open; everything that is reported about the target meanwhile counts on that job.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    class Source(models.TextChoices):
        FLAG = "flag"
        GUARD = "guard"

    target_kind = models.CharField(max_length=16, choices=TargetKind.choices)
    target_id = models.BigIntegerField()
    source = models.CharField(max_length=8, choices=Source.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    category = models.CharField(max_length=40)
    severity = models.PositiveSmallIntegerField(default=1)
    p_unsafe = models.FloatField(null=True, blank=True)
    num_flags = models.PositiveIntegerField(default=0)
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
        ]
        indexes = [
            models.Index(
                fields=["-severity", "-num_flags", "created_at"], condition=Q(state="open"), name="safety_job_queue"
            ),
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


class Decision(models.Model):
    """What a moderator decided about a job; an undo is a decision of its own that supersedes the one it takes back.

    `restore_token` is what the target's adapter needs to put things back exactly.
    """

    class Action(models.TextChoices):
        APPROVE = "approve"
        REMOVE = "remove"
        RESTRICT = "restrict"
        UNDO = "undo"

    job = models.ForeignKey(ReviewJob, on_delete=models.PROTECT, related_name="decisions")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    action = models.CharField(max_length=12, choices=Action.choices)
    note = models.CharField(max_length=500, blank=True)
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    restore_token = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["job", "-created_at"], name="safety_decision_job")]

    def __str__(self) -> str:
        return f"{self.action} on job {self.job_id}"


class AuditEntry(models.Model):
    """One thing that staff or the guard did. `actor` is null for the guard."""

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
