"""`tune_preferences` says what is missing, tunes to what is there, and proposes what it measured."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from feed.models import SearchClick, SearchSession
from tests.feed.catalogue import demo_clips, put
from vision.clip import preference_recipes
from vision.clip.encoder import BundledEncoder
from vision.clip.weights import load_weights
from vision.gate import judge
from vision.labels import label_record
from vision.models import FrameVectors, PreferenceLabel, Video, VideoVector
from workers.training import preferences

pytestmark = pytest.mark.django_db


@pytest.fixture()
def videos(users: dict[str, Any], monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> list[Video]:
    """Return a catalogue whose frames look like their titles' vectors, brighter ones with more of the first feature."""
    settings.TILLER_HOME = tmp_path
    made = put(demo_clips()[:300])
    seen = dict(VideoVector.objects.values_list("video_id", "video_vec"))
    rng = np.random.default_rng(2)
    for video in made:
        frames = np.asarray(seen[video.pk], dtype=np.float32)[None] + 0.02 * rng.normal(size=(4, 384))
        frames /= np.linalg.norm(frames, axis=1, keepdims=True)
        features = np.full((4, 192), rng.normal()) + 0.1 * rng.normal(size=(4, 192))
        FrameVectors.objects.create(
            video=video,
            tower_version="test",
            times_s=[0.0, 1.0, 2.0, 3.0],
            motion=[float(rng.random())] * 4,
            vectors=np.concatenate([frames, features], axis=1).astype(np.float16).tobytes(),
        )
    encoder = BundledEncoder()
    encoder.version = encoder.tower_version = "test"
    monkeypatch.setattr(preferences, "encoder_of", lambda version: encoder)
    for name, make in preference_recipes.RECIPES.items():
        quick = replace(make(), num_steps=100, evaluate_every=5, min_pairs=200)
        monkeypatch.setitem(preference_recipes.RECIPES, name, lambda quick=quick: quick)
    return made


@pytest.fixture()
def proposed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return what the command proposes."""
    heard: list[dict[str, Any]] = []

    def hear(**proposal: Any) -> Any:
        heard.append(proposal)
        return type("Version", (), {"slug": "tuned"})()

    monkeypatch.setattr(preferences, "version_propose", hear)
    return heard


def tune(*arguments: str) -> str:
    out = StringIO()
    call_command("tune_preferences", *arguments, stdout=out)
    return out.getvalue()


def test_too_few_pairs_says_how_many_there_are_and_are_needed(
    users: dict[str, Any], videos: list[Video], proposed: list[dict[str, Any]]
) -> None:
    for other in videos[1:4]:
        label_record(
            query="calm sea",
            first_id=videos[0].pk,
            second_id=other.pk,
            answer="better",
            labeller_id=users["lena"].pk,
            first_side="left",
        )

    with pytest.raises(CommandError, match=r"too few pairs: \d of 200 to tune on, .*\(3 in all"):
        tune("--stage", "2")
    with pytest.raises(CommandError, match=r"0 of 200 to tune on"):
        tune("--stage", "1")
    assert proposed == []


def test_simulated_people_move_the_head_and_nothing_is_proposed(
    videos: list[Video], proposed: list[dict[str, Any]]
) -> None:
    said = tune("--stage", "2", "--simulate")

    assert "a simulated taste is nobody's" in said
    assert proposed == []
    assert not PreferenceLabel.objects.exists()


def test_labels_of_a_taste_are_tuned_to_and_proposed_with_what_the_gate_reads(
    users: dict[str, Any], videos: list[Video], proposed: list[dict[str, Any]]
) -> None:
    """Given one who likes what moves, whatever was searched."""
    motion = {row.video_id: row.motion[0] for row in FrameVectors.objects.all()}
    rng = np.random.default_rng(4)
    tags = sorted({tag for video in videos for tag in video.tags})
    labels = []
    for tag in tags:
        for _ in range(6):
            first, second = sorted(int(pk) for pk in rng.choice([video.pk for video in videos], 2, replace=False))
            answer = "better" if motion[first] > motion[second] else "worse"
            labels.append(
                PreferenceLabel(
                    query=tag,
                    first_id=first,
                    second_id=second,
                    answer=answer,
                    labeller=users["lena"],
                    first_side="left",
                )
            )
    PreferenceLabel.objects.bulk_create(labels, ignore_conflicts=True)

    said = tune("--stage", "2")

    assert "is proposed" in said
    proposal = proposed[0]
    scores = proposal["scores"]
    assert scores["after"]["pair_accuracy"] > scores["before"]["pair_accuracy"]
    assert "R@1 went from" in judge(scores).words  # the gate could read them
    assert load_weights(proposal["head_file"])[1]["tuned_from"] == "test"


def test_searches_are_mined_for_stage_one(
    users: dict[str, Any], videos: list[Video], proposed: list[dict[str, Any]]
) -> None:
    shown = [video.pk for video in videos[:5]]
    for number in range(20):
        session = SearchSession.objects.create(viewer=users["alice"], query=f"q{number}", shown=shown)
        SearchClick.objects.create(session=session, video_id=shown[4], happened_at=session.created_at, dwell_s=9.0)

    with pytest.raises(CommandError, match=r"\(40 in all"):  # four a search, but no more than forty of one viewer
        tune("--stage", "1")


def test_a_file_of_labels_that_is_none_is_refused_in_words(videos: list[Video], tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text('{"query": "cat"}\n')

    with pytest.raises(CommandError, match="line 1: it has no 'first'"):
        tune("--stage", "2", "--labels", str(file))
    with pytest.raises(CommandError, match="belongs to --stage 2"):
        tune("--stage", "1", "--labels", str(file))
    with pytest.raises(CommandError, match="No such file"):
        tune("--stage", "2", "--labels", str(tmp_path / "none.jsonl"))


def test_without_a_serving_version_it_says_so(db: None) -> None:
    with pytest.raises(CommandError, match="No model version is serving"):
        tune("--stage", "2")
