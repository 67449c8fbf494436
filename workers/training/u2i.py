"""Train the two towers on what viewers did and propose them: for `manage.py train_u2i` and the job alike."""

from dataclasses import dataclass

import feed.u2i
from feed.code_version import code_version
from feed.models import U2iVersion
from feed.services.u2i_release import u2i_propose
from feed.u2i.recipes import RECIPES
from feed.u2i_selectors import NoTowersError
from feed.u2i_training import OnProgress, Outcome, Snapshot, serving_taste, snapshot_read, train_and_measure
from vision.history import BY_COMMAND, By
from vision.models import ModelVersion
from vision.selectors import serving_version
from workers.training.errors import CannotTrainError, NothingBetterError


@dataclass(frozen=True)
class U2iData:
    """What viewers did, as rows of the serving version's videos."""

    version: ModelVersion
    snapshot: Snapshot

    @property
    def words(self) -> str:
        snapshot = self.snapshot
        return (
            f"{len(snapshot.interactions)} signs of {len(snapshot.viewer_ids)} viewers about {len(snapshot.ids)} videos"
        )


def data_read() -> U2iData:
    """Read the snapshot; raises CannotTrainError before the first video was indexed."""
    version = serving_version()
    if version is None:
        raise CannotTrainError("No model version is serving: index some videos first.")
    return U2iData(version, snapshot_read(version))


def towers_train(
    data: U2iData, *, recipe: str, seed: int, on_progress: OnProgress | None = None
) -> tuple[Outcome, U2iVersion | None]:
    """Return the trained towers with their scores, and what they were measured against; raises TooLittleError, CannotTrainError."""
    try:
        serving, taste = serving_taste(data.version)
    except NoTowersError as error:
        raise CannotTrainError(str(error)) from error
    outcome = train_and_measure(data.snapshot, RECIPES[recipe](), seed=seed, serving=taste, on_progress=on_progress)
    return outcome, serving


def towers_propose(data: U2iData, outcome: Outcome, *, recipe: str, seed: int, by: By = BY_COMMAND) -> U2iVersion:
    """Propose the towers for release; raises NothingBetterError for those that were released already."""
    facts = {"recipe": recipe, "seed": seed, "data_hash": data.snapshot.data_hash}
    facts["code_version"] = code_version(feed.u2i)
    try:
        return u2i_propose(towers=outcome.towers, model_version=data.version, scores=outcome.scores, by=by, **facts)
    except ValueError as error:
        raise NothingBetterError(str(error)) from error
