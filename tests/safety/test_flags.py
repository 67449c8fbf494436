"""Reports: one job a target, a person counts once, and nobody floods the queue."""

import pytest

from safety.errors import SafetyRefused, TooManyFlags
from safety.models import Flag, ReviewJob
from safety.services.decisions import batch_undo
from safety.services.jobs import MAX_FLAGS, flag_create, review_request
from safety.targets import UnknownTarget

pytestmark = pytest.mark.django_db


def _flag(users, who="alice", target_id=1, category="hate"):
    return flag_create(
        reporter_id=users[who].pk, target_kind="video", target_id=target_id, category=category, note="look"
    )


def test_reports_of_one_target_share_one_open_job(users, shelf):
    first = _flag(users, "alice")

    second = _flag(users, "bob", category="sexual_content")

    assert first.job_id == second.job_id
    assert ReviewJob.objects.get().num_flags == 2


def test_a_second_report_by_the_same_person_changes_nothing(users, shelf):
    first = _flag(users)

    again = _flag(users)

    assert again.duplicate and again.flag_id == first.flag_id
    assert ReviewJob.objects.get().num_flags == 1 and Flag.objects.count() == 1


def test_a_person_who_reports_too_much_is_slowed(users, shelf):
    shelf.update(dict.fromkeys(range(100, 100 + MAX_FLAGS), "approved"))
    for number in range(100, 100 + MAX_FLAGS):
        _flag(users, target_id=number)

    with pytest.raises(TooManyFlags):
        _flag(users, target_id=1)

    assert _flag(users, "bob", target_id=1).duplicate is False


def test_a_report_of_nothing_is_refused(users, shelf):
    with pytest.raises(UnknownTarget):
        _flag(users, target_id=999)
    with pytest.raises(SafetyRefused):
        _flag(users, category="boring")

    assert not ReviewJob.objects.exists()


def test_repeat_reports_of_an_approved_target_open_no_new_job(users, shelf, decide):
    approved = _flag(users, "alice")
    decide(users["mona"], 1, "approve")

    same_kind = _flag(users, "bob")
    other_kind = _flag(users, "lena", category="privacy")

    assert same_kind.job_id == approved.job_id
    assert other_kind.job_id != approved.job_id
    assert ReviewJob.objects.filter(state="open").count() == 1


def test_an_undone_approval_silences_nothing(users, shelf, decide):
    _flag(users, "alice")
    batch_undo(batch=decide(users["mona"], 1, "approve"), moderator_id=users["mona"].pk)

    _flag(users, "bob")

    assert ReviewJob.objects.get(state="open").num_flags == 2


def test_what_the_guard_holds_meets_the_reports_in_one_job(users, shelf):
    job_id = review_request(target_kind="video", target_id=8, hazards=["privacy"], p_unsafe=0.8)

    flagged = _flag(users, target_id=8, category="violent_crimes")

    job = ReviewJob.objects.get()
    assert flagged.job_id == job_id == job.pk
    assert (job.source, job.p_unsafe, job.severity) == ("guard", 0.8, 3)
