"""Every method ranks for the same held-out pairs, with nothing chosen on the pairs that it is scored on."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from feed.u2i import contenders, evaluate, recipes
from feed.u2i.contenders import Contest
from feed.u2i.data import liked_pairs
from feed.u2i.heldout import HeldOut
from tests.feed.u2i_worlds import TINY, tastes_world

NUM_ITEMS = 40


def likes_and_last() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return known pairs, one held-out pair a viewer, and features."""
    liked, features_NF = tastes_world(num_viewers=60, num_items=NUM_ITEMS, per_viewer=7)
    liked = liked.rows(liked.is_positive)
    pairs = np.unique(np.stack([liked.viewer, liked.item], 1), axis=0)
    is_last = np.append(pairs[1:, 0] != pairs[:-1, 0], True)
    return pairs[~is_last], pairs[is_last], features_NF


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(contenders, "GCN_STEPS", 20)
    monkeypatch.setattr(contenders, "GCN_EVERY", 10)
    monkeypatch.setitem(recipes.RECIPES, "quick", lambda: replace(TINY, num_steps=60))
    known, held_out, features_NF = likes_and_last()
    for name, pairs in (("train", known), ("valid", held_out)):
        np.savetxt(tmp_path / f"{name}.csv", pairs, fmt="%d", delimiter=",", header="user,item", comments="")
    np.save(tmp_path / "taste_feat.npy", features_NF)
    return tmp_path


def test_all_methods_stand_in_one_table_with_definitions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = evaluate.main(["--data", str(folder), "--recipe", "quick", "--seeds", "2"])

    shown = capsys.readouterr().out
    assert status == 0
    assert all(
        name in shown for name in ("popularity", "RP3beta", "ItemKNN", "EASE", "ALS", "LightGCN", "two towers alone")
    )
    assert "60 held-out pairs of 60 viewers" in shown


def test_a_folder_that_is_not_there_is_said_and_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = evaluate.main(["--data", str(tmp_path / "nowhere")])

    assert status == 0
    assert "no such folder" in capsys.readouterr().out


def test_a_setting_is_chosen_by_the_other_half_alone() -> None:
    known, held_out, features_NF = likes_and_last()
    pairs = HeldOut.of(liked_pairs(*held_out.T), liked_pairs(*known.T), NUM_ITEMS)
    contest = Contest(liked_pairs(*known.T), pairs, [features_NF], 60)
    first = set(pairs.viewer[contest.halves[0]])

    def knows(viewers: set[int]) -> contenders.Scorer:
        """Return a scorer that is right for these viewers and wrong for the others."""
        right = np.full((60, NUM_ITEMS), 1.0)
        for viewer, item in zip(pairs.viewer, pairs.item, strict=True):
            right[viewer, item] = 2.0 if viewer in viewers else 0.0
        return lambda viewer_B: right[viewer_B]

    settings = iter([("first", knows(first)), ("second", knows(set(range(60)) - first))])
    place_P, names = contest.places_of_baseline(settings)

    assert names == "first / second"
    assert pairs.found(place_P).sum() == 0
