"""Write people's answers about pairs of videos, carry them in and out as JSON lines, and read them as training reads them. Torch-free.

A line: {"id", "query", "first", "second", "answer", "labeller", "first_side", "created_at", "decides", "superseded_by"}. Videos go by their
content hash, labellers by username, so a file means the same in another installation; `id` (a UUID) makes an import repeatable. An import
may leave out "id", "first_side" (left), "created_at" (now), "decides" (false) and "superseded_by", and may name the two videos in either
order.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from vision.clip.preference_pairs import PreferencePair
from vision.models import Answer, LabelsSetAside, PreferenceLabel, Side, Video

MAX_QUERY_CHARS = 200
_TURNED = {Answer.BETTER: Answer.WORSE, Answer.WORSE: Answer.BETTER}
_OTHER_SIDE = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}


class LabelRefused(ValueError):
    """The answer cannot be kept; the message says why."""


@dataclass(frozen=True)
class Imported:
    """How many lines were new and how many were there before."""

    new: int
    known: int


def label_record(
    *,
    query: str,
    first_id: int,
    second_id: int,
    answer: str,
    labeller_id: int | None,
    first_side: str,
    label_id: uuid.UUID | None = None,
    created_at: datetime | None = None,
    decides: bool = False,
) -> PreferenceLabel:
    """Keep an answer; the labeller's former answer to the same question is superseded by it. Videos may come in either order.

    `decides`: the word of somebody trusted, beside their own answer if they gave one.
    The same `label_id` again changes nothing. Raises LabelRefused for an empty query, one video twice, unknown answers, sides or videos.
    """
    query = " ".join(query.split())
    if not 0 < len(query) <= MAX_QUERY_CHARS:
        raise LabelRefused(f"a query has 1 to {MAX_QUERY_CHARS} characters")
    if answer not in Answer.values or first_side not in Side.values:
        raise LabelRefused(f"{answer!r} on the {first_side!r}: answers are {Answer.values}, sides {Side.values}")
    if first_id == second_id or Video.objects.filter(pk__in=[first_id, second_id]).count() != 2:
        raise LabelRefused("a pair is two different videos of the catalogue")
    if first_id > second_id:
        first_id, second_id = second_id, first_id
        answer, first_side = _TURNED.get(Answer(answer), answer), _OTHER_SIDE[Side(first_side)]
    label_id = label_id or uuid.uuid4()
    question = {"query": query, "first_id": first_id, "second_id": second_id, "labeller_id": labeller_id}
    question["decides"] = decides
    with transaction.atomic():
        known = PreferenceLabel.objects.filter(pk=label_id).first()
        if known:
            return known
        if labeller_id is not None:  # before the new row: one label in force; the foreign key is checked at the commit
            former = PreferenceLabel.objects.select_for_update().filter(superseded_by=None, **question)
            former.update(superseded_by_id=label_id)
        values = {"answer": answer, "first_side": first_side, "created_at": created_at or timezone.now()}
        return PreferenceLabel.objects.create(pk=label_id, **question, **values)


def labels_set_aside(*, labeller_id: int, is_set_aside: bool, reason: str, decided_by_id: int | None) -> LabelsSetAside:
    """Let somebody's labels count no more, or again: a row more, nothing is changed."""
    values = {"is_set_aside": is_set_aside, "reason": reason, "decided_by_id": decided_by_id}
    return LabelsSetAside.objects.create(labeller_id=labeller_id, **values)


def standing_of(*, labeller_id: int) -> LabelsSetAside | None:
    """Return the newest word on whether somebody's labels count, None where there never was one."""
    return LabelsSetAside.objects.filter(labeller_id=labeller_id).order_by("-pk").first()


def labels_in_force() -> QuerySet[PreferenceLabel]:
    """Return the answers that nobody has taken back, of people whose labels are not set aside, oldest first."""
    newest = LabelsSetAside.objects.filter(labeller=OuterRef("labeller")).order_by("-pk").values("is_set_aside")[:1]
    said = PreferenceLabel.objects.filter(superseded_by=None).exclude(answer=Answer.UNDONE)
    counted = said.alias(is_aside=Coalesce(Subquery(newest), Value(False))).filter(is_aside=False)
    return counted.order_by("created_at", "pk")


def label_pairs() -> list[PreferencePair]:
    """Return a pair an answer in force; "both bad" says nothing of which is better and gives none.

    Where an admin decided, theirs is the question's one pair, and gold: nobody's answers are trained on and vouch for themselves.
    """
    fields = ("query", "first_id", "second_id", "answer", "decides")
    rows = list(labels_in_force().values_list(*fields))
    decided = {row[:3] for row in rows if row[4]}
    said = [row for row in rows if row[3] != Answer.BOTH_BAD and (row[4] or row[:3] not in decided)]
    return [
        PreferencePair(query, second, first, is_gold=decides)
        if answer == Answer.WORSE
        else PreferencePair(query, first, second, answer == Answer.TIE, is_gold=decides)
        for query, first, second, answer, decides in said
    ]


def label_answers() -> list[tuple[tuple[str, int, int], int, str]]:
    """Return (question, labeller, answer) of every answer in force whose labeller is known, as the agreement is measured on.

    Without those that decide: who gives them has seen what others said.
    """
    known = labels_in_force().filter(decides=False).exclude(labeller=None)
    rows = known.values_list("query", "first_id", "second_id", "labeller_id", "answer")
    return [((query, first, second), labeller or 0, answer) for query, first, second, labeller, answer in rows]


def labels_export() -> Iterator[str]:
    """Return every label as a JSON line, oldest first, the superseded ones too; videos without a content hash are left out."""
    rows = PreferenceLabel.objects.select_related("first", "second", "labeller").order_by("created_at", "pk")
    for label in rows.exclude(first__content_hash=None).exclude(second__content_hash=None).iterator():
        line = {
            "id": str(label.pk),
            "query": label.query,
            "first": label.first.content_hash,
            "second": label.second.content_hash,
            "answer": label.answer,
            "labeller": label.labeller.get_username() if label.labeller else None,
            "first_side": label.first_side,
            "created_at": label.created_at.isoformat(),
            "decides": label.decides,
            "superseded_by": str(label.superseded_by_id) if label.superseded_by_id else None,
        }
        yield json.dumps(line, ensure_ascii=False)


def labels_import(lines: Iterable[str]) -> Imported:
    """Keep the labels of a file, all or none; later lines supersede earlier ones of the same labeller and question.

    Raises LabelRefused naming the line that is no label, or whose videos or labeller are not known here.
    """
    num_new = num_known = 0
    with transaction.atomic():
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                is_new = _import_line(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                missing = f"it has no {error}" if isinstance(error, KeyError) else str(error)
                raise LabelRefused(f"line {number}: {missing}") from error
            num_new, num_known = num_new + is_new, num_known + (not is_new)
    return Imported(num_new, num_known)


def _import_line(line: dict[str, Any]) -> bool:
    label_id = uuid.UUID(line["id"]) if line.get("id") else None
    if label_id and PreferenceLabel.objects.filter(pk=label_id).exists():
        return False
    created_at = parse_datetime(line["created_at"]) if line.get("created_at") else None
    label_record(
        query=line["query"],
        first_id=_video_id(line["first"]),
        second_id=_video_id(line["second"]),
        answer=line["answer"],
        labeller_id=_labeller_id(line["labeller"]),
        first_side=line.get("first_side", Side.LEFT),
        label_id=label_id,
        created_at=created_at,
        decides=bool(line.get("decides", False)),
    )
    return True


def _video_id(content_hash: str) -> int:
    pk = Video.objects.filter(content_hash=content_hash).values_list("pk", flat=True).first()
    if pk is None:
        raise LabelRefused(f"no video here has the contents {content_hash!r}")
    return pk


def _labeller_id(username: str | None) -> int | None:
    if username is None:
        return None
    user = get_user_model().objects.filter(**{get_user_model().USERNAME_FIELD: username}).first()
    if user is None:
        raise LabelRefused(f"nobody here is called {username!r}")
    return user.pk
