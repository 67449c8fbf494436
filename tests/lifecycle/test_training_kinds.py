"""Every kind of training runs to its end on a tiny set, tells of itself, and proposes what the command would."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from feed.models import RankerVersion, U2iVersion
from lifecycle.models import GuardVersion, TrainingRun
from lifecycle.training.claims import run_claim
from safety.guard.gate import judge_guard
from safety.guard.head import HeadRecipe
from safety.guard.regression import scores_read
from safety.guard.shipped import shipped_name
from tests.feed.biased_logs import world
from tests.feed.watched_world import put_videos, put_viewers
from tests.vision.tiny_training import RECIPE as TINY_CLIPS
from vision.models import ModelVersion, Video
from workers.training import clip, guard, trainers
from workers.training.child import carry

pytestmark = pytest.mark.django_db


def carried(kind: str, recipe: str, seed: int) -> TrainingRun:
    """Return a run that was carried out in this process, as its own process does."""
    run = TrainingRun.objects.create(kind=kind, recipe=recipe, seed=seed)
    claim = run_claim(run_id=run.pk)
    assert claim is not None
    carry(claim.run_id, claim.fencing_token)
    run.refresh_from_db()
    return run


def test_towers_are_proposed_as_the_command_proposes_them(transactional_db: None) -> None:
    put_viewers(put_videos(240)[1], 120, per_viewer=24)

    run = carried("u2i", "quick", 3)

    assert (run.state, run.problem) == ("done", "")
    version = U2iVersion.objects.get(state="candidate")
    assert (run.proposed, run.data_hash, run.code_version) == (version.slug, version.data_hash, version.code_version)
    assert (run.step, run.total, run.losses[-1][0]) == (60, 60, 60)
    assert "signs of 120 viewers about 240 videos" in run.data_words
    out = StringIO()
    call_command("train_u2i", recipe="quick", seed=3, stdout=out)
    assert f"{run.proposed} serves" in out.getvalue()
    again = carried("u2i", "quick", 3)
    assert (again.state, again.proposed) == ("refused", "")
    assert "was released already" in again.problem


def test_a_ranker_is_proposed_as_the_command_proposes_it(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.TILLER_HOME = tmp_path
    log = world(num_slates=600).log
    for module in ("workers.training.trainers", "workers.management.commands.train_ranker"):
        monkeypatch.setattr(f"{module}.impressions_read", lambda **_: log)

    run = carried("ranker", "feed", 7)

    assert (run.state, run.problem) == ("done", "")
    assert run.proposed == RankerVersion.objects.get(state="candidate").slug
    assert run.step == run.total == 160 and run.losses[0][1] > run.losses[5][1]
    assert run.outcome["verdict"].startswith("Passed: nDCG went from")
    out = StringIO()
    call_command("train_ranker", stdout=out)
    assert f"{run.proposed} orders the feed" in out.getvalue()


def test_too_small_a_log_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainers, "impressions_read", lambda: world(num_slates=4).log)

    run = carried("ranker", "feed", 7)

    assert run.state == "refused"
    assert "the log has 40 cards" in run.problem and "needs 500" in run.problem
    assert run.wall_s > 0, "what it cost is known all the same"


def test_a_head_is_trained_for_the_tower_that_serves(labelled: list[Video], monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = replace(TINY_CLIPS, num_moving=8, num_held_out=4)
    monkeypatch.setattr(clip, "recipe_named", lambda name, *, seed: replace(tiny, seed=seed))

    run = carried("video_clip", "head_quick", 12)

    assert (run.state, run.problem) == ("done", "")
    version = ModelVersion.objects.get(slug=run.proposed)
    assert version.state == "candidate"
    assert version.spec["tower_version"] == ModelVersion.objects.get(state="serving").spec["tower_version"]
    assert [name for name, *_ in run.outcome["figures"]] == ["R@1", "Pair accuracy"]
    assert [step for step, _ in run.losses] == [1, 2, 3, 4] and run.metrics[-1][0] == 4
    again = carried("video_clip", "head_quick", 12)
    assert (again.proposed, again.losses) == (run.proposed, run.losses), "on from its checkpoint, told again"


def decisions(count: int) -> list[dict[str, Any]]:
    hazards = ["privacy", "hate"]
    return [
        {
            "text": f"where does number {number} live" if number % 2 else f"a calm walk to the house number {number}",
            "role": "viewer",
            "hazards": [hazards[number % 4 // 2]] if number % 2 else [],
        }
        for number in range(count)
    ]


@pytest.fixture()
def without_sets(settings: Any, tmp_path: Path) -> None:
    settings.GUARD_DATA, settings.TILLER_HOME = tmp_path / "nowhere", tmp_path


def test_a_guard_is_trained_on_decisions_and_judged_on_those_kept_aside(
    without_sets: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tiny = replace(guard.RECIPES["quick"], head=HeadRecipe(num_drawn=8, max_each=6))
    monkeypatch.setitem(guard.RECIPES, "quick", tiny)
    monkeypatch.setattr(guard, "NUM_PER_PATTERN", 1)
    monkeypatch.setattr(guard, "WITHOUT_SETS_STEPS", 20)
    monkeypatch.setattr(guard, "guard_examples", lambda: decisions(80))

    run = carried("guard", "quick", 5)

    assert (run.state, run.problem) == ("done", "")
    version = GuardVersion.objects.get(state="candidate")
    assert (run.proposed, run.data_hash, run.code_version) == (version.slug, version.data_hash, version.code_version)
    assert version.scores["after"]["decisions"] is not None
    assert version.scores["base"] == {"guard": shipped_name(), "thresholds": {}}
    sets = scores_read(tmp_path / version.file, guard=version.slug)
    assert {name: len(its) for name, its in sets.items()} == {n: it["num"] for n, it in version.scores["sets"].items()}
    assert "patterns alone" in version.card and not list((tmp_path / "models/guard/.drafts").iterdir())
    assert [name for name, *_ in run.outcome["figures"]] == ["Recall", "False positives", "Agrees with moderators"]


def test_a_guard_without_sets_and_decisions_is_refused_with_what_is_missing(
    without_sets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "guard_examples", lambda: decisions(3))

    few, whole = carried("guard", "head", 5), carried("guard", "whole", 5)

    assert (few.state, whole.state) == ("refused", "refused")
    assert "TILLER_GUARD_DATA" in few.problem and "decided 3 texts where 50 are needed" in few.problem
    assert "cannot be trained without them" in whole.problem


@pytest.mark.parametrize(
    ("recall", "false_positives", "agrees", "is_passed", "words"),
    [
        (0.91, 0.05, 0.8, True, "Passed"),
        (0.90, 0.05, 0.8, False, "nothing is better"),
        (0.89, 0.04, 0.9, False, "stops less of what is unsafe"),
        (0.95, 0.06, 0.9, False, "stops more of what is harmless"),
        (0.95, 0.05, 0.7, False, "agrees less with moderators"),
        (0.90, 0.05, 0.9, True, "from 0.800 to 0.900"),
    ],
)
def test_a_guard_passes_where_it_is_better_and_nowhere_worse(
    recall: float, false_positives: float, agrees: float, is_passed: bool, words: str
) -> None:
    before = {"recall": 0.90, "false_positives": 0.05, "decisions": 0.8}
    after = {"recall": recall, "false_positives": false_positives, "decisions": agrees}

    verdict = judge_guard(
        {"before": before, "after": after, "sets": {"hate": {"before": 0.8, "after": 0.8}}, "floors": {}}
    )

    assert verdict.is_passed is is_passed and words in verdict.words


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"sets": {}}, "no regression set was measured"),
        ({"sets": {"hate": {"before": 0.8, "after": 0.79}}}, r"hate falls from 0.800 to 0.790"),
        ({"sets": {str(n): {"before": 0.8, "after": 0.1} for n in range(5)}}, "2 more sets fall"),
        ({"floors": {"chat_stopped": {"before": 0.01, "after": 0.02}}}, "floor of chat stopped, 0.01, at 0.020"),
        ({"after": None}, "cannot be read"),
    ],
)
def test_a_guard_by_which_anything_falls_is_refused(told: dict[str, Any], words: str) -> None:
    before, after = ({"recall": recall, "false_positives": 0.05, "decisions": None} for recall in (0.90, 0.95))
    scores = {"before": before, "after": after, "sets": {"hate": {"before": 0.8, "after": 0.796}}, "floors": {}}
    floor = {"recall": {"before": 0.86, "after": 0.85}}

    verdict = judge_guard(scores | told)

    assert not verdict.is_passed and words in verdict.words
    assert judge_guard(scores | {"floors": floor}).is_passed, "a floor that the former did not reach is none to lose"
