"""The towers that the product computes with in numpy are the towers that were trained in torch."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from feed.u2i.data import KIND_ROW, KINDS
from feed.u2i.exported import ExportedTowers, age_rows
from feed.u2i.towers import Towers
from feed.u2i.train import train
from tests.feed.u2i_worlds import TINY, tastes_world


@pytest.fixture(scope="module")
def trained() -> Towers:
    interactions, features_NF = tastes_world()
    return train(interactions, features_NF, TINY, seed=5)


@pytest.fixture(scope="module")
def exported(trained: Towers) -> ExportedTowers:
    return trained.exported(keys_N=np.arange(40) * 10 + 7, recipe="tiny")


def history(exported: ExportedTowers, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(count)
    rows = rng.integers(-1, 40, count)
    items_HD = exported.item_vectors(rng.normal(size=(count, exported.num_features)).astype(np.float32), rows)
    return items_HD, rng.integers(0, len(KINDS), count), rng.exponential(2e5, count)


@pytest.mark.parametrize("count", [0, 1, 7, 20])
def test_numpy_viewer_equals_torch_viewer(trained: Towers, exported: ExportedTowers, count: int) -> None:
    items_HD, kinds_H, ages_s_H = history(exported, count)

    ours_D = exported.viewer_vector(items_HD, kinds_H, ages_s_H)

    with torch.no_grad():
        torch_D = trained.viewers(
            torch.from_numpy(items_HD)[None],
            torch.from_numpy(kinds_H)[None],
            torch.from_numpy(age_rows(ages_s_H))[None],
            torch.ones(1, count, dtype=torch.bool),
        )[0].numpy()
    np.testing.assert_allclose(ours_D, torch_D, atol=1e-5)
    assert np.linalg.norm(ours_D) == pytest.approx(1, abs=1e-5)


def test_numpy_items_equal_torch_items(trained: Towers, exported: ExportedTowers) -> None:
    features_NF = np.random.default_rng(1).normal(size=(30, exported.num_features)).astype(np.float32) * 50
    rows_N = np.array([-1, *range(29)])

    ours_ND = exported.item_vectors(features_NF, rows_N)

    with torch.no_grad():
        residual_ND = trained.residuals()[rows_N] * torch.from_numpy(rows_N >= 0)[:, None]
        torch_ND = trained.items(torch.from_numpy(features_NF), residual_ND).numpy()
    np.testing.assert_allclose(ours_ND, torch_ND, atol=1e-5)


def test_padding_and_order_of_a_history_change_nothing(trained: Towers, exported: ExportedTowers) -> None:
    items_HD, kinds_H, ages_s_H = history(exported, 5)
    padded_HD = np.concatenate([items_HD, np.full((3, exported.dims), 9, np.float32)])
    order = np.array([3, 0, 4, 2, 1])

    with torch.no_grad():
        padded_D = trained.viewers(
            torch.from_numpy(padded_HD)[None],
            torch.from_numpy(np.append(kinds_H, [0, 0, 0]))[None],
            torch.from_numpy(np.append(age_rows(ages_s_H), [0, 0, 0]))[None],
            torch.arange(8)[None] < 5,
        )[0].numpy()
    reordered_D = exported.viewer_vector(items_HD[order], kinds_H[order], ages_s_H[order])

    expected_D = exported.viewer_vector(items_HD, kinds_H, ages_s_H)
    np.testing.assert_allclose(padded_D, expected_D, atol=1e-5)
    np.testing.assert_allclose(reordered_D, expected_D, atol=1e-5)


def test_a_like_pulls_towards_its_item_and_a_refusal_away(exported: ExportedTowers) -> None:
    item_D = exported.item_vectors(tastes_world()[1][:1], np.array([0]))[0]
    nobody_D = exported.viewer_vector(np.zeros((0, exported.dims), np.float32), np.zeros(0), np.zeros(0))

    liked_D = exported.viewer_vector(item_D[None], np.array([KIND_ROW["like"]]), np.array([60.0]))
    refused_D = exported.viewer_vector(item_D[None], np.array([KIND_ROW["not_interested"]]), np.array([60.0]))

    assert liked_D @ item_D > nobody_D @ item_D > refused_D @ item_D


def test_saved_towers_load_bit_equal(exported: ExportedTowers, tmp_path: Path) -> None:
    path = tmp_path / "towers.safetensors"

    exported.save(path)
    loaded = ExportedTowers.load(path)

    assert loaded.description == {"recipe": "tiny", "max_history": 6}
    assert loaded.arrays.keys() == exported.arrays.keys()
    assert all(np.array_equal(loaded.arrays[name], exported.arrays[name]) for name in loaded.arrays)
    assert loaded.rows_of(np.array([7, 397, 8, -1, 17])).tolist() == [0, 39, -1, -1, 1]


def test_computing_with_exported_towers_loads_no_torch() -> None:
    code = "import sys, feed.u2i.exported, feed.u2i.data, feed.u2i.recipes, feed.u2i.examples; sys.exit('torch' in sys.modules)"

    outcome = subprocess.run([sys.executable, "-c", code], check=False)

    assert outcome.returncode == 0
