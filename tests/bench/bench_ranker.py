"""The final ranker: what it learns from simulated viewers, and what they find in their slates with it and without.

`python -m tests.bench ranker`; TILLER_BENCH_VIEWERS (default 60) and TILLER_BENCH_ROUNDS (default 20) set the size of the log. The real
feed over the demo catalogue's titles: viewers live without a ranker, the log trains one, the gate judges; then other viewers live twice
from the same log on, once with the ranker and once without, and what they find in their cards is compared viewer by viewer.
"""

import os
import time
from dataclasses import replace

import numpy as np
from rich.console import Console

from feed.configuration import DEFAULT
from feed.ranking.ranker import Ranker
from tests.bench.own_database import own_database
from tests.bench.simulated_feed import appeal_found, compared, demo_world, live

NUM_VIEWERS = int(os.environ.get("TILLER_BENCH_VIEWERS", "60"))
NUM_ROUNDS = int(os.environ.get("TILLER_BENCH_ROUNDS", "20"))
NUM_TIMED = 300


def main() -> None:
    """Measure and print, on a database of its own."""
    with own_database():
        _measure()


def _measure() -> None:
    from feed.impressions import impressions_read
    from feed.models import RankerVersion
    from feed.ranker_report import TooLittleError, print_outcome, print_sources, train_and_measure
    from feed.ranking.gate import judge_ranker
    from feed.services.ranker_release import ranker_propose

    world, console = demo_world(), Console(width=140)
    live(world, num_viewers=NUM_VIEWERS, num_rounds=NUM_ROUNDS, seed=1)
    log = impressions_read()
    print_sources(log, console)
    try:
        outcome = train_and_measure(log)
    except TooLittleError as error:
        print(error)
        return
    print_outcome(outcome, console)
    _print_cost(outcome.ranker)
    print(f"the gate: {judge_ranker(outcome.scores).words}", flush=True)
    candidate = ranker_propose(ranker=outcome.ranker, scores=outcome.scores, data_hash=outcome.data_hash)
    RankerVersion.objects.filter(pk=candidate.pk).update(state="serving")  # compared below whatever the gate says
    found = [
        appeal_found(world, replace(DEFAULT, ranker=follow), num_viewers=NUM_VIEWERS // 2, num_rounds=NUM_ROUNDS)
        for follow in (0.0, 1.0)
    ]
    print(f"appeal of the cards that {NUM_VIEWERS // 2} other viewers reached, without and with: {compared(*found)}")


def _print_cost(ranker: Ranker) -> None:
    """Print how long ranking takes with the ranker and without, for the viewer who did most, in turns."""
    from django.utils import timezone

    from feed import features
    from feed.models import ViewerPool, ViewerVector
    from feed.selectors import viewer_read
    from feed.slates import rank

    table = features.current()
    asked = ViewerPool.objects.exclude(payload=b"").values("viewer_id")
    known = ViewerVector.objects.filter(viewer_id__in=asked).order_by("-num_engagements").first()
    assert known is not None
    viewer = viewer_read(viewer_id=known.viewer_id, version_id=table.model_version_id, now=timezone.now())
    took_ms: dict[str, list[float]] = {"without": [], "with": []}
    for _ in range(NUM_TIMED):
        for name, used in (("without", None), ("with", ranker)):
            started_s = time.perf_counter()
            rank(viewer=viewer, table=table, ranker=used, count=14, needed=10, exclude=[], now=timezone.now())
            took_ms[name].append((time.perf_counter() - started_s) * 1000)
    without, with_it = (float(np.median(times)) for times in took_ms.values())
    print(
        f"ranking a slate in memory, median of {NUM_TIMED}: {without:.2f} ms without the ranker, {with_it:.2f} with it"
    )
