"""One of two processes that train together: started by torchrun in test_training_processes.py with the folder to work in."""

import sys
from pathlib import Path

import torch

from tests.vision.tiny_training import IN_CHUNKS, STAGES, train_stage, train_until_killed
from vision.clip.processes import joined
from vision.clip.recipes import RecipeError


def main(folder: Path) -> None:
    """Train whole, cut and resumed, and on from what one process left (`alone`); keep each process's weights."""
    torch.set_num_threads(1)
    with joined() as processes:
        for stage in STAGES:
            train_until_killed(stage, IN_CHUNKS, folder / "cut", processes)
            states = {run: train_stage(stage, IN_CHUNKS, folder / run, processes) for run in ("whole", "cut", "alone")}
            torch.save(states, folder / f"{stage}-{processes.rank}.weights")
        try:
            train_stage("head", IN_CHUNKS, folder / ("whole" if processes.is_first else "elsewhere"), processes)
        except RecipeError as error:
            (folder / f"refused-{processes.rank}").write_text(str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
