"""Decisions teach the guard: examples, what thresholds they propose, and an alarm when false positives drift."""

import json
import random

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from safety.figures import DRIFT_RECENT, drift_of, good_thresholds, trade_offs
from safety.models import AuditEntry, DriftAlarm
from safety.services.decisions import batch_undo
from safety.services.drift import drift_watch
from tests.browser.chromium import chromium_page, chromium_path
from tests.safety.conftest import ask, open_review


def _examples(folder):
    call_command("guard_data", str(folder))
    files = [folder / "decisions.train.jsonl", folder / "decisions.regression.jsonl"]
    return [[json.loads(line) for line in file.read_text().splitlines()] for file in files]


@pytest.mark.django_db
def test_what_stands_is_what_teaches(users, shelf, decide, tmp_path):
    for number, action, hazard in [
        (1, "approve", ""),
        (2, "remove", "privacy"),
        (3, "restrict", ""),
        (4, "remove", "other"),
    ]:
        ask(number)
        decide(users["mona"], number, action, hazard=hazard)
    ask(5)
    batch_undo(batch=decide(users["mona"], 5, "remove"), moderator_id=users["mona"].pk)

    train, regression = _examples(tmp_path)

    found = {line["text"]: (line["role"], line["hazards"]) for line in train + regression}
    assert found == {
        "clip 1": ("title", []),
        "clip 2": ("title", ["privacy"]),
        "clip 3": ("title", ["hate"]),
    }
    assert all(line["source"].startswith("decision:") for line in train + regression)


@pytest.mark.django_db
def test_a_text_is_never_in_training_and_regression_both(users, shelf, decide, tmp_path):
    shelf.update(dict.fromkeys(range(100, 140), "pending"))
    for number in range(100, 140):
        ask(number)
        decide(users["mona"], number, "remove")

    first, second = _examples(tmp_path), _examples(tmp_path)

    train, regression = ({line["text"] for line in lines} for lines in first)
    assert first == second and len(train) + len(regression) == 40
    assert not train & regression and 1 <= len(regression) <= 20


def test_a_threshold_is_good_where_nine_in_ten_are_right():
    judged = [(score / 100, score >= 60) for score in range(30, 100)]

    assert good_thresholds(judged)[0].threshold == pytest.approx(0.56)  # 40 right of 44 stopped
    assert good_thresholds(judged[:29]) == []
    assert good_thresholds([(0.9, True)] * 50) == []  # nothing was ever stopped wrongly: nothing to weigh
    assert trade_offs(judged)[0].recall == 1.0


def test_a_steady_rate_is_in_its_interval_and_a_jump_leaves_it():
    rng = random.Random(3)
    steady = [rng.random() < 0.2 for _ in range(400)]

    assert not drift_of(steady).is_outside
    assert drift_of(steady + [True] * DRIFT_RECENT).is_outside
    assert drift_of(steady[:79]) is None


@pytest.mark.django_db
def test_an_alarm_rings_once_and_ends(users, shelf, client, decide, monkeypatch):
    monkeypatch.setattr("safety.figures.DRIFT_RECENT", 4)
    monkeypatch.setattr("safety.figures.DRIFT_Z", 2.0)
    shelf.update(dict.fromkeys(range(100, 124), "pending"))
    client.force_login(users["mona"])

    def run(numbers, action):
        for number in numbers:
            ask(number)
            decide(users["mona"], number, action)
        return client.post("/api/safety/jobs/claim", {}, "application/json").json()["alarms"]

    before = run(range(100, 108), "remove")
    ringing = run(range(108, 112), "approve")
    drift_watch(hazards=["hate"])
    after = run(range(112, 124), "remove")

    assert (before, after) == ([], [])
    assert [(alarm["hazard"], alarm["rate"]) for alarm in ringing] == [("Hate", 1.0)]
    assert DriftAlarm.objects.get().closed_at is not None
    assert sorted(AuditEntry.objects.filter(target_kind="guard").values_list("verb", flat=True)) == [
        "drift_alarm",
        "drift_alarm_end",
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(chromium_path() is None, reason="no Chromium on this machine")
def test_moderators_see_the_alarm_in_their_console_and_what_it_is_about(users, shelf, decide, live_server, monkeypatch):
    monkeypatch.setattr("safety.figures.DRIFT_RECENT", 4)
    monkeypatch.setattr("safety.figures.DRIFT_Z", 2.0)
    shelf.update(dict.fromkeys(range(100, 113), "pending"))
    for number in range(100, 112):
        ask(number)
        decide(users["mona"], number, "remove" if number < 108 else "approve")

    with chromium_page() as page:
        open_review(page, live_server, users["mona"])
        alarm = page.get_by_role("link", name="False positives drift: Hate 100 %")
        expect(alarm).to_be_visible()
        alarm.click()

        expect(page.get_by_text("Hate has drifted")).to_be_visible()
        expect(page.get_by_text("moderators approved 1.00 of the guard’s last")).to_be_visible()
