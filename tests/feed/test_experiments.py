"""Experiments in the feed: who gets what, what is kept of it, and what stops one."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from feed.configuration import BadKnobError
from feed.experiments import active
from feed.experiments.active import assignment_of
from feed.experiments.models import Arm, Change, Experiment, Kind
from feed.experiments.reports import report_json, report_of
from feed.experiments.selectors import experiments_due
from feed.experiments.services import (
    ArmDraft,
    ExperimentError,
    experiment_check,
    experiment_create,
    experiment_start,
    experiment_stop,
)
from feed.models import Engagement, Slate
from tests.feed.catalogue import Clip, put
from tests.feed.watching import cards
from vision.models import Video
from webapp.accounts.models import User
from workers.sweep import feed_sweep
from workers.tasks.feed import experiment_check as look_at

pytestmark = pytest.mark.django_db

BOLD = ArmDraft("bold", {"explore": 10.0})


@pytest.fixture(autouse=True)
def _read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(active, "MAX_AGE_S", -1.0)


def start(name: str = "bolder", arms: list[ArmDraft] | None = None, **options: Any) -> Experiment:
    experiment_create(name=name, arms=arms or [BOLD], by="ada", **options)
    return experiment_start(name=name, by="ada")


def test_a_viewer_stays_in_their_arm_and_the_slate_says_which(
    client: Client, users: dict, catalogue: list[Video]
) -> None:
    experiment = start()
    arms = dict(experiment.arms.values_list("id", "name"))
    sources = {}
    for name, user in users.items():
        client.force_login(user)
        shown = cards(client) + cards(client)
        slates = Slate.objects.filter(viewer=user)
        assert {tuple(slate.arms) for slate in slates} == {assignment_of(viewer_id=user.pk).arms}
        sources.setdefault(arms[slates[0].arms[0]], []).extend(card["reason"]["source"] for card in shown)
        assert "arm" not in shown[0], name

    viewers = range(100, 140)
    assert {arms[assignment_of(viewer_id=v).arms[0]] for v in viewers} == {"control", "bold"}
    assert all(source == "explore" for source in sources.get("bold", []))
    assert any(source != "explore" for source in sources.get("control", ["fresh"]))


def test_without_experiments_a_slate_names_no_arm(client: Client, users: dict, catalogue: list[Video]) -> None:
    client.force_login(users["alice"])

    cards(client)

    assert Slate.objects.get().arms is None


def test_what_runs_costs_a_request_no_statement(
    users: dict, catalogue: list[Video], django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(kind=Kind.INTERLEAVE)
    monkeypatch.setattr(active, "MAX_AGE_S", 3600.0)
    assignment_of(viewer_id=1)

    with django_assert_num_queries(0):
        assert [assignment_of(viewer_id=viewer_id) for viewer_id in range(50)]


def test_a_stopped_experiment_gives_everybody_the_control(client: Client, users: dict, catalogue: list[Video]) -> None:
    client.force_login(users["alice"])
    before = cards(client, count=30)
    start(arms=[ArmDraft("bold", BOLD.knobs, weight=100)])
    assert cards(client, count=30) != before

    experiment_stop(name="bolder", by="ada", why="seen enough")
    experiment_stop(name="bolder", by="ada", why="twice is harmless")

    assert cards(client, count=30) == before
    assert Slate.objects.latest("created_at").arms is None
    assert [change.state for change in Change.objects.all()] == ["draft", "running", "stopped"]
    with pytest.raises(ExperimentError, match="only a draft"):
        experiment_start(name="bolder", by="ada")


def test_history_cannot_be_rewritten(db: None) -> None:
    start()

    for rewrite in ("UPDATE experiments_change SET why = ''", "DELETE FROM experiments_change"):
        with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(rewrite)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"arms": [ArmDraft("control")]}, "the feed as it is"),
        ({"arms": [ArmDraft("a"), ArmDraft("a")]}, "different names"),
        ({"arms": []}, "needs an arm"),
        ({"arms": [ArmDraft("a", weight=0)]}, "weight of a"),
        ({"share": 0.0}, "share must be"),
        ({"primary_metric": "joy"}, "no metric 'joy'; there are watch_share"),
        ({"kind": Kind.INTERLEAVE, "arms": [BOLD, ArmDraft("b")]}, "takes one arm"),
        ({"kind": Kind.INTERLEAVE, "primary_metric": "returns"}, "belongs to a viewer"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(db: None, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ExperimentError, match=words):
        experiment_create(name="odd", by="ada", **({"arms": [BOLD]} | options))

    assert not Experiment.objects.exists()


def test_an_unknown_knob_is_refused_and_one_that_went_away_harms_nobody(db: None) -> None:
    with pytest.raises(BadKnobError, match="no knob 'warp'"):
        experiment_create(name="odd", by="ada", arms=[ArmDraft("a", {"warp": 9})])
    start()

    Arm.objects.filter(name="bold").update(knobs={"removed_since": 1})

    assert assignment_of(viewer_id=1).arms == ()


def test_a_layer_is_shared_out_and_refuses_more_than_it_has(db: None) -> None:
    first = start("first", layer="merge", share=0.6)
    second = start("second", layer="merge", share=0.4)
    experiment_create(name="third", by="ada", arms=[BOLD], layer="merge", share=0.1)

    with pytest.raises(ExperimentError, match=r"has not 10\.0% left: first has 60\.0%, second has 40\.0%"):
        experiment_start(name="third", by="ada")

    ids = [set(first.arms.values_list("id", flat=True)), set(second.arms.values_list("id", flat=True))]
    for viewer_id in range(200):
        assert sum(bool(arms & set(assignment_of(viewer_id=viewer_id).arms)) for arms in ids) == 1
    experiment_stop(name="first", by="ada", why="done")
    assert experiment_start(name="third", by="ada").first_bucket == 0


def test_two_layers_never_turn_the_same_knob(db: None) -> None:
    start("first")
    experiment_create(name="second", by="ada", arms=[ArmDraft("shy", {"explore": 0.0})])

    with pytest.raises(ExperimentError, match="first turns explore too"):
        experiment_start(name="second", by="ada")


def test_two_arms_draft_a_slate_and_each_card_knows_its_side(
    client: Client, users: dict, catalogue: list[Video]
) -> None:
    experiment = start(kind=Kind.INTERLEAVE)
    client.force_login(users["alice"])

    shown = cards(client)

    slate = Slate.objects.get()
    control, bold = experiment.arms.order_by("id")
    assert slate.arms == [control.pk, bold.pk]
    assert [card["video_id"] for card in slate.cards] == [card["video_id"] for card in shown]
    assert len({card["video_id"] for card in shown}) == 10
    sides = [card["arm"] for card in slate.cards]
    assert sides.count(control.pk) == sides.count(bold.pk) == 5
    assert {card["reason"]["source"] for card in slate.cards if card["arm"] == bold.pk} == {"explore"}


Serve = Callable[..., None]


@pytest.fixture()
def serve(db: None) -> Serve:
    """Write slates of an arm for new viewers, and what they did: serve(experiment, "bold", 60, not_interested=2)."""
    videos = put([Clip(f"Clip {n}", (f"t{n}",), f"c{n}", f"thing {n}", duration_s=10.0) for n in range(10)])

    def write(experiment: Experiment, arm: str, num_viewers: int, **num_of_ten: int) -> None:
        arm_id = experiment.arms.get(name=arm).pk
        viewers = User.objects.bulk_create(User(username=uuid.uuid4().hex) for _ in range(num_viewers))
        slates = Slate.objects.bulk_create(
            Slate(viewer=viewer, arms=[arm_id], cards=[{"video_id": video.pk} for video in videos])
            for viewer in viewers
        )
        rows = [("impression", None, 10), *((kind, 5.0, number) for kind, number in num_of_ten.items())]
        Engagement.objects.bulk_create(
            Engagement(viewer=slate.viewer, video=video, kind=kind, value=value, client_uuid=uuid.uuid4(), slate=slate)
            for slate in slates
            for kind, value, number in rows
            for video in videos[: max(0, number - slate.viewer_id % 2)]
        )

    return write


def test_figures_are_those_of_the_rows(serve: Serve) -> None:
    experiment = start()
    serve(experiment, "bold", 60, watch=8, like=4)
    serve(experiment, "control", 60, watch=4, like=4)

    found = report_json(report_of(experiment=experiment))

    control, bold = found["arms"]
    assert (control["num_viewers"], bold["num_viewers"]) == (60, 60)
    # Half of the viewers saw 10 cards, half 9; watched 8 or 7 (4 or 3) of them for 5 of 10 s; liked 4 or 3.
    assert bold["metrics"]["watch_share"]["treated"] == pytest.approx(0.5 * 7.5 / 9.5)
    assert bold["metrics"]["watch_share"]["control"] == pytest.approx(0.5 * 3.5 / 9.5)
    assert bold["metrics"]["likes"]["treated"] == pytest.approx(3.5 / 9.5)
    assert bold["metrics"]["watch_share"]["verdict"] == "better"
    assert bold["metrics"]["likes"]["verdict"] == "open"
    assert bold["metrics"]["returns"]["treated"] == 0
    assert not found["split_is_wrong"]


def test_a_card_counts_once_and_what_was_taken_back_does_not(serve: Serve) -> None:
    experiment = start()
    serve(experiment, "bold", 1, like=10)
    liked = Engagement.objects.filter(kind="like")
    for engagement in list(Engagement.objects.filter(kind="impression")):
        engagement.pk, engagement.client_uuid = None, uuid.uuid4()
        engagement.save()  # once more under another UUID
    first = liked.first()
    Engagement.objects.create(
        kind="unlike",
        viewer=first.viewer,
        video=first.video,
        slate=first.slate,
        client_uuid=uuid.uuid4(),
        happened_at=timezone.now() + timedelta(seconds=1),
    )
    num = liked.count()

    found = report_json(report_of(experiment=experiment))["arms"][1]["metrics"]["likes"]

    assert found["treated"] == pytest.approx((num - 1) / num)


def test_who_comes_back_on_a_later_day_is_counted(serve: Serve) -> None:
    experiment = start()
    serve(experiment, "bold", 4)
    for slate in list(Slate.objects.all()[:1]):
        Slate.objects.create(viewer=slate.viewer, arms=slate.arms, created_at=timezone.now() + timedelta(days=1))

    found = report_json(report_of(experiment=experiment))["arms"][1]

    assert found["metrics"]["returns"]["treated"] == 0.25


def test_a_guardrail_stops_the_experiment_and_says_why(serve: Serve) -> None:
    experiment = start()
    serve(experiment, "control", 60, not_interested=1)
    serve(experiment, "bold", 60, not_interested=1)
    assert experiments_due() == [experiment.pk]

    assert experiment_check(experiment_id=experiment.pk) is False  # no worse
    assert experiments_due() == []
    serve(experiment, "bold", 100, not_interested=5)

    assert experiment_check(experiment_id=experiment.pk) is True
    assert experiment_check(experiment_id=experiment.pk) is False  # the job comes twice
    last = Change.objects.last()
    assert (last.state, last.by) == ("stopped", "guardrail")
    assert "not_interested is worse in bold" in last.why
    assert last.figures["bold"]["verdict"] == "worse"
    assert assignment_of(viewer_id=1).arms == ()


def test_the_sweep_sends_a_look_at_what_runs_and_the_job_notes_it(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment, sent = start(), []
    monkeypatch.setattr("workers.dispatch._send", lambda name, **keys: sent.append((name, keys)) or True)

    feed_sweep()

    assert sent == [("feed.experiment_check", {"queue": "default", "experiment_id": experiment.pk})]
    look_at(experiment_id=experiment.pk)
    experiment.refresh_from_db()
    assert (experiment.state, experiment.checked_at is not None) == ("running", True)


def test_drafted_cards_are_credited_to_their_side(serve: Serve) -> None:
    experiment = start(kind=Kind.INTERLEAVE, primary_metric="credit")
    control, bold = experiment.arms.order_by("id")
    serve(experiment, "bold", 60, like=8)
    for slate in Slate.objects.all():  # the first seven cards are the arm's, three the control's
        drafted = [card | {"arm": bold.pk if place < 7 else control.pk} for place, card in enumerate(slate.cards)]
        Slate.objects.filter(pk=slate.pk).update(arms=[control.pk, bold.pk], cards=drafted)

    arm = report_json(report_of(experiment=experiment))["arms"][1]

    assert arm["num_viewers"] == 60
    assert arm["metrics"]["credit"]["treated"] == 1.0
    assert arm["metrics"]["credit"]["control"] == pytest.approx(0.5 / 2.5)  # one or none liked, of three or two
    assert arm["metrics"]["credit"]["verdict"] == "better"
    assert arm["preference"]["num_for"] == 60
    assert arm["preference"]["low"] > 0.9


def test_the_command_tells_the_whole_story(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("experiment", "create", "bolder", "--arm", "bold*2:explore=2,steered=0.7", "--share", "0.5")
    call_command("experiment", "start", "bolder")
    serve(Experiment.objects.get(), "bold", 60, watch=8)
    call_command("experiment", "status", "bolder")
    table = capsys.readouterr().out
    call_command("experiment", "stop", "bolder", "--why", "seen enough")
    call_command("experiment", "list", "--json")
    listed = capsys.readouterr().out.strip().splitlines()[-1]
    call_command("experiment", "status", "bolder", "--json")
    status = json.loads(capsys.readouterr().out)

    assert "50.0% of the traffic" in table
    assert "watch_share" in table
    assert json.loads(listed) == [{"name": "bolder", "state": "stopped", "layer": "bolder", "share": 0.5}]
    assert status["arms"][1]["knobs"] == {"explore": 2.0, "steered": 0.7}
    assert [change["why"] for change in status["history"]] == ["created", "started", "seen enough"]
    with pytest.raises(CommandError, match="no knob 'warp'"):
        call_command("experiment", "create", "odd", "--arm", "a:warp=1")
    with pytest.raises(CommandError, match="no experiment 'nothing'"):
        call_command("experiment", "status", "nothing")
