"""Tune the serving head to what people prefer and propose it: for `manage.py tune_preferences` and the job alike.

Here, because stage 1 reads the feed's search log and the training is vision's: neither may know the other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from feed.search_log import searches_since
from vision.clip.encoder import BundledEncoder
from vision.clip.mining import mine
from vision.clip.preference_pairs import PreferencePair
from vision.clip.preference_recipes import PreferenceRecipe
from vision.clip.preference_scores import agreement
from vision.clip.preferences import Evaluation
from vision.encoders import NoEncoderError, encoder_of
from vision.history import BY_COMMAND, By
from vision.labels import label_answers, label_pairs
from vision.models import ModelVersion
from vision.release import version_propose
from vision.selectors import serving_version
from vision.tuning import Outcome, Tables, read_tables, simulated_pairs, tune_to, tuning_hash
from workers.training.errors import CannotTrainError, NothingBetterError


@dataclass(frozen=True)
class PreferenceData:
    """What a tuning reads: the encoder that serves, the catalogue, the stage's pairs, and how often two people agree (None: not known)."""

    encoder: BundledEncoder
    tables: Tables
    pairs: list[PreferencePair]
    ceiling: float | None

    @property
    def words(self) -> str:
        return f"{len(self.pairs)} pairs, from {self.encoder.version}"

    @property
    def data_hash(self) -> str:
        return tuning_hash(self.encoder.version, self.pairs, self.tables.ids)


def bundled_serving() -> tuple[ModelVersion, BundledEncoder]:
    """Return what serves and its encoder; raises CannotTrainError where there is no head to train."""
    version = serving_version()
    if version is None:
        raise CannotTrainError("No model version is serving: index some videos first.")
    try:
        encoder = encoder_of(version)
    except NoEncoderError as error:
        raise CannotTrainError(str(error)) from error
    if not isinstance(encoder, BundledEncoder):
        raise CannotTrainError(f"{version.slug} has no temporal head to tune: it averages frames (MODEL_PROFILE=open).")
    return version, encoder


def data_read(*, stage: int, seed: int, is_simulated: bool = False) -> PreferenceData:
    """Read a stage's pairs, or those of simulated people drawn from the seed; raises CannotTrainError and TooLittleError."""
    version, encoder = bundled_serving()
    tables = read_tables(version=version, encoder=encoder)
    if is_simulated:
        pairs, ceiling = simulated_pairs(stage=stage, tables=tables, encoder=encoder, seed=seed)
    elif stage == 1:
        pairs, ceiling = mine(searches_since()), None
    else:
        pairs, ceiling = label_pairs(), agreement(label_answers())[0]
    return PreferenceData(encoder, tables, pairs, ceiling)


def tune_stage(
    data: PreferenceData, recipe: PreferenceRecipe, on_evaluation: Callable[[Evaluation], None] | None = None
) -> Outcome:
    """Tune, going on where an interrupted run was; raises TooLittleError."""
    return tune_to(
        data.pairs,
        recipe,
        tables=data.tables,
        encoder=data.encoder,
        ceiling=data.ceiling,
        on_evaluation=on_evaluation,
    )


def tuned_propose(outcome: Outcome, by: By = BY_COMMAND) -> ModelVersion:
    """Propose the tuned head for release; raises NothingBetterError where no step was better or the head was released already."""
    if not outcome.best.step:
        raise NothingBetterError("Nothing is proposed: no step was better on the validation pairs without losing R@1.")
    try:
        return version_propose(head_file=outcome.head_file, scores=outcome.scores, by=by)
    except ValueError as error:
        raise NothingBetterError(str(error)) from error
