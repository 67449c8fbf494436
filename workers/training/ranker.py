"""Train the final ranker on the feed's log and propose it: for `manage.py train_ranker` and the job alike."""

import feed.ranking
from feed.code_version import code_version
from feed.models import RankerVersion
from feed.ranker_report import Outcome
from feed.services.ranker_release import ranker_propose
from vision.history import BY_COMMAND, By
from workers.training.errors import NothingBetterError


def trained_propose(outcome: Outcome, by: By = BY_COMMAND) -> RankerVersion:
    """Propose the ranker for release; raises NothingBetterError for one that was released already."""
    facts = {"data_hash": outcome.data_hash, "code_version": code_version(feed.ranking)}
    try:
        return ranker_propose(ranker=outcome.ranker, scores=outcome.scores, by=by, **facts)
    except ValueError as error:
        raise NothingBetterError(str(error)) from error
