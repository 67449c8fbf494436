"""A threshold that decisions propose counts once an admin accepts it, within bounds, for the guard that was judged; and goes back."""

import math
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from safety import serving
from safety.chosen import JudgedAnew
from safety.errors import SafetyRefused
from safety.guard.regression import Scored, fallen, shares_right
from safety.guard.verdict import GuardVerdict
from safety.models import AuditEntry, PolicyVersion
from safety.policy import PolicyBroken, load_policy
from safety.selectors.proposals import proposals
from safety.services.thresholds import threshold_accept, threshold_take_back
from safety.serving import InForce, in_force_now
from tests.safety.conftest import put_decisions

DEFAULT = load_policy().band("hate").unsafe_at
SIXTY = [(DEFAULT - 0.3 + index / 200, index > 30) for index in range(60)]


@pytest.fixture()
def decided(users, shelf, scored_guard):
    """Sixty decisions on what guard-test scored up to the file's threshold: removed from .15 below it on, approved under that."""
    put_decisions(users["mona"], SIXTY)
    (one,) = proposals()
    return one


def accept(users, at, hazard="hate"):
    return threshold_accept(admin_id=users["ada"].pk, hazard=hazard, threshold=at)


def stops_at(score):
    """Return whether the guard in force stops a text of hate with this score."""
    guard = _Says(score)
    judged = JudgedAnew(guard, in_force_now().policy_of("guard-test"))
    return judged.check("words").verdict == "unsafe"


class _Says:
    """A guard that scores every text alike."""

    model_version = "guard-test"

    def __init__(self, score):
        self.score = score

    def check(self, text, role="viewer"):
        return GuardVerdict("safe", [], self.score, "guard-test", {"hate": self.score})


@pytest.mark.django_db
def test_an_accepted_threshold_counts_and_one_taken_back_does_not(users, decided):
    at = decided.proposed.threshold
    between = (at + DEFAULT) / 2
    said = [stops_at(between)]

    version = accept(users, at)
    said.append(stops_at(between))
    threshold_take_back(admin_id=users["ada"].pk, version_id=version.pk)
    said.append(stops_at(between))

    assert at < DEFAULT and said == [False, True, False]
    assert (version.unsafe_at, version.guard_version) == (at, "guard-test") and version.precision >= 0.9
    told = AuditEntry.objects.filter(target_kind="guard").order_by("pk").values_list("verb", "actor__username")
    assert list(told) == [("threshold_accept", "ada"), ("threshold_take_back", "ada")]


@pytest.mark.django_db
def test_taking_back_leads_step_by_step_to_the_file(users):
    rows = [_accepted(users, at) for at in (0.7, 0.65)]

    with pytest.raises(SafetyRefused, match="not in force any more"):
        threshold_take_back(admin_id=users["ada"].pk, version_id=rows[0].pk)
    found = [threshold_take_back(admin_id=users["ada"].pk, version_id=row.pk).unsafe_at for row in reversed(rows)]

    assert found == [0.7, None]
    assert in_force_now().policy_of("guard-test") == load_policy()
    with pytest.raises(SafetyRefused, match="not in force any more"):
        threshold_take_back(admin_id=users["ada"].pk, version_id=rows[0].pk)


def _accepted(users, at, guard="guard-test"):
    return PolicyVersion.objects.create(hazard="hate", unsafe_at=at, guard_version=guard, accepted_by=users["ada"])


@pytest.mark.django_db
def test_the_history_cannot_be_changed_and_holds_no_nonsense(users):
    _accepted(users, 0.7)

    for change in (lambda rows: rows.update(unsafe_at=0.1), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change(PolicyVersion.objects.all())
    for at in (0.0, 1.5, math.nan):
        with pytest.raises(IntegrityError, match="safety_threshold_is_one"), transaction.atomic():
            _accepted(users, at)


@pytest.mark.django_db
def test_another_guard_begins_with_the_file(users):
    _accepted(users, DEFAULT - 0.05)

    now = in_force_now()

    assert now.policy_of("guard-test").band("hate").unsafe_at == DEFAULT - 0.05
    assert now.policy_of("guard-newer") == load_policy()


@pytest.mark.django_db
def test_what_is_proposed_lets_no_regression_set_fall(users, decided, scored_guard):
    at = decided.proposed.threshold
    harmless = [("hate", 0.1, False)] * 99
    scored_guard(*harmless, ("hate", DEFAULT - 0.08, False), ("hate", 1.0, True))

    (one,) = proposals()

    assert at < DEFAULT - 0.08 < one.proposed.threshold < DEFAULT and not one.refusal
    with pytest.raises(SafetyRefused, match="not what is proposed now"):
        accept(users, at)


@pytest.mark.django_db
def test_a_threshold_by_which_a_regression_set_falls_is_not_accepted(users, shelf, scored_guard):
    put_decisions(users["mona"], [(DEFAULT - 0.05 + index / 550, index > 38) for index in range(60)])  # good above it
    scored_guard(*[("hate", 1.0, True)] * 99, ("hate", DEFAULT + 0.001, True), ("hate", 0.1, False))
    (one,) = proposals()

    with pytest.raises(SafetyRefused, match=r"kept, unsafe falls from 1.000 to 0.990"):
        accept(users, one.proposed.threshold)

    assert one.proposed.threshold > DEFAULT and not PolicyVersion.objects.exists()


@pytest.mark.django_db
def test_decisions_kept_aside_are_not_met_worse_and_teach_nothing(users, shelf, scored_guard, monkeypatch):
    aside = {f"clip {number}" for number in range(200, 210)}
    monkeypatch.setattr("safety.selectors.proposals.is_regression", lambda text: text in aside)
    put_decisions(users["mona"], SIXTY, first=210)
    (without,) = proposals()

    put_decisions(users["mona"], [(DEFAULT - 0.05, False)] * 10)
    (one,) = proposals()

    assert (without.num_decisions, one.num_decisions) == (60, 60)
    assert without.proposed.threshold < DEFAULT - 0.05 < one.proposed.threshold and not one.refusal


@pytest.mark.django_db
def test_no_threshold_leaves_its_bounds(users, decided, monkeypatch):
    lowest = replace(decided.proposed, threshold=DEFAULT - 0.3)
    monkeypatch.setattr("safety.selectors.proposals.good_thresholds", lambda judged: [lowest])

    with pytest.raises(SafetyRefused, match=f"{DEFAULT - 0.3:.2f} lies outside {DEFAULT - 0.2:.2f} to"):
        accept(users, DEFAULT - 0.3)


def test_what_a_changed_file_leaves_out_of_bounds_counts_as_the_bound():
    now = InForce(None, {"guard-test": {"hate": 0.05}})

    assert now.policy_of("guard-test").band("hate").unsafe_at == load_policy().bounds("hate")[0]
    with pytest.raises(PolicyBroken):
        InForce(None, {"guard-test": {"rudeness": 0.5}}).policy_of("guard-test")


@pytest.mark.django_db
def test_without_scores_of_this_guard_nothing_is_accepted(users, decided, scored_guard):
    scored_guard(guard="guard-former")
    (one,) = proposals()

    with pytest.raises(SafetyRefused, match="scored with guard-former, not with guard-test"):
        accept(users, one.proposed.threshold)


@pytest.mark.django_db
@pytest.mark.parametrize("threshold", ["0.01", "", "nan", "x"])
def test_only_what_is_proposed_can_be_accepted(users, client, decided, threshold):
    client.force_login(users["ada"])

    client.post("/review/figures/threshold", {"hazard": "hate", "threshold": threshold})

    assert not PolicyVersion.objects.exists()


@pytest.mark.django_db
def test_the_page_draws_the_trade_off_and_shows_what_is_in_force_and_what_was(users, client, decided):
    client.force_login(users["ada"])
    at = decided.proposed.threshold

    before = client.get("/review/figures")
    client.post("/review/figures/threshold", {"hazard": "hate", "threshold": at})
    after = client.get("/review/figures").content.decode()
    client.post(f"/review/figures/threshold/{PolicyVersion.objects.get().pk}/back")
    back = client.get("/review/figures").content.decode()

    (one,) = before.context["proposals"]
    assert one["chart"].columns == ("threshold", "precision", "recall", "stopped") and len(one["chart"].rows) == 51
    assert [item.words.split(",")[0] for item in one["chart"].legend] == ["precision", "recall", "now", "proposed"]
    assert f"Accept {at:.2f}" in before.content.decode() and f"Accept {at:.2f}" not in after
    assert "Accepted for it" in after and "Take back" in after and "What counts is the lowest" in after
    assert "Accepted for it" not in back and f"took back {at:.2f} for Hate" in " ".join(back.split())


@pytest.mark.django_db
def test_a_moderator_sees_thresholds_and_cannot_move_them(users, client, decided):
    client.force_login(users["mona"])

    page = client.get("/review/figures").content.decode()
    answer = client.post("/review/figures/threshold", {"hazard": "hate", "threshold": decided.proposed.threshold})

    assert "Thresholds in force" in page and "An admin can accept it." in page and "Accept 0" not in page
    assert answer.status_code == 403 and not PolicyVersion.objects.exists()


@pytest.mark.django_db
def test_every_process_reads_the_rows_again_after_two_seconds(users, scored_guard, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(serving.time, "monotonic", lambda: clock[0])
    serving.reset()
    found = [serving.in_force().thresholds]
    _accepted(users, 0.7)

    for clock[0] in (serving.MAX_AGE_S, serving.MAX_AGE_S + 0.1):
        found.append(serving.in_force().thresholds)

    assert found == [{}, {}, {"guard-test": {"hate": 0.7}}] and serving.MAX_AGE_S <= 2.0
    serving.reset()


def test_a_text_is_right_where_it_is_stopped_or_left_as_it_should_be():
    sets = {"a, unsafe": [Scored("hate", DEFAULT, True), Scored("hate", DEFAULT - 0.1, True)]}
    policy = load_policy()

    lower = shares_right(sets, policy.moved({"hate": DEFAULT - 0.1}))

    assert (shares_right(sets, policy), lower) == ({"a, unsafe": 0.5}, {"a, unsafe": 1.0})
    assert fallen(lower, {"a, unsafe": 0.996}) == [] and fallen(lower, {}) == ["a, unsafe falls from 1.000 to 0.000"]


def test_the_shipped_guard_comes_with_its_scores():
    from safety.guard.regression import scores_read
    from safety.guard.shipped import WEIGHTS, shipped_name

    sets = scores_read(WEIGHTS, guard=shipped_name())  # another guard's: `manage.py evaluate safety` writes them anew

    assert {"hatecheck, unsafe", "patterns, unsafe", "neighbours, harmless"} <= set(sets)
    assert all(0 <= one.score <= 1 for its in sets.values() for one in its)
