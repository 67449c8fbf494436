"""Let an admin say what is true of a pair: before people are asked (gold) or after they disagreed. Either way their word decides."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from labelling.errors import LabellingRefused
from labelling.models import GOLD_ANSWERS, Arm, CampaignQuery, Question
from safety.services.audit import audit
from vision.labels import LabelRefused, label_record
from vision.models import Side

KNOWN = frozenset(answer for answer, _ in GOLD_ANSWERS)


@transaction.atomic
def gold_set(*, admin_id: int, query_id: int, first_id: int, second_id: int, answer: str) -> Question:
    """Make a pair gold: everybody is asked it once and judged by it. Videos in either order; `answer` is about `first_id`.

    One that people were asked already keeps their answers, by which nobody is judged. Raises LabellingRefused.
    """
    if first_id > second_id:
        first_id, second_id, answer = second_id, first_id, {"better": "worse", "worse": "better"}.get(answer, answer)
    query = CampaignQuery.objects.filter(pk=query_id).first()
    if query is None or answer not in KNOWN:
        raise LabellingRefused("This cannot be made gold. Load the page again.")
    _decide(admin_id, query.text, first_id, second_id, answer)
    values = {"arm": Arm.GOLD, "gold_answer": answer, "gold_at": timezone.now(), "num_wanted": None}
    keys: dict[str, Any] = {"query": query, "first_id": first_id, "second_id": second_id}
    question, _ = Question.objects.update_or_create(**keys, defaults=values)
    audit(admin_id, "gold_set", kind="question", target_id=question.pk, answer=answer)
    return question


@transaction.atomic
def question_decide(*, admin_id: int, question_id: int, answer: str) -> None:
    """Decide a question that people disagree on; their answers stay, and count no more for training. Raises LabellingRefused."""
    question = Question.objects.select_related("query").filter(pk=question_id).first()
    if question is None or answer not in KNOWN:
        raise LabellingRefused("This cannot be decided. Load the page again.")
    _decide(admin_id, question.query.text, question.first_id, question.second_id, answer)
    audit(admin_id, "pair_decided", kind="question", target_id=question.pk, answer=answer)


def _decide(admin_id: int, query: str, first_id: int, second_id: int, answer: str) -> None:
    try:
        label_record(
            query=query,
            first_id=first_id,
            second_id=second_id,
            answer=answer,
            labeller_id=admin_id,
            first_side=Side.LEFT,
            decides=True,
        )
    except LabelRefused as error:
        raise LabellingRefused(f"This cannot be kept: {error}.") from error
