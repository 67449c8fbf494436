"""What the feed keeps: what viewers did, what follows from it, the candidates computed before, and the slates that were served.

Only `Engagement`, `Slate`, `SearchSession` and `SearchClick` are facts. `ViewerState`, `ViewerVector`, `ViewerPool`, `ViewerSearches` and
`VideoStats` are derived: each can be deleted and is written again from the facts, so that no order or repetition of deliveries can
spoil them.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from pgvector.django import HalfVectorField

from vision.models import ModelVersion, Released, Versioned, Video


class Kind(models.TextChoices):
    """What a viewer did with a card. `watch` carries seconds in `value`; an impression is a card on screen for a second."""

    IMPRESSION = "impression"
    LIKE = "like"
    UNLIKE = "unlike"
    SHARE = "share"
    WATCH = "watch"
    SKIP = "skip"
    NOT_INTERESTED = "not_interested"
    UNDO_NOT_INTERESTED = "undo_not_interested"
    REPORT = "report"


class Slate(models.Model):
    """The cards of one response, each with its cause. A card here was served; it was seen only where an impression says so.

    `arms`: the experiment arms (feed.experiments) that made it, null for none. Where two arms drafted, each card names its own ("arm").
    `features`: what the ranker knows of each card, as it was when the card was chosen (feed.ranking.features.read_logged).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    intent_version = models.IntegerField(default=0)
    cards = models.JSONField(default=list)
    arms = ArrayField(models.BigIntegerField(), null=True, blank=True)
    features = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["viewer", "-created_at"], name="feed_slate_latest"),
            models.Index(fields=["created_at"], name="feed_slate_of_arms", condition=Q(arms__isnull=False)),
            BrinIndex(fields=["created_at"], autosummarize=True, name="feed_slate_since"),
        ]

    def __str__(self) -> str:
        return f"slate {self.pk} of viewer {self.viewer_id}"


class Engagement(models.Model):
    """One thing a viewer did, once: unique by the page's own UUID. `happened_at` is the page's clock, bounded by ours."""

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    value = models.FloatField(null=True, blank=True)
    client_uuid = models.UUIDField()
    slate = models.ForeignKey(Slate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveIntegerField(null=True, blank=True)
    happened_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["viewer", "client_uuid"], name="feed_engagement_once")]
        indexes = [
            models.Index(F("viewer"), F("happened_at").desc(), name="feed_engagement_latest"),
            BrinIndex(fields=["created_at"], autosummarize=True, name="feed_engagement_since"),
            models.Index(
                F("viewer"),
                F("video"),
                F("happened_at").desc(),
                name="feed_engagement_opinion",
                condition=Q(kind__in=["like", "unlike", "not_interested", "undo_not_interested"]),
            ),
        ]

    def __str__(self) -> str:
        return f"viewer {self.viewer_id} {self.kind} {self.video_id}"


class ViewerState(models.Model):
    """What the request path must know of a viewer's engagements, packed: int64 arrays of video ids.

    `seen`: the last 550 distinct videos engaged with in any way, oldest first. `hidden`: reported, or not interested and not undone.
    `num_events` counts engagements; it seeds exploration, so that the same world gives the same slate. `num_signals` counts those
    that say what the viewer likes: all but impressions.
    """

    viewer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    seen = models.BinaryField(default=bytes)
    hidden = models.BinaryField(default=bytes)
    num_events = models.PositiveIntegerField(default=0)
    num_signals = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"state of viewer {self.viewer_id}"


class ViewerSettings(models.Model):
    """What a viewer set for their feed by hand. `diversity` in [0, 1]: how unlike the cards of a slate shall be, .5 for as it comes."""

    viewer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    diversity = models.FloatField(default=0.5, validators=[MinValueValidator(0), MaxValueValidator(1)])

    def __str__(self) -> str:
        return f"settings of viewer {self.viewer_id}"


class U2iVersion(Released):
    """Two towers that were trained on engagements; at most one serves a model version, whose vectors are its features.

    `file` (relative to TILLER_HOME) is named by its contents, and so is `slug`. `base`: slug of the version that it was measured
    against, empty for the mean of what was liked. `scores`: what the gate reads (feed.u2i_gate). `data_hash`: of the engagements that
    it was trained and measured on; with `recipe`, `seed` and `code_version` they give the same weights again.
    """

    model_version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="+")
    file = models.CharField(max_length=200)
    base = models.CharField(max_length=80, blank=True)
    scores = models.JSONField(default=dict)
    data_hash = models.CharField(max_length=64)
    recipe = models.CharField(max_length=40)
    seed = models.IntegerField()
    code_version = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model_version"], condition=Q(state="serving"), name="feed_one_u2i_serving"
            ),
        ]


class RankerVersion(Versioned):
    """A final ranker that was trained on the log; at most one serves, and where none does the merge's scores order the feed.

    `file` (relative to TILLER_HOME) is named by its contents, and so is `slug`. `scores`: what the gate reads (feed.ranking.gate).
    `data_hash`: of the impressions that it was trained and measured on.
    """

    file = models.CharField(max_length=200)
    scores = models.JSONField(default=dict)
    data_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="serving"), name="feed_one_ranker_serving"),
        ]


class ItemVector(models.Model):
    """A video in a user-to-item version's space: its features, and its vector by the item tower (feed.ranking.tastes)."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="+")
    u2i_version = models.ForeignKey(U2iVersion, on_delete=models.CASCADE, related_name="+")
    vec = HalfVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["u2i_version", "video"], name="feed_one_item_a_u2i")]

    def __str__(self) -> str:
        return f"{self.video_id} by {self.u2i_version_id}"


class ViewerVector(models.Model):
    """What a viewer's engagements say, as a vector, with the candidates that follow (feed.ranking.packed.SIMILAR).

    `vector` is of the space of `u2i_version`; without one it is the mean of what was liked: [seen, said] in the model version's space.
    `anchors`: the liked or long-watched videos that a candidate may name as its cause: [{"video_id", "title", "kind"}].
    `demoted`: packed neighbours of what the viewer is not interested in (feed.ranking.packed.DEMOTED).
    `num_signals` is the ViewerState.num_signals this was computed from: behind it, the sweep sends the job again.
    One row a model version and user-to-item version: a slate reads that which serves its feature table's version, so a release or a
    rollback of either mixes nothing.
    """

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="+")
    u2i_version = models.ForeignKey(U2iVersion, null=True, on_delete=models.CASCADE, related_name="+")
    vector = HalfVectorField(null=True)
    num_engagements = models.PositiveIntegerField(default=0)
    num_signals = models.PositiveIntegerField(default=0)
    payload = models.BinaryField(default=bytes)
    demoted = models.BinaryField(default=bytes)
    anchors = models.JSONField(default=list)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "model_version", "u2i_version"], name="feed_one_vector_a_u2i", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"vector of viewer {self.viewer_id}"


class ViewerPool(models.Model):
    """What a viewer's intent document brings to the feed, computed before: one compact, pre-merged payload a viewer and model version.

    `payload`: candidates of all "more" steers (feed.ranking.packed.STEERED). `removed`: int64 ids that a hard "less" steer forbids.
    `demoted`: what soft "less" steers push down. `steers`, in the payload's steer order: [{"id", "phrase", "direction", "num_matches",
    "top", "is_held"}].
    `last_vector_id`: all video vectors up to this one were considered; what came later has not been checked against hard steers.
    """

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    intent_version = models.IntegerField()
    model_version = models.ForeignKey(ModelVersion, null=True, on_delete=models.CASCADE, related_name="+")
    last_vector_id = models.BigIntegerField(default=0)
    num_events = models.PositiveIntegerField(default=0)
    payload = models.BinaryField(default=bytes)
    removed = models.BinaryField(default=bytes)
    demoted = models.BinaryField(default=bytes)
    steers = models.JSONField(default=list)
    built_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "model_version"], name="feed_one_pool_a_version", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"pool of viewer {self.viewer_id} for intent {self.intent_version}"


class ViewerSearches(models.Model):
    """What a viewer searched for and opened of late brings to the feed (feed.ranking.packed.SIMILAR, `anchor` indexes `searches`).

    Derived from the search log, a row a model version. `last_click_id` is the newest click that it knows: behind it, the sweep sends
    the job again. `searches`: [{"query"}], the newest first.
    """

    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="+")
    payload = models.BinaryField(default=bytes)
    searches = models.JSONField(default=list)
    last_click_id = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["viewer", "model_version"], name="feed_one_searches_a_version"),
        ]

    def __str__(self) -> str:
        return f"searches of viewer {self.viewer_id}"


class PhraseVector(models.Model):
    """A phrase's text vector by the named encoder: float32 little-endian bytes, length 1. A cache; may be emptied.

    `vector` is null while the phrase waits for a worker: the row is the job (feed.services.phrase_wants).
    """

    phrase = models.CharField(max_length=200)
    encoder = models.CharField(max_length=80)
    vector = models.BinaryField(null=True)
    wanted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["encoder", "phrase"], name="feed_phrase_once")]
        indexes = [models.Index(fields=["wanted_at"], condition=Q(vector=None), name="feed_phrase_waits")]

    def __str__(self) -> str:
        return self.phrase


class VideoStats(models.Model):
    """How a video was received by all viewers, counting each viewer once a kind; `popularity` is a smoothed rate in [0, 1]."""

    video = models.OneToOneField(Video, on_delete=models.CASCADE, primary_key=True, related_name="+")
    num_impressions = models.PositiveIntegerField(default=0)
    num_likes = models.PositiveIntegerField(default=0)
    num_shares = models.PositiveIntegerField(default=0)
    num_finished = models.PositiveIntegerField(default=0)
    num_not_interested = models.PositiveIntegerField(default=0)
    popularity = models.FloatField(default=0.0, validators=[MinValueValidator(0)])
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"stats of video {self.video_id}"


class SearchSession(models.Model):
    """One look at a page of search results: `shown` are the videos' ids, best first, as the page had them.

    `model_version` is the slug of the version that was serving, empty before there was one. The ids may outlive their videos.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    query = models.CharField(max_length=200)
    shown = ArrayField(models.BigIntegerField())
    model_version = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["viewer", "-created_at"], name="feed_search_latest"),
            models.Index(fields=["created_at"], name="feed_search_since"),
        ]

    def __str__(self) -> str:
        return f"viewer {self.viewer_id} searched {self.query!r}"


class SearchClick(models.Model):
    """A result that was opened, once a session: the earliest time, and the longest stay (`dwell_s`; null while none is known)."""

    session = models.ForeignKey(SearchSession, on_delete=models.CASCADE, related_name="clicks")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="+")
    happened_at = models.DateTimeField()
    dwell_s = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0)])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "video"], name="feed_search_click_once")]

    def __str__(self) -> str:
        return f"{self.video_id} clicked in {self.session_id}"
