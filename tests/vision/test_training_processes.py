"""Two real processes that train together end with the weights of one process alone, and with each other's to the bit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.vision.tiny_training import IN_CHUNKS, STAGES, State, is_same, train_stage, train_until_killed

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What torchrun with two processes left behind; `alone` held checkpoints of one process, killed after the second step."""
    folder = tmp_path_factory.mktemp("processes")
    for stage in STAGES:
        train_until_killed(stage, IN_CHUNKS, folder / "alone")
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    finished = subprocess.run(
        [sys.executable, *torchrun, "-m", "tests.vision.training_child", str(folder)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    (folder / "stdout").write_text(finished.stdout)
    return folder


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def weights(folder: Path, stage: str, rank: int) -> dict[str, State]:
    loaded: dict[str, State] = torch.load(folder / f"{stage}-{rank}.weights", weights_only=True)
    return loaded


def test_two_processes_end_with_the_weights_of_one(folder: Path, stage: str, tmp_path: Path) -> None:
    one = train_stage(stage, IN_CHUNKS, tmp_path)

    two = weights(folder, stage, rank=0)["whole"]

    torch.testing.assert_close(two, one, rtol=1e-4, atol=1e-5)
    moments = [
        torch.load(run / f"{stage}.pt", weights_only=True)["optimiser"]["state"] for run in (folder / "whole", tmp_path)
    ]
    torch.testing.assert_close(*moments, rtol=1e-3, atol=1e-7)  # of the gradients: Adam would hide a factor


def test_both_processes_hold_the_same_bits(folder: Path, stage: str) -> None:
    first, second = weights(folder, stage, rank=0), weights(folder, stage, rank=1)

    assert all(is_same(first[run], second[run]) for run in first)


def test_two_processes_that_were_interrupted_end_with_the_same_bits(folder: Path, stage: str) -> None:
    states = weights(folder, stage, rank=0)

    assert is_same(states["whole"], states["cut"])


def test_two_processes_go_on_from_the_checkpoint_of_one(folder: Path, stage: str) -> None:
    states = weights(folder, stage, rank=0)

    torch.testing.assert_close(states["alone"], states["whole"], rtol=1e-4, atol=1e-5)


def test_processes_that_see_different_checkpoints_are_refused(folder: Path) -> None:
    for rank in range(2):
        said = (folder / f"refused-{rank}").read_text()
        assert "at steps [4, 0]: give a --work that all of them see" in said


def test_only_the_first_process_prints(folder: Path) -> None:
    lines = (folder / "stdout").read_text().splitlines()

    assert len([line for line in lines if line.startswith("tower 4/4")]) == 3
