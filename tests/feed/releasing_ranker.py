"""What the tests of ranker releases share: rankers that differ, scores that pass, and a process that releases one after the other."""

import sys
from typing import Any

from feed.ranking.training import train
from tests.feed.biased_logs import world

SCORES: dict[str, Any] = {
    "before": {"ndcg": 0.62, "ndcg_interval": [0.60, 0.64]},
    "after": {"ndcg": 0.66, "ndcg_interval": [0.64, 0.68]},
    "ndcg_gain_interval": [0.02, 0.06],
    "num_slates": 400,
    "num_viewers": 40,
}
WORSE = SCORES | {"ndcg_gain_interval": [-0.01, 0.06]}
FACTS = {"data_hash": "0" * 64, "code_version": "0" * 12}


def small_ranker(seed: int) -> Any:
    """Return a ranker of a small log: other seeds, other rankers."""
    return train(world(num_slates=40, seed=seed).log)


def serve(ranker: Any, scores: dict[str, Any] = SCORES) -> str:
    """Propose and release a ranker; return its name."""
    from feed.services.ranker_release import RANKERS, ranker_propose

    return RANKERS.release(version=ranker_propose(ranker=ranker, scores=scores, **FACTS)).slug


def main(database: str, home: str) -> None:
    """Release rankers of the test's database until killed, printing their names."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"], settings.TILLER_HOME = database, home
    django.setup()
    for seed in range(1, 10_000):
        print(serve(small_ranker(seed)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
