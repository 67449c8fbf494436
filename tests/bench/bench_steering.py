"""How well the feed does what it was told, over every tag of the demo catalogue that six clips or more carry.

`python -m tests.bench.bench_steering`: real MiniLM vectors of the demo clips' titles and tags (nothing is rendered), judged by the
clips' own tags. For "more X": how many of the next 10 carry the tag. For "no X": which share of X is gone, and which share of the other
clips went with it. "X" counts with tags that have one of its words ("rain" and "rainbow fountain" do not meet; "dog" and "dogs" do).
"""

from typing import Any

import numpy as np

from tests.bench.own_database import own_database

MIN_CLIPS = 6


def main() -> None:
    """Measure and print."""
    with own_database():
        _measure()


def _measure() -> None:
    from django.contrib.auth import get_user_model

    from feed import features
    from tests.feed.catalogue import SPORT, demo_clips, put

    videos = put([*demo_clips(), *SPORT])
    features.MAX_AGE_S = 3600.0
    viewer = get_user_model().objects.create_user("bench", password="pw")
    tags_of = {video.pk: set(video.tags) for video in videos}
    counts: dict[str, int] = {}
    for tags in tags_of.values():
        for tag in tags:
            counts[tag] = counts.get(tag, 0) + 1
    wanted = sorted(tag for tag, num in counts.items() if num >= MIN_CLIPS)
    print(f"{len(videos)} clips, {len(wanted)} tags with {MIN_CLIPS} clips or more", flush=True)
    _print_more([_more(viewer, tag, tags_of) for tag in wanted])
    _print_less([_less(viewer, tag, tags_of) for tag in wanted])


def _more(viewer: Any, tag: str, tags_of: dict[int, set[str]]) -> tuple[str, int, int]:
    from feed.slates import slate_create

    _say(viewer, tag, direction="more")
    shown = [card["video_id"] for card in slate_create(viewer_id=viewer.pk, count=10, exclude=[]).cards]
    return tag, sum(tag in tags_of[key] for key in shown), sum(tag in tags for tags in tags_of.values())


def _less(viewer: Any, tag: str, tags_of: dict[int, set[str]]) -> tuple[str, float, float, list[str]]:
    from django.utils import timezone

    from feed.selectors import viewer_read
    from vision.models import ModelVersion

    _say(viewer, tag, direction="less")
    version_id = ModelVersion.objects.get(state="serving").pk
    viewer = viewer_read(viewer_id=viewer.pk, version_id=version_id, now=timezone.now())
    removed = set(viewer.removed["video_id"].tolist())
    about = {key for key, tags in tags_of.items() if any(set(tag.split()) <= set(other.split()) for other in tags)}
    others = set(tags_of) - about
    went_along = removed & others
    reasons = sorted({" ".join(sorted(tags_of[key])) for key in went_along})
    return tag, len(removed & about) / len(about), len(went_along) / len(others), reasons


def _say(viewer: Any, tag: str, *, direction: str) -> None:
    from django.utils import timezone

    from chat.models import IntentDocument
    from feed.services.pools import pool_refresh
    from tests.feed.conftest import steer

    now = timezone.now()
    version = (IntentDocument.objects.filter(viewer=viewer).values_list("version", flat=True).first() or 0) + 1
    document = {
        "schema": "intent/1",
        "version": version,
        "updated_at": now.isoformat(),
        "steers": [steer(f"s{version}", tag, direction=direction, hard=direction == "less")],
        "filters": {},
        "explore": 0.1,
    }
    values = {"version": version, "document": document, "updated_at": now}
    IntentDocument.objects.update_or_create(viewer=viewer, defaults=values)
    pool_refresh(viewer_id=viewer.pk)


def _print_more(rows: list[tuple[str, int, int]]) -> None:
    num_right = np.array([num for _, num, _ in rows])
    print(f"more X: {np.mean(num_right >= 6):.1%} of tags with 6 of the next 10 or more, mean {num_right.mean():.2f}")
    print("  below 6: " + (", ".join(f"{tag} {num} (of {there})" for tag, num, there in rows if num < 6) or "none"))


def _print_less(rows: list[tuple[str, float, float, list[str]]]) -> None:
    gone, collateral = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    print(
        f"no X: {gone.mean():.1%} of X gone (least {gone.min():.1%}), collateral mean {collateral.mean():.2%}, most {collateral.max():.1%}"
    )
    for tag, share, loss, reasons in sorted(rows, key=lambda row: -row[2])[:12]:
        if loss:
            print(f"  {tag}: {share:.0%} gone, {loss:.1%} of the others too, for example: {reasons[0][:90]}")
    print("  not all gone: " + (", ".join(f"{tag} {share:.0%}" for tag, share, _, _ in rows if share < 1) or "none"))


if __name__ == "__main__":
    main()
