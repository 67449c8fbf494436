"""Hold what admins start and decide about models. The row is the job: its state, lease and fencing token say who works (decision 1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from vision.models import ModelVersion, Versioned


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


class GuardVersion(Versioned):
    """A guard that was trained on labelled texts and decisions; at most one serves, and where none does the guard that ships.

    `slug` is the name that the weights bear and every verdict carries. `file` (relative to TILLER_HOME) holds them, `sha256` says whether
    they are still those that were judged; beside them lie the card and the regression sets' scores. `scores`: what the gate reads
    (safety.guard.gate) and "base", what served when it was measured. `card` is for people.
    """

    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    scores = models.JSONField(default=dict)
    card = models.TextField(blank=True)
    data_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="serving"), name="lifecycle_one_guard_serving"),
        ]


class RequestState(models.TextChoices):
    """OPEN waits for another admin; REFUSED: the gate said no when they agreed."""

    OPEN = "open"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class ReleaseRequest(models.Model):
    """An admin's wish to release a version that waits for another admin's yes; at most one a version is open.

    `kind` and `version_id` name the version (lifecycle.releases.kinds), `version` is its name, which outlives it.
    """

    kind = models.CharField(max_length=16)
    version_id = models.BigIntegerField()
    version = models.CharField(max_length=80)
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "version_id"], condition=Q(state="open"), name="lifecycle_one_open_request"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved", answered_by=models.F("asked_by")), name="lifecycle_two_people_release"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} request to release {self.version}"


class ComparisonState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Comparison(models.Model):
    """What some queries find by a candidate beside what they find by the version that served then (`base`).

    `rows`: [{"query", "origin", "before": [ids], "after": [ids], "change": 0..1}, ...], the biggest change first. The row is the job:
    `num_done` of `num_videos` were looked at, `lease_until` and `fencing_token` say who works on it.
    """

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="+")
    base = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=ComparisonState.choices, default=ComparisonState.QUEUED)
    num_done = models.PositiveIntegerField(default=0)
    num_videos = models.PositiveIntegerField(default=0)
    rows = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    fencing_token = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=["queued", "running"]), name="lifecycle_one_open_comparison"
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="lifecycle_comparison_work")]

    def __str__(self) -> str:
        return f"comparison of {self.version_id} with {self.base} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state in (ComparisonState.QUEUED, ComparisonState.RUNNING)
