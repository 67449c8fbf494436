"""Appeals and second looks: always by somebody else, in the service and in the database."""

import pytest
from django.db import IntegrityError, transaction

from safety.errors import JobNotYours, NotAppealable, NotUndoable
from safety.figures import cohen_kappa
from safety.models import Appeal, AuditEntry, Decision, ReviewJob
from safety.selectors.accounts import check_may_post
from safety.selectors.cards import job_cards
from safety.selectors.decisions import second_looks
from safety.services.appeals import appeal_create
from safety.services.claims import jobs_claim
from safety.services.decisions import Verdict, batch_undo, decisions_make
from safety.services.jobs import flag_create
from tests.safety.conftest import Shelf, ask


@pytest.fixture()
def removed(users, shelf, decide):
    """A thing of bob's that mona removed, and suspended him for."""
    Shelf.authors = {1: users["bob"].pk}
    ask(1)
    decide(users["mona"], 1, "remove", measures=("suspend",))
    return Decision.objects.get()


def _appeal(users, decision, who="bob"):
    return appeal_create(decision_id=decision.pk, author_id=users[who].pk, text="It is a history lesson.")


@pytest.mark.django_db
def test_an_appeal_goes_to_somebody_else_and_may_restore_all(users, shelf, decide, removed):
    _appeal(users, removed)

    assert jobs_claim(moderator_id=users["mona"].pk) == []
    batch = decide(users["ada"], 1, "approve")

    assert shelf[1] == "approved"
    check_may_post(user_id=users["bob"].pk)
    assert Appeal.objects.get().state == "granted"
    batch_undo(batch=batch, moderator_id=users["ada"].pk)
    assert shelf[1] == "removed" and Appeal.objects.get().state == "open"
    with pytest.raises(Exception, match="suspended"):
        check_may_post(user_id=users["bob"].pk)


@pytest.mark.django_db
def test_who_made_the_decision_can_neither_answer_its_appeal_nor_undo_the_answer(users, shelf, decide, removed):
    appeal = _appeal(users, removed)
    ReviewJob.objects.filter(pk=appeal.job_id).update(claimed_by=users["mona"], lease_until="2999-01-01T00:00Z")
    held = {appeal.job_id: ReviewJob.objects.get(pk=appeal.job_id).fencing_token}

    with pytest.raises(JobNotYours):
        decisions_make(moderator_id=users["mona"].pk, held=held, verdict=Verdict("remove"))
    with pytest.raises(IntegrityError, match="somebody else"), transaction.atomic():
        Decision.objects.create(job_id=appeal.job_id, moderator=users["mona"], action="remove")
    ReviewJob.objects.filter(pk=appeal.job_id).update(claimed_by=None)
    batch = decide(users["ada"], 1, "remove")

    with pytest.raises(NotUndoable):
        batch_undo(batch=batch, moderator_id=users["mona"].pk)


@pytest.mark.django_db
def test_an_appeal_is_the_authors_own_and_made_once(users, shelf, decide, removed):
    with pytest.raises(NotAppealable):
        _appeal(users, removed, who="alice")
    _appeal(users, removed)
    with pytest.raises(NotAppealable):
        _appeal(users, removed)
    decide(users["ada"], 1, "remove")

    with pytest.raises(NotAppealable):
        _appeal(users, Decision.objects.latest("pk"))

    assert AuditEntry.objects.get(verb="appeal").actor == users["bob"]


@pytest.mark.django_db
def test_reports_meet_an_open_appeal_and_it_stays_an_appeal(users, shelf, removed):
    appeal = _appeal(users, removed)

    flag_create(reporter_id=users["alice"].pk, target_kind="video", target_id=1, category="privacy")

    job = ReviewJob.objects.get(state="open")
    assert (job.pk, job.source, job.not_by, job.num_flags) == (appeal.job_id, "appeal", users["mona"], 1)


@pytest.mark.django_db
def test_a_sample_is_looked_at_twice_by_another_who_does_not_know(users, shelf, decide, settings):
    settings.SAFETY_SECOND_REVIEW_SHARE = 1.0
    ask(1), ask(2)
    decide(users["mona"], 1, "remove"), decide(users["mona"], 2, "remove")

    cards = job_cards(jobs=jobs_claim(moderator_id=users["ada"].pk), moderator_id=users["ada"].pk)
    decide(users["ada"], 1, "remove"), decide(users["ada"], 2, "approve")

    assert [(card["source"], card["history"]) for card in cards] == [("second", [])] * 2
    assert jobs_claim(moderator_id=users["mona"].pk) == []
    assert second_looks() == [("remove", "remove"), ("remove", "approve")]
    assert shelf[2] == "approved"
    assert not ReviewJob.objects.filter(state="open").exists()  # nobody looks a third time


@pytest.mark.django_db
def test_undo_takes_back_a_decision_whose_second_look_waits(users, shelf, decide, settings):
    settings.SAFETY_SECOND_REVIEW_SHARE = 1.0
    ask(1)
    batch = decide(users["mona"], 1, "remove")

    batch_undo(batch=batch, moderator_id=users["mona"].pk)

    assert shelf[1] == "approved"
    assert ReviewJob.objects.get(state="open").source == "guard"


def test_kappa_is_cohens():
    table = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15

    assert cohen_kappa(table) == pytest.approx(0.4)  # the example of Wikipedia's article on Cohen's kappa
    assert cohen_kappa([("yes", "yes")] * 9) == 1.0
    assert cohen_kappa([("a", "b"), ("b", "a")]) == pytest.approx(-1.0)
    assert cohen_kappa([]) is None
