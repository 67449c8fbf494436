"""Find what is stuck and send it again: the rows know, the broker may have forgotten (decision 1)."""

import logging
import time
from collections.abc import Callable

from chat.plan import MAX_RESEND_AFTER_S, RESEND_AFTER_S
from chat.selectors import runs_standing_still, versions_untold
from chat.services.intents import intent_announce
from chat.services.runs import run_fan_in
from chat.services.sending import stages_resend
from chat.services.stages import stages_give_up
from feed.experiments.selectors import experiments_due
from feed.models import U2iVersion
from feed.selectors import phrases_waiting, pools_behind, searches_behind, vectors_behind
from feed.u2i_selectors import versions_lacking_items
from labelling.selectors.questions import campaigns_hungry
from lifecycle.releases.comparisons import comparisons_stuck
from lifecycle.training.selectors import trainings_standing_still
from vision.models import ModelVersion
from vision.selectors import releases_standing_still
from vision.services import stuck_videos
from workers import dispatch

logger = logging.getLogger(__name__)

STANDING_STILL_S = 5.0
UNTOLD_AT_LATEST_S = 10.0  # by then the page is told of an edit even if the feed's pool could not be refreshed


class Patience:
    """Remember what was sent and when, so that the same job is not sent at every sweep: each time the wait doubles."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waits_s: dict[int, tuple[float, float]] = {}  # key: (next time, wait after it)

    def due(self, keys: list[int]) -> list[int]:
        """Return those of the stuck `keys` to send now; a key that is no longer stuck starts anew."""
        now_s = self._clock()
        due = [key for key in keys if self._waits_s.get(key, (0.0, 0.0))[0] <= now_s]
        waits = {key: self._waits_s.get(key, (0.0, RESEND_AFTER_S)) for key in keys}
        for key in due:
            wait_s = waits[key][1]
            waits[key] = (now_s + wait_s, min(wait_s * 2, MAX_RESEND_AFTER_S))
        self._waits_s = waits
        return due


_pools, _vectors, _items, _experiments = Patience(), Patience(), Patience(), Patience()
_comparisons = Patience()
_releases, _u2i_releases, _phrases, _searches, _trainings = Patience(), Patience(), Patience(), Patience(), Patience()
_campaigns = Patience()


def chat_sweep() -> int:
    """Move on what stands still in the chat; return how many things were."""
    num_moved = stages_give_up() + len(stages_resend())
    for run_id in runs_standing_still(older_than_s=STANDING_STILL_S):
        run_fan_in(run_id=run_id)
    for viewer_id, version in versions_untold(older_than_s=UNTOLD_AT_LATEST_S):
        intent_announce(viewer_id=viewer_id, up_to=version)
        num_moved += 1
    for viewer_id, _ in versions_untold(older_than_s=RESEND_AFTER_S):
        dispatch.intent_announce(viewer_id=viewer_id)
        num_moved += 1
    return num_moved


def vision_sweep() -> int:
    """Send the videos again whose ingest lost its worker, and the release that did."""
    num_sent = sum(dispatch.ingest(video_id=video_id) for video_id in stuck_videos())
    return num_sent + sum(
        dispatch.release(version_id=pk) for pk in _releases.due(releases_standing_still(ModelVersion))
    )


def feed_sweep() -> int:
    """Send again what does not know what it should: pools, viewer vectors, versions, experiments that are due for a look."""
    num_sent = sum(dispatch.pool_refresh(viewer_id=viewer_id) for viewer_id in _pools.due(pools_behind()))
    num_sent += sum(dispatch.phrase_embed(phrase_id=pk) for pk in _phrases.due(phrases_waiting()))
    num_sent += sum(dispatch.searches_refresh(viewer_id=pk) for pk in _searches.due(searches_behind()))
    num_sent += sum(dispatch.viewer_vector(viewer_id=viewer_id) for viewer_id in _vectors.due(vectors_behind()))
    num_sent += sum(dispatch.experiment_check(experiment_id=pk) for pk in _experiments.due(experiments_due()))
    if _items.due(versions_lacking_items()):
        num_sent += dispatch.item_vectors()
    still = _u2i_releases.due(releases_standing_still(U2iVersion))
    return num_sent + sum(dispatch.u2i_release(version_id=pk) for pk in still)


def training_sweep() -> int:
    """Send the trainings again that wait for a worker or lost theirs."""
    return sum(dispatch.training(run_id=run_id) for run_id in _trainings.due(trainings_standing_still()))


def labelling_sweep() -> int:
    """Have questions made where few wait to be asked."""
    return sum(dispatch.questions_draw(campaign_id=pk) for pk in _campaigns.due(campaigns_hungry()))


def comparison_sweep() -> int:
    """Send again the comparisons of versions that lost their worker."""
    return sum(dispatch.comparison(comparison_id=pk) for pk in _comparisons.due(comparisons_stuck()))


SWEEPS: tuple[tuple[str, Callable[[], int]], ...] = (
    ("chat", chat_sweep),
    ("vision", vision_sweep),
    ("feed", feed_sweep),
    ("training", training_sweep),
    ("labelling", labelling_sweep),
    ("comparisons", comparison_sweep),
)


def sweep() -> dict[str, int]:
    """Sweep every area once; one that fails does not keep the others from theirs."""
    moved = {}
    for name, sweep_area in SWEEPS:
        try:
            moved[name] = sweep_area()
        except Exception:
            logger.exception("sweep of %s", name)
    return moved
