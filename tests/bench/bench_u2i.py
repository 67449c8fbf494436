"""What the user-to-item towers find beyond the mean of what was liked, on simulated viewers; and how soon one like turns the feed.

`python -m tests.bench u2i`; TILLER_BENCH_VIEWERS (default 80) and TILLER_BENCH_ROUNDS (default 12 slates a viewer) set the size, and
TILLER_BENCH_SEEDS (default 3) how many trainings. The demo clips' own titles and tags (nothing is rendered), personas with tastes on the
real slates, half of them held back from user-to-item (served by chance); held out are those people's last good engagements, and once
everybody's, who can only like what the mean chose. Then a real worker: from the like to the viewer's new row, and to the first
slate that names the like, by the towers and by the mean, in turns. Aim (issue 5): within 2 s.
"""

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.bench.own_database import own_database

NUM_VIEWERS = int(os.environ.get("TILLER_BENCH_VIEWERS", "80"))
NUM_ROUNDS = int(os.environ.get("TILLER_BENCH_ROUNDS", "12"))
NUM_SEEDS = int(os.environ.get("TILLER_BENCH_SEEDS", "3"))
NUM_LIKES = 20  # a way


def main() -> None:
    """Measure and print, on a database of its own."""
    with own_database(), _broker():
        from django.core.management import call_command

        from tests.feed.catalogue import SPORT, demo_clips, put

        put([*demo_clips(), *SPORT])
        call_command("simulate", viewers=NUM_VIEWERS, rounds=NUM_ROUNDS, seed=1, held_back=0.5, yes=True)
        _print_recall()
        _print_likes()


@contextmanager
def _broker() -> Iterator[None]:
    """Run a broker in the database's home: a worker gets its jobs through it."""
    from webapp.embedded import valkey
    from webapp.embedded.paths import Home

    server = valkey.start(Home(Path(os.environ["TILLER_HOME"]).resolve()))
    try:
        yield
    finally:
        valkey.stop(server)


def _print_recall() -> None:
    import numpy as np

    from feed.ranking.tastes import MeanTaste
    from feed.u2i.recipes import feed
    from feed.u2i_training import snapshot_read, train_and_measure
    from vision.selectors import serving_version

    whole = snapshot_read(serving_version())
    nobody = np.zeros_like(whole.held_back)
    for words, snapshot in (("held back", whole), ("everybody", replace(whole, held_back=nobody))):
        for seed in range(NUM_SEEDS):
            scores = train_and_measure(snapshot, feed(), seed=seed, serving=MeanTaste()).scores
            if not seed:
                counts = [scores[name] for name in ("num_engagements", "num_viewers", "num_items")]
                print(words + ": {} signs, {} viewers held out, {} videos".format(*counts), flush=True)
            low, high = scores["recall_gain_interval"]
            before, after = (scores[when]["recall_at_20"] for when in ("before", "after"))
            print(
                f"seed {seed}: Recall@20 mean {before:.3f}, towers beside it {after:.3f} (share {scores['share']}),"
                f" gain {after - before:+.3f} [{low:+.3f}, {high:+.3f}]",
                flush=True,
            )


def _print_likes() -> None:
    from django.contrib.auth import get_user_model
    from django.test import Client, override_settings

    from feed.models import U2iVersion
    from tests.feed.releasing_u2i import released
    from tests.feed.working import seconds_to_move, worker_running
    from vision.models import Video
    from vision.selectors import serving_version

    released(serving_version())
    client = Client()
    times_s: dict[str, list[tuple[float, float]]] = {"towers": [], "mean": []}
    videos = list(Video.objects.order_by("pk").values_list("pk", flat=True)[: 2 * NUM_LIKES + 2])
    with override_settings(ALLOWED_HOSTS=["*"]), worker_running():
        for turn, video_id in enumerate(videos):
            viewer, way = get_user_model().objects.create(username=f"bench {turn}"), ("towers", "mean")[turn % 2]
            client.force_login(viewer)
            U2iVersion.objects.update(state="serving" if way == "towers" else "retired")
            times_s[way].append(seconds_to_move(client, viewer.pk, video_id))
    for way, (_, *pairs) in times_s.items():  # without the first: the worker loads its code
        print(
            f"one like, {way}, {len(pairs)} times: {_words([a for a, _ in pairs])} to the row, {_words([b for _, b in pairs])} to a slate"
        )


def _words(seconds: list[float]) -> str:
    return f"median {1000 * statistics.median(seconds):.0f} ms, slowest {1000 * max(seconds):.0f} ms"


if __name__ == "__main__":
    main()
