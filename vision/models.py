"""Hold the catalogue's tables: videos, the keyframes chosen in them, their vectors by model version, and what people prefer of them.

The row is the job: a video's `state`, `lease_until` and `fencing_token` say who may work on it (architecture, decision 1).
Vectors never travel without their model version (decision 4); their columns have no fixed width because a version has its own
`dims`, and each version has a partial index of that width (`vision.indexes`).
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from pgvector.django import HalfVectorField


class VideoSource(models.TextChoices):
    DEMO = "demo"
    IMPORT = "import"
    UPLOAD = "upload"


class VideoState(models.TextChoices):
    QUEUED = "queued"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class Visibility(models.TextChoices):
    """Who may see a video. APPROVED: everybody. RESTRICTED: everybody, behind a warning that they click through. Others: nobody."""

    PENDING = "pending"
    APPROVED = "approved"
    RESTRICTED = "restricted"
    REMOVED = "removed"


class Video(models.Model):
    """One clip: a demo scene to render, or a file that somebody brought.

    `content_hash` is the sha256 of the original bytes (of the canonical scene JSON for demo clips) and names the media files.
    `motion_energy` is the mean optical flow in frame diagonals a second. Media paths are relative to TILLER_HOME/media.
    """

    title = models.CharField(max_length=300)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    creator = models.CharField(max_length=120, blank=True)
    published_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=8, choices=VideoSource.choices)
    source_name = models.CharField(max_length=300, blank=True)
    content_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001  (null until known: unique)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=10, choices=VideoState.choices, default=VideoState.QUEUED)
    step = models.CharField(max_length=20, default="queued")
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PENDING)
    failure_reason = models.CharField(max_length=300, blank=True)
    duration_s = models.FloatField(null=True, validators=[MinValueValidator(0)])
    width_px = models.PositiveIntegerField(null=True)
    height_px = models.PositiveIntegerField(null=True)
    fps = models.FloatField(null=True)
    motion_energy = models.FloatField(null=True)
    media_path = models.CharField(max_length=200, blank=True)
    poster_path = models.CharField(max_length=200, blank=True)
    scene = models.JSONField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    fencing_token = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    dispatched_at = models.DateTimeField(null=True, blank=True)
    ingested_at = models.DateTimeField(null=True, blank=True)  # when its last ingest ended, well or not
    created_at = models.DateTimeField(auto_now_add=True)
    search = models.GeneratedField(
        expression=Func(F("title"), F("tags"), F("creator"), function="vision_search_document"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="vision_video_search"),
            GinIndex(fields=["tags"], name="vision_video_tags"),
            models.Index(fields=["state", "lease_until"], name="vision_video_work"),
            models.Index(fields=["visibility", "-published_at"], name="vision_video_fresh"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source_name"], condition=Q(source="demo"), name="vision_one_demo_name"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.title}"


class VersionState(models.TextChoices):
    """CANDIDATE waits for its release, REFUSED did not pass the gate, RETIRED served before and is kept for rollback."""

    CANDIDATE = "candidate"
    REFUSED = "refused"
    BUILDING = "building"
    SERVING = "serving"
    RETIRED = "retired"


class ReleaseStep(models.TextChoices):
    """How far a release has come; NONE where none is under way."""

    NONE = ""
    ROWS = "rows"
    INDEXES = "indexes"
    SWITCH = "switch"


class Versioned(models.Model):
    """A version of a model: a candidate, what serves, or what served. `problem` says why it was refused or its release broke off."""

    slug = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.BUILDING)
    problem = models.CharField(max_length=300, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.slug} ({self.state})"


class Released(Versioned):
    """A version with vectors of its own, and how far its release has come (vision/releases.py). `updated_at`: when it last moved."""

    dims = models.PositiveIntegerField()
    step = models.CharField(max_length=10, choices=ReleaseStep.choices, default=ReleaseStep.NONE, blank=True)
    num_indexed = models.PositiveIntegerField(default=0)
    num_to_index = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class ModelVersion(Released):
    """A video encoder that wrote vectors; exactly one is serving, and only its rows are searched.

    `spec`: {"tower_version"}; a version with a head of its own also has "head_file" (relative to TILLER_HOME), "scores" (what the gate
    reads) and "base" (slug of the version that it was measured against).
    """

    profile = models.CharField(max_length=20)
    spec = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="serving"), name="vision_one_serving"),
        ]


class Keyframe(models.Model):
    """A chosen moment of a video; `score` is the motion energy there, `movement` the camera's and the subject's (vision/camera.py)."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="keyframes")
    time_s = models.FloatField(validators=[MinValueValidator(0)])
    score = models.FloatField()
    movement = ArrayField(models.FloatField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["video", "time_s"], name="vision_one_keyframe_a_time")]

    def __str__(self) -> str:
        return f"{self.video_id} at {self.time_s:.2f} s"


class FrameVectors(models.Model):
    """What the frozen frame tower said of a video's keyframes, cached: float16 [K, D] row-major, with times [K] and motion [K, M].

    Motion is the energy, then the movements of `Keyframe.movement` where they were measured: M is 6, or 1.
    """

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="frame_vectors")
    tower_version = models.CharField(max_length=80)
    times_s = ArrayField(models.FloatField())
    motion = ArrayField(models.FloatField())
    vectors = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["video", "tower_version"], name="vision_one_frames_a_tower")]

    def __str__(self) -> str:
        return f"{self.video_id} by {self.tower_version}"


class VideoVector(models.Model):
    """What is seen of a video in a model version's space, of length 1."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="vectors")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE)
    video_vec = HalfVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["video", "model_version"], name="vision_one_vector_a_version")]

    def __str__(self) -> str:
        return f"{self.video_id} by {self.model_version_id}"


class TitleVector(models.Model):
    """What is written of a video, of length 1, by the encoder of a text space: versions that read texts alike share the row."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="titles")
    text_space = models.CharField(max_length=80)
    vec = HalfVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["video", "text_space"], name="vision_one_title_a_space")]

    def __str__(self) -> str:
        return f"{self.video_id} in {self.text_space}"


class TextMap(models.Model):
    """How texts' vectors are compared with what a frame tower sees (vision/text_maps.py): its tensors, as a safetensors file holds them."""

    tower_version = models.CharField(max_length=80, unique=True)
    tensors = models.BinaryField()

    def __str__(self) -> str:
        return f"for {self.tower_version}"


class TagVector(models.Model):
    """A tag's own vector: one row a distinct tag, so that "football" finds what is tagged soccer."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE)
    tag = models.CharField(max_length=60)
    vec = HalfVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model_version", "tag"], name="vision_one_vector_a_tag")]

    def __str__(self) -> str:
        return self.tag


class Answer(models.TextChoices):
    """What a labeller says of a pair: the first video against the second. UNDONE takes the former answer back and says nothing else."""

    BETTER = "better"
    WORSE = "worse"
    TIE = "tie"
    BOTH_BAD = "both_bad"
    UNDONE = "undone"


class Side(models.TextChoices):
    LEFT = "left"
    RIGHT = "right"


class PreferenceLabel(models.Model):
    """One person's answer to "which of two videos is better for this query", for preference stage 2. Append-only.

    `first` has the lower id, whichever stood where; `first_side` says where the labeller saw it, so that a habit of one side can be
    measured. `query` is as asked, one space between words. A labeller who changes their mind writes a new row, and the former one's
    `superseded_by` names it: the only column that is ever written later. Labels with none are in force, one a labeller and question, unless
    they say UNDONE: the labeller took their answer back and has none. One that `decides` is an admin's word: nobody else's answer to that
    question counts then, and it is measured on, never trained on; it supersedes none of the same person that does not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    query = models.CharField(max_length=200)
    first = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    labeller = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    first_side = models.CharField(max_length=5, choices=Side.choices)
    decides = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.DO_NOTHING, related_name="supersedes"
    )  # they go with a video of theirs, together; set to null before, both would be in force

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="vision_label_first_is_lower"),
            models.UniqueConstraint(
                fields=["labeller", "query", "first", "second", "decides"],
                condition=Q(superseded_by=None),
                name="vision_one_label_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is {self.answer} against {self.second_id} for {self.query!r}"


class LabelsSetAside(models.Model):
    """Somebody's labels do not count from here on, or do again: the newest row of a labeller says. Append-only.

    `decided_by` None: what watches the labellers did it. `reason` is in words.
    """

    labeller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_set_aside = models.BooleanField()
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["labeller", "-id"], name="vision_whose_labels")]

    def __str__(self) -> str:
        return f"{self.labeller_id} {'set aside' if self.is_set_aside else 'counted'}: {self.reason}"
