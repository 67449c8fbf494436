"""How well the feed does what it was told, over every tag of the demo catalogue that six clips or more carry, and in other words.

`python -m tests.bench.bench_steering`: real MiniLM vectors of the demo clips' titles and tags (nothing is rendered), judged by the
clips' own tags. "More X": how many of the next 10 carry the tag. "No X": which share of X is gone from the next 200, and which share of the
other cards went with it.
"""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from tests.bench.own_database import own_database

if TYPE_CHECKING:
    from tests.feed.adherence import After

MIN_CLIPS = 6
SIX = 6


def main() -> None:
    """Measure and print."""
    with own_database():
        _measure()


def _measure() -> None:
    from django.contrib.auth import get_user_model

    from feed import features
    from tests.feed.adherence import OTHER_WORDS, more_of, none_of, tags_by_video
    from tests.feed.catalogue import SPORT, demo_clips, put

    tags_of = tags_by_video(put([*demo_clips(), *SPORT]))
    features.MAX_AGE_S = 3600.0
    viewer = get_user_model().objects.create_user("bench", password="pw")
    counts = Counter(tag for tags in tags_of.values() for tag in tags)
    by_tag = {tag: (tag,) for tag, num in sorted(counts.items()) if num >= MIN_CLIPS}
    print(f"{len(tags_of)} clips", flush=True)
    for name, said in ((f"{len(by_tag)} tags", by_tag), (f"{len(OTHER_WORDS)} other words", OTHER_WORDS)):
        _print_more(name, [more_of(viewer, phrase, meant, tags_of) for phrase, meant in said.items()])
        _print_none(name, [none_of(viewer, phrase, meant, tags_of) for phrase, meant in said.items()])


def _print_more(name: str, rows: list["After"]) -> None:
    enough = [row.reached >= min(SIX, row.num_there) for row in rows]
    mean = np.mean([row.reached for row in rows])
    print(f"more X, {name}: {np.mean(enough):.1%} with 6 of the next 10 (or all there are), mean {mean:.2f}")
    below = [row for row, is_enough in zip(rows, enough, strict=True) if not is_enough]
    print("  below: " + (", ".join(f"{r.phrase} {r.reached} (of {r.num_there})" for r in below) or "none"), flush=True)


def _print_none(name: str, rows: list["After"]) -> None:
    gone, there = sum(row.reached for row in rows), sum(row.possible for row in rows)
    lost = np.array([row.collateral for row in rows])
    head = f"no X, {name}: {gone / max(1, there):.1%} of X gone from the next 200"
    print(f"{head}, others lost {lost.mean():.2%}, most {lost.max():.1%}")
    for row in sorted(rows, key=lambda row: -row.collateral)[:8]:
        if row.collateral:
            print(f"  {row.phrase}: {row.reached} of {row.possible} gone, {row.collateral:.1%} of the others too")
    left = [f"{row.phrase} {row.reached}/{row.possible}" for row in rows if row.reached < row.possible]
    print("  not all gone: " + (", ".join(left) or "none"), flush=True)


if __name__ == "__main__":
    main()
