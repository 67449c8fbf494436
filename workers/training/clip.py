"""Train a new temporal head for the frame tower that serves, measure it on this catalogue, and propose it."""

from dataclasses import replace
from pathlib import Path

from django.conf import settings

from vision.clip.data import scenes_digest
from vision.clip.preference_scores import agreement
from vision.clip.recipes import RECIPES, Recipe
from vision.clip.stage import OnProgress
from vision.clip.train import OnPart, run_head
from vision.history import By
from vision.labels import label_answers, label_pairs
from vision.models import ModelVersion
from vision.release import version_propose
from vision.tuning import head_scores, read_tables
from workers.training.errors import NothingBetterError
from workers.training.preferences import PreferenceData, bundled_serving

NAMES = {"head": "bundled", "head_quick": "quick"}  # recipes of vision.clip.recipes, of which the head's half is done


def recipe_named(name: str, *, seed: int) -> Recipe:
    """Return the recipe that a run of this name trains the head by."""
    return replace(RECIPES[NAMES[name]](), seed=seed)


def data_read() -> PreferenceData:
    """Read what the head is measured on: the catalogue and the labels, if there are any. Raises CannotTrainError and TooLittleError."""
    version, encoder = bundled_serving()
    tables = read_tables(version=version, encoder=encoder)
    return PreferenceData(encoder, tables, label_pairs(), agreement(label_answers())[0])


def head_train(data: PreferenceData, recipe: Recipe, *, on_part: OnPart, on_progress: OnProgress) -> Path:
    """Train the head on drawn scenes, going on where an interrupted run was; return its file."""
    root = Path(settings.TILLER_HOME) / "training"
    digest = scenes_digest()
    work = root / f"head-{recipe.name}-{recipe.seed}-{digest}-{data.encoder.tower_version}"
    file = work / "head.safetensors"
    run_head(recipe, data.encoder.tower, work, root / f"clips-{digest}", file, on_part=on_part, on_progress=on_progress)
    return file


def head_propose(data: PreferenceData, file: Path, *, seed: int, by: By) -> ModelVersion:
    """Measure the head against the one that serves and propose it; raises NothingBetterError where it was released already."""
    scores = head_scores(file, data.pairs, tables=data.tables, encoder=data.encoder, ceiling=data.ceiling, seed=seed)
    try:
        return version_propose(head_file=file, scores=scores, by=by)
    except ValueError as error:
        raise NothingBetterError(str(error)) from error
