"""What admins see of trainings, and that each of their writes is refused or done, in words."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from lifecycle.models import TrainingRun
from lifecycle.training.recipes import CARDS
from safety.models import AuditEntry
from vision.models import Video

pytestmark = pytest.mark.django_db


@pytest.fixture()
def ada(users: dict[str, Any], client: Client) -> Client:
    client.force_login(users["ada"])
    return client


def page(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


def test_the_empty_list_says_what_to_do(ada: Client) -> None:
    assert "Nothing was trained yet" in page(ada, "/models/runs")


def test_every_kind_is_offered_with_its_recipes_and_what_is_lacking(ada: Client, labelled: list[Video]) -> None:
    shown = page(ada, "/models/runs/start")

    for card in CARDS:
        assert card.words in shown
        assert all(recipe.words in shown for recipe in card.recipes)
    assert "answered pairs, 280 videos with frame vectors" in shown
    assert "0 signs of viewers where 200 good ones are needed" in shown


def test_a_run_is_started_shown_and_cancelled(ada: Client, labelled: list[Video]) -> None:
    answer = ada.post("/models/runs", {"kind": "preference_2", "recipe": "quick", "seed": "5"})

    run = TrainingRun.objects.get()
    assert answer.headers["Location"] == f"/models/runs/{run.pk}"
    assert "as soon as the training worker is free" in page(ada, f"/models/runs/{run.pk}")
    assert ada.post(f"/models/runs/{run.pk}/cancel").status_code == 302
    assert "cancelled" in page(ada, f"/models/runs/{run.pk}/live")
    assert "Go on where it was" in page(ada, f"/models/runs/{run.pk}")
    entries = AuditEntry.objects.filter(target_kind="training_run", actor__username="ada").order_by("pk")
    assert list(entries.values_list("verb", flat=True)) == ["training_start", "training_cancel"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "u2i", "recipe": "feed"}, "index some videos first"),
        ({"kind": "u2i", "recipe": "none"}, "no such recipe"),
        ({"kind": "none", "recipe": "feed"}, "no such recipe"),
        ({"kind": "u2i", "recipe": "feed", "seed": "x"}, "whole number"),
        ({"kind": "u2i", "recipe": "feed", "seed": "99999999999999999999999"}, "from 0 to"),
    ],
)
def test_what_cannot_be_started_is_said_and_nothing_is_kept(ada: Client, given: dict[str, str], words: str) -> None:
    answer = ada.post("/models/runs", given, follow=True)

    assert words in answer.content.decode()
    assert not TrainingRun.objects.exists() and not AuditEntry.objects.exists()


def test_a_finished_run_shows_its_curves_as_numbers_too_its_figures_and_its_facts(ada: Client) -> None:
    run = TrainingRun.objects.create(
        kind="ranker",
        recipe="feed",
        seed=7,
        state="done",
        step=40,
        total=40,
        losses=[[10, 0.9], [20, 0.5], [40, 0.25]],
        proposed="ranker-1234",
        outcome={"verdict": "Passed: well.", "figures": [["nDCG", "0.500", "0.612", "gain +2.0 to +9.0 points"]]},
        data_hash="d" * 64,
        code_version="c0de",
        peak_memory_bytes=300 << 20,
    )

    shown = page(ada, f"/models/runs/{run.pk}")

    assert "<svg" in shown and "style=" not in shown, "the policy allows no style within the page"
    assert "The numbers" in shown and "0.25" in shown
    for words in ("ranker-1234", "Passed: well.", "0.612", "d" * 64, "c0de", "300 MB", "Run again"):
        assert words in shown
    assert "Cancel" not in shown
    assert ada.post(f"/models/runs/{run.pk}/cancel", follow=True).content.decode().count("ended already") == 1
    assert ada.get(f"/models/runs/{run.pk + 1}").status_code == 404
