"""Read what a campaign's people answered, as its measures and its choice of questions read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db.models import Exists, OuterRef

from labelling.measures.selection import Floats, features
from labelling.models import Assignment, AssignmentState
from vision.labels import labels_in_force
from vision.models import Answer, ModelVersion
from vision.selectors import video_vectors
from vision.text_maps import as_seen

WORTH = {
    Answer.BETTER.value: 1.0,
    Answer.WORSE.value: 0.0,
    Answer.TIE.value: 0.5,
}  # of the first; "both bad" says nothing of it


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: who, to which question about which videos, what, and how it was given."""

    labeller_id: int
    question_id: int
    query: str
    first_id: int
    second_id: int
    arm: str
    gold_answer: str
    answer: str
    first_side: str
    took_ms: int | None

    @property
    def side(self) -> str | None:
        """Return the side that was chosen, None for a tie or both bad."""
        if self.answer not in (Answer.BETTER, Answer.WORSE):
            return None
        other = "right" if self.first_side == "left" else "left"
        return self.first_side if self.answer == Answer.BETTER else other


_FIELDS = (
    "labeller_id",
    "question_id",
    "question__query__text",
    "question__first_id",
    "question__second_id",
    "question__arm",
    "question__gold_answer",
    "label__answer",
    "label__first_side",
    "took_ms",
)


def answered(*, campaign_id: int, in_force: bool) -> list[Answered]:
    """Return a campaign's answers, oldest first; `in_force`: only those that count, without people whose labels are set aside."""
    given = Assignment.objects.filter(question__query__campaign_id=campaign_id, state=AssignmentState.ANSWERED)
    given = given.exclude(labeller=None)
    if in_force:
        given = given.filter(Exists(labels_in_force().filter(pk=OuterRef("label_id"))))
    return [Answered(*row) for row in given.order_by("done_at", "pk").values_list(*_FIELDS)]


def learnable(
    answers: Sequence[Answered], vectors: Mapping[str, npt.NDArray[np.float32]], version: ModelVersion
) -> tuple[list[Answered], Floats, Floats]:
    """Return the answers that the small model can learn from, what it reads of them [P, F], and their worth [P] in {0, .5, 1}."""
    seen = video_vectors(video_ids={pk for one in answers for pk in (one.first_id, one.second_id)}, version=version)
    kept = [one for one in answers if one.answer in WORTH and one.first_id in seen and one.second_id in seen]
    if not kept:
        return [], np.zeros((0, 1)), np.zeros(0)
    text_PD = as_seen(version=version, vectors=np.stack([vectors[one.query] for one in kept]))
    first_PD, second_PD = (
        np.stack([seen[one.first_id] for one in kept]),
        np.stack([seen[one.second_id] for one in kept]),
    )
    return kept, features(text_PD, first_PD, second_PD), np.array([WORTH[one.answer] for one in kept])
