"""Several at once: equal content, one author, one flood; measures about authors; all of it taken back in one go."""

import pytest
from django.db import IntegrityError, transaction

from safety.errors import AccountSuspended, JobNotYours, NotUndoable, SafetyRefused
from safety.models import AuditEntry, Decision, ReviewJob, Sanction
from safety.selectors.accounts import check_may_post, sanctions_of
from safety.selectors.queues import queue_counts
from safety.services.administration import scope_set
from safety.services.claims import jobs_claim, jobs_release, related_claim
from safety.services.decisions import Verdict, batch_undo, decisions_make
from safety.services.jobs import flag_create
from tests.safety.conftest import Shelf, ask

pytestmark = pytest.mark.django_db


def _related(moderator, by):
    first = jobs_claim(moderator_id=moderator.pk, max_jobs=1)[0]
    return related_claim(moderator_id=moderator.pk, job_id=first.pk, fencing_token=first.fencing_token, by=by)


def _decide(moderator, jobs, action, **verdict):
    held = {job.pk: job.fencing_token for job in jobs}
    return decisions_make(moderator_id=moderator.pk, held=held, verdict=Verdict(action, **verdict))


def test_equal_content_is_one_job_in_the_queue_and_decided_once(users, shelf, decide):
    Shelf.contents = {1: "same", 2: "same", 3: "same", 4: "other"}
    for number in (1, 2, 3, 4):
        ask(number)

    waiting = queue_counts(moderator_id=users["mona"].pk)["open"]
    batch = decide(users["mona"], 1, "remove")

    assert waiting == 2
    assert [shelf[number] for number in (1, 2, 3, 4)] == ["removed", "removed", "removed", "approved"]
    batch_undo(batch=batch, moderator_id=users["mona"].pk)
    assert [shelf[number] for number in (1, 2, 3, 4)] == ["approved"] * 4
    assert queue_counts(moderator_id=users["mona"].pk)["open"] == 2


def test_all_of_an_author_go_with_one_decision_and_come_back_with_one_undo(users, shelf):
    Shelf.authors = dict.fromkeys((1, 2, 8), users["bob"].pk) | {3: users["alice"].pk}
    for number in (1, 2, 8, 3):
        ask(number)
    jobs = _related(users["mona"], "author")

    batch = _decide(users["mona"], jobs, "restrict", note="a series")

    assert [shelf[number] for number in (1, 2, 8, 3)] == ["restricted"] * 3 + ["approved"]
    back = batch_undo(batch=batch, moderator_id=users["mona"].pk)
    assert [shelf[number] for number in (1, 2, 8)] == ["approved", "approved", "pending"]
    assert {job.pk for job in back} == {job.pk for job in jobs}
    assert AuditEntry.objects.filter(verb="decision_restrict").count() == 3
    assert AuditEntry.objects.filter(verb="decision_undo").count() == 3


def test_a_flood_of_reports_is_answered_at_once(users, shelf):
    for number in (1, 2, 3):
        flag_create(reporter_id=users["bob"].pk, target_kind="video", target_id=number, category="hate")
    flag_create(reporter_id=users["alice"].pk, target_kind="video", target_id=3, category="hate")
    flag_create(reporter_id=users["alice"].pk, target_kind="video", target_id=4, category="privacy")
    jobs_claim(moderator_id=users["mona"].pk)
    first = ReviewJob.objects.get(target_id=1)

    jobs = related_claim(moderator_id=users["mona"].pk, job_id=first.pk, fencing_token=first.fencing_token, by="flood")

    assert [job.target_id for job in jobs] == [1, 2]  # somebody else reported 3 too


def test_what_another_moderator_holds_is_not_taken_into_a_batch(users, shelf):
    Shelf.authors = dict.fromkeys((1, 2, 3), users["bob"].pk)
    for number in (1, 2, 3):
        ask(number)
    held = jobs_claim(moderator_id=users["ada"].pk, max_jobs=1)

    jobs = _related(users["mona"], "author")

    assert {job.pk for job in held}.isdisjoint(job.pk for job in jobs) and len(jobs) == 2


def test_a_batch_with_a_job_that_was_lost_changes_nothing(users, shelf):
    Shelf.authors = dict.fromkeys((1, 2), users["bob"].pk)
    ask(1), ask(2)
    jobs = _related(users["mona"], "author")
    jobs_release(moderator_id=users["mona"].pk)
    jobs_claim(moderator_id=users["ada"].pk, max_jobs=1)

    with pytest.raises(JobNotYours):
        _decide(users["mona"], jobs, "remove")

    assert shelf[1] == shelf[2] == "approved" and not Decision.objects.exists()


def test_an_author_is_suspended_once_a_batch_and_told_why_and_until_when(users, shelf):
    Shelf.authors = dict.fromkeys((1, 2), users["bob"].pk)
    ask(1), ask(2)

    batch = _decide(users["mona"], _related(users["mona"], "author"), "remove", measures=("warn", "suspend"))

    assert sorted(Sanction.objects.values_list("kind", flat=True)) == ["suspend", "warn"]
    with pytest.raises(AccountSuspended, match=r"until .* UTC\. It attacks people"):
        check_may_post(user_id=users["bob"].pk)
    assert set(AuditEntry.objects.filter(target_kind="account").values_list("verb", flat=True)) == {
        "account_warn",
        "account_suspend",
    }
    batch_undo(batch=batch, moderator_id=users["mona"].pk)
    check_may_post(user_id=users["bob"].pk)
    assert not sanctions_of(user_id=users["bob"].pk).exists()


@pytest.mark.parametrize(
    "verdict", [Verdict("burn"), Verdict("remove", "rudeness"), Verdict("remove", measures=("warn",)), Verdict("undo")]
)
def test_a_verdict_that_cannot_be_carried_out_changes_nothing(users, shelf, verdict):
    ask(1)
    (job,) = jobs_claim(moderator_id=users["mona"].pk)

    with pytest.raises(SafetyRefused):
        decisions_make(moderator_id=users["mona"].pk, held={job.pk: job.fencing_token}, verdict=verdict)

    assert shelf[1] == "approved" and ReviewJob.objects.get().state == "open"


def test_a_moderator_gets_and_decides_the_hazards_of_their_scope_only(users, shelf):
    ask(1, "hate"), ask(2, "privacy")
    (foreign,) = jobs_claim(moderator_id=users["mona"].pk, hazard="privacy")

    scope_set(admin_id=users["ada"].pk, moderator_id=users["mona"].pk, hazards=["hate"])

    jobs_release(moderator_id=users["ada"].pk)
    assert [job.target_id for job in jobs_claim(moderator_id=users["mona"].pk)] == [1]
    assert set(queue_counts(moderator_id=users["mona"].pk)["hazards"]) == {"hate"}
    with pytest.raises(JobNotYours):
        _decide(users["mona"], [foreign], "remove")
    assert AuditEntry.objects.get(verb="scope_set").actor == users["ada"]


def test_queues_order_by_gravity_age_and_reach(users, shelf):
    ask(1, "privacy"), ask(2, "child_sexual_exploitation"), ask(3, "hate")
    Shelf.reach = {1: 10, 2: 20, 3: 500}

    def order(name):
        jobs_release(moderator_id=users["mona"].pk)
        return [job.target_id for job in jobs_claim(moderator_id=users["mona"].pk, order=name)]

    assert order("worst") == [2, 1, 3]
    assert order("oldest") == [1, 2, 3]
    assert order("reach") == [3, 2, 1]


def test_the_database_refuses_two_leaders_of_one_content(users, shelf):
    Shelf.contents = {1: "same"}
    ask(1)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewJob.objects.create(target_kind="video", target_id=5, source="flag", category="hate", content_key="same")


def test_a_batch_is_not_undone_behind_a_later_report_of_the_same_content(users, shelf, decide):
    Shelf.contents = {1: "same", 2: "same"}
    ask(1)
    batch = decide(users["mona"], 1, "remove")
    ask(2)

    with pytest.raises(NotUndoable):
        batch_undo(batch=batch, moderator_id=users["mona"].pk)

    assert shelf[1] == "removed"
