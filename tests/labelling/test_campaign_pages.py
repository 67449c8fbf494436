"""An admin makes and minds a campaign in the browser: what they send is checked in words, and a file of labels comes in whole or not."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from labelling.models import Arm, Campaign, Question
from safety.models import AuditEntry
from tests.feed.catalogue import demo_clips, put
from tests.labelling.asking import campaign, claim, give, labellers
from vision.labels import label_pairs, standing_of
from vision.models import PreferenceLabel

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Calm",
    "queries": "sea\nbread\n\nsea ",
    "policy": "active",
    "overlap": 3,
    "gold_percent": 20,
    "goal": 90,
}


@pytest.fixture()
def admin(users: dict[str, Any]) -> Client:
    client = Client()
    client.force_login(users["ada"])
    return client


def test_a_campaign_is_made_from_typed_pasted_and_ticked_queries(admin: Client) -> None:
    answer = admin.post(
        "/label/campaigns/new", FORM | {"searched": ["rainy windows"], "steered": ["jellyfish", "bread"]}
    )

    made = Campaign.objects.get()
    assert answer.headers["Location"] == f"/label/campaigns/{made.pk}"
    assert (made.policy, made.overlap, made.gold_share, made.goal) == ("active", 3, 0.2, 90)
    found = set(made.queries.values_list("text", "origin"))
    assert found == {("sea", "typed"), ("bread", "typed"), ("rainy windows", "search"), ("jellyfish", "steer")}


@pytest.mark.parametrize(
    ("values", "words"), [({"queries": ""}, "1 to 500 queries"), ({"overlap": 99}, "less than or equal to 9")]
)
def test_a_form_that_cannot_be_keeps_what_was_typed(admin: Client, values: dict[str, Any], words: str) -> None:
    answer = admin.post("/label/campaigns/new", FORM | values)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert 'value="Calm"' in answer.content.decode()
    assert not Campaign.objects.exists()


def test_the_page_shows_people_disputes_and_rankings_and_takes_what_an_admin_decides(admin: Client) -> None:
    made = campaign(num_pairs=1)
    for person, side in zip(labellers(2), ("first", "second"), strict=True):
        held = claim(made, person)[0]
        other = "right" if held.first_side == "left" else "left"
        give(held, held.first_side if side == "first" else other)
    question = Question.objects.get()

    page = admin.get(f"/label/campaigns/{made.pk}").content.decode()
    admin.post(f"/label/campaigns/{made.pk}/decide", {"question": question.pk, "answer": "better"})
    after = admin.get(f"/label/campaigns/{made.pk}").content.decode()

    assert "left 1 · right 1" in page
    assert "Bradley-Terry" in page
    assert "Nobody contradicts anybody" in after
    assert [pair.is_gold for pair in label_pairs()] == [True]


def test_a_labeller_is_paused_and_let_in_again_by_buttons(admin: Client, users: dict[str, Any]) -> None:
    made = campaign(num_pairs=1)
    give(claim(made, users["lena"])[0])
    lena = f"/label/campaigns/{made.pk}/labellers/{users['lena'].pk}"

    admin.post(lena, {"to": "out"})
    paused = admin.get(f"/label/campaigns/{made.pk}").content.decode()
    admin.post(lena, {"to": "in"})

    assert "set aside" in paused
    assert "Let in again" in paused
    standing = standing_of(labeller_id=users["lena"].pk)
    assert standing is not None
    assert not standing.is_set_aside
    said = list(AuditEntry.objects.filter(target_kind="account").order_by("pk").values_list("verb", "actor__username"))
    assert said == [("labels_set_aside", "ada"), ("labels_counted_again", "ada")]


def test_gold_is_picked_among_a_querys_results(admin: Client) -> None:
    videos = put(demo_clips()[:40])
    made = campaign(num_pairs=1, query=videos[0].tags[0])
    query = made.queries.get()

    page = admin.get(f"/label/campaigns/{made.pk}/gold?query={query.pk}")
    chosen = {"query": query.pk, "better": videos[1].pk, "worse": videos[0].pk, "from": "gold"}
    answer = admin.post(f"/label/campaigns/{made.pk}/gold/set", chosen)

    assert videos[0].title in page.content.decode()
    assert answer.headers["Location"] == f"/label/campaigns/{made.pk}/gold?query={query.pk}"
    gold = Question.objects.get(arm=Arm.GOLD)
    assert (gold.first, gold.second, gold.gold_answer) == (videos[0], videos[1], "worse")


@pytest.mark.parametrize("values", [{"better": 1, "worse": 1}, {"better": "x", "worse": ""}, {}])
def test_gold_that_cannot_be_is_refused_and_nothing_is_kept(admin: Client, values: dict[str, Any]) -> None:
    made = campaign(num_pairs=1)
    sent = {"query": made.queries.get().pk, **values}

    admin.post(f"/label/campaigns/{made.pk}/gold/set", sent)

    assert not Question.objects.filter(arm=Arm.GOLD).exists()
    assert not PreferenceLabel.objects.exists()


def test_labels_go_out_and_come_in_whole_or_not_at_all(admin: Client, users: dict[str, Any]) -> None:
    made = campaign(num_pairs=2)
    for assignment in claim(made, users["lena"]):
        give(assignment)
    lines = b"".join(admin.get("/label/labels.jsonl").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    PreferenceLabel.objects.all().delete()

    def send(*sent: str) -> str:
        file = SimpleUploadedFile("labels.jsonl", "\n".join(sent).encode())
        return admin.post("/label/import", {"file": file}, follow=True).content.decode()

    broken = send(lines[0], json.dumps(json.loads(lines[1]) | {"labeller": "nobody"}))
    kept_of_broken = PreferenceLabel.objects.count()
    whole = send(*lines)

    assert "Line 2: nobody here is called" in broken.replace("&#x27;", "'")
    assert kept_of_broken == 0
    assert "2 labels imported, 0 known before" in whole
    assert AuditEntry.objects.get(verb="labels_imported").detail == {"new": 2, "known": 0}
    assert "Choose a file" in admin.post("/label/import", follow=True).content.decode()


def test_a_file_that_is_no_text_is_refused_in_words(admin: Client) -> None:
    answer = admin.post("/label/import", {"file": SimpleUploadedFile("x.jsonl", b"\xff\xfe\x00")}, follow=True)

    assert "not UTF-8" in answer.content.decode()
