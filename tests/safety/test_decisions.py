"""Decisions: leased to one, acted on, undone exactly, and on record for ever."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from safety.errors import JobNotYours, NotUndoable
from safety.models import AuditEntry, Decision, ReviewJob
from safety.services.claims import jobs_claim, jobs_release
from safety.services.decisions import Verdict, batch_undo, decisions_make
from safety.services.jobs import flag_create, review_request


def _open(numbers, **extra):
    for number in numbers:
        review_request(target_kind="video", target_id=number, hazards=["hate"], p_unsafe=0.7, **extra)


def _decide(job, moderator, action="remove", note=""):
    held = {job.pk: job.fencing_token}
    return decisions_make(moderator_id=moderator.pk, held=held, verdict=Verdict(action, note=note))


def job_claim(*, moderator_id):
    return next(iter(jobs_claim(moderator_id=moderator_id, max_jobs=1)), None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "after"), [("approve", "approved"), ("remove", "removed"), ("restrict", "restricted")]
)
def test_a_decision_acts_on_the_target_and_closes_the_job(users, shelf, action, after):
    _open([8])
    job = job_claim(moderator_id=users["mona"].pk)

    _decide(job, users["mona"], action)

    assert shelf[8] == after
    assert not ReviewJob.objects.filter(state="open").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("number", [3, 8])
def test_undo_restores_exactly_and_opens_the_job_again(users, shelf, number):
    before = shelf[number]
    _open([number])
    decision = _decide(job_claim(moderator_id=users["mona"].pk), users["mona"])

    (job,) = batch_undo(batch=decision, moderator_id=users["mona"].pk)

    assert shelf[number] == before
    assert Decision.objects.get(action="undo").supersedes.batch == decision
    assert job_claim(moderator_id=users["mona"].pk).pk == job.pk
    assert job_claim(moderator_id=users["ada"].pk) is None


@pytest.mark.django_db
def test_a_decision_is_undone_once_only_and_not_behind_a_later_job(users, shelf):
    _open([8])
    decision = _decide(job_claim(moderator_id=users["mona"].pk), users["mona"])
    flag_create(reporter_id=users["bob"].pk, target_kind="video", target_id=8, category="hate")

    with pytest.raises(NotUndoable):
        batch_undo(batch=decision, moderator_id=users["mona"].pk)
    later = _decide(job_claim(moderator_id=users["mona"].pk), users["mona"], "approve")
    batch_undo(batch=later, moderator_id=users["mona"].pk)
    with pytest.raises(NotUndoable):
        batch_undo(batch=later, moderator_id=users["mona"].pk)

    assert shelf[8] == "removed"


@pytest.mark.django_db
def test_a_lease_that_ended_decides_nothing(users, shelf):
    _open([8])
    job = job_claim(moderator_id=users["mona"].pk)
    ReviewJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    taken_over = job_claim(moderator_id=users["ada"].pk)

    with pytest.raises(JobNotYours):
        _decide(job, users["mona"])

    assert shelf[8] == "pending"
    _decide(taken_over, users["ada"])
    assert shelf[8] == "removed"


@pytest.mark.django_db
def test_a_released_job_is_free_for_others_and_its_old_token_is_void(users, shelf):
    _open([8])
    job = job_claim(moderator_id=users["mona"].pk)

    jobs_release(moderator_id=users["mona"].pk)

    assert job_claim(moderator_id=users["ada"].pk).pk == job.pk
    with pytest.raises(JobNotYours):
        _decide(job, users["mona"])


@pytest.mark.django_db
def test_the_worst_comes_first(users, shelf):
    _open([1, 2])
    review_request(target_kind="video", target_id=9, hazards=["child_sexual_exploitation"], p_unsafe=0.9)

    job = job_claim(moderator_id=users["mona"].pk)

    assert job.target_id == 9


@pytest.mark.django_db(transaction=True)
def test_two_moderators_never_get_the_same_job(users, shelf):
    shelf.update(dict.fromkeys(range(100, 160), "pending"))
    _open(range(100, 160))
    got: dict[str, list[int]] = {"mona": [], "ada": []}
    start = threading.Barrier(2)

    def work(name):
        start.wait()
        while jobs := jobs_claim(moderator_id=users[name].pk, max_jobs=3):
            for job in jobs:
                got[name].append(job.target_id)
                _decide(job, users[name])
        connection.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(got["mona"] + got["ada"]) == list(range(100, 160))
    assert Decision.objects.count() == 60


@pytest.mark.django_db(transaction=True)
def test_reports_at_once_open_one_job(users, shelf):
    start = threading.Barrier(4)

    def report(name):
        start.wait()
        flag_create(reporter_id=users[name].pk, target_kind="video", target_id=1, category="hate")
        connection.close()

    threads = [threading.Thread(target=report, args=(name,)) for name in ("alice", "bob", "lena", "mona")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ReviewJob.objects.get().num_flags == 4


@pytest.mark.django_db
def test_every_staff_write_has_its_audit_entry(users, shelf):
    _open([8])
    decision = _decide(job_claim(moderator_id=users["mona"].pk), users["mona"], note="slur in the title")

    batch_undo(batch=decision, moderator_id=users["ada"].pk)

    entries = [(entry.verb, entry.actor_id) for entry in AuditEntry.objects.order_by("pk")]
    mona, ada = users["mona"].pk, users["ada"].pk
    assert entries == [("review_request", None), ("decision_remove", mona), ("decision_undo", ada)]
    assert AuditEntry.objects.get(verb="decision_remove").detail["note"] == "slur in the title"


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["safety_auditentry", "safety_decision"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET created_at = now()", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_record(users, shelf, table, statement):
    _open([8])
    _decide(job_claim(moderator_id=users["mona"].pk), users["mona"])

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))

    assert Decision.objects.count() == 1 and AuditEntry.objects.count() == 2
