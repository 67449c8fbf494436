"""`manage.py moderate`: one line out for each line in, in order; what cannot be judged is said so, and the others are judged."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from safety.guard.verdict import HAZARDS

ROOT = Path(__file__).resolve().parents[2]
GOOD = [
    {"id": 1, "text": "more ramen please", "role": "viewer"},
    {"id": "t", "text": "show me porn videos", "role": "title"},
    {"id": 2, "text": "Done: more ramen from now on.", "role": "reply"},
    {"id": 3, "text": "more tigers"},
]
BAD = {
    "not json": None,
    '["a list"]': None,
    '{"id": 4, "text": "cut': None,
    '{"text": "no id", "role": "viewer"}': None,
    '{"id": true, "text": "hi", "role": "viewer"}': None,
    '{"id": 5, "text": 7, "role": "viewer"}': 5,
    '{"id": 6, "role": "viewer"}': 6,
    '{"id": 7, "text": "hi", "role": "stranger"}': 7,
    '{"id": 8, "text": "hi", "role": ["viewer"]}': 8,
    '{"id": 9, "text": "", "role": "viewer"}': 9,
    '{"id": 10, "text": " \\n\\t ", "role": "viewer"}': 10,
    '{"id": 11, "text": "a\\u0000b", "role": "viewer"}': 11,
    '{"id": 12, "text": "half \\ud83d", "role": "title"}': 12,
    json.dumps({"id": 13, "text": "ramen " * 10_000, "role": "viewer"}): 13,
    json.dumps({"id": 14, "text": "x" * 1_000_000, "role": "viewer"}): None,
    "[" * 100_000: None,
}


def _moderate(lines: list[str], monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict], int]:
    monkeypatch.setattr("sys.stdin", StringIO("".join(f"{line}\n" for line in lines)))
    out, status = StringIO(), 0
    try:
        call_command("moderate", stdout=out)
    except SystemExit as end:
        status = end.code
    return [json.loads(line) for line in out.getvalue().splitlines()], status


@pytest.mark.django_db
def test_good_lines_are_judged_as_the_contract_says(monkeypatch):
    answers, status = _moderate([json.dumps(line) for line in GOOD], monkeypatch)

    assert status == 0
    assert [answer["id"] for answer in answers] == [1, "t", 2, 3]
    assert all(set(answer) == {"id", "verdict", "hazards", "score"} for answer in answers)
    assert answers[0]["verdict"] == "safe" and answers[0]["hazards"] == []
    assert answers[1]["verdict"] == "unsafe" and set(answers[1]["hazards"]) <= set(HAZARDS)
    assert all(0 <= answer["score"] <= 1 for answer in answers)


@pytest.mark.django_db
def test_every_bad_line_has_one_line_of_error_and_spoils_no_other(monkeypatch):
    lines = [line for bad in BAD for line in (bad, json.dumps(GOOD[0]))]

    answers, status = _moderate(lines, monkeypatch)

    assert status == 1 and len(answers) == len(lines)
    assert [answer["id"] for answer in answers[::2]] == list(BAD.values())
    assert all(set(answer) == {"id", "error"} and answer["error"] for answer in answers[::2])
    assert all(answer["verdict"] == "safe" for answer in answers[1::2])


def test_bytes_that_are_no_text_are_one_bad_line_of_a_real_process():
    stdin = b'{"id": 1, "text": "caf\xff", "role": "viewer"}\n\n{"id": 2, "text": "m\xc3\xa9tro", "role": "title"}\n'

    ran = subprocess.run([sys.executable, "manage.py", "moderate"], cwd=ROOT, input=stdin, capture_output=True)

    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 1
    assert [answer["id"] for answer in answers] == [1, 2]
    assert "error" in answers[0] and answers[1]["verdict"] == "safe"
