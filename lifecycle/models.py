"""Hold what admins start and decide about models. The row is the job: its state, lease and fencing token say who works (decision 1)."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Kind(models.TextChoices):
    """Which model a run trains."""

    VIDEO_CLIP = "video_clip", "Video head, contrastive"
    PREFERENCE_1 = "preference_1", "Preference, stage 1"
    PREFERENCE_2 = "preference_2", "Preference, stage 2"
    U2I = "u2i", "User to item"
    RANKER = "ranker", "Ranker"
    GUARD = "guard", "Guard"


class RunState(models.TextChoices):
    """REFUSED: there was too little to learn from, or nothing better came of it. FAILED: it broke, MAX_ATTEMPTS times."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class TrainingRun(models.Model):
    """One training, from its start to what it proposed (lifecycle/training).

    `losses` and `metrics`: [[step, value], ...], bounded in number. `log`: [[seconds since 1970, line], ...], the newest. `data_words` say
    what was learned from, `data_hash` names it. `proposed` names the candidate, `outcome` holds its figures before and after; `problem`
    says in words why there is none. Who works on a run writes under the fencing token of their claim only.
    """

    kind = models.CharField(max_length=16, choices=Kind.choices)
    recipe = models.CharField(max_length=32)
    seed = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    doing = models.CharField(max_length=80, blank=True)
    step = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    left_s = models.FloatField(null=True, blank=True)
    metric_name = models.CharField(max_length=40, blank=True)
    losses = models.JSONField(default=list)
    metrics = models.JSONField(default=list)
    log = models.JSONField(default=list)
    lease_until = models.DateTimeField(null=True, blank=True)
    fencing_token = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    data_words = models.CharField(max_length=300, blank=True)
    data_hash = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=40, blank=True)
    cpu_s = models.FloatField(default=0.0)
    wall_s = models.FloatField(default=0.0)
    peak_memory_bytes = models.BigIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    proposed = models.CharField(max_length=80, blank=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "lease_until"], name="lifecycle_run_work")]

    def __str__(self) -> str:
        return f"run {self.pk}: {self.kind} by {self.recipe} ({self.state})"

    @property
    def is_ended(self) -> bool:
        return self.state not in (RunState.QUEUED, RunState.RUNNING)
