"""The pair page's calls: nothing in them tells a known answer from others, and refusals are in words."""

import uuid
from typing import Any

import pytest
from django.test import Client

from labelling.models import Arm, Assignment, Pause
from tests.labelling.asking import campaign

pytestmark = pytest.mark.django_db
CLAIM = "/api/labelling/claim"


@pytest.fixture()
def lena(users: dict[str, Any], client: Client) -> Client:
    client.force_login(users["lena"])
    return client


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(path, body, content_type="application/json")


def answer(client: Client, pair: dict[str, Any], choice: str = "left") -> Any:
    held = {name: pair[name] for name in ("assignment_id", "fencing_token")}
    return post(client, "/api/labelling/answers", {**held, "label_id": str(uuid.uuid4()), "choice": choice})


def shape(value: Any) -> Any:
    """Return what an answer looks like, without what it says."""
    return {name: shape(part) for name, part in value.items()} if isinstance(value, dict) else type(value).__name__


def test_nothing_tells_gold_from_other_pairs(lena: Client) -> None:
    asked = campaign(8, 8, overlap=1, gold_share=0.5)
    looks: dict[bool, set[str]] = {True: set(), False: set()}
    moved = []
    for _ in range(10):
        told = post(lena, CLAIM, {"campaign_id": asked.pk, "max_held": 1}).json()
        (pair,) = told["pairs"]
        is_gold = Assignment.objects.get(pk=pair["assignment_id"]).question.arm == Arm.GOLD
        looks[is_gold].add(str(shape(pair)))
        moved.append(answer(lena, pair).json()["progress"]["answers"])

    assert len(looks[True]) == 1 and looks[True] == looks[False]
    assert moved == list(range(1, 11))


def test_a_pair_that_is_gone_is_refused_in_words(lena: Client) -> None:
    asked = campaign(1, overlap=1)
    (pair,) = post(lena, CLAIM, {"campaign_id": asked.pk}).json()["pairs"]
    released = post(lena, "/api/labelling/release", {"assignment_ids": [pair["assignment_id"]]}).json()

    refused = answer(lena, pair)

    assert released == {"released": 1}
    assert refused.status_code == 409
    assert "not counted" in refused.json()["detail"]


def test_who_waits_for_others_is_told_so_and_who_is_done_too(lena: Client, users: dict[str, Any]) -> None:
    asked = campaign(1, overlap=1)
    other = Client()
    other.force_login(users["ada"])
    (pair,) = post(other, CLAIM, {"campaign_id": asked.pk}).json()["pairs"]

    waits = post(lena, CLAIM, {"campaign_id": asked.pk}).json()
    answer(other, pair, "tie")
    over = post(lena, CLAIM, {"campaign_id": asked.pk}).json()

    assert (waits["pairs"], waits["is_waiting"]) == ([], True)
    assert (over["pairs"], over["is_waiting"]) == ([], False)


def test_a_paused_labeller_is_told_why(lena: Client, users: dict[str, Any]) -> None:
    asked = campaign(1)
    Pause.objects.create(campaign=asked, labeller=users["lena"], reason="An admin wants a word with you.")

    refused = post(lena, CLAIM, {"campaign_id": asked.pk})

    assert refused.status_code == 409
    assert "An admin wants a word" in refused.json()["detail"]


@pytest.mark.parametrize("body", [{"choice": "undone"}, {"label_id": "7"}, {"fencing_token": -1}, {"took_ms": 10**12}])
def test_what_the_page_never_sends_is_refused(lena: Client, body: dict[str, Any]) -> None:
    asked = campaign(1)
    (pair,) = post(lena, CLAIM, {"campaign_id": asked.pk}).json()["pairs"]
    good = {"assignment_id": pair["assignment_id"], "fencing_token": pair["fencing_token"], "choice": "tie"}

    refused = post(lena, "/api/labelling/answers", {**good, "label_id": str(uuid.uuid4()), **body})

    assert refused.status_code == 422
    assert not Assignment.objects.filter(state="answered").exists()
