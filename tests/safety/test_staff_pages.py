"""The pages and exports of staff: who gets in, what they hold, and that taking them is on record."""

import csv
import io
import json

import pytest

from safety.models import AuditEntry, ReviewJob, ReviewScope
from safety.services.jobs import flag_create
from tests.safety.conftest import ask

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings(
        "ignore:StreamingHttpResponse must consume:Warning"
    ),  # the test client is no ASGI server
]
BATCH = "9d6f7f38-3c64-4c6e-9d0f-0d6a1d3b5a11"
MODERATORS = ["/review", "/review/figures"]
ADMINS = ["/review/people", "/review/export/audit.csv", "/review/export/decisions.jsonl"]
POSTS_OF_MODERATORS = [
    ("/api/safety/jobs/claim", {}),
    ("/api/safety/jobs/release", {}),
    ("/api/safety/jobs/1/related", {"by": "author", "fencing_token": 1}),
    ("/api/safety/decisions", {"jobs": [{"job_id": 1, "fencing_token": 1}], "action": "approve"}),
    (f"/api/safety/batches/{BATCH}/undo", {}),
]
POSTS_OF_ADMINS = ["/review/people/1", "/review/figures/threshold", "/review/figures/threshold/1/back"]


def _body(client, name):
    return b"".join(client.get(f"/review/export/{name}"))


@pytest.mark.parametrize("who", ["alice", "lena"])
def test_others_get_into_nothing(users, client, who):
    client.force_login(users[who])

    answers = [client.get(path).status_code for path in MODERATORS + ADMINS]
    answers += [client.post(path, {}).status_code for path in POSTS_OF_ADMINS]
    answers += [client.post(path, body, "application/json").status_code for path, body in POSTS_OF_MODERATORS]

    assert set(answers) == {403}


def test_a_moderator_is_no_admin(users, client):
    client.force_login(users["mona"])

    assert {client.get(path).status_code for path in ADMINS} == {403}
    assert {client.post(path, {}).status_code for path in POSTS_OF_ADMINS} == {403}
    assert {client.get(path).status_code for path in MODERATORS} == {200}


def test_an_admin_sets_who_reviews_what(users, client):
    client.force_login(users["ada"])

    client.post(f"/review/people/{users['mona'].pk}", {"hazards": ["hate", "privacy", "nonsense"]})

    assert ReviewScope.objects.get(moderator=users["mona"]).hazards == ["privacy", "hate"]
    page = client.get("/review/people").content.decode()
    assert page.count("checked") == 2


def test_the_audit_log_is_exported_whole_as_csv_and_json_lines(users, shelf, client, decide, monkeypatch):
    monkeypatch.setattr("safety.exports.PAGE", 2)
    ask(1), ask(2)
    decide(users["mona"], 1, "remove", note="=1+1, she said")
    client.force_login(users["ada"])
    num = AuditEntry.objects.count()

    rows = list(csv.DictReader(io.StringIO(_body(client, "audit.csv").decode())))
    lines = [json.loads(line) for line in _body(client, "audit.jsonl").splitlines()]

    assert (len(rows), len(lines)) == (num + 1, num + 2)  # each export is in the log itself
    assert [row["verb"] for row in rows] == ["review_request"] * 2 + ["decision_remove", "export"]
    assert lines[2]["detail"]["note"] == "=1+1, she said"


def test_no_exported_cell_is_a_formula(users, shelf, client, decide):
    ask(1)
    decide(users["mona"], 1, "remove", note='=HYPERLINK("http://x")')
    client.force_login(users["ada"])

    (row,) = csv.DictReader(io.StringIO(_body(client, "decisions.csv").decode()))

    assert row["note"].startswith("'=") and row["moderator"] == "mona"


def test_the_queue_says_how_much_waits_of_each_hazard(users, shelf, client):
    ask(1, "hate"), ask(2, "hate"), ask(3, "privacy")
    client.force_login(users["mona"])

    counts = client.post("/api/safety/jobs/claim", {}, "application/json").json()["counts"]

    assert {name: row["num"] for name, row in counts["hazards"].items()} == {"hate": 2, "privacy": 1}


def test_a_report_moves_a_job_to_the_queue_of_the_gravest_hazard(users, shelf):
    ask(1, "privacy")

    flag_create(reporter_id=users["bob"].pk, target_kind="video", target_id=1, category="violent_crimes")

    assert ReviewJob.objects.get().category == "violent_crimes"
