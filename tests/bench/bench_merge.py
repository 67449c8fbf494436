"""Learn the merge's shares from simulated viewers, and try them on others.

`python -m tests.bench merge`; TILLER_BENCH_VIEWERS (default 48) and TILLER_BENCH_ROUNDS (default 24) set the size. The real feed over the
demo catalogue's titles: one run whose shares are drawn anew for every slate teaches what cards are worth (merge_fit); then other viewers
live twice, with the hand-set shares and with the best ones, and what they find is compared viewer by viewer.
"""

import os
from dataclasses import asdict, replace

import numpy as np

from feed.configuration import DEFAULT, FeedConfiguration
from feed.merge import shares_of_sources
from feed.ranking.features import SOURCES
from feed.ranking.wishes import DEFAULT_EXPLORE
from tests.bench.merge_fit import CHOICES, Worth, best_knobs, fit_worth
from tests.bench.own_database import own_database
from tests.bench.simulated_feed import appeal_found, compared, demo_world, live

NUM_VIEWERS = int(os.environ.get("TILLER_BENCH_VIEWERS", "48"))
NUM_ROUNDS = int(os.environ.get("TILLER_BENCH_ROUNDS", "24"))
AT = (0, 1, 2, 5, 10, 20)
HAND_SET = replace(DEFAULT, warm_at=5.0, similar_of_rest=0.75, popular_of_known=0.45)  # before they were learned


def main() -> None:
    """Measure and print, on a database of its own."""
    with own_database():
        _measure()


def _measure() -> None:
    from feed.impressions import impressions_read

    world, rng = demo_world(), np.random.default_rng(5)

    def drawn(viewer_id: int) -> FeedConfiguration:
        return replace(
            DEFAULT,
            steered=rng.uniform(0.3, 0.9),
            warm_at=rng.choice([0.3, 2, 5, 15, 60]),
            similar_of_rest=rng.uniform(0.2, 1),
            popular_of_known=rng.uniform(0, 1),
            explore=rng.uniform(0.3, 3),
        )

    live(world, num_viewers=NUM_VIEWERS, num_rounds=NUM_ROUNDS, seed=3, configure=drawn)
    log = impressions_read()
    worth = fit_worth(log)
    _print_worth(worth)
    _, first = np.unique(log.slate, return_index=True)
    is_steered = np.isin(log.slate, log.slate[log.source == SOURCES.index("steer")])
    engagements = np.expm1(log.column("num_engagements_log"))
    contexts = [(float(engagements[card]), bool(is_steered[card])) for card in first]
    best, new, old = best_knobs(worth, contexts, HAND_SET)
    print(
        f"best of {np.prod([len(values) for values in CHOICES.values()])}: { ({k: asdict(best)[k] for k in CHOICES}) }"
    )
    print(f"worth of a slate by the fit: {old:+.3f} hand-set, {new:+.3f} with the best")
    _print_curve(best)
    found = [
        appeal_found(world, knobs, num_viewers=NUM_VIEWERS // 2, num_rounds=NUM_ROUNDS) for knobs in (HAND_SET, best)
    ]
    print(f"appeal of the cards that {NUM_VIEWERS // 2} other viewers reached: {compared(*found)}")


def _print_worth(worth: Worth) -> None:
    """Print what the first card and the fifth of a source are worth, by engagements."""
    print("source    slates     " + "".join(f"{f'{num} likes':>16s}" for num in AT) + "   (first / fifth card)")
    for name, of_kind in (("asked", worth.steered), ("not asked", worth.unsteered)):
        for source, (level, warmth, fall) in zip(SOURCES, of_kind, strict=True):
            cells = (level + warmth * np.log1p(num) for num in AT)
            print(f"{source:9s} {name:10s} " + "".join(f"{cell:+8.2f}/{cell + 4 * fall:+6.2f} " for cell in cells))


def _print_curve(best: FeedConfiguration) -> None:
    """Print who gets which part of the slate, cold to warm."""
    for is_steered in (True, False):
        for num in AT:
            shares = shares_of_sources(best, num_engagements=num, explore=DEFAULT_EXPLORE, is_steered=is_steered)
            parts = asdict(shares) | {"steered": shares.steered * is_steered}
            cells = "  ".join(f"{name} {part:.2f}" for name, part in parts.items())
            print(f"{'asked' if is_steered else 'not asked':9s} {num:3d} engagements: {cells}")
