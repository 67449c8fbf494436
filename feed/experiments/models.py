"""What an experiment is, which configurations of the feed it compares, and everything that ever happened to it.

An experiment does not change after it started: assignment is a function of these rows and the viewer's id, so it stays put. History
is only ever added; a trigger of migration 0001 refuses UPDATE and DELETE.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

NUM_BUCKETS = 1_000  # of a layer: an experiment's share of the traffic comes in thousandths


def new_salt() -> str:
    """Return a salt that no other experiment has: being in one arm here says nothing of the arm there."""
    return uuid.uuid4().hex


class Kind(models.TextChoices):
    """How arms meet: each viewer in one arm, or two arms drafting the cards of the same slate."""

    AB = "ab", "each viewer in one arm"
    INTERLEAVE = "interleave", "two arms in one slate"


class State(models.TextChoices):
    """Drafts can be started, what runs can be stopped, what was stopped stays so."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


class Experiment(models.Model):
    """A comparison of named configurations of the feed.

    Experiments of one layer never share a viewer: while it runs each holds the buckets `first_bucket`.. of NUM_BUCKETS. `primary_metric`
    (feed.experiments.metrics) decides; `guardrails` stop. `checked_at`: when a job last looked at the guardrails.
    """

    name = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.AB)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    layer = models.SlugField(max_length=60)
    num_buckets = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(NUM_BUCKETS)])
    first_bucket = models.PositiveSmallIntegerField(null=True, blank=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    primary_metric = models.CharField(max_length=30)
    guardrails = ArrayField(models.CharField(max_length=30))
    note = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | Q(first_bucket__isnull=False, started_at__isnull=False),
                name="experiments_running_has_buckets",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def share(self) -> float:
        """Return the part of the traffic that it takes while it runs."""
        return self.num_buckets / NUM_BUCKETS


class Arm(models.Model):
    """A named configuration: the feed's default with `knobs` turned (feed.configuration). The control turns none, and comes first."""

    experiment = models.ForeignKey(Experiment, on_delete=models.PROTECT, related_name="arms")
    name = models.SlugField(max_length=40)
    weight = models.FloatField(default=1.0, validators=[MinValueValidator(0)])
    knobs = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["experiment", "name"], name="experiments_arm_once")]

    def __str__(self) -> str:
        return self.name


class Change(models.Model):
    """One step in an experiment's life: the state it went to, who moved it ("guardrail" for the job), why, and on what figures."""

    experiment = models.ForeignKey(Experiment, on_delete=models.PROTECT, related_name="history")
    state = models.CharField(max_length=10, choices=State.choices)
    by = models.CharField(max_length=150)
    why = models.CharField(max_length=500)
    figures = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.experiment_id}: {self.state}, {self.why}"
