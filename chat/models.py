"""Messages, intent runs with their stages, the intent document with its versions, and the event log of the live page.

Every job's state is a row here; the broker only carries a stage row's primary key (decision 1). "viewer" is a user.
"""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q


class Message(models.Model):
    """Say one thing in a viewer's chat: the viewer's own words, or Tiller's one reply to them."""

    class Author(models.TextChoices):
        VIEWER = "viewer"
        TILLER = "tiller"

    class State(models.TextChoices):
        """Where a viewer's message stands; a reply is `answered` from birth."""

        PENDING = "pending"
        ANSWERED = "answered"
        HELD = "held"  # stopped by the guard, or by the guard's absence: nothing was applied
        FAILED = "failed"  # could not be applied; the viewer was told

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    client_uuid = models.UUIDField(null=True)  # null: a reply
    author = models.CharField(max_length=8, choices=Author.choices)
    text = models.TextField()
    reply_to = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="reply")
    state = models.CharField(max_length=8, choices=State.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["viewer", "client_uuid"], name="message_once_per_client_uuid")]
        indexes = [models.Index(fields=["viewer", "-id"], name="message_of_viewer")]

    def __str__(self) -> str:
        return f"{self.author} message {self.pk}"


class IntentRun(models.Model):
    """Understand one message: the run of the stages' DAG."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        HELD = "held"
        FAILED = "failed"

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="run")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    reading = models.JSONField(null=True)
    intent_version = models.IntegerField(null=True)  # the version it made; null: it changed nothing (yet)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state"], condition=Q(state="running"), name="run_running"),
            BrinIndex(fields=["created_at"], autosummarize=True, name="run_since"),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} ({self.state})"


class StageRun(models.Model):
    """Hold one stage of a run: claimed by lease, finished only under the fencing token of the claim."""

    class Stage(models.TextChoices):
        GUARD = "guard"
        KEY_PHRASES = "key_phrases"
        INTENTION = "intention"
        EXTRACTION = "extraction"
        SELECTION = "selection"
        ORGANISE = "organise"
        REPLY = "reply"

    class State(models.TextChoices):
        WAITING = "waiting"  # for the stages before it
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    run = models.ForeignKey(IntentRun, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    lease_until = models.DateTimeField(null=True)
    fencing_token = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    answer = models.JSONField(null=True)
    error = models.TextField(blank=True)
    model_version = models.CharField(max_length=80, blank=True)
    job_id = models.CharField(max_length=64, blank=True, default="")  # the Celery task that claimed it last
    num_sends = models.IntegerField(default=0)  # how often the sweep has sent it again
    sent_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "stage"], name="stage_once_per_run")]
        indexes = [models.Index(fields=["state"], condition=Q(state__in=["queued", "running"]), name="stage_under_way")]

    def __str__(self) -> str:
        return f"{self.stage} of run {self.run_id} ({self.state})"


class IntentDocument(models.Model):
    """Keep what steers a viewer's feed now: one `intent/1` document a viewer."""

    viewer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    version = models.IntegerField()
    document = models.JSONField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"intent of viewer {self.viewer_id}, version {self.version}"


class IntentVersion(models.Model):
    """Keep every version a document ever had, so that each can be restored exactly."""

    class Cause(models.TextChoices):
        START = "start"
        CHAT = "chat"
        EDIT = "edit"
        UNDO = "undo"

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.IntegerField()
    document = models.JSONField()
    cause = models.CharField(max_length=8, choices=Cause.choices)
    restores = models.IntegerField(null=True)  # the earlier version whose content this one has: set by an undo
    run = models.OneToOneField(IntentRun, on_delete=models.SET_NULL, null=True, related_name="version")
    announced_at = models.DateTimeField(null=True)  # when the page was told; null: the feed's pool is not ready yet
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["viewer", "version"], name="intent_version_once")]
        indexes = [
            models.Index(fields=["viewer"], condition=Q(announced_at=None), name="intent_version_unannounced"),
            BrinIndex(fields=["created_at"], autosummarize=True, name="intent_version_since"),
        ]

    def __str__(self) -> str:
        return f"version {self.version} of viewer {self.viewer_id}"


class EventCounter(models.Model):
    """Count a viewer's events. Its row lock is the viewer's lock: what writes to a viewer's chat takes it first."""

    viewer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    last_seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"viewer {self.viewer_id}: {self.last_seq} events"


class Event(models.Model):
    """Tell a viewer's pages one thing that happened: seq 1, 2, 3 ... without a gap (decision 8)."""

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["viewer", "seq"], name="event_seq_once")]

    def __str__(self) -> str:
        return f"event {self.seq} of viewer {self.viewer_id}: {self.kind}"
