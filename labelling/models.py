"""Hold what people are asked about pairs of videos: campaigns, their queries and questions, and who has a question when.

A question is handed out as an assignment: a lease with a fencing token. What the labeller answers is a `vision.models.PreferenceLabel`,
append-only; the assignment names it. No row here is a label, and none is overwritten by an answer that is taken back.
"""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from vision.models import Answer, PreferenceLabel, Side, Video

SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]
GOLD_ANSWERS = [(answer.value, answer.label) for answer in Answer if answer != Answer.UNDONE]


class CampaignState(models.TextChoices):
    """OPEN hands out questions; PAUSED does not, for now; CLOSED does not, for good. Answers to what is out are kept in all three."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class PairPolicy(models.TextChoices):
    """How pairs are chosen: evenly, or where the model is unsure (with an even share as the control)."""

    RANDOM = "random"
    ACTIVE = "active"


class Campaign(models.Model):
    """A plan to ask people which of two videos is better for a set of queries.

    `overlap` is how many people answer a pair (new questions take it as their `num_wanted`). `gold_share` is the share of what a
    labeller is asked whose answer is known. `goal` is the number of answers wanted in all, gold included: a labeller who sees it
    move cannot tell gold by it. The bars: who does not pass the gold gate (measures/gold.py), or gives more than `max_too_fast` of
    their last answers within `too_fast_ms`, is paused (a `Pause`) and their labels set aside. `drawn_at`: when questions were last made;
    `curve`: what the arms were worth then (services/drawing.py).
    """

    name = models.CharField(max_length=80, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=CampaignState.choices, default=CampaignState.OPEN)
    policy = models.CharField(max_length=8, choices=PairPolicy.choices, default=PairPolicy.RANDOM)
    overlap = models.PositiveSmallIntegerField(default=2, validators=[MinValueValidator(1)])
    gold_share = models.FloatField(default=0.1, validators=SHARE)
    goal = models.PositiveIntegerField(default=200, validators=[MinValueValidator(1)])
    too_fast_ms = models.PositiveIntegerField(default=700)
    max_too_fast = models.FloatField(default=0.3, validators=SHARE)
    drawn_at = models.DateTimeField(null=True, blank=True)
    curve = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gold_share__gte=0, gold_share__lte=1), name="labelling_gold_share_is_a_share"
            ),
            models.CheckConstraint(condition=Q(overlap__gte=1), name="labelling_someone_answers"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class QueryOrigin(models.TextChoices):
    """Where a query came from: an admin's own words or list, what viewers searched for, what they steered by."""

    TYPED = "typed"
    SEARCH = "search"
    STEER = "steer"


class CampaignQuery(models.Model):
    """What a campaign's pairs are judged for; one space between words, as labels have it. Gold questions use the same queries."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="queries")
    text = models.CharField(max_length=200)
    origin = models.CharField(max_length=8, choices=QueryOrigin.choices, default=QueryOrigin.TYPED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "text"], name="labelling_one_query_a_campaign"),
            models.CheckConstraint(condition=~Q(text=""), name="labelling_query_has_words"),
        ]

    def __str__(self) -> str:
        return self.text


class Arm(models.TextChoices):
    """Why a pair is asked: drawn evenly, chosen by the active policy, or because its answer is known."""

    RANDOM = "random"
    ACTIVE = "active"
    GOLD = "gold"


class Question(models.Model):
    """A query and two videos; `first` has the lower id, and an answer speaks of the first against the second.

    Up to `num_wanted` people answer it. A gold question has a `gold_answer` and no `num_wanted`: everybody is asked it, once.
    Lower `order` is asked earlier. Whoever makes questions sets `num_wanted` and `order`; raising or lowering `num_wanted` later is
    fine: what is out already is kept, and only what is missing is handed out. A question may become gold later (`gold_at`): only who was
    handed it after that is judged by it.
    """

    query = models.ForeignKey(CampaignQuery, on_delete=models.CASCADE, related_name="questions")
    first = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="+")
    arm = models.CharField(max_length=8, choices=Arm.choices, default=Arm.RANDOM)
    gold_answer = models.CharField(max_length=8, choices=GOLD_ANSWERS, blank=True, default="")
    gold_at = models.DateTimeField(null=True, blank=True)
    num_wanted = models.PositiveSmallIntegerField(null=True, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["query", "order"], name="labelling_question_order")]
        constraints = [
            models.UniqueConstraint(fields=["query", "first", "second"], name="labelling_one_question_a_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="labelling_first_is_lower"),
            models.CheckConstraint(
                condition=Q(~Q(gold_answer=""), arm="gold", num_wanted=None)
                | Q(~Q(arm="gold"), gold_answer="", num_wanted__isnull=False),
                name="labelling_gold_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.first_id} or {self.second_id}"


class AssignmentState(models.TextChoices):
    """LEASED: on somebody's screen until `lease_until`, then free. RELEASED: given back. UNDONE: answered or skipped, then taken back."""

    LEASED = "leased"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    RELEASED = "released"
    UNDONE = "undone"


class Assignment(models.Model):
    """A question handed to a labeller: at most one row a question and labeller that is not UNDONE.

    The id is random, so that nothing about the question (gold ones are made together) can be read from it; it is what the page knows.
    `fencing_token` grows each time the question is handed out again: an answer that brings an older one is refused.
    `first_side` is where the first video was put, by a coin; the label has its own, because a labeller may swap the sides.
    `shown_at` and `took_ms` (from shown to answered) are the page's word, held to what is possible: see services.answers.
    After an undo the row stays UNDONE with its label and times, and a new row is leased to the same labeller.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="assignments")
    labeller = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=AssignmentState.choices, default=AssignmentState.LEASED)
    lease_until = models.DateTimeField()
    fencing_token = models.PositiveIntegerField(default=1)
    first_side = models.CharField(max_length=5, choices=Side.choices)
    leased_at = models.DateTimeField(default=timezone.now)
    shown_at = models.DateTimeField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    label = models.OneToOneField(
        PreferenceLabel, null=True, blank=True, on_delete=models.CASCADE, related_name="assignment"
    )

    class Meta:
        indexes = [models.Index(fields=["labeller", "state"], name="labelling_whose")]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "labeller"], condition=~Q(state="undone"), name="labelling_once_a_labeller"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(label__isnull=False), name="labelling_answer_has_label"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} to {self.labeller_id}: {self.state}"


class Pause(models.Model):
    """A labeller gets no questions of a campaign while a pause of theirs is not lifted; `reason` is in words, for them to read.

    `paused_by` None: the bars did it. A lifted pause stays as history.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="pauses")
    labeller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "labeller"], condition=Q(lifted_at=None), name="labelling_one_pause_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.labeller_id} in {self.campaign_id}: {self.reason}"
