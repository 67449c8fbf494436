"""Take an author's appeal: once a decision, brought to somebody else than who made it."""

from django.db import transaction

from safety.errors import NotAppealable
from safety.models import Appeal, Decision, ReviewJob
from safety.services.audit import audit_job
from safety.services.jobs import look_again
from safety.targets import UnknownTarget


@transaction.atomic
def appeal_create(*, decision_id: int, author_id: int, text: str) -> Appeal:
    """Appeal a standing decision against something of one's own, or against oneself; raises NotAppealable."""
    decision = Decision.objects.select_related("job").filter(pk=decision_id, job__author_id=author_id).first()
    if decision is None or not (decision.action in {"remove", "restrict"} or decision.measures):
        raise NotAppealable("There is no such decision against something of yours.")
    ReviewJob.objects.select_for_update().get(pk=decision.job_id)
    if Decision.objects.filter(supersedes=decision).exists():
        raise NotAppealable("This decision was taken back already.")
    if Appeal.objects.filter(decision=decision).exists():
        raise NotAppealable("You have appealed this already.")
    if decision.job.source == ReviewJob.Source.APPEAL:
        raise NotAppealable("This was decided on your appeal; that answer stands.")
    if not text.strip():
        raise NotAppealable("Say in a sentence or two why you see it differently.")
    try:
        job = look_again(decision=decision, source=ReviewJob.Source.APPEAL)
    except UnknownTarget as error:
        raise NotAppealable("What it was about is not here any more.") from error
    appeal = Appeal.objects.create(decision=decision, author_id=author_id, text=text.strip(), job=job)
    audit_job(author_id, "appeal", job, appeal=appeal.pk, decision=decision.pk)
    return appeal
