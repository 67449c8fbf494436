"""POST /api/safety/flags: clear answers for good and bad reports."""

import pytest

pytestmark = pytest.mark.django_db


def _post(client, **body):
    report = {"target_kind": "video", "target_id": 1, "category": "hate", "note": "", **body}
    return client.post("/api/safety/flags", report, content_type="application/json")


def test_a_report_is_taken_and_told_apart_from_its_repeat(users, shelf, client):
    client.force_login(users["alice"])

    first, again = _post(client), _post(client)

    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json()["duplicate"], again.json()["duplicate"]) == (False, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"target_id": 999}, 404),
        ({"target_kind": "message"}, 422),
        ({"target_kind": "planet"}, 422),
        ({"category": "boring"}, 422),
        ({"note": "x" * 501}, 422),
        ({"note": "a\x00b"}, 422),
        ({"target_id": -1}, 422),
        ({"target_id": 2**64}, 422),
    ],
)
def test_a_bad_report_gets_a_clear_answer(users, shelf, client, body, status):
    client.force_login(users["alice"])

    answer = _post(client, **body)

    assert answer.status_code == status
    assert answer.json()["detail"]


def test_nobody_reports_without_a_login(shelf, client):
    assert _post(client).status_code == 401
