"""`manage.py evaluate u2i` trains on outside files and writes a list a user, or says what is wrong with the files."""

import csv
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from feed.u2i import evaluate, merge, recipes
from feed.u2i.heldout import HeldOut
from feed.u2i.train import train
from tests.feed.u2i_worlds import NUM_TASTES, TINY, tastes_world

NUM_ITEMS, NUM_VIEWERS = 48, 60


@pytest.fixture(autouse=True)
def tiny_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recipes.RECIPES, "quick", lambda: replace(TINY, num_steps=100))


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Write likes of one taste a viewer, the last of each held out; item 47 was never met."""
    liked, features_NF = tastes_world(num_viewers=NUM_VIEWERS, num_items=NUM_ITEMS, per_viewer=7)
    liked = liked.rows(liked.is_positive & (liked.item != NUM_ITEMS - 1))
    keys = dict.fromkeys(zip(liked.viewer.tolist(), liked.item.tolist(), strict=True))
    by_viewer: dict[int, list[int]] = defaultdict(list)
    for viewer, item in keys:
        by_viewer[viewer].append(item)
    write(tmp_path / "train.csv", [(viewer, item) for viewer, items in by_viewer.items() for item in items[:-1]])
    write(tmp_path / "valid.csv", [(viewer, items[-1]) for viewer, items in by_viewer.items()])
    np.save(tmp_path / "a.npy", features_NF[:, :4].astype(np.float16))
    np.save(tmp_path / "b.npy", features_NF[:, 4:])
    return {name: tmp_path / name for name in ("train.csv", "valid.csv", "a.npy", "b.npy", "out.csv")}


def write(path: Path, rows: list[tuple[int, int]], header: tuple[str, str] = ("user", "item")) -> None:
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def run(files: dict[str, Path]) -> int:
    wanted = [
        "--train",
        "train.csv",
        "--valid",
        "valid.csv",
        "--item-features",
        "a.npy",
        "b.npy",
        "--recommend",
        "out.csv",
    ]
    return evaluate.main([str(files.get(word, word)) for word in wanted] + ["--recipe", "quick"])


def lists(path: Path) -> dict[int, list[int]]:
    with path.open() as stream:
        rows = [(int(row["user"]), int(row["item"]), int(row["rank"])) for row in csv.DictReader(stream)]
    found: dict[int, list[int]] = defaultdict(list)
    for user, item, rank in rows:
        assert rank == len(found[user])
        found[user].append(item)
    return found


def test_every_user_gets_twenty_new_items_mostly_of_their_taste(files: dict[str, Path]) -> None:
    status = run(files)

    found = lists(files["out.csv"])
    had = set(
        map(
            tuple,
            np.concatenate([np.loadtxt(files[n], int, delimiter=",", skiprows=1) for n in ("train.csv", "valid.csv")]),
        )
    )
    assert status == 0
    assert sorted(found) == list(range(NUM_VIEWERS))
    assert all(len(items) == len(set(items)) == 20 for items in found.values())
    assert not {(user, item) for user, items in found.items() for item in items} & had
    own = np.mean([np.mean(np.array(items[:5]) % NUM_TASTES == user % NUM_TASTES) for user, items in found.items()])
    assert own > 0.8


def test_an_item_that_nobody_met_has_a_place(files: dict[str, Path]) -> None:
    run(files)

    found = lists(files["out.csv"])
    assert all(NUM_ITEMS - 1 in items for items in found.values())  # the one place kept for items nobody met


def test_a_user_without_a_past_still_gets_a_list(files: dict[str, Path]) -> None:
    rows = np.loadtxt(files["train.csv"], int, delimiter=",", skiprows=1)
    write(files["train.csv"], [(user, item) for user, item in rows.tolist() if user != 3] + [(NUM_VIEWERS + 2, 0)])
    valid = np.loadtxt(files["valid.csv"], int, delimiter=",", skiprows=1)
    write(files["valid.csv"], [(user, item) for user, item in valid.tolist() if user != 3])

    run(files)

    assert [len(lists(files["out.csv"])[user]) for user in (3, NUM_VIEWERS, NUM_VIEWERS + 2)] == [20, 20, 20]


def test_users_with_scattered_numbers_keep_them(files: dict[str, Path]) -> None:
    for name in ("train.csv", "valid.csv"):
        rows = np.loadtxt(files[name], int, delimiter=",", skiprows=1)
        write(files[name], [(10**12 + 10**9 * user, item) for user, item in rows.tolist()])

    status = run(files)

    assert status == 0
    assert sorted(lists(files["out.csv"])) == [10**12 + 10**9 * user for user in range(NUM_VIEWERS)]


def test_the_same_input_gives_the_same_file(files: dict[str, Path]) -> None:
    run(files)
    first = files["out.csv"].read_bytes()

    run(files)

    assert files["out.csv"].read_bytes() == first


def nan_features(files: dict[str, Path]) -> None:
    features = np.load(files["a.npy"])
    features[2, 1] = np.nan
    np.save(files["a.npy"], features)


BAD = {
    "no such file": lambda files: files["valid.csv"].unlink(),
    "lacks item": lambda files: write(files["train.csv"], [(0, 1)], header=("user", "video")),
    "line 3: '1', 'x'": lambda files: files["train.csv"].write_text("user,item\n0,0\n1,x\n"),
    "numbers count from 0": lambda files: files["train.csv"].write_text("user,item\n0,-1\n"),
    "no pairs": lambda files: files["valid.csv"].write_text("user,item\n"),
    "item 48 has no features: there are 48 rows": lambda files: write(files["valid.csv"], [(0, NUM_ITEMS)]),
    "row 2, column 1 is not a finite number": nan_features,
    "differ in rows": lambda files: np.save(files["b.npy"], np.zeros((3, 4), np.float32)),
    "not a .npy file": lambda files: files["a.npy"].write_text("0,1,2"),
    "expected numbers of shape": lambda files: np.save(files["a.npy"], np.zeros(NUM_ITEMS, np.float32)),
    "nothing to choose by": lambda files: files["valid.csv"].write_text(files["train.csv"].read_text()),
    "no folder": lambda files: files.update({"out.csv": files["out.csv"].parent / "missing" / "out.csv"}),
}


@pytest.mark.parametrize("words", BAD)
def test_bad_files_are_named_and_nothing_is_written(
    files: dict[str, Path], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    BAD[words](files)

    status = run(files)

    assert status == 1
    assert words in capsys.readouterr().out
    assert not files["out.csv"].exists()


def test_half_of_the_options_is_an_error(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    status = evaluate.main(["--train", str(files["train.csv"])])

    assert status == 1
    assert "go together" in capsys.readouterr().out


def test_weights_are_learned_from_what_predicts() -> None:
    liked, features_NF = tastes_world(num_viewers=200, num_items=NUM_ITEMS, per_viewer=7)
    liked = liked.rows(liked.is_positive)
    is_last = np.append(liked.viewer[1:] != liked.viewer[:-1], True)
    known, held_out = liked.rows(~is_last), HeldOut.of(liked.rows(is_last), liked.rows(~is_last), NUM_ITEMS)
    noise_NF = np.random.default_rng(0).normal(size=(NUM_ITEMS, 6)).astype(np.float32)
    blocks = [features_NF, noise_NF]
    sources = merge.Sources(known, 200, blocks, train(known, merge.joined(blocks), TINY, 1))

    weights = merge.fit_weights(sources, held_out, [4, 5])

    assert weights[4] > 5 * abs(weights[5])
    assert weights[:4].tolist() == [0, 0, 0, 0]
